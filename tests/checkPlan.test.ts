import assert from "node:assert/strict";
import { checkLimits } from "../components/plan/checkPlan";

describe("the time limits of a check", () => {
  const cases: readonly {
    given: Parameters<typeof checkLimits>[0];
    limits: readonly [maxReconnectSeconds: number, timeoutSeconds: number];
  }[] = [
    { given: {}, limits: [30, 120] },
    { given: { timeoutSeconds: 240 }, limits: [30, 240] },
    { given: { timeoutSeconds: 31 }, limits: [30, 31] },
    { given: { timeoutSeconds: 30 }, limits: [29, 30] },
    { given: { timeoutSeconds: 5 }, limits: [4, 5] },
    { given: { maxReconnectSeconds: 119 }, limits: [119, 120] },
    { given: { maxReconnectSeconds: 1, timeoutSeconds: 5 }, limits: [1, 5] },
  ];
  for (const {
    given,
    limits: [maxReconnectSeconds, timeoutSeconds],
  } of cases) {
    it(
      `are ${maxReconnectSeconds} s without an answer and ${timeoutSeconds} s for a phase where ` +
        `${JSON.stringify(given)} is given`,
      () => {
        assert.deepEqual(checkLimits(given), { maxReconnectSeconds, timeoutSeconds });
      },
    );
  }
});
