import { ACCOUNT_ID, regionalArn } from "../../cloud/identifiers";
import { functionType } from "../functionType";
import { computed, optional, optionalComputed } from "../resourceType";
import { answered, boolean, list, map, number, object, string } from "../shapes";
import { ownRoutes } from "../ownRoutes";
import { ec2Filters, filtersOf, single } from "./filters";

const IPV6 = ["ipv6AssociationId", "ipv6CidrBlock", "ipv6CidrBlockAssociations"];

const cidrBlockAssociation = object("ec2/getVpcCidrBlockAssociation", {
  associationId: answered(string),
  cidrBlock: answered(string),
  state: answered(string),
});

const vpcCriteria = {
  id: optional(string),
  cidrBlock: optional(string),
  default: optional(boolean),
  dhcpOptionsId: optional(string),
  state: optional(string),
  filters: optional(filtersOf("ec2/getVpcFilter")),
  tags: optionalComputed(map(string)),
} as const;

export const getVpc = functionType({
  token: "aws:ec2/getVpc:getVpc",
  arguments: vpcCriteria,
  results: {
    ...vpcCriteria,
    arn: computed(string),
    cidrBlockAssociations: computed(list(cidrBlockAssociation)),
    enableDnsHostnames: computed(boolean),
    enableDnsSupport: computed(boolean),
    enableNetworkAddressUsageMetrics: computed(boolean),
    instanceTenancy: computed(string),
    mainRouteTableId: computed(string),
    ownerId: computed(string),
  },
  refused: IPV6,
  run: async ({ aws, args }) => {
    const filters = ec2Filters({
      ...args,
      arguments: {
        "vpc-id": args.id,
        cidr: args.cidrBlock,
        "dhcp-options-id": args.dhcpOptionsId,
        state: args.state,
        "is-default": args.default ? "true" : undefined,
      },
    });
    const found = single(await aws.ec2.describeVpcs({ filters }), "EC2 VPC");
    const { vpcId, isDefault, ...attributes } = found;
    const [main] = await aws.ec2.describeRouteTables({ filters: { "vpc-id": [vpcId], "association.main": ["true"] } });
    return {
      ...attributes,
      id: vpcId,
      default: isDefault,
      filters: args.filters,
      arn: regionalArn(aws.name, "ec2", `vpc/${vpcId}`),
      cidrBlockAssociations: [
        { associationId: vpcId.replace("vpc-", "vpc-cidr-assoc-"), cidrBlock: found.cidrBlock, state: "associated" },
      ],
      mainRouteTableId: main?.routeTableId,
      ownerId: ACCOUNT_ID,
    };
  },
});

const subnetCriteria = {
  id: optional(string),
  availabilityZone: optional(string),
  availabilityZoneId: optional(string),
  cidrBlock: optional(string),
  state: optional(string),
  vpcId: optional(string),
  filters: optional(filtersOf("ec2/getSubnetFilter")),
  tags: optionalComputed(map(string)),
} as const;

export const getSubnet = functionType({
  token: "aws:ec2/getSubnet:getSubnet",
  arguments: subnetCriteria,
  results: {
    ...subnetCriteria,
    arn: computed(string),
    availableIpAddressCount: computed(number),
    defaultForAz: computed(boolean),
    mapPublicIpOnLaunch: computed(boolean),
    ownerId: computed(string),
  },
  refused: [
    "assignIpv6AddressOnCreation",
    "customerOwnedIpv4Pool",
    "defaultForAz",
    "enableDns64",
    "enableLniAtDeviceIndex",
    "enableResourceNameDnsARecordOnLaunch",
    "enableResourceNameDnsAaaaRecordOnLaunch",
    "ipv6CidrBlock",
    "ipv6CidrBlockAssociationId",
    "ipv6Native",
    "mapCustomerOwnedIpOnLaunch",
    "outpostArn",
    "privateDnsHostnameTypeOnLaunch",
  ],
  run: async ({ aws, args }) => {
    const filters = ec2Filters({
      ...args,
      arguments: {
        "subnet-id": args.id,
        "availability-zone": args.availabilityZone,
        "availability-zone-id": args.availabilityZoneId,
        "cidr-block": args.cidrBlock,
        state: args.state,
        "vpc-id": args.vpcId,
      },
    });
    const { subnetId, ...attributes } = single(await aws.ec2.describeSubnets({ filters }), "EC2 Subnet");
    return {
      ...attributes,
      id: subnetId,
      filters: args.filters,
      arn: regionalArn(aws.name, "ec2", `subnet/${subnetId}`),
      defaultForAz: false,
      ownerId: ACCOUNT_ID,
    };
  },
});

