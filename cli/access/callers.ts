import type { AccessCaller } from "../../components/policy/access/facts";
import { isTold, type Told } from "../preflight/facts/told";
import { nameOf } from "../preflight/network";
import type { Authorization, FactName, Facts, FactValues } from "../preflight/facts/facts";
import { roleCaller, rolesOfProfile, type Sessions } from "./principals";
import { rolesOfIssuers } from "./serviceAccounts";

/** Where requests of a role come from. */
export interface Workload {
  /** "Lambda function orders", "EC2 instance i-… (web-1)". */
  readonly name: string;
  readonly roleArn: string;
  readonly subnetIds: readonly string[];
  readonly sessions: Sessions;
  /** CloudTrail has seen it, and no service tells what it is. */
  readonly isSeen?: boolean;
}

/** The services whose workloads a role can be told of. */
const SOURCES = {
  functions: lambdaWorkloads,
  instances: instanceWorkloads,
  ecs: ecsWorkloads,
  eks: eksWorkloads,
} as const;

/** What the service gives its sessions: no policies of their own. */
const PLAIN: Sessions = { mayHaveSessionPolicies: false, mayHaveTags: false };

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html: EKS adds tags to the sessions of pods. */
const POD: Sessions = { mayHaveSessionPolicies: false, mayHaveTags: true };

/** Who calls from which subnets, as far as services tell; and what would tell of the others. */
export function workloadsIn(facts: Facts): {
  readonly workloads: readonly Workload[];
  readonly missing: readonly string[];
} {
  const { authorization } = facts;
  if (!isTold(authorization)) return { workloads: [], missing: [authorization.missing.permission] };
  const missing: string[] = [];
  const workloads = (Object.keys(SOURCES) as (keyof typeof SOURCES)[]).flatMap((source) => {
    const told: Told<FactValues[FactName]> = facts[source];
    if (!isTold(told)) {
      missing.push(told.missing.permission);
      return [];
    }
    return (SOURCES[source] as Source)(told.value, authorization.value);
  });
  return { workloads, missing };
}

type Source = (value: unknown, authorization: Authorization) => readonly Workload[];

function lambdaWorkloads(functions: FactValues["functions"]): readonly Workload[] {
  return functions.flatMap(
    ({ FunctionName: name = "", Description: what, Role: roleArn, VpcConfig: { SubnetIds: subnetIds = [] } = {} }) =>
      roleArn === undefined || subnetIds.length === 0
        ? []
        : [{ name: `Lambda function ${name}${isCheck(what) ? OF_A_CHECK : ""}`, roleArn, subnetIds, sessions: PLAIN }],
  );
}

/** As the components describe the functions of their reconnection check. */
function isCheck(description: string | undefined): boolean {
  return description !== undefined && /^Checks the path of .+ to DynamoDB$/.test(description);
}

/** What the name of such a function ends with. It is denied and allowed by its way: by that it tells which it is. */
export const OF_A_CHECK = " (reconnection check)";

function instanceWorkloads(instances: FactValues["instances"], authorization: Authorization): readonly Workload[] {
  return instances.flatMap(({ InstanceId: id = "", IamInstanceProfile: profile, SubnetId: subnetId, Tags: tags }) => {
    if (profile?.Arn === undefined || subnetId === undefined) return [];
    const name = nameOf(tags);
    return rolesOfProfile(authorization, profile.Arn).map((roleArn) => ({
      name: `EC2 instance ${id}${name === undefined ? "" : ` (${name})`}`,
      roleArn,
      subnetIds: [subnetId],
      sessions: PLAIN,
    }));
  });
}

function ecsWorkloads({ services, tasks, taskDefinitions }: FactValues["ecs"]): readonly Workload[] {
  const roleOf = new Map(
    taskDefinitions.map(({ taskDefinitionArn: arn, taskRoleArn: roleArn }) => [arn, roleArn] as const),
  );
  const ofServices = services.map(({ serviceName = "", taskDefinition, networkConfiguration: configuration }) => ({
    name: `ECS service ${serviceName}`,
    roleArn: roleOf.get(taskDefinition),
    subnetIds: configuration?.awsvpcConfiguration?.subnets ?? [],
  }));
  // Tasks of a service are told by it.
  const alone = tasks.filter(({ group }) => group?.startsWith("service:") !== true);
  const ofTasks = alone.map(({ taskArn = "", taskDefinitionArn, attachments = [] }) => ({
    name: `ECS task ${taskArn.split("/").at(-1) ?? ""}`,
    roleArn: roleOf.get(taskDefinitionArn),
    subnetIds: attachments
      .flatMap(({ details = [] }) => details)
      .flatMap(({ name, value }) => (name === "subnetId" && value !== undefined ? [value] : [])),
  }));
  return [...ofServices, ...ofTasks].flatMap(({ roleArn, ...rest }) =>
    roleArn === undefined ? [] : [{ ...rest, roleArn, sessions: PLAIN }],
  );
}

