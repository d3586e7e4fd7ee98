import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./apiError";
import type { Ec2Network, Tags } from "./ec2/network";
import type { FrontDoor, Served } from "./frontDoor";
import type { FunctionBehaviour, FunctionBehaviours } from "./functionBehaviours";
import { ROLES } from "./iam";
import { ACCOUNT_ID, regionalArn } from "./identifiers";
import type { Collection, Store } from "./store";

/** What of a function can be set: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export interface FunctionSettings {
  readonly role: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly description?: string;
  readonly memorySize: number;
  /** Unit: seconds. */
  readonly timeout: number;
  readonly architectures: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly vpcConfig?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };
  readonly ephemeralStorageSize: number;
  readonly tracingMode: string;
  readonly logging: {
    readonly logFormat: string;
    readonly logGroup: string;
    readonly applicationLogLevel?: string;
    readonly systemLogLevel?: string;
  };
  readonly layers: readonly string[];
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export interface FunctionConfiguration extends FunctionSettings {
  readonly functionName: string;
  readonly functionArn: string;
  readonly version: "$LATEST";
  readonly lastModified: string;
  readonly codeSha256: string;
  readonly codeSize: number;
  readonly vpcId?: string;
  readonly tags: Tags;
  /** Undefined: the account's unreserved concurrency. */
  readonly reservedConcurrentExecutions?: number;
}

/** The code of a function. The lab keeps its fingerprint and does not run it. */
export interface FunctionCode {
  readonly fingerprint: string;
  readonly size: number;
}

export interface CreateFunctionRequest extends FunctionSettings {
  readonly functionName: string;
  readonly code: FunctionCode;
  readonly tags?: Tags;
}

export interface InvocationAnswer {
  readonly statusCode: 200;
  readonly functionError?: "Unhandled";
  /** JSON. */
  readonly payload: string;
}

interface FunctionName {
  readonly functionName: string;
}

interface LambdaParts {
  readonly door: FrontDoor;
  readonly store: Store;
  readonly network: Ec2Network;
  readonly functions: FunctionBehaviours;
}

function operations({ store, network, functions }: LambdaParts) {
  const known: Collection<FunctionConfiguration> = store.collection(`${network.region}/lambda/functions`);
  const functionOf = ({ functionName }: FunctionName): FunctionConfiguration => {
    const found = known.get(functionName.split(":").length > 1 ? (functionName.split(":")[6] ?? "") : functionName);
    if (found !== undefined) return found;
    const arn = regionalArn(network.region, "lambda", `function:${functionName}`);
    throw new ApiError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  };
  const put = (configuration: FunctionConfiguration): FunctionConfiguration => {
    const modified = { ...configuration, lastModified: new Date().toISOString().replace("Z", "+0000") };
    known.put(configuration.functionName, modified);
    return modified;
  };
  return {
    ...functionOperations({ store, known, functionOf, put, network }),
    ...functionAttributeOperations({ functionOf, put }),
    ...invokeOperation(functionOf, functions),
  };
}

interface Functions {
  readonly store: Store;
  readonly known: Collection<FunctionConfiguration>;
  readonly functionOf: (name: FunctionName) => FunctionConfiguration;
  readonly put: (configuration: FunctionConfiguration) => FunctionConfiguration;
  readonly network: Ec2Network;
}

function functionOperations({ store, known, functionOf, put, network }: Functions) {
  return {
    createFunction: ({ code, tags = {}, ...settings }: CreateFunctionRequest): FunctionConfiguration => {
      if (known.get(settings.functionName) !== undefined) {
        throw new ApiError("ResourceConflictException", `Function already exist: ${settings.functionName}`, 409);
      }
      requireRole(store, settings.role);
      return put({
        ...settings,
        ...fingerprint(code),
        functionArn: regionalArn(network.region, "lambda", `function:${settings.functionName}`),
        version: "$LATEST",
        lastModified: "",
        vpcId: placeInterfaces(network, settings.functionName, settings.vpcConfig),
        tags,
      });
    },
    getFunction: functionOf,
    listFunctions: (): readonly FunctionConfiguration[] => known.all(),
    updateFunctionConfiguration: (request: FunctionName & FunctionSettings): FunctionConfiguration => {
      requireRole(store, request.role);
      const configuration = functionOf(request);
      return put({
        ...configuration,
        ...request,
        vpcId: placeInterfaces(network, request.functionName, request.vpcConfig),
      });
    },
    updateFunctionCode: ({ code, ...name }: FunctionName & { readonly code: FunctionCode }): FunctionConfiguration =>
      put({ ...functionOf(name), ...fingerprint(code) }),
    deleteFunction: (name: FunctionName): void => {
      const { functionName } = functionOf(name);
      network.interfaceUsers.remove(`lambda/${functionName}`);
      known.remove(functionName);
    },
  };
}

