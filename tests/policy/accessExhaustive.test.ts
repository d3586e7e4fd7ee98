import assert from "node:assert/strict";
import fc from "fast-check";
import { accessDifference, compileAccess, type AccessDecision, type AccessDifference } from "../../policy";
import { accessScenarios, type AccessScenario } from "./accessScenarios";

/** One line for each request of which both decisions are known of. */
type Decisions = ReadonlyMap<string, string>;

const text = (before: AccessDecision, after: AccessDecision): string => JSON.stringify([before, after]);

/** Every request that there is, asked on both ways. */
function exhaustively({ policies, before, after }: AccessScenario): Decisions {
  const { requests, decision } = compileAccess(policies);
  const all = new Map<string, string>();
  for (const request of requests()) {
    const { caller, action, resource } = request;
    const [was, is] = [decision(request, before), decision(request, after)];
    const isFlip = was.outcome !== is.outcome || was.outcome === "unknown";
    if (isFlip) all.set(`${caller} ${action} ${resource}`, text(was, is));
  }
  return all;
}

function flipsOf({ flips }: AccessDifference): Decisions {
  const all = new Map<string, string>();
  for (const { caller, actions, resources, before, after } of flips)
    for (const action of actions)
      for (const resource of resources) {
        const key = `${caller} ${action} ${resource}`;
        assert.ok(!all.has(key), `${key} is said twice`);
        all.set(key, text(before, after));
      }
  return all;
}

function assertSame(scenario: AccessScenario): number {
  const expected = exhaustively(scenario);
  const found = flipsOf(accessDifference(scenario.policies, scenario.before, scenario.after));
  for (const [request, decisions] of found) assert.equal(decisions, expected.get(request), request);
  const isUnknown = (decisions: string): boolean => /^\[{"outcome":"unknown".*{"outcome":"unknown"/.test(decisions);
  // What is unknown on both ways, and for the same reasons, is no flip.
  for (const [request, decisions] of expected)
    if (!isUnknown(decisions)) assert.equal(found.get(request), decisions, request);
  return found.size;
}

describe("the flips of a change of the way", () => {
  it("are those that asking about every request finds", () => {
    let flips = 0;
    fc.assert(
      fc.property(accessScenarios(), (scenario) => {
        flips += assertSame(scenario);
      }),
      { seed: 20_261_129, numRuns: 100 },
    );
    assert.ok(flips > 250, `${flips} flips are few`);
  });

  it("are those of many callers and tables as well", () => {
    fc.assert(
      fc.property(accessScenarios(20), (scenario) => {
        assertSame(scenario);
      }),
      { seed: 20_261_129, numRuns: 3 },
    );
  });
});
