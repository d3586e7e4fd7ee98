import type * as ec2 from "@aws-sdk/client-ec2";
import type { TableDescription } from "@aws-sdk/client-dynamodb";
import type { Service as EcsService, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Cluster, FargateProfile, Nodegroup, PodIdentityAssociation } from "@aws-sdk/client-eks";
import type { GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail } from "@aws-sdk/client-iam";
import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { HostedZone, HostedZoneSummary } from "@aws-sdk/client-route-53";
import type { ServiceQuota } from "@aws-sdk/client-service-quotas";
import type { GetCallerIdentityResponse } from "@aws-sdk/client-sts";
import type { Plain } from "./plain";
import type { Missing, Told } from "./told";

/**
 * What is read of one account and Region, in AWS's own shapes and names, as its SDK and CLI have them, with instants as
 * texts: what is recorded is the same. Lists hold what all pages held.
 */
export type FactValues = { readonly [N in keyof ReadValues]: Plain<ReadValues[N]> };

interface ReadValues {
  readonly caller: GetCallerIdentityResponse;
  readonly vpcs: readonly VpcFact[];
  readonly vpcAttributes: readonly VpcAttributes[];
  readonly subnets: readonly ec2.Subnet[];
  readonly routeTables: readonly ec2.RouteTable[];
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly natGateways: readonly NatGateway[];
  /** Of every VPC of the Region: the quota counts them all. */
  readonly vpcEndpoints: readonly VpcEndpoint[];
  /** The gateway services of the Region. */
  readonly endpointServices: readonly ec2.ServiceDetail[];
  /** AWS's for DynamoDB and S3, and those that a route or a rule of a security group names. */
  readonly prefixLists: readonly PrefixListFact[];
  readonly transitGatewayVpcAttachments: readonly ec2.TransitGatewayVpcAttachment[];
  readonly vpcPeeringConnections: readonly ec2.VpcPeeringConnection[];
  readonly dhcpOptions: readonly ec2.DhcpOptions[];
  readonly networkAcls: readonly ec2.NetworkAcl[];
  readonly securityGroupRules: readonly ec2.SecurityGroupRule[];
  readonly blockPublicAccessOptions: ec2.VpcBlockPublicAccessOptions;
  readonly blockPublicAccessExclusions: readonly ec2.VpcBlockPublicAccessExclusion[];
  readonly availabilityZones: readonly ec2.AvailabilityZone[];
  readonly instances: readonly Instance[];
  readonly flowLogs: readonly ec2.FlowLog[];
  readonly hostedZones: readonly HostedZoneFact[];
  readonly resolverRuleAssociations: readonly ResolverAssociation[];
  readonly firewallRuleGroupAssociations: readonly ResolverAssociation[];
  /** Of VPC, applied values. */
  readonly quotas: readonly ServiceQuota[];
  readonly functions: readonly FunctionConfiguration[];
  readonly ecs: EcsFact;
  readonly eks: EksFact;
  readonly tableNames: readonly string[];
  /** Of the tables that were asked for (`--tables`). */
  readonly tables: readonly TableFact[];
  /** Whom the account's policies let do what. Documents are percent-encoded, as AWS answers them. */
  readonly authorization: Authorization;
  /** Every account may ask which organization it is in; its policies are another matter. */
  readonly organization: OrganizationFact;
  /** What a dry run of each change answered. */
  readonly dryRuns: readonly DryRunFact[];
  /** Of KMS, of this account and Region, with which tables that are read are encrypted. */
  readonly keys: readonly KeyFact[];
  /** Of Route 53 Profiles with VPCs, and what is in these profiles. */
  readonly profileAssociations: readonly ProfileAssociation[];
  readonly profileResources: readonly ProfileResource[];
  /** Of the private hosted zones in these profiles, those of this account. */
  readonly profileZones: readonly Pick<HostedZone, "Id" | "Name">[];
  /** Who has called DynamoDB's API, as CloudTrail's event history has it. Read where it is asked for alone. */
  readonly calls: CallsFact;
  /** What flow logs have of packets to DynamoDB. Read where it is asked for alone. */
  readonly flows: FlowsFact;
}

export type FactName = keyof FactValues;

export type Instance = Plain<ec2.Instance>;
export type NatGateway = Plain<ec2.NatGateway>;
export type NetworkInterface = Plain<ec2.NetworkInterface>;
export type VpcEndpoint = Plain<ec2.VpcEndpoint>;

/** Each fact, or why it is not known. */
export type Facts = { readonly [N in FactName]: Told<FactValues[N]> };

/** With what AWS's SDK for JavaScript does not read yet. */
export interface VpcFact extends ec2.Vpc {
  /**
   * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html: the Automated Internet Firewalls of 2026. Absent:
   * whoever read this did not read them.
   */
  readonly NetworkFirewallAssociations?: readonly {
    readonly FirewallArn?: string;
    /** `active`, `disabling` or `pending`. */
    readonly FirewallOnboardingStatus?: string;
  }[];
}

export interface VpcAttributes {
  readonly VpcId: string;
  readonly EnableDnsSupport: boolean;
  readonly EnableDnsHostnames: boolean;
}

