import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { PolicyDocument } from "../../components/policy/document";
import { evaluatePolicy, type PolicyRequest, type PolicyVerdict } from "../../components/policy/evaluate";

interface Case {
  readonly title: string;
  readonly document: string | PolicyDocument;
  readonly request: PolicyRequest;
  readonly verdict: PolicyVerdict;
}

const cases = JSON.parse(readFileSync(join(__dirname, "../cases/evaluations.json"), "utf8")) as readonly Case[];

describe("the verdict of a policy", () => {
  for (const { title, document, request, verdict } of cases) {
    it(title, () => assert.deepEqual(evaluatePolicy(document, request), verdict));
  }

  it("is the same for a document as text", () => {
    for (const { document, request, verdict } of cases) {
      if (typeof document !== "string") assert.deepEqual(evaluatePolicy(JSON.stringify(document), request), verdict);
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
      const statement = (Condition: string): string => `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":${Condition}}`;
      assert.equal(evaluatePolicy(`{"Statement":${statement(`{"${name}":{"a":"b"}}`)}}`, request).decision, "implicitlyDenied");
      const present = name === "__proto__" || name === "constructor";
      assert.equal(evaluatePolicy(`{"Statement":${statement(`{"StringEquals":{"${name}":"x"}}`)}}`, request).decision, present ? "allowed" : "implicitlyDenied");
    }
  });
});
