import type { Input } from "@pulumi/pulumi";
import type { ReconnectCheck } from "../args/args";
import { namedMap } from "../args/namedMap";

/** A check with its defaults, and which functions it consists of. */
export interface CheckPlan extends Omit<ReconnectCheck, "functions" | "subnets"> {
  readonly subnets: Readonly<Record<string, Input<string>>>;
  readonly maxReconnectSeconds: number;
  readonly timeoutSeconds: number;
  /**
   * The checked route tables with a function of this package, sorted: a map's order does not survive the way from
   * another language.
   */
  readonly probed: readonly string[];
  /** The checked route tables with a function of the user's own → that function. */
  readonly functions: Readonly<Record<string, Input<string>>>;
}

/** The time limits of a check, with their defaults. */
export function checkLimits({
  maxReconnectSeconds,
  timeoutSeconds = 120,
}: Pick<ReconnectCheck, "maxReconnectSeconds" | "timeoutSeconds">): Pick<
  CheckPlan,
  "maxReconnectSeconds" | "timeoutSeconds"
> {
  return { maxReconnectSeconds: maxReconnectSeconds ?? Math.min(30, timeoutSeconds - 1), timeoutSeconds };
}

/** The check that is asked for, in these subnets. Assumes that it is valid. */
export function checkPlan(
  check: ReconnectCheck | undefined,
  subnets: Readonly<Record<string, Input<string>>>,
): CheckPlan | undefined {
  if (check === undefined) return undefined;
  const functions = namedMap(check.functions ?? {});
  const probed = Object.keys(subnets)
    .filter((table) => !(table in functions))
    .sort();
  return { ...check, ...checkLimits(check), subnets: namedMap(subnets), functions, probed };
}

/** Whether a route table is checked. */
export function isChecked(check: Pick<CheckPlan, "subnets"> | undefined, table: string): boolean {
  return check !== undefined && Object.hasOwn(check.subnets, table);
}

/**
 * Whether a check makes a security group: where it needs one, and where its role has to outlive the functions'
 * interfaces.
 */
export function hasSecurityGroup({
  probed,
  securityGroupIds,
  roleArn,
}: Pick<CheckPlan, "probed" | "securityGroupIds" | "roleArn">): boolean {
  return probed.length > 0 && (securityGroupIds === undefined || roleArn === undefined);
}
