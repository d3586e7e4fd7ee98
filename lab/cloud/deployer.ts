import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { ApiError } from "./apiError";
import { ACCOUNT_ID } from "./identifiers";
import { type AskedCall, type Question, questionsOf, type Facts } from "./permissions";
import { decisionOf, NOT_SERVED } from "./rolePolicies";

/** The role that deploys. */
const DEPLOYER_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/deployment`;

/** The session in which it does: what STS says that the caller is. */
export function deployerArn(partition: string): string {
  return `arn:${partition}:sts::${ACCOUNT_ID}:assumed-role/deployment/lab`;
}

/**
 * Who calls AWS's API through the `aws` provider. It may do everything until it is restricted; whoever calls the cloud
 * from the other side is somebody else, who always may.
 */
export class Deployer {
  readonly #calling = new AsyncLocalStorage<boolean>();
  readonly #asked: Question[] = [];
  #policies: readonly string[] | undefined;

  /** From now on it may do what these identity policies allow together, and nothing else. */
  restrictTo(policies: readonly string[]): void {
    this.#policies = policies;
  }

  /** From now on it may do everything again. */
  release(): void {
    this.#policies = undefined;
  }

  /** What IAM was asked while it was restricted, in that order, denied or not. */
  get asked(): readonly Question[] {
    return this.#asked;
  }

  /** Makes a call of the cloud as this principal. */
  call<T>(ask: () => T): T {
    return this.#calling.run(true, ask);
  }

  /** What a service does of its own accord while it carries out a call is none of the caller's. */
  leave<T>(perform: () => T): T {
    return this.#calling.run(false, perform);
  }

  /** Throws what the service answers where a call is not allowed; else the parts of its answer that are withheld. */
  authorize(call: AskedCall, facts: Facts): readonly string[] {
    const policies = this.#policies;
    if (policies === undefined || this.#calling.getStore() !== true) return [];
    const questions = questionsOf(call, facts);
    if (questions === undefined) {
      throw new ApiError(
        NOT_SERVED,
        `The lab does not know what ${call.service}:${call.action} has to be allowed: do not restrict the deployer.`,
      );
    }
    return questions.flatMap((question) => {
      this.#asked.push(question);
      if (isAllowed(policies, question, call.region)) return [];
      if (question.withholds !== undefined) return [question.withholds];
      throw denial(call, question);
    });
  }
}

/** Whether identity policies allow the deploying principal what is asked. */
export function isAllowed(
  policies: readonly string[],
  { action, resource, context }: Question,
  region: string,
): boolean {
  const always = {
    "aws:PrincipalArn": DEPLOYER_ROLE_ARN,
    "aws:RequestedRegion": region,
    "aws:SecureTransport": "true",
    "aws:ViaAWSService": "false",
  };
  return (
    decisionOf(policies, {
      principal: { arn: deployerArn("aws") },
      action,
      resource,
      context: { ...always, ...context },
    }) === "allowed"
  );
}

/** In the words of each service: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denial({ service }: AskedCall, { action, resource, askedBy }: Question): ApiError {
  if (askedBy === "lambda") {
    const looking = action.replace("ec2:", "");
    return new ApiError(
      "AccessDeniedException",
      `Your access has been denied by EC2, please make sure your request credentials have permission to ${looking}. ` +
        "EC2 Error Code: UnauthorizedOperation. EC2 Error Message: You are not authorized to perform this operation.",
      403,
    );
  }
  const where = resource === "*" ? "" : ` on resource: ${resource}`;
  const text =
    `User: ${deployerArn("aws")} is not authorized to perform: ${action}${where} because no identity-based policy ` +
    `allows the ${action} action`;
  if (service !== "ec2") return new ApiError(service === "iam" ? "AccessDenied" : "AccessDeniedException", text, 403);
  const encoded = createHash("sha512").update(text).digest("base64url");
  return new ApiError(
    "UnauthorizedOperation",
    `You are not authorized to perform this operation. ${text}. Encoded authorization failure message: ${encoded}`,
    403,
  );
}
