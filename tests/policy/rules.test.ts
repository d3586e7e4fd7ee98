import assert from "node:assert/strict";
import { MAX_POLICY_CHARACTERS, type JsonObject } from "../../components/policy/document";
import {
  duplicateKeys,
  excessiveLength,
  isBareStatement,
  meantStatements,
  readDocument,
} from "../../components/policy/rules/document";
import { hasSeveralValues, typeOfKey } from "../../components/policy/rules/keys";
import { meantOperator, parseOperator } from "../../components/policy/rules/operators";
import { itemPath, memberPath, resolvePath } from "../../components/policy/rules/path";
import { LONGEST_CONDITION_KEY } from "../../components/policy/rules/policy";
import { closest } from "../../components/policy/rules/suggestion";
import { matchesEverything } from "../../components/policy/rules/wildcards";

describe("the operator that was meant", () => {
  const cases: readonly (readonly [given: string, meant: string | undefined])[] = [
    ["StringEqual", "StringEquals"],
    ["stringequals", "StringEquals"],
    ["StringEqualIfExists", "StringEqualsIfExists"],
    ["ForAllValue:StringEqual", "ForAllValues:StringEquals"],
    ["ForAnyValues:StringLikes", "ForAnyValue:StringLike"],
    ["ForSomeOfTheValues:StringLikes", "ForAnyValue:StringLike"],
    [":StringLikes", "ForAnyValue:StringLike"],
    ["ForAllValue:StringEqualIfExists", "ForAllValues:StringEqualsIfExists"],
    ["Resembles", undefined],
  ];
  for (const [given, meant] of cases)
    it(`of ${given} is ${String(meant)}`, () => assert.equal(meantOperator(given), meant));

  it("is none of what has a set that is none, or a colon too many", () => {
    assert.equal(parseOperator("ForAllValues:StringLike")?.set, "ForAllValues");
    assert.deepEqual(["Any:StringLike", "ForAllValues:ForAnyValue:StringLike", ":StringLike"].map(parseOperator), [
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("the name that was meant", () => {
  const cases: readonly (readonly [given: string, candidates: readonly string[], meant: string | undefined])[] = [
    ["getitem", ["PutItem", "GetItem"], "GetItem"],
    ["GetItxx", ["GetItem"], "GetItem"],
    ["GetIxxx", ["GetItem"], undefined],
    ["GetItemsss", ["GetItem"], undefined],
    ["GetItemsxxx", ["GetItemsabc"], undefined],
    ["DeleteItexxx", ["DeleteItemab"], "DeleteItemab"],
    ["DeleteItxxxx", ["DeleteItemab"], undefined],
    ["GetTable", ["PutTable", "SetTable", "LetTable"], "SetTable"],
    ["x".repeat(64), ["x".repeat(65)], "x".repeat(65)],
    ["x".repeat(65), ["x".repeat(64)], undefined],
  ];
  for (const [given, candidates, meant] of cases)
    it(`by ${given} is, of ${candidates.join(", ")}, ${String(meant)}`, () =>
      assert.equal(closest(given, candidates), meant));
});

describe("what matches everything", () => {
  it("is asterisks alone, and at least one", () => {
    assert.deepEqual(["*", "***", "", "a*", "*a", "*?", "a"].map(matchesEverything), [
      ...[true, true],
      ...[false, false, false, false, false],
    ]);
  });
});

describe("a condition key", () => {
  it("that ends in the key of a tag has the type of such keys, whatever the tag's is", () => {
    assert.deepEqual(
      ["aws:principaltag/", "aws:principaltag/a/b", "aws:requesttag/team", "/aws:principaltag", "aws:nothing"].map(
        typeOfKey,
      ),
      ["String", "String", "String", undefined, undefined],
    );
  });

  it("has several values where it is a list of texts or ARNs", () => {
    assert.deepEqual(["aws:tagkeys", "aws:principalarn", "dynamodb:leadingkeys"].map(hasSeveralValues), [
      true,
      false,
      true,
    ]);
  });
});

describe("the path of what stands in a document", () => {
  const document = { Statement: [{ Condition: { 'a"]b': { "": 1, "9_x": 2, __proto__x: 3 } } }], "": 4 };
  const within = memberPath(memberPath(itemPath("Statement", 0), "Condition"), 'a"]b');

  it("leads to it, whatever it is named", () => {
    assert.equal(within, 'Statement[0].Condition["a\\"]b"]');
    assert.deepEqual(
      [memberPath(within, ""), memberPath(within, "9_x"), memberPath("", ""), memberPath("", "Statement")].map(
        (path) => [path, resolvePath(document, path)],
      ),
      [
        [`${within}[""]`, 1],
        [`${within}.9_x`, 2],
        ['[""]', 4],
        ["Statement", document.Statement],
      ],
    );
  });

  it("has a name behind a full stop where that is of letters, digits and underscores, else in brackets", () => {
    for (const name of ["a", "z", "A", "Z", "0", "9", "_", "aZ_09"]) assert.equal(memberPath("x", name), `x.${name}`);
    for (const name of ["", "`", "{", "@", "[", "/", ":", "^", "é", "a-b"])
      assert.equal(memberPath("x", name), `x[${JSON.stringify(name)}]`);
  });

  it("leads nowhere where there is nothing, and where it is none", () => {
    for (const path of [
      "Statement[1]",
      "Statement.length.x",
      "Statement[",
      "Statement[0",
      "Statement[0]-",
      "Statement[0].Condition.x",
      "toString",
    ])
      assert.equal(resolvePath(document, path), undefined, path);
  });
});

describe("a document", () => {
  const paths = (text: string): readonly string[] =>
    [...duplicateKeys(text, JSON.parse(text) as JsonObject)].map(({ path }) => path);

  it("has a key twice wherever its objects have, with white space, quotes and commas in between", () => {
    const cases: readonly (readonly [text: string, found: readonly string[]])[] = [
      ['{"a":1,"a":2}', ["a"]],
      ['{"a" : 1, "b": ["x", {"c":1}, {"c":1,"c"\n:2}]}', ["b[2].c"]],
      ['{"b":[[1,2],[{"c":1,"c":2}]]}', ["b[1][0].c"]],
      ['{"b":{"c":{}},"d":{"c":[],"c":1}}', ["d.c"]],
      ['{"a\\":":1,"a\\":":2}', ['["a\\":"]']],
      ['{"a":"\\":","b":"{,}[","b":2}', ["b"]],
      ['{"a":"a","b":"b"}', []],
      [`{"a":{"a":{"a":{"a":{"a":{"a":1,"a":2}}}}}}`, ["a.a.a.a.a.a"]],
      [`{"a":{"a":{"a":{"a":{"a":{"a":{"a":1,"a":2}}}}}}}`, []],
      [`{"${"x".repeat(LONGEST_CONDITION_KEY + 1)}":{"a":1,"a":2},"b":1,"b":2}`, ["b"]],
    ];
    for (const [text, found] of cases) assert.deepEqual(paths(text), found, text);
  });

  it("is too long by a character, which white space around its elements is not", () => {
    const lengthOf = (kind: "endpoint" | "identity", length: number): readonly string[] => {
      const text = `{"a": "${"x".repeat(length - 8)}"}`;
      return [...excessiveLength(text, { kind })].map(({ code, message }) => `${code} ${message}`);
    };
    assert.deepEqual(lengthOf("endpoint", MAX_POLICY_CHARACTERS), []);
    assert.deepEqual(lengthOf("endpoint", MAX_POLICY_CHARACTERS + 1), [
      `TooLong has ${MAX_POLICY_CHARACTERS + 1} characters without white space between its elements; AWS takes 20480: ` +
        "join statements, or name tables by a common prefix",
    ]);
    assert.deepEqual(lengthOf("identity", 6_144), []);
    assert.deepEqual(lengthOf("identity", 6_145), [
      "TooLongForManagedPolicy has 6145 characters without white space: only the inline policy of a role may " +
        "(10240); a managed policy may have 6144 (Access Analyzer: Policy size exceeds identity policy quota)",
    ]);
    assert.deepEqual(lengthOf("identity", 10_241), [
      "TooLong has 10241 characters without white space; no policy of an identity may have more than 10240: split it",
    ]);
  });

  it("that cannot be written says why, on one line, and no longer than a line is read", () => {
    const saying = (text: string): string => {
      const getter = {
        get Statement(): never {
          throw new Error(text);
        },
      };
      const read = readDocument(getter);
      return "problem" in read ? read.problem.message : "";
    };
    assert.match(saying("first\nsecond"), /^is not JSON \(first\)/);
    assert.match(saying("y".repeat(201)), /\(y{200}\)/);
  });

  it("is a bare statement where it has an effect or an action, and no statements", () => {
    const cases = [{ Effect: "Allow" }, { Action: "*" }, { Statement: [], Effect: "Allow" }, { Resource: "*" }];
    assert.deepEqual(cases.map(isBareStatement), [true, true, false, false]);
  });

  it("has the statements that were meant: under another name, in a list, or bare", () => {
    const statement = { Effect: "Allow" };
    const meant = (document: JsonObject): readonly string[] => meantStatements(document).map(({ path }) => path);
    assert.deepEqual(
      [{ Statement: statement }, { Statment: [statement, statement] }, statement, { Version: "2012-10-17" }].map(meant),
      [["Statement"], ["Statment[0]", "Statment[1]"], [""], []],
    );
    const inList = (given: unknown): number => {
      const read = readDocument(given);
      return "problem" in read ? read.statements.length : -1;
    };
    assert.deepEqual([[statement, statement], [statement, 1], [1]].map(inList), [2, 0, 0]);
  });
});
