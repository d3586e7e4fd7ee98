import type { Kind } from "./kind";
import { type Owned, ownerId } from "./owner";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DhcpOptions.html */
export interface DhcpOptions extends Owned {
  readonly dhcpOptionsId: string;
  readonly dhcpConfigurations: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeDhcpOptions.html */
export const DHCP_OPTIONS: Kind<DhcpOptions> = {
  what: "DhcpOption ID",
  id: "dhcpOptionsId",
  idPrefix: "dopt",
  notFound: "InvalidDhcpOptionID.NotFound",
  malformed: "InvalidDhcpOptionsId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "dhcp-options-id": "dhcpOptionsId",
    "owner-id": ownerId,
    key: ({ dhcpConfigurations }) => dhcpConfigurations.map(({ key }) => key),
    value: ({ dhcpConfigurations }) => dhcpConfigurations.flatMap(({ values }) => values),
  },
};

/** Of a whole Region: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessOptions.html */
export interface BlockPublicAccess {
  readonly internetGatewayBlockMode: "off" | "block-bidirectional" | "block-ingress";
  readonly state: "default-state" | "update-complete";
  readonly lastUpdateTimestamp?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessExclusion.html */
export interface BlockPublicAccessExclusion {
  readonly exclusionId: string;
  readonly internetGatewayExclusionMode: "allow-bidirectional" | "allow-egress";
  readonly resourceArn: string;
  /** The id of the VPC or subnet of that ARN. */
  readonly resourceId: string;
  readonly state: "create-complete" | "update-complete" | "delete-complete";
  readonly creationTimestamp: string;
  readonly lastUpdateTimestamp?: string;
  readonly deletionTimestamp?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessExclusions.html */
export const BLOCK_PUBLIC_ACCESS_EXCLUSION: Kind<BlockPublicAccessExclusion> = {
  what: "exclusion ID",
  id: "exclusionId",
  idPrefix: "vpcbpa-exclude",
  notFound: "InvalidVpcBlockPublicAccessExclusionId.NotFound",
  malformed: "InvalidVpcBlockPublicAccessExclusionId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "resource-arn": "resourceArn",
    "internet-gateway-exclusion-mode": "internetGatewayExclusionMode",
    state: "state",
  },
};

export const EXCLUSIONS = [
  "internetGateway",
  "egressOnlyInternetGateway",
  "natGateway",
  "virtualPrivateGateway",
  "vpcPeering",
  "lambda",
  "vpcLattice",
  "elasticFileSystem",
] as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEncryptionControl.html */
export interface EncryptionControl {
  readonly vpcEncryptionControlId: string;
  readonly vpcId: string;
  readonly mode: "monitor" | "enforce";
  readonly state: "available";
  /** What may be in the VPC though it does not encrypt. */
  readonly excluded: readonly (typeof EXCLUSIONS)[number][];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEncryptionControls.html */
export const ENCRYPTION_CONTROL: Kind<EncryptionControl> = {
  what: "VPC encryption control ID",
  id: "vpcEncryptionControlId",
  idPrefix: "vpcec",
  notFound: "InvalidVpcEncryptionControlId.NotFound",
  malformed: "InvalidVpcEncryptionControlId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "vpc-encryption-control-id": "vpcEncryptionControlId",
    "vpc-id": "vpcId",
    mode: "mode",
    state: "state",
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html: described, not written. */
export interface FlowLog {
  readonly flowLogId: string;
  readonly resourceId: string;
  readonly trafficType: string;
  readonly logDestinationType: string;
  readonly logDestination?: string;
  readonly logGroupName?: string;
  readonly deliverLogsPermissionArn?: string;
  readonly logFormat: string;
  readonly maxAggregationInterval: number;
  readonly flowLogStatus: "ACTIVE";
  readonly deliverLogsStatus: "SUCCESS";
  readonly creationTime: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html */
export const FLOW_LOG: Kind<FlowLog> = {
  what: "flow log ID",
  id: "flowLogId",
  idPrefix: "fl",
  notFound: "InvalidFlowLogId.NotFound",
  pages: { least: 1, most: 1000 },
  filters: {
    "flow-log-id": "flowLogId",
    "resource-id": "resourceId",
    "traffic-type": "trafficType",
    "log-destination-type": "logDestinationType",
    "log-group-name": "logGroupName",
    "deliver-log-status": "deliverLogsStatus",
  },
};
