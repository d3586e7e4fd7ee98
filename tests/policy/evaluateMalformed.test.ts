import assert from "node:assert/strict";
import fc from "fast-check";
import { listOf, type PolicyDocument, type PolicyStatement } from "../../components/policy/document";
import { evaluatePolicy, type PolicyRequest } from "../../components/policy/evaluate";
import { ANY_CHARACTERS, matchesPattern, matchesResource, patternOf, type Pattern } from "../../components/policy/matching";
import { policyCases } from "../../tools/soak/policiesCases";

const DECISIONS = ["allowed", "explicitlyDenied", "implicitlyDenied"];

const request: PolicyRequest = {
  principal: { arn: "arn:aws:iam::111122223333:user/alice" },
  action: "dynamodb:GetItem",
  resource: "arn:aws:dynamodb:us-east-1:111122223333:table/Stock",
  context: { "aws:SourceVpce": "vpce-1" },
};

/** Values that belong nowhere in a policy, and some that do. */
const strangeValue = fc.oneof(
  fc.constantFrom<unknown>(null, true, 7, "", "*", "${", "${aws:username", "Allow", "Deny", "2012-10-17", [], {}, [[]], [null], { AWS: [] }, { StringEquals: [] }),
  fc.string(),
  fc.jsonValue(),
);

/** `value` with whatever stands at a random place in it replaced, or with something added there. */
function edited(value: unknown, path: readonly number[], strange: unknown): unknown {
  const [step, ...further] = path;
  if (step === undefined || typeof value !== "object" || value === null) return strange;
  const entries = Object.entries(value);
  const at = step % (entries.length + 1);
  const name = entries[at]?.[0] ?? "Added";
  const inner = edited(entries[at]?.[1], further, strange);
  if (Array.isArray(value)) return [...(value.slice(0, at) as unknown[]), inner, ...(value.slice(at + 1) as unknown[])];
  return { ...value, [name]: inner };
}

describe("a malformed policy", () => {
  it("is decided upon, whatever was done to it", function () {
    this.timeout(120_000);
    const edits = fc.array(fc.tuple(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 }), strangeValue), { minLength: 1, maxLength: 3 });
    const property = fc.property(policyCases, edits, ({ document, request: drawn }, drawnEdits) => {
      const malformed = drawnEdits.reduce<unknown>((value, [path, strange]) => edited(value, path, strange), document);
      const { decision } = evaluatePolicy(malformed as PolicyDocument, drawn);
      assert.ok(DECISIONS.includes(decision));
      assert.equal(evaluatePolicy(JSON.stringify(malformed), drawn).decision, decision);
    });
    fc.assert(property, { numRuns: 4_000 });
  });

  it("is decided upon as text that was cut, extended or overwritten", function () {
    this.timeout(120_000);
    const property = fc.property(policyCases, fc.nat(), fc.nat({ max: 40 }), fc.string(), ({ document, request: drawn }, at, length, inserted) => {
      const text = JSON.stringify(document);
      const start = at % text.length;
      for (const malformed of [text.slice(0, start), text.slice(0, start) + inserted + text.slice(start + length)]) {
        assert.ok(DECISIONS.includes(evaluatePolicy(malformed, drawn).decision));
      }
    });
    fc.assert(property, { numRuns: 4_000 });
  });

  it("does not allow what a Deny denied before one of its elements became unreadable", function () {
    this.timeout(120_000);
    const damage = fc.constantFrom<(statement: PolicyStatement) => unknown>(
      () => null,
      () => "Deny",
      (statement) => ({ ...statement, Effect: "deny" }),
      (statement) => ({ ...statement, Condition: { ...statement.Condition, StringSounds: { "aws:SourceVpce": "x" } } }),
      (statement) => ({ ...statement, Condition: null }),
      (statement) => ({ ...statement, Action: { all: true }, NotAction: undefined }),
      (statement) => ({ ...statement, NotAction: statement.NotAction ?? "*", Action: statement.Action ?? "*" }),
      (statement) => ({ ...statement, Resource: [7], NotResource: undefined }),
      (statement) => ({ ...statement, Principal: { Someone: "x" }, NotPrincipal: undefined }),
      (statement) => ({ ...statement, Added: true }),
    );
    let denied = 0;
    const property = fc.property(policyCases, damage, ({ document, request: drawn }, damaged) => {
      const { decision, statement: path } = evaluatePolicy(document, drawn);
      if (decision !== "explicitlyDenied") return;
      denied += 1;
      const at = Number(/\d+/.exec(path ?? "")?.[0] ?? 0);
      const Statement = (listOf(document.Statement) as PolicyStatement[]).map((statement, i) => (i === at ? damaged(statement) : statement));
      assert.equal(evaluatePolicy({ ...document, Statement } as PolicyDocument, drawn).decision, "explicitlyDenied");
    });
    fc.assert(property, { numRuns: 2_000 });
    assert.ok(denied > 100, `only ${denied} were denied`);
  });

  it("is decided upon however deep or long it is", () => {
    const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);
    const statement = (element: string, value: string): string => `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","${element}":${value}}}`;
    for (const text of [deep("[", "]"), deep('{"Statement":', "}"), statement("Condition", deep("[", "]")), statement("Principal", deep('{"AWS":', "}"))]) {
      assert.ok(DECISIONS.includes(evaluatePolicy(text, request).decision));
    }
    const long = "a*".repeat(100_000);
    for (const element of ["Action", "Resource", "Sid"]) {
      const { decision } = evaluatePolicy(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","${element}":"${long}"}}`, request);
      assert.equal(decision, element === "Sid" ? "allowed" : "implicitlyDenied");
    }
    const variables = { Version: "2012-10-17", Statement: { Effect: "Allow" as const, Action: "*", Resource: `*${"${aws:PrincipalAccount}".repeat(20_000)}` } };
    assert.equal(evaluatePolicy(variables, request).decision, "implicitlyDenied");
  });
});