function functionAttributeOperations({ functionOf, put }: Pick<Functions, "functionOf" | "put">) {
  return {
    putFunctionConcurrency: ({
      reservedConcurrentExecutions,
      ...name
    }: FunctionName & { readonly reservedConcurrentExecutions: number }): void => {
      put({ ...functionOf(name), reservedConcurrentExecutions });
    },
    deleteFunctionConcurrency: (name: FunctionName): void => {
      put({ ...functionOf(name), reservedConcurrentExecutions: undefined });
    },
    tagResource: ({ resource, tags }: { readonly resource: string; readonly tags: Tags }): void => {
      const configuration = functionOf({ functionName: resource });
      put({ ...configuration, tags: { ...configuration.tags, ...tags } });
    },
    untagResource: ({
      resource,
      tagKeys,
    }: {
      readonly resource: string;
      readonly tagKeys: readonly string[];
    }): void => {
      const configuration = functionOf({ functionName: resource });
      const kept = Object.entries(configuration.tags).filter(([key]) => !tagKeys.includes(key));
      put({ ...configuration, tags: Object.fromEntries(kept) });
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: an error of the function is an answer, not an error of the API. */
function invokeOperation(functionOf: Functions["functionOf"], functions: FunctionBehaviours) {
  return {
    invoke: async ({
      payload,
      ...name
    }: FunctionName & { readonly payload: string; readonly qualifier?: string }): Promise<InvocationAnswer> => {
      const { functionName, timeout } = functionOf(name);
      return answerOf(functions.of(functionName), payload, timeout * 1000);
    },
  };
}

async function answerOf(
  behaviour: FunctionBehaviour,
  payload: string,
  timeoutMillis: number,
): Promise<InvocationAnswer> {
  switch (behaviour.outcome) {
    case "slow": {
      await sleep(Math.min(behaviour.milliseconds, timeoutMillis));
      if (behaviour.milliseconds >= timeoutMillis) return timedOut(timeoutMillis);
      return answerOf(behaviour.then ?? { outcome: "succeed" }, payload, timeoutMillis - behaviour.milliseconds);
    }
    case "fail":
      return { statusCode: 200, functionError: "Unhandled", payload: JSON.stringify(behaviour.error) };
    case "succeed": {
      const { result = null } = behaviour;
      const returned: unknown =
        typeof result === "function" ? (result as (event: unknown) => unknown)(JSON.parse(payload)) : result;
      return { statusCode: 200, payload: JSON.stringify(returned) };
    }
  }
}

function timedOut(timeoutMillis: number): InvocationAnswer {
  const error = {
    errorType: "Sandbox.Timedout",
    errorMessage: `Task timed out after ${(timeoutMillis / 1000).toFixed(2)} seconds`,
  };
  return { statusCode: 200, functionError: "Unhandled", payload: JSON.stringify(error) };
}

function fingerprint({
  fingerprint: text,
  size,
}: FunctionCode): Pick<FunctionConfiguration, "codeSha256" | "codeSize"> {
  return { codeSha256: createHash("sha256").update(text).digest("base64"), codeSize: size };
}

/** A role of the lab's own account has to be there: Lambda tries to assume it. */
function requireRole(store: Store, role: string): void {
  const [, account, name = ""] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:\S+\/)?(\S+)$/.exec(role) ?? [];
  if (account !== undefined) {
    if (account !== ACCOUNT_ID || store.collection(ROLES).get(name) !== undefined) return;
    throw new ApiError(
      "InvalidParameterValueException",
      "The role defined for the function cannot be assumed by Lambda.",
    );
  }
  throw new ApiError(
    "ValidationException",
    `1 validation error detected: Value '${role}' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+`,
  );
}

/** Gives the function its network interfaces, and answers with the VPC they lie in. */
function placeInterfaces(
  network: Ec2Network,
  functionName: string,
  vpcConfig: FunctionSettings["vpcConfig"],
): string | undefined {
  const key = `lambda/${functionName}`;
  if (vpcConfig === undefined || vpcConfig.subnetIds.length === 0) {
    network.interfaceUsers.remove(key);
    return undefined;
  }
  const refuse = (message: string): never => {
    throw new ApiError(
      "InvalidParameterValueException",
      `Error occurred while DescribeSubnets. EC2 Error Message: ${message}`,
    );
  };
  const subnets = vpcConfig.subnetIds.map(
    (id) => network.subnets.get(id) ?? refuse(`The subnet ID '${id}' does not exist`),
  );
  for (const id of vpcConfig.securityGroupIds) {
    if (network.securityGroups.get(id) === undefined) refuse(`The security group '${id}' does not exist`);
  }
  network.interfaceUsers.put(key, vpcConfig);
  return subnets[0]?.vpcId;
}

/** AWS Lambda in one Region: https://docs.aws.amazon.com/lambda/latest/api/ */
export type Lambda = Served<ReturnType<typeof operations>>;

export function lambdaService(parts: LambdaParts): Lambda {
  return parts.door.serve(parts.network.region, "lambda", operations(parts));
}
