import type { Input } from "@pulumi/pulumi";
import type { EndpointAccess } from "../args/args";
import type { Finding } from "../args/findings";
import { accessFindings, type Access } from "../policy/presets";
import { partitionOf, regionIfRight } from "../policy/regions";
import { validatePolicy, type PolicyFinding } from "../policy/validate";
import type { LateArguments } from "./lateArguments";

/** Where a policy comes from: written by the user, made from what the endpoint is for, or neither. */
export interface PolicySource {
  policy?: Input<string>;
  access?: EndpointAccess;
  region?: Input<string>;
  /** What is wrong with other arguments, which is refused with the policy. */
  problems?: LateArguments["problems"];
}

/** What is wrong with the policy document of an endpoint: its errors, not its warnings. Nothing while it is unknown. */
export function* policyFindings(policy: unknown, region: unknown): Iterable<Finding> {
  if (typeof policy !== "string") return;
  for (const found of validatePolicy(policy, { kind: "endpoint", region: regionIfRight(region) }))
    if (found.severity === "error") yield policyFinding(found);
}

/** What was found in the policy document, with its path below the argument. */
export function policyFinding({ path, message, code }: PolicyFinding): Finding {
  return {
    path: path === "" || path.startsWith("[") ? `policy${path}` : `policy.${path}`,
    message: `${message} (${code})`,
  };
}

/** What is wrong with `access`, as far as values are known: what is not is taken to be right. */
export function* accessArgumentFindings(access: EndpointAccess | undefined, region: unknown): Iterable<Finding> {
  if (access === undefined) return;
  const place = { region: regionIfRight(region) };
  const { region: someRegion = "us-east-1" } = place;
  const someTable = `arn:${partitionOf(someRegion)}:dynamodb:${someRegion}:000000000000:table/unknown`;
  const known = {
    tables: access.tables?.map(({ name, arn, access: level }) => ({
      name: knownOr(name, "unknown"),
      arn: knownOr(arn, someTable),
      access: level,
    })),
    principals: access.principals?.map((arn) => knownOr(arn, "arn:*:iam::000000000000:role/unknown")),
    accounts: access.accounts?.map((id) => knownOr(id, "000000000000")),
    organizations: access.organizations?.map((id) => knownOr(id, "o-unknown0000")),
  };
  for (const finding of accessFindings(known as Access, place)) yield belowAccess(finding);
}

export function belowAccess(finding: Finding): Finding {
  if (finding.path === "pathCheck.name") return { ...finding, path: "rollout.check.table" };
  return { ...finding, path: finding.path === "access" ? finding.path : `access.${finding.path}` };
}

/** The text itself, or, where it is an Output, one that is right. */
function knownOr(value: Input<string> | undefined, right: string): string | undefined {
  return value === undefined || typeof value === "string" ? value : right;
}
