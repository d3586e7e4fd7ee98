import assert from "node:assert/strict";
import { refusalText } from "../components/args/findings";
import {
  failedCheckText,
  refusedCheckText,
  lostRouteWarning,
  lostRouteText,
  unwatchedSwitchWarning,
  interruptionText,
} from "../components/check/warnings";
import {
  policyChangeWarning,
  secretPolicyChangeWarning,
  secretProblemText,
  addressTypeWarning,
  adoptedEndpointWarning,
  attachedPolicyWarning,
} from "../components/endpoint/warnings";
import { failedDeletionText, failedSwitchText, lostLedgerWarning } from "../components/rollout/warnings";
import { changeFindings, protectedFindings, windowText } from "../components/rollout/refusals";
import { ledgerChanges, NOTHING_SWITCHED, type RouteTableId } from "../components/plan/ledger";
import type { Permissions } from "../components/policy/difference";

const THROWN = 'invoking Lambda Function (f): {"errorType":"NoPath","errorMessage":"nothing was answered.","trace":[]}';
const REFUSED = "1 error occurred:\n\t* invoking Lambda Function (f): ThrottlingException: Rate exceeded\n\n";
const SEVERAL =
  "\n2 errors occurred:\n\t* invoking Lambda Function (f): Rate exceeded. Retry later\n\n\t* 1 error occurred: it " +
  "was told twice\n\n";
const LONG = 'invoking Lambda Function (f): {\n  "errorType": "NoPath",\n  "errorMessage": "nothing was answered."\n}';
const INTERRUPTED =
  "1 error occurred:\n\t* invoking Lambda Function (f): https response error StatusCode: 0, RequestID: , canceled, " +
  "context canceled\n\n";
const THREW_THE_WORDS = 'invoking Lambda Function (f): {"errorType":"Error","errorMessage":"context canceled"}';
const NOT_ALLOWED =
  "invoking Lambda Function (arn:aws:lambda:eu-west-1:123456789012:function:f): AccessDeniedException: User: " +
  "arn:aws:sts::123456789012:assumed-role/ci/run is not authorized";
const NOT_ALLOWED_ITSELF =
  'invoking Lambda Function (f): {"errorType":"AccessDeniedException","errorMessage":"User: ' +
  'arn:aws:sts::123456789012:assumed-role/f/f, key AKIAIOSFODNN7EXAMPLE"}';

