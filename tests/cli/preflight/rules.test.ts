import assert from "node:assert/strict";
import fc from "fast-check";
import { SEVERITIES } from "../../../cli/finding";
import type { FactName, FactValues } from "../../../cli/preflight/facts/facts";
import { RULES } from "../../../cli/preflight/rules/all";
import { FAMILIES, type Outcome, type Rule } from "../../../cli/preflight/rules/rule";
import { CASES } from "./cases/all";
import type { RuleCase } from "./cases/case";
import { networkInterface, smallFacts, smallScope, table, tableFact, tables, toldFacts } from "./smallFacts";

const FACTS = Object.keys(smallFacts()) as FactName[];

/** What every VPC has that is worth a switch: connections that break, and a NAT gateway's address. */
const ALWAYS = ["N9", "N4"];

describe("the rules of a preflight", () => {
  for (const { rule: id, title, finds, says = [], ...changed } of CASES)
    it(`${id} ${finds.length === 0 ? "passes" : "finds"}: ${title}`, () => {
      const found = outcomeOf(ruleOf(id), changed);
      assert.deepEqual(
        found.map(({ severity, subject }) => `${severity} ${subject}`),
        finds,
        JSON.stringify(found, undefined, 2),
      );
      for (const text of says) assert.ok(JSON.stringify(found).includes(JSON.stringify(text).slice(1, -1)), text);
    });

  for (const { id } of RULES)
    it(`${id} has a case that finds it, and one that looks alike and is fine`, () => {
      const own = CASES.filter((each) => each.rule === id);
      assert.ok(own.some(({ finds }) => finds.some((each) => !each.startsWith("unknown"))));
      assert.ok(own.some(({ finds }) => finds.length === 0));
    });

  it("are in the order of the families, each once", () => {
    const families = RULES.map(({ family }) => FAMILIES.indexOf(family));
    assert.deepEqual(
      families,
      [...families].sort((a, b) => a - b),
    );
    assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
  });

  it("find nothing in a plain VPC but the break itself", () => {
    const found = RULES.filter((rule) => outcomeOf(rule, {}).length > 0);
    assert.deepEqual(
      found.map(({ id }) => id),
      ALWAYS,
    );
  });

  it("say what AWS does not document, and name its page otherwise", () => {
    for (const { rule: id, ...changed } of CASES) {
      const { reference } = ruleOf(id);
      assert.match(reference ?? "https://docs.aws.amazon.com/", /^https:\/\/docs\.aws\.amazon\.com\//);
      const judged = outcomeOf(ruleOf(id), changed).filter(({ severity }) => severity !== "unknown");
      if (reference === undefined) for (const { message } of judged) assert.match(message, /not documented by AWS/);
    }
  });

  it("say what they found in sentences, by what, and what to do, of route tables of the scope alone", () => {
    for (const { rule: id, ...changed } of CASES) {
      const { routeTableIds } = smallScope(changed.scope);
      for (const found of outcomeOf(ruleOf(id), changed)) {
        assert.ok([...SEVERITIES, "unknown"].includes(found.severity));
        assert.match(found.message, /^\S.*\.$/, id);
        assert.ok(found.evidence.length > 0 && found.evidence.every((each) => each !== ""), `${id}: ${found.message}`);
        assert.ok(found.remedy !== "", id);
        assert.ok(
          found.routeTableIds.every((each) => routeTableIds.includes(each)),
          id,
        );
      }
    }
  });

  for (const missing of FACTS)
    it(`are unknown without ${missing} where they need it, and no other changes`, () => {
      const changed = RULES.filter((rule) => {
        const before = outcomeOf(rule, {});
        const after = outcomeOf(rule, { missing: [missing] });
        if (rule.needs.includes(missing)) assert.ok(isUnknown(after, missing), rule.id);
        return JSON.stringify(before) !== JSON.stringify(after);
      });
      const needing = RULES.filter(({ needs }) => needs.includes(missing));
      assert.deepEqual(changed, needing);
    });

  it("never pass without a fact that they need, and find nothing that is not there", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CASES), fc.subarray(FACTS), ({ rule: id, ...changed }, missing) => {
        const rule = ruleOf(id);
        const whole = outcomeOf(rule, changed);
        const part = outcomeOf(rule, { ...changed, missing });
        const needed = missing.filter((name) => rule.needs.includes(name));
        if (needed.length === 0) {
          assert.deepEqual(part, whole);
          return;
        }
        for (const name of needed) assert.ok(isUnknown(part, name), `${id} without ${name}`);
        const known = new Set(whole.map(({ subject }) => subject));
        const others = part.filter(({ severity }) => severity !== "unknown");
        assert.ok(others.every(({ subject }) => known.has(subject)));
      }),
    );
  });

  it("see a blocker in one place where the other is not known", () => {
    const facts = { networkInterfaces: [networkInterface("t", "a", { InterfaceType: "transit_gateway" })] };
    const found = outcomeOf(ruleOf("R2"), { facts, missing: ["transitGatewayVpcAttachments"] });
    assert.deepEqual(
      found.map(({ severity, subject }) => `${severity} ${subject}`),
      ["blocker rtb-a", "unknown vpc-1"],
    );
  });

  it("pass on names, tags and descriptions as they are: whoever shows a message quotes all of it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...HOSTILE), (text) => {
        const hostile = hostileFacts(text);
        const found = RULES.flatMap((rule) => outcomeOf(rule, { facts: hostile }));
        const seen = found.filter((each) => JSON.stringify(each).includes(JSON.stringify(text).slice(1, -1)));
        assert.ok(seen.length >= 4, JSON.stringify(seen));
        // Nothing of them is where programs, or a reader's clicks, go by it.
        for (const { routeTableIds, severity } of found)
          assert.ok(!JSON.stringify([routeTableIds, severity]).includes(text));
      }),
    );
  });
});

const HOSTILE = [
  "\u001b[31mred\u001b[0m\r\nBLOCKER: none",
  "<img src=x onerror=alert(1)>",
  "[click](https://evil.example) | `x` **y** <!-- -->",
  "\u202Egnp.exe",
  "::error::x",
];

function hostileFacts(text: string): Partial<FactValues> {
  return {
    instances: [
      { InstanceId: "i-1", VpcId: "vpc-1", SubnetId: "subnet-a", Tags: [{ Key: "Name", Value: `proxy ${text}` }] },
    ],
    networkInterfaces: [networkInterface("d", "a", { Description: `DAX ${text}` })],
    tables: [tableFact({ TableName: text, StreamSpecification: { StreamEnabled: true } })],
    hostedZones: [{ HostedZoneId: text, Name: "amazonaws.com", VpcId: "vpc-1", Owner: {} }],
    routeTables: tables(table("a", undefined, { Tags: [{ Key: "Name", Value: text }] })),
  };
}

function ruleOf(id: string): Rule {
  const rule = RULES.find((each) => each.id === id);
  assert.ok(rule, id);
  return rule;
}

function outcomeOf(
  rule: Rule,
  { facts, scope, missing = [] }: Pick<RuleCase, "facts" | "scope"> & { readonly missing?: readonly FactName[] },
): Outcome {
  return rule.judge(toldFacts(smallFacts(facts), missing), smallScope(scope));
}

/** What is missing is named, by the permission that would tell. */
function isUnknown(outcome: Outcome, missing: FactName): boolean {
  return outcome.some(
    ({ severity, evidence }) => severity === "unknown" && evidence.includes(`service:Read-${missing}`),
  );
}
