import type { Tags } from "./tags";

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

/**
 * Why Lambda could not set up a function: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
 */
export interface SetupFailure {
  readonly stateReasonCode: string;
  readonly stateReason: string;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export interface FunctionConfiguration extends FunctionSettings, Partial<SetupFailure> {
  readonly state: "Active" | "Failed";
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
