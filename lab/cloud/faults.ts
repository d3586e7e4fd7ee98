import { ApiError } from "./apiError";

/** Requests of one action that AWS is made to refuse. */
export interface FailingAction {
  /** The service as its API is called: "ec2", "iam", "lambda", "logs", "sts", "dynamodb". Default: any. */
  readonly service?: string;
  /** Default: any. */
  readonly region?: string;
  /** The API's own name of the action, for example "ModifyVpcEndpoint". */
  readonly action: string;
  /** How many requests fail before AWS answers as usual. Default: all of them. */
  readonly times?: number;
  /** Which requests fail, judged by their parameters. Default: each. */
  readonly when?: (parameters: Readonly<Record<string, unknown>>) => boolean;
  readonly code: string;
  readonly message: string;
  /** The HTTP status. From 500 on, the provider's SDK tries again, as it does when it is throttled. Default: 400. */
  readonly statusCode?: number;
}

/** Requests of one action that AWS is made to answer late. */
export interface SlowAction {
  readonly service?: string;
  readonly region?: string;
  readonly action: string;
  readonly milliseconds: number;
  readonly times?: number;
  readonly when?: (parameters: Readonly<Record<string, unknown>>) => boolean;
}

interface Request {
  readonly region: string;
  readonly service: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Trigger = Omit<SlowAction, "milliseconds">;

/** A fault that counts how often it still happens. */
interface Armed<F extends Trigger> {
  readonly fault: F;
  left: number;
}

/** The code of what is no answer at all: the connection ends. Whoever asked tries again, as for a status of 500. */
export const CONNECTION_LOST = "RequestError";

/** What goes wrong in this AWS, by name. Faults belong to the running lab: they are not kept in its state file. */
export class Faults {
  #failing: Armed<FailingAction>[] = [];
  #slow: Armed<SlowAction>[] = [];

  failOn(fault: FailingAction): void {
    this.#failing.push({ fault, left: fault.times ?? Infinity });
  }

  /** The connections of these requests end without an answer. The answer is the fault, for `end`. */
  dropOn(trigger: Trigger): FailingAction {
    const lost = { code: CONNECTION_LOST, message: "read: connection reset by peer", statusCode: 500 };
    const fault: FailingAction = { ...trigger, ...lost };
    this.failOn(fault);
    return fault;
  }

  delay(fault: SlowAction): void {
    this.#slow.push({ fault, left: fault.times ?? Infinity });
  }

  /** Ends one fault, by the object that began it. */
  end(fault: FailingAction | SlowAction): void {
    this.#failing = this.#failing.filter((armed) => armed.fault !== fault);
    this.#slow = this.#slow.filter((armed) => armed.fault !== fault);
  }

  clear(): void {
    this.#failing = [];
    this.#slow = [];
  }

  /** How long this request waits before AWS looks at it. */
  delayOf(request: Request): number {
    return strike(this.#slow, request)?.milliseconds ?? 0;
  }

  /** The error that this request gets instead of an answer. */
  failureOf(request: Request): ApiError | undefined {
    const fault = strike(this.#failing, request);
    return fault && new ApiError(fault.code, fault.message, fault.statusCode);
  }
}

function strike<F extends Trigger>(armed: readonly Armed<F>[], request: Request): F | undefined {
  const struck = armed.find(({ fault, left }) => left > 0 && concerns(fault, request));
  if (struck === undefined) return undefined;
  struck.left -= 1;
  return struck.fault;
}

function concerns(fault: Trigger, { region, service, action, parameters }: Request): boolean {
  return (
    fault.action === action &&
    (fault.service === undefined || fault.service === service) &&
    (fault.region === undefined || fault.region === region) &&
    (fault.when === undefined || fault.when(parameters))
  );
}
