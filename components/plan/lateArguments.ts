import { output, type Input, type Output } from "@pulumi/pulumi";
import type { Rollout } from "../args/args";
import { regionFindings, type Finding } from "../args/findings";
import { isSecretInput, valueIfKnown } from "../engine/plannedValues";
import { regionIfRight } from "../policy/regions";
import { tableFindings } from "./validateCheck";

/** The arguments that become part of ARNs and of the service's name: what is none would be one there. */
export interface NamingArguments {
  readonly region?: Input<string> | undefined;
  readonly rollout?: Rollout | undefined;
}

/** Arguments that are Outputs, with what is wrong with them. */
export interface LateArguments {
  /** The Region that is given; none if it is none, so that nothing stumbles over it before it is refused. */
  readonly region: Input<string> | undefined;
  /** Empty while values are unknown; absent where nothing is left to be judged. No secret is in it. */
  readonly problems: Promise<readonly Finding[]> | undefined;
}

/**
 * Judges such arguments where they are Outputs, as they are judged where they are known at once.
 *
 * What is wrong is handed on, for a hook to refuse: an error that is thrown in an `apply` does not stop the engine,
 * which would go on with what the program has made so far, and, under the Automation API, delete the rest.
 *
 * Ids are left to AWS: tests with mocks have ids of their own making.
 */
export function lateArguments({ region, rollout }: NamingArguments): LateArguments {
  const naming = [
    { path: "region", value: region, findings: regionFindings, right: 'give the code of one, such as "us-east-1"' },
    {
      path: "rollout.check.table",
      value: rollout?.check?.table,
      findings: tableFindings,
      right: "give the name of a table of this account and Region",
    },
  ];
  const late = naming.filter(({ value }) => value !== undefined && typeof value !== "string");
  return {
    region:
      region === undefined || typeof region === "string"
        ? region
        : (output(region).apply(regionIfRight) as Output<string>),
    problems: late.length === 0 ? undefined : Promise.all(late.map(lateFindings)).then((found) => found.flat()),
  };
}

interface LateArgument {
  readonly path: string;
  readonly value: Input<string> | undefined;
  readonly findings: (value: unknown) => Iterable<Finding>;
  readonly right: string;
}

/** A secret is judged too, and never shown. */
async function lateFindings({ path, value, findings, right }: LateArgument): Promise<readonly Finding[]> {
  const known = await valueIfKnown(value);
  const found = known === undefined ? [] : [...findings(known)];
  if (found.length === 0 || !(await isSecretInput(value))) return found;
  return [{ path, message: "is a secret that cannot be used here", suggestion: right }];
}
