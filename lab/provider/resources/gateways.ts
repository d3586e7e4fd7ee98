import { setTimeout as sleep } from "node:timers/promises";
import { ACCOUNT_ID, regionalArn } from "../../cloud/identifiers";
import { onceIndependent } from "../dependents";
import { ec2Tags } from "../ec2Tags";
import { computed, defaulted, optional, optionalComputed, type Place, resourceType } from "../resourceType";
import { string } from "../shapes";

/** Between two looks at what is being deleted. */
const PAUSE_MILLIS = 5;

export const internetGateway = resourceType({
  token: "aws:ec2/internetGateway:InternetGateway",
  what: "EC2 Internet Gateway",
  subject: ({ vpcId }) => vpcId,
  properties: {
    vpcId: optionalComputed(string),
    arn: computed(string),
    ownerId: computed(string),
  },
  goneCodes: ["InvalidInternetGatewayID.NotFound"],

  create: async ({ aws, inputs: { vpcId }, tags }) => {
    const { internetGatewayId } = await aws.ec2.createInternetGateway({ tags });
    await move(aws, internetGatewayId, undefined, vpcId);
    return internetGatewayId;
  },

  read: async ({ aws, id }) => {
    const [found] = await aws.ec2.describeInternetGateways({ ids: [id] });
    return (
      found && {
        vpcId: found.vpcId,
        tags: found.tags,
        ownerId: ACCOUNT_ID,
        arn: regionalArn(aws.name, "ec2", `internet-gateway/${id}`),
      }
    );
  },

  update: ({ aws, id, inputs, known }) => move(aws, id, known.vpcId, inputs.vpcId),

  delete: async ({ aws, id, known }) => {
    await move(aws, id, known.vpcId, undefined);
    await aws.ec2.deleteInternetGateway({ internetGatewayId: id });
  },
  retag: ec2Tags,
});

async function move(
  { ec2 }: Place["aws"],
  internetGatewayId: string,
  from: string | undefined,
  to: string | undefined,
): Promise<void> {
  if (from !== undefined) await onceIndependent(() => ec2.detachInternetGateway({ internetGatewayId, vpcId: from }));
  if (to !== undefined) await ec2.attachInternetGateway({ internetGatewayId, vpcId: to });
}

export const natGateway = resourceType({
  token: "aws:ec2/natGateway:NatGateway",
  what: "EC2 NAT Gateway",
  subject: ({ subnetId }) => subnetId,
  properties: {
    subnetId: optional(string, { replaces: true }),
    allocationId: optional(string, { replaces: true }),
    connectivityType: defaulted(string, "public", { replaces: true }),
    associationId: computed(string),
    networkInterfaceId: computed(string),
    privateIp: computed(string),
    publicIp: computed(string),
    vpcId: computed(string),
  },
  refused: [
    "autoProvisionZones",
    "autoScalingIps",
    "availabilityMode",
    "availabilityZoneAddresses",
    "privateIp",
    "regionalNatGatewayAddresses",
    "regionalNatGatewayAutoMode",
    "routeTableId",
    "secondaryAllocationIds",
    "secondaryPrivateIpAddressCount",
    "secondaryPrivateIpAddresses",
    "vpcId",
  ],
  exactlyOneOf: [["subnetId"]],
  goneCodes: ["NatGatewayNotFound"],

  create: async ({ aws, inputs: { subnetId = "", allocationId, connectivityType }, tags }) => {
    const kind = connectivityType === "private" ? "private" : "public";
    const { natGatewayId } = await aws.ec2.createNatGateway({ subnetId, allocationId, connectivityType: kind, tags });
    return natGatewayId;
  },

  read: async ({ aws, id }) => {
    const [found] = await aws.ec2.describeNatGateways({ ids: [id] });
    return found === undefined || found.state === "deleted" ? undefined : found;
  },

  delete: async ({ aws, id }) => {
    await aws.ec2.deleteNatGateway({ natGatewayId: id });
    await onceDeleted(aws, id);
  },
  retag: ec2Tags,
});

/** The provider waits until the gateway has let go of its address and its subnet. */
async function onceDeleted({ ec2 }: Place["aws"], natGatewayId: string): Promise<void> {
  for (;;) {
    const [found] = await ec2.describeNatGateways({ filters: { "nat-gateway-id": [natGatewayId] } });
    if (found === undefined || found.state === "deleted") return;
    await sleep(PAUSE_MILLIS);
  }
}

export const eip = resourceType({
  token: "aws:ec2/eip:Eip",
  what: "EC2 EIP",
  subject: ({ domain }) => domain,
  properties: {
    domain: optionalComputed(string, {
      replaces: true,
      problem: (domain) => (domain === "vpc" ? undefined : `domain is "vpc", not "${domain}"`),
    }),
    allocationId: computed(string),
    arn: computed(string),
    publicDns: computed(string),
    publicIp: computed(string),
  },
  refused: [
    "address",
    "associateWithPrivateIp",
    "associationId",
    "carrierIp",
    "customerOwnedIp",
    "customerOwnedIpv4Pool",
    "instance",
    "ipamPoolId",
    "networkBorderGroup",
    "networkInterface",
    "privateDns",
    "privateIp",
    "ptrRecord",
    "publicIpv4Pool",
  ],
  goneCodes: ["InvalidAllocationID.NotFound"],

  create: async ({ aws, tags }) => {
    const { allocationId } = await aws.ec2.allocateAddress({ tags });
    return allocationId;
  },

  read: async ({ aws, id }) => {
    const [found] = await aws.ec2.describeAddresses({ ids: [id] });
    const host = found?.publicIp.replaceAll(".", "-");
    return (
      found && {
        ...found,
        arn: regionalArn(aws.name, "ec2", `elastic-ip/${id}`),
        publicDns: `ec2-${host ?? ""}.${aws.name}.compute.amazonaws.com`,
      }
    );
  },

  delete: ({ aws, id }) => aws.ec2.releaseAddress({ allocationId: id }),
  retag: ec2Tags,
});
