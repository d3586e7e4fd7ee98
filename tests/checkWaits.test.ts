import assert from "node:assert/strict";
import { mock } from "node:test";
import { checkWaits, type CheckWaits } from "../components/check/checkWaits";

const REFUSED =
  "invoking Lambda Function (f): operation error Lambda: Invoke, https response error StatusCode: 409, RequestID: 1, ";

describe("an invocation of a check that is not answered", () => {
  let said: string[];
  let waits: CheckWaits;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse("2026-11-28T12:00:00Z") });
    said = [];
    const check = { table: "t", subnets: {}, functions: {}, probed: [], maxReconnectSeconds: 30, timeoutSeconds: 120 };
    const invocations = new Map([["gate", { name: "private-a", stage: "canary", phase: "after" as const }]]);
    waits = checkWaits(
      { check, window: undefined },
      invocations,
      (text) => Promise.resolve(void said.push(text)),
      () => Promise.resolve(undefined),
    );
    waits.asked("gate");
  });
  afterEach(() => mock.timers.reset());
  const refusedWith = (error: string, failures = 1): Promise<number | undefined> =>
    waits.pauseMillis({ name: "gate", error: `${REFUSED}${error}: no`, failures });

  it("is told of when its function had all its time and a minute to start, once, and since when", () => {
    mock.timers.tick(179_999);
    assert.deepEqual(said, []);
    mock.timers.tick(1);
    mock.timers.tick(600_000);
    assert.equal(said.length, 1);
    assert.match(
      said.join(),
      /^private-a: "after" has no answer since 2026-11-28T12:00:00Z, which is longer than its function may take\. .*up to 25 times/,
    );
  });

  it("is not told of once it is answered, or has failed", async () => {
    waits.until("gate", Promise.resolve());
    await Promise.resolve();
    mock.timers.tick(600_000);
    waits.asked("gate");
    waits.until("gate", Promise.reject(new Error("it failed")));
    await new Promise(setImmediate);
    mock.timers.tick(600_000);
    assert.deepEqual(said, []);
  });

  it("is told of anew when it is asked for again, and what it waits for once for each error", async () => {
    mock.timers.tick(170_000);
    const pause = await refusedWith("ResourceConflictException");
    assert.ok(pause !== undefined && pause >= 250 && pause <= 500, String(pause));
    await refusedWith("ResourceConflictException", 2);
    await refusedWith("ENINotReadyException", 3);
    assert.deepEqual(
      said.map((text) => /\((\w+)\)/.exec(text)?.[1]),
      ["ResourceConflictException", "ENINotReadyException"],
    );
    assert.match(said.join(), /since 2026-11-28T12:00:00Z: .* until 2026-11-28T12:10:00Z/);
    mock.timers.tick(179_000);
    assert.equal(said.length, 2);
    mock.timers.tick(3_000);
    assert.match(said[2] ?? "", /has no answer since 2026-11-28T12:00:00Z/);
  });

  it("is not asked for again, and nothing more is said of it, where that does not help or has not helped", async () => {
    assert.equal(await refusedWith("EC2AccessDeniedException"), undefined);
    assert.equal(
      await waits.pauseMillis({ name: "another", error: `${REFUSED}ServiceException: no`, failures: 1 }),
      undefined,
    );
    mock.timers.tick(599_000);
    assert.equal(await refusedWith("ServiceException", 60), undefined);
    mock.timers.tick(600_000);
    assert.deepEqual(said, []);
  });
});
