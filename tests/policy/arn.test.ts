import assert from "node:assert/strict";
import { parseArn, resourceStart, resourceTypesOf, type Arn } from "../../components/policy/rules/arn";

describe("the fields of an ARN in a policy", () => {
  const cases: readonly { text: string; arn: Arn | undefined }[] = [
    {
      text: "arn:aws:sns:us-east-1:1:a:b",
      arn: { partition: "aws", service: "sns", region: "us-east-1", account: "1", resource: "a:b" },
    },
    { text: "arn:::::", arn: { partition: "", service: "", region: "", account: "", resource: "" } },
    { text: "arn:aws:sns:us-east-1:1", arn: undefined },
    { text: "arm:aws:sns:us-east-1:1:a", arn: undefined },
    {
      text: "arn:aws:dynamodb:${aws:RequestedRegion}:1:table/${aws:username}:x",
      arn: {
        partition: "aws",
        service: "dynamodb",
        region: "${aws:RequestedRegion}",
        account: "1",
        resource: "table/${aws:username}:x",
      },
    },
    {
      text: "arn:aws:dynamodb:$:{:table/${x}",
      arn: { partition: "aws", service: "dynamodb", region: "$", account: "{", resource: "table/${x}" },
    },
    { text: "${aws:a$b}:b:c:d:e:f", arn: undefined },
    { text: "arn:aws:s:${a:b", arn: undefined },
  ];
  for (const { text, arn } of cases)
    it(`are those between colons that are in no variable: ${text}`, () => assert.deepEqual(parseArn(text), arn));

  for (const [text, resource] of [
    ["arn:aws:s:r:1:a:b", "a:b"],
    ["arn:aws:s:${a:b}:1:${a:b}", "${a:b}"],
    [":::::a", "a"],
    [":${a}::::a", "a"],
    ["arn:aws:s:r:1", ""],
  ] as const) {
    it(`end with ${JSON.stringify(resource)}: ${text}`, () => assert.equal(text.slice(resourceStart(text)), resource));
  }
});

describe("the kinds of resources that the end of an ARN can match", () => {
  const below = ["index", "stream", "backup", "export", "import"];
  const cases: readonly (readonly [resource: string, types: readonly string[]])[] = [
    ["table/Stock", ["table"]],
    ["table/", []],
    ["table", []],
    ["Stock", []],
    ["global-table/Stock", ["global-table"]],
    ["global-table/*", ["global-table"]],
    ["table/Stock/index/ByDate", ["index"]],
    ["table/Stock/index", []],
    ["table/Stock/index*", ["index"]],
    ["table/Stock/indexes/a", []],
    ["table/Stock/i*", ["index", "import"]],
    ["table/Stock/*", below],
    ["table/Stock/*/index/a", below],
    ["table/*", ["table", ...below]],
    ["table/${aws:username}", ["table", ...below]],
    ["table/*/stream/*", ["stream"]],
    ["*", ["global-table", "table", ...below]],
    ["?able/Stock", ["global-table", "table", ...below]],
    ["*/index/*", ["global-table", "index"]],
    ["tab*", ["table", ...below]],
    ["glob*", ["global-table"]],
    ["x*", []],
  ];
  for (const [resource, types] of cases)
    it(`${resource}: ${types.join(", ") || "none"}`, () => assert.deepEqual(resourceTypesOf(resource), types));
});
