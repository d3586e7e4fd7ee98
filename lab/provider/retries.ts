import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../cloud/apiError";
import type { Region } from "../cloud/cloud";
import type { Deployer } from "../cloud/deployer";

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const THROTTLED = ["RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"];

/** The provider's default, `maxRetries`. */
const ATTEMPTS = 25;

/** Short: what counts in a rehearsal is that a request comes again, not how long that takes. */
const LONGEST_PAUSE_MILLIS = 16;

/** The Region as the provider's SDK reaches it, for the deployer: what AWS throttles or fails to serve is asked for again. */
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
      if (attempt === ATTEMPTS || !isRetried(error)) throw error;
      await sleep(Math.min(2 ** (attempt - 1), LONGEST_PAUSE_MILLIS));
    }
  }
}

function isRetried(error: unknown): boolean {
  return error instanceof ApiError && (error.statusCode >= 500 || THROTTLED.includes(error.code));
}
