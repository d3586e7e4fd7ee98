import { counted } from "../../words";
import type { NetworkAcl, NetworkAclEntry, SecurityGroupRule, Subnet } from "@aws-sdk/client-ec2";
import { mayCall } from "../clients";
import type { FactValues, PrefixListFact } from "../facts/facts";
import { type DynamoDbList, interfacesIn, listed, targetOf } from "../network";
import { cut, type Range, rangeOf, rangesOf, rangeText, without } from "../ranges";
import { ofTable, ofVpc, PATH_FACTS, type PathFacts, reaches, type TableWays, tableWays, withList } from "./known";
import { look, type Outcome, rule, type Rule } from "./rule";

const GUIDE = "https://docs.aws.amazon.com/vpc/latest";

/** Where a path exists today, groups and network ACLs let DynamoDB through, and its addresses stay the same. */
function closedTables(
  known: PathFacts,
  scope: Parameters<typeof tableWays>[1],
  list: DynamoDbList,
): readonly TableWays[] {
  return tableWays(known, scope, list).filter(({ today }) => !reaches(today, known));
}

const N1 = rule(
  {
    id: "N1",
    family: "packets",
    title: "Security groups let new paths to DynamoDB out",
    reference: `${GUIDE}/privatelink/vpc-endpoints-ddb.html`,
    directions: ["switch"],
  },
  look([...PATH_FACTS, "networkInterfaces", "securityGroupRules"], (known, scope) =>
    withList(known, scope, (list) => {
      const egress = egressByGroup(known.securityGroupRules);
      return closedTables(known, scope, list).flatMap(({ id, subnets }) => {
        const clients = interfacesIn(subnets, known.networkInterfaces).filter(mayCall);
        const refused = clients.filter(({ Groups = [] }) => {
          const rules = Groups.flatMap(({ GroupId = "" }) => egress.get(GroupId) ?? []);
          return !letOut(rules, list, known.prefixLists);
        });
        if (refused.length === 0) return [];
        const groups = [...new Set(refused.flatMap(({ Groups = [] }) => Groups.map(({ GroupId = "?" }) => GroupId)))];
        return [
          ofTable(id, {
            severity: "high",
            message:
              `${counted(refused.length, "interface")} of ${clients.length} may be clients, and their security groups let ` +
              "nothing out to all of DynamoDB's addresses by port 443. The endpoint opens a path that they cannot use.",
            evidence: groups.map((group) => `${group}: no egress to ${list.id} by tcp 443`),
            remedy: "Add the component's output `securityGroupEgress` to these groups.",
          }),
        ];
      });
    }),
  ),
);

function egressByGroup(rules: readonly SecurityGroupRule[]): ReadonlyMap<string, readonly SecurityGroupRule[]> {
  const found = new Map<string, SecurityGroupRule[]>();
  for (const each of rules)
    if (each.IsEgress === true && each.GroupId !== undefined)
      found.set(each.GroupId, [...(found.get(each.GroupId) ?? []), each]);
  return found;
}

/** Whether rules together let tcp 443 out to all of DynamoDB's addresses. */
function letOut(
  rules: readonly SecurityGroupRule[],
  list: DynamoDbList,
  prefixLists: readonly PrefixListFact[],
): boolean {
  const allowed = rules.filter(isForHttps).flatMap((each) => {
    const entries = prefixLists.find(({ PrefixListId }) => PrefixListId === each.PrefixListId)?.Entries ?? [];
    return rangesOf([each.CidrIpv4, ...entries.map(({ Cidr }) => Cidr)]);
  });
  return list.ranges.every((range) => without(range, allowed).length === 0);
}

function isForHttps({ IpProtocol, FromPort = 0, ToPort = 65535 }: SecurityGroupRule): boolean {
  if (IpProtocol === "-1") return true;
  const isTcp = IpProtocol === "tcp" || IpProtocol === "6";
  return isTcp && ((FromPort <= HTTPS && HTTPS <= ToPort) || FromPort === -1);
}

const HTTPS = 443;

const N2 = rule(
  {
    id: "N2",
    family: "packets",
    title: "Network ACLs let new paths to DynamoDB out and back",
    reference: `${GUIDE}/userguide/vpc-network-acls.html`,
    directions: ["switch"],
  },
  look([...PATH_FACTS, "networkAcls"], (known, scope) =>
    withList(known, scope, (list) =>
      closedTables(known, scope, list).flatMap(({ id, subnets }) =>
        subnets.flatMap((subnet) => refusedBySubnet(id, subnet, list, known)),
      ),
    ),
  ),
);

function refusedBySubnet(
  routeTableId: string,
  { SubnetId = "?" }: Subnet,
  list: DynamoDbList,
  { networkAcls }: Pick<FactValues, "networkAcls">,
): Outcome {
  const acl = networkAcls.find(({ Associations = [] }) => Associations.some((each) => each.SubnetId === SubnetId));
  if (acl === undefined)
    return [
      {
        severity: "unknown",
        subject: SubnetId,
        routeTableIds: [routeTableId],
        message: "Not known: the network ACL of this subnet is not among the facts.",
        evidence: ["ec2:DescribeNetworkAcls"],
        remedy: "Allow ec2:DescribeNetworkAcls.",
      },
    ];
  const refused = [...refusedBy(acl, "out", list), ...refusedBy(acl, "in", list)];
  if (refused.length === 0) return [];
  return [
    {
      severity: "high",
      subject: SubnetId,
      routeTableIds: [routeTableId],
      message:
        "The network ACL of this subnet refuses some of what clients of DynamoDB need: tcp 443 out, and 1024 to " +
        "65535 back. The endpoint opens a path that they cannot use.",
      evidence: refused,
      remedy: "Add entries for the component's output `cidrBlocks`: network ACLs know no prefix lists.",
    },
  ];
}

