import * as assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import { DescribeContinuousBackupsCommand, DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

import type { CheckReport, ProbeReport, WatchReport } from "../../components/check/probe/report";
import { ENVIRONMENT, invoke, setEnvironment } from "../probe/invocations";
import { type Network, type UnknownFlows, buildNetwork } from "./network";

/** What PROBE_TIMEOUT_SECONDS bounds; phases end earlier, as soon as they know. */
const PLENTY_MILLIS = 60_000;
/** For a gate that is to refuse: 2.5 s and the function's margin. */
const SHORT_MILLIS = 4500;
/** How long a client is watched that does not answer. It would go on for many minutes. */
const HANGS_AFTER_MILLIS = 8000;

const ignore = (): void => undefined;
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** How clients of a table may be set up. A time-out without `throwOnRequestTimeout` only warns. */
const CLIENTS = {
  byDefault: {},
  withWarning: { requestTimeout: 1000, logger: QUIET },
  withRequestTimeout: { connectionTimeout: 1000, requestTimeout: 1000, throwOnRequestTimeout: true },
  withSocketTimeout: { connectionTimeout: 1000, socketTimeout: 1000 },
} satisfies Record<string, DynamoDBClientConfig["requestHandler"]>;
type ClientName = keyof typeof CLIENTS;

/** What a request met: how many attempts it took, or that it was still without an answer. */
type Met = { readonly attempts: number; readonly millis: number } | "hangs";

interface Rehearsal {
  readonly today: ProbeReport | Error;
  readonly gateBefore: ProbeReport | Error;
  readonly watch: ProbeReport | Error;
  readonly gate: ProbeReport | Error;
  /** The first request of each client after the switch. */
  readonly switched: Readonly<Record<ClientName, Met>>;
  readonly gateAfterRollBack: ProbeReport | Error;
  /** The first request after the switch was undone. */
  readonly rolledBack: Met;
}

const EXPECTED = {
  reset: {
    heldConnection: "reset",
    interruption: [0, 1500],
    clients: { byDefault: 2, withWarning: 2, withRequestTimeout: 2, withSocketTimeout: 2 },
    recoveredWithin: [0, 1500],
  },
  silence: {
    heldConnection: "timedOut",
    interruption: [1950, 4500],
    clients: { byDefault: "hangs", withWarning: "hangs", withRequestTimeout: 2, withSocketTimeout: 2 },
    recoveredWithin: [950, 3500],
  },
} as const;

describe("a real route switch", () => {
  let network: Network;
  let restoreEnvironment: () => void;

  before(async () => {
    network = await buildNetwork();
    const variables = { PROBE_TIMEOUT_SECONDS: "16", AWS_ENDPOINT_URL_DYNAMODB: network.url };
    restoreEnvironment = setEnvironment({ ...ENVIRONMENT, ...variables });
  });
  after(async () => {
    restoreEnvironment();
    await network.stop();
  });

  for (const reaction of ["reset", "silence"] as const) {
    describe(`where unknown connections meet ${reaction === "reset" ? "a reset" : "silence"}`, () => {
      const expected = EXPECTED[reaction];
      let rehearsal: Rehearsal;
      before(async () => (rehearsal = await rehearse(network, reaction)));

      it("is proven by the gate, and by nothing else", () => {
        assert.equal(nameOf(rehearsal.today), "before");
        assert.equal(nameOf(rehearsal.gateBefore), "NotThroughEndpoint");
        assert.equal((rehearsal.gate as CheckReport).provenRequests, 3, nameOf(rehearsal.gate));
        assert.equal(nameOf(rehearsal.gateAfterRollBack), "NotThroughEndpoint");
      });

      it("breaks the connection that the probe holds", () => {
        const { heldConnection, interruptionMillis, reconnected, connections } = rehearsal.watch as WatchReport;
        assert.deepEqual(
          { heldConnection, reconnected },
          { heldConnection: expected.heldConnection, reconnected: true },
        );
        assertWithin(interruptionMillis, expected.interruption);
        const held = connections.filter(({ answeredRequests }) => answeredRequests > 1);
        assert.equal(held[0]?.end, expected.heldConnection);
        assert.match(held[0].localAddress, /^10\.77\.1\.10:\d+$/);
      });

      for (const name of Object.keys(CLIENTS) as ClientName[]) {
        const attempts = expected.clients[name];
        it(`${attempts === "hangs" ? "leaves a client hanging" : "lets a client recover"}: ${name}`, () => {
          assertMet(rehearsal.switched[name], attempts, expected.recoveredWithin);
        });
      }

      it("breaks connections again when it is undone", () => {
        assertMet(rehearsal.rolledBack, 2, expected.recoveredWithin);
      });
    });
  }
});

async function rehearse(network: Network, reaction: UnknownFlows): Promise<Rehearsal> {
  network.meetUnknownFlowsWith(reaction);
  const clients = (Object.keys(CLIENTS) as ClientName[]).map((name) => [name, openClient(name)] as const);
  await Promise.all(clients.map(([, client]) => request(client)));

  const watching = invoke("during", "Stock", PLENTY_MILLIS);
  const [today, gateBefore] = await Promise.all([
    invoke("before", "Stock", PLENTY_MILLIS),
    invoke("after", "Stock", SHORT_MILLIS),
  ]);
  network.routeThroughEndpoint();
  const [watch, gate, ...switched] = await Promise.all([
    watching,
    invoke("after", "Stock", PLENTY_MILLIS),
    ...clients.map(async ([name, client]) => [name, await request(client)] as const),
  ]);

  const client = openClient("withRequestTimeout");
  await request(client);
  network.routeThroughNat();
  const [rolledBack, gateAfterRollBack] = await Promise.all([request(client), invoke("after", "Stock", SHORT_MILLIS)]);
  for (const each of [client, ...clients.map(([, one]) => one)]) each.destroy();
  const byName = Object.fromEntries(switched) as Record<ClientName, Met>;
  return { today, gateBefore, watch, gate, switched: byName, gateAfterRollBack, rolledBack };
}

function openClient(name: ClientName): DynamoDBClient {
  return new DynamoDBClient({ requestHandler: CLIENTS[name] });
}

async function request(client: DynamoDBClient): Promise<Met> {
  const startedAt = performance.now();
  const abort = new AbortController();
  const answered = client
    .send(new DescribeContinuousBackupsCommand({ TableName: "Stock" }), { abortSignal: abort.signal })
    .then(({ $metadata }) => ({ attempts: $metadata.attempts ?? 0, millis: performance.now() - startedAt }));
  const met = await Promise.race([answered, delay(HANGS_AFTER_MILLIS, undefined, { ref: false })]);
  if (met !== undefined) return met;
  abort.abort();
  await answered.catch(() => undefined);
  return "hangs";
}

function assertMet(met: Met, attempts: number | "hangs", recoveredWithin: readonly [number, number]): void {
  if (met === "hangs" || attempts === "hangs") assert.equal(met, attempts);
  else {
    assert.equal(met.attempts, attempts);
    assertWithin(met.millis, recoveredWithin);
  }
}

function assertWithin(millis: number, [least, most]: readonly [number, number]): void {
  assert.ok(millis >= least && millis <= most, `${millis} ms`);
}

function nameOf(outcome: ProbeReport | Error): string {
  return outcome instanceof Error ? outcome.name : outcome.phase;
}
