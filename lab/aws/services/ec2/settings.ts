import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError } from "../../../cloud/apiError";
import { capitalised, decapitalised, operation, type ServedOperations } from "../../operations";
import { markedPage, opened, sealed } from "../../pages";
import { doing, making, needed } from "./changing";
import * as items from "./settingItems";

const ACL_ENTRY: readonly (keyof ec2.CreateNetworkAclEntryRequest & keyof ec2.ReplaceNetworkAclEntryRequest)[] = [
  "NetworkAclId",
  "RuleNumber",
  "Protocol",
  "RuleAction",
  "Egress",
  "CidrBlock",
  "Ipv6CidrBlock",
  "PortRange",
  "IcmpTypeCode",
];

interface AclEntry {
  readonly portRange?: ec2.PortRange;
  readonly icmpTypeCode?: ec2.IcmpTypeCode;
}

function aclEntry<E extends AclEntry>({ portRange, icmpTypeCode, ...entry }: E) {
  const { From: from, To: to } = portRange ?? {};
  return {
    ...entry,
    ...(from !== undefined && to !== undefined && { portRange: { from, to } }),
    ...(icmpTypeCode && { icmpTypeCode: { type: icmpTypeCode.Type ?? -1, code: icmpTypeCode.Code ?? -1 } }),
  };
}

const NETWORK_ACLS: ServedOperations = {
  CreateNetworkAcl: making<ec2.CreateNetworkAclRequest, ec2.CreateNetworkAclResult>(
    "network-acl",
    ["VpcId"],
    async (region, request) => {
      const acl = await region.ec2.createNetworkAcl(request);
      return { NetworkAcl: items.networkAclItem({ ...acl, tags: request.tags }, region.name) };
    },
  ),
  CreateNetworkAclEntry: doing<ec2.CreateNetworkAclEntryRequest>(ACL_ENTRY, (region, request) =>
    region.ec2.createNetworkAclEntry(aclEntry(request)),
  ),
  ReplaceNetworkAclEntry: doing<ec2.ReplaceNetworkAclEntryRequest>(ACL_ENTRY, (region, request) =>
    region.ec2.replaceNetworkAclEntry(aclEntry(request)),
  ),
  DeleteNetworkAclEntry: doing<ec2.DeleteNetworkAclEntryRequest>(
    ["NetworkAclId", "RuleNumber", "Egress"],
    (region, request) => region.ec2.deleteNetworkAclEntry(request),
  ),
  ReplaceNetworkAclAssociation: operation<
    ec2.ReplaceNetworkAclAssociationRequest,
    ec2.ReplaceNetworkAclAssociationResult
  >(["AssociationId", "NetworkAclId"], async (region, input) => {
    const { networkAclAssociationId } = await region.ec2.replaceNetworkAclAssociation(decapitalised(input));
    return { NewAssociationId: networkAclAssociationId };
  }),
  DeleteNetworkAcl: doing<ec2.DeleteNetworkAclRequest>(["NetworkAclId"], (region, request) =>
    region.ec2.deleteNetworkAcl(request),
  ),
};

function entries(given: readonly ec2.AddPrefixListEntry[] | undefined) {
  return given?.map(({ Cidr: cidr = "", Description: description }) => ({ cidr, description }));
}

