import { counted } from "../../words";
import type { AvailabilityZone, Route } from "@aws-sdk/client-ec2";
import { isTransit } from "../clients";
import type { FactValues } from "../facts/facts";
import {
  destinationsOf,
  destinationText,
  type DynamoDbList,
  interfacesIn,
  isOpen,
  isPropagated,
  listed,
  rankOf,
  routeText,
  type ScopedTable,
  scopedTables,
  servesList,
  targetOf,
  wayText,
} from "../network";
import { covers, isPublic } from "../ranges";
import type { Scope } from "../scope";
import { ofTable, PATH_FACTS, type PathFacts, reaches, serviceName, tableWays, UNDOCUMENTED, withList } from "./known";
import { PATHS } from "./paths";
import { type Found, look, type Outcome, rule, type Rule } from "./rule";

const GUIDE = "https://docs.aws.amazon.com/vpc/latest";

const LEAVE_OUT = "leave the route table out of `routeTables`";

const R1 = rule(
  {
    id: "R1",
    family: "routes",
    title: "No other way by DynamoDB's prefix list is in these route tables",
    reference: `${GUIDE}/privatelink/gateway-endpoints.html`,
    directions: ["switch"],
  },
  look(["routeTables", "subnets", "prefixLists"], (known, scope) =>
    withList(known, scope, (list) => scopedTables(known, scope).flatMap((each) => otherWay(each, list, scope))),
  ),
  look(["vpcEndpoints"], ({ vpcEndpoints }, scope) =>
    vpcEndpoints
      .filter(({ ServiceName }) => ServiceName === serviceName(scope))
      .flatMap(({ VpcEndpointId = "?", RouteTableIds = [] }) =>
        RouteTableIds.filter((id) => scope.routeTableIds.includes(id)).map((id) =>
          served(id, VpcEndpointId, `${VpcEndpointId}: RouteTableIds has ${id}`, scope),
        ),
      ),
  ),
);

function otherWay({ id, table }: ScopedTable, list: DynamoDbList, scope: Scope): Outcome {
  return (table.Routes ?? [])
    .filter((route) => servesList(route, list))
    .map((route) => {
      const target = targetOf(route);
      const evidence = routeText(id, route);
      if (target.kind === "gateway endpoint") return served(id, target.id, evidence, scope);
      return ofTable(id, {
        severity: "blocker",
        message: `A route by DynamoDB's prefix list leads to ${target.kind} ${target.id}. AWS takes no second one.`,
        evidence: [evidence],
        remedy: `Delete that route in a window of its own, since its connections break, or ${LEAVE_OUT}.`,
      });
    });
}

function served(routeTableId: string, endpointId: string, evidence: string, { vpcEndpointId }: Scope): Found {
  const isOwn = endpointId === vpcEndpointId;
  return ofTable(routeTableId, {
    severity: isOwn ? "info" : "blocker",
    message: isOwn
      ? `${endpointId} serves this route table already: there is nothing to switch, and nothing breaks.`
      : `${endpointId} serves this route table already: AWS answers RouteAlreadyExists to a second gateway endpoint. ` +
        "Its clients are switched, and nothing of them breaks if it is adopted.",
    evidence: [evidence],
    remedy:
      `Adopt it, unless it is your stack's own: \`adopt: { vpcEndpointId: "${endpointId}", routeTables: [NAME] }\`. ` +
      `Or ${LEAVE_OUT}.`,
  });
}

const R2 = rule(
  {
    id: "R2",
    family: "routes",
    title: "No other network comes through these route tables",
    reference: `${GUIDE}/privatelink/vpc-endpoints-ddb.html`,
    directions: ["switch"],
  },
  look([...PATH_FACTS, "transitGatewayVpcAttachments"], (known, scope) =>
    withList(known, scope, (list) => transitAttachments(known, scope, list)),
  ),
  look([...PATH_FACTS, "networkInterfaces"], (known, scope) =>
    withList(known, scope, (list) => transitInterfaces(known, scope, list)),
  ),
  look(["routeTables", "subnets", "networkInterfaces"], appliances),
);

/** States in which an attachment carries nothing, and will not. */
const GONE: readonly string[] = ["deleted", "deleting", "failed", "failing", "rejected", "rejecting"];

