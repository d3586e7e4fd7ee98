import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { actionlint, followsTheRules, type Job, workflowOf } from "./workflowRules";

const CHECKOUT = resolve(__dirname, "../..");
const WORKFLOWS = join(CHECKOUT, ".github", "workflows");
const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")) as { scripts: object };

describe("the workflows", () => {
  for (const file of readdirSync(WORKFLOWS)) {
    describe(file, () => {
      const text = readFileSync(join(WORKFLOWS, file), "utf8");
      followsTheRules(text);

      it("runs what there is", () => {
        for (const [, script = ""] of text.matchAll(/npm run ([\w:]+)/g)) assert.ok(script in scripts, script);
        for (const [command] of text.matchAll(/\.ci\/\w+/g)) assert.ok(existsSync(join(CHECKOUT, command)), command);
      });
    });
  }

  it("are right for actionlint", () => assert.equal(actionlint(readdirSync(WORKFLOWS), WORKFLOWS), ""));

  describe("the release", () => {
    const { on, jobs } = workflowOf(readFileSync(join(WORKFLOWS, "release.yml"), "utf8"));
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
