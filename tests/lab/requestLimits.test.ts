import * as assert from "node:assert/strict";
import { isLimited, RequestLimits } from "../../lab/dataPlane/requestLimits";

describe("what an account may call in a Region", () => {
  /** How many of so many calls, so many milliseconds apart, are taken. */
  const taken = (
    limits: RequestLimits,
    operation: string,
    calls: number,
    everyMillis: number,
    region = "eu-west-1",
  ): number =>
    Array.from({ length: calls }, (_, i) => limits.take(region, operation, i * everyMillis)).filter(Boolean).length;

  const CASES = [
    { operation: "DescribeContinuousBackups", calls: 15, everyMillis: 0, taken: 10 },
    { operation: "DescribeContinuousBackups", calls: 200, everyMillis: 100, taken: 200 },
    { operation: "DescribeContinuousBackups", calls: 200, everyMillis: 50, taken: 109 },
    { operation: "DescribeTimeToLive", calls: 40, everyMillis: 0, taken: 30 },
    { operation: "DescribeTimeToLive", calls: 60, everyMillis: 2_000, taken: 60 },
    { operation: "GetItem", calls: 5_000, everyMillis: 0, taken: 5_000 },
  ];
  for (const { operation, calls, everyMillis, taken: expected } of CASES) {
    it(`takes ${expected} of ${calls} calls of ${operation}, one every ${everyMillis} ms`, () => {
      assert.equal(taken(new RequestLimits(), operation, calls, everyMillis), expected);
      assert.equal(isLimited(operation), operation !== "GetItem");
    });
  }

  it("counts each Region and each operation by itself", () => {
    const limits = new RequestLimits();
    assert.equal(taken(limits, "DescribeContinuousBackups", 15, 0), 10);
    assert.equal(taken(limits, "DescribeContinuousBackups", 15, 0, "us-east-1"), 10);
    assert.equal(taken(limits, "DescribeTimeToLive", 15, 0), 15);
  });

  it("does not save up more than a burst", () => {
    const limits = new RequestLimits();
    assert.equal(limits.take("eu-west-1", "DescribeContinuousBackups", 0), true);
    const later = Array.from({ length: 20 }, () => limits.take("eu-west-1", "DescribeContinuousBackups", 3_600_000));
    assert.equal(later.filter(Boolean).length, 10);
  });
});
