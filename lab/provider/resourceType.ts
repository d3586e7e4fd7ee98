import type { Cloud, Region } from "../cloud/cloud";
import type { ProviderConfiguration } from "./configuration";
import { map, type Shape, string, type TypeOf } from "./shapes";
import type { Values } from "./values";

/** What can be said of a property beside its shape. */
export interface Rules<T = unknown> {
  /** A change cannot be made in place: the resource is replaced. */
  readonly replaces?: boolean;
  /** What the provider puts in when the program says nothing. */
  readonly default?: T;
  /** A name that the provider makes up from the resource's name when the program gives none. */
  readonly autoname?: { readonly maxLength: number };
  /** The inputs whose change makes AWS answer this output anew: it is unknown in the preview of such an update. */
  readonly changesWith?: readonly string[];
  /** AWS does not tell it back: it is kept as the program gave it. */
  readonly notReadable?: boolean;
  /** Why a value of the right shape is wrong all the same. */
  readonly problem?: (value: T) => string | undefined;
}

type Input = "required" | "optional" | "none";

/** One property of a resource type, as its declaration says it. Check, diff, preview and schema follow from it. */
export interface Property<S extends Shape = Shape, I extends Input = Input, P extends boolean = boolean> extends Rules {
  readonly shape: S;
  readonly input: I;
  /** AWS chooses a value where the program gives none. */
  readonly computed: boolean;
  /** After the check there is always a value. */
  readonly present: P;
}

export type Properties = Readonly<Record<string, Property>>;

/** The property must be given. */
export function required<S extends Shape>(shape: S, rules: Rules<TypeOf<S>> = {}): Property<S, "required", true> {
  return { ...(rules as Rules), shape, input: "required", computed: false, present: true };
}
/** The property may be given; without it, or once it is dropped, there is none. */
export function optional<S extends Shape>(shape: S, rules: Rules<TypeOf<S>> = {}): Property<S, "optional", false> {
  return { ...(rules as Rules), shape, input: "optional", computed: false, present: false };
}
/** The property may be given; the provider has a value for those who do not. */
export function defaulted<S extends Shape>(
  shape: S,
  value: TypeOf<S>,
  rules: Rules<TypeOf<S>> = {},
): Property<S, "optional", true> {
  return { ...(rules as Rules), default: value, shape, input: "optional", computed: false, present: true };
}
/** The property is a name: given, or made up by the provider. */
export function autonamed(
  maxLength: number,
  problem?: (name: string) => string | undefined,
): Property<typeof string, "optional", true> {
  return {
    autoname: { maxLength },
    problem: problem as Rules["problem"],
    replaces: true,
    shape: string,
    input: "optional",
    computed: false,
    present: true,
  };
}
/** The property may be given; without it AWS chooses, and once it is dropped it stays as it is. */
export function optionalComputed<S extends Shape>(
  shape: S,
  rules: Rules<TypeOf<S>> = {},
): Property<S, "optional", false> {
  return { ...(rules as Rules), shape, input: "optional", computed: true, present: false };
}
/** AWS's answer. */
export function computed<S extends Shape>(
  shape: S,
  rules: Pick<Rules, "changesWith"> = {},
): Property<S, "none", false> {
  return { ...rules, shape, input: "none", computed: true, present: false };
}

type ShapeOf<P> = P extends Property<infer S> ? S : never;

/** The inputs of a type after the check. */
export type InputsOf<P extends Properties> = {
  readonly [K in keyof P as P[K] extends Property<Shape, Input, true> ? K : never]: TypeOf<ShapeOf<P[K]>>;
} & {
  readonly [K in keyof P as P[K] extends Property<Shape, "optional", false> ? K : never]?: TypeOf<ShapeOf<P[K]>>;
};

/** What is known of a resource: its inputs and AWS's answers. */
export type StateOf<P extends Properties> = { readonly [K in keyof P]?: TypeOf<ShapeOf<P[K]>> };

/** Where a request goes: the account, the Region it concerns, and the provider instance that makes it. */
export interface Place {
  readonly cloud: Cloud;
  readonly aws: Region;
  readonly provider: ProviderConfiguration;
}

export type TagMap = Readonly<Record<string, string>>;

