import { ACCOUNT_ID, partitionOf, regionalArn } from "../../cloud/identifiers";
import { functionType } from "../functionType";
import { computed, optional, optionalComputed } from "../resourceType";
import { answered, boolean, list, map, number, object, string } from "../shapes";
import { ec2Filters, filtersOf, single } from "./filters";

const prefixListCriteria = {
  name: optional(string),
  prefixListId: optional(string),
  filters: optional(filtersOf("ec2/getPrefixListFilter")),
} as const;

export const getPrefixList = functionType({
  token: "aws:ec2/getPrefixList:getPrefixList",
  arguments: prefixListCriteria,
  results: { ...prefixListCriteria, cidrBlocks: computed(list(string)), id: computed(string) },
  run: async ({ aws, args }) => {
    const filters = ec2Filters({
      ...args,
      arguments: { "prefix-list-name": args.name, "prefix-list-id": args.prefixListId },
    });
    const { prefixListId, prefixListName, cidrs } = single(
      await aws.ec2.describePrefixLists({ filters }),
      "EC2 Prefix List",
    );
    return { ...args, id: prefixListId, name: prefixListName, cidrBlocks: cidrs };
  },
});

const entry = object("ec2/getManagedPrefixListEntry", { cidr: answered(string), description: answered(string) });
const managedPrefixListCriteria = {
  id: optional(string),
  name: optional(string),
  filters: optional(filtersOf("ec2/getManagedPrefixListFilter")),
  tags: optionalComputed(map(string)),
} as const;

export const getManagedPrefixList = functionType({
  token: "aws:ec2/getManagedPrefixList:getManagedPrefixList",
  arguments: managedPrefixListCriteria,
  results: {
    ...managedPrefixListCriteria,
    addressFamily: computed(string),
    arn: computed(string),
    entries: computed(list(entry)),
    maxEntries: computed(number),
    ownerId: computed(string),
    version: computed(number),
  },
  run: async ({ aws, args }) => {
    const filters = ec2Filters({
      filters: args.filters,
      arguments: { "prefix-list-name": args.name, "prefix-list-id": args.id },
    });
    const { prefixListId, prefixListName, cidrs } = single(
      await aws.ec2.describePrefixLists({ filters }),
      "EC2 Managed Prefix List",
    );
    return {
      filters: args.filters,
      id: prefixListId,
      name: prefixListName,
      entries: cidrs.map((cidr) => ({ cidr, description: "" })),
      addressFamily: "IPv4",
      arn: `arn:${partitionOf(aws.name)}:ec2:${aws.name}:aws:prefix-list/${prefixListId}`,
      maxEntries: 0,
      ownerId: "AWS",
      version: 0,
      tags: {},
    };
  },
});

const dnsEntry = object("ec2/getVpcEndpointDnsEntry", { dnsName: answered(string), hostedZoneId: answered(string) });
const endpointCriteria = {
  id: optional(string),
  serviceName: optional(string),
  state: optional(string),
  vpcEndpointType: optional(string),
  vpcId: optional(string),
  filters: optional(filtersOf("ec2/getVpcEndpointFilter")),
  tags: optionalComputed(map(string)),
} as const;

export const getVpcEndpoint = functionType({
  token: "aws:ec2/getVpcEndpoint:getVpcEndpoint",
  arguments: endpointCriteria,
  results: {
    ...endpointCriteria,
    arn: computed(string),
    cidrBlocks: computed(list(string)),
    dnsEntries: computed(list(dnsEntry)),
    ipAddressType: computed(string),
    networkInterfaceIds: computed(list(string)),
    ownerId: computed(string),
    policy: computed(string),
    prefixListId: computed(string),
    requesterManaged: computed(boolean),
    routeTableIds: computed(list(string)),
    serviceRegion: computed(string),
  },
  refused: ["dnsOptions", "privateDnsEnabled", "securityGroupIds", "serviceRegion", "subnetIds"],
  run: async ({ aws, args }) => {
    const filters = ec2Filters({
      ...args,
      arguments: {
        "vpc-endpoint-id": args.id,
        "service-name": args.serviceName,
        "vpc-endpoint-state": args.state,
        "vpc-endpoint-type": args.vpcEndpointType,
        "vpc-id": args.vpcId,
      },
    });
    const found = single(await aws.ec2.describeVpcEndpoints({ filters }), "EC2 VPC Endpoint");
    const [prefixList] = await aws.ec2.describePrefixLists({ filters: { "prefix-list-name": [found.serviceName] } });
    const { vpcEndpointId, policyDocument, ...attributes } = found;
    return {
      ...attributes,
      id: vpcEndpointId,
      policy: policyDocument,
      filters: args.filters,
      arn: regionalArn(aws.name, "ec2", `vpc-endpoint/${vpcEndpointId}`),
      cidrBlocks: prefixList?.cidrs,
      prefixListId: prefixList?.prefixListId,
      dnsEntries: [],
      networkInterfaceIds: [],
      ownerId: ACCOUNT_ID,
      serviceRegion: aws.name,
    };
  },
});

const serviceCriteria = {
  service: optional(string),
  serviceName: optional(string),
  serviceType: optional(string),
  filters: optional(filtersOf("ec2/getVpcEndpointServiceFilter")),
} as const;

export const getVpcEndpointService = functionType({
  token: "aws:ec2/getVpcEndpointService:getVpcEndpointService",
  global: true,
  arguments: serviceCriteria,
  results: {
    ...serviceCriteria,
    acceptanceRequired: computed(boolean),
    arn: computed(string),
    availabilityZones: computed(list(string)),
    baseEndpointDnsNames: computed(list(string)),
    id: computed(string),
    managesVpcEndpoints: computed(boolean),
    owner: computed(string),
    region: computed(string),
    serviceId: computed(string),
    serviceRegion: computed(string),
    supportedIpAddressTypes: computed(list(string)),
    tags: computed(map(string)),
    vpcEndpointPolicySupported: computed(boolean),
  },
  refused: ["privateDnsName", "privateDnsNames", "serviceRegions", "tags"],
  run: async ({ aws, args: { service, serviceName, serviceType, filters } }) => {
    if (filters !== undefined)
      throw new Error("the lab does not serve the filters of aws:ec2/getVpcEndpointService:getVpcEndpointService");
    const name = serviceName ?? `com.amazonaws.${aws.name}.${service ?? ""}`;
    const services = await aws.ec2.describeVpcEndpointServices({ ids: [name] });
    const found = single(
      services.filter((known) => known.serviceType === (serviceType ?? "Gateway")),
      "EC2 VPC Endpoint Service",
    );
    return {
      ...found,
      service,
      id: found.serviceId,
      acceptanceRequired: false,
      arn: regionalArn(aws.name, "ec2", `vpc-endpoint-service/${found.serviceId}`),
      availabilityZones: ["a", "b", "c"].map((letter) => `${aws.name}${letter}`),
      baseEndpointDnsNames: found.baseEndpointDnsNames,
      managesVpcEndpoints: false,
      owner: "amazon",
      serviceRegion: aws.name,
      supportedIpAddressTypes: ["ipv4"],
      tags: {},
      vpcEndpointPolicySupported: true,
    };
  },
});
