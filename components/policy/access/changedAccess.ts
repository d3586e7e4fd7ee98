import type { ReadPolicy } from "./readDocuments";
import {
  callersByArn,
  factsOf,
  policiesOf,
  type Levels,
  type ReadAccess,
  type ReadCaller,
  type ReadResource,
} from "./readPolicies";

/** Everything as it was read, with some policies changed wherever they stand: whom that does not concern stays. */
export function changedAccess(access: ReadAccess, changes: ReadonlyMap<ReadPolicy, ReadPolicy>): ReadAccess {
  if (changes.size === 0) return access;
  const change = (policy: ReadPolicy): ReadPolicy => changes.get(policy) ?? policy;
  const known = new Map<Levels, Levels>();
  const levels = (all: Levels): Levels => {
    const changed = known.get(all) ?? mapped(all, (level) => mapped(level, change));
    known.set(all, changed);
    return changed;
  };
  const callers = mapped(access.callers, (caller) => changedCaller(caller, change, levels));
  return {
    ...access,
    callers,
    callerOf: callersByArn(callers),
    resources: mapped(access.resources, (resource) => changedResource(resource, change, levels)),
  };
}

/** A list whose items are others, or the same list where none is. */
function mapped<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  const changed = items.map(change);
  return changed.some((item, i) => item !== items[i]) ? changed : items;
}

function changedCaller(
  caller: ReadCaller,
  change: (policy: ReadPolicy) => ReadPolicy,
  levels: (all: Levels) => Levels,
): ReadCaller {
  const parts = {
    serviceControl: levels(caller.serviceControl),
    identity: mapped(caller.identity, change),
    boundary: caller.boundary && change(caller.boundary),
  };
  const isSame =
    parts.serviceControl === caller.serviceControl &&
    parts.identity === caller.identity &&
    parts.boundary === caller.boundary;
  return isSame ? caller : { ...caller, ...parts, policies: policiesOf({ ...parts, session: caller.session }) };
}

function changedResource(
  resource: ReadResource,
  change: (policy: ReadPolicy) => ReadPolicy,
  levels: (all: Levels) => Levels,
): ReadResource {
  const resourceControl = levels(resource.resourceControl);
  const policy = resource.policy && change(resource.policy);
  if (resourceControl === resource.resourceControl && policy === resource.policy) return resource;
  return { ...resource, ...factsOf({ ...resource, resourceControl, policy }) };
}
