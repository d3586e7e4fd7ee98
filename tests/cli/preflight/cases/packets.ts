import type { NetworkAclEntry, SecurityGroupRule } from "@aws-sdk/client-ec2";
import { ALLOW_ALL, nat, networkInterface, prefixLists, route, table, tables, vpc } from "../smallFacts";
import { type RuleCase, withdrawal } from "./case";

/** No path in one table: groups and network ACLs count there. */
const NO_PATH = tables(table("a", []));

const egress = (more: Partial<SecurityGroupRule>): SecurityGroupRule => ({
  GroupId: "sg-1",
  IsEgress: true,
  IpProtocol: "tcp",
  FromPort: 443,
  ToPort: 443,
  ...more,
});

const acl = (...entries: readonly NetworkAclEntry[]): RuleCase["facts"] => ({
  routeTables: NO_PATH,
  networkAcls: [{ NetworkAclId: "acl-1", Associations: [{ SubnetId: "subnet-a" }], Entries: [...entries, ...LAST] }],
});

const LAST = ALLOW_ALL.filter(({ RuleNumber }) => RuleNumber === 32767);

const entry = (RuleNumber: number, more: Partial<NetworkAclEntry>): NetworkAclEntry => ({
  RuleNumber,
  Egress: true,
  Protocol: "6",
  RuleAction: "allow",
  CidrBlock: "0.0.0.0/0",
  PortRange: { From: 443, To: 443 },
  ...more,
});

const BACK = entry(100, { Egress: false, PortRange: { From: 1024, To: 65535 } });

