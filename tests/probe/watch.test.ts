import * as assert from "node:assert/strict";

import * as fc from "fast-check";

import type { Answer } from "../../components/check/probe/answers";
import { type Judgement, type Seen, judge, notePath } from "../../components/check/probe/watch";

const HALF_TIME = 60_000;
const REQUEST_TIMEOUT = 2000;

const time = fc.integer({ min: 0, max: 120_000 });
const seenBy = fc.record(
  {
    oldPath: fc.boolean(),
    throughEndpointAt: time,
    deniedFromTheFirst: fc.boolean(),
    broken: fc.record({ how: fc.constantFrom("reset", "timedOut"), mendedAt: time }, { requiredKeys: ["how"] }),
    answeredFrom: time,
    longestSilence: time,
  },
  { requiredKeys: ["oldPath", "longestSilence"] },
);
const judgement = (seen: Seen, now: number): Judgement | undefined => judge(seen, now, HALF_TIME, REQUEST_TIMEOUT);
const judged = (seen: Seen, now: number): string | undefined => judgement(seen, now)?.heldConnection;

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

  it(
    "never calls a connection survived, or a switch unseen or too late, of which something broke; what it does not " +
      "know has a reason",
    () => {
      fc.assert(
        fc.property(seenBy, time, (seen, now) => {
          const said = judgement(seen, now);
          if (seen.broken?.mendedAt !== undefined)
            assert.ok(!["survived", "noSwitchSeen", "tooLate"].includes(said?.heldConnection ?? ""));
          if (seen.deniedFromTheFirst) assert.ok(["unknown", "noSwitchSeen", undefined].includes(said?.heldConnection));
          if (said !== undefined) assert.equal(said.unknownBecause !== undefined, said.heldConnection === "unknown");
        }),
      );
    },
  );

  it("does not blame a switch for a break that was mended long before, nor says that there was none", () => {
    const seen: Seen = {
      oldPath: true,
      answeredFrom: 49_000,
      longestSilence: 10,
      broken: { how: "reset", mendedAt: 10_000 },
    };
    assert.equal(judged({ ...seen, throughEndpointAt: 12_000 }, 49_100), "reset");
    assert.match(
      judgement({ ...seen, throughEndpointAt: 40_000 }, 49_100)?.unknownBecause ?? "",
      /another reason, or the route had changed before, and a permission/,
    );
    assert.match(judgement(seen, HALF_TIME)?.unknownBecause ?? "", /no request was seen to take the endpoint/);
    const unbroken: Seen = { ...seen, broken: undefined };
    assert.equal(judged({ ...unbroken, throughEndpointAt: 40_000 }, 49_100), "survived");
    assert.equal(judged({ ...unbroken, throughEndpointAt: 48_000 }, 49_100), undefined, "the next answers will tell");
  });

  it("waits beyond half of the time for a break that is not mended", () => {
    const broken: Seen = { oldPath: true, answeredFrom: 0, longestSilence: 0, broken: { how: "timedOut" } };
    assert.equal(judged(broken, HALF_TIME + 1), undefined);
    assert.equal(judged({ ...broken, throughEndpointAt: HALF_TIME + 2 }, HALF_TIME + 3), undefined);
    const mended: Seen = {
      ...broken,
      throughEndpointAt: HALF_TIME + 2,
      broken: { how: "timedOut", mendedAt: HALF_TIME + 4 },
    };
    assert.equal(judged(mended, HALF_TIME + 4), "timedOut");
  });
});

describe("when a request is known to have taken the endpoint", () => {
  const byRole: Answer = { kind: "denied", by: "identity", said: "" };
  const byEndpoint: Answer = { kind: "denied", by: "endpointPolicy", said: "" };
  const allowed: Answer = { kind: "allowed" };
  const noted = (...answers: readonly Answer[]): Partial<Seen> => {
    const seen: Seen = { oldPath: false, longestSilence: 0 };
    for (const [i, answer] of answers.entries()) notePath(seen, answer, i);
    return seen;
  };
  const cases: readonly { title: string; answers: readonly Answer[]; expected: Partial<Seen> }[] = [
    { title: "it was allowed", answers: [byRole, allowed], expected: { oldPath: true, throughEndpointAt: 1 } },
    {
      title: "an endpoint's policy denied it, after others that no endpoint's had denied",
      answers: [byRole, byEndpoint],
      expected: { oldPath: true, throughEndpointAt: 1 },
    },
    {
      title: "not where an endpoint's policy denied it from the first",
      answers: [byEndpoint, byEndpoint],
      expected: { oldPath: false, deniedFromTheFirst: true },
    },
    {
      title: "only by being allowed where that was so",
      answers: [byEndpoint, byRole, byEndpoint, allowed],
      expected: { oldPath: false, deniedFromTheFirst: true, throughEndpointAt: 3 },
    },
    {
      title: "not by calls that were throttled or not answered",
      answers: [
        { kind: "throttled", said: "" },
        { kind: "timedOut", said: "" },
      ],
      expected: { oldPath: false },
    },
  ];
  for (const { title, answers, expected } of cases)
    it(title, () => assert.deepEqual(noted(...answers), { longestSilence: 0, ...expected }));
});