export interface PrefixListFact {
  readonly PrefixListId: string;
  /** `com.amazonaws.REGION.dynamodb` for AWS's own. */
  readonly PrefixListName: string;
  readonly Entries: readonly ec2.PrefixListEntry[];
}

export interface HostedZoneFact extends HostedZoneSummary {
  readonly VpcId: string;
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverRuleAssociation.html */
export interface ResolverAssociation {
  readonly Id?: string;
  readonly Name?: string;
  readonly VPCId?: string;
  readonly Status?: string;
  readonly ResolverRuleId?: string;
  readonly FirewallRuleGroupId?: string;
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53profiles_ProfileAssociation.html */
export interface ProfileAssociation {
  readonly Id?: string;
  readonly Name?: string;
  readonly ProfileId?: string;
  /** The VPC. */
  readonly ResourceId?: string;
  readonly Status?: string;
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53profiles_ProfileResourceAssociation.html */
export interface ProfileResource {
  readonly Id?: string;
  readonly Name?: string;
  readonly ProfileId?: string;
  readonly ResourceArn?: string;
  readonly ResourceType?: string;
  readonly Status?: string;
}

export interface EcsFact {
  readonly services: readonly EcsService[];
  readonly tasks: readonly Task[];
  readonly taskDefinitions: readonly TaskDefinition[];
}

export interface EksFact {
  readonly clusters: readonly ClusterFact[];
  readonly nodegroups: readonly Nodegroup[];
  readonly fargateProfiles: readonly FargateProfile[];
  readonly podIdentityAssociations: readonly PodIdentityAssociation[];
}

/** What it says of itself but what it is kept with. */
export type ClusterFact = Pick<Cluster, "name" | "arn" | "identity" | "resourcesVpcConfig">;

export interface TableFact extends Plain<TableDescription> {
  /** Absent: it has none. */
  readonly ResourcePolicy?: string;
  /** Why its policy is not known, of a table of another account, which need not let anybody read it. */
  readonly ResourcePolicyMissing?: Missing;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html, all pages. */
export interface Authorization {
  readonly UserDetailList: readonly Plain<UserDetail>[];
  readonly GroupDetailList: readonly Plain<GroupDetail>[];
  readonly RoleDetailList: readonly Plain<RoleDetail>[];
  readonly Policies: readonly Plain<ManagedPolicyDetail>[];
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html; empty: in none. */
export interface OrganizationFact {
  readonly Id?: string;
  readonly MasterAccountId?: string;
}

export interface DryRunFact {
  readonly VpcId: string;
  readonly action: "ec2:CreateVpcEndpoint" | "ec2:ModifyVpcEndpoint";
  /** `DryRunOperation`: it may. `UnauthorizedOperation`: it may not. */
  readonly code: string;
}

/** A policy is asked of each key: one that does not tell hides its own alone. */
export interface KeyFact {
  /** As tables name it. */
  readonly KMSMasterKeyArn: string;
  readonly KeyMetadata?: Pick<Plain<KeyMetadata>, "KeyId" | "Arn" | "KeyManager">;
  /** Absent: nobody but AWS writes it, or it is not told. */
  readonly Policy?: string;
  /** Why no more is known. */
  readonly missing?: Missing;
}

/** A time that is looked back on, ISO 8601. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** Of management events: calls of items (GetItem and its kin) are data events, and not in the event history. */
export interface CallsFact extends Window {
  /** How many events were read. */
  readonly events: number;
  /** When the oldest of them happened, where there may be older ones that were not read. */
  readonly cutAt?: string;
  readonly seen: readonly SeenCalls[];
}

/** Calls that one principal made from one place with one client. No parameter but tables' names, and no key. */
export interface SeenCalls {
  /** The ARN of a role or a user; a service's name; `account 123456789012` where no more is told. */
  readonly principal: string;
  /** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
  readonly principalType: string;
  readonly accountId?: string;
  readonly sourceIPAddress: string;
  readonly vpcEndpointId?: string;
  /** The client's SDK and its version: `Boto3/1.34.0`. */
  readonly userAgent?: string;
  /** The name that the client asked for. */
  readonly host?: string;
  readonly eventNames: readonly string[];
  readonly tableNames: readonly string[];
  readonly events: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

export interface FlowsFact extends Window {
  readonly logs: readonly ReadFlowLog[];
  readonly interfaces: readonly SeenFlows[];
}

/** A flow log, and whether it could tell. */
export interface ReadFlowLog {
  readonly flowLogId: string;
  /** The VPC, subnet or interface that it is of. */
  readonly resourceId: string;
  /**
   * `read`; `noField`: its format lacks what tells; `elsewhere`: its records are not in CloudWatch Logs; `rejects`: it
   * has only what was refused; `noGroup`: its log group is not there.
   */
  readonly outcome: "read" | "noField" | "elsewhere" | "rejects" | "noGroup";
  readonly records: number;
  /** There may be more records than were read. */
  readonly isCut: boolean;
}

/** Packets that one interface sent to DynamoDB. */
export interface SeenFlows {
  readonly networkInterfaceId: string;
  readonly bytes: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html: `7`, through a gateway endpoint. */
  readonly trafficPaths: readonly string[];
}
