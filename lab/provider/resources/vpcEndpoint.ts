import { isApiError } from "../../cloud/apiError";
import { ACCOUNT_ID, regionalArn } from "../../cloud/identifiers";
import { ec2Tags } from "../ec2Tags";
import { computed, defaulted, optional, optionalComputed, type Place, required, resourceType } from "../resourceType";
import { answered, boolean, list, object, policy, set, string } from "../shapes";
import { stringHash } from "../stringHash";

const ENDPOINT_GONE = "InvalidVpcEndpointId.NotFound";

const dnsEntry = object("ec2/VpcEndpointDnsEntry", { dnsName: answered(string), hostedZoneId: answered(string) });

export const vpcEndpoint = resourceType({
  token: "aws:ec2/vpcEndpoint:VpcEndpoint",
  what: "EC2 VPC Endpoint",
  subject: ({ serviceName }) => serviceName,
  properties: {
    vpcId: required(string, { replaces: true }),
    serviceName: optional(string, { replaces: true }),
    serviceRegion: optionalComputed(string, { replaces: true }),
    vpcEndpointType: defaulted(string, "Gateway", {
      replaces: true,
      problem: (type) => (type === "Gateway" ? undefined : `the lab has endpoints of type Gateway only, not ${type}`),
    }),
    policy: optionalComputed(policy),
    routeTableIds: optionalComputed(set(string)),
    ipAddressType: optionalComputed(string),
    autoAccept: optional(boolean, { notReadable: true }),
    arn: computed(string),
    cidrBlocks: computed(list(string)),
    dnsEntries: computed(list(dnsEntry)),
    networkInterfaceIds: computed(list(string)),
    ownerId: computed(string),
    prefixListId: computed(string),
    requesterManaged: computed(boolean),
    state: computed(string),
  },
  refused: [
    "dnsOptions",
    "privateDnsEnabled",
    "resourceConfigurationArn",
    "securityGroupIds",
    "serviceNetworkArn",
    "subnetConfigurations",
    "subnetIds",
  ],
  exactlyOneOf: [["serviceName"]],
  goneCodes: [ENDPOINT_GONE],

  create: async ({ aws, inputs, tags }) => {
    const { vpcId, serviceName = "", vpcEndpointType, policy: policyDocument, routeTableIds, ipAddressType } = inputs;
    const request = { vpcId, serviceName, vpcEndpointType, policyDocument, routeTableIds, ipAddressType, tags };
    const { vpcEndpointId } = await aws.ec2.createVpcEndpoint(request);
    return vpcEndpointId;
  },

  read: async ({ aws, id }) => {
    const [found] = await aws.ec2.describeVpcEndpoints({ ids: [id] });
    if (found === undefined) return undefined;
    const [prefixList] = await aws.ec2.describePrefixLists({ filters: { "prefix-list-name": [found.serviceName] } });
    return {
      ...found,
      policy: found.policyDocument,
      serviceRegion: aws.name,
      arn: regionalArn(aws.name, "ec2", `vpc-endpoint/${id}`),
      cidrBlocks: prefixList?.cidrs,
      prefixListId: prefixList?.prefixListId,
      dnsEntries: [],
      networkInterfaceIds: [],
      ownerId: ACCOUNT_ID,
    };
  },

  update: async ({ aws, id, inputs, known, changed }) => {
    const { policy: policyDocument, ipAddressType, routeTableIds = [] } = inputs;
    const had = known.routeTableIds ?? [];
    await aws.ec2.modifyVpcEndpoint({
      vpcEndpointId: id,
      ...(changed.has("policy") && { policyDocument }),
      ...(changed.has("ipAddressType") && { ipAddressType }),
      ...(changed.has("routeTableIds") && {
        addRouteTableIds: routeTableIds.filter((tableId) => !had.includes(tableId)),
        removeRouteTableIds: had.filter((tableId) => !routeTableIds.includes(tableId)),
      }),
    });
  },

  delete: async ({ aws, id }) => {
    const [failed] = await aws.ec2.deleteVpcEndpoints({ vpcEndpointIds: [id] });
    if (failed !== undefined && failed.error.code !== ENDPOINT_GONE) {
      throw new Error(
        `deleting EC2 VPC Endpoint (${id}): ${failed.resourceId}: ${failed.error.code}: ${failed.error.message}`,
      );
    }
  },
  retag: ec2Tags,
});