const PREFIX_LISTS: ServedOperations = {
  CreateManagedPrefixList: making<ec2.CreateManagedPrefixListRequest, ec2.CreateManagedPrefixListResult>(
    "prefix-list",
    ["PrefixListName", "AddressFamily", "MaxEntries", "Entries"],
    async (region, request) => {
      const list = await region.ec2.createManagedPrefixList({ ...request, entries: entries(request.entries) });
      return { PrefixList: items.managedPrefixListItem({ ...list, tags: request.tags }, region.name) };
    },
  ),
  ModifyManagedPrefixList: operation<ec2.ModifyManagedPrefixListRequest, ec2.ModifyManagedPrefixListResult>(
    ["PrefixListId", "PrefixListName", "CurrentVersion", "MaxEntries", "AddEntries", "RemoveEntries"],
    async (region, { AddEntries: added, RemoveEntries: removed, ...input }) => {
      const list = await region.ec2.modifyManagedPrefixList({
        ...decapitalised(input),
        addEntries: entries(added),
        removeEntries: entries(removed),
      });
      return { PrefixList: items.managedPrefixListItem({ ...list, tags: {} }, region.name) };
    },
  ),
  DeleteManagedPrefixList: operation<ec2.DeleteManagedPrefixListRequest, ec2.DeleteManagedPrefixListResult>(
    ["PrefixListId"],
    async (region, input) => {
      const list = await region.ec2.deleteManagedPrefixList(decapitalised(input));
      const item = items.managedPrefixListItem({ ...list, tags: {} }, region.name);
      return { PrefixList: { ...item, State: "delete-complete" } };
    },
  ),
  GetManagedPrefixListEntries: operation<ec2.GetManagedPrefixListEntriesRequest, ec2.GetManagedPrefixListEntriesResult>(
    ["PrefixListId", "TargetVersion", "MaxResults", "NextToken"],
    async (region, { MaxResults: most = 100, NextToken: token, ...input }) => {
      if (most < 1 || most > 100) {
        throw new ApiError("InvalidParameterValue", `Value ( ${most} ) for parameter maxResults is invalid.`);
      }
      const all = await region.ec2.getManagedPrefixListEntries(decapitalised(input));
      const marker = opened(token, () => new ApiError("InvalidNextToken", `The token '${String(token)}' is invalid`));
      const { items: page, next } = markedPage(all, ({ cidr }) => cidr, { marker, most });
      return { Entries: page.map((entry) => capitalised(entry)), NextToken: sealed(next) };
    },
  ),
};

const DHCP_OPTIONS: ServedOperations = {
  CreateDhcpOptions: making<ec2.CreateDhcpOptionsRequest, ec2.CreateDhcpOptionsResult>(
    "dhcp-options",
    ["DhcpConfigurations"],
    async (region, { dhcpConfigurations, tags }) => {
      const options = await region.ec2.createDhcpOptions({
        dhcpConfigurations: dhcpConfigurations.map(({ Key: key = "", Values: values = [] }) => ({ key, values })),
        tags,
      });
      return { DhcpOptions: items.dhcpOptionsItem({ ...options, tags }, region.name) };
    },
  ),
  AssociateDhcpOptions: doing<ec2.AssociateDhcpOptionsRequest>(["DhcpOptionsId", "VpcId"], (region, request) =>
    region.ec2.associateDhcpOptions(request),
  ),
  DeleteDhcpOptions: doing<ec2.DeleteDhcpOptionsRequest>(["DhcpOptionsId"], (region, request) =>
    region.ec2.deleteDhcpOptions(request),
  ),
};

const BLOCK_PUBLIC_ACCESS: ServedOperations = {
  DescribeVpcBlockPublicAccessOptions: operation<object, ec2.DescribeVpcBlockPublicAccessOptionsResult>(
    [],
    async (region) => ({
      VpcBlockPublicAccessOptions: items.blockPublicAccessItem(
        await region.ec2.describeVpcBlockPublicAccessOptions(),
        region.name,
      ),
    }),
  ),
  ModifyVpcBlockPublicAccessOptions: operation<
    ec2.ModifyVpcBlockPublicAccessOptionsRequest,
    ec2.ModifyVpcBlockPublicAccessOptionsResult
  >(["InternetGatewayBlockMode"], async (region, input) => {
    const options = await region.ec2.modifyVpcBlockPublicAccessOptions(decapitalised(input));
    return { VpcBlockPublicAccessOptions: items.blockPublicAccessItem(options, region.name) };
  }),
  CreateVpcBlockPublicAccessExclusion: making<
    ec2.CreateVpcBlockPublicAccessExclusionRequest,
    ec2.CreateVpcBlockPublicAccessExclusionResult
  >(
    "vpc-block-public-access-exclusion",
    ["VpcId", "SubnetId", "InternetGatewayExclusionMode"],
    async (region, request) => {
      const exclusion = await region.ec2.createVpcBlockPublicAccessExclusion(request);
      return { VpcBlockPublicAccessExclusion: items.exclusionItem({ ...exclusion, tags: request.tags }, region.name) };
    },
  ),
  DeleteVpcBlockPublicAccessExclusion: operation<
    ec2.DeleteVpcBlockPublicAccessExclusionRequest,
    ec2.DeleteVpcBlockPublicAccessExclusionResult
  >(["ExclusionId"], async (region, input) => {
    const exclusion = await region.ec2.deleteVpcBlockPublicAccessExclusion(decapitalised(input));
    return { VpcBlockPublicAccessExclusion: items.exclusionItem({ ...exclusion, tags: {} }, region.name) };
  }),
};

