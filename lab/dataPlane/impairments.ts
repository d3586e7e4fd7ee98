import type { InvokeError } from "../cloud/invokeErrors";

/** What a fault does to traffic and to functions, for as long as it is there. */
export type Impairment =
  /** The route of a switch takes effect so late; Infinity: never. */
  | { readonly kind: "lateRoute"; readonly delayMillis: number }
  /** After a switch, new connections get no answer for so long. */
  | { readonly kind: "slowReconnect"; readonly delayMillis: number }
  /** Connections that a switch breaks are left without an answer, not reset. */
  | { readonly kind: "silentDrop" }
  /** What changes of a role's policies acts so late. */
  | { readonly kind: "lateRole"; readonly delayMillis: number }
  /** A new or changed policy of an endpoint acts so late. */
  | { readonly kind: "latePolicy"; readonly delayMillis: number }
  /** The endpoint in force denies every request. */
  | { readonly kind: "denyingPolicy" }
  /** No security group lets anything out. */
  | { readonly kind: "noEgress" }
  /** DynamoDB throttles so many requests. */
  | { readonly kind: "throttledRequests"; readonly times: number }
  /** The account's calls of the operations that are limited are used up. */
  | { readonly kind: "spentLimits" }
  /** What connects from a new network interface gets no answer for so long. */
  | { readonly kind: "slowStart"; readonly delayMillis: number }
  /** Each invocation gets a new execution environment, which takes so much longer to start. */
  | { readonly kind: "newEnvironments"; readonly startMillis: number }
  /** Lambda answers so many invocations with an error of its own. */
  | { readonly kind: "refusedInvocations"; readonly error: InvokeError; readonly times: number }
  /** Functions were not used for so long that Lambda has to make them ready again, which takes a while. */
  | { readonly kind: "inactiveFunctions"; readonly wakeMillis: number }
  /** Lambda does not come to set up functions that are created. */
  | { readonly kind: "failingSetup" }
  /** Each invocation is delivered twice; the second answer counts. */
  | { readonly kind: "deliveredTwice" };

/** Where an impairment is in force. What is left out is everywhere. */
export interface Target {
  readonly region?: string;
  /** Traffic of the subnets that use this route table. */
  readonly routeTableId?: string;
  /** Functions of this name, or whose names match. Traffic of clients that are no functions is then left alone. */
  readonly functionName?: string | RegExp;
}

/** Where something happens. */
export interface Place {
  readonly region: string;
  readonly routeTableId?: string;
  readonly functionName?: string;
}

/** What happens a few times only. */
type Counted = Extract<Impairment, { readonly times: number }>;

type OfKind<K extends Impairment["kind"]> = Extract<Impairment, { readonly kind: K }>;

interface Active {
  readonly impairment: Impairment;
  readonly target: Target;
  struck: number;
}

/** The impairments that are in force. */
export class Impairments {
  /** The newest first. */
  #active: readonly Active[] = [];
  readonly #listeners: (() => void)[] = [];

  /** Calls `listener` whenever an impairment begins or ends. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The answer ends the impairment. */
  add(impairment: Impairment, target: Target): () => void {
    const added: Active = { impairment, target, struck: 0 };
    this.#set([added, ...this.#active]);
    return () => this.#set(this.#active.filter((known) => known !== added));
  }

  /** The impairment of this kind that is in force at a place, the newest if there are several. */
  at<K extends Impairment["kind"]>(kind: K, place: Place): OfKind<K> | undefined {
    return this.#newest(kind, place)?.impairment as OfKind<K> | undefined;
  }

  /** Whether any impairment of this kind is in force anywhere. */
  any(kind: Impairment["kind"]): boolean {
    return this.#active.some(({ impairment }) => impairment.kind === kind);
  }

  /** The impairment of this kind that strikes at a place, which counts. */
  strike<K extends Counted["kind"]>(kind: K, place: Place): OfKind<K> | undefined {
    const active = this.#newest(kind, place);
    if (active === undefined || active.struck >= (active.impairment as Counted).times) return undefined;
    active.struck += 1;
    return active.impairment as OfKind<K>;
  }

  #newest(kind: Impairment["kind"], place: Place): Active | undefined {
    return this.#active.find(({ impairment, target }) => impairment.kind === kind && isAt(target, place));
  }

  #set(active: readonly Active[]): void {
    this.#active = active;
    for (const listener of this.#listeners) listener();
  }
}

function isAt(target: Target, place: Place): boolean {
  return (
    (target.region === undefined || target.region === place.region) &&
    (target.routeTableId === undefined || target.routeTableId === place.routeTableId) &&
    (target.functionName === undefined || isNamed(target.functionName, place.functionName))
  );
}

function isNamed(pattern: string | RegExp, name: string | undefined): boolean {
  if (name === undefined) return false;
  return typeof pattern === "string" ? pattern === name : pattern.test(name);
}
