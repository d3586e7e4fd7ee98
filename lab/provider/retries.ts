import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../cloud/apiError";
import type { Region } from "../cloud/cloud";
import type { Deployer } from "../cloud/deployer";
import { labMillis } from "../time";

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html, and `aws/retry` of the SDK for Go. */
const THROTTLED = [
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
];
const TRANSIENT_STATUS_CODES = [500, 502, 503, 504];

/** The provider's default, `maxRetries`. */
const ATTEMPTS = 25;

const LONGEST_PAUSE_SECONDS = 20;

/**
 * The Region as the provider's SDK reaches it, for the deployer: what AWS throttles or fails to serve is asked for
 * again.
 */
export function withRetries(region: Region, deployer: Deployer): Region {
  const persistent = <Service extends object>(service: Service): Service => persistentFor(deployer, service);
  const { ec2, lambda, logs, dynamodb, sts, iam } = region;
  return {
    ...region,
    ec2: persistent(ec2),
    lambda: persistent(lambda),
    logs: persistent(logs),
    dynamodb: persistent(dynamodb),
    sts: persistent(sts),
    iam: persistent(iam),
  };
}

type Operation = (...request: unknown[]) => Promise<unknown>;

function persistentFor<Service extends object>(deployer: Deployer, service: Service): Service {
  return new Proxy(service, {
    get: (target, name) => {
      const operation: unknown = Reflect.get(target, name);
      if (typeof operation !== "function") return operation;
      return (...request: unknown[]) => persist(() => deployer.call(() => (operation as Operation)(...request)));
    },
  });
}

async function persist<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!isRetried(error)) throw error;
      if (attempt === ATTEMPTS) throw error.afterAttempts(attempt);
      await sleep(labMillis(Math.min(2 ** (attempt - 1), LONGEST_PAUSE_SECONDS)));
    }
  }
}

function isRetried(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || isExcepted(error)) return false;
  return TRANSIENT_STATUS_CODES.includes(error.statusCode) || THROTTLED.includes(error.code);
}

/**
 * The one answer of Lambda's that the provider tells its SDK not to repeat: internal/service/lambda of
 * terraform-provider-aws.
 */
function isExcepted({ code, message }: ApiError): boolean {
  return (
    code === "KMSAccessDeniedException" &&
    message.includes("Lambda was unable to decrypt the environment variables because KMS access was denied.")
  );
}
