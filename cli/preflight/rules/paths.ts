import { counted } from "../../words";
import type { RouteTable, Subnet } from "@aws-sdk/client-ec2";
import { mayCall } from "../clients";
import type { FactValues, NatGateway } from "../facts/facts";
import {
  type DynamoDbList,
  interfacesIn,
  isOpen,
  routeText,
  tablesOfSubnets,
  type Target,
  type TargetKind,
  targetOf,
  type Way,
  waysTo,
} from "../network";
import type { Scope } from "../scope";
import { ofTable, ofVpc, PATH_FACTS, type PathFacts, reaches, type TableWays, tableWays, withList } from "./known";
import { type Found, look, type Outcome, rule, type Rule } from "./rule";

const GUIDE = "https://docs.aws.amazon.com/vpc/latest";

/** Targets behind which somebody may look at packets. */
const INSPECTING: readonly TargetKind[] = [
  "core network",
  "instance",
  "local gateway",
  "network interface",
  "transit gateway",
  "virtual private gateway",
  "VPC endpoint",
];

const R7 = rule(
  {
    id: "R7",
    family: "routes",
    title: "No inspection is bypassed",
    reference: `${GUIDE}/privatelink/gateway-endpoints.html`,
    directions: ["switch"],
  },
  look(PATH_FACTS, (known, scope) =>
    withList(known, scope, (list) =>
      tableWays(known, scope, list).flatMap((table) => bypassed(inspections(table, known, list), table)),
    ),
  ),
  look(["vpcs"], ({ vpcs }, scope) =>
    vpcs
      .filter(({ VpcId }) => VpcId === scope.vpcId)
      .flatMap(({ NetworkFirewallAssociations: firewalls }) =>
        firewalls === undefined ? [firewallsUnknown(scope)] : firewalls.map((each) => byFirewall(each, scope)),
      ),
  ),
);

type Firewall = NonNullable<FactValues["vpcs"][number]["NetworkFirewallAssociations"]>[number];

function byFirewall({ FirewallArn = "?", FirewallOnboardingStatus = "?" }: Firewall, scope: Scope): Found {
  return ofVpc(scope, {
    severity: "high",
    message:
      "An Automated Internet Firewall inspects what leaves this VPC by its internet gateway. What takes the " +
      "gateway endpoint does not pass it: requests to DynamoDB are no longer inspected or logged there.",
    evidence: [`NetworkFirewallAssociations: ${FirewallArn}, ${FirewallOnboardingStatus}`],
    remedy: INSPECTED_INSTEAD,
  });
}

function firewallsUnknown(scope: Scope): Found {
  return ofVpc(scope, {
    severity: "unknown",
    message:
      "Not known: whether an Automated Internet Firewall inspects this VPC. What recorded the facts did not read it.",
    evidence: [`${scope.vpcId}: NetworkFirewallAssociations is not there`],
    remedy: "Record the facts again with this version.",
  });
}

const INSPECTED_INSTEAD =
  "Ask whoever answers for the inspection, and acknowledge it. Requests are seen in CloudTrail (`vpcEndpointId`) and " +
  "flow logs instead, and restricted by the endpoint's `access` or `policy`.";

function bypassed(evidence: readonly string[], { id }: TableWays): Outcome {
  if (evidence.length === 0) return [];
  return [
    ofTable(id, {
      severity: "high",
      message:
        "Requests to DynamoDB go by what may inspect or log them today. The endpoint's route wins, and they no " +
        "longer do. That is a question of compliance: nothing fails by it.",
      evidence: [...new Set(evidence)],
      remedy: INSPECTED_INSTEAD,
    }),
  ];
}

function inspections({ id, today }: TableWays, known: PathFacts, list: DynamoDbList): readonly string[] {
  return today.flatMap((way) => {
    const { route } = way;
    if (route === undefined || !isOpen(way, known.natGateways)) return [];
    const target = targetOf(route);
    if (INSPECTING.includes(target.kind)) return [routeText(id, route)];
    return target.kind === "NAT gateway" ? behindNat(target, known, list) : [];
  });
}

/** A NAT gateway may have a proxy, and be followed by a firewall: its own subnet's route table says so. */
function behindNat({ id }: Target, known: PathFacts, list: DynamoDbList): readonly string[] {
  const nat = known.natGateways.find(({ NatGatewayId }) => NatGatewayId === id);
  const proxies = (nat?.AttachedAppliances ?? [])
    .filter(({ AttachmentState = "" }) => !/^detach/.test(AttachmentState))
    .map(({ Type = "?", ApplianceArn = "?" }) => `${id}: AttachedAppliances[].Type ${Type}, ${ApplianceArn}`);
  const table = tableOfNat(nat, known.routeTables);
  const onwards = waysTo(list.ranges, table?.Routes ?? [], known.prefixLists).flatMap(({ route }) =>
    route !== undefined && INSPECTING.includes(targetOf(route).kind)
      ? [`${id}, then ${routeText(table?.RouteTableId ?? "?", route)}`]
      : [],
  );
  return [...proxies, ...onwards];
}

