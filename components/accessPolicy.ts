import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { all, output, type ComponentResource, type Input, type Output } from "@pulumi/pulumi";
import type { EndpointAccess } from "./args";
import { findingText, type Finding } from "./findings";
import { FULL_ACCESS } from "./policy/document";
import { accessFindings, endpointPolicy, type Access, type Place } from "./policy/presets";
import { regionOf } from "./region";

/** Where a policy comes from: written by the user, made from what the endpoint is for, or neither. */
export interface PolicySource {
  policy?: Input<string>;
  access?: EndpointAccess;
  region?: Input<string>;
}

/** The document of an endpoint. Neither `policy` nor `access` means full access, written out. */
export function policyDocument(component: ComponentResource, source: PolicySource): Input<string> {
  if (source.access === undefined) return source.policy ?? FULL_ACCESS;
  return all([source.access, placeOf(component, source)]).apply(([access, place]) => documentOf(access as Access, place));
}

/**
 * Values may be known only now, and an error in here would be shown with a stack, under another property's name. So what
 * cannot be made a policy becomes a document that says why; `accessProblem` finds it before it is applied.
 */
function documentOf(access: Access, place: Place): string {
  const findings = [...accessFindings(access, place)].map((each) => findingText(belowAccess(each)));
  try {
    return JSON.stringify(findings.length > 0 ? { [NO_POLICY]: findings } : endpointPolicy(access, place));
  } catch (error) {
    return JSON.stringify({ [NO_POLICY]: [`access: ${(error as Error).message}`] });
  }
}

const NO_POLICY = "NoPolicy";

/** Why a document that was to be made from `access` is none, a line each; `undefined` if it is one. */
export function accessProblem(document: string): readonly string[] | undefined {
  if (!document.startsWith(`{"${NO_POLICY}":`)) return undefined;
  return (JSON.parse(document) as { [NO_POLICY]: readonly string[] })[NO_POLICY];
}

/** Where tables that are given by name are. Under mocks, which know no account, it is any account. */
function placeOf(component: ComponentResource, source: PolicySource): Output<Place> {
  const byName = source.access?.tables?.some(({ name }) => name !== undefined) ?? false;
  const account = byName ? getCallerIdentityOutput({}, { parent: component }).accountId.apply((id) => (id as string | undefined) ?? "*") : "*";
  const partition = byName ? getPartitionOutput({}, { parent: component }).partition : undefined;
  return output({ partition, account, region: regionOf(component, source.region) });
}

/** What is wrong with `access`, as far as values are known: what is not is taken to be right. */
export function* accessArgumentFindings(access: EndpointAccess | undefined, region: unknown): Iterable<Finding> {
  if (access === undefined) return;
  const place = { region: typeof region === "string" ? region : undefined };
  const someTable = `arn:aws:dynamodb:${place.region ?? "us-east-1"}:000000000000:table/unknown`;
  const known = {
    tables: access.tables?.map(({ name, arn, access: level }) => ({ name: knownOr(name, "unknown"), arn: knownOr(arn, someTable), access: level })),
    principals: access.principals?.map((arn) => knownOr(arn, "arn:aws:iam::000000000000:role/unknown")),
    accounts: access.accounts?.map((id) => knownOr(id, "000000000000")),
    organizations: access.organizations?.map((id) => knownOr(id, "o-unknown0000")),
  };
  for (const finding of accessFindings(known as Access, place)) yield belowAccess(finding);
}

function belowAccess(finding: Finding): Finding {
  return { ...finding, path: finding.path === "access" ? finding.path : `access.${finding.path}` };
}

/** The text itself, or, where it is an Output, one that is right. */
function knownOr(value: Input<string> | undefined, right: string): string | undefined {
  return value === undefined || typeof value === "string" ? value : right;
}
