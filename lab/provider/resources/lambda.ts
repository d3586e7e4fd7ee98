import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Region } from "../../cloud/cloud";
import type { FunctionCode, FunctionConfiguration, FunctionSettings } from "../../cloud/functionConfiguration";
import { ApiError, isApiError } from "../../cloud/apiError";
import { partitionOf } from "../../cloud/identifiers";
import { FUNCTION_NAMES, nameProblem } from "../../cloud/names";
import { labMillis } from "../../time";
import { archivedFiles } from "../archives";
import { IncompleteCreation } from "../incomplete";
import { sdkText } from "../lifecycle";
import { pick } from "../pick";
import {
  autonamed,
  computed,
  defaulted,
  type InputsOf,
  optional,
  optionalComputed,
  required,
  resourceType,
} from "../resourceType";
import {
  answered,
  archive,
  boolean,
  hashOf,
  list,
  map,
  needed,
  number,
  object,
  possible,
  set,
  string,
} from "../shapes";

const environment = object("lambda/FunctionEnvironment", { variables: possible(map(string)) });
const ephemeralStorage = object("lambda/FunctionEphemeralStorage", { size: answered(number) });
const loggingConfig = object("lambda/FunctionLoggingConfig", {
  logFormat: needed(string),
  logGroup: answered(string),
  applicationLogLevel: possible(string),
  systemLogLevel: possible(string),
});
const tracingConfig = object("lambda/FunctionTracingConfig", { mode: needed(string) });
const vpcConfig = object(
  "lambda/FunctionVpcConfig",
  { subnetIds: needed(set(string)), securityGroupIds: needed(set(string)), vpcId: answered(string) },
  ["ipv6AllowedForDualStack"],
);

/** The inputs that UpdateFunctionConfiguration carries. */
const CONFIGURATION = [
  "architectures",
  "description",
  "environment",
  "ephemeralStorage",
  "handler",
  "layers",
  "loggingConfig",
  "memorySize",
  "role",
  "runtime",
  "timeout",
  "tracingConfig",
  "vpcConfig",
] as const;
const CODE = ["code", "sourceCodeHash"] as const;

const functionProperties = {
  name: autonamed(64, (name) => nameProblem(FUNCTION_NAMES, name)),
  role: required(string),
  code: optional(archive, { notReadable: true }),
  runtime: optional(string),
  handler: optional(string),
  description: optional(string),
  memorySize: defaulted(number, 128),
  timeout: defaulted(number, 3),
  architectures: optionalComputed(list(string)),
  environment: optional(environment),
  vpcConfig: optional(vpcConfig),
  layers: optional(list(string)),
  ephemeralStorage: optionalComputed(ephemeralStorage),
  tracingConfig: optionalComputed(tracingConfig),
  loggingConfig: optionalComputed(loggingConfig),
  reservedConcurrentExecutions: defaulted(number, -1),
  sourceCodeHash: optionalComputed(string, { changesWith: ["code"] }),
  packageType: defaulted(string, "Zip", {
    replaces: true,
    notReadable: true,
    problem: (type) => (type === "Zip" ? undefined : "the lab has functions of package type Zip only"),
  }),
  publish: defaulted(boolean, false, {
    notReadable: true,
    problem: (publish) => (publish ? "the lab does not publish versions of functions" : undefined),
  }),
  skipDestroy: defaulted(boolean, false, { notReadable: true }),
  arn: computed(string),
  invokeArn: computed(string),
  qualifiedArn: computed(string),
  qualifiedInvokeArn: computed(string),
  responseStreamingInvokeArn: computed(string),
  version: computed(string),
  lastModified: computed(string, { changesWith: [...CONFIGURATION, ...CODE] }),
  codeSha256: computed(string, { changesWith: ["code"] }),
  sourceCodeSize: computed(number, { changesWith: ["code"] }),
} as const;

