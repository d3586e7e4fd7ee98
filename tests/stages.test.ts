import assert from "node:assert/strict";
import { plannedStages, windowState } from "../components/stages";

describe("the planned stages", () => {
  const stages = [
    { name: "canary", routeTables: ["b"] },
    { name: "rest", routeTables: ["c", "a"] },
  ];

  it("are the route tables one by one, sorted by name, where none are given", () => {
    assert.deepEqual(plannedStages(["b", "a"]), [
      { name: "a", routeTables: ["a"] },
      { name: "b", routeTables: ["b"] },
    ]);
  });
  it("keep the order in which they are given", () => assert.deepEqual(plannedStages(["a", "b", "c"], { stages }), stages));
  it("end with throughStage", () => assert.deepEqual(plannedStages(["a", "b", "c"], { stages, throughStage: "canary" }), stages.slice(0, 1)));
  it('are none with throughStage "none"', () => assert.deepEqual(plannedStages(["a", "b", "c"], { stages, throughStage: "none" }), []));
});

describe("a window", () => {
  const window = { opensAt: "2026-11-23T22:00:00+01:00", closesAt: "2026-11-23T23:00:00Z" };
  for (const [at, state] of [
    ["2026-11-23T20:59:59.999Z", "before"],
    ["2026-11-23T21:00:00Z", "open"],
    ["2026-11-23T22:59:59.999Z", "open"],
    ["2026-11-23T23:00:00Z", "after"],
  ] as const) {
    it(`is "${state}" at ${at}`, () => assert.equal(windowState(window, Date.parse(at)), state));
  }
  it("is always open where there is none", () => assert.equal(windowState(undefined, 0), "open"));
});
