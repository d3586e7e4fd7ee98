import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DYNAMODB_ACTIONS } from "../../components/policy/actions";
import { CONDITION_KEYS } from "../../components/policy/rules/conditionKeys";
import { generatedFiles } from "../../tools/policyActions/render";

describe("the data on actions", () => {
  it(
    "is what the generator makes of the installed data: if not, run `npx ts-node " + "tools/policyActions/generate.ts`",
    async () => {
      for (const { path, text } of await generatedFiles())
        assert.equal(readFileSync(join(__dirname, "../..", path), "utf8"), text);
    },
  );

  it("knows the actions that take no resource but *", () => {
    const names = [...DYNAMODB_ACTIONS.values()]
      .filter((action) => action.resourceTypes.length === 0)
      .map((action) => action.name);
    for (const name of ["ListTables", "DescribeEndpoints", "DescribeLimits", "ListStreams", "ListBackups"])
      assert.ok(names.includes(name), name);
    assert.ok(!names.includes("GetItem"));
  });

  it("tells the actions on items from those on tables", () => {
    const names = [...DYNAMODB_ACTIONS.values()].filter((action) => action.onItems).map((action) => action.name);
    assert.deepEqual(names, [
      "BatchGetItem",
      "BatchWriteItem",
      "ConditionCheckItem",
      "DeleteItem",
      "GetItem",
      "PartiQLDelete",
      "PartiQLInsert",
      "PartiQLSelect",
      "PartiQLUpdate",
      "PutItem",
      "Query",
      "Scan",
      "SearchVectors",
      "UpdateItem",
    ]);
  });

  it("does not hold operations that are no actions", () => {
    for (const name of ["TransactGetItems", "TransactWriteItems", "ExecuteStatement"])
      assert.ok(!DYNAMODB_ACTIONS.has(name), name);
  });

  it("knows condition keys in any case", () => {
    assert.deepEqual(CONDITION_KEYS.get("aws:sourcevpce"), { name: "aws:SourceVpce", type: "String" });
    assert.ok(CONDITION_KEYS.has("aws:principaltag/"));
    assert.ok(CONDITION_KEYS.has("dynamodb:leadingkeys"));
  });
});
