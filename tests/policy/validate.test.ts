import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ACTION_DATA_VERSION } from "../../components/policy/actions";
import { FULL_ACCESS, type PolicyDocument } from "../../components/policy/document";
import {
  POLICY_FINDING_SEVERITIES,
  resolvePath,
  validatePolicy,
  type PolicyContext,
  type PolicyFinding,
  type PolicyFindingCode,
} from "../../components/policy/validate";

/** A policy with the findings that it must have, all of them; `VERSION` is that of the actions' data. */
interface Case {
  readonly title: string;
  readonly document: string | PolicyDocument;
  readonly context: PolicyContext;
  readonly findings: readonly PolicyFinding[];
}

const directory = join(__dirname, "../cases/policies");

describe("the validation of policies", () => {
  for (const file of readdirSync(directory).sort()) {
    describe(`in ${file}`, () => {
      const cases = JSON.parse(readFileSync(join(directory, file), "utf8")) as readonly Case[];
      for (const { title, document, context, findings } of cases) {
        it(title, () => {
          const found = validatePolicy(document, context);
          assert.deepEqual(
            found.map(({ message, ...rest }) => ({
              ...rest,
              message: message.replace(ACTION_DATA_VERSION, "VERSION"),
            })),
            findings,
          );
          for (const { path } of found) assertResolves(document, path);
        });
      }
    });
  }

  it("has a case of every finding but those that take thousands of characters", () => {
    const found = new Set(
      readdirSync(directory)
        .flatMap((file) => JSON.parse(readFileSync(join(directory, file), "utf8")) as readonly Case[])
        .flatMap(({ findings }) => findings.map(({ code }) => code)),
    );
    assert.deepEqual(
      Object.keys(POLICY_FINDING_SEVERITIES).filter(
        (code) => !found.has(code as PolicyFindingCode) && !code.startsWith("TooLong"),
      ),
      [],
    );
  });

  it("has nothing to say of full access, which an endpoint without a policy of its own has", () => {
    assert.deepEqual(validatePolicy(FULL_ACCESS, { kind: "endpoint" }), []);
  });

  it("finds the same in the same order, each time", () => {
    const document = readFileSync(join(directory, "published.json"), "utf8");
    for (const { document: policy, context } of JSON.parse(document) as readonly Case[]) {
      assert.deepEqual(validatePolicy(policy, context), validatePolicy(policy, context));
    }
  });

  it("finds the same in a document, in its text and in the same text with white space", () => {
    for (const { document, context } of JSON.parse(
      readFileSync(join(directory, "published.json"), "utf8"),
    ) as readonly Case[]) {
      assert.deepEqual(validatePolicy(JSON.stringify(document, null, 4), context), validatePolicy(document, context));
    }
  });

  it("finds in one round what is wrong around statements and what is wrong in them", () => {
    const all = readdirSync(directory).flatMap(
      (file) => JSON.parse(readFileSync(join(directory, file), "utf8")) as readonly Case[],
    );
    let compared = 0;
    for (const { document, context } of all) {
      const statements: unknown = typeof document === "string" ? undefined : document.Statement;
      if (!Array.isArray(statements) || !statements.every((each) => typeof each === "object" && !Array.isArray(each)))
        continue;
      // What a variable means depends on the document's version, which goes with the document.
      const inStatements = validatePolicy(document, context).filter(
        ({ path, code }) =>
          path.startsWith("Statement[") && !code.includes("Variable") && !/^(Duplicate|MissingIndex)/.test(code),
      );
      for (const [misplaced, prefix] of [
        [statements, ""],
        [{ Version: "2012-10-17", statement: statements }, "statement"],
      ] as const) {
        const found = new Set(validatePolicy(misplaced as never, context).map(({ path, code }) => `${code} ${path}`));
        for (const { path, code } of inStatements)
          assert.ok(
            found.has(`${code} ${prefix}${path.slice("Statement".length)}`),
            `${code} ${path} ${JSON.stringify(misplaced)}`,
          );
        compared += inStatements.length;
      }
    }
    assert.ok(compared > 200, String(compared));
  });

  describe("counts what is sent", () => {
    const codes = (document: string | PolicyDocument, kind: PolicyContext["kind"]): readonly string[] =>
      validatePolicy(document, { kind })
        .map(({ code }) => code)
        .filter((code) => code.startsWith("TooLong"));
    /** As many characters without white space between elements, some of which a parser reads as two. */
    const ofLength = (length: number, id: string): string => {
      const of = (Id: string): string =>
        JSON.stringify({
          Version: "2012-10-17",
          Id,
          Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" }],
        });
      return of(id + "x".repeat(length - of(id).length));
    };

    for (const kind of ["endpoint", "resource"] as const) {
      it(`of the policy of an ${kind}: no white space around elements`, () => {
        for (const id of ["", 'a "quoted" part \\ ', "a b\tc\n"]) {
          const longest = ofLength(20_480, id);
          assert.deepEqual(codes(longest, kind), []);
          assert.deepEqual(codes(JSON.stringify(JSON.parse(longest), null, 8), kind), []);
          assert.deepEqual(codes(JSON.parse(longest) as PolicyDocument, kind), []);
          const longer = ofLength(20_481, id);
          assert.deepEqual(codes(longer, kind), ["TooLong"]);
          assert.deepEqual(codes(JSON.stringify(JSON.parse(longer), null, 8), kind), ["TooLong"]);
          assert.match(validatePolicy(longer, { kind })[0]?.message ?? "", /^has 20481 characters/);
        }
      });
    }

    it("of a role's policy: no white space at all", () => {
      for (const [length, expected] of [
        [6_144, []],
        [6_145, ["TooLongForManagedPolicy"]],
        [10_240, ["TooLongForManagedPolicy"]],
        [10_241, ["TooLong"]],
      ] as const) {
        for (const blanks of [0, 3_000])
          assert.deepEqual(
            codes(
              JSON.stringify(JSON.parse(ofLength(length, "").replace("xxx", `x${" ".repeat(blanks)}xx`)), null, 3),
              "identity",
            ),
            expected,
          );
      }
    });
  });

  it("names the principal's own condition in place of a principal that an endpoint does not take", () => {
    const of = (AWS: string) =>
      validatePolicy(
        { Version: "2012-10-17", Statement: { Effect: "Allow", Principal: { AWS }, Action: "*", Resource: "*" } },
        { kind: "endpoint" },
      )[0]?.message ?? "";
    assert.match(
      of("arn:aws:iam::123456789012:role/App"),
      /\{"ArnEquals":\{"aws:PrincipalArn":"arn:aws:iam::123456789012:role\/App"\}\}/,
    );
    assert.match(of("arn:aws:iam::123456789012:root"), /\{"StringEquals":\{"aws:PrincipalAccount":"123456789012"\}\}/);
    assert.match(of("123456789012"), /root user alone.*\{"StringEquals":\{"aws:PrincipalAccount":"123456789012"\}\}/);
  });
});

describe("the path of a finding", () => {
  const document = {
    Statement: [{ "": 1, "a.b": { '"]': [7] }, ä: 2, Condition: { StringEquals: { "aws:SourceVpce": "x" } } }],
  };
  const places: readonly (readonly [string, unknown])[] = [
    ["", document],
    ['Statement[0].Condition.StringEquals["aws:SourceVpce"]', "x"],
    ['Statement[0][""]', 1],
    ['Statement[0]["a.b"]["\\"]"][0]', 7],
    ['Statement[0]["ä"]', 2],
    ["Statement[1]", undefined],
    ["Statement.length.x", undefined],
    ["constructor", undefined],
    ["Statement[", undefined],
  ];
  for (const [path, value] of places)
    it(`resolves ${JSON.stringify(path)}`, () => assert.deepEqual(resolvePath(document, path), value));
});

/** What cannot be parsed has no other place than the whole. */
function assertResolves(document: string | PolicyDocument, path: string): void {
  let parsed: unknown = document;
  try {
    if (typeof document === "string") parsed = JSON.parse(document);
  } catch {
    assert.equal(path, "");
    return;
  }
  assert.notEqual(resolvePath(parsed, path), undefined, path);
}