export const lambdaFunction = resourceType({
  token: "aws:lambda/function:Function",
  what: "Lambda Function",
  subject: ({ name }) => name,
  properties: functionProperties,
  refused: [
    "capacityProviderConfig",
    "codeSha256",
    "codeSigningConfigArn",
    "deadLetterConfig",
    "durableConfig",
    "fileSystemConfig",
    "imageConfig",
    "imageUri",
    "kmsKeyArn",
    "publishTo",
    "replaceSecurityGroupsOnDestroy",
    "replacementSecurityGroupIds",
    "s3Bucket",
    "s3Key",
    "s3ObjectVersion",
    "signingJobArn",
    "signingProfileVersionArn",
    "snapStart",
    "sourceKmsKeyArn",
    "tenancyConfig",
    "useResourceTimeoutForPropagation",
  ],
  exactlyOneOf: [["code"]],
  goneCodes: ["ResourceNotFoundException"],

  create: async ({ aws, inputs, tags }) => {
    const functionName = inputs.name;
    await aws.lambda.createFunction({ functionName, ...settingsOf(inputs), code: codeOf(inputs.code), tags });
    await requireSetUp(aws.lambda, functionName);
    await reserve(aws.lambda, functionName, -1, inputs.reservedConcurrentExecutions);
    return functionName;
  },

  read: async ({ aws, id, known }) => {
    const found = await aws.lambda.getFunction({ functionName: id });
    // The provider asks for these, too, and fails without an answer.
    await aws.lambda.listVersionsByFunction({ functionName: id });
    await aws.lambda.getFunctionCodeSigningConfig({ functionName: id });
    return {
      ...describedSettings(found),
      ...arnsOf(aws.name, found),
      name: found.functionName,
      sourceCodeHash: known.sourceCodeHash ?? found.codeSha256,
      tags: found.tags,
    };
  },

  update: async ({ aws, id: functionName, inputs, known, changed }) => {
    if (CONFIGURATION.some((name) => changed.has(name))) {
      await unlessInConflict(() => aws.lambda.updateFunctionConfiguration({ functionName, ...settingsOf(inputs) }));
    }
    if (CODE.some((name) => changed.has(name)))
      await aws.lambda.updateFunctionCode({ functionName, code: codeOf(inputs.code) });
    await reserve(
      aws.lambda,
      functionName,
      known.reservedConcurrentExecutions ?? -1,
      inputs.reservedConcurrentExecutions,
    );
  },

  delete: async ({ aws, id, known }) => {
    if (!known.skipDestroy) await aws.lambda.deleteFunction({ functionName: id });
  },

  retag: async ({ aws, known: { arn: resource = "" }, change }) => {
    if (change.removed.length > 0) await aws.lambda.untagResource({ resource, tagKeys: change.removed });
    if (Object.keys(change.set).length > 0) await aws.lambda.tagResource({ resource, tags: change.set });
  },
});

/** The provider waits until a function is Active; it has told its id by then. */
async function requireSetUp(lambda: Pick<Region["lambda"], "getFunction">, functionName: string): Promise<void> {
  const { state, stateReasonCode, stateReason } = await lambda.getFunction({ functionName });
  if (state === "Active") return;
  throw new IncompleteCreation(
    functionName,
    `waiting for Lambda Function (${functionName}) create: unexpected state '${state}', wanted target 'Active, ` +
      `ActiveNonInvocable'. last error: ${stateReasonCode}: ${stateReason}`,
  );
}

const PROPAGATION_SECONDS = 300;

/** The provider takes a conflict for a change that is under way, and tries again for five minutes. */
async function unlessInConflict<T>(change: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + labMillis(PROPAGATION_SECONDS);
  for (;;) {
    try {
      return await change();
    } catch (error) {
      if (!isApiError(error, "ResourceConflictException") || Date.now() > giveUpAt) throw error;
      await sleep(labMillis(PAUSE_SECONDS));
    }
  }
}

const PAUSE_SECONDS = 10;

type FunctionInputs = InputsOf<typeof functionProperties>;

function settingsOf(inputs: FunctionInputs): FunctionSettings {
  const { logFormat, logGroup, applicationLogLevel, systemLogLevel } = inputs.loggingConfig ?? { logFormat: "Text" };
  return {
    role: inputs.role,
    runtime: inputs.runtime,
    handler: inputs.handler,
    description: inputs.description,
    memorySize: inputs.memorySize,
    timeout: inputs.timeout,
    architectures: inputs.architectures ?? ["x86_64"],
    environment: inputs.environment?.variables ?? {},
    vpcConfig: inputs.vpcConfig && {
      subnetIds: inputs.vpcConfig.subnetIds,
      securityGroupIds: inputs.vpcConfig.securityGroupIds,
    },
    ephemeralStorageSize: inputs.ephemeralStorage?.size ?? 512,
    tracingMode: inputs.tracingConfig?.mode ?? "PassThrough",
    logging: { logFormat, logGroup: logGroup ?? `/aws/lambda/${inputs.name}`, applicationLogLevel, systemLogLevel },
    layers: inputs.layers ?? [],
  };
}

