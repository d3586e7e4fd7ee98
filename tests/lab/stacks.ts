import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lab, startLab } from "../../lab/lab";
import { findEngine } from "../../tools/engine/engine";
import { type Outcome, type RehearsedStack, rehearsedStack } from "../../tools/rehearsal/stack";

/** A lab and stacks on the real engine, for the tests of one `describe`. */
export interface LabStacks {
  readonly lab: Lab;
  readonly folder: string;
  stack(environment?: Readonly<Record<string, string>>): Promise<RehearsedStack>;
}

/** Starts a lab before the tests of the surrounding `describe`, and ends it with everything it left after them. */
export function labStacks(): LabStacks {
  const folder = mkdtempSync(join(tmpdir(), "lab-stacks-"));
  let lab: Lab | undefined;
  let stacks = 0;
  before(async () => void (lab = await startLab()));
  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const started = (): Lab => {
    if (lab === undefined) throw new Error("the lab is started by the hook before the tests");
    return lab;
  };
  return {
    get lab() {
      return started();
    },
    folder,
    stack: async (environment) => {
      const engine = await findEngine();
      return rehearsedStack({
        engine,
        folder,
        name: `stack-${(stacks += 1)}`,
        environment: environment ?? started().environment,
      });
    },
  };
}

export function succeeded(outcome: Outcome): Outcome {
  if (!outcome.ok) throw new Error(`the operation failed:\n${outcome.errors.join("\n")}\n${outcome.text}`);
  return outcome;
}

/** `operation name` of every step on a resource of the aws provider. */
export function stepsOf(outcome: Outcome): readonly string[] {
  return succeeded(outcome)
    .steps.filter(({ type }) => type.startsWith("aws:"))
    .map(({ operation, name }) => `${operation} ${name}`);
}