/** A pod may run on every node of its cluster. Nodes that are in no group are where the cluster was told to be. */
function eksWorkloads(
  { clusters, nodegroups, fargateProfiles, podIdentityAssociations }: FactValues["eks"],
  authorization: Authorization,
): readonly Workload[] {
  const subnetsOf = (cluster: string | undefined): readonly string[] => [
    ...nodegroups.filter(({ clusterName }) => clusterName === cluster).flatMap(({ subnets = [] }) => subnets),
    ...fargateProfiles.filter(({ clusterName }) => clusterName === cluster).flatMap(({ subnets = [] }) => subnets),
    ...clusters.filter(({ name }) => name === cluster).flatMap((each) => each.resourcesVpcConfig?.subnetIds ?? []),
  ];
  const pods = podIdentityAssociations.map(({ namespace, serviceAccount, clusterName, roleArn }) => ({
    name: `EKS service account ${namespace ?? ""}/${serviceAccount ?? ""} of ${clusterName ?? ""}`,
    roleArn,
    subnetIds: subnetsOf(clusterName),
    sessions: POD,
  }));
  const nodes = nodegroups.map(({ nodegroupName, clusterName, nodeRole, subnets }) => ({
    name: `EKS node group ${nodegroupName ?? ""} of ${clusterName ?? ""}`,
    roleArn: nodeRole,
    subnetIds: subnets ?? [],
    sessions: PLAIN,
  }));
  return [...pods, ...serviceAccountWorkloads(clusters, authorization, subnetsOf), ...nodes].flatMap(
    ({ roleArn, ...rest }) => (roleArn === undefined ? [] : [{ ...rest, roleArn }]),
  );
}

/** EKS gives a pod the token with which its SDK takes the role: with no session policies, and no tags. */
function serviceAccountWorkloads(
  clusters: FactValues["eks"]["clusters"],
  authorization: Authorization,
  subnetsOf: (cluster: string | undefined) => readonly string[],
): readonly Workload[] {
  const issuerOf = ({ identity }: (typeof clusters)[number]): string =>
    identity?.oidc?.issuer?.replace(/^https:\/\//, "") ?? "";
  const roles = rolesOfIssuers(authorization, clusters.map(issuerOf));
  return clusters.flatMap((cluster) => {
    const where = { subnetIds: subnetsOf(cluster.name), sessions: PLAIN };
    return (roles.get(issuerOf(cluster)) ?? []).flatMap(({ roleArn, names }) =>
      names.length === 0
        ? [{ name: `any EKS service account of ${cluster.name ?? ""}`, roleArn, ...where }]
        : names.map((name) => ({ name: `EKS service account ${name} of ${cluster.name ?? ""}`, roleArn, ...where })),
    );
  });
}

/** A role that calls, and from where. */
export interface CallerFrom {
  readonly caller: AccessCaller;
  readonly workloads: readonly Workload[];
  /** Whether it was asked for: who takes it may call from any subnet. */
  readonly isEverywhere: boolean;
}

/** The roles behind workloads in the subnets of some ways, each once. One of another account's is not known here. */
export function callersBehind(
  authorization: Authorization,
  workloads: readonly Workload[],
  ways: readonly Subnets[],
): { readonly callers: readonly CallerFrom[]; readonly unknownRoles: readonly string[] } {
  const byRole = new Map<string, Workload[]>();
  for (const workload of workloads)
    if (ways.some((way) => isIn(workload, way)))
      byRole.set(workload.roleArn, [...(byRole.get(workload.roleArn) ?? []), workload]);
  const callers: CallerFrom[] = [];
  const unknownRoles: string[] = [];
  for (const [roleArn, ofRole] of [...byRole].sort(([one], [other]) => (one < other ? -1 : 1))) {
    // Whose service tells how its sessions are made, that is known.
    const told = ofRole.filter(({ isSeen }) => isSeen !== true);
    const known = told.length > 0 ? told : ofRole;
    const caller = roleCaller(authorization, roleArn, {
      mayHaveSessionPolicies: known.some(({ sessions }) => sessions.mayHaveSessionPolicies),
      mayHaveTags: known.some(({ sessions }) => sessions.mayHaveTags),
    });
    if (caller === undefined) unknownRoles.push(roleArn);
    else callers.push({ caller, workloads: ofRole, isEverywhere: false });
  }
  return { callers, unknownRoles };
}

interface Subnets {
  readonly subnetIds: ReadonlySet<string>;
}

function isIn({ subnetIds }: Workload, way: Subnets): boolean {
  return subnetIds.some((id) => way.subnetIds.has(id));
}

/** Whether requests of a caller take a way. */
export function isOn({ workloads, isEverywhere }: CallerFrom, way: Subnets): boolean {
  return isEverywhere || workloads.some((workload) => isIn(workload, way));
}

/** What calls with a role on a way. */
export function workloadsOn({ workloads }: CallerFrom, way: Subnets): readonly string[] {
  return workloads.filter((workload) => isIn(workload, way)).map(({ name }) => name);
}
