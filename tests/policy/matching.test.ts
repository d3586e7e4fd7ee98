import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ANY_CHARACTERS,
  arnPatternOf,
  both,
  hasWholeAccount,
  matchesArn,
  matchesPattern,
  matchesResource,
  namesService,
  ONE_CHARACTER,
  patternOf,
  patternOfPieces,
  splitArn,
  type Match,
  type Pattern,
} from "../../components/policy/matching";

describe("matching with wildcards", () => {
  /** How often the characters of the pattern are looked at, which is what takes the time. */
  function steps(pattern: Pattern, matches: (counted: Pattern) => boolean): number {
    let reads = 0;
    if (typeof pattern === "string") return Number(matches(pattern));
    matches(
      new Proxy(pattern, {
        get: (target, name, receiver) => ((reads += 1), Reflect.get(target, name, receiver) as unknown),
      }),
    );
    return reads;
  }

  it("takes time in proportion to the text, however many wildcards there are", () => {
    for (const pattern of [
      "a*".repeat(30) + "b",
      "*a".repeat(30) + "b",
      "?*".repeat(30) + "b",
      "*".repeat(60) + "b",
      "*aaaaaaaaaab",
    ]) {
      const [short, long] = [1000, 8000].map((length) =>
        steps(patternOf(pattern), (counted) => matchesPattern(counted, "a".repeat(length))),
      );
      assert.ok((long ?? 0) <= 9 * (short ?? 0), `${pattern}: ${short} steps, then ${long}`);
    }
  });

  it("never takes more steps than pattern and text multiplied", () => {
    const ofTwo = fc
      .array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 40 })
      .map((characters) => characters.join(""));
    const property = fc.property(ofTwo, fc.stringMatching(/^[ab]{0,60}$/), (pattern, text) => {
      const taken = steps(patternOf(pattern), (counted) => matchesPattern(counted, text));
      assert.ok(taken <= 3 * (pattern.length + 2) * (text.length + 2), `${pattern} on ${text}: ${taken}`);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it("matches as the definition of * and ? says", () => {
    const literal = (text: string): readonly number[] => Array.from(text, (character) => character.charCodeAt(0));
    const matches = (pattern: Pattern, text: string): boolean => {
      const [first, ...rest] = typeof pattern === "string" ? literal(pattern) : pattern;
      if (first === undefined) return text === "";
      if (first === ANY_CHARACTERS) return matches(rest, text) || (text !== "" && matches(pattern, text.slice(1)));
      return text !== "" && (first < 0 || first === text.charCodeAt(0)) && matches(rest, text.slice(1));
    };
    const property = fc.property(
      fc.stringMatching(/^[ab*?]{0,8}$/),
      fc.stringMatching(/^[ab]{0,8}$/),
      (pattern, text) => {
        assert.equal(matchesPattern(patternOf(pattern), text), matches(patternOf(pattern), text));
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  it("matches every resource by itself, and by any of its beginnings with a *", () => {
    const property = fc.property(
      fc.stringMatching(/^arn(:[a-z0-9/]{0,4}){0,8}$/),
      fc.nat({ max: 40 }),
      (resource, length) => {
        assert.ok(matchesResource(patternOf(resource), resource));
        assert.ok(matchesResource(patternOf(`${resource.slice(0, length)}*`), resource));
      },
    );
    fc.assert(property, { numRuns: 1_000 });
  });
});

describe("patterns of resources", () => {
  const cases: readonly (readonly [pattern: string, resource: string, matches: boolean])[] = [
    ["*", "arn:b", true],
    ["a*:c", "a:b:c", true],
    ["a*:b:c", "a:b:x:c", false],
    ["a*:b*:c", "a:b:x:c", true],
    ["a*:b*:x:b:c", "a:b:x:b:c", true],
    ["a*:a:c*", "a:c", false],
    ["a*:x?:d", "a:b:x1:d", true],
    ["a*:b:c*:b:c", "a:b:c:b:c", true],
    ["arn:b*:arn:b", "arn:b", false],
    ["?:arn:b", "arn:b", false],
    ["arn:aws:s*:*", "arn:aws:sqs", false],
    ["arn:aws:s*:*", "arn:aws:sqs:", true],
    ["arn:aws:*:*:*:table/*:x", "arn:aws:dynamodb:eu-west-1:1:table/a:b:x", true],
    ["arn:aws:*:*:*:table/?", "arn:aws:dynamodb:eu-west-1:1:table/:", true],
    ["\u0001?", "ab", false],
    ["\u0002*", "a", false],
  ];
  for (const [pattern, resource, matches] of cases) {
    it(`${JSON.stringify(pattern)} ${matches ? "matches" : "does not match"} ${resource}`, () =>
      assert.equal(matchesResource(patternOf(pattern), resource), matches));
  }

  it("are cut at their first five colons", () => {
    const cut = (pattern: string): readonly string[] => {
      const parts = arnPatternOf(patternOf(pattern));
      const text = (part: Pattern): string =>
        typeof part === "string"
          ? part
          : part
              .map((unit) => (unit === ANY_CHARACTERS ? "*" : unit === ONE_CHARACTER ? "?" : String.fromCharCode(unit)))
              .join("");
      return typeof parts === "string" ? [parts] : parts.map(text);
    };
    assert.deepEqual(cut("arn:aws:dynamodb:*:*:table/a?:b:c"), ["arn", "aws", "dynamodb", "*", "*", "table/a?:b:c"]);
    assert.deepEqual(cut(":*:"), ["", "*", ""]);
    assert.deepEqual(cut("*"), ["*"]);
    assert.deepEqual(cut("a:b"), ["a:b"]);
  });

  it("are texts where nothing in them is a wildcard", () => {
    assert.equal(patternOf("abc"), "abc");
    assert.equal(
      patternOfPieces([
        { text: "a*", literal: true },
        { text: "b", literal: false },
      ]),
      "a*b",
    );
    assert.deepEqual(
      patternOfPieces([
        { text: "?", literal: true },
        { text: "?", literal: false },
      ]),
      ["?".charCodeAt(0), ONE_CHARACTER],
    );
  });

  for (const [text, names] of [
    ["arn:aws", true],
    ["arn:aws:dynamodb", true],
    ["arn", false],
    ["arn:*:dynamodb:*", true],
    ["arn:aws:dynamo*:x", false],
    ["arn:aws:dynamodb*", false],
    ["arn:*", false],
    ["arm:*:dynamodb:x", false],
  ] as const) {
    it(`${text} ${names ? "may" : "may not"} stand for resources`, () => assert.equal(namesService(text), names));
  }

  for (const [text, whole] of [
    ["arn:aws:iam::1111:role/*", true],
    ["arn:aws:iam::*:role/a", true],
    ["arn:aws:iam::11*:role/a", false],
    ["arn:aws:iam::11?", false],
    ["arn:aws:i*m", true],
    ["arn:aws:iam:*:11:a", true],
    ["::::1*:*", false],
  ] as const) {
    it(`the account in ${text} is ${whole ? "one, or any" : "a part of one"}`, () =>
      assert.equal(hasWholeAccount(text), whole));
  }
});

describe("an ARN", () => {
  it("has six parts, the last with all its colons", () => {
    assert.deepEqual(splitArn("arn:aws:sns:us-east-1:1:a:b:c"), ["arn", "aws", "sns", "us-east-1", "1", "a:b:c"]);
    assert.deepEqual(splitArn("arn:aws:sns:us-east-1:1:a"), ["arn", "aws", "sns", "us-east-1", "1", "a"]);
    assert.equal(splitArn("arn:aws:sns:us-east-1:1"), undefined);
  });

  for (const [pattern, arn, matches] of [
    ["arn:aws:sns:*:1:a:*", "arn:aws:sns:us-east-1:1:a:b", "yes"],
    ["arn:aws:sns:*:1:b*", "arn:aws:sns:us-east-1:1:a:b", "no"],
    ["arn:aws:sns:us-east-1:1:a:b", "arn:aws:sns:us-east-1:1:a:b", "yes"],
    ["arn:aws:sns:us-east-1:1:a", "arn:aws:sns:us-east-1:1:b", "no"],
    ["arn:aws:sns:*", "arn:aws:sns:us-east-1:1:a", "unknown"],
    ["arn:aws:sns:*:1:a", "arn:aws:sns", "unknown"],
  ] as const) {
    it(`is compared part by part: ${arn} with ${pattern}`, () =>
      assert.equal(matchesArn(arnPatternOf(patternOf(pattern)), arn), matches));
  }
});

describe("what is known of two parts together", () => {
  const matches: readonly Match[] = ["no", "unknown", "yes"];

  it("is the worse of the two", () => {
    for (const [i, one] of matches.entries())
      for (const [j, other] of matches.entries()) assert.equal(both(one, other), matches[Math.min(i, j)]);
  });
});
