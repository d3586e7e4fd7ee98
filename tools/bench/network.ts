import { startLab, type Lab } from "../../lab/lab";
import { checkedNetwork, createCheckedTable, type CheckedNetwork } from "../rehearsal/network";

/** A VPC that exists already, as a program knows it: by its ids. */
export interface Network extends CheckedNetwork {
  /** A DynamoDB table. */
  readonly table: string;
}

/** Makes a VPC in a lab whose state stays in `stateFile`: every deployment begins with the same cloud. */
export async function makeNetwork(stateFile: string, tables: number): Promise<Network> {
  const lab = await startLab({ stateFile });
  try {
    return await buildNetwork(lab, tables);
  } finally {
    await lab.stop();
  }
}

/** Builds the VPC, and a DynamoDB table beside it. */
export async function buildNetwork(lab: Lab, tables: number): Promise<Network> {
  const names = Array.from({ length: tables }, (_, i) => `private-${String(i + 1).padStart(4, "0")}`);
  const table = "Stock";
  await createCheckedTable(lab, table);
  return { ...(await checkedNetwork(lab, names)), table };
}

/** The same VPC with its first route tables alone. */
export function firstTables(network: Network, tables: number): Network {
  const first = (named: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(named).slice(0, tables));
  return { ...network, routeTables: first(network.routeTables), subnets: first(network.subnets) };
}
