import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

// It brings no types along.
const { load } = createRequire(__filename)("js-yaml") as { load: (text: string) => unknown };

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function workflowOf(text: string): Workflow {
  return load(text) as Workflow;
}

/** Registers tests of what holds of every workflow, of this repository or shown to others. */
export function followsTheRules(text: string): void {
  const { permissions, jobs } = workflowOf(text);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it("grants nothing to all jobs, and each what it names", () => {
    assert.deepEqual(permissions, {});
    for (const job of Object.values(jobs))
      assert.ok(job.permissions !== undefined && job["timeout-minutes"] !== undefined);
  });

  it("pins actions to a commit, with the version beside it", () => {
    const actions = text.split("\n").filter((line) => line.includes("uses:"));
    assert.equal(actions.length, steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of actions) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("leaves no credentials in the checkout", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const step of checkouts) assert.equal(step.with?.["persist-credentials"], false);
  });

  it("puts nothing that others can choose into a shell", () => {
    for (const { run } of steps) assert.doesNotMatch(run ?? "", /\$\{\{/);
  });
}

/** What actionlint says of workflows: nothing, where they are right. Go has it, as it has the engine. */
export function actionlint(files: readonly string[], folder: string): string {
  const linter = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
  try {
    // Without the linters of scripts that a machine may have or not.
    const args = ["run", linter, "-shellcheck=", "-pyflakes=", "-no-color", "-oneline", ...files];
    return execFileSync("go", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}` || String(error);
  }
}
