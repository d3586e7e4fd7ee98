import type { Ledger, RecordedCheck } from "../plan/ledger";

/**
 * What is said of what goes of a check from one ledger to the next. `formerNames` (new → former) are those of functions
 * that stay.
 */
export function* checkTeardownWarnings(
  before: Pick<Ledger, "check">,
  next: Pick<Ledger, "check">,
  formerNames: Readonly<Record<string, string>>,
): Iterable<string> {
  const { check: had = NO_CHECK } = before;
  const { check: has = NO_CHECK } = next;
  const kept = new Set([...has.functions].flatMap((name) => [name, formerNames[name]]));
  const functions = [...had.functions].filter((name) => !kept.has(name)).sort();
  if (had.hasSecurityGroup && !has.hasSecurityGroup)
    yield `${functions.length > 0 ? functionsGo(functions) : "the security group of the check is deleted"}: ${WAITING}`;
  else if (functions.length > 0)
    yield `${functionsGo(functions)}. ${INTERFACES_STAY} ${had.hasSecurityGroup ? WAITING_FOR_NOTHING : KEEP_THE_ROLE}`;
}

const NO_CHECK: RecordedCheck = { functions: new Set(), hasSecurityGroup: false };

/**
 * What an earlier version has left of a check: the reports of the route tables that it had proven, by functions that it
 * had made.
 */
export function checkOfReports(reports: unknown): RecordedCheck | undefined {
  const proven = Object.keys(typeof reports === "object" && reports !== null ? reports : {});
  return proven.length === 0 ? undefined : { functions: new Set(proven), hasSecurityGroup: true };
}

function functionsGo(routeTables: readonly string[]): string {
  return routeTables.length === 1
    ? `the function that checks ${routeTables.join()} is deleted`
    : `the functions that check ${routeTables.join(", ")} are deleted`;
}

const WAITING =
  "`pulumi up` waits 20 to 45 minutes for that. AWS Lambda takes so long to remove the network interfaces of a " +
  "function, and does it with the permissions of its role: the check's security group goes when they are gone, and a " +
  "role of its own after that. To avoid the wait, keep rollout.check; a check with roleArn and securityGroupIds from " +
  "the beginning waits for nothing.";

/** The check's own group becomes another one: in another VPC, or another Region. */
export const REPLACED_GROUP_WARNING = `the security group of the check is replaced: ${WAITING}`;

const INTERFACES_STAY =
  "AWS Lambda takes 20 to 45 minutes to remove its network interfaces, which hold their subnet for as long.";
const WAITING_FOR_NOTHING = "`pulumi up` does not wait for that.";
const KEEP_THE_ROLE =
  "`pulumi up` does not wait for that; keep the role of roleArn until then: interfaces whose role is gone stay for " +
  "ever.";
