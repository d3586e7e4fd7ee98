import type { FactName } from "./facts";

/** Whoever is asked. */
export const SERVICES = [
  "sts",
  "ec2",
  "route53",
  "resolver",
  "quotas",
  "lambda",
  "ecs",
  "eks",
  "dynamodb",
  "iam",
  "organizations",
  "kms",
  "profiles",
  "cloudtrail",
  "logs",
] as const;

export type ServiceName = (typeof SERVICES)[number];

/** Where a fact comes from. */
export interface Source {
  readonly service: ServiceName;
  /** All that reading it takes. A dry run takes what it asks about. */
  readonly permissions: readonly string[];
  /** The field in which the AWS CLI prints it, where it prints it so. */
  readonly printedAs?: string;
}

export const SOURCES: { readonly [N in FactName]: Source } = {
  // Nobody can be denied it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  caller: { service: "sts", permissions: [] },
  vpcs: ec2("Vpcs", "DescribeVpcs"),
  vpcAttributes: { service: "ec2", permissions: ["ec2:DescribeVpcAttribute"] },
  subnets: ec2("Subnets", "DescribeSubnets"),
  routeTables: ec2("RouteTables", "DescribeRouteTables"),
  networkInterfaces: ec2("NetworkInterfaces", "DescribeNetworkInterfaces"),
  natGateways: ec2("NatGateways", "DescribeNatGateways"),
  vpcEndpoints: ec2("VpcEndpoints", "DescribeVpcEndpoints"),
  endpointServices: ec2("ServiceDetails", "DescribeVpcEndpointServices"),
  prefixLists: {
    service: "ec2",
    permissions: ["ec2:DescribePrefixLists", "ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"],
  },
  transitGatewayVpcAttachments: ec2("TransitGatewayVpcAttachments", "DescribeTransitGatewayVpcAttachments"),
  vpcPeeringConnections: ec2("VpcPeeringConnections", "DescribeVpcPeeringConnections"),
  dhcpOptions: ec2("DhcpOptions", "DescribeDhcpOptions"),
  networkAcls: ec2("NetworkAcls", "DescribeNetworkAcls"),
  securityGroupRules: ec2("SecurityGroupRules", "DescribeSecurityGroupRules"),
  blockPublicAccessOptions: ec2("VpcBlockPublicAccessOptions", "DescribeVpcBlockPublicAccessOptions"),
  blockPublicAccessExclusions: ec2("VpcBlockPublicAccessExclusions", "DescribeVpcBlockPublicAccessExclusions"),
  availabilityZones: ec2("AvailabilityZones", "DescribeAvailabilityZones"),
  instances: { service: "ec2", permissions: ["ec2:DescribeInstances"] },
  flowLogs: ec2("FlowLogs", "DescribeFlowLogs"),
  hostedZones: { service: "route53", permissions: ["route53:ListHostedZonesByVPC"] },
  resolverRuleAssociations: {
    service: "resolver",
    permissions: ["route53resolver:ListResolverRuleAssociations"],
    printedAs: "ResolverRuleAssociations",
  },
  firewallRuleGroupAssociations: {
    service: "resolver",
    permissions: ["route53resolver:ListFirewallRuleGroupAssociations"],
    printedAs: "FirewallRuleGroupAssociations",
  },
  quotas: {
    service: "quotas",
    permissions: ["servicequotas:ListServiceQuotas", "servicequotas:ListAWSDefaultServiceQuotas"],
    printedAs: "Quotas",
  },
  functions: { service: "lambda", permissions: ["lambda:ListFunctions"], printedAs: "Functions" },
  ecs: {
    service: "ecs",
    permissions: [
      "ecs:ListClusters",
      "ecs:ListServices",
      "ecs:DescribeServices",
      "ecs:ListTasks",
      "ecs:DescribeTasks",
      "ecs:DescribeTaskDefinition",
    ],
  },
  eks: {
    service: "eks",
    permissions: [
      "eks:ListClusters",
      "eks:DescribeCluster",
      "eks:ListNodegroups",
      "eks:DescribeNodegroup",
      "eks:ListFargateProfiles",
      "eks:DescribeFargateProfile",
      "eks:ListPodIdentityAssociations",
      "eks:DescribePodIdentityAssociation",
    ],
  },
  tableNames: { service: "dynamodb", permissions: ["dynamodb:ListTables"], printedAs: "TableNames" },
  tables: {
    service: "dynamodb",
    permissions: ["dynamodb:ListTables", "dynamodb:DescribeTable", "dynamodb:GetResourcePolicy"],
  },
  authorization: { service: "iam", permissions: ["iam:GetAccountAuthorizationDetails"] },
  organization: {
    service: "organizations",
    permissions: ["organizations:DescribeOrganization"],
    printedAs: "Organization",
  },
  dryRuns: { service: "ec2", permissions: ["ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"] },
  keys: { service: "kms", permissions: ["kms:DescribeKey", "kms:GetKeyPolicy"] },
  profileAssociations: {
    service: "profiles",
    permissions: ["route53profiles:ListProfileAssociations"],
    printedAs: "ProfileAssociations",
  },
  profileResources: {
    service: "profiles",
    permissions: ["route53profiles:ListProfileAssociations", "route53profiles:ListProfileResourceAssociations"],
    printedAs: "ProfileResourceAssociations",
  },
  profileZones: { service: "route53", permissions: ["route53:ListHostedZones"], printedAs: "HostedZones" },
  calls: { service: "cloudtrail", permissions: ["cloudtrail:LookupEvents"] },
  flows: { service: "logs", permissions: ["logs:FilterLogEvents"] },
};

export const FACT_NAMES = Object.keys(SOURCES) as readonly FactName[];

/** What has been seen of a time that is looked back on: read where somebody says how long that is. */
export const OBSERVED: ReadonlySet<FactName> = new Set<FactName>(["calls", "flows"]);

function ec2(printedAs: string, operation: string): Source {
  return { service: "ec2", permissions: [`ec2:${operation}`], printedAs };
}
