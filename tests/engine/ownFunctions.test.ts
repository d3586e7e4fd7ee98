import assert from "node:assert/strict";
import { DynamoDbEndpoint, type DynamoDbEndpointArgs } from "../../index";
import type { CheckReport, ProbeEvent } from "../../components/probe/report";
import { checkedNetwork, REGION, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { Outcome, RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, stepsOf, succeeded } from "./rehearsal";

describe("a check by functions of the user's own", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  let functions: Record<string, string>;
  let events: ProbeEvent[];
  /** What a function answers in place of its report. */
  let script: (event: ProbeEvent, report: object) => unknown;

  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b", "c"]);
    stack = await rehearsed.stack();
    functions = await ownFunctions();
    events = [];
    script = (_event, report) => report;
    rehearsed.lab.cloud.functions.behave(/.*/, {
      outcome: "succeed",
      result: (event: unknown) => {
        events.push(event as ProbeEvent);
        return script(event as ProbeEvent, reportOf(event as ProbeEvent));
      },
    });
  });
  afterEach(() => rehearsed.lab.cloud.functions.clear());

  const reportOf = (event: ProbeEvent): object => {
    if (event.phase === "before") return event;
    if (event.phase === "during") return { ...event, heldConnection: "reset", interruptionMillis: 20, reconnected: true };
    return { ...event, provenRequests: 3 };
  };
  const ownFunctions = async (): Promise<Record<string, string>> => {
    const { lambda, iam } = rehearsed.lab.cloud.region(REGION);
    const { arn: role } = await iam.createRole({ roleName: `functions-${net.vpcId}`, assumeRolePolicyDocument: "{}" });
    const settings = { role, memorySize: 128, timeout: 3, architectures: [], environment: {}, layers: [], ephemeralStorageSize: 512, tracingMode: "PassThrough", logging: { logFormat: "Text", logGroup: "own" } };
    const names = Object.keys(net.routeTables).map((table) => [table, `${net.vpcId}-${table}`] as const);
    for (const [, functionName] of names) await lambda.createFunction({ functionName, ...settings, code: { fingerprint: "", size: 0 } });
    return Object.fromEntries(names);
  };
  const program =
    (rollout: DynamoDbEndpointArgs["rollout"] = {}) =>
    (): Promise<Record<string, unknown>> => {
      const { vpcId, routeTables, subnets } = net;
      const { checkReports } = new DynamoDbEndpoint("ddb", { vpcId, routeTables, rollout: { check: { table: "StockTable", subnets, functions }, ...rollout } });
      return Promise.resolve({ checkReports });
    };
  /** The answer to one phase of one route table. */
  const answering = (phase: string, routeTable: string, answer: (report: object) => unknown): typeof script => (event, report) =>
    event.phase === phase && event.routeTable === routeTable ? answer(report) : report;
  const phases = (): string[] => events.map(({ phase, routeTable }) => `${phase} ${routeTable}`);
  const failed = ({ ok, errors }: Outcome): string => {
    assert.equal(ok, false);
    return errors.join("\n");
  };

  for (const { title, parallel, continueOnError } of [
    { title: "as people deploy" },
    { title: "with --parallel 1 and --continue-on-error", parallel: 1, continueOnError: true },
  ] as { title: string; parallel?: number; continueOnError?: boolean }[]) {
    it(`a gate that is answered with no report does not pass, and the next \`up\` asks it again, ${title}`, async () => {
      script = answering("after", "b", () => ({ StatusCode: 200 }));
      const outcome = await stack.up(program(), { parallel, continueOnError });
      console.log(outcome.text, outcome.errors);
      assert.match(failed(outcome), /stage "b" is switched, but not proven/);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
      events = [];
      const again = await stack.up(program(), { parallel, continueOnError });
      console.log(again.text);
      assert.deepEqual(phases(), ["after b"]);
      events = [];
      script = (_event, report) => report;
      const preview = succeeded(await stack.preview());
      console.log(preview.text, stepsOf(preview));
      const passed = succeeded(await stack.up());
      assert.deepEqual(phases(), ["after b", "before c", "during c", "after c"]);
      assert.deepEqual(Object.keys(passed.outputs.checkReports as Record<string, CheckReport>), ["a", "b", "c"]);
      const unchanged = succeeded(await stack.preview());
      assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);
    });
  }
});
