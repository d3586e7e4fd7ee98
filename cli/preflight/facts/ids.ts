import type { FactName, FactValues } from "./facts";

/** The things of a fact that are told apart by an id, with these ids. */
export function thingsOf<N extends FactName>(name: N, value: FactValues[N]): readonly (readonly [string, object])[] {
  const things: readonly unknown[] = Array.isArray(value) ? value : isParted(name) ? parts(value) : [value];
  return things.map((thing) => [idOf(name, thing), typeof thing === "object" && thing !== null ? thing : { thing }]);
}

/** One order, whatever the order in which AWS answers. */
export function sorted<N extends FactName>(name: N, value: FactValues[N]): FactValues[N] {
  if (!Array.isArray(value)) return isParted(name) ? (sortedParts(value) as FactValues[N]) : value;
  return byId(name, value) as unknown as FactValues[N];
}

const PARTED = new Set<FactName>(["ecs", "eks"]);

function isParted(name: FactName): boolean {
  return PARTED.has(name);
}

function parts(value: object): readonly unknown[] {
  return Object.values(value).flatMap((part: readonly unknown[]) => part);
}

function sortedParts(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([part, things]: [string, readonly unknown[]]) => [part, byId("ecs", things)]),
  );
}

function byId(name: FactName, things: readonly unknown[]): readonly unknown[] {
  return things
    .map((thing) => [idOf(name, thing), thing] as const)
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([, thing]) => thing);
}

/** The fields that tell one from another, by fact: the first that a thing has, or all of a list. */
const IDS: { readonly [N in FactName]?: readonly string[] } = {
  vpcAttributes: ["VpcId"],
  vpcs: ["VpcId"],
  subnets: ["SubnetId"],
  availabilityZones: ["ZoneId", "ZoneName"],
  hostedZones: ["HostedZoneId", "VpcId"],
  resolverRuleAssociations: ["Id"],
  firewallRuleGroupAssociations: ["Id"],
  functions: ["FunctionArn", "FunctionName"],
  dryRuns: ["VpcId", "action"],
  caller: ["Account"],
  keys: ["KMSMasterKeyArn"],
  profileAssociations: ["Id"],
  profileResources: ["Id"],
  profileZones: ["Id"],
};

const COMMON = [
  "RouteTableId",
  "NetworkInterfaceId",
  "NatGatewayId",
  "VpcEndpointId",
  "ServiceName",
  "PrefixListId",
  "TransitGatewayAttachmentId",
  "VpcPeeringConnectionId",
  "DhcpOptionsId",
  "NetworkAclId",
  "SecurityGroupRuleId",
  "ExclusionId",
  "InstanceId",
  "FlowLogId",
  "QuotaCode",
  "TableName",
  "serviceArn",
  "taskArn",
  "taskDefinitionArn",
  "nodegroupArn",
  "fargateProfileArn",
  "associationArn",
  "arn",
  "AwsRegion",
];

function idOf(name: FactName, thing: unknown): string {
  if (typeof thing === "string") return thing;
  const fields = thing as Readonly<Record<string, unknown>>;
  const own = IDS[name];
  const found = own === undefined ? COMMON.filter((field) => typeof fields[field] === "string").slice(0, 1) : own;
  return found
    .map((field) => fields[field])
    .filter((id) => typeof id === "string")
    .join(" ");
}