export const PACKET_CASES: readonly RuleCase[] = [
  {
    rule: "N1",
    title: "groups that let out to a part of the addresses",
    facts: {
      routeTables: NO_PATH,
      securityGroupRules: [egress({ CidrIpv4: "52.94.24.0/23" }), egress({ CidrIpv4: "52.119.240.0/22" })],
    },
    finds: ["high rtb-a"],
    says: ["sg-1: no egress to pl-ddb", "securityGroupEgress"],
  },
  {
    rule: "N1",
    title: "ingress, another port, UDP, another list and another group",
    facts: {
      routeTables: NO_PATH,
      securityGroupRules: [
        egress({ IsEgress: false, CidrIpv4: "0.0.0.0/0" }),
        egress({ FromPort: 80, ToPort: 80, CidrIpv4: "0.0.0.0/0" }),
        egress({ IpProtocol: "udp", CidrIpv4: "0.0.0.0/0" }),
        egress({ PrefixListId: "pl-s3" }),
        egress({ GroupId: "sg-2", CidrIpv4: "0.0.0.0/0" }),
      ],
    },
    finds: ["high rtb-a"],
  },
  {
    rule: "N1",
    title: "the prefix list, of two groups one",
    facts: {
      routeTables: NO_PATH,
      networkInterfaces: [networkInterface("a", "a", { Groups: [{ GroupId: "sg-1" }, { GroupId: "sg-2" }] })],
      securityGroupRules: [egress({ GroupId: "sg-2", PrefixListId: "pl-ddb" })],
    },
    finds: [],
  },
  {
    rule: "N1",
    title: "ranges, and a list of one's own, that together cover the addresses",
    facts: {
      routeTables: NO_PATH,
      prefixLists: prefixLists({
        PrefixListId: "pl-own",
        PrefixListName: "own",
        Entries: [{ Cidr: "52.119.240.0/22" }, { Cidr: "52.119.244.0/22" }],
      }),
      securityGroupRules: [
        egress({ PrefixListId: "pl-own", FromPort: 0, ToPort: 65535 }),
        egress({ CidrIpv4: "52.94.0.0/16", IpProtocol: "-1" }),
      ],
    },
    finds: [],
  },
  {
    rule: "N1",
    title: "TCP by its number, all ports as -1, ports from below to above 443",
    facts: {
      routeTables: NO_PATH,
      securityGroupRules: [
        egress({ IpProtocol: "6", FromPort: -1, ToPort: -1, CidrIpv4: "52.94.24.0/23" }),
        egress({ FromPort: 1, ToPort: 1024, CidrIpv4: "52.119.240.0/21" }),
      ],
    },
    finds: [],
  },
  {
    rule: "N1",
    title: "ports from above 443, and ports that end below it",
    facts: {
      routeTables: NO_PATH,
      securityGroupRules: [
        egress({ FromPort: 444, ToPort: 65535, CidrIpv4: "0.0.0.0/0" }),
        egress({ FromPort: 0, ToPort: 442, CidrIpv4: "0.0.0.0/0" }),
      ],
    },
    finds: ["high rtb-a"],
    says: ["1 interface of 1 may be clients"],
  },
  { rule: "N1", title: "closed groups where there is a path today", facts: { securityGroupRules: [] }, finds: [] },
  {
    rule: "N1",
    title: "closed groups of what does not call DynamoDB",
    facts: {
      routeTables: NO_PATH,
      securityGroupRules: [],
      networkInterfaces: [networkInterface("db", "a", { Description: "RDSNetworkInterface" })],
    },
    finds: [],
  },
  {
    rule: "N2",
    title: "a lower number that refuses a part of the addresses",
    facts: acl(entry(90, { RuleAction: "deny", CidrBlock: "52.94.25.0/24" }), entry(100, {}), BACK),
    finds: ["high subnet-a"],
    says: ["acl-1 out: 52.94.25.0/24 tcp 443, entry 90"],
  },
  {
    rule: "N2",
    title: "no way back for some ports, whatever the order of the entries",
    facts: acl({ ...BACK, PortRange: { From: 32768, To: 65535 } }, entry(100, {})),
    finds: ["high subnet-a"],
    says: ["acl-1 in: 52.94.24.0/23 tcp 1024-32767, no entry allows it", "cidrBlocks"],
  },
  {
    rule: "N2",
    title: "a subnet whose network ACL is not known",
    facts: { routeTables: NO_PATH, networkAcls: [] },
    finds: ["unknown subnet-a"],
  },
  {
    rule: "N2",
    title: "a higher number that refuses, UDP that is refused, and two entries that together allow",
    facts: acl(
      entry(80, { Protocol: "17", RuleAction: "deny" }),
      entry(100, { CidrBlock: "52.0.0.0/9" }),
      entry(110, { RuleAction: "deny" }),
      BACK,
    ),
    finds: [],
  },
  {
    rule: "N2",
    title: "entries of the other direction, of IPv6 and of another subnet's ACL",
    facts: {
      routeTables: NO_PATH,
      networkAcls: [
        { NetworkAclId: "acl-b", Associations: [{ SubnetId: "subnet-b" }], Entries: [...LAST] },
        {
          NetworkAclId: "acl-a",
          Associations: [{ SubnetId: "subnet-public" }, { SubnetId: "subnet-a" }],
          Entries: [
            entry(10, { Egress: false, RuleAction: "deny" }),
            entry(10, { RuleAction: "deny", PortRange: { From: 1024, To: 65535 } }),
            { ...entry(20, { RuleAction: "deny" }), CidrBlock: undefined, Ipv6CidrBlock: "::/0" },
            entry(100, {}),
            BACK,
            ...LAST,
          ],
        },
      ],
    },
    finds: [],
  },
  {
    rule: "N2",
    title: "what allows in the other direction alone",
    facts: acl(entry(100, { Egress: false }), { ...BACK, Egress: true }),
    finds: ["high subnet-a"],
    says: [
      "acl-1 out: 52.94.24.0/23 tcp 443, no entry allows it",
      "acl-1 in: 52.119.240.0/21 tcp 1024-65535, no entry allows it",
    ],
  },
  {
    rule: "N2",
    title: "all protocols, whatever ports stand beside them, before a refusal that was listed first",
    facts: acl(
      entry(200, { RuleAction: "deny" }),
      entry(100, { Protocol: "-1", PortRange: { From: 80, To: 80 } }),
      entry(200, { Egress: false, RuleAction: "deny", PortRange: { From: 2000, To: 3000 } }),
      entry(100, { Egress: false, Protocol: "-1", PortRange: undefined }),
    ),
    finds: [],
  },
  {
    rule: "N2",
    title: "a refusal of one port of those on the way back, from one network",
    facts: acl(
      entry(100, {}),
      BACK,
      entry(99, {
        Egress: false,
        RuleAction: "deny",
        CidrBlock: "52.119.244.0/24",
        PortRange: { From: 5000, To: 5000 },
      }),
    ),
    finds: ["high subnet-a"],
    says: ["acl-1 in: 52.119.244.0/24 tcp 5000, entry 99"],
  },
  { rule: "N2", title: "a closed network ACL where there is a path today", facts: { networkAcls: [] }, finds: [] },
  {
    rule: "N7",
    title: "encryption is enforced, without an exclusion for functions",
    facts: { vpcs: vpc({ EncryptionControl: { Mode: "enforce" } }) },
    finds: ["high vpc-1"],
  },
  {
    rule: "N7",
    title: "encryption is enforced in another VPC",
    facts: { vpcs: [...vpc(), ...vpc({ VpcId: "vpc-2", EncryptionControl: { Mode: "enforce" } })] },
    finds: [],
  },
  {
    rule: "N7",
    title: "encryption is watched",
    facts: { vpcs: vpc({ EncryptionControl: { Mode: "monitor" } }) },
    finds: [],
  },
  {
    rule: "N7",
    title: "functions are excluded",
    facts: {
      vpcs: vpc({ EncryptionControl: { Mode: "enforce", ResourceExclusions: { Lambda: { State: "enabled" } } } }),
    },
    finds: [],
  },
  {
    rule: "N9",
    title: "a NAT gateway's address",
    finds: ["info vpc-1"],
    says: ["nat-1: PublicIp 198.51.100.7", "private addresses after the switch", "access --vpc vpc-1"],
  },
  {
    rule: "N9",
    title: "a NAT gateway's address, after a withdrawal",
    scope: withdrawal,
    finds: ["info vpc-1"],
    says: ["after the withdrawal"],
  },
  {
    rule: "N9",
    title: "a NAT gateway that these tables do not use",
    facts: {
      routeTables: tables(table("a", [route("0.0.0.0/0", "tgw-1")]), table("b", [])),
      natGateways: [nat("nat-1")],
    },
    finds: [],
  },
];