describe("a phase of a check that failed", () => {
  const cases = [
    {
      phase: "before",
      error: THROWN,
      said: 'private-a was not switched: stage "canary" stops here: NoPath: nothing was answered. ',
    },
    {
      phase: "during",
      error: REFUSED,
      said:
        'private-a may be switched, and is not proven: stage "canary" stops here: invoking Lambda Function (f): ' +
        "ThrottlingException: Rate exceeded. ",
    },
    {
      phase: "after",
      error: THROWN,
      said: 'stage "canary" is switched, but not proven: NoPath: nothing was answered. ',
    },
    {
      phase: "before",
      error: SEVERAL,
      said:
        'private-a was not switched: stage "canary" stops here: invoking Lambda Function (f): Rate exceeded. Retry ' +
        "later * 1 error occurred: it was told twice. Nothing",
    },
    {
      phase: "before",
      error: "invoking f: 2 errors occurred: Rate exceeded",
      said: 'private-a was not switched: stage "canary" stops here: invoking f: 2 errors occurred: Rate exceeded. ',
    },
    {
      phase: "before",
      error: "12 errors occurred: * Rate exceeded",
      said: 'private-a was not switched: stage "canary" stops here: Rate exceeded. ',
    },
    {
      phase: "before",
      error: "1 error occurred:Rate exceeded",
      said: 'private-a was not switched: stage "canary" stops here: Rate exceeded. ',
    },
    {
      phase: "before",
      error: "errors occurred: Rate exceeded",
      said: 'private-a was not switched: stage "canary" stops here: errors occurred: Rate exceeded. ',
    },
    {
      phase: "before",
      error: " errors occurred: Rate exceeded",
      said: 'private-a was not switched: stage "canary" stops here: errors occurred: Rate exceeded. ',
    },
    {
      phase: "before",
      error: 'told: {"errorMessage":"nothing"}',
      said: 'private-a was not switched: stage "canary" stops here: Error: nothing. ',
    },
    {
      phase: "before",
      error: 'told: {"errorType":5,"errorMessage":"nothing"}',
      said: 'private-a was not switched: stage "canary" stops here: Error: nothing. ',
    },
    { phase: "before", error: "told: {}", said: 'private-a was not switched: stage "canary" stops here: told: {}. ' },
    { phase: "after", error: LONG, said: 'stage "canary" is switched, but not proven: NoPath: nothing was answered. ' },
    {
      phase: "after",
      error: INTERRUPTED,
      said: 'stage "canary" is switched, but not proven: the run was interrupted while private-a was checked. ',
    },
    {
      phase: "before",
      error: NOT_ALLOWED,
      said:
        'private-a was not switched: stage "canary" stops here: invoking Lambda Function ' +
        "(arn:aws:lambda:eu-west-1:ACCOUNT:function:f): AccessDeniedException: User: " +
        "arn:aws:sts::ACCOUNT:assumed-role/ci/run is not authorized. ",
    },
    {
      phase: "after",
      error: NOT_ALLOWED_ITSELF,
      said:
        'stage "canary" is switched, but not proven: AccessDeniedException: User: ' +
        "arn:aws:sts::ACCOUNT:assumed-role/f/f, key ACCESS_KEY. ",
    },
    {
      phase: "after",
      error: THREW_THE_WORDS,
      said: 'stage "canary" is switched, but not proven: Error: context canceled. ',
    },
  ] as const;
  for (const { phase, error, said } of cases) {
    it(`is told as what it leaves behind: ${phase}: ${said}`, () => {
      const text = failedCheckText({ name: "private-a", stage: "canary", phase }, error);
      assert.equal(text.slice(0, said.length), said);
      assert.match(text, /Run `pulumi up` to check again, or set rollout\.throughStage to "none" to withdraw\.$/);
    });
  }
});

describe("an interruption that lasted too long", () => {
  const watch = {
    version: 1,
    phase: "during",
    routeTable: "private-a",
    table: "Stock",
    vpcEndpointId: "vpce-1",
    startedAt: "",
    endedAt: "",
    requests: 9,
    connections: [],
    sdkVersion: "3",
    heldConnection: "reset",
  } as const;
  for (const [reconnected, told] of [
    [true, "was without an answer for 240.0 s"],
    [false, "was not answered again; it waited for 240.0 s"],
  ] as const) {
    it(`is told in seconds: ${told}`, () => {
      assert.ok(
        interruptionText(
          { name: "private-a", stage: "canary" },
          { ...watch, interruptionMillis: 239_990, reconnected },
          30,
        ).includes(`the watching client of private-a ${told}, more than maxReconnectSeconds (30). `),
      );
    });
  }
});

describe("a policy that changes much", () => {
  const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const lost = (who: string, actions: number, resources: number): Permissions => ({
    who,
    actions: names("A", actions),
    resources: names("r", resources),
  });
  const cases: readonly { title: string; lost: readonly Permissions[]; lines: readonly string[] }[] = [
    { title: "one action on one resource", lost: [lost("anyone", 1, 1)], lines: ["anyone: A0 on r0"] },
    {
      title: "five actions on three resources, all named",
      lost: [lost("anyone", 5, 3)],
      lines: ["anyone: A0, A1, A2, A3, A4 on r0, r1, r2"],
    },
    {
      title: "six actions on four resources, all named",
      lost: [lost("anyone", 6, 4)],
      lines: ["anyone: A0, A1, A2, A3, A4, A5 on r0, r1, r2, r3"],
    },
    {
      title: "seven actions on five resources, of which one each is only counted",
      lost: [lost("anyone", 7, 5)],
      lines: ["anyone: A0, A1, A2, A3, A4, A5 and 1 more on r0, r1, r2, r3 and 1 more"],
    },
    {
      title: "nine principals, a line each",
      lost: names("p", 9).map((who) => lost(who, 1, 1)),
      lines: names("p", 9).map((who) => `${who}: A0 on r0`),
    },
    {
      title: "ten principals, a line each",
      lost: names("p", 10).map((who) => lost(who, 1, 1)),
      lines: names("p", 10).map((who) => `${who}: A0 on r0`),
    },
    {
      title: "eleven principals, of whom one is only counted",
      lost: names("p", 11).map((who) => lost(who, 1, 1)),
      lines: [...names("p", 10).map((who) => `${who}: A0 on r0`), "and 1 more: read the policy's diff"],
    },
    {
      title: "thirty principals, of whom twenty are only counted",
      lost: names("p", 30).map((who) => lost(who, 1, 1)),
      lines: [...names("p", 10).map((who) => `${who}: A0 on r0`), "and 20 more: read the policy's diff"],
    },
  ];
  for (const { title, lost: noLongerAllowed, lines } of cases) {
    it(`is told as far as a reader takes it in: ${title}`, () => {
      assert.deepEqual(policyChangeWarning({ noLongerAllowed, newlyAllowed: [] }).split("\n"), [
        "the policy changes.",
        "No longer allowed:",
        ...lines.map((line) => `  ${line}`),
      ]);
      assert.deepEqual(policyChangeWarning({ noLongerAllowed: [], newlyAllowed: noLongerAllowed }).split("\n"), [
        "the policy changes.",
        "Newly allowed:",
        ...lines.map((line) => `  ${line}`),
      ]);
    });
  }

  it("is said to change in its wording where nobody is allowed more or less", () => {
    assert.equal(
      policyChangeWarning({ noLongerAllowed: [], newlyAllowed: [] }),
      "the policy changes in its wording, or in conditions that do not concern principals: read its diff.",
    );
  });
});

