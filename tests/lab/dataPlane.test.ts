import * as assert from "node:assert/strict";
import {
  type DynamoDBClient,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Connection, Request } from "../../lab/dataPlane/traffic";
import { trafficLab } from "./trafficNetwork";

const describeStock = (client: DynamoDBClient): Promise<unknown> =>
  client.send(new DescribeTableCommand({ TableName: "stock" }));

describe("traffic on the lab", () => {
  const on = trafficLab();
  const newest = (): Request => on.lab.traffic.requests.at(-1) ?? assert.fail("no request");
  const connectionsOf = (subnetId: string): readonly Connection[] =>
    on.lab.traffic.connections.filter((connection) => connection.subnetId === subnetId);
  afterEach(() => on.dissociate(on.net.a, on.net.b).catch(() => undefined));

  it("takes the NAT gateway, then the endpoint, and only the switched subnet's connections break", async () => {
    const { a, b, publicIp, vpcEndpointId } = on.net;
    const [inA, inB] = [await on.client({ subnetId: a.subnetId }), await on.client({ subnetId: b.subnetId })];
    await inA.send(new PutItemCommand({ TableName: "stock", Item: { id: { S: "1" } } }));
    assert.equal(newest().sourceAddress, publicIp);
    assert.equal(newest().vpcEndpointId, undefined);
    await describeStock(inB);

    await on.associate(a);
    const [first] = connectionsOf(a.subnetId);
    assert.equal(first?.broken?.by, "reset");
    const { Item: item } = await inA.send(new GetItemCommand({ TableName: "stock", Key: { id: { S: "1" } } }));
    assert.deepEqual(item, { id: { S: "1" } });
    assert.match(newest().sourceAddress, /^10\.0\.1\./);
    assert.equal(newest().vpcEndpointId, vpcEndpointId);
    await describeStock(inB);
    assert.deepEqual(connectionsOf(b.subnetId).map(({ broken }) => broken), [undefined]);
    assert.equal(newest().sourceAddress, publicIp);
  });
});
