import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { judgeAccess } from "../../../cli/access/judge";
import type { AccessReport, FlipShown } from "../../../cli/access/report";
import { markdownOf } from "../../../cli/access/tell/markdown";
import { terminalText } from "../../../cli/access/tell/terminal";
import type { CallerSeen } from "../../../cli/preflight/seen";
import { hostileTexts, outsideCode, structure } from "../hostileTexts";
import { smallFacts, smallScope, toldFacts } from "../preflight/smallFacts";
import { misfits } from "../schema";
import { accessFacts, fromNat, fromVpc, lambda, role, roles, tableOf } from "./smallAccess";

const schema = JSON.parse(readFileSync("cli/access/access.schema.json", "utf8")) as object;

const facts = accessFacts({
  authorization: roles(role("app", fromNat), role("back", fromVpc)),
  functions: [lambda("orders", "app", "a"), lambda("prices", "back", "b")],
  organization: { Id: "o-1", MasterAccountId: "999988887777" },
  tables: [tableOf("Orders")],
  tableNames: ["Orders", "Prices"],
});

const report = (more: { readonly showsPolicies?: boolean } = {}): AccessReport =>
  judgeAccess({ facts: toldFacts(smallFacts(facts)) }, smallScope(), { roles: [], isForAll: false, ...more });

function flip(text: string): FlipShown {
  const by = { kind: "identity", policy: text, path: text, sid: text } as const;
  const edit = { words: text, patch: [{ op: "add" as const, path: text, value: text }], newlyAllows: [] };
  return {
    id: "P1",
    severity: "blocker",
    subject: text,
    message: text,
    evidence: [text, text],
    remedy: text,
    routeTableIds: [text],
    caller: text,
    workloads: [text],
    actions: [text],
    resources: [text],
    before: { outcome: "allowed", by, dependsOn: [] },
    after: { outcome: "denied", by, dependsOn: [] },
    edits: [
      {
        kind: "identity",
        policy: text,
        during: { ...edit, newlyAllows: [{ caller: text, actions: [text], resources: [text], way: "after" }] },
        afterwards: edit,
      },
    ],
  };
}

function seen(text: string): CallerSeen {
  const names = [text];
  return {
    principal: text,
    principalType: text,
    accountId: text,
    ...{ ways: names, routeTableIds: names, clients: names, hosts: names, eventNames: names, tableNames: names },
    events: 1,
    firstAt: text,
    lastAt: text,
  };
}

/** With a text in every place that names, policies and AWS's words come to. */
function everywhere(text: string): AccessReport {
  return {
    schemaVersion: 1,
    command: "access",
    account: text,
    region: text,
    vpcId: text,
    direction: "switch",
    organization: { id: text, policies: "given", exportedAt: text },
    ways: [{ routeTableIds: [text], before: text, after: text, callers: [text] }],
    flips: [flip(text), { ...flip(text), severity: "medium" }, { ...flip(text), severity: "unknown" }],
    unknown: [{ id: "P1", severity: "unknown", subject: text, message: text, evidence: [text], remedy: text }],
    policies: [{ kind: "identity", name: text, document: text, planned: text }],
    planned: [text],
    callers: 1,
    tables: 1,
    observed: { from: text, to: text, events: 1, elsewhere: 1, cutAt: text, callers: [seen(text)] },
  };
}

describe("what access prints", () => {
  it("is as its schema says, with all that it can have", () => {
    for (const each of [report(), report({ showsPolicies: true }), everywhere("a")])
      assert.deepEqual(misfits(JSON.parse(JSON.stringify(each)), schema), []);
  });

  it("says who is denied first, why, and the edit that keeps both ways allowed", () => {
    const text = terminalText(report(), false);
    const places = [
      "1 caller denied what is allowed today; 1 caller allowed what is denied today; 2 unknown",
      "Policies of the organization o-1 are not known: --organization brings",
      "denied then, and allowed today",
      "blocker P1: arn:aws:iam::111122223333:role/app",
      "by Lambda function orders",
      "while both ways are in use: ",
      "today allowed by the identity policy role/app/own: Statement[0]",
      "then no identity policy allows it",
      "allowed then, and denied today",
      "medium P1: arn:aws:iam::111122223333:role/back",
      "\nnot known\n",
      "unknown P1: organization policies of account 111122223333",
      "unknown P1: resource policies of 1 table not read",
      "\nways\n",
      "rtb-a, rtb-b: NAT gateway nat-1 (198.51.100.7); then a new gateway endpoint; 2 callers",
    ].map((each) => [each, text.indexOf(each)] as const);
    for (const [i, [each, place]] of places.entries())
      assert.ok(place >= 0 && place > (places[i - 1]?.[1] ?? -1), `${each}\n${text}`);
  });

  it("says whom CloudTrail has seen, up to when, and that who was not seen may call all the same", () => {
    const observed = { ...everywhere("a").observed, callers: Array.from({ length: 50 }, () => seen("arn-of-role")) };
    for (const text of [terminalText, markdownOf].map((tell) =>
      tell({ ...everywhere("a"), observed } as AccessReport, false),
    )) {
      assert.match(text, /arn-of-role: 1 call (?:\(|&#40;)?/);
      assert.match(text, /what happened before a was not read/);
      assert.match(text, /GetItem, Query and their kin/);
      assert.match(text, /whoever is not seen here may call all the same/);
      assert.match(text, /10 more: `?--json/);
    }
    assert.doesNotMatch(terminalText(report(), false), /CloudTrail/);
  });

  it("has no document unless it is asked for", () => {
    const asked = report({ showsPolicies: true });
    for (const [text, shows] of [
      [terminalText(report(), false), false],
      [markdownOf(report()), false],
      [JSON.stringify(report()), false],
      [terminalText(asked, false), true],
      [markdownOf(asked), true],
      [JSON.stringify(asked), true],
    ] as const)
      assert.equal(/Version.*2012-10-17/.test(text), shows, text);
  });

  it("has the structure that it has with harmless names, whatever names and policies say", () => {
    const harmless = structure(markdownOf(everywhere("a")));
    const lines = terminalText(everywhere("a"), false).split("\n").length;
    fc.assert(
      fc.property(hostileTexts, (name) => {
        const comment = markdownOf(everywhere(`a${name}`));
        assert.deepEqual(structure(comment), harmless);
        assert.doesNotMatch(outsideCode(comment), /[@#]\w|:[a-z_]+:|https?:|www\.|GH-\d/);
        assert.doesNotMatch(comment.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const terminal = terminalText(everywhere(`a${name}`), false);
        assert.equal(terminal.split("\n").length, lines);
        assert.doesNotMatch(terminal.replaceAll("\n", ""), /[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 200 },
    );
  });

  it("is bounded, however many flips there are, and says what it left out", () => {
    const flips = Array.from({ length: 3000 }, (_, i) => flip(`role-${i}`));
    const many = { ...everywhere("a"), flips };
    assert.ok(markdownOf(many).length <= 60_000);
    assert.match(markdownOf(many), /2960 flips more|This is not all of it/);
    const text = terminalText(many, false);
    assert.ok(text.split("\n").length < 1000);
    assert.match(text, /and 2960 more: --json has them/);
  });
});
