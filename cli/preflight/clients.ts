import type { Facts, FactValues, Instance, NetworkInterface } from "./facts/facts";
import { isTold, type Told } from "./facts/told";
import { interfacesIn, nameOf, scopedTables } from "./network";
import type { ClientGroup } from "./report/report";
import type { Scope } from "./scope";

/** What an interface belongs to, as far as it says so itself. */
export interface ClientKind {
  readonly kind: string;
  /** Whether such a thing may be a client of DynamoDB. */
  readonly calls: boolean;
}

const client = (kind: string): ClientKind => ({ kind, calls: true });
const none = (kind: string): ClientKind => ({ kind, calls: false });

/** By the type that AWS gives an interface. */
const TYPES: Readonly<Record<string, ClientKind>> = {
  api_gateway_managed: none("api-gateway"),
  aws_codestar_connections_managed: none("code-connections"),
  gateway_load_balancer: none("load-balancer"),
  gateway_load_balancer_endpoint: none("firewall-endpoint"),
  global_accelerator_managed: none("global-accelerator"),
  iot_rules_managed: none("iot-rules"),
  lambda: client("lambda"),
  load_balancer: none("load-balancer"),
  // The SDK's name, and the one that DescribeNetworkInterfaces answers with.
  natGateway: none("nat-gateway"),
  nat_gateway: none("nat-gateway"),
  network_load_balancer: none("load-balancer"),
  quicksight: none("quicksight"),
  transit_gateway: none("transit-gateway"),
  vpc_endpoint: none("vpc-endpoint"),
};

