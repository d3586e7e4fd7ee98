import { computed, type InputsOf, optional, type Place, type Properties, type StateOf } from "./resourceType";
import { string } from "./shapes";
import type { Values } from "./values";

export interface FunctionDeclaration<A extends Properties, R extends Properties> {
  /** "aws:ec2/getVpc:getVpc" */
  readonly token: string;
  readonly arguments: A;
  /** Declared as AWS's answers, the arguments that come back included. */
  readonly results: R;
  /** Arguments and results of the real function that the lab does not know. */
  readonly refused?: readonly string[];
  /** The function has no argument `region`: what it answers is not in one Region, or always in the provider's. */
  readonly global?: true;
  run(request: Place & { readonly args: InputsOf<A> }): Promise<StateOf<R>>;
}

/** A function of the provider as its machinery uses it. */
export interface FunctionType {
  readonly token: string;
  readonly arguments: Properties;
  readonly results: Properties;
  readonly refused: readonly string[];
  readonly global?: true;
  run(request: Place & { readonly args: Values }): Promise<Values>;
}

/** Declares a function once; its check and its schema are derived. Every regional function has `region`. */
export function functionType<const A extends Properties, const R extends Properties>(
  declaration: FunctionDeclaration<A, R>,
): FunctionType {
  const args = declaration.global ? {} : { region: optional(string) };
  const results = declaration.global ? {} : { region: computed(string) };
  return {
    refused: [],
    ...declaration,
    arguments: { ...declaration.arguments, ...args },
    results: { ...declaration.results, ...results },
  };
}
