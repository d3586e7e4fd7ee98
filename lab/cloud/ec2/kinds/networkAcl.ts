import type { FilterValue, Kind } from "./kind";
import { type Owned, ownerId } from "./owner";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html */
export interface NetworkAclEntry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  /** By its number; -1 is all of them. */
  readonly protocol: string;
  readonly ruleAction: "allow" | "deny";
  readonly cidrBlock?: string;
  readonly ipv6CidrBlock?: string;
  readonly portRange?: { readonly from: number; readonly to: number };
  readonly icmpTypeCode?: { readonly type: number; readonly code: number };
}

export interface NetworkAclAssociation {
  readonly networkAclAssociationId: string;
  readonly networkAclId: string;
  readonly subnetId: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAcl.html */
export interface NetworkAcl extends Owned {
  readonly networkAclId: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly entries: readonly NetworkAclEntry[];
  readonly associations: readonly NetworkAclAssociation[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html */
export const NETWORK_ACL: Kind<NetworkAcl> = {
  what: "networkAcl ID",
  id: "networkAclId",
  idPrefix: "acl",
  notFound: "InvalidNetworkAclID.NotFound",
  malformed: "InvalidNetworkAclId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "network-acl-id": "networkAclId",
    "owner-id": ownerId,
    "vpc-id": "vpcId",
    default: "isDefault",
    "association.association-id": associated("networkAclAssociationId"),
    "association.network-acl-id": associated("networkAclId"),
    "association.subnet-id": associated("subnetId"),
    "entry.cidr": entry(({ cidrBlock }) => cidrBlock),
    "entry.ipv6-cidr": entry(({ ipv6CidrBlock }) => ipv6CidrBlock),
    "entry.egress": entry(({ egress }) => egress),
    "entry.protocol": entry(({ protocol }) => protocol),
    "entry.rule-action": entry(({ ruleAction }) => ruleAction),
    "entry.rule-number": entry(({ ruleNumber }) => ruleNumber),
    "entry.port-range.from": entry(({ portRange }) => portRange?.from),
    "entry.port-range.to": entry(({ portRange }) => portRange?.to),
    "entry.icmp.code": entry(({ icmpTypeCode }) => icmpTypeCode?.code),
    "entry.icmp.type": entry(({ icmpTypeCode }) => icmpTypeCode?.type),
  },
};

function associated(field: keyof NetworkAclAssociation) {
  return ({ associations }: NetworkAcl): readonly FilterValue[] => associations.map((each) => each[field]);
}

function entry(valueOf: (entry: NetworkAclEntry) => FilterValue) {
  return ({ entries }: NetworkAcl): readonly FilterValue[] => entries.map(valueOf);
}
