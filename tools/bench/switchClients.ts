import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Client } from "../../lab/clients";
import type { Lag } from "./eventLoopLag";
import type { Asked } from "./interruptions";

/** How a program has set its AWS SDK up. */
export type ClientKind = "SDK defaults" | "socket timeout";

/** What a process of clients is to do. */
export interface ClientsTask {
  readonly kind: ClientKind;
  readonly table: string;
  /** Route table name → how its clients reach DynamoDB. */
  readonly places: Readonly<Record<string, Omit<Client, "detach">>>;
  readonly clientsPerTable: number;
  /** From one request of a client to its next, if it is answered in time. */
  readonly periodMillis: number;
}

/** What the clients of a process met. */
export interface ClientsReport {
  readonly clients: readonly { readonly routeTable: string; readonly requests: readonly Asked[] }[];
  readonly lag: Lag;
}

/** A process of clients, each with one connection that it keeps. */
export interface ClientsProcess {
  /** Ends it, and tells what its clients met. */
  report(): Promise<ClientsReport>;
  kill(): void;
}

/** Starts the clients, and waits until each of them has been answered. */
export async function startClients(task: ClientsTask): Promise<ClientsProcess> {
  const child = fork(join(__dirname, "switchClientsProcess.ts"), {
    execArgv: ["-r", "ts-node/register"],
    serialization: "advanced",
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  child.send(task);
  await messageFrom(child);
  return {
    report: async () => {
      child.send("report");
      return (await messageFrom(child)) as ClientsReport;
    },
    kill: () => void child.kill(),
  };
}

async function messageFrom(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const died = once(child, "exit", { signal: over.signal }).then(() =>
    Promise.reject(new Error("the process of the clients ended by itself")),
  );
  try {
    const [message] = (await Promise.race([once(child, "message", { signal: over.signal }), died])) as [unknown];
    return message;
  } finally {
    died.catch(() => undefined);
    over.abort();
  }
}
