import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./apiError";
import type { Ec2Network, Tags } from "./ec2/network";
import type { FrontDoor, Served } from "./frontDoor";
import type { FunctionBehaviour, FunctionBehaviours, FunctionError } from "./functionBehaviours";
import { ACCOUNT_ID, regionalArn } from "./identifiers";
import { NOT_SERVED, roleMay, roleOfArn } from "./rolePolicies";
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

/** The code of a function. Its files are kept apart from the function, and out of the record of calls. */
export interface FunctionCode {
  readonly fingerprint: string;
  readonly size: number;
  /** Path → text. Without any there is nothing to run. */
  readonly zipFile?: Readonly<Record<string, string>>;
}

/** A function as it is run. */
export interface RunnableFunction {
  readonly region: string;
  readonly configuration: FunctionConfiguration;
  readonly files: Readonly<Record<string, string>>;
}

/** What runs the code of functions. */
export interface FunctionRunner {
  invoke(runnable: RunnableFunction, payload: string): Promise<InvocationAnswer>;
  /** The function has changed or is gone: what runs its old code ends. */
  discard(region: string, functionName: string): void;
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
  /** Undefined: nothing runs code, as in a cloud without a lab around it. */
  readonly runner: () => FunctionRunner | undefined;
}

function operations({ store, network, functions, runner }: LambdaParts) {
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
  const files: Collection<RunnableFunction["files"]> = store.collection(`${network.region}/lambda/code`);
  const changed = (functionName: string, code?: FunctionCode): void => {
    if (code?.zipFile !== undefined) files.put(functionName, code.zipFile);
    runner()?.discard(network.region, functionName);
  };
  return {
    ...functionOperations({ store, known, functionOf, put, network, files, changed }),
    ...functionAttributeOperations({ functionOf, put }),
    ...invokeOperation({ functionOf, functions, files, runner, region: network.region }),
  };
}

interface Functions {
  readonly store: Store;
  readonly known: Collection<FunctionConfiguration>;
  readonly functionOf: (name: FunctionName) => FunctionConfiguration;
  readonly put: (configuration: FunctionConfiguration) => FunctionConfiguration;
  readonly network: Ec2Network;
  readonly files: Collection<RunnableFunction["files"]>;
  readonly changed: (functionName: string, code?: FunctionCode) => void;
}

function functionOperations({ store, known, functionOf, put, network, files, changed }: Functions) {
  return {
    createFunction: ({ code, tags = {}, ...settings }: CreateFunctionRequest): FunctionConfiguration => {
      if (known.get(settings.functionName) !== undefined) {
        throw new ApiError("ResourceConflictException", `Function already exist: ${settings.functionName}`, 409);
      }
      requireRole(store, settings);
      changed(settings.functionName, code);
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
      requireRole(store, request);
      const configuration = functionOf(request);
      changed(request.functionName);
      return put({
        ...configuration,
        ...request,
        vpcId: placeInterfaces(network, request.functionName, request.vpcConfig),
      });
    },
    updateFunctionCode: ({ code, ...name }: FunctionName & { readonly code: FunctionCode }): FunctionConfiguration => {
      const configuration = functionOf(name);
      changed(configuration.functionName, code);
      return put({ ...configuration, ...fingerprint(code) });
    },
    deleteFunction: (name: FunctionName): void => {
      const { functionName } = functionOf(name);
      network.interfaceUsers.remove(`lambda/${functionName}`);
      known.remove(functionName);
      files.remove(functionName);
      changed(functionName);
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
function invokeOperation({
  functionOf,
  functions,
  files,
  runner,
  region,
}: Pick<Functions, "functionOf" | "files"> & Pick<LambdaParts, "functions" | "runner"> & { readonly region: string }) {
  return {
    invoke: async ({
      payload,
      ...name
    }: FunctionName & { readonly payload: string; readonly qualifier?: string }): Promise<InvocationAnswer> => {
      const configuration = functionOf(name);
      const { functionName, timeout } = configuration;
      const behaviour = functions.of(functionName);
      if (behaviour !== undefined) return answerOf(behaviour, payload, timeout * 1000);
      const code = files.get(functionName);
      const running = runner();
      if (code === undefined || running === undefined) {
        throw new ApiError(NOT_SERVED, `The lab has no code of the function ${functionName} that it could run.`);
      }
      return running.invoke({ region, configuration, files: code }, payload);
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
      return failed(behaviour.error);
    case "succeed": {
      const { result = null } = behaviour;
      const returned: unknown =
        typeof result === "function" ? (result as (event: unknown) => unknown)(JSON.parse(payload)) : result;
      return { statusCode: 200, payload: JSON.stringify(returned) };
    }
  }
}

/** The answer for a function that took longer than its `timeout`. */
export function timedOut(timeoutMillis: number, requestId: string = randomUUID()): InvocationAnswer {
  const seconds = (timeoutMillis / 1000).toFixed(2);
  return failed({
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  });
}

/** The answer for a function that failed: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export function failed(error: FunctionError): InvocationAnswer {
  return { statusCode: 200, functionError: "Unhandled", payload: JSON.stringify(error) };
}

function fingerprint({
  fingerprint: text,
  size,
}: FunctionCode): Pick<FunctionConfiguration, "codeSha256" | "codeSize"> {
  return { codeSha256: createHash("sha256").update(text).digest("base64"), codeSize: size };
}

/** A role of the lab's own account has to be there: Lambda tries to assume it, and with it to make network interfaces. */
function requireRole(store: Store, { role: arn, vpcConfig }: FunctionSettings): void {
  if (!/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(arn)) {
    throw new ApiError(
      "ValidationException",
      `1 validation error detected: Value '${arn}' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+`,
    );
  }
  if (!arn.includes(`::${ACCOUNT_ID}:`)) return;
  const role = roleOfArn(store, arn);
  if (role === undefined) {
    throw new ApiError(
      "InvalidParameterValueException",
      "The role defined for the function cannot be assumed by Lambda.",
    );
  }
  if (vpcConfig === undefined || vpcConfig.subnetIds.length === 0) return;
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions asks for them on "*".
  for (const action of ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"]) {
    if (roleMay(role, `ec2:${action}`, "*")) continue;
    throw new ApiError(
      "InvalidParameterValueException",
      `The provided execution role does not have permissions to call ${action} on EC2`,
    );
  }
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
