/** An error with which Lambda refuses to invoke a function. */
export interface InvokeError {
  readonly code: string;
  readonly statusCode: number;
  readonly message: string;
  /** AWS says of it that it passes: the next requests are answered, if only somebody sends them. */
  readonly passes?: true;
}

/**
 * What a request is answered that operates on a function which is not Active:
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export function stateConflict(state: string): string {
  return `The operation cannot be performed at this time. The function is currently in the following state: ${state}`;
}

/**
 * Every error of https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors, and those of any API
 * that come before it.
 */
export const INVOKE_ERRORS: readonly InvokeError[] = [
  {
    code: "AccessDeniedException",
    statusCode: 403,
    message:
      "User: arn:aws:iam::123456789012:user/deployer is not authorized to perform: lambda:InvokeFunction on " +
      "resource: arn:aws:lambda:us-east-1:123456789012:function:probe because no identity-based policy allows the " +
      "lambda:InvokeFunction action",
  },
  {
    code: "CodeArtifactUserDeletedException",
    statusCode: 409,
    message: "The code artifact user of the function has been deleted.",
    passes: true,
  },
  {
    code: "CodeArtifactUserFailedException",
    statusCode: 409,
    message: "The code artifact user of the function could not be provisioned.",
  },
  {
    code: "CodeArtifactUserPendingException",
    statusCode: 409,
    message: "Lambda is initializing your function. It will be ready to invoke shortly.",
    passes: true,
  },
  {
    code: "DurableExecutionAlreadyStartedException",
    statusCode: 409,
    message: "The durable execution has already been started.",
  },
  {
    code: "EC2AccessDeniedException",
    statusCode: 502,
    message: "Need additional permissions to configure VPC settings.",
  },
  {
    code: "EC2ThrottledException",
    statusCode: 502,
    message: "Lambda was throttled while using the Lambda Execution Role to set up for the Lambda function.",
    passes: true,
  },
  {
    code: "EC2UnexpectedException",
    statusCode: 502,
    message: "Lambda received an unexpected Amazon EC2 client exception while setting up for the Lambda function.",
    passes: true,
  },
  {
    code: "EFSIOException",
    statusCode: 410,
    message: "This function instance was stopped because Lambda detected an IO process that was taking too long.",
    passes: true,
  },
  {
    code: "EFSMountConnectivityException",
    statusCode: 408,
    message: "The function couldn't connect to the Amazon EFS file system.",
  },
  { code: "EFSMountFailureException", statusCode: 403, message: "The function could not mount the EFS file system." },
  {
    code: "EFSMountTimeoutException",
    statusCode: 408,
    message: "The function could not mount the EFS file system due to mount time out.",
    passes: true,
  },
  { code: "ENILimitReachedException", statusCode: 502, message: "The limit for network interfaces has been reached." },
  {
    code: "ENINotReadyException",
    statusCode: 502,
    message:
      "The elastic network interface of the function is not ready yet. Wait a few moments and try the request again.",
    passes: true,
  },
  { code: "ExpiredTokenException", statusCode: 403, message: "The security token included in the request is expired" },
  {
    code: "InvalidParameterValueException",
    statusCode: 400,
    message: "The derived qualifier from the function name does not match the specified qualifier.",
  },
  { code: "InvalidRequestContentException", statusCode: 400, message: "Could not parse request body into json." },
  {
    code: "InvalidRuntimeException",
    statusCode: 502,
    message: "The runtime or runtime version specified is not supported.",
  },
  {
    code: "InvalidSecurityGroupIDException",
    statusCode: 502,
    message: "The security group ID provided in the Lambda function VPC configuration is not valid.",
  },
  {
    code: "InvalidSubnetIDException",
    statusCode: 502,
    message: "The subnet ID provided in the Lambda function VPC configuration is not valid.",
  },
  { code: "InvalidZipFileException", statusCode: 502, message: "Lambda could not unzip the deployment package." },
  {
    code: "KMSAccessDeniedException",
    statusCode: 502,
    message: "Lambda was unable to decrypt the environment variables because KMS access was denied.",
  },
  {
    code: "KMSDisabledException",
    statusCode: 502,
    message: "Lambda was unable to decrypt the environment variables because the KMS key used is disabled.",
  },
  {
    code: "KMSInvalidStateException",
    statusCode: 502,
    message:
      "Lambda was unable to decrypt the environment variables because the KMS key used is in an invalid state for " +
      "Decrypt.",
  },
  {
    code: "KMSNotFoundException",
    statusCode: 502,
    message: "Lambda was unable to decrypt the environment variables because the KMS key was not found.",
  },
  {
    code: "ModeNotSupportedException",
    statusCode: 400,
    message: "The function doesn't support the invocation mode requested.",
  },
  {
    code: "NoPublishedVersionException",
    statusCode: 400,
    message: "The function has no published versions available.",
  },
  {
    code: "RecursiveInvocationException",
    statusCode: 400,
    message: "Lambda has detected your function being invoked in a recursive loop.",
  },
  {
    code: "RequestTooLargeException",
    statusCode: 413,
    message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
  },
  { code: "ResourceConflictException", statusCode: 409, message: stateConflict("Pending"), passes: true },
  { code: "ResourceNotFoundException", statusCode: 404, message: "Function not found" },
  {
    code: "ResourceNotReadyException",
    statusCode: 502,
    message:
      "The function is inactive and its VPC connection is no longer available. Wait for the VPC connection to " +
      "reestablish and try again.",
    passes: true,
  },
  {
    code: "RuntimeAliasDeletedException",
    statusCode: 409,
    message: "The runtime alias for your function is no longer available.",
  },
  {
    code: "RuntimeVersionDeletedException",
    statusCode: 409,
    message: "The runtime version used by your function is no longer available.",
  },
  {
    code: "S3FilesMountConnectivityException",
    statusCode: 408,
    message: "The function couldn't make a network connection to the configured S3 Files access point.",
  },
  {
    code: "S3FilesMountFailureException",
    statusCode: 403,
    message: "The function couldn't mount the configured S3 Files access point.",
  },
  {
    code: "S3FilesMountTimeoutException",
    statusCode: 408,
    message: "The mount of the S3 Files access point timed out.",
    passes: true,
  },
  {
    code: "SerializedRequestEntityTooLargeException",
    statusCode: 413,
    message: "The request payload exceeded the maximum allowed size for serialized request entities.",
  },
  {
    code: "ServiceException",
    statusCode: 500,
    message: "The Lambda service encountered an internal error.",
    passes: true,
  },
  { code: "ServiceQuotaExceededException", statusCode: 402, message: "The request would exceed a service quota." },
  { code: "SnapStartException", statusCode: 400, message: "The afterRestore() runtime hook encountered an error." },
  {
    code: "SnapStartNotReadyException",
    statusCode: 409,
    message:
      "Lambda is initializing your function. It will be ready to invoke once your function state becomes ACTIVE.",
    passes: true,
  },
  {
    code: "SnapStartRegenerationFailureException",
    statusCode: 409,
    message: "Lambda couldn't regenerate the SnapStart snapshot for the function.",
    passes: true,
  },
  {
    code: "SnapStartTimeoutException",
    statusCode: 408,
    message: "Lambda couldn't restore the snapshot within the timeout limit.",
  },
  {
    code: "SubnetIPAddressLimitReachedException",
    statusCode: 502,
    message:
      "Lambda was not able to set up VPC access for the Lambda function because one or more configured subnets has " +
      "no available IP addresses.",
  },
  { code: "ThrottlingException", statusCode: 429, message: "Rate exceeded", passes: true },
  { code: "TooManyRequestsException", statusCode: 429, message: "Rate Exceeded.", passes: true },
  {
    code: "UnsupportedMediaTypeException",
    statusCode: 415,
    message: "The content type of the Invoke request body is not JSON.",
  },
];
