// Drills the SDKs of this machine and writes what they did into docs/drill.md.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { DrillModel } from "../../cli/drill/report/model";
import { pageWithTable, type Row } from "./table";
import { WORKERS, type Worker } from "./workers";

const CHECKOUT = dirname(dirname(__dirname));
const PAGE = join(CHECKOUT, "docs", "drill.md");
const MAIN = join(CHECKOUT, "cli", "dist", "main.js");
const STOCK = {
  TableName: "Stock",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
};
/** Longer than boto3 waits. */
const WATCHED = "90s";

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "drills-"));
  try {
    const tables = join(folder, "tables.json");
    writeFileSync(tables, JSON.stringify(STOCK));
    const rows = await Promise.all(WORKERS.map((worker, i) => rowsOf(worker, join(folder, String(i)), tables)));
    writeFileSync(PAGE, pageWithTable(readFileSync(PAGE, "utf8"), rows.flat()));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With defaults and with time-outs; none where its toolchain is missing. */
async function rowsOf(worker: Worker, folder: string, tables: string): Promise<readonly Row[]> {
  let command: readonly string[];
  try {
    command = await worker.ready(folder);
  } catch (error) {
    console.error(`${worker.name}: left out: ${(error as Error).message.split("\n")[0] ?? ""}`);
    return [];
  }
  const row = async (timeouts: boolean): Promise<Row> => {
    const asked = timeouts ? [...command, "time-outs"] : command;
    const [reset, silence] = await Promise.all([drill("reset", tables, asked), drill("silence", tables, asked)]);
    return { name: worker.name, version: reset.sdks[0]?.version ?? "", timeouts, reset, silence };
  };
  return Promise.all([row(false), row(true)]);
}

async function drill(kind: string, tables: string, command: readonly string[]): Promise<DrillModel["runs"][number]> {
  const times = ["--every", "10s", "--for", "20s", "--max-interruption", WATCHED];
  const args = ["drill", "--json", "--break", kind, "--tables", tables, ...times, "--", ...command];
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const { runs } = JSON.parse(await text(child.stdout)) as DrillModel;
  const [run] = runs;
  if (run === undefined) throw new Error(`${command.join(" ")}: no run`);
  return run;
}

void main();
