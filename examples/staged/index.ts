import { Config } from "@pulumi/pulumi";
import type { DynamoDbEndpoint } from "pulumi-dynamodb-endpoint";

// The four versions of one program, as a team commits them in one week. Here the configuration says which one runs; a
// project of yours has one at a time, and no need of this. Only that one may be loaded: to load it is to declare its
// resources.
const step = new Config().requireNumber("step");
const { endpoint } = module.require(`./step${step}`) as { endpoint: DynamoDbEndpoint };

export const { vpcEndpointId } = endpoint;

// What became of the connection that was open when each route table switched, and for how long requests waited.
export const proven = endpoint.checkReports.apply((reports) =>
  Object.entries(reports).map(([routeTable, { provenRequests, watch }]) => ({
    routeTable,
    requestsThroughEndpoint: provenRequests,
    openConnection: watch?.heldConnection,
    interruptionMillis: watch?.interruptionMillis,
  })),
);