/** A network ACL in one direction: what it is asked, for which ports, and which entries answer. */
const FLOWS = {
  out: { egress: true, ports: { first: HTTPS, last: HTTPS } },
  in: { egress: false, ports: { first: 1024, last: 65535 } },
} as const;

/** The first entry by number that fits decides, for each address and each port. */
function refusedBy(
  { NetworkAclId = "?", Entries = [] }: NetworkAcl,
  flow: keyof typeof FLOWS,
  list: DynamoDbList,
): string[] {
  const { egress, ports } = FLOWS[flow];
  const entries = Entries.filter(({ Egress, Protocol }) => Egress === egress && ["-1", "6"].includes(Protocol ?? ""))
    .map((entry) => ({ entry, range: rangeOf(entry.CidrBlock), ports: portsOf(entry) }))
    .filter(({ range }) => range !== undefined)
    .sort((one, other) => (one.entry.RuleNumber ?? 0) - (other.entry.RuleNumber ?? 0));
  const ranges = entries.flatMap(({ range }) => range ?? []);
  const found = new Set<string>();
  for (const address of list.ranges.flatMap((range) => cut(range, ranges)))
    for (const port of cut(
      ports,
      entries.map((each) => each.ports),
    )) {
      const first = entries.find(
        (each) => each.range !== undefined && isInside(address, each.range) && isInside(port, each.ports),
      );
      if (first?.entry.RuleAction === "allow") continue;
      const number = first?.entry.RuleNumber;
      const which = number === undefined || number === LAST_RULE ? "no entry allows it" : `entry ${number}`;
      found.add(`${NetworkAclId} ${flow}: ${rangeText(address)} tcp ${portText(port)}, ${which}`);
    }
  return [...found];
}

/** The entry that refuses what none before it allows. */
const LAST_RULE = 32767;

function portsOf({ PortRange, Protocol }: NetworkAclEntry): Range {
  if (Protocol === "-1" || PortRange === undefined) return { first: 0, last: 65535 };
  return { first: PortRange.From ?? 0, last: PortRange.To ?? 65535 };
}

function isInside(inner: Range, outer: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

function portText({ first, last }: Range): string {
  return first === last ? String(first) : `${first}-${last}`;
}

const N7 = rule(
  {
    id: "N7",
    family: "packets",
    title: "Encryption controls let the check's function in",
    reference: `${GUIDE}/userguide/vpc-encryption-controls.html`,
    directions: ["switch"],
  },
  look(["vpcs"], ({ vpcs }, scope) =>
    vpcs
      .filter(({ VpcId }) => VpcId === scope.vpcId)
      .flatMap(({ EncryptionControl }) => {
        const lambda = EncryptionControl?.ResourceExclusions?.Lambda?.State ?? "disabled";
        if (EncryptionControl?.Mode !== "enforce" || lambda === "enabled") return [];
        return [
          ofVpc(scope, {
            severity: "high",
            message:
              "Encryption in transit is enforced in this VPC, and functions have no exclusion: the check's may be " +
              "refused. The gateway endpoint itself counts as encrypted.",
            evidence: [`EncryptionControl.Mode enforce, ResourceExclusions.Lambda.State ${lambda}`],
            remedy: "Give Lambda an exclusion, or roll out without `rollout.check`.",
          }),
        ];
      }),
  ),
);

const N9 = rule(
  {
    id: "N9",
    family: "packets",
    title: "Nothing knows these clients by the NAT gateway's address",
    reference: `${GUIDE}/privatelink/vpc-endpoints-ddb.html`,
  },
  look(PATH_FACTS, (known, scope) =>
    withList(known, scope, (list) => {
      const tables = tableWays(known, scope, list);
      const ids = new Set(
        tables.flatMap(({ withoutEndpoint }) =>
          withoutEndpoint.flatMap(({ route }) => (route === undefined ? [] : [targetOf(route).id])),
        ),
      );
      const addresses = known.natGateways
        .filter(({ NatGatewayId = "" }) => ids.has(NatGatewayId))
        .flatMap(({ NatGatewayId = "?", NatGatewayAddresses = [] }) =>
          NatGatewayAddresses.flatMap(({ PublicIp }) =>
            PublicIp === undefined ? [] : [`${NatGatewayId}: PublicIp ${PublicIp}`],
          ),
        );
      if (addresses.length === 0) return [];
      const isSwitch = scope.direction === "switch";
      return [
        ofVpc(scope, {
          severity: "info",
          message: isSwitch
            ? "Requests come from private addresses after the switch. What knows these clients by the NAT gateway's, " +
              "a detector or an allow list, sees others."
            : "Requests come from the NAT gateway's address after the withdrawal. What knows these clients by " +
              "private addresses sees others.",
          evidence: addresses,
          remedy:
            `Look for ${listed(addresses.map((text) => text.replace(/^.* /, "")))} in detectors and allow lists. Whose ` +
            `permission flips by it tells \`dynamodb-endpoint access --vpc ${scope.vpcId}\`.`,
        }),
      ];
    }),
  ),
);

export const PACKETS: readonly Rule[] = [N1, N2, N7, N9];