/** By the description that a service gives its interfaces. AWS documents few of them: what is unknown may call. */
const DESCRIPTIONS: readonly (readonly [RegExp, ClientKind])[] = [
  [/^arn:aws[\w-]*:ecs:.*:attachment\//, client("ecs")],
  [/^aws-K8S-/i, client("eks")],
  [/^Amazon EKS /, none("eks-control-plane")],
  [/^AWS Lambda VPC ENI/, client("lambda")],
  [/^Attached to Glue/i, client("glue")],
  [/^DAX /, client("dax")],
  [/^DMSNetworkInterface/, client("dms")],
  [/SageMaker/, client("sagemaker")],
  [/^ELB /, none("load-balancer")],
  [/^RDSNetworkInterface|^Network interface for DBProxy/, none("rds")],
  [/^ElastiCache /, none("elasticache")],
  [/^ES /, none("opensearch")],
  [/^RedshiftNetworkInterface/, none("redshift")],
  [/^EFS mount target/, none("efs")],
  [/Amazon MSK/, none("msk")],
  [/^Interface for NAT Gateway/, none("nat-gateway")],
  [/^VPC Endpoint Interface/, none("vpc-endpoint")],
  [/^Network Interface for Transit Gateway/i, none("transit-gateway")],
  [/^Route 53 Resolver/, none("route53-resolver")],
  [/^AWS created network interface for d(?:irectory )?-?/, none("directory")],
];

/** The kind of an interface, by what it says of itself. */
export function kindOf({ InterfaceType, Description = "", Attachment, ...rest }: NetworkInterface): ClientKind {
  const [, described] = DESCRIPTIONS.find(([pattern]) => pattern.test(Description)) ?? [];
  const typed = TYPES[InterfaceType ?? ""];
  if (typed !== undefined || described !== undefined) return typed ?? (described as ClientKind);
  if (Attachment?.InstanceId !== undefined) return client("ec2");
  if (rest.Status === "available") return none("unattached");
  return client(rest.RequesterManaged === true ? "aws-service" : "other");
}

/** Whether it may be a client of DynamoDB. */
export function mayCall(networkInterface: NetworkInterface): boolean {
  return kindOf(networkInterface).calls;
}

/** Of a transit gateway's attachment, or a core network's. */
export function isTransit(networkInterface: NetworkInterface): boolean {
  return kindOf(networkInterface).kind === "transit-gateway";
}

/** Who is in the subnets of each route table of the scope: by interface, named where what names them is known. */
export function clientsOfTables(facts: Facts, scope: Scope): Told<ReadonlyMap<string, readonly ClientGroup[]>> {
  const { routeTables, subnets, networkInterfaces } = facts;
  if (!isTold(networkInterfaces)) return networkInterfaces;
  if (!isTold(subnets)) return subnets;
  if (!isTold(routeTables)) return routeTables;
  const namesOf = namer(facts);
  const sent = new Set(valueOf(facts.flows, NO_FLOWS).interfaces.map(({ networkInterfaceId: id }) => id));
  const tables = scopedTables({ routeTables: routeTables.value, subnets: subnets.value }, scope);
  return {
    value: new Map(
      tables.map(({ id, subnets: own }) => [id, groupsOf(interfacesIn(own, networkInterfaces.value), namesOf, sent)]),
    ),
  };
}

const NO_FLOWS: Pick<FactValues["flows"], "interfaces"> = { interfaces: [] };

/** What names an interface, by its kind: more than one where functions share it. */
type Namer = (
  networkInterface: NetworkInterface,
  kind: string,
) => { readonly kind: string; readonly names: readonly string[] };

/** @param sent The ids of interfaces that flow logs have seen sending packets to DynamoDB. */
function groupsOf(
  interfaces: readonly NetworkInterface[],
  namesOf: Namer,
  sent: ReadonlySet<string>,
): readonly ClientGroup[] {
  const groups = new Map<string, Omit<ClientGroup, "names"> & { readonly names: Set<string> }>();
  for (const networkInterface of interfaces) {
    const { kind: seen, calls } = kindOf(networkInterface);
    const { kind, names } = namesOf(networkInterface, seen);
    const isSeen = calls && sent.has(networkInterface.NetworkInterfaceId ?? "");
    const callsDynamoDb = isSeen ? "seen" : calls ? "possibly" : "no";
    const key = `${kind} ${isSeen ? "seen" : ""}`;
    const group = groups.get(key) ?? { kind, callsDynamoDb, interfaces: 0, unnamed: 0, names: new Set() };
    for (const name of names) group.names.add(name);
    groups.set(key, {
      ...group,
      interfaces: group.interfaces + 1,
      unnamed: group.unnamed + (names.length === 0 ? 1 : 0),
    });
  }
  return [...groups.values()]
    .map(({ kind, interfaces: count, callsDynamoDb, names, unnamed }): ClientGroup => ({
      kind,
      interfaces: count,
      callsDynamoDb,
      names: [...names].sort(),
      unnamed,
    }))
    .sort(
      (one, other) =>
        CERTAINTY.indexOf(one.callsDynamoDb) - CERTAINTY.indexOf(other.callsDynamoDb) ||
        other.interfaces - one.interfaces ||
        (one.kind < other.kind ? -1 : 1),
    );
}

/** Who calls comes first. */
const CERTAINTY: readonly ClientGroup["callsDynamoDb"][] = ["seen", "possibly", "no"];

function namer(facts: Facts): Namer {
  const functions = byPlace(valueOf(facts.functions, []));
  const instances = new Map(valueOf(facts.instances, []).map((instance) => [instance.InstanceId, instance]));
  const ecs = valueOf(facts.ecs, { services: [], tasks: [], taskDefinitions: [] });
  const tasks = tasksByAttachment(ecs);
  const eks = valueOf(facts.eks, { clusters: [], nodegroups: [], fargateProfiles: [], podIdentityAssociations: [] });
  return (networkInterface, kind) => {
    if (kind === "lambda") return { kind, names: functions.get(placeOf(networkInterface)) ?? [] };
    if (kind === "ecs") return { kind, names: ecsNames(networkInterface, ecs, tasks) };
    if (kind === "eks") return { kind, names: eksNames(networkInterface, eks) };
    const instance = instances.get(networkInterface.Attachment?.InstanceId);
    if (kind !== "ec2" || instance === undefined) return { kind, names: [] };
    return instanceNames(instance);
  };
}

function valueOf<T>(told: Told<T>, otherwise: T): T {
  return isTold(told) ? told.value : otherwise;
}

/**
 * Functions share an interface for each subnet and set of groups: both tell them apart.
 *
 * See https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html.
 */
function byPlace(functions: FactValues["functions"]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { FunctionName = "?", VpcConfig } of functions)
    for (const SubnetId of VpcConfig?.SubnetIds ?? []) {
      const place = placeText(SubnetId, VpcConfig?.SecurityGroupIds ?? []);
      found.set(place, [...(found.get(place) ?? []), FunctionName]);
    }
  return found;
}

