import type * as ecs from "@aws-sdk/client-ecs";
import { ApiError } from "../../cloud/apiError";
import type { Found } from "../../cloud/ecs";
import { operation, type ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html */
const ITEMS_OF_A_PAGE = { member: "maxResults", least: 1, most: 100 };
const DEFAULT_SERVICES = 10;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/: what ties tasks to subnets and roles. */
export const ECS: ServedOperations = {
  ListClusters: operation<ecs.ListClustersRequest, ecs.ListClustersResponse>(
    ["nextToken", "maxResults"],
    async (region, page) => {
      const { items, nextToken } = paged(await region.ecs.listClusters(), ({ clusterArn }) => clusterArn, page);
      return { clusterArns: items, nextToken };
    },
  ),
  ListServices: operation<ecs.ListServicesRequest, ecs.ListServicesResponse>(
    ["cluster", "nextToken", "maxResults"],
    async (region, { cluster, maxResults = DEFAULT_SERVICES, nextToken: token }) => {
      const services = await region.ecs.listServices({ cluster });
      const { items, nextToken } = paged(services, ({ serviceArn }) => serviceArn, { maxResults, nextToken: token });
      return { serviceArns: items, nextToken };
    },
  ),
  DescribeServices: operation<ecs.DescribeServicesRequest, ecs.DescribeServicesResponse>(
    ["cluster", "services"],
    async (region, { cluster, services }) => {
      const { found, failures } = answered(await region.ecs.describeServices({ cluster, services }));
      return { services: found, failures };
    },
  ),
  ListTasks: operation<ecs.ListTasksRequest, ecs.ListTasksResponse>(
    ["cluster", "serviceName", "family", "desiredStatus", "nextToken", "maxResults"],
    async (region, { nextToken: token, maxResults, ...request }) => {
      const page = { nextToken: token, maxResults };
      const { items, nextToken } = paged(await region.ecs.listTasks(request), ({ taskArn }) => taskArn, page);
      return { taskArns: items, nextToken };
    },
  ),
  DescribeTasks: operation<ecs.DescribeTasksRequest, ecs.DescribeTasksResponse>(
    ["cluster", "tasks"],
    async (region, { cluster, tasks }) => {
      const { found, failures } = answered(await region.ecs.describeTasks({ cluster, tasks }));
      return { tasks: found, failures };
    },
  ),
  DescribeTaskDefinition: operation<ecs.DescribeTaskDefinitionRequest, ecs.DescribeTaskDefinitionResponse>(
    ["taskDefinition"],
    async (region, { taskDefinition }) => ({
      taskDefinition: await region.ecs.describeTaskDefinition({ taskDefinition }),
    }),
  ),
};

function answered<T>({ found, missing }: Found<T>): { readonly found: T[]; readonly failures: ecs.Failure[] } {
  return { found: [...found], failures: missing.map((arn) => ({ arn, reason: "MISSING" })) };
}

interface PageRequest {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

function paged<T>(
  all: readonly T[],
  arnOf: (item: T) => string | undefined,
  { nextToken, maxResults = ITEMS_OF_A_PAGE.most }: PageRequest,
): { readonly items: string[]; readonly nextToken?: string } {
  const { items, next } = markedPage(all, (item) => arnOf(item) ?? "", {
    marker: opened(nextToken, () => new ApiError("InvalidParameterException", "Invalid token.")),
    most: requireRange(maxResults, ITEMS_OF_A_PAGE, "InvalidParameterException"),
  });
  return { items: items.map((item) => arnOf(item) ?? ""), nextToken: sealed(next) };
}
