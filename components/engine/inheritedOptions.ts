import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Resource,
} from "@pulumi/pulumi";
import { changingOptions } from "./changingOptions";

/**
 * What a component's options decide about its routes. The engine hands `protect`, `retainOnDelete` and `deletedWith`
 * down to everything that a component makes; an association and a check's function need something else than an endpoint
 * does.
 */
export interface InheritedOptions {
  /** `retainOnDelete` was given to the component itself. */
  readonly retained: boolean;
  /** A parent of the component may have been given options, of which the engine alone knows. */
  readonly fromParents: boolean;
  readonly deletedWith: boolean;
  /** The endpoint stays although its VPC is another one: no route table moves. */
  readonly inPlace: boolean;
}

/** A component in another process is given what its parents were given, too. */
export function inheritedOptions(opts: ComponentResourceOptions = {}): InheritedOptions {
  return {
    retained: opts.retainOnDelete === true,
    fromParents: ComponentResource.isInstance(opts.parent),
    deletedWith: opts.deletedWith !== undefined,
    inPlace: opts.ignoreChanges?.some((path) => ["vpcId", "*"].includes(path)) ?? false,
  };
}

/**
 * Whether a component is protected, by itself or by a parent. The SDK keeps it for children, and has it not in its
 * types.
 */
export function isProtected(component: Resource): boolean {
  return (component as { readonly __protect?: boolean }).__protect === true;
}

/**
 * The options of what a check makes. It carries no traffic, so nothing holds it: not `protect`, which would hold up the
 * replacement of a gate; not `retainOnDelete`; and not a `deletedWith`, as a VPC takes no role with it, and does not go
 * while a function's network interfaces are in it.
 */
export function checkOptions({ deletedWith, fromParents }: InheritedOptions): CustomResourceOptions {
  return {
    protect: false,
    retainOnDelete: false,
    transforms: deletedWith || fromParents ? [withoutDeletedWith] : undefined,
  };
}

const withoutDeletedWith = changingOptions((opts) => ({ ...opts, deletedWith: undefined }));

/**
 * The options of an association: `protect` would bar the way out, and what is retained could not be withdrawn. Where a
 * parent is retained, a keeper for each name would come too late: the routes stay with the ledger `after`.
 */
export function associationOptions(
  { fromParents }: InheritedOptions,
  keeper: Resource | undefined,
  after: Resource,
): CustomResourceOptions {
  if (keeper !== undefined) return { protect: false, retainOnDelete: false, deletedWith: keeper };
  if (!fromParents) return { protect: false, retainOnDelete: false };
  const keeping = changingOptions((opts) =>
    opts.retainOnDelete === true ? { ...opts, retainOnDelete: false, deletedWith: after } : undefined,
  );
  return { protect: false, transforms: [keeping] };
}