function transitAttachments(
  known: PathFacts & Pick<FactValues, "transitGatewayVpcAttachments">,
  scope: Scope,
  list: DynamoDbList,
): Outcome {
  return tableWays(known, scope, list).flatMap(({ id, subnets, withoutEndpoint }) => {
    const own = new Set(subnets.map(({ SubnetId }) => SubnetId));
    const attachments = known.transitGatewayVpcAttachments
      .filter(({ VpcId, State = "" }) => VpcId === scope.vpcId && !GONE.includes(State))
      .map((each) => ({ ...each, there: (each.SubnetIds ?? []).filter((subnet) => own.has(subnet)) }))
      .filter(({ there }) => there.length > 0);
    if (attachments.length === 0) return [];
    const gateways = new Set(attachments.map(({ TransitGatewayId }) => TransitGatewayId ?? "?"));
    const carries = withoutEndpoint.some(
      (way) => isOpen(way, known.natGateways) && way.route !== undefined && !gateways.has(targetOf(way.route).id),
    );
    const evidence = attachments.map(
      ({ TransitGatewayAttachmentId = "?", TransitGatewayId = "?", there }) =>
        `${TransitGatewayAttachmentId} of ${TransitGatewayId}: SubnetIds has ${there.join(", ")}`,
    );
    const behind = networksBehind(known, scope, gateways);
    return [transit(id, carries, [...evidence, ...behind.evidence], behind.networks)];
  });
}

/** What this VPC's routes send to the transit gateways: who may come from there. */
function networksBehind(
  { routeTables }: Pick<FactValues, "routeTables">,
  { vpcId }: Scope,
  gateways: ReadonlySet<string>,
): { readonly networks: readonly string[]; readonly evidence: readonly string[] } {
  const routes = routeTables
    .filter(({ VpcId }) => VpcId === vpcId)
    .flatMap(({ RouteTableId = "?", Routes = [] }) =>
      Routes.filter((route) => gateways.has(targetOf(route).id)).map((route) => ({ RouteTableId, route })),
    );
  return {
    networks: [...new Set(routes.map(({ route }) => destinationText(route)))].sort(),
    evidence: routes.map(({ RouteTableId, route }) => routeText(RouteTableId, route)),
  };
}

function transit(
  routeTableId: string,
  carries: boolean,
  evidence: readonly string[],
  networks: readonly string[],
): Found {
  if (!carries)
    return ofTable(routeTableId, {
      severity: "info",
      message:
        "Subnets of a transit gateway attachment use this route table. Today it has no way to DynamoDB but back to " +
        "that gateway, so nothing of the networks behind it is lost.",
      evidence,
      remedy: "Give the attachment's subnets a route table of their own, which stays as it is.",
    });
  const who = networks.length === 0 ? "no route of this VPC names them" : listed(networks);
  return ofTable(routeTableId, {
    severity: "blocker",
    message:
      "Networks behind a transit gateway come through this route table, and cannot use a gateway endpoint: " +
      `their requests to DynamoDB are lost when it switches. Networks: ${who}. ` +
      "A check in this VPC would pass all the same. That such packets are dropped is not documented by AWS.",
    evidence,
    remedy: `Give the attachment's subnets a route table of their own, without the endpoint, or ${LEAVE_OUT}.`,
  });
}

function transitInterfaces(
  known: PathFacts & Pick<FactValues, "networkInterfaces">,
  scope: Scope,
  list: DynamoDbList,
): Outcome {
  return tableWays(known, scope, list).flatMap(({ id, subnets, withoutEndpoint }) => {
    const interfaces = interfacesIn(subnets, known.networkInterfaces);
    const transits = interfaces.filter(isTransit).map(({ NetworkInterfaceId = "?" }) => NetworkInterfaceId);
    const inspectors = interfaces.filter(({ InterfaceType }) => InterfaceType === "gateway_load_balancer_endpoint");
    const carries = reaches(withoutEndpoint, known);
    return [
      ...(transits.length === 0
        ? []
        : [transit(id, carries, [`InterfaceType transit_gateway: ${listed(transits)}`], [])]),
      ...(carries ? inspectors : []).map(({ NetworkInterfaceId = "?" }) => ({
        severity: "high" as const,
        subject: NetworkInterfaceId,
        routeTableIds: [id],
        message:
          `A firewall's endpoint is in a subnet of ${id}: what it lets through takes this route table next. ` +
          "Whether packets that began elsewhere can use the gateway endpoint from there is not documented by AWS.",
        evidence: [`${NetworkInterfaceId}: InterfaceType gateway_load_balancer_endpoint`],
        remedy: `Switch the clients' route tables and ${LEAVE_OUT}.`,
      })),
    ];
  });
}

