import assert from "node:assert/strict";
import fc from "fast-check";
import {
  interruptionMillis,
  interruptionOf,
  largestShare,
  percentile,
  type Asked,
  type Interruption,
} from "../../tools/bench/interruptions";

/** A request that was answered at the first attempt. */
function answered(sentAt: number, endedAt: number, attempts = 1): Asked {
  return { sentAt, endedAt, isAnswered: true, attempts };
}

function failed(sentAt: number, endedAt: number, attempts = 4): Asked {
  return { sentAt, endedAt, isAnswered: false, attempts };
}

interface Case {
  readonly title: string;
  readonly requests: readonly Asked[];
  /** Of a break at 100. */
  readonly metAt: number;
  readonly answeredAt: number;
  readonly millis: number;
}

const CASES: readonly Case[] = [
  {
    title: "a request after the break that is answered at the second attempt",
    requests: [answered(50, 52), answered(150, 175, 2), answered(250, 252)],
    metAt: 150,
    answeredAt: 175,
    millis: 25,
  },
  {
    title: "a request that was under way in the break",
    requests: [answered(99, 130, 2)],
    metAt: 99,
    answeredAt: 130,
    millis: 31,
  },
  {
    title: "an answer from before the break that is read after it",
    requests: [answered(99, 103), answered(150, 175, 2)],
    metAt: 150,
    answeredAt: 175,
    millis: 25,
  },
  {
    title: "a request within the millisecond of the break, but before it",
    requests: [answered(100, 100), answered(150, 175, 2)],
    metAt: 150,
    answeredAt: 175,
    millis: 25,
  },
  {
    title: "requests that fail until one is answered",
    requests: [failed(150, 4_150), failed(4_200, 8_200), answered(8_300, 8_302)],
    metAt: 150,
    answeredAt: 8_302,
    millis: 8_152,
  },
  {
    title: "a denial, which is no answer",
    requests: [failed(150, 152, 1), answered(250, 252)],
    metAt: 150,
    answeredAt: 252,
    millis: 102,
  },
  {
    title: "a request that is still under way",
    requests: [answered(50, 52), { sentAt: 99, isAnswered: false, attempts: 0 }],
    metAt: 99,
    answeredAt: Infinity,
    millis: Infinity,
  },
  {
    title: "no request after the break",
    requests: [answered(50, 52)],
    metAt: Infinity,
    answeredAt: Infinity,
    millis: Infinity,
  },
];

describe("the interruption of a client", () => {
  for (const { title, requests, metAt, answeredAt, millis } of CASES) {
    it(`counts ${title}`, () => {
      const interruption = interruptionOf(requests, 100);
      assert.deepEqual(interruption, { brokenAt: 100, metAt, answeredAt });
      assert.equal(interruptionMillis(interruption), millis);
    });
  }
});

describe("the largest share of clients that are broken at one moment", () => {
  const shares: readonly {
    title: string;
    broken: readonly (readonly [from: number, to: number])[];
    clients: number;
    share: number;
  }[] = [
    { title: "nobody", broken: [], clients: 4, share: 0 },
    {
      title: "one after another",
      broken: [
        [0, 10],
        [20, 30],
        [40, 50],
      ],
      clients: 4,
      share: 0.25,
    },
    {
      title: "an answer at the moment of the next break",
      broken: [
        [0, 10],
        [10, 20],
      ],
      clients: 4,
      share: 0.25,
    },
    {
      title: "some at a time",
      broken: [
        [0, 30],
        [10, 40],
        [35, 50],
      ],
      clients: 4,
      share: 0.5,
    },
    {
      title: "all at once",
      broken: [
        [0, 10],
        [0, 20],
        [0, 5],
      ],
      clients: 3,
      share: 1,
    },
    {
      title: "one that never ends",
      broken: [
        [0, Infinity],
        [50, 60],
        [70, 80],
      ],
      clients: 4,
      share: 0.5,
    },
  ];
  for (const { title, broken, clients, share } of shares) {
    it(`is ${share} for ${title} of ${clients}`, () =>
      assert.equal(largestShare(broken.map(brokenFor), clients), share));
  }

  it("is what asking at every break would find", () => {
    const times = fc
      .tuple(fc.nat(20), fc.nat(10))
      .map(([from, lasts]) => [from, lasts === 10 ? Infinity : from + 1 + lasts] as const);
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 12 }), (broken) => {
        const atOnce = (moment: number): number => broken.filter(([from, to]) => from <= moment && moment < to).length;
        assert.equal(largestShare(broken.map(brokenFor), 12), Math.max(...broken.map(([from]) => atOnce(from))) / 12);
      }),
    );
  });
});

function brokenFor([brokenAt, answeredAt]: readonly [number, number]): Interruption {
  return { brokenAt, metAt: brokenAt, answeredAt };
}

describe("a percentile", () => {
  it("is one of the values, the smallest that so many do not exceed", () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    assert.deepEqual(
      [0.5, 0.99, 1].map((share) => percentile(values, share)),
      [50, 99, 100],
    );
    assert.equal(percentile([7], 0.99), 7);
  });

  it("is endless where so many never ended", () => {
    assert.equal(percentile([1, Infinity, 2, Infinity], 0.5), 2);
    assert.equal(percentile([1, Infinity, 2, Infinity], 0.51), Infinity);
  });

  it("has at least its share of the values at or below it, and any smaller value has less", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share) => {
          const found = percentile(values, share);
          const atMost = (limit: number): number => values.filter((value) => value <= limit).length;
          assert.ok(atMost(found) >= share * values.length);
          for (const value of values) if (value < found) assert.ok(atMost(value) < share * values.length);
        },
      ),
    );
  });
});
