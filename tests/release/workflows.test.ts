import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const CHECKOUT = resolve(__dirname, "../..");
const WORKFLOWS = join(CHECKOUT, ".github", "workflows");
// It brings no types along.
const { load } = createRequire(__filename)("js-yaml") as { load: (text: string) => unknown };

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")) as { scripts: object };

describe("the workflows", () => {
  for (const file of readdirSync(WORKFLOWS)) {
    describe(file, () => {
      const text = readFileSync(join(WORKFLOWS, file), "utf8");
      const workflow = load(text) as Workflow;
      const jobs = Object.values(workflow.jobs);
      const steps = jobs.flatMap((job) => job.steps);

      it("grants nothing to all jobs, and each what it names", () => {
        assert.deepEqual(workflow.permissions, {});
        for (const job of jobs) assert.ok(job.permissions !== undefined && job["timeout-minutes"] !== undefined);
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

      it("runs what there is", () => {
        for (const [, script = ""] of text.matchAll(/npm run ([\w:]+)/g)) assert.ok(script in scripts, script);
        for (const [command] of text.matchAll(/\.ci\/\w+/g)) assert.ok(existsSync(join(CHECKOUT, command)), command);
      });

      it("puts nothing that others can choose into a shell", () => {
        for (const { run } of steps) assert.doesNotMatch(run ?? "", /\$\{\{/);
      });
    });
  }

  describe("the release", () => {
    const { on, jobs } = load(readFileSync(join(WORKFLOWS, "release.yml"), "utf8")) as Workflow;
    const commands = (job?: Job): readonly string[] => (job?.steps ?? []).flatMap(({ run }) => run ?? []);

    it("starts with a tag only", () => assert.deepEqual(on, { push: { tags: ["v*"] } }));

    it("tests and packs where nothing can be written", () => {
      assert.deepEqual(jobs.pack?.permissions, { contents: "read" });
      assert.deepEqual(commands(jobs.pack), ["npm test", "npm run audit", "npm run release -- --pack release"]);
    });

    it("speaks for the repository in one job, which runs no code of it and waits for an approval", () => {
      const speaking = Object.entries(jobs).filter(([, { permissions }]) => permissions?.["id-token"] !== undefined);
      assert.deepEqual(
        speaking.map(([name]) => name),
        ["publish"],
      );
      assert.deepEqual(jobs.publish?.permissions, { "id-token": "write", attestations: "write" });
      assert.deepEqual([jobs.publish.needs, jobs.publish.environment], ["pack", "npm"]);
      assert.ok(jobs.publish.steps.every(({ uses = "" }) => !uses.startsWith("actions/checkout@")));
    });

    it("publishes each package that was packed, with provenance, once its checksums are right", () =>
      assert.deepEqual(commands(jobs.publish), [
        "sha256sum --check --strict SHA256SUMS",
        [
          "for package in ./release/*.tgz; do",
          '  npm publish "$package" --ignore-scripts --provenance --access public',
          "done\n",
        ].join("\n"),
      ]));

    it("needs no token that could be stolen", () =>
      assert.doesNotMatch(readFileSync(join(WORKFLOWS, "release.yml"), "utf8"), /secrets\./));
  });
});
