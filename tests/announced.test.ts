import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ledgerChanges,
  NOTHING_SWITCHED,
  type Ledger,
  type LedgerChanges,
  type RouteTableId,
} from "../components/plan/ledger";
import {
  announcedChanges,
  announcement,
  gains,
  NOTHING_ANNOUNCED,
  switchLine,
  type Announced,
  type SwitchingTable,
} from "../components/rollout/announced";

const OPEN: RouteTableId = { id: "rtb-1", isSecret: false };
const OTHER: RouteTableId = { id: "rtb-2", isSecret: false };
const HIDDEN: RouteTableId = { id: "rtb-3", isSecret: true };
const UNKNOWN: RouteTableId = { id: undefined, isSecret: false };

const BREAK =
  "open TCP connections to DynamoDB break and are not resumed, and a client without a socket timeout can hang for " +
  "minutes. DynamoDB then sees private source addresses: conditions on aws:SourceIp stop matching, and a Deny with " +
  "NotIpAddress begins to deny.";
const leaving = (whose: "Its" | "Their"): string =>
  `${whose} open TCP connections to DynamoDB break and are not resumed; ${whose.toLowerCase()} traffic takes the ` +
  "default route again, or fails where there is no NAT gateway. DynamoDB then sees public source addresses: " +
  'conditions on aws:SourceVpce stop matching, and a Deny with StringNotEquals ("only through the endpoint") begins ' +
  "to deny: take such statements away first.";
const staying = (what: string, [its, it]: [string, string]): string =>
  `${what}, because of retainOnDelete: nothing breaks, and this stack forgets ${its}. To withdraw ${it} instead, keep ` +
  "its name and lower rollout.throughStage; to manage it again later, name it in adopt.routeTables.";

function switching(stage: string, name: string, details: Partial<SwitchingTable> = {}): SwitchingTable {
  return { name, stage, table: OPEN, isChecked: false, ...details };
}

function told(announced: Partial<Announced>): string | undefined {
  return announcement({ ...NOTHING_ANNOUNCED, ...announced });
}

/** `a-000 (rtb-000)`, … */
function many(count: number, details: (i: number) => Partial<SwitchingTable>): SwitchingTable[] {
  return Array.from({ length: count }, (_, i) => {
    const number = String(i).padStart(3, "0");
    return switching("rest", `a-${number}`, { table: { id: `rtb-${number}`, isSecret: false }, ...details(i) });
  });
}

function listed(tables: readonly SwitchingTable[]): string {
  return tables.map(({ name, table }) => `${name} (${table.id})`).join(", ");
}