describe("a policy that changes with a check", () => {
  const difference = {
    noLongerAllowed: [],
    newlyAllowed: [{ who: "anyone", resources: ["arn"], actions: ["DescribeContinuousBackups"] }],
  };

  it("says whom the check's statement is for", () => {
    assert.equal(
      policyChangeWarning(difference, "added"),
      "the policy changes.\nNewly allowed:\n  anyone: DescribeContinuousBackups on arn\nThe statement PathCheck is " +
        "added: it is for the functions of rollout.check.",
    );
  });
});

const OPEN: RouteTableId = { id: "rtb-1", isSecret: false };
const OTHER: RouteTableId = { id: "rtb-2", isSecret: false };
const HIDDEN: RouteTableId = { id: "rtb-3", isSecret: true };

/** What people read at a switch. Each text tells what happens, what it means, and what there is to do. */
describe("what is told of a switch", () => {
  const AGAIN =
    "Nothing is rolled back, and later stages were not touched. Run `pulumi up` to check again, or set " +
    'rollout.throughStage to "none" to withdraw.';
  const FUNCTION =
    'See whether it is the right function, and what it must answer: "Functions of your own" on the page "The ' +
    'reconnection check".';
  const REFUSED =
    'stage "canary" is switched, but not proven: what the function that checks a answered to "after" is not the ' +
    "report that was asked for: it is null. ";
  const LOST =
    "a is associated by the state, and not by AWS: somebody has removed its route since. This run does not bring it " +
    "back. Run `pulumi refresh`; the next preview then announces the switch, and `pulumi up` makes, watches and " +
    "proves it.";
  const closing = { opensAt: "OPENING", closesAt: "CLOSING" };
  const windowIs = (edge: string, remedy: string): string =>
    `the window for switching route tables ${edge}: \`pulumi up\` refuses, before any route is touched. ${remedy}; ` +
    `withdrawing (rollout.throughStage: "none") is possible at any time.`;
  const lostLedger = (consequence: string): string =>
    "ddb-plan, the record of what is switched, is not in the state any more: it was deleted, or lost in an import. " +
    `${consequence} It is written anew.`;

  const texts: readonly (readonly [title: string, text: string, told: string])[] = [
    [
      "that nobody watches",
      unwatchedSwitchWarning("a"),
      "a is switched without a watching client: what its open connections go through is not told, and checkReports " +
        "has no `watch` for it. That new ones take the endpoint is proven as ever.",
    ],
    ["that somebody took it back", lostRouteWarning("a"), LOST],
    [
      "that somebody took back, and others",
      lostRouteWarning("a", "b"),
      "a, b are associated by the state, and not by AWS: somebody has removed their routes since. This run does not " +
        "bring them back. Run `pulumi refresh`; the next preview then announces the switch, and `pulumi up` makes, " +
        "watches and proves it.",
    ],
    [
      "that somebody took it back, so that a gate does not pass",
      lostRouteText({ name: "a", stage: "canary" }),
      `stage "canary" is not proven: ${LOST}`,
    ],
    [
      "whose check was answered with no report",
      refusedCheckText({ name: "a", stage: "canary", phase: "after" }, "it is null"),
      `${REFUSED}${FUNCTION} ${AGAIN}`,
    ],
    [
      "whose check was answered with no report in an earlier run",
      refusedCheckText({ name: "a", stage: "canary", phase: "after" }, "it is null", "urn:1"),
      `${REFUSED}${FUNCTION} This is the answer of an earlier run; \`pulumi up --replace 'urn:1'\` asks again at ` +
        `once. ${AGAIN}`,
    ],
    ["that is early", windowText(closing, "before"), windowIs("opens at OPENING", "Run `pulumi up` after it opens")],
    ["that is late", windowText(closing, "after"), windowIs("closed at CLOSING", "Set rollout.window to the next one")],
    [
      "where a record is lost, and its copy is not",
      lostLedgerWarning("ddb-plan", true),
      lostLedger("What changes is told by what the last complete run had left."),
    ],
    [
      "where a record is lost with its copy",
      lostLedgerWarning("ddb-plan", false),
      lostLedger(
        "Whether a route table is withdrawn, or stands under another name, is not known before it happens: " +
          "see which associations this preview deletes.",
      ),
    ],
    [
      "that failed",
      failedSwitchText({ table: "a", stage: "canary" }, "Denied: ask."),
      'stage "canary" stops at a. Denied: ask. Nothing is rolled back: route tables that were ' +
        "switched before this one stay switched, later ones were not touched. `pulumi up` resumes here; " +
        'rollout.throughStage: "none" withdraws.',
    ],
    [
      "whose withdrawal failed",
      failedDeletionText(),
      "The route table is still on its endpoint, and its connections stay open. What was done before it stays done, " +
        "what was to come after it was not begun. `pulumi up` resumes here.",
    ],
    [
      "that was refused",
      refusalText("ddb", "any route was touched", ["a: is wrong", "b: is missing"]),
      "ddb: refused before any route was touched\n  a: is wrong\n  b: is missing",
    ],
  ];
  for (const [title, text, told] of texts) it(title, () => assert.equal(text, told));
});

