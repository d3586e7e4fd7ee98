// A bundle of its own, loaded when ECS is asked.
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Service,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { chunks, distinct } from "./chunks";
import type { Facts } from "./facts";
import { allOf, leftOut, readWanted, type Reading } from "./reading";

export async function readEcs(reading: Reading): Promise<Partial<Facts>> {
  const client = new ECSClient(reading.settings);
  try {
    return await readWanted(reading.wanted, { ecs: () => read(client, reading) });
  } finally {
    client.destroy();
  }
}

interface Read {
  readonly services: readonly Service[];
  readonly tasks: readonly Task[];
  readonly taskDefinitions: readonly TaskDefinition[];
}

async function read(client: ECSClient, { calls, tables: { most }, announce }: Reading): Promise<Read> {
  const clusters = await calls.pages(
    "ecs:ListClusters",
    (nextToken) => client.send(new ListClustersCommand({ nextToken })),
    { items: ({ clusterArns }) => clusterArns, next: ({ nextToken }) => nextToken },
  );
  if (clusters.length > most) throw leftOut("ecs:ListServices", `${clusters.length} clusters of ECS`, most);
  if (clusters.length > 0) announce(`${clusters.length} clusters of ECS: two calls each, and those of what is in them`);
  const inClusters = await allOf(clusters.map((cluster) => readCluster(client, calls, cluster)));
  const services = inClusters.flatMap((each) => each.services);
  const tasks = inClusters.flatMap((each) => each.tasks);
  const definitions = distinct([
    ...services.map(({ taskDefinition }) => taskDefinition),
    ...tasks.map(({ taskDefinitionArn }) => taskDefinitionArn),
  ]);
  const taskDefinitions = await allOf(
    definitions.map(async (taskDefinition) => {
      const answer = await calls.ask("ecs:DescribeTaskDefinition", () =>
        client.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
      );
      return kept(answer.taskDefinition ?? {});
    }),
  );
  return { services: services.map(withoutEvents), tasks: tasks.map(withoutOverrides), taskDefinitions };
}

async function readCluster(
  client: ECSClient,
  calls: Reading["calls"],
  cluster: string,
): Promise<Pick<Read, "services" | "tasks">> {
  const [serviceArns, taskArns] = await allOf([
    calls.pages(
      "ecs:ListServices",
      (nextToken) => client.send(new ListServicesCommand({ cluster, nextToken, maxResults: 100 })),
      { items: (page) => page.serviceArns, next: ({ nextToken }) => nextToken },
    ),
    calls.pages("ecs:ListTasks", (nextToken) => client.send(new ListTasksCommand({ cluster, nextToken })), {
      items: (page) => page.taskArns,
      next: ({ nextToken }) => nextToken,
    }),
  ]);
  const [services, tasks] = await allOf([
    allOf(
      chunks(serviceArns, 10).map((some) =>
        calls.ask("ecs:DescribeServices", () =>
          client.send(new DescribeServicesCommand({ cluster, services: [...some] })),
        ),
      ),
    ),
    allOf(
      chunks(taskArns, 100).map((some) =>
        calls.ask("ecs:DescribeTasks", () => client.send(new DescribeTasksCommand({ cluster, tasks: [...some] }))),
      ),
    ),
  ]);
  return {
    services: services.flatMap((page) => page.services ?? []),
    tasks: tasks.flatMap((page) => page.tasks ?? []),
  };
}

/** Without its containers: there are secrets in their environments. */
function kept(definition: TaskDefinition): TaskDefinition {
  return { ...definition, containerDefinitions: undefined };
}

/** The last hundred of what happened to it. */
function withoutEvents(service: Service): Service {
  return { ...service, events: undefined };
}

/** They may have environments, too. */
function withoutOverrides(task: Task): Task {
  return { ...task, overrides: undefined };
}
