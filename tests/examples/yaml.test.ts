import assert from "node:assert/strict";
import { resolve } from "node:path";
import { followReadme } from "./readme";
import { CHECKOUT, exampleStacks } from "./stacks";

describe("examples/yaml", () => {
  const stacks = exampleStacks();

  it("does what its README shows, and is refused in the words of the component", async () => {
    const stack = await stacks.make("examples/yaml");
    await followReadme(resolve(CHECKOUT, "examples", "yaml"), stack);
    await stack.pulumi("config", "set", "throughStage", "canari");
    const { exitCode, stdout, stderr } = await stack.pulumi("preview");
    const shown = (stdout + stderr).replace(/^ +/gm, "");
    assert.notEqual(exitCode, 0, shown);
    const refused =
      'DynamoDbEndpoint "dynamodb": an argument cannot be used\nrollout.throughStage: "canari" is not a stage; did ' +
      'you mean "canary"? The stages are "canary", "rest"\n';
    assert.ok(shown.includes(refused), shown);
    assert.doesNotMatch(shown, /^at |Warning:|deprecat/m);
  });
});
