/** What an error means with which Lambda refuses to invoke a function: what is waited for, or what to do. */
interface Meaning {
  /** What happens, where it passes by itself. */
  readonly waitsFor?: string;
  /** What to do where it does not pass. */
  readonly remedy: string;
}

const WAKES = "Lambda is making the function ready";
const WAKE_REMEDY =
  "See the function's State and StateReason in Lambda, and whether its role, subnets and security groups are still " +
  "there.";
const CONCURRENCY =
  "See the account's concurrent executions in the Region, and whether something else uses them up; of a function of " +
  "your own also its reserved concurrency, which may be 0.";
const EFS_REMEDY = "See the mount targets, the security groups and the access point of its file system.";
const KMS_REMEDY =
  "See the KMS key of the function's environment variables: that it is enabled, and that the function's role may " +
  "use it. Lambda grants that to the role when the function is made: one that was deleted and made again since " +
  "needs a new function.";
const REMADE = "Lambda cannot run the function as it is: update its code or its runtime.";
const SNAP_START_REMEDY = "See the function's logs: its hooks run when it is restored.";
const ADDRESS_REMEDY =
  "Free addresses in the subnet, or check in another subnet that uses the same route table (rollout.check.subnets).";
const NOT_A_CHECK =
  'The function is not made for a check, which asks one event and waits for the answer: see "Functions of your own" ' +
  'on the page "The reconnection check".';

/**
 * Every error of https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors, and what comes before
 * it. What AWS says to wait for, or to ask for again, passes. docs/reconnect-check.md has them all.
 */
