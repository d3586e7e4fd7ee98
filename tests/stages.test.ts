import assert from "node:assert/strict";
import { plannedStages, windowState } from "../components/plan/stages";

describe("the planned stages", () => {
  const stages = [
    { name: "canary", routeTables: ["b"] },
    { name: "half", routeTables: ["d", "c"] },
    { name: "rest", routeTables: ["a"] },
  ];
  const names = ["a", "b", "c", "d"];

  it("are the route tables one by one, sorted by name, where none are given", () => {
    assert.deepEqual(plannedStages(["b", "a"]), [
      { name: "a", routeTables: ["a"] },
      { name: "b", routeTables: ["b"] },
    ]);
  });
  it("keep the order in which they are given", () => assert.deepEqual(plannedStages(names, { stages }), stages));
  for (const [i, { name }] of stages.entries()) {
    it(`end with throughStage: "${name}" of three`, () =>
      assert.deepEqual(plannedStages(names, { stages, throughStage: name }), stages.slice(0, i + 1)));
  }
  it("end with throughStage, also where none are given", () =>
    assert.deepEqual(
      plannedStages(["c", "b", "a"], { throughStage: "b" }).map(({ name }) => name),
      ["a", "b"],
    ));
  it('are none with throughStage "none", also where a route table is called that', () => {
    assert.deepEqual(
      [plannedStages(names, { stages, throughStage: "none" }), plannedStages(["a", "none"], { throughStage: "none" })],
      [[], []],
    );
  });
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
