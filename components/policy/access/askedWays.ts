import { NOT_KNOWN } from "../requestContext";
import { alternativesOf } from "./alternatives";
import { decide, writtenKey, type AskedRequest, type AskedWay } from "./decide";
import type { AccessContext, AccessDecision } from "./facts";
import { WAY_KEYS } from "./keys";
import { useOf } from "./readDocuments";
import type { ReadAccess } from "./readPolicies";

/** What a request on a way can look like, ready to be asked. */
export function waysOf(access: ReadAccess, context: AccessContext): readonly AskedWay[] {
  const endpoint = context.endpointPolicy && access.readPolicy("endpoint", context.endpointPolicy);
  return alternativesOf(context, (key) => useOf(key, [...access.statements()])).map((keys) => ({
    keys,
    endpoint,
    isPlanned: context.arePoliciesPlanned === true,
  }));
}

/** What holds on all alternatives of a way; where they differ, it depends on the keys in which they do. */
export function together(asked: readonly AskedRequest[]): AccessDecision {
  const decisions = asked.map(decide);
  const [first = { outcome: "unknown", dependsOn: [] }, ...others] = decisions;
  if (others.length === 0) return first;
  const isSame = others.every(({ outcome }) => outcome === first.outcome);
  const keys = isSame ? [] : changingKeys(asked.map(({ way }) => way)).map(writtenKey);
  const dependsOn = [...new Set([...keys, ...decisions.flatMap((each) => each.dependsOn)])].sort();
  return isSame ? { ...first, dependsOn } : { outcome: "unknown", dependsOn };
}

/** The keys that do not have the same values on all of some ways. */
export function changingKeys(ways: readonly AskedWay[]): readonly string[] {
  const keys = new Set(ways.flatMap((way) => [...way.keys.keys()]));
  return [...keys].filter((key) => {
    const [first, ...others] = ways.map((way) => valuesText(way, key));
    return others.some((values) => values !== first) || (WAY_KEYS.has(key) && first === UNKNOWN_TEXT);
  });
}

const UNKNOWN_TEXT = "not known";

function valuesText({ keys }: AskedWay, key: string): string {
  const values = keys.get(key);
  if (values === NOT_KNOWN) return UNKNOWN_TEXT;
  // A key that is not given is absent if it is one of the way; else it is as it would be without the other way.
  return JSON.stringify(values ?? (WAY_KEYS.has(key) ? [] : null));
}