describe("what is refused of a change of what is switched", () => {
  const NOTHING = ledgerChanges(NOTHING_SWITCHED, NOTHING_SWITCHED);

  it("what would take a route away, and so is refused", () => {
    const moved = [
      { table: OPEN, from: "a", to: "x" },
      { table: HIDDEN, from: "b", to: "y" },
    ];
    const renamed = (from: string, to: string): string =>
      `if "${from}" was renamed, set formerNames: { "${to}": "${from}" } (an alias; no route is touched); otherwise ` +
      `remove one name, run \`pulumi up\`, then add the other`;
    assert.deepEqual(changeFindings({ ...NOTHING, moved, adoptedAgain: ["c"], adoptedAnew: ["d"] }), [
      {
        path: "routeTables.x",
        message: 'is rtb-1, which was routeTables.a: deleting the association of "a" would take the route of "x" away',
        suggestion: renamed("a", "x"),
      },
      {
        path: "routeTables.y",
        message:
          'is the route table which was routeTables.b (its id is secret): deleting the association of "b" would ' +
          'take the route of "y" away',
        suggestion: renamed("b", "y"),
      },
      {
        path: "adopt.routeTables",
        message:
          '"c" was planned without being adopted: if this stack made its association, importing it would delete its ' +
          "route",
        suggestion:
          'remove "c" from adopt.routeTables; if an earlier run failed to associate it, remove it from routeTables, ' +
          "run `pulumi up`, then adopt it",
      },
      {
        path: "adopt.routeTables",
        message:
          '"d" is adopted already, with another route table or endpoint than it is to have now: importing that ' +
          "would delete the route that it has",
        suggestion: 'remove "d" from adopt.routeTables: it then moves like any other, with a warning',
      },
    ]);
    assert.deepEqual(changeFindings({ ...NOTHING, endpointReplaced: true, switching: ["a"] }), []);
  });

  it("what a protected component does not do, unlike a withdrawal", () => {
    const unprotect = "or unprotect the component (protect: false), and run `pulumi up` again";
    const withdrawn = [
      { name: "lowered", table: OPEN },
      { name: "removed", table: OPEN },
    ];
    const reassigned = [
      { name: "a", from: OPEN, to: OTHER },
      { name: "b", from: HIDDEN, to: OTHER },
    ];
    const other = (name: string, which: string): object => ({
      path: `routeTables.${name}`,
      message: `becomes another route table, and ${which} would be withdrawn from the endpoint of a protected component`,
      suggestion: `give the other route table a name of its own, ${unprotect}`,
    });
    const changes = { ...NOTHING, withdrawn, reassigned, endpointReplaced: true };
    assert.deepEqual(protectedFindings(changes, new Set(["lowered", "a", "b"])), [
      {
        path: "routeTables.removed",
        message: "is taken out of a protected component: it would be withdrawn from the endpoint",
        suggestion: `to withdraw it, keep its name and lower rollout.throughStage, ${unprotect}`,
      },
      other("a", "rtb-1"),
      other("b", "the former one"),
      {
        path: "protect",
        message: "the endpoint of a protected component would be replaced",
        suggestion: `leave it as it was, ${unprotect}`,
      },
    ]);
    assert.deepEqual(protectedFindings({ ...NOTHING, withdrawn }, new Set(["lowered", "removed"])), []);
  });
});

