// Clients of DynamoDB in a process of their own, as switchClients.ts starts it.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, GetItemCommand, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { watchLag } from "./eventLoopLag";
import type { Asked } from "./interruptions";
import type { ClientKind, ClientsReport, ClientsTask } from "./switchClients";

const REQUEST_HANDLERS: Readonly<Record<ClientKind, DynamoDBClientConfig["requestHandler"]>> = {
  "SDK defaults": {},
  "socket timeout": { socketTimeout: 1000 },
};

/** One client: what it asked so far, the request that is under way as the last. */
interface AskingClient {
  readonly routeTable: string;
  readonly requests: Asked[];
}

async function main(): Promise<void> {
  const [task] = (await once(process, "message")) as [ClientsTask];
  const clients = Object.keys(task.places).flatMap((routeTable) =>
    Array.from({ length: task.clientsPerTable }, (): AskingClient => ({ routeTable, requests: [] })),
  );
  await Promise.all(clients.map((client, i) => begin(client, task, (i * task.periodMillis) / clients.length)));
  const lag = watchLag();
  process.send?.("ready");
  await once(process, "message");
  // What is under way is copied as it is: from here on it ends because the process does.
  const report: ClientsReport = { clients: structuredClone(clients), lag: lag() };
  process.send?.(report, () => process.exit());
}

/** Settles when the client has been answered for the first time; it goes on. */
async function begin({ routeTable, requests }: AskingClient, task: ClientsTask, phaseMillis: number): Promise<void> {
  const { endpointUrl: endpoint, region, credentials } = task.places[routeTable] as ClientsTask["places"][string];
  const sdk = new DynamoDBClient({ endpoint, region, credentials, requestHandler: REQUEST_HANDLERS[task.kind] });
  await turn(task, phaseMillis);
  await ask(sdk, task, requests);
  void askOn(sdk, task, requests, phaseMillis);
}

async function askOn(sdk: DynamoDBClient, task: ClientsTask, requests: Asked[], phaseMillis: number): Promise<never> {
  for (;;) {
    await turn(task, phaseMillis);
    await ask(sdk, task, requests);
  }
}

/**
 * Each client has its moment in every period, also after a delay that held all of them up: they never ask all at once.
 */
function turn({ periodMillis }: ClientsTask, phaseMillis: number): Promise<void> {
  return sleep(periodMillis - ((Date.now() - phaseMillis) % periodMillis));
}

async function ask(sdk: DynamoDBClient, { table }: ClientsTask, requests: Asked[]): Promise<void> {
  const request = { sentAt: Date.now(), isAnswered: false, attempts: 0 };
  const at = requests.push(request) - 1;
  const end = (isAnswered: boolean, { attempts = 0 }: { attempts?: number }): void =>
    void (requests[at] = { ...request, endedAt: Date.now(), isAnswered, attempts });
  try {
    const { $metadata } = await sdk.send(new GetItemCommand({ TableName: table, Key: { sku: { S: "1" } } }));
    end(true, $metadata);
  } catch (error) {
    end(false, (error as { $metadata?: { attempts?: number } }).$metadata ?? {});
  }
}

// Nobody is left to be told.
process.once("disconnect", () => process.exit());

void main();
