import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { PolicyDocument } from "../../components/policy/document";
import { evaluatePolicy, type PolicyKind, type PolicyRequest, type PolicyVerdict } from "../../components/policy/evaluate";

interface Case {
  readonly title: string;
  readonly document: string | PolicyDocument;
  readonly kind?: PolicyKind;
  readonly request: PolicyRequest;
  /** Its `problem` is the code of the finding for which AWS would not take the document. */
  readonly verdict: PolicyVerdict;
  /** The words of AWS that decide. */
  readonly source?: string;
}

const cases = JSON.parse(readFileSync(join(__dirname, "../cases/evaluations.json"), "utf8")) as readonly Case[];

/** The verdict with the code of its problem alone. */
function verdictOf({ document, request, kind }: Omit<Case, "title" | "verdict">): PolicyVerdict {
  const { problem, ...verdict } = evaluatePolicy(document, request, kind);
  return problem === undefined ? verdict : { ...verdict, problem: /\((\w+)\)$/.exec(problem)?.[1] ?? problem };
}

describe("the verdict of a policy", () => {
  for (const each of cases) it(each.title, () => assert.deepEqual(verdictOf(each), each.verdict));

  it("is the same for a document as text", () => {
    for (const each of cases) {
      if (typeof each.document !== "string") assert.deepEqual(verdictOf({ ...each, document: JSON.stringify(each.document) }), each.verdict);
    }
  });

  it("does not depend on the order of statements, but for which one is named", () => {
    const lists = cases.filter(({ document }) => typeof document !== "string" && Array.isArray(document.Statement));
    const property = fc.property(fc.constantFrom(...lists), fc.constantFrom(...lists), ({ document, request }, other) => {
      const statements = [(document as PolicyDocument).Statement, (other.document as PolicyDocument).Statement].flat();
      const { Version } = document as PolicyDocument;
      const forwards = evaluatePolicy({ Version, Statement: statements }, request);
      const backwards = evaluatePolicy({ Version, Statement: [...statements].reverse() }, request);
      assert.equal(forwards.decision, backwards.decision);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it("is not changed by names that every object of JavaScript has", () => {
    const context = JSON.parse('{"__proto__": "x", "constructor": "x"}') as Record<string, string>;
    const request = { principal: {}, action: "dynamodb:GetItem", resource: "*", context };
    for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString"]) {
      const decision = (effect: string, Condition: string): string =>
        evaluatePolicy(`{"Statement":{"Effect":"${effect}","Principal":"*","Action":"*","Resource":"*","Condition":${Condition}}}`, request).decision;
      assert.equal(decision("Allow", `{"${name}":{"a":"b"}}`), "implicitlyDenied");
      const present = name === "__proto__" || name === "constructor";
      assert.equal(decision("Deny", `{"StringEquals":{"${name}":"x"}}`), present ? "explicitlyDenied" : "implicitlyDenied");
    }
  });
});
