import assert from "node:assert/strict";
import { checkOfReports, checkTeardownWarnings } from "../components/check/checkTeardown";
import { readLedger, type RecordedCheck } from "../components/plan/ledger";

function check(functions: readonly string[], hasSecurityGroup = true): { check: RecordedCheck } {
  return { check: { functions: new Set(functions), hasSecurityGroup } };
}

const CASES: readonly {
  title: string;
  before: object;
  next: object;
  formerNames?: Record<string, string>;
  says: readonly RegExp[];
}[] = [
  { title: "nothing without a check", before: {}, next: {}, says: [] },
  { title: "nothing of a check that comes", before: {}, next: check(["a"]), says: [] },
  { title: "nothing of a check that stays", before: check(["a", "b"]), next: check(["b", "a", "c"]), says: [] },
  {
    title: "nothing of functions of the user's own that are asked no more",
    before: check([], false),
    next: {},
    says: [],
  },
  {
    title: "nothing of a renamed route table",
    before: check(["a"]),
    next: check(["x"]),
    formerNames: { x: "a" },
    says: [],
  },
  {
    title: "that a renamed one goes, whose former name nobody gives",
    before: check(["a"]),
    next: check(["x"]),
    formerNames: { y: "a" },
    says: [/^the function that checks a is deleted\. .* does not wait for that\.$/],
  },
  {
    title: "that a check takes long to go",
    before: check(["b", "a"]),
    next: {},
    says: [/^the functions that check a, b are deleted: `pulumi up` waits/],
  },
  {
    title: "the same where functions of the user's own take its place",
    before: check(["a"]),
    next: check([], false),
    says: [/^the function that checks a is deleted: `pulumi up` waits/],
  },
  {
    title: "that a security group takes long to go, too",
    before: check(["a"]),
    next: check(["a"], false),
    says: [/^the security group of the check is deleted: `pulumi up` waits/],
  },
  {
    title: "for how long a role of the user's own is needed",
    before: check(["a"], false),
    next: {},
    says: [/^the function that checks a is deleted\. .*; keep the role of roleArn/],
  },
];

describe("what goes of a check", () => {
  for (const { title, before, next, formerNames = {}, says } of CASES) {
    it(`says ${title}`, () => {
      const texts = [...checkTeardownWarnings(before, next, formerNames)];
      assert.equal(texts.length, says.length, texts.join("\n"));
      for (const [i, said] of says.entries()) assert.match(texts[i] ?? "", said);
    });
  }

  it("is read of a ledger as it was written, and of no other version", () => {
    const { check: recorded } = readLedger({ check: { version: 1, functions: ["a"], hasSecurityGroup: true } }, false);
    assert.deepEqual(recorded, check(["a"]).check);
    assert.equal(readLedger({}, false).check, undefined);
    assert.equal(
      readLedger({ check: { version: 2, functions: ["a"], hasSecurityGroup: true } }, false).check,
      undefined,
    );
  });

  it("is told by its reports where an earlier version has left it", () => {
    assert.deepEqual(checkOfReports({ a: {} }), check(["a"]).check);
    for (const none of [undefined, null, {}, "a"]) assert.equal(checkOfReports(none), undefined);
  });
});
