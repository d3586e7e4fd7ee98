import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { all, output, RunError, type ComponentResource, type Input, type Output } from "@pulumi/pulumi";
import type { EndpointAccess } from "./args";
import type { Finding } from "./findings";
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

function documentOf(access: Access, place: Place): string {
  try {
    return JSON.stringify(endpointPolicy(access, place));
  } catch (error) {
    // The values are known only now; a RunError is what every operation prints without a stack.
    throw new RunError((error as Error).message);
  }
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
  for (const finding of accessFindings(known as Access, place)) {
    yield { ...finding, path: finding.path === "access" ? finding.path : `access.${finding.path}` };
  }
}

/** The text itself, or, where it is an Output, one that is right. */
function knownOr(value: Input<string> | undefined, right: string): string | undefined {
  return value === undefined || typeof value === "string" ? value : right;
}
