import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DYNAMODB_ACTIONS } from "../../components/policy/actions";
import type { PolicyDocument } from "../../components/policy/document";
import { evaluatePolicy } from "../../components/policy/evaluate";
import { validatePolicy, type PolicyContext, type PolicyFindingCode } from "../../components/policy/validate";

const directory = join(__dirname, "../cases/policies");
const cases = readdirSync(directory).flatMap(
  (file) =>
    JSON.parse(readFileSync(join(directory, file), "utf8")) as readonly {
      title: string;
      document: string | PolicyDocument;
      context: PolicyContext;
    }[],
);

const table = "arn:aws:dynamodb:eu-west-1:123456789012:table/Stock";
const principal = { arn: "arn:aws:iam::123456789012:role/App" };

/** The cases with one of these findings: some there must be. */
function casesWith(...codes: readonly PolicyFindingCode[]): typeof cases {
  const found = cases.filter(({ document, context }) =>
    validatePolicy(document, context).some(({ code }) => codes.includes(code)),
  );
  assert.ok(found.length > 0, codes.join());
  return found;
}

describe("a policy of which the validation says that it locks everyone out", () => {
  for (const { title, document } of casesWith("MissingAllow", "DeniesEverything")) {
    it(`allows no action to a role: ${title}`, () =>
      assert.deepEqual(allowed(document, [...DYNAMODB_ACTIONS.keys()]), []));
  }
});

describe("a policy of which the validation says that it allows no items", () => {
  const refused = casesWith("InvalidAction");
  for (const each of casesWith("AllowsNoItems")) {
    const { title, document } = each;
    // AWS refuses documents with such actions: what would be made of them is no question.
    if (refused.includes(each)) continue;
    const onItems = [...DYNAMODB_ACTIONS.values()].filter((action) => action.onItems).map(({ name }) => name);
    it(`allows no action on items to a role: ${title}`, () => assert.deepEqual(allowed(document, onItems), []));
  }
});

function allowed(document: string | PolicyDocument, actions: readonly string[]): readonly string[] {
  return actions.filter((name) => {
    const resource = DYNAMODB_ACTIONS.get(name)?.resourceTypes.length === 0 ? "*" : table;
    return evaluatePolicy(document, { action: `dynamodb:${name}`, resource, principal }).decision === "allowed";
  });
}
