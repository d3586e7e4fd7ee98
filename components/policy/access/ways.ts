import type { AccessContext, NamedPolicy, OrganizationMembership } from "./facts";

/** How a VPC's requests reach DynamoDB through the internet. */
export interface InternetWay {
  /** The public addresses of the NAT gateways that the default route leads to. Absent: not known, behind others. */
  readonly addresses?: readonly string[] | undefined;
}

/** How they look behind NAT gateways, which is what AWS sees of every way through the internet. */
export function throughInternet({ addresses }: InternetWay): AccessContext {
  return addresses === undefined
    ? { keys: {}, unknown: ["aws:SourceIp"] }
    : { keys: {}, oneOf: { "aws:SourceIp": addresses } };
}

/** A gateway endpoint, for those who use it. */
export interface EndpointWay {
  readonly vpcId: string;
  /** Absent where it is not made yet: its ID is not known then. */
  readonly vpcEndpointId?: string | undefined;
  readonly policy: NamedPolicy;
  /** The ranges of the subnets, for `aws:VpcSourceIp`. Absent: not known. */
  readonly addressRanges?: readonly string[] | undefined;
  /** The account that owns the endpoint, and its organization; absent where that is not known. */
  readonly account: string;
  readonly organization?: OrganizationMembership | "none" | undefined;
}

/**
 * How requests look that come through a gateway endpoint. `aws:SourceIp` is absent; `aws:VpceOrgID` and
 * `aws:VpceOrgPaths` are absent where the endpoint's account is in no organization.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("Properties of the
 * network").
 */
export function throughEndpoint(way: EndpointWay): AccessContext {
  const { vpcId, vpcEndpointId, policy, addressRanges, account, organization } = way;
  const unknown = [
    ...(vpcEndpointId === undefined ? ["aws:SourceVpce"] : []),
    ...(addressRanges === undefined ? ["aws:VpcSourceIp"] : []),
    ...(organization === undefined || (organization !== "none" && organization.id === undefined)
      ? ["aws:VpceOrgID"]
      : []),
    ...(organization === undefined || (organization !== "none" && organization.path === undefined)
      ? ["aws:VpceOrgPaths"]
      : []),
  ];
  const member = organization === "none" ? undefined : organization;
  return {
    endpointPolicy: policy,
    keys: {
      "aws:SourceVpc": vpcId,
      "aws:VpceAccount": account,
      ...(vpcEndpointId !== undefined && { "aws:SourceVpce": vpcEndpointId }),
      ...(member?.id !== undefined && { "aws:VpceOrgID": member.id }),
      ...(member?.path !== undefined && { "aws:VpceOrgPaths": [member.path] }),
    },
    ...(addressRanges !== undefined && { oneOf: { "aws:VpcSourceIp": addressRanges } }),
    unknown,
  };
}
