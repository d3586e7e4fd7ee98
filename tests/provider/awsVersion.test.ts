import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startLab, type Lab } from "../../lab/lab";
import { checkedNetwork } from "../../tools/rehearsal/network";
import { CHECKOUT } from "../../tools/provider/process";
import { twins, type Declared, type Twins } from "./twins";

const OTHER = "7.30.0";
const BUNDLED = (
  JSON.parse(readFileSync(join(CHECKOUT, "node_modules/@pulumi/aws/package.json"), "utf8")) as { version: string }
).version;

/** What a default provider is called whose version was asked for. */
const defaultOf = (version: string): string => `default_${version.replaceAll(".", "_")}`;

describe("a stack on another version of the aws provider than the components were built with", () => {
  let lab: Lab;
  let stack: Twins;
  before(async () => {
    lab = await startLab();
    stack = await twins(lab);
  });
  after(async () => {
    stack.remove();
    await lab.stop();
  });

  /** A component with all that there is to make: what is asked of AWS, and a check of each route table. */
  const component = async (name: string, options: object): Promise<Declared> => {
    lab.cloud.functions.behave(new RegExp(`^${name}-`), {
      outcome: "succeed",
      result: (event: unknown) => ({
        ...(event as object),
        heldConnection: "reset",
        interruptionMillis: 20,
        reconnected: true,
        provenRequests: 3,
      }),
    });
    const { subnets, ...net } = await checkedNetwork(lab, ["a"]);
    const rollout = { check: { table: "StockTable", subnets } };
    return { name, type: "DynamoDbEndpoint", properties: { ...net, rollout }, options };
  };
  const own = {
    name: "own",
    type: "aws:ec2:Vpc",
    properties: { cidrBlock: "10.1.0.0/16" },
    options: { version: OTHER },
  };
  const theirs = { name: "theirs", type: "pulumi:providers:aws", options: { version: OTHER } };

  it("has that version alone where its provider is given to the component", async () => {
    stack.declare(own, theirs, await component("given", { providers: ["${theirs}"] }));
    const { exitCode, stdout, stderr } = await stack.up("yaml");
    assert.equal(exitCode, 0, stdout + stderr);
    const kept = await stack.kept();
    const providers = kept.filter(({ type }) => type === "pulumi:providers:aws");
    // What is asked of AWS would have a provider of its own here, too.
    assert.deepEqual(providers.map(({ urn, inputs }) => [urn.split("::").at(-1), inputs?.version]).sort(), [
      [defaultOf(OTHER), OTHER],
      ["theirs", OTHER],
    ]);
    const made = kept.filter(({ urn, type }) => type.startsWith("aws:") && urn.includes("::given"));
    assert.ok(made.length > 8, String(made.length));
    for (const { urn, provider } of made) assert.match(provider ?? "", /::theirs::/, urn);
  });

  it("has the components' version beside its own where no provider is given to one", async () => {
    stack.declare(own, await component("alone", {}));
    const { resources, errors } = await stack.preview("yaml");
    assert.deepEqual(errors, []);
    const planned = Object.entries(resources).filter(([urn]) => /\$?aws:[^$]*::(?:own|alone)/.test(urn));
    assert.ok(planned.length > 8, String(planned.length));
    for (const [urn, { provider }] of planned)
      assert.ok(
        String(provider).includes(`::${defaultOf(urn.endsWith("::own") ? OTHER : BUNDLED)}::`),
        `${urn} ${String(provider)}`,
      );
  });
});