export const vpcEndpointRouteTableAssociation = resourceType({
  token: "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
  what: "VPC Endpoint Route Table Association",
  subject: ({ vpcEndpointId, routeTableId }) => `${vpcEndpointId}/${routeTableId}`,
  properties: {
    vpcEndpointId: required(string, { replaces: true }),
    routeTableId: required(string, { replaces: true }),
  },
  goneCodes: [ENDPOINT_GONE, "InvalidRouteTableId.NotFound", "InvalidParameter"],

  create: async ({ aws, inputs: { vpcEndpointId, routeTableId } }) => {
    await aws.ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [routeTableId] });
    return associationId(vpcEndpointId, routeTableId);
  },

  read: async ({ aws, known: { vpcEndpointId = "", routeTableId = "" } }) => {
    const endpoint = await endpointIfAny(aws, vpcEndpointId);
    return endpoint?.routeTableIds.includes(routeTableId) ? { vpcEndpointId, routeTableId } : undefined;
  },

  delete: ({ aws, known: { vpcEndpointId = "", routeTableId = "" } }) =>
    aws.ec2.modifyVpcEndpoint({ vpcEndpointId, removeRouteTableIds: [routeTableId] }),

  /** `vpce-0a1/rtb-0b2` */
  imported: (importId) => {
    const [vpcEndpointId = "", routeTableId = ""] = importId.split("/");
    if (routeTableId === "") {
      throw new Error(`wrong format of import ID (${importId}), use: 'vpc-endpoint-id/route-table-id'`);
    }
    return { id: associationId(vpcEndpointId, routeTableId), known: { vpcEndpointId, routeTableId } };
  },
});

export const vpcEndpointPolicy = resourceType({
  token: "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
  what: "VPC Endpoint Policy",
  subject: ({ vpcEndpointId }) => vpcEndpointId,
  properties: {
    vpcEndpointId: required(string, { replaces: true }),
    policy: optionalComputed(policy),
  },
  goneCodes: [ENDPOINT_GONE],

  create: async ({ aws, inputs: { vpcEndpointId, policy: policyDocument } }) => {
    await aws.ec2.modifyVpcEndpoint({ vpcEndpointId, ...putOrReset(policyDocument) });
    return vpcEndpointId;
  },

  read: async ({ aws, id }) => {
    const endpoint = await endpointIfAny(aws, id);
    return endpoint && { vpcEndpointId: id, policy: endpoint.policyDocument };
  },

  update: ({ aws, id, inputs: { policy: policyDocument } }) =>
    aws.ec2.modifyVpcEndpoint({ vpcEndpointId: id, ...putOrReset(policyDocument) }),

  /** The endpoint lives on, with full access. */
  delete: ({ aws, id }) => aws.ec2.modifyVpcEndpoint({ vpcEndpointId: id, resetPolicy: true }),
});

function putOrReset(
  policyDocument: string | undefined,
): { readonly policyDocument: string } | { readonly resetPolicy: true } {
  return policyDocument === undefined ? { resetPolicy: true } : { policyDocument };
}

function associationId(vpcEndpointId: string, routeTableId: string): string {
  return `a-${vpcEndpointId}${stringHash(routeTableId)}`;
}

async function endpointIfAny(aws: Place["aws"], vpcEndpointId: string) {
  try {
    const [endpoint] = await aws.ec2.describeVpcEndpoints({ ids: [vpcEndpointId] });
    return endpoint;
  } catch (error) {
    if (isApiError(error, ENDPOINT_GONE)) return undefined;
    throw error;
  }
}
