import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FUNCTION_NAME,
  LOG_GROUP_NAME,
  physicalName,
  ROLE_NAME,
  ROLE_POLICY_NAME,
  SECURITY_GROUP_NAME,
} from "../components/check/physicalNames";
import {
  FUNCTION_NAMES,
  LOG_GROUP_NAMES,
  nameProblem,
  ROLE_NAMES,
  ROLE_POLICY_NAMES,
  SECURITY_GROUP_NAMES,
} from "../lab/cloud/names";

const KINDS = [
  { kind: "function", rules: FUNCTION_NAME, takes: FUNCTION_NAMES },
  { kind: "role", rules: ROLE_NAME, takes: ROLE_NAMES },
  { kind: "policy of a role", rules: ROLE_POLICY_NAME, takes: ROLE_POLICY_NAMES },
  { kind: "security group", rules: SECURITY_GROUP_NAME, takes: SECURITY_GROUP_NAMES },
  { kind: "log group", rules: LOG_GROUP_NAME, takes: LOG_GROUP_NAMES },
];

/** What a component may be called: anything; and what a route table may be. */
const components = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1 }),
  fc.string({
    unit: fc.constantFrom("s", "g", "-", "a", "w", "/", " ", ".", ":", "_", "ä", "é", "🙂", "'"),
    minLength: 1,
  }),
  fc.string({ unit: fc.constantFrom("a", "b", "-"), minLength: 1, maxLength: 600 }),
);
const tables = fc.string({
  unit: fc.constantFrom("a", "b", "X", "Y", "0", "9", ".", "_", "-"),
  minLength: 1,
  maxLength: 64,
});
const names = fc.oneof(
  components.map((component) => `${component}-check`),
  fc.tuple(components, tables).map(([component, table]) => `${component}-${table}-check`),
);

describe("the name in the account", () => {
  for (const { kind, rules, takes } of KINDS) {
    it(`of a ${kind} is one that AWS takes, whatever the component and the route table are called`, () => {
      fc.assert(
        fc.property(names, (name) => {
          const given = physicalName(name, rules, ["project", "stack"]);
          assert.equal(nameProblem(takes, given ?? `${name}-0123abc`), undefined);
          assert.equal(
            given === undefined,
            nameProblem(takes, `${name}-0123abc`) === undefined,
            "Pulumi's own where AWS takes that",
          );
        }),
        { numRuns: 300 },
      );
    });
  }

  it("tells apart what differs in the component, the project or the stack alone", () => {
    fc.assert(
      fc.property(
        names,
        fc.uniqueArray(fc.constantFrom("/", ":", " ", "🙂", "é"), { minLength: 2, maxLength: 2 }),
        (name, [one = "", other = ""]) => {
          const first = physicalName(`${name}${one}`, FUNCTION_NAME, ["project", "stack"]);
          assert.notEqual(first, physicalName(`${name}${other}`, FUNCTION_NAME, ["project", "stack"]));
          assert.notEqual(first, physicalName(`${name}${one}`, FUNCTION_NAME, ["project", "other"]));
          assert.notEqual(first, physicalName(`${name}${one}`, FUNCTION_NAME, ["other", "stack"]));
        },
      ),
    );
  });

  const RECOGNISED: readonly (readonly [string, typeof FUNCTION_NAME, RegExp | undefined])[] = [
    ["ddb-private-a-check", FUNCTION_NAME, undefined],
    ["ddb-private.a-check", FUNCTION_NAME, /^ddb-private_a-check-[0-9a-f]{12}$/],
    ["ddb.eu-check", ROLE_NAME, undefined],
    ["Bestände/eu 🙂-check", FUNCTION_NAME, /^Bestande_eu__-check-[0-9a-f]{12}$/],
    ["sg-prod-check", SECURITY_GROUP_NAME, /^sg_prod-check-[0-9a-f]{12}$/],
    ["SG-prod, sg-test-check", SECURITY_GROUP_NAME, undefined],
    ["aws/x-check", LOG_GROUP_NAME, /^aws_x-check-[0-9a-f]{12}$/],
    [`${"n".repeat(50)}-check`, ROLE_NAME, undefined],
    [`${"n".repeat(51)}-check`, ROLE_NAME, /^n{50}-[0-9a-f]{12}$/],
  ];
  for (const [name, rules, expected] of RECOGNISED) {
    it(`of ${name} is ${expected?.source ?? "Pulumi's"}`, () => {
      const given = physicalName(name, rules, ["project", "stack"]);
      if (expected === undefined) assert.equal(given, undefined);
      else assert.match(given ?? "", expected);
    });
  }

  it("of what was too long before stays what it was", () => {
    assert.equal(
      physicalName(`${"n".repeat(60)}-check`, ROLE_NAME, ["project", "stack"]),
      `${"n".repeat(50)}-8e36c8a47c79`,
    );
  });
});