export interface TagChange {
  readonly set: TagMap;
  readonly removed: readonly string[];
}

export interface Creation<State> {
  readonly id: string;
  readonly answers: State;
}

export interface ResourceDeclaration<P extends Properties> {
  /** "aws:ec2/vpc:Vpc" */
  readonly token: string;
  /** As the provider's errors name it: "creating EC2 VPC …". */
  readonly what: string;
  /** What an error of the creation names, before there is an id. */
  readonly subject: (inputs: InputsOf<P>) => string | undefined;
  readonly properties: P;
  /** Properties of the real type, inputs and outputs, that the lab does not know. Using one as an input is an error. */
  readonly refused?: readonly string[];
  /** Not in one Region: the type has no `region`. */
  readonly global?: true;
  /** The provider deletes before it creates whenever it replaces. */
  readonly deleteBeforeReplace?: true;
  /** Exactly one of the properties of each group must be given. */
  readonly exactlyOneOf?: readonly (readonly (keyof P & string)[])[];

  /**
   * Answers the id, or the id and what only the creation tells (`read` gets it as known from then on).
   * `tags` are all of them, the provider's default tags included.
   */
  create(
    request: Place & { readonly inputs: InputsOf<P>; readonly tags: TagMap },
  ): Promise<string | Creation<StateOf<P>>>;
  /** Undefined when there is no such resource. `known` is empty for an import, except for what its id says. */
  read(
    request: Place & { readonly id: string; readonly known: StateOf<P> },
  ): Promise<(StateOf<P> & { readonly tags?: TagMap }) | undefined>;
  /** Absent: every change of an input replaces. `changed` has no tags. */
  update?(
    request: Place & {
      readonly id: string;
      readonly inputs: InputsOf<P>;
      readonly known: StateOf<P>;
      readonly changed: ReadonlySet<string>;
    },
  ): Promise<void>;
  delete(request: Place & { readonly id: string; readonly known: StateOf<P> }): Promise<void>;
  /** Present: the type has `tags` and `tagsAll`. */
  retag?(
    request: Place & { readonly id: string; readonly known: StateOf<P>; readonly change: TagChange },
  ): Promise<void>;
  /** What an import id says, where it is not the id itself. */
  imported?(importId: string): { readonly id: string; readonly known: StateOf<P> };
  /** Codes with which AWS says that what is to be deleted is gone. */
  readonly goneCodes?: readonly string[];
}

/** A resource type as the provider's machinery uses it, whatever its properties are. */
export interface ResourceType extends Omit<
  ResourceDeclaration<Properties>,
  "subject" | "create" | "read" | "update" | "delete" | "retag" | "imported" | "exactlyOneOf"
> {
  readonly refused: readonly string[];
  readonly goneCodes: readonly string[];
  subject(inputs: Values): string | undefined;
  readonly exactlyOneOf: readonly (readonly string[])[];
  create(request: Place & { readonly inputs: Values; readonly tags: TagMap }): Promise<string | Creation<Values>>;
  read(request: Place & { readonly id: string; readonly known: Values }): Promise<Values | undefined>;
  update?(
    request: Place & {
      readonly id: string;
      readonly inputs: Values;
      readonly known: Values;
      readonly changed: ReadonlySet<string>;
    },
  ): Promise<void>;
  delete(request: Place & { readonly id: string; readonly known: Values }): Promise<void>;
  retag?(request: Place & { readonly id: string; readonly known: Values; readonly change: TagChange }): Promise<void>;
  imported?(importId: string): { readonly id: string; readonly known: Values };
}

/**
 * Declares a resource type once; everything else is derived.
 *
 * Every regional type has `region`, every taggable one `tags` and `tagsAll`: they are added here, not type by type.
 * The machinery hands over only checked inputs, so that the declaration may rely on their types.
 */
export function resourceType<const P extends Properties>(declaration: ResourceDeclaration<P>): ResourceType {
  const regional = declaration.global ? {} : { region: optionalComputed(string, { replaces: true }) };
  const taggable = declaration.retag ? { tags: optional(map(string)), tagsAll: computed(map(string)) } : {};
  return {
    refused: [],
    goneCodes: [],
    exactlyOneOf: [],
    ...declaration,
    properties: { ...declaration.properties, ...regional, ...taggable },
  };
}