describe("what is told of a policy and its endpoint", () => {
  const difference = {
    noLongerAllowed: [
      { who: "a", resources: [], actions: [] },
      { who: "b", resources: [], actions: [] },
    ],
    newlyAllowed: [{ who: "c", resources: [], actions: [] }],
  };
  const secretly = (which: string): string =>
    `policy: ${which}; something in it is secret, so no more is shown: call validatePolicy or endpointPolicy with ` +
    "it where it may be seen";
  const FAILS_OPEN =
    "Removing this resource later, or moving it to another endpoint, resets the endpoint to full access: it fails " +
    "open, without a further warning.";
  const texts: readonly (readonly [title: string, text: string, told: string])[] = [
    [
      "how much changes, where something in it is secret",
      secretPolicyChangeWarning(difference),
      "the policy changes. Something in it is secret, so what changes is not shown: 2 of its permissions are no " +
        "longer allowed, 1 are newly allowed. See the policy's diff with --show-secrets.",
    ],
    [
      "which problem it has, where something in it is secret",
      secretProblemText("policy", "NoAllow"),
      secretly('NoAllow (see the page "Findings of policies")'),
    ],
    [
      "that it cannot be made, where something in it is secret",
      secretProblemText("policy", undefined),
      secretly("it cannot be made a policy"),
    ],
    [
      "what an adopted endpoint would lose",
      adoptedEndpointWarning("vpce-1", ["policy", "tags"]),
      "vpce-1 is adopted, but differs from the arguments: its policy and tags will be changed. To keep what exists, " +
        "give it in the arguments, or name it in ignoreChanges; without the argument `policy` an endpoint gets full " +
        "access.",
    ],
    [
      "that somebody else's is replaced",
      attachedPolicyWarning("vpce-1", false),
      `the policy of vpce-1 is replaced by this one. ${FAILS_OPEN}`,
    ],
    [
      "that somebody else's is replaced, where the id is secret",
      attachedPolicyWarning(undefined, false),
      `the policy of the endpoint is replaced by this one. ${FAILS_OPEN}`,
    ],
    [
      "that somebody else's is replaced, and stays",
      attachedPolicyWarning("vpce-1", true),
      "the policy of vpce-1 is replaced by this one. It stays when this resource is removed, or moves to another " +
        "endpoint, because of retainOnDelete; the stack then forgets it.",
    ],
    [
      "that a new endpoint does not take over the type of its addresses",
      addressTypeWarning("ddb", "dualstack", "ipv4"),
      "the endpoint that ddb has serves dualstack addresses, the one in its place will serve ipv4. To keep " +
        'dualstack, set ipAddressType: "dualstack" of aws:ec2/vpcEndpoint:VpcEndpoint in a transform of the component.',
    ],
  ];
  for (const [title, text, told] of texts) it(title, () => assert.equal(text, told));
});