function tableOfNat(nat: NatGateway | undefined, routeTables: readonly RouteTable[]): RouteTable | undefined {
  if (nat === undefined) return undefined;
  if (nat.SubnetId !== undefined) return tablesOfSubnets(routeTables, nat.VpcId)(nat.SubnetId);
  return routeTables.find(({ RouteTableId }) => RouteTableId === nat.RouteTableId);
}

/** From this share on a stage more or less changes little. */
const MOST = 0.8;

const R8 = rule(
  {
    id: "R8",
    family: "routes",
    title: "No single route table carries nearly everybody",
    reference: `${GUIDE}/userguide/nat-gateways-regional.html`,
  },
  look([...PATH_FACTS, "networkInterfaces"], (known, scope) => {
    const all = known.networkInterfaces.filter((each) => each.VpcId === scope.vpcId && mayCall(each)).length;
    return withList(known, scope, (list) =>
      tableWays(known, scope, list).flatMap(({ id, table, subnets, today }) => {
        const own = interfacesIn(subnets, known.networkInterfaces).filter(mayCall).length;
        // Where nothing reaches DynamoDB today nothing breaks at once either.
        if (own < 2 || own < MOST * all || !reaches(today, known)) return [];
        const regional = (table.Routes ?? []).flatMap(({ NatGatewayId }) =>
          known.natGateways
            .filter((nat) => nat.NatGatewayId === NatGatewayId && nat.AvailabilityMode === "regional")
            .map(() => `${NatGatewayId ?? "?"}: AvailabilityMode regional`),
        );
        return [crowded(id, own, all, subnets, regional)];
      }),
    );
  }),
);

function crowded(id: string, own: number, all: number, subnets: readonly Subnet[], evidence: readonly string[]): Found {
  const share = Math.floor((own * 100) / all);
  return ofTable(id, {
    severity: "medium",
    message:
      `${own} of ${all} interfaces that may be clients use this route table (${share} %): its switch has nothing to ` +
      "stage, and breaks their connections at once.",
    evidence: [`${id}: ${counted(subnets.length, "subnet")}, ${counted(own, "interface")}`, ...evidence],
    remedy:
      subnets.length > 1
        ? 'Split it: see "One route table for everything" on the page "Preflight of a VPC". A subnet with a copy of ' +
          "this route table is the first stage."
        : "It has one subnet, so there is nothing to split: choose the time with `rollout.window`, and rehearse with " +
          "`drill`.",
  });
}

const R9 = rule(
  {
    id: "R9",
    family: "routes",
    title: "There is a way to DynamoDB today",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html",
    directions: ["switch"],
  },
  look(PATH_FACTS, (known, scope) =>
    withList(known, scope, (list) =>
      tableWays(known, scope, list)
        .filter(({ today }) => !reaches(today, known))
        .map(({ id, today }) =>
          ofTable(id, {
            severity: "info",
            message:
              "No client of this route table reaches DynamoDB today, as far as its routes tell: nothing breaks, and " +
              "access appears. A check's first phase would wait in vain for a path.",
            evidence: closed(id, today, known),
            remedy: "Put its name into `rollout.isolated`: the roll-out proves it, and announces no break.",
          }),
        ),
    ),
  ),
);

/** Why a way leads nowhere. */
function closed(id: string, ways: readonly Way[], { natGateways }: PathFacts): readonly string[] {
  return ways.map(({ route }) => {
    if (route === undefined) return `${id}: no route to DynamoDB's addresses`;
    const target = targetOf(route);
    if (target.kind !== "NAT gateway" || route.State === "blackhole") return routeText(id, route);
    const nat = natGateways.find(({ NatGatewayId }) => NatGatewayId === target.id);
    return `${routeText(id, route)}: State ${nat?.State ?? "not among the NAT gateways that there are"}`;
  });
}