describe("the warning of a switch", () => {
  const only = (table: RouteTableId, isChecked: boolean): string | undefined =>
    told({ switching: [switching("canary", "a", { table, isChecked })] });
  const cases: readonly (readonly [title: string, text: string | undefined, told: string | undefined])[] = [
    ["of nothing", told({}), undefined],
    [
      "of one",
      only(OPEN, true),
      `a (rtb-1) switches to the endpoint in stage "canary": its ${BREAK} Checked afterwards.`,
    ],
    [
      "of one that is secret, and that nothing checks",
      only(HIDDEN, false),
      `a (its id is secret) switches to the endpoint in stage "canary": its ${BREAK} No check follows.`,
    ],
    [
      "of one that is yet to be made",
      only(UNKNOWN, false),
      `a (id known after deployment) switches to the endpoint in stage "canary": its ${BREAK} No check follows.`,
    ],
    [
      "when it is made",
      switchLine(switching("rest", "b", { isChecked: true })),
      'b (rtb-1) switches to the endpoint in stage "rest". Checked afterwards.',
    ],
    [
      "of three, by their stages",
      told({
        switching: [
          switching("canary", "a", { isChecked: true }),
          switching("rest", "b", { table: HIDDEN }),
          switching("rest", "c", { table: UNKNOWN, isChecked: true }),
        ],
      }),
      `3 route tables switch to the endpoint: their ${BREAK}\n` +
        '  stage "canary":\n    a (rtb-1): checked afterwards\n' +
        '  stage "rest":\n    b (its id is secret): no check follows\n' +
        "    c (id known after deployment): checked afterwards",
    ],
    [
      "of three without stages",
      told({ switching: ["a", "b", "c"].map((name) => switching(name, name)) }),
      `3 route tables switch to the endpoint: their ${BREAK}\n` +
        "  each in a stage of its own, in this order:\n" +
        ["a", "b", "c"].map((name) => `    ${name} (rtb-1): no check follows`).join("\n"),
    ],
    [
      "of stages that have their route tables' names, and of one that has not",
      told({ switching: [switching("a", "a"), switching("b", "b"), switching("c", "x"), switching("d", "d")] }),
      `4 route tables switch to the endpoint: their ${BREAK}\n` +
        "  each in a stage of its own, in this order:\n    a (rtb-1): no check follows\n" +
        '    b (rtb-1): no check follows\n  stage "c":\n    x (rtb-1): no check follows\n' +
        '  stage "d":\n    d (rtb-1): no check follows',
    ],
    [
      "of 24, one by one",
      told({ switching: many(24, () => ({ isChecked: true })) }),
      `24 route tables switch to the endpoint: their ${BREAK}\n  stage "rest":\n` +
        many(24, () => ({}))
          .map(({ name, table }) => `    ${name} (${table.id}): checked afterwards`)
          .join("\n"),
    ],
    [
      "of 25, a line for each stage",
      told({ switching: many(25, (i) => ({ stage: i === 0 ? "canary" : "rest", isChecked: i === 0 })) }),
      `25 route tables switch to the endpoint: their ${BREAK}\n` +
        '  stage "canary", checked afterwards (1): a-000 (rtb-000)\n' +
        `  stage "rest", no check follows (24): ${listed(many(25, () => ({})).slice(1))}`,
    ],
    [
      "of 300, of whom some are checked",
      told({ switching: many(300, (i) => ({ isChecked: i % 3 === 0 })) }),
      `300 route tables switch to the endpoint: their ${BREAK}\n` +
        `  stage "rest", checked afterwards (100): ${listed(many(300, () => ({})).filter((_, i) => i % 3 === 0))}\n` +
        `  stage "rest", no check follows (200): ${listed(many(300, () => ({})).filter((_, i) => i % 3 !== 0))}`,
    ],
    [
      "of 300 without stages",
      told({ switching: many(300, () => ({})).map((table) => ({ ...table, stage: table.name })) }),
      `300 route tables switch to the endpoint: their ${BREAK}\n` +
        `  each in a stage of its own, in this order, no check follows (300): ${listed(many(300, () => ({})))}`,
    ],
  ];
  for (const [title, text, expected] of cases) it(title, () => assert.equal(text, expected));

  it("names each route table once, and explains once, however many there are", () => {
    const plan = fc
      .tuple(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.tuple(fc.constantFrom("canary", "rest", "own"), fc.boolean())),
      )
      .map(([count, details]) =>
        many(count, (i) => {
          const [stage = "rest", isChecked = false] = details[i % Math.max(1, details.length)] ?? [];
          return { stage: stage === "own" ? `a-${String(i).padStart(3, "0")}` : stage, isChecked };
        }),
      );
    fc.assert(
      fc.property(plan, (tables) => {
        const text = told({ switching: tables }) ?? "";
        assert.equal(text.split("are not resumed").length, 2);
        for (const { name, table } of tables) assert.equal(text.split(`${name} (${table.id})`).length, 2, text);
      }),
      { seed: 20261129, numRuns: 300, verbose: true },
    );
  });
});

