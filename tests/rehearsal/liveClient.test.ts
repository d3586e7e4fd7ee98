import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import type { Answer } from "../../components/check/probe/answers";
import { applyFault } from "../../lab/faults";
import { Course, startLiveClient } from "../../tools/rehearsal/liveClient";
import { trafficLab } from "../lab/trafficNetwork";

const ALLOWED: Answer = { kind: "allowed" };
const RESET: Answer = { kind: "reset", said: "ECONNRESET" };
const THROTTLED: Answer = { kind: "failed", said: "ThrottlingException" };

describe("a live client", () => {
  const on = trafficLab();

  it("gets over a silent drop by its socket timeout, and says for how long it had no answer", async () => {
    const endFault = applyFault(on.lab, "silent-drop");
    const client = startLiveClient(await on.lab.attachClient({ subnetId: on.net.a.subnetId }), {
      request: (dynamodb) => dynamodb.send(new DescribeTableCommand({ TableName: "stock" })),
      paceMillis: 5,
      socketTimeoutMillis: 200,
    });
    try {
      await until(() => client.served >= 3);
      await on.associate(on.net.a);
      await until(
        () =>
          on.lab.traffic.requests.at(-1)?.vpcEndpointId !== undefined && client.events.at(-1)?.kind === "reconnected",
      );
      const [broken, reconnected] = client.events.slice(-2);
      assert.deepEqual(broken, { kind: "broken", how: "timedOut" });
      assert.ok(
        reconnected?.kind === "reconnected" && reconnected.interruptionMillis >= 190,
        JSON.stringify(reconnected),
      );
    } finally {
      await client.stop();
      endFault();
    }
  });

  it("is interrupted from its first request without an answer to the next answer, whatever that says", () => {
    const course = new Course();
    for (const [answer, sentAt, now] of [
      [ALLOWED, 0, 5],
      [RESET, 100, 101],
      [RESET, 101, 103],
      [THROTTLED, 103, 140],
      [THROTTLED, 240, 250],
      [ALLOWED, 350, 360],
    ] as const) {
      course.note(answer, sentAt, now);
    }
    assert.deepEqual(course.events, [
      { kind: "broken", how: "reset" },
      { kind: "reconnected", interruptionMillis: 40 },
      { kind: "refused", answer: THROTTLED },
      { kind: "served", refusedMillis: 220 },
    ]);
  });
});

/** A client that waits for ever is a failure, not a test that never ends. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, "it has not come about");
    await sleep(5);
  }
}