/** Routers, proxies and NAT instances: what forwards packets that are not its own. */
function appliances(known: Pick<FactValues, "routeTables" | "subnets" | "networkInterfaces">, scope: Scope): Outcome {
  const targets = new Set(
    known.routeTables.flatMap(({ Routes = [] }) =>
      Routes.flatMap(({ NetworkInterfaceId, InstanceId }) => [NetworkInterfaceId, InstanceId]),
    ),
  );
  return scopedTables(known, scope).flatMap(({ id, subnets }) =>
    interfacesIn(subnets, known.networkInterfaces)
      .filter(
        ({ SourceDestCheck, RequesterManaged, Attachment }) =>
          SourceDestCheck === false && RequesterManaged !== true && Attachment?.InstanceId !== undefined,
      )
      .map(({ NetworkInterfaceId = "?", Attachment }) => {
        const isTarget = targets.has(NetworkInterfaceId) || targets.has(Attachment?.InstanceId);
        return {
          severity: isTarget ? ("high" as const) : ("medium" as const),
          subject: NetworkInterfaceId,
          routeTableIds: [id],
          message:
            `${Attachment?.InstanceId ?? "?"} in a subnet of ${id} forwards packets of others` +
            `${isTarget ? ", and routes lead to it" : "; no route that is known leads to it"}. One that translates ` +
            "their source addresses is fine. Whether a gateway endpoint takes what one without passes on is not " +
            "documented by AWS.",
          evidence: [`${NetworkInterfaceId}: SourceDestCheck false`],
          remedy: `Have a check prove it with a client behind that instance, or ${LEAVE_OUT}.`,
        };
      }),
  );
}

const R3 = rule(
  {
    id: "R3",
    family: "routes",
    title: "No route in these route tables wins over the endpoint's",
    reference: `${GUIDE}/userguide/route-tables-priority.html`,
    directions: ["switch"],
  },
  look(["routeTables", "subnets", "prefixLists"], (known, scope) =>
    withList(known, scope, (list) =>
      scopedTables(known, scope).flatMap(({ id, table }) =>
        (table.Routes ?? []).flatMap((route) => winner(id, route, list, known)),
      ),
    ),
  ),
);

function winner(
  routeTableId: string,
  route: Route,
  list: DynamoDbList,
  { prefixLists }: Pick<FactValues, "prefixLists">,
): Outcome {
  if (servesList(route, list)) return [];
  const { DestinationPrefixListId } = route;
  if (isUnread(DestinationPrefixListId, prefixLists))
    return [
      ofTable(routeTableId, {
        severity: "unknown",
        message: `Not known: which addresses ${DestinationPrefixListId ?? "?"} has. A route of this table is for them.`,
        evidence: [routeText(routeTableId, route)],
        remedy: "Allow ec2:GetManagedPrefixListEntries on it, or ask its owner.",
      }),
    ];
  const destinations = destinationsOf(route, prefixLists);
  const inside = (isWider: (size: number, entry: number) => boolean): boolean =>
    destinations.some((range) =>
      list.ranges.some((entry) => covers(entry, range) && isWider(range.last - range.first, entry.last - entry.first)),
    );
  const isMoreSpecific = inside((size, entry) => size < entry);
  const isEqual = rankOf(route) < 2 && inside((size, entry) => size === entry);
  if (!isMoreSpecific && !isEqual) return [];
  const code = isMoreSpecific ? "MORE_SPECIFIC_ROUTE" : "HIGHER_PRIORITY_ROUTE";
  const why = isMoreSpecific
    ? "more specific"
    : rankOf(route) === 0
      ? "equal and static"
      : "equal, by another prefix list, of which AWS takes either";
  return [
    ofTable(routeTableId, {
      severity: "high",
      message:
        `The route to ${destinationText(route)} is ${why}: what it is for of DynamoDB's addresses stays on ` +
        `${wayText({ route, ranges: [] })} after the switch${isPropagated(route) ? ", as long as it is propagated" : ""}.`,
      evidence: [`${code} ${routeText(routeTableId, route)}`],
      remedy: `Remove the route, or its part in DynamoDB's ranges, if these clients are to switch. Or ${LEAVE_OUT}.`,
    }),
  ];
}

