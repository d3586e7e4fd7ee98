import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { startLab } from "../../lab/lab";
import { findEngine } from "../engine/engine";
import { rehearsedStack } from "../rehearsal/stack";
import { deployments } from "./plans";
import { rehearse } from "./rehearse";

const USAGE = `npm run soak -- [--minutes N] [--seed S]

  --minutes N   go on for as long; default: 10
  --seed S      begin with the seed of an earlier run; default: a new one

Deploys random sequences of plans, with faults, on the real engine. A failure is shrunk, which takes a while.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" }, seed: { type: "string" }, help: { type: "boolean" } } });
  if (values.help === true) return void process.stdout.write(USAGE);
  const minutes = numberOf("--minutes", values.minutes);
  const seed = values.seed === undefined ? Date.now() & 0x7fffffff : numberOf("--seed", values.seed);
  process.stdout.write(`seed ${seed}, ${minutes} minutes\n`);

  const engine = await findEngine();
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-soak-"));
  const lab = await startLab();
  let sequences = 0;
  try {
    const property = fc.asyncProperty(deployments(4), async (sequence) => {
      sequences += 1;
      const stack = await rehearsedStack({ engine, folder, name: `sequence-${sequences}`, environment: lab.environment });
      await rehearse(lab, stack, sequence);
      await stack.destroy();
      process.stdout.write(`${sequences} sequences\n`);
    });
    await fc.assert(property, { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: minutes * 60_000 });
  } finally {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) throw new Error(`${option} is a number, not "${text}"\n\n${USAGE}`);
  return number;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
