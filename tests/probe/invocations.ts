import * as assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import { handler } from "../../components/check/probe/handler";
import type { ProbeErrorName, ProbePhase, ProbeReport, WatchReport } from "../../components/check/probe/report";
import { type DynamoDb, type Reply, type Scenario, startDynamoDb } from "./dynamoDb";

/** What `during` returned, as `after` gets it. */
export const WATCH: WatchReport = {
  version: 1,
  phase: "during",
  routeTable: "private-a",
  table: "Stock",
  vpcEndpointId: "vpce-0a1",
  startedAt: "2026-09-01T00:00:00.000Z",
  endedAt: "2026-09-01T00:00:10.000Z",
  requests: 9,
  connections: [],
  sdkVersion: "3.0.0",
  heldConnection: "reset",
  interruptionMillis: 4,
  reconnected: true,
};

export const ENVIRONMENT = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  PROBE_TIMEOUT_SECONDS: "6",
};

export const NO_TABLE: Reply = { error: "ResourceNotFoundException" };

const denied = (because: string): Reply => ({
  error: "AccessDeniedException",
  message:
    "User: arn:aws:sts::123456789012:assumed-role/probe-role/probe is not authorized to perform: dynamodb:ACTION on " +
    `resource: arn:aws:dynamodb:eu-west-1:123456789012:table/Stock${because}`,
});

/** In AWS's words. */
export const DENIED = {
  byIdentity: denied(" because no identity-based policy allows the dynamodb:ACTION action"),
  byEndpoint: denied(" with an explicit deny in a VPC endpoint policy"),
  byBoundary: denied(" because no permissions boundary allows the dynamodb:ACTION action"),
  withoutReason: denied(""),
};

/** The control call is allowed; the other one is not, as it does not take the endpoint. */
export const oldPath: Scenario = ({ action }) => (action === "DescribeContinuousBackups" ? "allow" : DENIED.byIdentity);

/** An invocation, and either what its report holds or how it is refused. */
export interface Case {
  readonly title: string;
  readonly scenario: Scenario;
  readonly refused?: ProbeErrorName;
  readonly says?: RegExp;
  readonly check?: (report: ProbeReport) => void;
}

export function eventOf(phase: ProbePhase, table: string): object {
  const event = { version: 1, phase, routeTable: "private-a", table, vpcEndpointId: "vpce-0a1" };
  return phase === "after" ? { ...event, watch: WATCH } : event;
}

/** The phase's report, or the error that it throws. */
export function invoke(phase: ProbePhase, table: string, remainingMillis: number): Promise<ProbeReport | Error> {
  const context = { getRemainingTimeInMillis: () => remainingMillis };
  return handler(eventOf(phase, table), context).catch((error: unknown) => error as Error);
}

/** Puts variables into the environment of this process, and returns what takes them out again. */
export function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const previous = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of previous) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

/** A test for each case. The invocations run side by side, as each of them takes seconds of waiting. */
export function testCases(phase: ProbePhase, cases: readonly Case[], remainingMillis: number): void {
  const outcomes = new Map<Case, ProbeReport | Error>();
  let server: DynamoDb;
  let restoreEnvironment: () => void;

  before(async () => {
    server = await startDynamoDb();
    restoreEnvironment = setEnvironment({ ...ENVIRONMENT, AWS_ENDPOINT_URL_DYNAMODB: server.url });
    const invocations = cases.map(async (one, i) => {
      server.scenarios.set(`table-${i}`, one.scenario);
      outcomes.set(one, await invoke(phase, `table-${i}`, remainingMillis));
    });
    await Promise.all(invocations);
  });
  after(async () => {
    restoreEnvironment();
    await server.stop();
  });

  for (const [i, one] of cases.entries()) {
    it(one.title, async () => {
      try {
        assertOutcome(outcomes.get(one), phase, one);
      } catch {
        // A process that stands still for a second, as one that collects its garbage, answers late: once more, alone.
        server.scenarios.set(`table-${i}-again`, one.scenario);
        assertOutcome(await invoke(phase, `table-${i}-again`, remainingMillis), phase, one);
      }
    });
  }

  it("leaves no connection open", async () => {
    // Those of a moment ago are still closing.
    for (let rounds = 40; rounds > 0 && (await server.connections()) > 0; rounds--) await delay(50);
    assert.equal(await server.connections(), 0);
  });
}

function assertOutcome(outcome: ProbeReport | Error | undefined, phase: ProbePhase, one: Case): void {
  if (outcome instanceof Error) {
    assertRefusal(outcome, one);
    return;
  }
  assert.equal(outcome?.phase, phase);
  assert.equal(one.refused, undefined, "it passed");
  one.check?.(outcome);
  assertHarmless(JSON.stringify(outcome));
}

function assertRefusal(error: Error, { refused, says = /^private-a: / }: Case): void {
  assert.equal(error.name, refused, error.message);
  assert.match(error.message, says);
  assert.equal(error.stack, "", "Lambda's answer would hold it");
  assertHarmless(error.message);
}

function assertHarmless(text: string): void {
  assert.doesNotMatch(text, /\d{12}|arn:aws:sts|AKIA|secret/);
}
