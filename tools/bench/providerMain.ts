// What the components cost as a provider for other languages: `npm run bench:provider`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngine } from "../engine/engine";
import { measureProvider } from "./provider";

const AIMS = { startSeconds: 1, peakMebibytes: 200, yamlToTypeScript: 1 };

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-bench-"));
  try {
    const measured = await measureProvider({ engine: await findEngine(), folder, tables: 100, rounds: 5 });
    process.stdout.write(`${JSON.stringify({ node: process.version, ...measured, aims: AIMS }, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
