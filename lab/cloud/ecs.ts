import type { Cluster, Service, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import { ApiError } from "./apiError";
import type { FrontDoor, Served } from "./frontDoor";
import { scenarioRecords } from "./scenarioData";
import type { Store } from "./store";

interface InCluster {
  /** A name or an ARN. Default: "default". */
  readonly cluster?: string;
}

/** What is asked for by name or ARN, and what of it there is not. */
export interface Found<T> {
  readonly found: readonly T[];
  readonly missing: readonly string[];
}

function operations(store: Store, region: string) {
  const all = {
    clusters: scenarioRecords(store, region, "ecsClusters"),
    services: scenarioRecords(store, region, "ecsServices"),
    tasks: scenarioRecords(store, region, "ecsTasks"),
    definitions: scenarioRecords(store, region, "ecsTaskDefinitions"),
  };
  const clusterArn = ({ cluster = "default" }: InCluster): string => {
    const found = all.clusters.all().find((each) => isNamed(each.clusterArn, cluster));
    if (found?.clusterArn !== undefined) return found.clusterArn;
    throw new ApiError("ClusterNotFoundException", "Cluster not found.");
  };
  const inCluster = <T extends { clusterArn?: string | undefined }>(records: readonly T[], request: InCluster): T[] => {
    const arn = clusterArn(request);
    return records.filter((record) => record.clusterArn === arn);
  };
  return {
    listClusters: (): readonly Cluster[] => all.clusters.all(),
    listServices: (request: InCluster): readonly Service[] => inCluster(all.services.all(), request),
    describeServices: ({
      services,
      ...request
    }: InCluster & { readonly services: readonly string[] }): Found<Service> =>
      named(inCluster(all.services.all(), request), ({ serviceArn }) => serviceArn, services),
    listTasks: ({
      serviceName,
      family,
      desiredStatus = "RUNNING",
      ...request
    }: InCluster & {
      readonly serviceName?: string;
      readonly family?: string;
      readonly desiredStatus?: string;
    }): readonly Task[] =>
      inCluster(all.tasks.all(), request).filter(
        (task) =>
          (task.desiredStatus ?? "RUNNING") === desiredStatus &&
          (serviceName === undefined || task.group === `service:${lastPart(serviceName)}`) &&
          (family === undefined || lastPart(task.taskDefinitionArn).split(":")[0] === family),
      ),
    describeTasks: ({ tasks, ...request }: InCluster & { readonly tasks: readonly string[] }): Found<Task> =>
      named(inCluster(all.tasks.all(), request), ({ taskArn }) => taskArn, tasks),
    describeTaskDefinition: ({ taskDefinition }: { readonly taskDefinition: string }): TaskDefinition => {
      const definitions = all.definitions.all();
      const exact = definitions.find(({ taskDefinitionArn }) => isNamed(taskDefinitionArn, taskDefinition));
      const newest = definitions
        .filter(({ family }) => family === taskDefinition)
        .sort((one, other) => (other.revision ?? 0) - (one.revision ?? 0))[0];
      const found = exact ?? newest;
      if (found !== undefined) return found;
      throw new ApiError("ClientException", "Unable to describe task definition.");
    },
  };
}

function lastPart(arn = ""): string {
  return arn.split("/").at(-1) ?? "";
}

function isNamed(arn: string | undefined, nameOrArn: string): boolean {
  return arn === nameOrArn || lastPart(arn) === nameOrArn;
}

function named<T>(records: readonly T[], arnOf: (record: T) => string | undefined, names: readonly string[]): Found<T> {
  const of = (name: string): T | undefined => records.find((record) => isNamed(arnOf(record), name));
  return { found: names.flatMap((name) => of(name) ?? []), missing: names.filter((name) => of(name) === undefined) };
}

/** Amazon ECS, which is only read: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ */
export type Ecs = Served<ReturnType<typeof operations>>;

export function ecsService(door: FrontDoor, store: Store, region: string): Ecs {
  return door.serve(region, "ecs", operations(store, region));
}