const ENCRYPTION_CONTROLS: ServedOperations = {
  CreateVpcEncryptionControl: making<ec2.CreateVpcEncryptionControlRequest, ec2.CreateVpcEncryptionControlResult>(
    "vpc-encryption-control",
    ["VpcId"],
    async (region, request) => {
      const control = await region.ec2.createVpcEncryptionControl(request);
      return { VpcEncryptionControl: items.encryptionControlItem({ ...control, tags: request.tags }, region.name) };
    },
  ),
  ModifyVpcEncryptionControl: operation<ec2.ModifyVpcEncryptionControlRequest, ec2.ModifyVpcEncryptionControlResult>(
    [
      "VpcEncryptionControlId",
      "Mode",
      "InternetGatewayExclusion",
      "EgressOnlyInternetGatewayExclusion",
      "NatGatewayExclusion",
      "VirtualPrivateGatewayExclusion",
      "VpcPeeringExclusion",
      "LambdaExclusion",
      "VpcLatticeExclusion",
      "ElasticFileSystemExclusion",
    ],
    async (region, input) => {
      const control = await region.ec2.modifyVpcEncryptionControl(decapitalised(input));
      return { VpcEncryptionControl: items.encryptionControlItem({ ...control, tags: {} }, region.name) };
    },
  ),
  DeleteVpcEncryptionControl: operation<ec2.DeleteVpcEncryptionControlRequest, ec2.DeleteVpcEncryptionControlResult>(
    ["VpcEncryptionControlId"],
    async (region, input) => {
      const control = await region.ec2.deleteVpcEncryptionControl(decapitalised(input));
      const item = items.encryptionControlItem({ ...control, tags: {} }, region.name);
      return { VpcEncryptionControl: { ...item, State: "deleting" } };
    },
  ),
};

const FLOW_LOGS: ServedOperations = {
  CreateFlowLogs: making<ec2.CreateFlowLogsRequest, ec2.CreateFlowLogsResult>(
    "vpc-flow-log",
    [
      "ResourceIds",
      "ResourceType",
      "TrafficType",
      "LogDestinationType",
      "LogDestination",
      "LogGroupName",
      "DeliverLogsPermissionArn",
      "LogFormat",
      "MaxAggregationInterval",
    ],
    async (region, request) => ({
      FlowLogIds: [
        ...(await region.ec2.createFlowLogs({
          ...request,
          resourceType: needed("ResourceType", request.resourceType),
        })),
      ],
      Unsuccessful: [],
    }),
  ),
  DeleteFlowLogs: doing<ec2.DeleteFlowLogsRequest>(
    ["FlowLogIds"],
    (region, request) => region.ec2.deleteFlowLogs(request),
    { Unsuccessful: [] },
  ),
};

/** What a VPC, or a whole Region, is set to. */
export const SETTING_CHANGES: ServedOperations = {
  ...NETWORK_ACLS,
  ...PREFIX_LISTS,
  ...DHCP_OPTIONS,
  ...BLOCK_PUBLIC_ACCESS,
  ...ENCRYPTION_CONTROLS,
  ...FLOW_LOGS,
};
