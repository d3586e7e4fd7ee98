import type * as ec2 from "@aws-sdk/client-ec2";
import type { NetworkAcl } from "../../../cloud/ec2/kinds/networkAcl";
import { ownerOf } from "../../../cloud/ec2/kinds/owner";
import type { ManagedPrefixList } from "../../../cloud/ec2/kinds/prefixList";
import {
  type BlockPublicAccess,
  type BlockPublicAccessExclusion,
  type DhcpOptions,
  type EncryptionControl,
  EXCLUSIONS,
  type FlowLog,
} from "../../../cloud/ec2/kinds/vpcSettings";
import { ACCOUNT_ID, partitionOf } from "../../../cloud/identifiers";
import { capitalised } from "../../operations";
import { tagList } from "../../tags";
import { type Item, time } from "./item";

export const networkAclItem: Item<NetworkAcl, ec2.NetworkAcl> = ({ tags, ...acl }) => ({
  NetworkAclId: acl.networkAclId,
  VpcId: acl.vpcId,
  IsDefault: acl.isDefault,
  OwnerId: ownerOf(acl),
  Entries: acl.entries.map(({ portRange, icmpTypeCode, ...entry }) => ({
    ...capitalised(entry),
    PortRange: portRange && capitalised(portRange),
    IcmpTypeCode: icmpTypeCode && capitalised(icmpTypeCode),
  })),
  Associations: acl.associations.map((association) => capitalised(association)),
  Tags: tagList(tags),
});

export const managedPrefixListItem: Item<ManagedPrefixList, ec2.ManagedPrefixList> = ({ tags, ...list }, region) => {
  const owner = list.ownerId === "AWS" ? "aws" : ACCOUNT_ID;
  return {
    PrefixListId: list.prefixListId,
    PrefixListName: list.prefixListName,
    PrefixListArn: `arn:${partitionOf(region)}:ec2:${region}:${owner}:prefix-list/${list.prefixListId}`,
    AddressFamily: list.addressFamily,
    State: list.state,
    MaxEntries: list.maxEntries,
    Version: list.version,
    OwnerId: ownerOf(list),
    Tags: tagList(tags),
  };
};

export const dhcpOptionsItem: Item<DhcpOptions, ec2.DhcpOptions> = ({ tags, ...options }) => ({
  DhcpOptionsId: options.dhcpOptionsId,
  OwnerId: ownerOf(options),
  DhcpConfigurations: options.dhcpConfigurations.map(({ key, values }) => ({
    Key: key,
    Values: values.map((Value) => ({ Value })),
  })),
  Tags: tagList(tags),
});

export function blockPublicAccessItem(
  { lastUpdateTimestamp, ...options }: BlockPublicAccess,
  region: string,
): ec2.VpcBlockPublicAccessOptions {
  return {
    ...capitalised(options),
    AwsAccountId: ACCOUNT_ID,
    AwsRegion: region,
    LastUpdateTimestamp: time(lastUpdateTimestamp),
    ManagedBy: "account",
    ExclusionsAllowed: "allowed",
  };
}

export const exclusionItem: Item<BlockPublicAccessExclusion, ec2.VpcBlockPublicAccessExclusion> = ({
  tags,
  ...exclusion
}) => ({
  ...capitalised(exclusion),
  CreationTimestamp: time(exclusion.creationTimestamp),
  LastUpdateTimestamp: time(exclusion.lastUpdateTimestamp),
  DeletionTimestamp: time(exclusion.deletionTimestamp),
  Tags: tagList(tags),
});

export const encryptionControlItem: Item<EncryptionControl, ec2.VpcEncryptionControl> = ({ tags, ...control }) => ({
  VpcEncryptionControlId: control.vpcEncryptionControlId,
  VpcId: control.vpcId,
  Mode: control.mode,
  State: control.state,
  ResourceExclusions: Object.fromEntries(
    EXCLUSIONS.map((each) => [
      each.charAt(0).toUpperCase() + each.slice(1),
      { State: control.excluded.includes(each) ? "enabled" : "disabled" },
    ]),
  ),
  Tags: tagList(tags),
});

export const flowLogItem: Item<FlowLog, ec2.FlowLog> = ({ tags, ...flowLog }) => ({
  ...capitalised(flowLog),
  TrafficType: flowLog.trafficType as ec2.TrafficType,
  LogDestinationType: flowLog.logDestinationType as ec2.LogDestinationType,
  CreationTime: time(flowLog.creationTime),
  Tags: tagList(tags),
});
