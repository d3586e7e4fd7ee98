import assert from "node:assert/strict";
import { startLab, type Lab } from "../../lab/lab";
import type { CommandResult, IsolatedStack } from "../../tools/demo/isolatedStack";
import { wrapped, type Page } from "../../tools/demo/page";
import { NotAsTold, tellStory } from "../../tools/demo/story";

const NAMES = ["private-a", "private-b", "private-c"];

describe("the demo's story", () => {
  let lab: Lab;
  beforeEach(async () => void (lab = await startLab()));
  afterEach(() => lab.stop());

  it("ends with an error when a switch is reported, but no route has moved", async () => {
    const said: string[] = [];
    await assert.rejects(
      tellStory({ lab, stack: await pretendingStack(lab), page: pageInto(said) }),
      (error) => error instanceof NotAsTold && error.message === "not as told: All three reach DynamoDB through the endpoint.",
    );
    assert.deepEqual(said.slice(-3), ["good: One warning per route table, with its name, id and stage.", "good: Nothing has been touched.", "bad: All three reach DynamoDB through the endpoint."]);
  });
});

describe("a text on the demo's page", () => {
  it("is broken between words, and a long word is left whole", () => {
    assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
    assert.deepEqual(wrapped("a vpce-0f940900d2e18fcc6 b", 8), ["a", "vpce-0f940900d2e18fcc6", "b"]);
  });
});

/** A stack whose commands all succeed, and announce what they should, without doing anything. */
async function pretendingStack({ cloud }: Lab): Promise<IsolatedStack> {
  const { ec2 } = cloud.region("us-east-1");
  const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  const resources = [{ type: "aws:ec2/vpc:Vpc", urn: "a::vpc", id: vpcId }];
  for (const name of NAMES) resources.push({ type: "aws:ec2/routeTable:RouteTable", urn: `a::${name}`, id: (await ec2.createRouteTable({ vpcId })).routeTableId });
  const diagnostics = NAMES.map((name) => ({ severity: "warning", message: `warning: ${name} (rtb-1) switches to the endpoint` }));
  const printed = (command: string): unknown => (command === "stack" ? { deployment: { resources } } : { diagnostics, steps: [] });
  return {
    settings: {},
    init: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    pulumi: (command = ""): Promise<CommandResult> => Promise.resolve({ exitCode: 0, stdout: JSON.stringify(printed(command)), stderr: "", seconds: 1 }),
  };
}

function pageInto(said: string[]): Page {
  const say = (kind: string) => (text: string): void => void said.push(`${kind}: ${text}`);
  return { heading: () => () => undefined, text: () => undefined, warning: say("warning"), table: () => undefined, good: say("good"), bad: say("bad"), blank: () => undefined, verbatim: () => undefined };
}
