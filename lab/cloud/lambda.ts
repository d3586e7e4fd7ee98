import { createHash } from "node:crypto";
import { ApiError } from "./apiError";
import type { Ec2Network } from "./ec2/network";
import type { FrontDoor, Served } from "./frontDoor";
import type { FunctionBehaviours } from "./functionBehaviours";
import type { FunctionCode, FunctionConfiguration, FunctionSettings } from "./functionConfiguration";
import { FunctionInterfaces } from "./functionInterfaces";
import { requireRole } from "./functionNetwork";
import { regionalArn } from "./identifiers";
import { answerInstead, type FunctionRunner, type InvocationAnswer, type RunnableFunction } from "./invocations";
import { stateConflict } from "./invokeErrors";
import { FUNCTION_NAMES, requireName } from "./names";
import { NOT_SERVED } from "./rolePolicies";
import type { Collection, Store } from "./store";
import { type Tags, withoutKeys } from "./tags";

export interface CreateFunctionRequest extends FunctionSettings {
  readonly functionName: string;
  readonly code: FunctionCode;
  readonly tags?: Tags;
}

interface FunctionName {
  readonly functionName: string;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
interface Alias extends FunctionName {
  readonly name: string;
  readonly functionVersion: string;
}

export interface LambdaParts {
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
    const { name, region = network.region } = nameParts(functionName);
    if (region !== network.region) {
      throw new ApiError(
        "ResourceNotFoundException",
        `Functions from '${region}' are not reachable in this region ('${network.region}')`,
        404,
      );
    }
    return known.get(name) ?? refuseUnknown(network.region, name);
  };
  const put = (configuration: FunctionConfiguration): FunctionConfiguration => {
    const modified = { ...configuration, lastModified: new Date().toISOString().replace("Z", "+0000") };
    known.put(configuration.functionName, modified);
    return modified;
  };
  const aliases: Collection<Alias> = store.collection(`${network.region}/lambda/aliases`);
  const files: Collection<RunnableFunction["files"]> = store.collection(`${network.region}/lambda/code`);
  const changed = (functionName: string, code?: FunctionCode): void => {
    if (code?.zipFile !== undefined) files.put(functionName, code.zipFile);
    runner()?.discard(network.region, functionName);
  };
  const interfaces = new FunctionInterfaces(store, network);
  const parts = { store, known, functionOf, put, network, interfaces, files, changed, runner, aliases };
  return {
    ...functionOperations(parts),
    ...functionUpdateOperations(parts),
    ...functionAttributeOperations(parts),
    ...aliasOperations(parts),
    ...invokeOperation({ functionOf, functions, files, aliases, runner, region: network.region }),
  };
}

/** The forms of a name: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters */
const NAME =
  /^(?:(?:arn:[\w-]+:lambda:([a-z]{2,4}(?:-[a-z]+)+-\d):)?\d{12}:(?:function:)?)?([\w.-]+)(?::(\$LATEST|[\w-]+))?$/;

function nameParts(functionName: string): {
  readonly name: string;
  readonly region?: string;
  readonly qualifier?: string;
} {
  const [, region, name, qualifier] = NAME.exec(functionName) ?? [];
  if (name !== undefined) return { name, region, qualifier };
  throw new ApiError(
    "ValidationException",
    `1 validation error detected: Value '${functionName}' at 'functionName' failed to satisfy constraint: Member ` +
      "must satisfy regular expression pattern",
  );
}

function refuseUnknown(region: string, name: string): never {
  throw new ApiError(
    "ResourceNotFoundException",
    `Function not found: ${regionalArn(region, "lambda", `function:${name}`)}`,
    404,
  );
}