export const INVOKE_MEANINGS: Readonly<Record<string, Meaning>> = {
  AccessDeniedException: {
    remedy: "A function of another account must allow lambda:InvokeFunction in its own policy, too.",
  },
  CodeArtifactUserDeletedException: { waitsFor: WAKES, remedy: REMADE },
  CodeArtifactUserFailedException: { remedy: REMADE },
  CodeArtifactUserPendingException: { waitsFor: WAKES, remedy: WAKE_REMEDY },
  DurableExecutionAlreadyStartedException: { remedy: NOT_A_CHECK },
  EC2AccessDeniedException: {
    remedy:
      "The function's role lacks a permission to place network interfaces: see rollout.check.roleArn, " +
      "permissionsBoundaryArn and the organization's policies.",
  },
  EC2ThrottledException: {
    waitsFor: "EC2 throttles Lambda, which places the function's network interface",
    remedy: "See what else in the account makes so many calls of EC2.",
  },
  EC2UnexpectedException: {
    waitsFor: "EC2 answers Lambda with an error that Lambda does not know",
    remedy: WAKE_REMEDY,
  },
  EFSIOException: {
    waitsFor: "Lambda has stopped an environment of the function that waited for its file system",
    remedy: EFS_REMEDY,
  },
  EFSMountConnectivityException: { remedy: EFS_REMEDY },
  EFSMountFailureException: { remedy: EFS_REMEDY },
  EFSMountTimeoutException: { waitsFor: "the function's file system takes long to be mounted", remedy: EFS_REMEDY },
  ENILimitReachedException: {
    remedy:
      "The VPC has as many network interfaces of Lambda's as its quota allows. Remove functions, let them share " +
      "subnets and security groups (rollout.check.securityGroupIds), or ask for more in Service Quotas.",
  },
  ENINotReadyException: { waitsFor: "the function's network interface is being made ready", remedy: WAKE_REMEDY },
  ExpiredTokenException: { remedy: "The credentials of the deploying principal have expired." },
  InvalidParameterValueException: { remedy: "See the function's name, ARN and qualifier in rollout.check.functions." },
  InvalidRequestContentException: { remedy: NOT_A_CHECK },
  InvalidRuntimeException: { remedy: REMADE },
  InvalidSecurityGroupIDException: {
    remedy: "A security group of the function is gone. Run `pulumi refresh`, and see rollout.check.securityGroupIds.",
  },
  InvalidSubnetIDException: { remedy: "The subnet of the function is gone. See rollout.check.subnets." },
  InvalidZipFileException: { remedy: REMADE },
  KMSAccessDeniedException: { remedy: KMS_REMEDY },
  KMSDisabledException: { remedy: KMS_REMEDY },
  KMSInvalidStateException: { remedy: KMS_REMEDY },
  KMSNotFoundException: { remedy: KMS_REMEDY },
  ModeNotSupportedException: { remedy: NOT_A_CHECK },
  NoPublishedVersionException: { remedy: "Publish a version of the function, or give its name without a qualifier." },
  RecursiveInvocationException: { remedy: NOT_A_CHECK },
  RequestTooLargeException: { remedy: 'What the function answered to "during" is sent with "after": it is too long.' },
  ResourceConflictException: { waitsFor: `${WAKES}, or another change of it is under way`, remedy: WAKE_REMEDY },
  ResourceNotFoundException: {
    remedy:
      "There is no such function, version or alias in this Region and account: see rollout.check.functions; of a " +
      "function of this component, run `pulumi refresh`.",
  },
  ResourceNotReadyException: {
    waitsFor: "Lambda is connecting the function to its VPC again, as it was not used for some time",
    remedy: WAKE_REMEDY,
  },
  RuntimeAliasDeletedException: { remedy: REMADE },
  RuntimeVersionDeletedException: { remedy: REMADE },
  S3FilesMountConnectivityException: { remedy: EFS_REMEDY },
  S3FilesMountFailureException: { remedy: EFS_REMEDY },
  S3FilesMountTimeoutException: { waitsFor: "the function's file system takes long to be mounted", remedy: EFS_REMEDY },
  SerializedRequestEntityTooLargeException: {
    remedy: 'What the function answered to "during" is sent with "after": it is too long.',
  },
  ServiceException: { waitsFor: "Lambda has an internal error", remedy: "See AWS's Health Dashboard." },
  ServiceQuotaExceededException: { remedy: "See Lambda's quotas in Service Quotas." },
  SnapStartException: { remedy: SNAP_START_REMEDY },
  SnapStartNotReadyException: { waitsFor: WAKES, remedy: WAKE_REMEDY },
  SnapStartRegenerationFailureException: {
    waitsFor: "Lambda takes a new snapshot of the function",
    remedy: SNAP_START_REMEDY,
  },
  SnapStartTimeoutException: { remedy: SNAP_START_REMEDY },
  SubnetIPAddressLimitReachedException: { remedy: ADDRESS_REMEDY },
  ThrottlingException: { waitsFor: "Lambda throttles the account's calls", remedy: CONCURRENCY },
  TooManyRequestsException: { waitsFor: "as many functions run as Lambda allows", remedy: CONCURRENCY },
  UnsupportedMediaTypeException: { remedy: NOT_A_CHECK },
};

/** A refusal of Lambda's to invoke a function. */
export interface InvokeRefusal extends Meaning {
  readonly code: string;
  /** The function could not be set up, and never will be. */
  readonly isFailed: boolean;
}

/**
 * The refusal in a provider's error. What a function throws may have any name, and stands where the operation's name
 * stands in an error of the API: `invoking Lambda Function (NAME): {"errorType":…`.
 */
export function invokeRefusal(error: string): InvokeRefusal | undefined {
  const [, told = ""] = /invoking Lambda Function \([^)]+\): operation error Lambda: Invoke, (.*)/.exec(error) ?? [];
  const [, code = ""] = /\b([A-Z]\w+Exception): /.exec(told) ?? [];
  const meaning = INVOKE_MEANINGS[code];
  if (meaning === undefined) return undefined;
  const isFailed = FAILED_STATE.test(told);
  return { code, isFailed, ...meaning, ...(isFailed && { waitsFor: undefined }) };
}

const FAILED_STATE = /in the following state: Failed/;

/** What Lambda tells of an error that a function threw: its name and message, without the trace. */
export function functionError(error: string): string | undefined {
  const payload = /\{.*\}/s.exec(error)?.[0];
  if (payload === undefined) return undefined;
  try {
    const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: unknown; errorMessage?: unknown };
    if (typeof errorMessage !== "string") return undefined;
    return `${typeof errorType === "string" ? errorType : "Error"}: ${errorMessage}`;
  } catch {
    return undefined;
  }
}
