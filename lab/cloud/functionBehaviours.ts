/** What a handler throws, as Lambda's payload shows it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** How a function answers an invocation in place of its code. */
export type FunctionBehaviour =
  | {
      readonly outcome: "succeed";
      /** What the handler returns, or a function of the event. Default: null. */
      readonly result?: unknown;
    }
  | {
      readonly outcome: "fail";
      readonly error: FunctionError;
    }
  | {
      readonly outcome: "slow";
      readonly milliseconds: number;
      /** What happens afterwards. Default: it succeeds with null. */
      readonly then?: FunctionBehaviour;
    };

/** The functions whose code is not run, by name. Like faults, they are not kept in the state file. */
export class FunctionBehaviours {
  #known: { readonly pattern: string | RegExp; readonly behaviour: FunctionBehaviour }[] = [];

  /** Functions whose whole name is `pattern`, or that match it, behave so from now on. The latest word counts. */
  behave(pattern: string | RegExp, behaviour: FunctionBehaviour): void {
    this.#known = [{ pattern, behaviour }, ...this.#known];
  }

  clear(): void {
    this.#known = [];
  }

  of(functionName: string): FunctionBehaviour | undefined {
    const found = this.#known.find(({ pattern }) =>
      typeof pattern === "string" ? pattern === functionName : pattern.test(functionName),
    );
    return found?.behaviour;
  }
}
