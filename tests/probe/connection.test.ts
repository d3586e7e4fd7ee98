import * as assert from "node:assert/strict";

import { openTraffic } from "../../components/check/probe/connection";
import { startDynamoDb } from "./dynamoDb";
import { ENVIRONMENT, setEnvironment } from "./invocations";

describe("the connections of a report", () => {
  for (const { made, left } of [
    { made: 15, left: [] },
    { made: 20, left: [] },
    { made: 23, left: [10, 11, 12] },
  ]) {
    it(`are the first ten and the last ten of ${made}`, async () => {
      const server = await startDynamoDb();
      const restoreEnvironment = setEnvironment({ ...ENVIRONMENT, AWS_ENDPOINT_URL_DYNAMODB: server.url });
      const traffic = openTraffic({ table: "Stock", vpcEndpointId: "vpce-0a1" }, 60_000);
      try {
        server.scenarios.set("Stock", () => "allow");
        const addresses: (string | undefined)[] = [];
        for (let i = 0; i < made; i++) {
          await traffic.fresh.conditional();
          addresses.push(traffic.fresh.connection()?.localAddress);
        }
        assert.deepEqual(
          traffic.connections().map(({ localAddress }) => localAddress),
          addresses.filter((_, i) => !left.includes(i)),
        );
      } finally {
        traffic.close();
        restoreEnvironment();
        await server.stop();
      }
    });
  }
});