describe("matching with wildcards", () => {
  /** How often the characters of the pattern are looked at, which is what takes the time. */
  function steps(pattern: Pattern, matches: (counted: Pattern) => boolean): number {
    let reads = 0;
    if (typeof pattern === "string") return Number(matches(pattern));
    matches(new Proxy(pattern, { get: (target, name, receiver) => ((reads += 1), Reflect.get(target, name, receiver) as unknown) }));
    return reads;
  }

  it("takes time in proportion to the text, however many wildcards there are", () => {
    for (const pattern of ["a*".repeat(30) + "b", "*a".repeat(30) + "b", "?*".repeat(30) + "b", "*".repeat(60) + "b", "*aaaaaaaaaab"]) {
      const [short, long] = [1000, 8000].map((length) => steps(patternOf(pattern), (counted) => matchesPattern(counted, "a".repeat(length))));
      assert.ok((long ?? 0) <= 9 * (short ?? 0), `${pattern}: ${short} steps, then ${long}`);
    }
  });

  it("never takes more steps than pattern and text multiplied", () => {
    const ofTwo = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 40 }).map((characters) => characters.join(""));
    const property = fc.property(ofTwo, fc.stringMatching(/^[ab]{0,60}$/), (pattern, text) => {
      const taken = steps(patternOf(pattern), (counted) => matchesPattern(counted, text));
      assert.ok(taken <= 3 * (pattern.length + 2) * (text.length + 2), `${pattern} on ${text}: ${taken}`);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it("matches as the definition of * and ? says", () => {
    const literal = (text: string): readonly number[] => [...text].map((character) => character.charCodeAt(0));
    const matches = (pattern: Pattern, text: string): boolean => {
      const [first, ...rest] = typeof pattern === "string" ? literal(pattern) : pattern;
      if (first === undefined) return text === "";
      if (first === ANY_CHARACTERS) return matches(rest, text) || (text !== "" && matches(pattern, text.slice(1)));
      return text !== "" && (first < 0 || first === text.charCodeAt(0)) && matches(rest, text.slice(1));
    };
    const property = fc.property(fc.stringMatching(/^[ab*?]{0,8}$/), fc.stringMatching(/^[ab]{0,8}$/), (pattern, text) => {
      assert.equal(matchesPattern(patternOf(pattern), text), matches(patternOf(pattern), text));
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it("matches every resource by itself, and by any of its beginnings with a *", () => {
    const property = fc.property(fc.stringMatching(/^arn(:[a-z0-9/]{0,4}){0,8}$/), fc.nat({ max: 40 }), (resource, length) => {
      assert.ok(matchesResource(patternOf(resource), resource));
      assert.ok(matchesResource(patternOf(`${resource.slice(0, length)}*`), resource));
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});
