import assert from "node:assert/strict";
import { resolve } from "node:path";
import { readPreview } from "../../tools/demo/isolatedStack";
import { followReadme } from "./readme";
import { CHECKOUT, exampleStacks } from "./stacks";

const SWITCHES = [
  'stage "canary":',
  "  private-a (id known after deployment): made in this run, no check follows",
  'stage "rest":',
  "  private-b (id known after deployment): made in this run, no check follows",
  "  private-c (id known after deployment): made in this run, no check follows",
];

describe("examples/minimal", () => {
  const stacks = exampleStacks();

  it("does what its README shows", async () => {
    await followReadme(resolve(CHECKOUT, "examples", "minimal"), await stacks.make("examples/minimal"));
  });

  it(
    "is what a preview at the repository's root shows: each route table named, and " + "nothing that breaks",
    async () => {
      const stack = await stacks.make(".");
      const { exitCode, stdout, stderr } = await stack.pulumi("preview", "--diff");
      assert.equal(exitCode, 0, stdout + stderr);
      for (const line of SWITCHES) assert.ok((stdout + stderr).includes(`\n  ${line}\n`), stdout + stderr);
      const { warnings, changes } = readPreview(await stack.pulumi("preview", "--json"));
      assert.deepEqual(warnings, []);
      assert.deepEqual(
        changes
          .filter((change) => change.includes("VpcEndpointRouteTableAssociation"))
          .map((change) => change.split(" ").at(-1)),
        ["dynamodb-private-a", "dynamodb-private-b", "dynamodb-private-c"],
      );
    },
  );
});
