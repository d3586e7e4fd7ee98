import { SUBNET } from "../../cloud/ec2/kinds/subnet";
import { VPC } from "../../cloud/ec2/kinds/vpc";
import { onceIndependent, withoutLambdaInterfaces } from "../dependents";
import { ec2Tags } from "../ec2Tags";
import { rangeProblem } from "../ranges";
import { computed, defaulted, optional, optionalComputed, required, resourceType } from "../resourceType";
import { boolean, string } from "../shapes";
import { ACCOUNT_ID, regionalArn } from "../../cloud/identifiers";

const IPV6_AND_IPAM = ["ipv4IpamPoolId", "ipv4NetmaskLength", "ipv6CidrBlock", "ipv6IpamPoolId", "ipv6NetmaskLength"];

const noIpv6 = (given: unknown): string | undefined =>
  given === false || given === "" ? undefined : "the lab has no IPv6";

export const vpc = resourceType({
  token: "aws:ec2/vpc:Vpc",
  what: "EC2 VPC",
  subject: ({ cidrBlock }) => cidrBlock,
  properties: {
    cidrBlock: optionalComputed(string, { replaces: true, problem: rangeProblem }),
    instanceTenancy: defaulted(string, "default", { replaces: true }),
    enableDnsSupport: defaulted(boolean, true),
    enableDnsHostnames: optionalComputed(boolean),
    enableNetworkAddressUsageMetrics: optionalComputed(boolean),
    assignGeneratedIpv6CidrBlock: optional(boolean, { problem: noIpv6, notReadable: true }),
    arn: computed(string),
    ipv6CidrBlock: computed(string),
    defaultNetworkAclId: computed(string),
    defaultRouteTableId: computed(string),
    defaultSecurityGroupId: computed(string),
    dhcpOptionsId: computed(string),
    mainRouteTableId: computed(string),
    ownerId: computed(string),
  },
  refused: [...IPV6_AND_IPAM, "ipv6AssociationId", "ipv6CidrBlockNetworkBorderGroup"],
  exactlyOneOf: [["cidrBlock"]],
  goneCodes: [VPC.notFound],

  create: async ({ aws, inputs, tags }) => {
    const {
      cidrBlock = "",
      instanceTenancy,
      enableDnsSupport,
      enableDnsHostnames,
      enableNetworkAddressUsageMetrics,
    } = inputs;
    const { vpcId } = await aws.ec2.createVpc({ cidrBlock, instanceTenancy, tags });
    await aws.ec2.modifyVpcAttribute({
      vpcId,
      enableDnsSupport,
      enableDnsHostnames: enableDnsHostnames ?? false,
      enableNetworkAddressUsageMetrics: enableNetworkAddressUsageMetrics ?? false,
    });
    return vpcId;
  },

  read: async ({ aws, id }) => {
    const [found] = await aws.ec2.describeVpcs({ ids: [id] });
    if (found === undefined) return undefined;
    const [main] = await aws.ec2.describeRouteTables({ filters: { "vpc-id": [id], "association.main": ["true"] } });
    return {
      ...found,
      ipv6CidrBlock: "",
      mainRouteTableId: main?.routeTableId,
      ownerId: ACCOUNT_ID,
      arn: regionalArn(aws.name, "ec2", `vpc/${id}`),
    };
  },

  update: async ({ aws, id, inputs, changed }) => {
    const { enableDnsSupport, enableDnsHostnames, enableNetworkAddressUsageMetrics } = inputs;
    await aws.ec2.modifyVpcAttribute({
      vpcId: id,
      enableDnsSupport,
      ...(changed.has("enableDnsHostnames") && { enableDnsHostnames }),
      ...(changed.has("enableNetworkAddressUsageMetrics") && { enableNetworkAddressUsageMetrics }),
    });
  },

  delete: ({ aws, id }) => aws.ec2.deleteVpc({ vpcId: id }),
  retag: ec2Tags,
});

export const subnet = resourceType({
  token: "aws:ec2/subnet:Subnet",
  what: "EC2 Subnet",
  subject: ({ cidrBlock }) => cidrBlock,
  properties: {
    vpcId: required(string, { replaces: true }),
    cidrBlock: optionalComputed(string, { replaces: true, problem: rangeProblem }),
    availabilityZone: optionalComputed(string, { replaces: true }),
    availabilityZoneId: optionalComputed(string, { replaces: true }),
    mapPublicIpOnLaunch: defaulted(boolean, false),
    assignIpv6AddressOnCreation: defaulted(boolean, false, { problem: noIpv6 }),
    // Not known in the preview of a program that makes it of the VPC's.
    ipv6CidrBlock: optional(string, { problem: noIpv6 }),
    arn: computed(string),
    ownerId: computed(string),
  },
  refused: [
    ...IPV6_AND_IPAM.filter((name) => name !== "ipv6CidrBlock"),
    "customerOwnedIpv4Pool",
    "enableDns64",
    "enableLniAtDeviceIndex",
    "enableResourceNameDnsARecordOnLaunch",
    "enableResourceNameDnsAaaaRecordOnLaunch",
    "ipv6CidrBlockAssociationId",
    "ipv6Native",
    "mapCustomerOwnedIpOnLaunch",
    "outpostArn",
    "privateDnsHostnameTypeOnLaunch",
  ],
  exactlyOneOf: [["cidrBlock"]],
  goneCodes: [SUBNET.notFound],

  create: async ({ aws, inputs, tags }) => {
    const { vpcId, cidrBlock = "", availabilityZone, availabilityZoneId, mapPublicIpOnLaunch } = inputs;
    const { subnetId } = await aws.ec2.createSubnet({ vpcId, cidrBlock, availabilityZone, availabilityZoneId, tags });
    if (mapPublicIpOnLaunch) await aws.ec2.modifySubnetAttribute({ subnetId, mapPublicIpOnLaunch });
    return subnetId;
  },

  read: async ({ aws, id }) => {
    const [found] = await aws.ec2.describeSubnets({ ids: [id] });
    return (
      found && {
        ...found,
        assignIpv6AddressOnCreation: false,
        ownerId: ACCOUNT_ID,
        arn: regionalArn(aws.name, "ec2", `subnet/${id}`),
      }
    );
  },

  update: ({ aws, id, inputs }) =>
    aws.ec2.modifySubnetAttribute({ subnetId: id, mapPublicIpOnLaunch: inputs.mapPublicIpOnLaunch }),

  delete: async ({ aws, id }) => {
    await withoutLambdaInterfaces(aws, { "subnet-id": [id] }, `deleting ENIs for EC2 Subnet (${id})`);
    await onceIndependent(() => aws.ec2.deleteSubnet({ subnetId: id }));
  },
  retag: ec2Tags,
});