function isUnread(id: string | undefined, prefixLists: FactValues["prefixLists"]): boolean {
  return id !== undefined && !prefixLists.some(({ PrefixListId }) => PrefixListId === id);
}

const R4 = rule(
  {
    id: "R4",
    family: "routes",
    title: "No propagated route for public addresses may come to win",
    reference: `${GUIDE}/userguide/route-tables-priority.html`,
    directions: ["switch"],
  },
  look(["routeTables", "subnets", "prefixLists"], (known, scope) =>
    withList(known, scope, (list) =>
      scopedTables(known, scope).flatMap(({ id, table }) => {
        const routes = (table.Routes ?? []).filter(
          (route) =>
            isPropagated(route) &&
            destinationsOf(route, known.prefixLists).some(isPublic) &&
            winner(id, route, list, known).length === 0,
        );
        if (routes.length === 0) return [];
        return [
          ofTable(id, {
            severity: "medium",
            message:
              `${counted(routes.length, "route")} for public addresses ${routes.length === 1 ? "is" : "are"} propagated ` +
              "or advertised here. One to a part of DynamoDB's ranges would win over the endpoint, whenever it comes.",
            evidence: routes.map((route) => routeText(id, route)),
            remedy: "Filter what is advertised: with a Direct Connect public VIF, AWS's own prefixes.",
          }),
        ];
      }),
    ),
  ),
);

const R5 = rule(
  {
    id: "R5",
    family: "routes",
    title: "No subnet switches because it has no route table of its own",
    reference: `${GUIDE}/userguide/subnet-route-tables.html`,
  },
  look(["routeTables", "subnets"], (known, scope) =>
    scopedTables(known, scope).flatMap(({ id, table, subnets }) => {
      const explicit = new Set(table.Associations?.map(({ SubnetId }) => SubnetId));
      const implicit = subnets.map(({ SubnetId = "?" }) => SubnetId).filter((subnet) => !explicit.has(subnet));
      // Only the main one has such.
      if (implicit.length === 0) return [];
      return [
        ofTable(id, {
          severity: "high",
          message:
            `This is the VPC's main route table: ${counted(implicit.length, "subnet")} without an association ` +
            `${implicit.length === 1 ? "uses" : "use"} it, and every new one will. They switch with it: ${listed(implicit)}.`,
          evidence: [`${id}: Associations[].Main true`, ...implicit.map((subnet) => `${subnet}: no association`)],
          remedy:
            "Give subnets that are not meant a route table of their own. Name one of those that are in " +
            "`rollout.check.subnets`, so that the check proves them.",
        }),
      ];
    }),
  ),
);

const R6 = rule(
  {
    id: "R6",
    family: "routes",
    title: "These route tables are of this VPC, and of subnets",
    reference: `${GUIDE}/userguide/gateway-route-tables.html`,
  },
  look(["routeTables"], ({ routeTables }, scope) => [
    ...scope.routeTableIds
      .filter((id) => !routeTables.some(({ RouteTableId }) => RouteTableId === id))
      .map((id) =>
        ofTable(id, {
          severity: "blocker",
          message: `${scope.vpcId} has no such route table.`,
          evidence: [`${id}: not among those of ${scope.vpcId}`],
          remedy: `Correct its id, or ${LEAVE_OUT}.`,
        }),
      ),
    ...routeTables
      .filter(({ RouteTableId = "?" }) => scope.routeTableIds.includes(RouteTableId))
      .flatMap(({ RouteTableId = "?", VpcId = "?", Associations = [] }) => {
        const gateways = Associations.flatMap(({ GatewayId }) => GatewayId ?? []);
        if (VpcId === scope.vpcId && gateways.length === 0) return [];
        const isElsewhere = VpcId !== scope.vpcId;
        return [
          ofTable(RouteTableId, {
            severity: "blocker",
            message: isElsewhere
              ? `This route table is of ${VpcId}: an endpoint serves route tables of its own VPC only.`
              : `This is a gateway's route table (${gateways.join(", ")}): it is for what enters the VPC, and takes no ` +
                "gateway endpoint.",
            evidence: isElsewhere
              ? [`${RouteTableId}: VpcId ${VpcId}`]
              : gateways.map((gateway) => `${RouteTableId}: Associations[].GatewayId ${gateway}`),
            remedy: `Remove it: ${LEAVE_OUT}.`,
          }),
        ];
      }),
  ]),
);

