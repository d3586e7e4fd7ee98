import type { Output } from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider";
import { DynamoDbEndpoint } from "pulumi-dynamodb-endpoint";
import { vpcs } from "./vpcs";

const regions = new Set(vpcs.map(({ region }) => region));
const providers = new Map([...regions].map((region) => [region, new Provider(region, { region })]));

// VPC → the route tables of which the check has proven that their clients reconnected through the endpoint.
export const proven: Record<string, Output<string[]>> = {};

// Each VPC waits for the one before it, and so begins when the last gate of that one has passed.
let previous: DynamoDbEndpoint[] = [];
for (const { name, region, vpcId, routeTables, subnets, table } of vpcs) {
  const endpoint = new DynamoDbEndpoint(
    name,
    { vpcId, routeTables, rollout: { check: { table, subnets } } },
    { provider: providers.get(region), dependsOn: previous },
  );
  proven[name] = endpoint.checkReports.apply((reports) => Object.keys(reports).sort());
  previous = [endpoint];
}