describe("what is said of route tables of which no connection breaks", () => {
  const gaining = (...tables: readonly SwitchingTable[]): Announced => ({ ...NOTHING_ANNOUNCED, switching: tables });
  const alone = (remark: string): string =>
    'a (rtb-1) gains access to DynamoDB through the endpoint in stage "canary": no connection breaks. ' + remark;
  const cases: readonly (readonly [title: string, text: string | undefined, told: string | undefined])[] = [
    ["nothing of one that breaks some", gains(gaining(switching("canary", "a"))), undefined],
    [
      "one that is made",
      gains(gaining(switching("canary", "a", { unused: "made" }))),
      alone("Made in this run, no check follows."),
    ],
    [
      "one that is isolated",
      gains(gaining(switching("canary", "a", { unused: "isolated" }))),
      alone("Isolated by its routes, no check follows."),
    ],
    [
      "one that is isolated, and whose routes cannot be asked for yet",
      gains(gaining(switching("canary", "a", { unused: "isolated", table: UNKNOWN }))),
      alone("Isolated if its routes show so, no check follows.").replace("rtb-1", "id known after deployment"),
    ],
    [
      "one that is isolated, and checked",
      gains(gaining(switching("canary", "a", { unused: "isolated", isChecked: true }))),
      alone("Isolated, checked before and afterwards."),
    ],
    [
      "several, beside one of which some break",
      gains(
        gaining(
          switching("canary", "a", { unused: "made", isChecked: true }),
          switching("canary", "b"),
          switching("rest", "c", { unused: "isolated" }),
        ),
      ),
      "2 route tables gain access to DynamoDB through the endpoint: no connection breaks.\n" +
        '  stage "canary":\n    a (rtb-1): made in this run, checked afterwards\n' +
        '  stage "rest":\n    c (rtb-1): isolated by its routes, no check follows',
    ],
    [
      "300, a line for all of a stage of whom the same is said",
      gains(gaining(...many(300, (i) => ({ unused: "made", isChecked: i === 0 })))),
      "300 route tables gain access to DynamoDB through the endpoint: no connection breaks.\n" +
        '  stage "rest", made in this run, checked afterwards (1): a-000 (rtb-000)\n' +
        `  stage "rest", made in this run, no check follows (299): ${listed(many(300, () => ({})).slice(1))}`,
    ],
  ];
  for (const [title, text, expected] of cases) it(title, () => assert.equal(text, expected));

  it("the warning names the others alone", () => {
    const tables = [switching("canary", "a", { unused: "made" }), switching("canary", "b")];
    assert.equal(
      announcement(gaining(...tables)),
      `b (rtb-1) switches to the endpoint in stage "canary": its ${BREAK} No check follows.`,
    );
    assert.equal(announcement(gaining(switching("canary", "a", { unused: "made" }))), undefined);
  });
});

