import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { canonicalCidr, canonicalIpv6Cidr, parseCidr } from "./cidr";
import { NETWORK_ACL, type NetworkAcl, type NetworkAclAssociation, type NetworkAclEntry } from "./kinds/networkAcl";
import { VPC } from "./kinds/vpc";
import { dependencyViolation, type Ec2Network, ec2Operations, existing } from "./network";

type EntryRequest = NetworkAclEntry & { readonly networkAclId: string };

/** The last rule of each direction, which nobody can change. */
const LAST_RULE = 32_767;

/** https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html: what a new one lets through: nothing. */
const DENY_ALL: readonly NetworkAclEntry[] = [true, false].map((egress) => ({
  ruleNumber: LAST_RULE,
  egress,
  protocol: "-1",
  ruleAction: "deny",
  cidrBlock: "0.0.0.0/0",
}));

/** https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html: everything. */
const ALLOW_ALL: readonly NetworkAclEntry[] = DENY_ALL.flatMap((entry) => [
  { ...entry, ruleNumber: 100, ruleAction: "allow" },
  entry,
]);

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html */
export const networkAclOperations = ec2Operations((network) => {
  const aclOf = (id: string): NetworkAcl => existing(network.networkAcls, NETWORK_ACL, id);
  const put = (acl: NetworkAcl): NetworkAcl => {
    network.networkAcls.put(acl.networkAclId, acl);
    return acl;
  };
  return {
    createNetworkAcl: ({ vpcId, tags = {} }: { readonly vpcId: string; readonly tags?: Tags }): NetworkAcl => {
      existing(network.vpcs, VPC, vpcId);
      const networkAclId = network.newId("acl");
      network.tags.put(networkAclId, tags);
      return put({ networkAclId, vpcId, isDefault: false, entries: DENY_ALL, associations: [] });
    },

    replaceNetworkAclAssociation: ({
      associationId,
      networkAclId,
    }: {
      readonly associationId: string;
      readonly networkAclId: string;
    }): NetworkAclAssociation => {
      const before = network.networkAcls
        .all()
        .find(({ associations }) => associations.some((each) => each.networkAclAssociationId === associationId));
      if (before === undefined) {
        throw new ApiError("InvalidAssociationID.NotFound", `The association ID '${associationId}' does not exist`);
      }
      const after = aclOf(networkAclId);
      if (after.vpcId !== before.vpcId) {
        throw new ApiError("InvalidParameterValue", `${networkAclId} and the subnet belong to different networks.`);
      }
      const association = before.associations.find((each) => each.networkAclAssociationId === associationId);
      const subnetId = association?.subnetId ?? "";
      forgetAclAssociation(network, subnetId);
      return associateAcl(network, networkAclId, subnetId);
    },

    deleteNetworkAcl: ({ networkAclId }: { readonly networkAclId: string }): void => {
      const { isDefault, associations } = aclOf(networkAclId);
      if (isDefault) {
        throw new ApiError("InvalidParameterValue", `cannot delete default network ACL ${networkAclId}`);
      }
      if (associations.length > 0) throw dependencyViolation("networkAcl", networkAclId);
      network.networkAcls.remove(networkAclId);
      network.tags.remove(networkAclId);
    },
  };
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html */
export const networkAclEntryOperations = ec2Operations((network) => {
  const aclOf = (id: string): NetworkAcl => existing(network.networkAcls, NETWORK_ACL, id);
  const put = (acl: NetworkAcl): void => network.networkAcls.put(acl.networkAclId, acl);
  return {
    createNetworkAclEntry: ({ networkAclId, ...request }: EntryRequest): void => {
      const acl = aclOf(networkAclId);
      const entry = acceptedEntry(request);
      if (acl.entries.some((known) => isSame(known, entry))) {
        throw new ApiError(
          "NetworkAclEntryAlreadyExists",
          `The network acl entry identified by ${entry.ruleNumber} already exists.`,
        );
      }
      put({ ...acl, entries: inOrder([...acl.entries, entry]) });
    },

    replaceNetworkAclEntry: ({ networkAclId, ...request }: EntryRequest): void => {
      const acl = aclOf(networkAclId);
      const entry = acceptedEntry(request);
      requireEntry(acl, entry);
      put({ ...acl, entries: acl.entries.map((known) => (isSame(known, entry) ? entry : known)) });
    },

    deleteNetworkAclEntry: ({
      networkAclId,
      ...named
    }: Pick<EntryRequest, "networkAclId" | "ruleNumber" | "egress">) => {
      const acl = aclOf(networkAclId);
      requireEntry(acl, named);
      put({ ...acl, entries: acl.entries.filter((known) => !isSame(known, named)) });
    },
  };
});

export function createDefaultAcl(network: Ec2Network, vpcId: string): string {
  const networkAclId = network.newId("acl");
  const acl = { networkAclId, vpcId, isDefault: true, entries: ALLOW_ALL, associations: [] };
  network.networkAcls.put(networkAclId, acl);
  network.tags.put(networkAclId, {});
  return networkAclId;
}

/** A subnet has one of its VPC's. */
export function aclOfSubnet(network: Ec2Network, subnetId: string): NetworkAcl | undefined {
  return network.networkAcls.all().find((acl) => acl.associations.some((each) => each.subnetId === subnetId));
}

export function associateAcl(network: Ec2Network, networkAclId: string, subnetId: string): NetworkAclAssociation {
  const acl = existing(network.networkAcls, NETWORK_ACL, networkAclId);
  const association = { networkAclAssociationId: network.newId("aclassoc"), networkAclId, subnetId };
  network.networkAcls.put(networkAclId, { ...acl, associations: [...acl.associations, association] });
  return association;
}

export function forgetAclAssociation(network: Ec2Network, subnetId: string): void {
  const acl = aclOfSubnet(network, subnetId);
  if (acl === undefined) return;
  const associations = acl.associations.filter((each) => each.subnetId !== subnetId);
  network.networkAcls.put(acl.networkAclId, { ...acl, associations });
}

type Named = Pick<NetworkAclEntry, "ruleNumber" | "egress">;

function isSame(one: Named, other: Named): boolean {
  return one.ruleNumber === other.ruleNumber && one.egress === other.egress;
}

function requireEntry(acl: NetworkAcl, named: Named): void {
  if (named.ruleNumber < LAST_RULE && acl.entries.some((known) => isSame(known, named))) return;
  throw new ApiError(
    "InvalidNetworkAclEntry.NotFound",
    `The ${named.egress ? "egress" : "ingress"} entry with rule number ${named.ruleNumber} does not exist in ` +
      `network ACL '${acl.networkAclId}'`,
  );
}

/** First what goes out, as AWS has it, each direction by its numbers. */
function inOrder(entries: readonly NetworkAclEntry[]): readonly NetworkAclEntry[] {
  return [...entries].sort((one, other) =>
    one.egress === other.egress ? one.ruleNumber - other.ruleNumber : one.egress ? -1 : 1,
  );
}

const PROTOCOLS: Readonly<Record<string, string>> = { all: "-1", tcp: "6", udp: "17", icmp: "1", icmpv6: "58" };

function acceptedEntry({ cidrBlock, ipv6CidrBlock, ...entry }: NetworkAclEntry): NetworkAclEntry {
  const protocol = PROTOCOLS[entry.protocol] ?? entry.protocol;
  if (entry.ruleNumber < 1 || entry.ruleNumber >= LAST_RULE) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value (${entry.ruleNumber}) for parameter ruleNumber is invalid. Rule number must be between 1 and 32766.`,
    );
  }
  if ((cidrBlock === undefined) === (ipv6CidrBlock === undefined)) {
    throw new ApiError("MissingParameter", "Either a CIDR block or an IPv6 CIDR block has to be specified.");
  }
  if (["6", "17"].includes(protocol) && entry.portRange === undefined) {
    throw new ApiError("MissingParameter", "The request must contain the parameter portRange");
  }
  const range = cidrBlock === undefined ? undefined : parseCidr(cidrBlock);
  const range6 = ipv6CidrBlock === undefined ? undefined : canonicalIpv6Cidr(ipv6CidrBlock);
  if (range === undefined && range6 === undefined) {
    const given = String(cidrBlock ?? ipv6CidrBlock);
    throw new ApiError("InvalidParameterValue", `Value (${given}) for parameter cidrBlock is invalid.`);
  }
  return {
    ...entry,
    protocol,
    ...(range && { cidrBlock: canonicalCidr(range) }),
    ...(range6 && { ipv6CidrBlock: range6 }),
  };
}