export const getSubnets = functionType({
  token: "aws:ec2/getSubnets:getSubnets",
  arguments: { filters: optional(filtersOf("ec2/getSubnetsFilter")), tags: optional(map(string)) },
  results: {
    filters: optional(filtersOf("ec2/getSubnetsFilter")),
    tags: computed(map(string)),
    id: computed(string),
    ids: computed(list(string)),
  },
  run: async ({ aws, args }) => {
    const found = await aws.ec2.describeSubnets({ filters: ec2Filters({ ...args, arguments: {} }) });
    return { filters: args.filters, tags: args.tags ?? {}, id: aws.name, ids: found.map(({ subnetId }) => subnetId) };
  },
});

const tableAssociation = object(
  "ec2/getRouteTableAssociation",
  {
    main: answered(boolean),
    routeTableAssociationId: answered(string),
    routeTableId: answered(string),
    subnetId: answered(string),
  },
  ["gatewayId"],
);
const tableRoute = object(
  "ec2/getRouteTableRoute",
  {
    cidrBlock: answered(string),
    destinationPrefixListId: answered(string),
    gatewayId: answered(string),
    natGatewayId: answered(string),
    networkInterfaceId: answered(string),
    transitGatewayId: answered(string),
    vpcPeeringConnectionId: answered(string),
  },
  [
    "carrierGatewayId",
    "coreNetworkArn",
    "egressOnlyGatewayId",
    "instanceId",
    "ipv6CidrBlock",
    "localGatewayId",
    "odbNetworkArn",
    "vpcEndpointId",
  ],
);

const routeTableCriteria = {
  routeTableId: optional(string),
  subnetId: optional(string),
  vpcId: optional(string),
  filters: optional(filtersOf("ec2/getRouteTableFilter")),
  tags: optionalComputed(map(string)),
} as const;

export const getRouteTable = functionType({
  token: "aws:ec2/getRouteTable:getRouteTable",
  arguments: routeTableCriteria,
  results: {
    ...routeTableCriteria,
    id: computed(string),
    arn: computed(string),
    associations: computed(list(tableAssociation)),
    ownerId: computed(string),
    routes: computed(list(tableRoute)),
  },
  refused: ["gatewayId"],
  run: async ({ aws, args }) => {
    const filters = ec2Filters({
      ...args,
      arguments: { "route-table-id": args.routeTableId, "association.subnet-id": args.subnetId, "vpc-id": args.vpcId },
    });
    const found = single(await aws.ec2.describeRouteTables({ filters }), "EC2 Route Table");
    return {
      ...found,
      id: found.routeTableId,
      subnetId: args.subnetId,
      filters: args.filters,
      routes: ownRoutes(found.routes),
      arn: regionalArn(aws.name, "ec2", `route-table/${found.routeTableId}`),
      ownerId: ACCOUNT_ID,
    };
  },
});

const routeTablesCriteria = {
  vpcId: optional(string),
  filters: optional(filtersOf("ec2/getRouteTablesFilter")),
  tags: optionalComputed(map(string)),
} as const;

export const getRouteTables = functionType({
  token: "aws:ec2/getRouteTables:getRouteTables",
  arguments: routeTablesCriteria,
  results: { ...routeTablesCriteria, id: computed(string), ids: computed(list(string)) },
  run: async ({ aws, args }) => {
    const found = await aws.ec2.describeRouteTables({
      filters: ec2Filters({ ...args, arguments: { "vpc-id": args.vpcId } }),
    });
    return { ...args, tags: args.tags ?? {}, id: aws.name, ids: found.map(({ routeTableId }) => routeTableId) };
  },
});