const CALLED_THE_SAME = [
  ...(["role", "runtime", "handler", "description", "memorySize", "timeout", "architectures", "layers"] as const),
  ...(["lastModified", "version", "codeSha256"] as const),
];

function describedSettings(found: FunctionConfiguration) {
  return {
    ...pick(found, CALLED_THE_SAME),
    environment: Object.keys(found.environment).length > 0 ? { variables: found.environment } : undefined,
    vpcConfig: found.vpcConfig && { ...found.vpcConfig, vpcId: found.vpcId },
    ephemeralStorage: { size: found.ephemeralStorageSize },
    tracingConfig: { mode: found.tracingMode },
    loggingConfig: found.logging,
    reservedConcurrentExecutions: found.reservedConcurrentExecutions ?? -1,
    sourceCodeSize: found.codeSize,
  };
}

function arnsOf(region: string, { functionArn, version }: FunctionConfiguration) {
  const api = (date: string, arn: string, action: string): string =>
    `arn:${partitionOf(region)}:apigateway:${region}:lambda:path/${date}/functions/${arn}/${action}`;
  const qualifiedArn = `${functionArn}:${version}`;
  return {
    arn: functionArn,
    qualifiedArn,
    invokeArn: api("2015-03-31", functionArn, "invocations"),
    qualifiedInvokeArn: api("2015-03-31", qualifiedArn, "invocations"),
    responseStreamingInvokeArn: api("2021-11-15", functionArn, "response-streaming-invocations"),
  };
}

function codeOf(code: unknown): FunctionCode {
  const zipFile = Object.fromEntries(archivedFiles(code, ""));
  return { fingerprint: hashOf(code), size: JSON.stringify(zipFile).length, zipFile };
}

interface Concurrency {
  putFunctionConcurrency(request: {
    readonly functionName: string;
    readonly reservedConcurrentExecutions: number;
  }): Promise<void>;
  deleteFunctionConcurrency(request: { readonly functionName: string }): Promise<void>;
}

/** -1 means: not reserved. */
async function reserve(lambda: Concurrency, functionName: string, old: number, reserved: number): Promise<void> {
  if (reserved === old) return;
  if (reserved < 0) await lambda.deleteFunctionConcurrency({ functionName });
  else await lambda.putFunctionConcurrency({ functionName, reservedConcurrentExecutions: reserved });
}

export const invocation = resourceType({
  token: "aws:lambda/invocation:Invocation",
  what: "Lambda Invocation",
  subject: ({ functionName }) => functionName,
  properties: {
    functionName: required(string, { replaces: true }),
    input: required(string, {
      replaces: true,
      problem: (input) => (isJson(input) ? undefined : "input contains invalid JSON"),
    }),
    qualifier: defaulted(string, "$LATEST", { replaces: true }),
    triggers: optional(map(string), { replaces: true }),
    lifecycleScope: defaulted(string, "CREATE_ONLY", {
      problem: (scope) => (scope === "CREATE_ONLY" ? undefined : "the lab serves the lifecycle scope CREATE_ONLY only"),
    }),
    result: computed(string),
  },
  refused: ["tenantId", "terraformKey"],

  create: async ({ aws, inputs: { functionName, input, qualifier } }) => {
    const { functionError, payload } = await invoked(functionName, () =>
      aws.lambda.invoke({ functionName, qualifier, payload: input }),
    );
    if (functionError !== undefined) throw new Error(`invoking Lambda Function (${functionName}): ${payload}`);
    return {
      id: `${functionName}_${qualifier}_${createHash("md5").update(input).digest("hex")}`,
      answers: { result: payload },
    };
  },

  /** There is nothing to read: an invocation is over when it has been made. */
  read: ({ known }) => Promise.resolve(known),

  delete: () => Promise.resolve(),
});

async function invoked<T>(functionName: string, invoke: () => Promise<T>): Promise<T> {
  try {
    return await invoke();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Error(`invoking Lambda Function (${functionName}): ${sdkText(error)}`, { cause: error });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
