import assert from "node:assert/strict";
import type { Finding } from "../components/args/findings";
import {
  IGNORED_BY_ENDPOINT,
  IGNORED_BY_POLICY,
  IGNORED_BY_ROLLOUT,
  optionFindings,
  type Ignorable,
} from "../components/plan/validateOptions";

describe("the options of a component", () => {
  const HOLD_BACK = 'hold switches back with rollout.throughStage ("none" switches nothing) or rollout.window';
  const AS_POLICY = 'name "policy", which is written from it';
  const NOWHERE = "ignoreChanges reaches nothing in a RouteRollout";
  const ENDPOINT = "ignoreChanges reaches the endpoint alone";

  const found = (ignored: Ignorable, ignoreChanges: string[]): readonly Finding[] => [
    ...optionFindings({ ignoreChanges }, ignored),
  ];

  it("may be none, and may be others", () => {
    for (const ignored of [IGNORED_BY_ENDPOINT, IGNORED_BY_ROLLOUT, IGNORED_BY_POLICY]) {
      assert.deepEqual([...optionFindings(undefined, ignored), ...optionFindings({ protect: true }, ignored)], []);
    }
  });

  it("import no component", () => {
    assert.deepEqual(
      [...optionFindings({ import: "vpce-1" }, IGNORED_BY_ENDPOINT)],
      [
        {
          path: "opts.import",
          message: "a component cannot be imported",
          suggestion: "name what exists in adopt; an EndpointPolicy takes over the policy that is there",
        },
      ],
    );
  });

  it("ignore what the endpoint, or the attached policy, has itself", () => {
    assert.deepEqual(found(IGNORED_BY_ENDPOINT, ["policy", "vpcId", "tags", "tags.team", "*"]), []);
    assert.deepEqual(found(IGNORED_BY_POLICY, ["policy", "vpcEndpointId", "rollout", "*"]), []);
  });

  const cases: readonly { of: string; ignored: Ignorable; path: string; scope: string; suggestion: string }[] = [
    { of: "an endpoint", ignored: IGNORED_BY_ENDPOINT, path: "access", scope: ENDPOINT, suggestion: AS_POLICY },
    { of: "an endpoint", ignored: IGNORED_BY_ENDPOINT, path: "access.tables", scope: ENDPOINT, suggestion: AS_POLICY },
    {
      of: "an endpoint",
      ignored: IGNORED_BY_ENDPOINT,
      path: 'routeTables["private-a"]',
      scope: ENDPOINT,
      suggestion: HOLD_BACK,
    },
    { of: "an endpoint", ignored: IGNORED_BY_ENDPOINT, path: "rollout", scope: ENDPOINT, suggestion: HOLD_BACK },
    {
      of: "an endpoint",
      ignored: IGNORED_BY_ENDPOINT,
      path: "formerNames",
      scope: ENDPOINT,
      suggestion: "leave it out",
    },
    { of: "an endpoint", ignored: IGNORED_BY_ENDPOINT, path: "adopt", scope: ENDPOINT, suggestion: "leave it out" },
    {
      of: "a RouteRollout",
      ignored: IGNORED_BY_ROLLOUT,
      path: "vpcEndpointId",
      scope: NOWHERE,
      suggestion: "give the endpoint that it is to stay with",
    },
    { of: "a RouteRollout", ignored: IGNORED_BY_ROLLOUT, path: "*", scope: NOWHERE, suggestion: HOLD_BACK },
    { of: "a RouteRollout", ignored: IGNORED_BY_ROLLOUT, path: "routeTables", scope: NOWHERE, suggestion: HOLD_BACK },
    { of: "a RouteRollout", ignored: IGNORED_BY_ROLLOUT, path: "tags", scope: NOWHERE, suggestion: "leave it out" },
    {
      of: "an EndpointPolicy",
      ignored: IGNORED_BY_POLICY,
      path: "access",
      scope: "ignoreChanges reaches the policy alone",
      suggestion: AS_POLICY,
    },
  ];
  for (const { of, ignored, path, scope, suggestion } of cases) {
    it(`do not ignore ${path} of ${of}, and say what does`, () => {
      const finding = {
        path: "opts.ignoreChanges[1]",
        message: `"${path}" would not be ignored: ${scope}`,
        suggestion,
      };
      assert.deepEqual(found(ignored, [path, path]).slice(1), [finding]);
    });
  }
});
