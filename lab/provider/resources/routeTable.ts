import { isApiError } from "../../cloud/apiError";
import { ROUTE_TABLE, type RouteTarget } from "../../cloud/ec2/kinds/routeTable";
import { destinationOf, type RouteRequest } from "../../cloud/ec2/routeTables";
import { ACCOUNT_ID, regionalArn } from "../../cloud/identifiers";
import { ec2Tags } from "../ec2Tags";
import { rangeProblem } from "../ranges";
import { computed, optional, optionalComputed, type Place, required, resourceType } from "../resourceType";
import { ownRoutes } from "../ownRoutes";
import { stringHash } from "../stringHash";
import { object, list, possible, set, string, type TypeOf } from "../shapes";

const TARGETS_NOT_SERVED = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "localGatewayId",
  "odbNetworkArn",
  "vpcEndpointId",
];

const inlineRoute = object(
  "ec2/RouteTableRoute",
  {
    cidrBlock: possible(string),
    destinationPrefixListId: possible(string),
    gatewayId: possible(string),
    natGatewayId: possible(string),
    networkInterfaceId: possible(string),
    transitGatewayId: possible(string),
    vpcPeeringConnectionId: possible(string),
  },
  [...TARGETS_NOT_SERVED, "ipv6CidrBlock"],
);
type InlineRoute = TypeOf<typeof inlineRoute>;

export const routeTable = resourceType({
  token: "aws:ec2/routeTable:RouteTable",
  what: "Route Table",
  subject: ({ vpcId }) => vpcId,
  properties: {
    vpcId: required(string, { replaces: true }),
    routes: optionalComputed(set(inlineRoute)),
    arn: computed(string),
    ownerId: computed(string),
    propagatingVgws: computed(list(string)),
  },
  refused: ["propagatingVgws"],
  goneCodes: [ROUTE_TABLE.notFound],

  create: async ({ aws, inputs, tags }) => {
    const { routeTableId } = await aws.ec2.createRouteTable({ vpcId: inputs.vpcId, tags });
    for (const route of inputs.routes ?? []) await aws.ec2.createRoute(requestOf(routeTableId, route));
    return routeTableId;
  },

  read: async ({ aws, id }) => {
    const [found] = await aws.ec2.describeRouteTables({ ids: [id] });
    return (
      found && {
        vpcId: found.vpcId,
        routes: ownRoutes(found.routes),
        arn: regionalArn(aws.name, "ec2", `route-table/${id}`),
        ownerId: ACCOUNT_ID,
        propagatingVgws: [],
        tags: found.tags,
      }
    );
  },

  update: async ({ aws, id, inputs, known }) => {
    const wanted = new Map(
      (inputs.routes ?? []).map((route) => [destinationOf(requestOf(id, route)), requestOf(id, route)]),
    );
    const had = new Map(
      (known.routes ?? []).map((route) => [destinationOf(requestOf(id, route)), requestOf(id, route)]),
    );
    for (const [destination, route] of had) {
      if (!wanted.has(destination)) await deleteRoute(aws, route);
    }
    for (const [destination, route] of wanted) {
      const old = had.get(destination);
      if (old === undefined) await aws.ec2.createRoute(route);
      else if (targetOf(old) !== targetOf(route)) await aws.ec2.replaceRoute(route);
    }
  },

  /** The provider disassociates whatever still uses the table. */
  delete: async ({ aws, id }) => {
    const [found] = await aws.ec2.describeRouteTables({ ids: [id] });
    for (const { main, routeTableAssociationId } of found?.associations ?? []) {
      if (!main) await aws.ec2.disassociateRouteTable({ associationId: routeTableAssociationId });
    }
    await aws.ec2.deleteRouteTable({ routeTableId: id });
  },
  retag: ec2Tags,
});

