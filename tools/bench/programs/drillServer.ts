// A DynamoDB that is reached straight, and one through the drill's proxy; prints both addresses.
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { Front } from "../../../cli/drill/proxy/front";
import { OWN_BREAKING } from "../../../cli/drill/proxy/ownBreaking";
import { Recording } from "../../../cli/drill/recording";
import { endpointStore } from "../../../cli/drill/store/endpointStore";
import { insideStore } from "../../../cli/drill/store/insideStore";
import { fillStore } from "../../../cli/drill/store/tables";

const STOCK = {
  TableName: "Stock",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
};

async function main(): Promise<void> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const straight = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = insideStore("us-east-1");
  for (const each of [endpointStore(new URL(straight)), store]) await fillStore(each, "us-east-1", [STOCK], []);
  const front = new Front({ host: "127.0.0.1", store, recording: new Recording(), breaking: OWN_BREAKING });
  process.stdout.write(`${JSON.stringify({ straight, drilled: await front.listen() })}\n`);
}

void main();
