import type { ComponentResource } from "@pulumi/pulumi";
import type { Finding } from "../args/findings";
import { isSecretInput, valueIfKnown } from "../engine/plannedValues";
import { regionOf } from "../engine/region";
import type { CheckPlan } from "../plan/checkPlan";
import type { Ledger } from "../plan/ledger";
import { functionNameFindings } from "../plan/namedFunction";
import type { RoutePlan } from "../plan/routePlan";

/**
 * What is wrong with functions of the user's own that is not known before: names that are Outputs, and the provider's
 * Region.
 */
export async function functionPlaceFindings(
  component: ComponentResource,
  { check, region }: Pick<RoutePlan, "check" | "region">,
  next: Pick<Ledger, "tables">,
): Promise<readonly Finding[]> {
  const functions = Object.entries(check?.functions ?? {});
  // A withdrawal must be possible, and invokes nothing.
  if (functions.length === 0 || next.tables.size === 0) return [];
  const known = await valueIfKnown(regionOf(component, region));
  return (await Promise.all(functions.map((each) => findings(each, known)))).flat();
}

async function findings(
  [name, given]: [string, CheckPlan["functions"][string]],
  region: string | undefined,
): Promise<readonly Finding[]> {
  const path = `rollout.check.functions.${name}`;
  const known: unknown = await valueIfKnown(given);
  const found = typeof known === "string" ? [...functionNameFindings(path, known, region)] : [];
  if (found.length === 0 || !(await isSecretInput(given))) return found;
  return [
    {
      path,
      message: "is a secret that cannot be used here",
      suggestion: "give the name or the ARN of a Lambda function of the same Region",
    },
  ];
}