const R10 = rule(
  {
    id: "R10",
    family: "routes",
    title: "VPC Block Public Access leaves the public path open",
    reference: `${GUIDE}/userguide/security-vpc-bpa-basics.html`,
  },
  look([...PATH_FACTS, "vpcs", "blockPublicAccessOptions", "blockPublicAccessExclusions"], (known, scope) =>
    withList(known, scope, (list) =>
      tableWays(known, scope, list).flatMap((table) => {
        const evidence = table.withoutEndpoint.flatMap((way) => blockedBy(way, table, known, scope.vpcId));
        if (evidence.length === 0) return [];
        const isWithdrawal = scope.direction === "withdraw";
        return [
          ofTable(table.id, {
            severity: isWithdrawal ? "high" : "info",
            message: isWithdrawal
              ? "VPC Block Public Access closes the public path: a withdrawal cuts these clients off from DynamoDB."
              : "VPC Block Public Access closes the public path: the endpoint opens one, and a withdrawal cuts it off.",
            evidence: [...new Set(evidence)],
            remedy: isWithdrawal
              ? "Do not withdraw before the VPC, or the NAT gateway's subnet, has an exclusion."
              : "Put the route table's name into `rollout.isolated`, if no client has another path.",
          }),
        ];
      }),
    ),
  ),
);

type BlockFacts = PathFacts & Pick<FactValues, "vpcs" | "blockPublicAccessOptions" | "blockPublicAccessExclusions">;

/** What closes a way that ends at this VPC's internet gateway, by where it enters it. */
function blockedBy(way: Way, { subnets }: TableWays, known: BlockFacts, vpcId: string): readonly string[] {
  if (way.route === undefined || !isOpen(way, known.natGateways)) return [];
  const { kind, id } = targetOf(way.route);
  if (kind !== "NAT gateway" && kind !== "internet gateway") return [];
  const nat = known.natGateways.find(({ NatGatewayId }) => NatGatewayId === id);
  const places = kind === "NAT gateway" ? known.subnets.filter((each) => each.SubnetId === nat?.SubnetId) : subnets;
  const entries = places.length === 0 ? [undefined] : places;
  return entries.flatMap((subnet) => {
    const mode = blockMode(subnet, known, vpcId);
    const isClosed = mode === "block-bidirectional" || (mode === "block-ingress" && kind === "internet gateway");
    return isClosed ? [`${subnet?.SubnetId ?? vpcId}: InternetGatewayBlockMode ${mode}`] : [];
  });
}

/** An exclusion counts for its VPC or subnet, whatever mode these show. */
function blockMode(subnet: Subnet | undefined, known: BlockFacts, vpcId: string): string {
  const vpc = known.vpcs.find(({ VpcId }) => VpcId === vpcId);
  const excluded = known.blockPublicAccessExclusions.find(
    ({ ResourceArn = "", State = "" }) =>
      /^(?:create|update)-complete$/.test(State) &&
      (ResourceArn.endsWith(`/${vpcId}`) || (subnet !== undefined && ResourceArn.endsWith(`/${subnet.SubnetId}`))),
  );
  if (excluded !== undefined) return excluded.InternetGatewayExclusionMode === "allow-egress" ? "block-ingress" : "off";
  return (
    subnet?.BlockPublicAccessStates?.InternetGatewayBlockMode ??
    vpc?.BlockPublicAccessStates?.InternetGatewayBlockMode ??
    known.blockPublicAccessOptions.InternetGatewayBlockMode ??
    "off"
  );
}

const R11 = rule(
  {
    id: "R11",
    family: "routes",
    title: "The way back is there",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html",
  },
  look(PATH_FACTS, (known, scope) =>
    withList(known, scope, (list) =>
      tableWays(known, scope, list).flatMap((table) => {
        const lost = table.withoutEndpoint.filter((way) => !isOpen(way, known.natGateways));
        const isWithdrawal = scope.direction === "withdraw";
        // What has no way today has none to lose: R9 says so.
        if (lost.length === 0 || (!isWithdrawal && !isOnEndpoint(table))) return [];
        return [
          ofTable(table.id, {
            severity: isWithdrawal ? "blocker" : "info",
            message: isWithdrawal
              ? "The way that this route table had without the endpoint is gone: a withdrawal cuts its clients off."
              : "The way that this route table had without the endpoint is gone: it cannot be withdrawn any more.",
            evidence: closed(table.id, lost, known),
            remedy:
              "Make a NAT gateway and a default route to it first, and see that requests to other services take it.",
          }),
        ];
      }),
    ),
  ),
);

function isOnEndpoint({ today }: TableWays): boolean {
  return today.some(({ route }) => route !== undefined && targetOf(route).kind === "gateway endpoint");
}

/** Where packets to DynamoDB go today, where they will no longer, and whether they can come back. */
export const PATHS: readonly Rule[] = [R7, R8, R9, R10, R11];
