import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { Finding } from "../args/findings";

/** What `ignoreChanges` reaches in a component, and what it cannot ignore because it becomes something else. */
export interface Ignorable {
  /** The resource that it is handed to; `undefined` if it reaches none. */
  readonly reaches: string | undefined;
  /** Arguments of the component that are no property of that resource → what to do in their place. */
  readonly instead: Readonly<Record<string, string>>;
}

const HOLD_BACK = 'hold switches back with rollout.throughStage ("none" switches nothing) or rollout.window';
const AS_POLICY = 'name "policy", which is written from it';
const LEAVE_OUT = "leave it out";
const OF_ROUTE_TABLES = { routeTables: HOLD_BACK, rollout: HOLD_BACK, formerNames: LEAVE_OUT, adopt: LEAVE_OUT };

export const IGNORED_BY_ENDPOINT: Ignorable = {
  reaches: "endpoint",
  instead: { access: AS_POLICY, ...OF_ROUTE_TABLES },
};
export const IGNORED_BY_ROLLOUT: Ignorable = {
  reaches: undefined,
  instead: { vpcEndpointId: "give the endpoint that it is to stay with", "*": HOLD_BACK, ...OF_ROUTE_TABLES },
};
export const IGNORED_BY_POLICY: Ignorable = { reaches: "policy", instead: { access: AS_POLICY } };

/**
 * Options that would do nothing, in silence: somebody relies on them. What a language without types can give is among
 * them.
 */
export function* optionFindings(
  opts: ComponentResourceOptions & { readonly import?: unknown } = {},
  { reaches, instead }: Ignorable,
): Iterable<Finding> {
  if (opts.import !== undefined) {
    yield {
      path: "opts.import",
      message: "a component cannot be imported",
      suggestion: "name what exists in adopt; an EndpointPolicy takes over the policy that is there",
    };
  }
  for (const [i, path] of (opts.ignoreChanges ?? []).entries()) {
    const [argument = ""] = path.split(/[.[]/);
    if (reaches !== undefined && !Object.hasOwn(instead, argument)) continue;
    const scope =
      reaches === undefined
        ? "ignoreChanges reaches nothing in a RouteRollout"
        : `ignoreChanges reaches the ${reaches} alone`;
    yield {
      path: `opts.ignoreChanges[${i}]`,
      message: `"${path}" would not be ignored: ${scope}`,
      suggestion: instead[argument] ?? LEAVE_OUT,
    };
  }
}
