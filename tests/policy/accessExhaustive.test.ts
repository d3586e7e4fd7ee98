import assert from "node:assert/strict";
import fc from "fast-check";
import {
  accessDifference,
  compileAccess,
  type AccessDecision,
  type AccessDifference,
  type AccessPolicies,
  type CompiledAccess,
  type NamedPolicy,
} from "../../policy";
import { accessScenarios, pairsOfWays, plannedScenarios, type AccessScenario } from "./accessScenarios";

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

/** The same with today's documents alone, or with the planned ones alone: nothing is planned any more. */
function withDocuments({ policies }: AccessScenario, isPlanned: boolean): AccessPolicies {
  const chosen = (policy: NamedPolicy): NamedPolicy => {
    const { name, document, planned } = policy;
    const text = isPlanned && planned !== undefined ? planned : document;
    return { name, document: text };
  };
  const all = (some: readonly NamedPolicy[] | undefined) => some?.map(chosen);
  return {
    callers: policies.callers.map((each) => ({
      ...each,
      identityPolicies: each.identityPolicies.map(chosen),
      boundary: each.boundary && chosen(each.boundary),
    })),
    tables: policies.tables.map((each) => ({ ...each, policy: each.policy && chosen(each.policy) })),
    accounts: Object.fromEntries(
      Object.entries(policies.accounts ?? {}).map(([id, member]) => [
        id,
        member === "none"
          ? member
          : {
              ...member,
              levels: member.levels?.map((level) => ({
                ...level,
                serviceControlPolicies: all(level.serviceControlPolicies),
                resourceControlPolicies: all(level.resourceControlPolicies),
              })),
            },
      ]),
    ),
  };
}

describe("the flips of a change of policies and of the way", () => {
  it("are those that asking about every request finds", () => {
    let flips = 0;
    fc.assert(
      fc.property(plannedScenarios(), (scenario) => {
        flips += assertSame(scenario);
      }),
      { seed: 20_261_129, numRuns: 100 },
    );
    assert.ok(flips > 250, `${flips} flips are few`);
  });

  it("are decided by today's documents before, and by the planned ones after", () => {
    fc.assert(
      fc.property(plannedScenarios(2), (scenario) => {
        const { policies, before, after } = scenario;
        const together = compileAccess(policies);
        const [today, planned] = [false, true].map((isPlanned) =>
          compileAccess(withDocuments(scenario, isPlanned)),
        ) as [CompiledAccess, CompiledAccess];
        const known = [today, planned].map(
          ({ requests }) => new Set([...requests()].map((each) => JSON.stringify(each))),
        );
        for (const request of together.requests()) {
          if (!known.every((each) => each.has(JSON.stringify(request)))) continue;
          const [was, is] = [together.decision(request, before), together.decision(request, after)];
          // What is unknown of either document is unknown on both ways: why it is denied may be another reason.
          const same = (one: AccessDecision, other: AccessDecision): void => {
            if (one.outcome === "unknown") return;
            assert.deepEqual([one.outcome, one.by], [other.outcome, other.by], JSON.stringify(request));
          };
          same(was, today.decision(request, before));
          same(is, planned.decision(request, { ...after, arePoliciesPlanned: false }));
        }
      }),
      { seed: 20_261_129, numRuns: 40 },
    );
  });
});

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

  it("are the same whatever other ways were asked about before", () => {
    fc.assert(
      fc.property(plannedScenarios(), pairsOfWays(), ({ policies }, pairs) => {
        const { difference } = compileAccess(policies);
        for (const { before, after } of pairs)
          assert.deepEqual(difference(before, after), compileAccess(policies).difference(before, after));
      }),
      { seed: 20_261_129, numRuns: 100 },
    );
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