export const route = resourceType({
  token: "aws:ec2/route:Route",
  what: "Route",
  subject: ({ routeTableId }) => routeTableId,
  properties: {
    routeTableId: required(string, { replaces: true }),
    destinationCidrBlock: optional(string, { replaces: true, problem: rangeProblem }),
    destinationPrefixListId: optional(string, { replaces: true }),
    gatewayId: optional(string),
    natGatewayId: optional(string),
    networkInterfaceId: optionalComputed(string),
    transitGatewayId: optional(string),
    vpcPeeringConnectionId: optional(string),
    origin: computed(string),
    state: computed(string),
  },
  refused: [...TARGETS_NOT_SERVED, "destinationIpv6CidrBlock", "instanceId", "instanceOwnerId"],
  exactlyOneOf: [
    ["destinationCidrBlock", "destinationPrefixListId"],
    ["gatewayId", "natGatewayId", "networkInterfaceId", "transitGatewayId", "vpcPeeringConnectionId"],
  ],
  goneCodes: [ROUTE_TABLE.notFound, "InvalidRoute.NotFound"],

  create: async ({ aws, inputs }) => {
    const request = requested(inputs);
    await aws.ec2.createRoute(request);
    return routeId(request);
  },

  read: async ({ aws, known }) => {
    const { routeTableId = "", destinationCidrBlock, destinationPrefixListId } = known;
    const [table] = await aws.ec2.describeRouteTables({ ids: [routeTableId] });
    const destination = destinationOf({ destinationCidrBlock, destinationPrefixListId });
    const found = table?.routes.find((candidate) => destinationOf(candidate) === destination);
    return found && { ...found, routeTableId };
  },

  update: ({ aws, inputs }) => aws.ec2.replaceRoute(requested(inputs)),

  delete: ({ aws, known: { routeTableId = "", destinationCidrBlock, destinationPrefixListId } }) =>
    aws.ec2.deleteRoute({ routeTableId, destinationCidrBlock, destinationPrefixListId }),

  /** `rtb-0a1_10.42.0.0/16` or `rtb-0a1_pl-0570a1d2d725c16be` */
  imported: (importId) => {
    const [routeTableId = "", destination = ""] = importId.split("_");
    const where = destination.startsWith("pl-")
      ? { destinationPrefixListId: destination }
      : { destinationCidrBlock: destination };
    return { id: routeId({ routeTableId, ...where }), known: { routeTableId, ...where } };
  },
});

export const routeTableAssociation = resourceType({
  token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  what: "Route Table Association",
  subject: ({ routeTableId, subnetId = "" }) => `${routeTableId}/${subnetId}`,
  properties: {
    routeTableId: required(string),
    subnetId: optional(string, { replaces: true }),
  },
  refused: ["gatewayId"],
  exactlyOneOf: [["subnetId"]],
  goneCodes: ["InvalidAssociationID.NotFound"],

  create: async ({ aws, inputs: { routeTableId, subnetId = "" } }) => {
    const { routeTableAssociationId } = await aws.ec2.associateRouteTable({ routeTableId, subnetId });
    return routeTableAssociationId;
  },

  /** By subnet, because an update gives the association a new id while the resource keeps its own. */
  read: async ({ aws, known: { subnetId = "" } }) => {
    const association = await subnetAssociation(aws, subnetId);
    return association && { routeTableId: association.routeTableId, subnetId };
  },

  update: async ({ aws, inputs: { subnetId = "", routeTableId } }) => {
    const association = await subnetAssociation(aws, subnetId);
    await aws.ec2.replaceRouteTableAssociation({
      associationId: association?.routeTableAssociationId ?? "",
      routeTableId,
    });
  },

  delete: async ({ aws, known: { subnetId = "" } }) => {
    const association = await subnetAssociation(aws, subnetId);
    if (association !== undefined)
      await aws.ec2.disassociateRouteTable({ associationId: association.routeTableAssociationId });
  },

  /** `subnet-0a1/rtb-0b2` */
  imported: (importId) => {
    const [subnetId = "", routeTableId = ""] = importId.split("/");
    return { id: importId, known: { subnetId, routeTableId } };
  },
});

/** The request that a route's inputs make; `region` says where it goes. */
function requested({
  routeTableId,
  destinationCidrBlock,
  destinationPrefixListId,
  ...target
}: RouteRequest): RouteRequest {
  const { gatewayId, natGatewayId, networkInterfaceId, transitGatewayId, vpcPeeringConnectionId } = target;
  return {
    routeTableId,
    destinationCidrBlock,
    destinationPrefixListId,
    gatewayId,
    natGatewayId,
    networkInterfaceId,
    transitGatewayId,
    vpcPeeringConnectionId,
  };
}

type Ec2 = Place["aws"];

async function subnetAssociation(aws: Ec2, subnetId: string) {
  const [table] = await aws.ec2.describeRouteTables({ filters: { "association.subnet-id": [subnetId] } });
  return table?.associations.find((association) => association.subnetId === subnetId);
}

async function deleteRoute(
  aws: Ec2,
  { routeTableId, destinationCidrBlock, destinationPrefixListId }: RouteRequest,
): Promise<void> {
  try {
    await aws.ec2.deleteRoute({ routeTableId, destinationCidrBlock, destinationPrefixListId });
  } catch (error) {
    if (!isApiError(error, "InvalidRoute.NotFound")) throw error;
  }
}

function requestOf(routeTableId: string, { cidrBlock, ...route }: InlineRoute): RouteRequest {
  return { routeTableId, destinationCidrBlock: cidrBlock, ...route };
}

function targetOf({
  gatewayId,
  natGatewayId,
  networkInterfaceId,
  transitGatewayId,
  vpcPeeringConnectionId,
}: RouteTarget): string | undefined {
  return gatewayId ?? natGatewayId ?? networkInterfaceId ?? transitGatewayId ?? vpcPeeringConnectionId;
}

function routeId(request: RouteRequest): string {
  return `r-${request.routeTableId}${stringHash(destinationOf(request))}`;
}