describe("the warning of a change of what is switched", () => {
  const NOTHING = ledgerChanges(NOTHING_SWITCHED, NOTHING_SWITCHED);
  const ledger = (...names: readonly string[]): Ledger => ({
    endpoint: "vpce-1",
    tables: new Map(names.map((name) => [name, OPEN])),
    adopted: new Set(),
  });
  const replaced = (moves: string, old: string): string =>
    `the endpoint is replaced: ${moves}; each is without an endpoint route while it moves. ${old}`;
  const [MOVE, DELETED] = ["the route tables move to the new one, stage by stage", "The old endpoint is deleted last."];
  const [a, b] = [
    { name: "a", table: OPEN },
    { name: "b", table: HIDDEN },
  ];
  const cases: readonly {
    title: string;
    changes: Partial<LedgerChanges>;
    next?: Ledger;
    named?: readonly string[];
    told: string | undefined;
  }[] = [
    { title: "nothing, where nothing leaves", changes: { switching: ["a"] }, told: undefined },
    {
      title: "a withdrawal",
      changes: { withdrawn: [a] },
      told: `a (rtb-1) is withdrawn from the endpoint. ${leaving("Its")}`,
    },
    {
      title: "two withdrawals",
      changes: { withdrawn: [a, b] },
      told: `2 route tables are withdrawn from the endpoint. ${leaving("Their")}\n  a (rtb-1)\n  b (its id is secret)`,
    },
    {
      title: "a withdrawal of what is retained, and still named",
      changes: { withdrawn: [b] },
      named: ["b"],
      told: `b (its id is secret) is withdrawn from the endpoint. ${leaving("Its")}`,
    },
    {
      title: "what is retained, and named no more",
      changes: { withdrawn: [a] },
      named: [],
      told: staying("a (rtb-1) stays on the endpoint", ["its association", "it"]),
    },
    {
      title: "two that are retained, and named no more, beside one that is named",
      changes: { withdrawn: [a, b, { name: "c", table: OTHER }] },
      named: ["c"],
      told:
        `c (rtb-2) is withdrawn from the endpoint. ${leaving("Its")}\n` +
        staying("2 route tables stay on the endpoint", ["their associations", "one"]) +
        "\n  a (rtb-1)\n  b (its id is secret)",
    },
    { title: "an endpoint that is replaced", changes: { endpointReplaced: true }, told: replaced(MOVE, DELETED) },
    {
      title: "one that is replaced when nothing moves",
      changes: { endpointReplaced: true },
      next: ledger(),
      told: replaced("no route table moves to the new one", DELETED),
    },
    {
      title: "one that is replaced, and retained",
      changes: { endpointReplaced: true },
      named: ["a"],
      told: replaced(
        MOVE,
        "The old endpoint stays, because of retainOnDelete, without these route tables, and this stack forgets it.",
      ),
    },
    {
      title: "another route table",
      changes: { reassigned: [{ name: "a", from: OPEN, to: OTHER }] },
      told:
        "a becomes another route table: rtb-2 takes the place of rtb-1. rtb-1 is withdrawn from the endpoint. " +
        leaving("Its"),
    },
    {
      title: "another route table that is yet to be made",
      changes: { reassigned: [{ name: "a", from: OPEN, to: UNKNOWN }] },
      told:
        "a becomes another route table: one whose id is known after deployment takes the place of rtb-1. rtb-1 " +
        `is withdrawn from the endpoint. ${leaving("Its")}`,
    },
    ...[
      { from: HIDDEN, to: OPEN },
      { from: OPEN, to: HIDDEN },
    ].map(({ from, to }, i) => ({
      title: `another route table, where ${["the former", "the new"][i]} id is secret`,
      changes: { reassigned: [{ name: "a", from, to }] },
      told: `a becomes another route table (its id is secret): the former one is withdrawn from the endpoint. ${leaving("Its")}`,
    })),
    {
      title: "all of it, the endpoint first and withdrawals last",
      changes: {
        endpointReplaced: true,
        withdrawn: [b],
        reassigned: [
          { name: "a", from: HIDDEN, to: OPEN },
          { name: "c", from: OPEN, to: OTHER },
          { name: "d", from: OPEN, to: UNKNOWN },
        ],
      },
      told:
        `${replaced(MOVE, DELETED)}\n4 route tables are withdrawn from the endpoint. ${leaving("Their")}\n` +
        "  a (its id is secret): another route table takes its place\n  c (rtb-1): rtb-2 takes its place\n" +
        "  d (rtb-1): one whose id is known after deployment takes its place\n  b (its id is secret)",
    },
  ];
  for (const { title, changes, next = ledger("a"), named, told: expected } of cases) {
    it(title, () =>
      assert.equal(announcement(announcedChanges({ ...NOTHING, ...changes }, next, named && new Set(named))), expected),
    );
  }

  it("a withdrawal that an earlier run did not come to, alone and beside another", () => {
    const unfinished = { ...a, isUnfinished: true };
    assert.equal(
      told({ leaving: [unfinished] }),
      `a (rtb-1) is withdrawn from the endpoint: an earlier run did not come to it. ${leaving("Its")}`,
    );
    assert.equal(
      told({ leaving: [b, unfinished] }),
      `2 route tables are withdrawn from the endpoint. ${leaving("Their")}\n  b (its id is secret)\n` +
        "  a (rtb-1): an earlier run did not come to it",
    );
  });

  it("24 withdrawals one by one, 25 on one line", () => {
    const tables = many(25, () => ({})).map(({ name, table }) => ({ name, table }));
    const lines = (count: number): number => (told({ leaving: tables.slice(0, count) }) ?? "").split("\n").length;
    assert.deepEqual([lines(24), lines(25)], [25, 2]);
  });

  it("25 that another takes the place of, each on a line of its own", () => {
    const tables = many(25, () => ({})).map(({ name, table }) => ({ name, table, successor: HIDDEN }));
    const text = told({ leaving: tables }) ?? "";
    assert.equal(text.split("\n").length, 26);
    assert.match(text, /\n {2}a-024 \(rtb-024\): another route table takes its place$/);
  });

  it("300 withdrawals on one line, but for those of which there is more to say", () => {
    const tables = many(299, () => ({})).map(({ name, table }) => ({ name, table }));
    assert.equal(
      told({ leaving: [...tables, { ...a, isUnfinished: true }] }),
      `300 route tables are withdrawn from the endpoint. ${leaving("Their")}\n  a (rtb-1): an earlier run did not come to it\n` +
        `  ${tables.map(({ name, table }) => `${name} (${table.id})`).join(", ")}`,
    );
  });

  it("what leaves, and then what switches in the same run", () => {
    assert.equal(
      told({ leaving: [a], switching: [switching("rest", "b")] }),
      `a (rtb-1) is withdrawn from the endpoint. ${leaving("Its")}\n` +
        `b (rtb-1) switches to the endpoint in stage "rest": its ${BREAK} No check follows.`,
    );
  });
});