function placeOf({ SubnetId = "", Groups = [] }: NetworkInterface): string {
  return placeText(
    SubnetId,
    Groups.map(({ GroupId }) => GroupId ?? ""),
  );
}

function placeText(subnetId: string, groups: readonly string[]): string {
  return [subnetId, ...[...groups].sort()].join(" ");
}

/** `SERVICE` for a task of a service, its family else, by the id of what attaches its interface. */
function tasksByAttachment({ tasks }: FactValues["ecs"]): ReadonlyMap<string, string> {
  return new Map(
    tasks.flatMap(({ attachments = [], group = "?" }) =>
      attachments.map(({ id = "" }) => [id, group.replace(/^(?:service|family):/, "")] as const),
    ),
  );
}

function ecsNames(
  { Description = "", SubnetId = "", Groups = [] }: NetworkInterface,
  { services }: FactValues["ecs"],
  tasks: ReadonlyMap<string, string>,
): readonly string[] {
  const attached = tasks.get(Description.slice(Description.lastIndexOf("/") + 1));
  if (attached !== undefined) return [attached];
  const groups = Groups.map(({ GroupId }) => GroupId ?? "");
  const there = services.filter(({ networkConfiguration }) => {
    const { subnets = [], securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
    return subnets.includes(SubnetId) && placeText("", securityGroups) === placeText("", groups);
  });
  // Two that fit are two that it may be: neither is its name.
  const [one, ...others] = there.map(({ serviceName = "?" }) => serviceName);
  return one === undefined || others.length > 0 ? [] : [one];
}

function eksNames(
  { SubnetId = "" }: NetworkInterface,
  { clusters: all, nodegroups, fargateProfiles }: FactValues["eks"],
): readonly string[] {
  const there = [
    ...nodegroups
      .filter(({ subnets }) => subnets?.includes(SubnetId))
      .map(({ clusterName = "?", nodegroupName = "?" }) => `${clusterName}/${nodegroupName}`),
    ...fargateProfiles
      .filter(({ subnets }) => subnets?.includes(SubnetId))
      .map(({ clusterName = "?", fargateProfileName = "?" }) => `${clusterName}/${fargateProfileName}`),
  ];
  // Nodes that are in no group are in the subnets of their cluster.
  if (there.length === 0)
    there.push(
      ...all
        .filter(({ resourcesVpcConfig }) => resourcesVpcConfig?.subnetIds?.includes(SubnetId))
        .map(({ name = "?" }) => name),
    );
  const clusters = [...new Set(there.map((name) => name.split("/")[0] ?? ""))];
  return there.length <= 1 ? there : clusters.length === 1 ? clusters : [];
}

/** Tags that services give their instances, which say more than "an instance". */
const SERVICE_TAGS: readonly (readonly [key: RegExp, kind: string])[] = [
  [/^aws:elasticmapreduce:job-flow-id$/, "emr"],
  [/^AWSBatchServiceTag$|^aws:batch:compute-environment$/, "batch"],
  [/^(?:aws:)?eks:cluster-name$/, "eks"],
  [/^AmazonECSManaged$/, "ecs"],
];

function instanceNames({ Tags = [] }: Instance): { readonly kind: string; readonly names: readonly string[] } {
  const [, kind = "ec2"] = SERVICE_TAGS.find(([key]) => Tags.some(({ Key = "" }) => key.test(Key))) ?? [];
  const name = nameOf(Tags) ?? Tags.find(({ Key }) => Key === "aws:autoscaling:groupName")?.Value;
  return { kind, names: name === undefined || name === "" ? [] : [name] };
}

/** Kinds whose work ends by itself, and may be in the middle of it. */
export const JOB_KINDS: readonly string[] = ["batch", "dms", "emr", "glue", "sagemaker"];

/** What an instance's tags make of its interface; its kind without them. */
export function kindWith(
  networkInterface: NetworkInterface,
  instances: ReadonlyMap<string | undefined, Instance>,
): string {
  const { kind } = kindOf(networkInterface);
  const instance = instances.get(networkInterface.Attachment?.InstanceId);
  return kind === "ec2" && instance !== undefined ? instanceNames(instance).kind : kind;
}
