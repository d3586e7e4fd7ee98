import { Config } from "@pulumi/pulumi";
import type { DynamoDbEndpoint } from "pulumi-dynamodb-endpoint";

// The four versions of one program, as a team commits them in one week. A project of yours has one of them at a time.
export = async (): Promise<object> => {
  const step = new Config().requireNumber("step");
  const { endpoint } = (await import(`./step${step}`)) as { endpoint: DynamoDbEndpoint };
  const { vpcEndpointId, checkReports } = endpoint;
  // What became of the connection that was open when each route table switched, and for how long requests waited.
  const proven = checkReports.apply((reports) =>
    Object.entries(reports).map(([routeTable, { provenRequests, watch }]) => ({
      routeTable,
      requestsThroughEndpoint: provenRequests,
      openConnection: watch?.heldConnection,
      interruptionMillis: watch?.interruptionMillis,
    })),
  );
  return { vpcEndpointId, proven };
};
