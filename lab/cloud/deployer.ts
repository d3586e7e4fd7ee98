import { authorize, reasonAgainst } from "./authorize";
import type { Caller } from "./caller";
import { During } from "./during";
import { ACCOUNT_ID } from "./identifiers";
import type { AskedCall, Facts, Question } from "./questions";

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
  readonly #calling = new During<boolean>();
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
  async authorize(call: AskedCall, facts: Facts): Promise<readonly string[]> {
    const identity = this.#policies;
    if (identity === undefined || this.#calling.value !== true) return [];
    const caller = { ...deployerCaller("aws"), policies: () => ({ identity }) };
    return authorize(caller, call, facts, (question) => this.#asked.push(question));
  }
}

/** The lab's administrator, who deploys unless somebody else's key says otherwise. */
export function deployerCaller(partition: string): Caller {
  return { arn: deployerArn(partition), principalArn: DEPLOYER_ROLE_ARN, userId: "AROAEXAMPLELABDEPLOY:lab" };
}

/** Whether identity policies allow the deploying principal what is asked. */
export function isAllowed(policies: readonly string[], question: Question, region: string): boolean {
  return reasonAgainst(deployerCaller("aws"), { identity: policies }, question, region) === undefined;
}
