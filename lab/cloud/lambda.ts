import { createHash } from "node:crypto";
import { ApiError } from "./apiError";
import type { Ec2Network, Tags } from "./ec2/network";
import type { FrontDoor, Served } from "./frontDoor";
import type { FunctionBehaviours } from "./functionBehaviours";
import { FunctionInterfaces } from "./functionInterfaces";
import { requireRole } from "./functionNetwork";
import { regionalArn } from "./identifiers";
import { answerInstead, type FunctionRunner, type InvocationAnswer, type RunnableFunction } from "./invocations";
import { FUNCTION_NAMES, requireName } from "./names";
import { NOT_SERVED } from "./rolePolicies";
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

export interface CreateFunctionRequest extends FunctionSettings {
  readonly functionName: string;
  readonly code: FunctionCode;
  readonly tags?: Tags;
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
  const interfaces = new FunctionInterfaces(store, network);
  return {
    ...functionOperations({ store, known, functionOf, put, network, interfaces, files, changed }),
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
  readonly interfaces: FunctionInterfaces;
  readonly files: Collection<RunnableFunction["files"]>;
  readonly changed: (functionName: string, code?: FunctionCode) => void;
}

function functionOperations({ store, known, functionOf, put, network, interfaces, files, changed }: Functions) {
  return {
    createFunction: ({ code, tags = {}, ...settings }: CreateFunctionRequest): FunctionConfiguration => {
      requireName(FUNCTION_NAMES, settings.functionName);
      if (known.get(settings.functionName) !== undefined) {
        throw new ApiError("ResourceConflictException", `Function already exist: ${settings.functionName}`, 409);
      }
      requireRole(store, settings);
      const vpcId = interfaces.place(settings.functionName, settings);
      changed(settings.functionName, code);
      return put({
        ...settings,
        ...fingerprint(code),
        functionArn: regionalArn(network.region, "lambda", `function:${settings.functionName}`),
        version: "$LATEST",
        lastModified: "",
        vpcId,
        tags,
      });
    },
    getFunction: functionOf,
    listFunctions: (): readonly FunctionConfiguration[] => known.all(),
    updateFunctionConfiguration: (request: FunctionName & FunctionSettings): FunctionConfiguration => {
      requireRole(store, request);
      const configuration = functionOf(request);
      const vpcId = interfaces.place(configuration.functionName, request, configuration);
      changed(request.functionName);
      return put({ ...configuration, ...request, vpcId });
    },
    updateFunctionCode: ({ code, ...name }: FunctionName & { readonly code: FunctionCode }): FunctionConfiguration => {
      const configuration = functionOf(name);
      changed(configuration.functionName, code);
      return put({ ...configuration, ...fingerprint(code) });
    },
    deleteFunction: (name: FunctionName): void => {
      const { functionName } = functionOf(name);
      interfaces.release(functionName);
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
      if (behaviour !== undefined) return answerInstead(behaviour, payload, timeout * 1000);
      const code = files.get(functionName);
      const running = runner();
      if (code === undefined || running === undefined) {
        throw new ApiError(NOT_SERVED, `The lab has no code of the function ${functionName} that it could run.`);
      }
      return running.invoke({ region, configuration, files: code }, payload);
    },
  };
}

function fingerprint({
  fingerprint: text,
  size,
}: FunctionCode): Pick<FunctionConfiguration, "codeSha256" | "codeSize"> {
  return { codeSha256: createHash("sha256").update(text).digest("base64"), codeSize: size };
}

/** AWS Lambda in one Region: https://docs.aws.amazon.com/lambda/latest/api/ */
export type Lambda = Served<ReturnType<typeof operations>>;

export function lambdaService(parts: LambdaParts): Lambda {
  return parts.door.serve(parts.network.region, "lambda", operations(parts));
}
