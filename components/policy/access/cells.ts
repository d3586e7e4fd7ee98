import type { Match } from "../matching";
import { AskedRequest, policiesOfCaller, policiesOfResource, type AskedWay } from "./decide";
import { ACTIONS, type ReadCaller, type ReadPolicy, type ReadResource, type ReadStatement } from "./readPolicies";

/** Resources to which the same statements apply, and of the actions on them those which the same statements name. */
export interface Cell {
  readonly resources: readonly [ReadResource, ...ReadResource[]];
  /** Places among `ACTIONS`: one of each list stands for all of it. */
  readonly actions: readonly (readonly [number, ...number[]])[];
}

const NO_WAY: AskedWay = { keys: new Map(), endpoint: undefined };

/**
 * What a caller may do anything on at all, by what its policies and those of endpoints tell apart. What no statement can allow is denied on
 * every way, and is left out.
 */
export function cellsOf(
  caller: ReadCaller,
  resources: readonly ReadResource[],
  endpoints: readonly ReadPolicy[],
): readonly Cell[] {
  const everywhere = [...policiesOfCaller(caller), ...endpoints];
  const allowing = caller.identity.flatMap(({ statements }) =>
    statements.filter(({ compiled }) => compiled.effect === "Allow"),
  );
  const isUnknown = caller.identity.some(({ unknown }) => unknown !== undefined);
  const groups = new Map<string, [ReadResource, ...ReadResource[]]>();
  for (const resource of resources) {
    if (resource.kind === "none" && resource.account !== caller.account) continue;
    const asked = new AskedRequest(caller, resource, 0, NO_WAY);
    const mayBeAllowed =
      isUnknown || resource.policy !== undefined || allowing.some((statement) => mayMatch(asked, statement) !== "no");
    if (!mayBeAllowed) continue;
    const key = signature(asked, [...policiesOfResource(caller, resource), ...everywhere]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [resource]);
    else group.push(resource);
  }
  return [...groups.values()].map((group) => ({
    resources: group,
    actions: actionsOf(caller, group[0], everywhere, isUnknown),
  }));
}

/** Where variables are in a statement's resources, each resource that they can stand for is a case of its own. */
function mayMatch(asked: AskedRequest, statement: ReadStatement): Match | number {
  if (!statement.hasResourceVariables) return asked.matchesResource(statement);
  return asked.mayMatchResource(statement) ? asked.resource.place : "no";
}

function signature(asked: AskedRequest, policies: readonly ReadPolicy[]): string {
  let text = asked.resource.ownFacts;
  for (const { statements } of policies) for (const each of statements) text += ` ${mayMatch(asked, each)}`;
  return text;
}

/** The actions on a resource that something may allow, those together which the same statements name. */
function actionsOf(
  caller: ReadCaller,
  resource: ReadResource,
  everywhere: readonly ReadPolicy[],
  isUnknown: boolean,
): Cell["actions"] {
  const asked = new AskedRequest(caller, resource, 0, NO_WAY);
  const policies = [...policiesOfResource(caller, resource), ...everywhere];
  const statements = policies.flatMap((policy) => policy.statements.filter((each) => mayMatch(asked, each) !== "no"));
  const allowing = policies
    .filter(({ kind }) => kind === "identity" || kind === "table")
    .flatMap((policy) => policy.statements.filter((each) => statements.includes(each)))
    .filter(({ compiled }) => compiled.effect === "Allow");
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
