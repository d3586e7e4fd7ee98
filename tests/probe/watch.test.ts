import * as assert from "node:assert/strict";

import * as fc from "fast-check";

import { type Seen, judge } from "../../components/probe/watch";

const HALF_TIME = 60_000;
const REQUEST_TIMEOUT = 2000;

const time = fc.integer({ min: 0, max: 120_000 });
const seenBy = fc.record(
  {
    oldPath: fc.boolean(),
    throughEndpointAt: time,
    broken: fc.record({ how: fc.constantFrom("reset", "timedOut"), mendedAt: time }, { requiredKeys: ["how"] }),
    answeredFrom: time,
    longestSilence: time,
  },
  { requiredKeys: ["oldPath", "longestSilence"] },
);
const judged = (seen: Seen, now: number): string | undefined => judge(seen, now, HALF_TIME, REQUEST_TIMEOUT);

describe("what is said of the held connection", () => {
  it("blames a switch only if requests took the endpoint afterwards, and the connection broke", () => {
    fc.assert(
      fc.property(seenBy, time, (seen, now) => {
        const said = judged(seen, now);
        if (said !== "reset" && said !== "timedOut") return;
        assert.equal(said, seen.broken?.how);
        assert.notEqual(seen.throughEndpointAt, undefined);
        assert.notEqual(seen.broken?.mendedAt, undefined, "the interruption is over");
      }),
    );
  });

  it("says that no switch was seen only after half of the time, and never if requests took the endpoint", () => {
    fc.assert(
      fc.property(seenBy, time, (seen, now) => {
        if (judged(seen, now) !== "noSwitchSeen") return;
        assert.ok(now >= HALF_TIME);
        assert.equal(seen.throughEndpointAt, undefined);
      }),
    );
  });

  it("does not blame a switch for a break that was mended long before", () => {
    const seen: Seen = { oldPath: true, answeredFrom: 49_000, longestSilence: 10, broken: { how: "reset", mendedAt: 10_000 } };
    assert.equal(judged({ ...seen, throughEndpointAt: 12_000 }, 49_100), "reset");
    assert.equal(judged({ ...seen, throughEndpointAt: 40_000 }, 49_100), "survived");
    assert.equal(judged({ ...seen, throughEndpointAt: 48_000 }, 49_100), undefined, "the next answers will tell");
  });

  it("waits beyond half of the time for a break that is not mended", () => {
    const broken: Seen = { oldPath: true, answeredFrom: 0, longestSilence: 0, broken: { how: "timedOut" } };
    assert.equal(judged(broken, HALF_TIME + 1), undefined);
    assert.equal(judged({ ...broken, throughEndpointAt: HALF_TIME + 2 }, HALF_TIME + 3), undefined);
    const mended: Seen = { ...broken, throughEndpointAt: HALF_TIME + 2, broken: { how: "timedOut", mendedAt: HALF_TIME + 4 } };
    assert.equal(judged(mended, HALF_TIME + 4), "timedOut");
  });
});
