import { ApiError } from "../apiError";
import { regionalArn } from "../identifiers";
import type { Tags } from "../tags";
import { NETWORK_INTERFACE } from "./kinds/networkInterface";
import { SUBNET } from "./kinds/subnet";
import { VPC } from "./kinds/vpc";
import {
  BLOCK_PUBLIC_ACCESS_EXCLUSION,
  type BlockPublicAccess,
  type BlockPublicAccessExclusion,
  DHCP_OPTIONS,
  type DhcpOptions,
  ENCRYPTION_CONTROL,
  type EncryptionControl,
  EXCLUSIONS,
  FLOW_LOG,
  type FlowLog,
} from "./kinds/vpcSettings";
import { type Ec2Network, ec2Operations, existing } from "./network";
import { internetAccessOf } from "./publicAccess";

/** https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSet.html */
export const dhcpOptionsOperations = ec2Operations((network) => {
  return {
    createDhcpOptions: ({
      dhcpConfigurations,
      tags = {},
    }: Pick<DhcpOptions, "dhcpConfigurations"> & { readonly tags?: Tags }): DhcpOptions => {
      const unknown = dhcpConfigurations.find(({ key }) => !DHCP_KEYS.has(key));
      if (unknown !== undefined) {
        throw new ApiError("InvalidParameterValue", `Value (${unknown.key}) for parameter name is invalid.`);
      }
      const options: DhcpOptions = { dhcpOptionsId: network.newId("dopt"), dhcpConfigurations };
      network.dhcpOptions.put(options.dhcpOptionsId, options);
      network.tags.put(options.dhcpOptionsId, tags);
      return options;
    },

    /** `default` stands for none. */
    associateDhcpOptions: ({
      dhcpOptionsId,
      vpcId,
    }: {
      readonly dhcpOptionsId: string;
      readonly vpcId: string;
    }): void => {
      if (dhcpOptionsId !== "default") existing(network.dhcpOptions, DHCP_OPTIONS, dhcpOptionsId);
      network.vpcs.put(vpcId, { ...existing(network.vpcs, VPC, vpcId), dhcpOptionsId });
    },

    deleteDhcpOptions: ({ dhcpOptionsId }: { readonly dhcpOptionsId: string }): void => {
      existing(network.dhcpOptions, DHCP_OPTIONS, dhcpOptionsId);
      if (network.vpcs.all().some((vpc) => vpc.dhcpOptionsId === dhcpOptionsId)) {
        throw new ApiError(
          "DependencyViolation",
          `The dhcpOptions '${dhcpOptionsId}' has dependencies and cannot be deleted.`,
        );
      }
      network.dhcpOptions.remove(dhcpOptionsId);
      network.tags.remove(dhcpOptionsId);
    },
  };
});

const DHCP_KEYS: ReadonlySet<string> = new Set([
  "domain-name-servers",
  "domain-name",
  "ntp-servers",
  "netbios-name-servers",
  "netbios-node-type",
  "ipv6-address-preferred-lease-time",
]);

/** The options with which a Region's VPCs are made: AWS's own resolver. */
export function defaultDhcpOptions(network: Ec2Network): string {
  const domain = network.region === "us-east-1" ? "ec2.internal" : `${network.region}.compute.internal`;
  const known = network.dhcpOptions.get(network.settings.get("dhcp")?.defaultDhcpOptionsId ?? "");
  if (known !== undefined) return known.dhcpOptionsId;
  const dhcpOptionsId = `dopt-0${network.newDigits("dopt", 16)}`;
  network.dhcpOptions.put(dhcpOptionsId, {
    dhcpOptionsId,
    dhcpConfigurations: [
      { key: "domain-name", values: [domain] },
      { key: "domain-name-servers", values: ["AmazonProvidedDNS"] },
    ],
  });
  network.tags.put(dhcpOptionsId, {});
  network.settings.put("dhcp", { defaultDhcpOptionsId: dhcpOptionsId });
  return dhcpOptionsId;
}