const R13 = rule(
  {
    id: "R13",
    family: "routes",
    title: "The subnets are in Availability Zones of the Region",
    directions: ["switch"],
  },
  look(["routeTables", "subnets"], (known, scope) =>
    scopedTables(known, scope).flatMap(({ id, subnets }) =>
      subnets
        .filter(({ OutpostArn }) => OutpostArn !== undefined)
        .map(({ SubnetId = "?", OutpostArn = "?" }) => outside(id, SubnetId, "an Outpost", `OutpostArn ${OutpostArn}`)),
    ),
  ),
  look(["routeTables", "subnets", "availabilityZones"], (known, scope) => {
    const zones = new Map(known.availabilityZones.map((zone) => [zone.ZoneName, zone]));
    return scopedTables(known, scope).flatMap(({ id, subnets }) =>
      subnets.flatMap(({ SubnetId = "?", AvailabilityZone = "?" }) => {
        const zone = zones.get(AvailabilityZone);
        if (zone === undefined) return [zoneUnknown(id, SubnetId, AvailabilityZone)];
        const type = typeOf(zone);
        return type === undefined ? [] : [outside(id, SubnetId, `a ${type}`, `${AvailabilityZone}: ZoneType ${type}`)];
      }),
    );
  }),
);

function typeOf({ ZoneType }: AvailabilityZone): string | undefined {
  return ZoneType === "availability-zone" ? undefined : ZoneType;
}

function zoneUnknown(routeTableId: string, subnetId: string, zone: string): Found {
  return {
    severity: "unknown",
    subject: subnetId,
    routeTableIds: [routeTableId],
    message: `Not known: what kind of zone ${zone} is. It is not among the Region's zones that this account sees.`,
    evidence: [`${subnetId}: AvailabilityZone ${zone}`],
    remedy: "Run the preflight in the account that owns the VPC.",
  };
}

function outside(routeTableId: string, subnetId: string, where: string, evidence: string): Found {
  return {
    severity: "medium",
    subject: subnetId,
    routeTableIds: [routeTableId],
    message: `${subnetId} is in ${where}. Whether a gateway endpoint serves it is open. ${UNDOCUMENTED}`,
    evidence: [evidence],
    remedy: `Name it in \`rollout.check.subnets\`, so that the check proves it, or ${LEAVE_OUT}.`,
  };
}

const R14 = rule(
  {
    id: "R14",
    family: "routes",
    title: "The endpoint can be changed",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html",
  },
  look(["vpcEndpoints"], ({ vpcEndpoints }, scope) => {
    if (scope.vpcEndpointId === undefined) return [];
    const endpoint = vpcEndpoints.find(({ VpcEndpointId }) => VpcEndpointId === scope.vpcEndpointId);
    const { State = "?", LastError, RequesterManaged } = endpoint ?? {};
    const evidence = [
      ...(endpoint === undefined ? ["no such endpoint among those of the Region"] : []),
      ...(endpoint !== undefined && State.toLowerCase() !== "available" ? [`State ${State}`] : []),
      ...(LastError?.Code === undefined ? [] : [`LastError ${LastError.Code}: ${LastError.Message ?? ""}`]),
      ...(RequesterManaged === true ? ["RequesterManaged true"] : []),
    ];
    if (evidence.length === 0) return [];
    return [
      {
        severity: "blocker",
        subject: scope.vpcEndpointId,
        routeTableIds: [],
        message: `The endpoint takes no route table as it is: ${evidence.join("; ")}.`,
        evidence: evidence.map((each) => `${scope.vpcEndpointId ?? "?"}: ${each}`),
        remedy:
          "Wait until it is available, or make one of your own: a service's endpoint is that service's to change.",
      },
    ];
  }),
);

export const ROUTES: readonly Rule[] = [R1, R2, R3, R4, R5, R6, ...PATHS, R13, R14];