/**
 * One that could not be set up can only be deleted: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
function requireActive({ state }: FunctionConfiguration): void {
  if (state === "Failed") throw new ApiError("ResourceConflictException", stateConflict(state), 409);
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
  readonly runner: LambdaParts["runner"];
  readonly aliases: Collection<Alias>;
}

function functionOperations(functions: Functions) {
  const { known, functionOf, interfaces, files, changed, aliases } = functions;
  return {
    createFunction: (request: CreateFunctionRequest): FunctionConfiguration => createFunction(functions, request),
    getFunction: functionOf,
    /** The lab publishes no versions. */
    listVersionsByFunction: (name: FunctionName): readonly FunctionConfiguration[] => [functionOf(name)],
    /** And no function needs its code signed. */
    getFunctionCodeSigningConfig: (name: FunctionName): { readonly functionName: string } => ({
      functionName: functionOf(name).functionName,
    }),
    listFunctions: (): readonly FunctionConfiguration[] => known.all(),
    deleteFunction: (name: FunctionName): void => {
      const { functionName } = functionOf(name);
      interfaces.release(functionName);
      known.remove(functionName);
      for (const { name: alias } of aliases.all().filter((each) => each.functionName === functionName))
        aliases.remove(`${functionName}:${alias}`);
      files.remove(functionName);
      changed(functionName);
    },
  };
}

function createFunction(
  { store, known, put, network, interfaces, changed, runner }: Functions,
  { code, tags = {}, ...settings }: CreateFunctionRequest,
): FunctionConfiguration {
  requireName(FUNCTION_NAMES, settings.functionName);
  if (known.get(settings.functionName) !== undefined) {
    throw new ApiError("ResourceConflictException", `Function already exist: ${settings.functionName}`, 409);
  }
  requireRole(store, settings);
  const vpcId = interfaces.place(settings.functionName, settings);
  changed(settings.functionName, code);
  const failure = runner()?.setupFailure(network.region, settings);
  return put({
    ...settings,
    ...failure,
    state: failure === undefined ? "Active" : "Failed",
    ...fingerprint(code),
    functionArn: regionalArn(network.region, "lambda", `function:${settings.functionName}`),
    version: "$LATEST",
    lastModified: "",
    vpcId,
    tags,
  });
}

function functionUpdateOperations({ store, functionOf, put, interfaces, changed }: Functions) {
  return {
    updateFunctionConfiguration: (request: FunctionName & FunctionSettings): FunctionConfiguration => {
      requireRole(store, request);
      const configuration = functionOf(request);
      requireActive(configuration);
      const vpcId = interfaces.place(configuration.functionName, request, configuration);
      changed(request.functionName);
      return put({ ...configuration, ...request, vpcId });
    },
    updateFunctionCode: ({ code, ...name }: FunctionName & { readonly code: FunctionCode }): FunctionConfiguration => {
      const configuration = functionOf(name);
      requireActive(configuration);
      changed(configuration.functionName, code);
      return put({ ...configuration, ...fingerprint(code) });
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
      put({ ...configuration, tags: withoutKeys(configuration.tags, tagKeys) });
    },
  };
}

function aliasOperations({ functionOf, aliases }: Pick<Functions, "functionOf" | "aliases">) {
  return {
    createAlias: ({ name, functionVersion, ...of }: Alias): void => {
      const { functionName } = functionOf(of);
      if (functionVersion !== LATEST) throw new ApiError(NOT_SERVED, "The lab has aliases of $LATEST only.");
      aliases.put(`${functionName}:${name}`, { functionName, name, functionVersion });
    },
  };
}

const LATEST = "$LATEST";

interface Invoking
  extends Pick<Functions, "functionOf" | "files" | "aliases">, Pick<LambdaParts, "functions" | "runner"> {
  readonly region: string;
}

interface InvokeRequest extends FunctionName {
  readonly payload: string;
  readonly qualifier?: string;
}

/**
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: an error of the function is an answer, not an error of
 * the API.
 */
function invokeOperation({ functionOf, functions, files, aliases, runner, region }: Invoking) {
  /** The qualifier may stand in the name, beside it, or in both places alike. */
  const invoked = (request: Omit<InvokeRequest, "payload">): FunctionConfiguration => {
    const { name, qualifier: derived } = nameParts(request.functionName);
    const qualifier = request.qualifier ?? derived ?? LATEST;
    if (derived !== undefined && derived !== qualifier) {
      throw new ApiError(
        "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.",
      );
    }
    const configuration = functionOf(request);
    if (qualifier !== LATEST && aliases.get(`${name}:${qualifier}`) === undefined)
      refuseUnknown(region, `${name}:${qualifier}`);
    return configuration;
  };
  return {
    invoke: async ({ payload, ...request }: InvokeRequest): Promise<InvocationAnswer> => {
      const configuration = invoked(request);
      requireActive(configuration);
      runner()?.requireInvocable(region, configuration);
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