export interface CreateExclusionRequest {
  readonly vpcId?: string;
  readonly subnetId?: string;
  readonly internetGatewayExclusionMode: string;
  readonly tags?: Tags;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html */
export const blockPublicAccessOperations = ec2Operations((network) => {
  return {
    describeVpcBlockPublicAccessOptions: (): BlockPublicAccess => internetAccessOf(network),

    modifyVpcBlockPublicAccessOptions: (request: { readonly internetGatewayBlockMode: string }): BlockPublicAccess => {
      const mode = oneOf(["off", "block-bidirectional", "block-ingress"], request.internetGatewayBlockMode);
      const blockPublicAccess: BlockPublicAccess = {
        internetGatewayBlockMode: mode,
        state: "update-complete",
        lastUpdateTimestamp: new Date().toISOString(),
      };
      network.settings.put("blockPublicAccess", { blockPublicAccess });
      return blockPublicAccess;
    },

    createVpcBlockPublicAccessExclusion: ({
      vpcId,
      subnetId,
      tags = {},
      ...request
    }: CreateExclusionRequest): BlockPublicAccessExclusion => {
      if ((vpcId === undefined) === (subnetId === undefined)) {
        throw new ApiError("InvalidParameterCombination", "Exactly one of VpcId and SubnetId has to be specified.");
      }
      if (vpcId !== undefined) existing(network.vpcs, VPC, vpcId);
      if (subnetId !== undefined) existing(network.subnets, SUBNET, subnetId);
      const resource = vpcId === undefined ? `subnet/${String(subnetId)}` : `vpc/${vpcId}`;
      const exclusion: BlockPublicAccessExclusion = {
        exclusionId: network.newId("vpcbpa-exclude"),
        internetGatewayExclusionMode: oneOf(
          ["allow-bidirectional", "allow-egress"],
          request.internetGatewayExclusionMode,
        ),
        resourceArn: regionalArn(network.region, "ec2", resource),
        resourceId: vpcId ?? subnetId ?? "",
        state: "create-complete",
        creationTimestamp: new Date().toISOString(),
      };
      network.exclusions.put(exclusion.exclusionId, exclusion);
      network.tags.put(exclusion.exclusionId, tags);
      return exclusion;
    },

    deleteVpcBlockPublicAccessExclusion: ({
      exclusionId,
    }: {
      readonly exclusionId: string;
    }): BlockPublicAccessExclusion => {
      const exclusion = existing(network.exclusions, BLOCK_PUBLIC_ACCESS_EXCLUSION, exclusionId);
      network.exclusions.remove(exclusionId);
      network.tags.remove(exclusionId);
      return { ...exclusion, state: "delete-complete", deletionTimestamp: new Date().toISOString() };
    },
  };
});

function oneOf<V extends string>(values: readonly V[], value: string): V {
  const known = values.find((each) => each === value);
  if (known !== undefined) return known;
  throw new ApiError("InvalidParameterValue", `Value (${value}) is invalid. Valid values: ${values.join(", ")}`);
}

export interface ModifyEncryptionControlRequest extends Readonly<
  Partial<Record<`${EncryptionControl["excluded"][number]}Exclusion`, string>>
> {
  readonly vpcEncryptionControlId: string;
  readonly mode?: string;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html */
export const encryptionControlOperations = ec2Operations((network) => {
  const controlOf = (id: string): EncryptionControl => existing(network.encryptionControls, ENCRYPTION_CONTROL, id);
  const put = (control: EncryptionControl): EncryptionControl => {
    network.encryptionControls.put(control.vpcEncryptionControlId, control);
    return control;
  };
  return {
    createVpcEncryptionControl: ({ vpcId, tags = {} }: { readonly vpcId: string; readonly tags?: Tags }) => {
      existing(network.vpcs, VPC, vpcId);
      if (network.encryptionControls.all().some((known) => known.vpcId === vpcId)) {
        throw new ApiError("VpcEncryptionControlAlreadyExists", `The VPC ${vpcId} has an encryption control already.`);
      }
      const vpcEncryptionControlId = network.newId("vpcec");
      network.tags.put(vpcEncryptionControlId, tags);
      return put({ vpcEncryptionControlId, vpcId, mode: "monitor", state: "available", excluded: [] });
    },

    modifyVpcEncryptionControl: ({ vpcEncryptionControlId, mode, ...exclusions }: ModifyEncryptionControlRequest) => {
      const control = controlOf(vpcEncryptionControlId);
      return put({
        ...control,
        mode: mode === undefined ? control.mode : oneOf(["monitor", "enforce"], mode),
        excluded: EXCLUSIONS.filter((each) => {
          const asked = exclusions[`${each}Exclusion`];
          return asked === undefined ? control.excluded.includes(each) : asked === "enable";
        }),
      });
    },

    deleteVpcEncryptionControl: ({ vpcEncryptionControlId }: { readonly vpcEncryptionControlId: string }) => {
      const control = controlOf(vpcEncryptionControlId);
      network.encryptionControls.remove(vpcEncryptionControlId);
      network.tags.remove(vpcEncryptionControlId);
      return control;
    },
  };
});

export interface CreateFlowLogsRequest extends Partial<
  Pick<FlowLog, "logDestination" | "logGroupName" | "deliverLogsPermissionArn">
> {
  readonly resourceType: string;
  readonly resourceIds: readonly string[];
  readonly trafficType?: string;
  readonly logDestinationType?: string;
  readonly logFormat?: string;
  readonly maxAggregationInterval?: number;
  readonly tags?: Tags;
}

const DEFAULT_FORMAT =
  "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} " +
  "${bytes} ${start} ${end} ${action} ${log-status}";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html */
export const flowLogOperations = ec2Operations((network) => {
  const resources: Readonly<Partial<Record<string, (id: string) => unknown>>> = {
    VPC: (id) => existing(network.vpcs, VPC, id),
    Subnet: (id) => existing(network.subnets, SUBNET, id),
    NetworkInterface: (id) => existing(network.networkInterfaces, NETWORK_INTERFACE, id),
  };
  return {
    createFlowLogs: ({
      resourceType,
      resourceIds,
      tags = {},
      ...request
    }: CreateFlowLogsRequest): readonly string[] => {
      const { trafficType, maxAggregationInterval = 600, logFormat = DEFAULT_FORMAT } = request;
      if (trafficType === undefined) {
        throw new ApiError("MissingParameter", "The request must contain the parameter TrafficType");
      }
      const requireResource = resources[resourceType];
      if (requireResource === undefined) {
        throw new ApiError("InvalidParameter", `The lab has no flow logs of the type ${resourceType}.`);
      }
      for (const id of resourceIds) requireResource(id);
      return resourceIds.map((resourceId) => {
        const flowLogId = network.newId("fl");
        network.flowLogs.put(flowLogId, {
          flowLogId,
          logDestinationType: "cloud-watch-logs",
          ...request,
          resourceId,
          trafficType,
          logFormat,
          maxAggregationInterval,
          flowLogStatus: "ACTIVE",
          deliverLogsStatus: "SUCCESS",
          creationTime: new Date().toISOString(),
        });
        network.tags.put(flowLogId, tags);
        return flowLogId;
      });
    },

    deleteFlowLogs: ({ flowLogIds }: { readonly flowLogIds: readonly string[] }): void => {
      for (const id of flowLogIds) existing(network.flowLogs, FLOW_LOG, id);
      for (const id of flowLogIds) {
        network.flowLogs.remove(id);
        network.tags.remove(id);
      }
    },
  };
});
