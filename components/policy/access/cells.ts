import { policiesOfResource } from "./decide";
import { ACTIONS, reaches, type ReadPolicy, type ReadStatement } from "./readDocuments";
import type { ReadCaller, ReadResource } from "./readPolicies";

/** Resources to which the same statements apply, and of the actions on them those which the same statements name. */
export interface Cell {
  readonly resources: readonly [ReadResource, ...ReadResource[]];
  /** Places among `ACTIONS`: one of each list stands for all of it. */
  readonly actions: readonly (readonly [number, ...number[]])[];
}

/**
 * What a caller may do anything on at all, by what its policies and those of endpoints tell apart. What no statement
 * can allow is denied on every way, and is left out.
 */
export function cellsOf(
  caller: ReadCaller,
  resources: readonly ReadResource[],
  endpoints: readonly ReadPolicy[],
): readonly Cell[] {
  const everywhere = [...caller.policies, ...endpoints];
  const allowing = caller.identity.flatMap(({ allows }) => allows);
  const isUnknown = caller.identity.some(({ unknown }) => unknown !== undefined);
  const groups = new Map<string, [ReadResource, ...ReadResource[]]>();
  for (const resource of resources) {
    if (resource.kind === "none" && resource.account !== caller.account) continue;
    const mayBeAllowed =
      isUnknown || resource.policy !== undefined || allowing.some((each) => reaches(each, resource) !== "no");
    if (!mayBeAllowed) continue;
    const key = signature(resource, [policiesOfResource(caller, resource), everywhere]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [resource]);
    else group.push(resource);
  }
  return [...groups.values()].map((group) => ({
    resources: group,
    actions: actionsOf(group[0], [...policiesOfResource(caller, group[0]), ...everywhere], isUnknown),
  }));
}

/** Where variables are in a statement's resources, each resource that they can stand for is a case of its own. */
function signature(resource: ReadResource, policies: readonly (readonly ReadPolicy[])[]): string {
  let text = resource.ownFacts;
  for (const some of policies)
    for (const { statements } of some)
      for (const each of statements) {
        const match = reaches(each, resource);
        text += match === "no" || !each.hasResourceVariables ? match : String(resource.place);
      }
  return text;
}

/** The actions on a resource that something may allow, those together which the same statements name. */
function actionsOf(resource: ReadResource, policies: readonly ReadPolicy[], isUnknown: boolean): Cell["actions"] {
  const reaching = (statements: readonly ReadStatement[]): readonly ReadStatement[] =>
    statements.filter((each) => reaches(each, resource) !== "no");
  const statements = policies.flatMap((policy) => reaching(policy.statements));
  const allowing = policies
    .filter(({ kind }) => kind === "identity" || kind === "table")
    .flatMap((policy) => reaching(policy.allows));
  const mayBeUnknown = isUnknown || resource.policy?.unknown !== undefined;
  const groups = new Map<string, [number, ...number[]]>();
  for (const [place, { resourceTypes, onItems, conditionKeys }] of ACTIONS.entries()) {
    const concerns = resource.kind === "none" ? resourceTypes.length === 0 : resourceTypes.includes(resource.kind);
    if (!concerns || (!mayBeUnknown && allowing.every(({ actions }) => actions[place] === "no"))) continue;
    const key = [onItems, conditionKeys, ...statements.map(({ actions }) => actions[place])].join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [place]);
    else group.push(place);
  }
  return [...groups.values()];
}
