import assert from "node:assert/strict";
import { startLab, type Lab } from "../../lab/lab";
import { tellFault } from "../../tools/demo/faultStory";
import type { CommandResult, IsolatedStack } from "../../tools/demo/isolatedStack";
import { wrapped, type Page } from "../../tools/demo/page";
import { NotAsTold, type Scene } from "../../tools/demo/scene";
import { tellStory } from "../../tools/demo/story";

const NAMES = ["private-a", "private-b", "private-c"];

describe("a story of the demo", () => {
  let lab: Lab;
  let closers: (() => Promise<void>)[];
  let said: string[];
  beforeEach(async () => {
    [closers, said] = [[], []];
    lab = await startLab();
  });
  afterEach(async () => {
    for (const close of closers.reverse()) await close();
    await lab.stop();
  });
  /** After the first `pulumi up`, which makes the network, `pulumi up` ends like this. */
  const scene = async (rollOut: Partial<CommandResult>): Promise<Scene> => ({
    lab,
    stack: await pretendingStack(lab, rollOut),
    page: pageInto(said),
    atEnd: (close) => void closers.push(close),
  });
  const notAsTold =
    (message: RegExp) =>
    (error: unknown): boolean =>
      error instanceof NotAsTold && message.test(error.message);

  it(
    "ends with an error when a stage is said to be proven, but its client still " + "goes through the NAT gateway",
    async () => {
      await assert.rejects(
        tellStory(
          await scene(stoppedWith('stage "half" is not proven: NotThroughEndpoint: requests still take another path')),
        ),
        notAsTold(/^not as told: private-a, switched before, stays on/),
      );
      assert.deepEqual(said.slice(-3), [
        'bad: stage "half" is not proven: NotThroughEndpoint: requests still take another path',
        "good: NotThroughEndpoint has stopped the roll-out: private-b is not switched.",
        "bad: private-a, switched before, stays on the endpoint.",
      ]);
    },
  );

  it("ends with an error when nothing stops the roll-out at a stage that does not recover", async () => {
    await assert.rejects(
      tellStory(await scene({})),
      notAsTold(/was to stop at a stage that does not recover, but it completed/),
    );
    assert.deepEqual(said.slice(-2), [
      "good: One warning, with each route table's name, id and stage.",
      "good: Nothing has been touched, and no connection broke.",
    ]);
  });

  it("ends with an error when a roll-out with a fault is said to be complete, but no route has moved", async () => {
    await assert.rejects(
      tellFault(await scene({}), "silent-drop"),
      notAsTold(/^not as told: The roll-out completes in spite of silent-drop/),
    );
  });

  it("ends with an error when a roll-out with a fault stops without a named error", async () => {
    await assert.rejects(
      tellFault(await scene(stoppedWith("something went wrong")), "api-error"),
      notAsTold(/^pulumi up stopped without a named error: something went wrong/),
    );
  });
});

describe("a text on the demo's page", () => {
  it("is broken between words, and a long word is left whole", () => {
    assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
    assert.deepEqual(wrapped("a vpce-0f940900d2e18fcc6 b", 8), ["a", "vpce-0f940900d2e18fcc6", "b"]);
  });
});

/** How `pulumi up --json` ends that is stopped by the component. */
function stoppedWith(message: string): Partial<CommandResult> {
  const urn = "urn:pulumi:demo::staged::dynamodb-endpoint:index:DynamoDbEndpoint::dynamodb";
  return { exitCode: 255, stdout: JSON.stringify({ diagnosticEvent: { severity: "error", message, urn } }) };
}

/** A stack whose commands announce what they should, and do nothing. */
async function pretendingStack(lab: Lab, rollOut: Partial<CommandResult>): Promise<IsolatedStack> {
  const resources = await network(lab);
  const lines = NAMES.map((name) => `\n    ${name} (rtb-1): checked afterwards`).join("");
  const diagnostics = [
    { severity: "warning", message: `warning: ${NAMES.length} route tables switch to the endpoint:${lines}` },
  ];
  const printed = (command: string): unknown =>
    command === "stack" ? { deployment: { resources } } : { diagnostics, steps: [] };
  let ups = 0;
  return {
    settings: {},
    init: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    pulumi: (command = ""): Promise<CommandResult> => {
      const result = { exitCode: 0, stdout: JSON.stringify(printed(command)), stderr: "", seconds: 1 };
      return Promise.resolve(command === "up" && ups++ > 0 ? { ...result, ...rollOut } : result);
    },
  };
}

/** Makes what the example's first step makes, as far as the demo looks at it; answers it as a stack's state has it. */
async function network({ cloud }: Lab): Promise<readonly object[]> {
  const { ec2, dynamodb } = cloud.region("us-east-1");
  const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  const { subnetId: publicSubnetId } = await ec2.createSubnet({ vpcId, cidrBlock: "10.0.255.0/24" });
  const { allocationId } = await ec2.allocateAddress({});
  const { natGatewayId } = await ec2.createNatGateway({ subnetId: publicSubnetId, allocationId });
  const capacity = {
    billingMode: "PAY_PER_REQUEST",
    readCapacity: 0,
    writeCapacity: 0,
    deletionProtectionEnabled: false,
  };
  await dynamodb.createTable({
    tableName: "StockTable",
    hashKey: "sku",
    attributes: [{ name: "sku", type: "S" }],
    ...capacity,
  });
  const resources: object[] = [];
  for (const [i, name] of NAMES.entries()) {
    const { routeTableId } = await ec2.createRouteTable({ vpcId });
    const { subnetId } = await ec2.createSubnet({ vpcId, cidrBlock: `10.0.${i}.0/24` });
    await ec2.associateRouteTable({ routeTableId, subnetId });
    await ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
    resources.push(
      { type: "aws:ec2/routeTable:RouteTable", urn: `a::${name}`, id: routeTableId },
      { type: "aws:ec2/subnet:Subnet", urn: `a::${name}`, id: subnetId },
    );
  }
  return resources;
}

function pageInto(said: string[]): Page {
  const say =
    (kind: string) =>
    (text: string): void =>
      void said.push(`${kind}: ${text}`);
  const silent = (): void => undefined;
  return {
    heading: () => silent,
    event: silent,
    text: silent,
    note: silent,
    warning: say("warning"),
    table: silent,
    good: say("good"),
    bad: say("bad"),
    blank: silent,
    verbatim: silent,
  };
}
