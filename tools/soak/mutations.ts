import assert from "node:assert/strict";
import fc from "fast-check";
import { policyDifference } from "../../components/policy/difference";
import { evaluatePolicy } from "../../components/policy/evaluate";
import { endpointPolicy } from "../../components/policy/presets";
import { resolvePath, validatePolicy } from "../../components/policy/validate";
import { accessCases, PLACE, policyRequest } from "./accessCases";
import type { ComparisonOptions } from "./policies";

/** Where, how much is taken out, and what is put in. */
const edits = fc.array(
  fc.record({
    at: fc.nat(),
    remove: fc.nat(20),
    insert: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", ":", "null", "${", "*", "?"),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

/**
 * Edits the texts of policies at random: nothing that judges them may throw, or point where nothing is. Returns how
 * many.
 */
export function mutatePolicies({ seed, runs, timeLimitMillis }: ComparisonOptions): number {
  let mutations = 0;
  const property = fc.property(accessCases, edits, ({ access, requests }, drawn) => {
    mutations += 1;
    const original = endpointPolicy(access, PLACE);
    const text = drawn.reduce((edited, { at, remove, insert }) => {
      const start = at % (edited.length + 1);
      return edited.slice(0, start) + insert + edited.slice(start + remove);
    }, JSON.stringify(original));
    for (const request of requests) evaluatePolicy(text, policyRequest(request));
    const parsed = jsonOrNothing(text);
    for (const { path } of validatePolicy(text, { kind: "endpoint", region: PLACE.region })) {
      if (path !== "") assert.notEqual(resolvePath(parsed, path), undefined, path);
    }
    // The dearest of them, so of some.
    if (requests.length === 1) policyDifference(original, text);
  });
  fc.assert(property, {
    seed,
    numRuns: runs ?? Number.MAX_SAFE_INTEGER,
    ...(timeLimitMillis !== undefined && { interruptAfterTimeLimit: timeLimitMillis }),
  });
  return mutations;
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
