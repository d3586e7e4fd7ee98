import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { printable } from "../components/args/printable";
import type { ProbePhase } from "../components/check/probe/report";
import { answerProblems, provenReport, refusedAnswerText, watchIn } from "../components/check/reportJudgement";
import { failedCheckText, refusedCheckText } from "../components/check/warnings";

interface Case {
  readonly title: string;
  readonly phase: ProbePhase;
  /** The answer as it comes; without it, a report of the phase with what is changed in it, or in its watch. */
  readonly answer?: string;
  readonly change?: object;
  readonly watch?: object;
  readonly problems: readonly string[];
}

const CASES = JSON.parse(readFileSync(join(__dirname, "cases/reports.json"), "utf8")) as readonly Case[];
const SUBJECT = { routeTable: "private-a", table: "StockTable", vpcEndpointId: "vpce-1" };
const REPORTS: Readonly<Record<ProbePhase, object>> = {
  before: { version: 1, phase: "before", ...SUBJECT },
  during: {
    version: 1,
    phase: "during",
    ...SUBJECT,
    heldConnection: "reset",
    interruptionMillis: 24,
    reconnected: true,
  },
  after: { version: 1, phase: "after", ...SUBJECT, provenRequests: 3 },
};
// eslint-disable-next-line no-control-regex -- what must not reach a terminal
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|<\{%/;

describe("the judgement of an answer", () => {
  for (const { title, phase, answer, change, watch, problems } of CASES) {
    it(title, () => {
      const report = { ...REPORTS[phase], ...change, ...(watch && { watch: { ...REPORTS.during, ...watch } }) };
      const found = answerProblems(answer ?? JSON.stringify(report), { phase, ...SUBJECT });
      assert.deepEqual(
        found.map(({ path, message }) => `${path} ${message}`),
        problems,
      );
    });
  }

  it("of an isolated route table must say that there is no path, as a function that was not asked does not", () => {
    const problems = (answer: object): string[] =>
      answerProblems(JSON.stringify(answer), { phase: "before", ...SUBJECT, isolated: true }).map(
        ({ path, message }) => `${path} ${message}`,
      );
    assert.deepEqual(problems(REPORTS.before), ["isolated is missing, not true"]);
    assert.deepEqual(problems({ ...REPORTS.before, isolated: true }), []);
    assert.deepEqual(answerProblems(JSON.stringify(REPORTS.before), { phase: "before", ...SUBJECT }), []);
  });

  it("lets nothing pass that is not about what was asked, with a proof in it", () => {
    const value = fc.jsonValue();
    const changes = fc.record(
      Object.fromEntries(Object.keys({ ...REPORTS.after, watch: {}, requests: 0 }).map((name) => [name, value])),
      { requiredKeys: [] },
    );
    const nearly = changes
      .chain((changed) => fc.subarray(Object.entries(changed), { maxLength: 2 }))
      .map((changed) => ({ ...REPORTS.after, ...Object.fromEntries(changed) }));
    let passed = 0;
    fc.assert(
      fc.property(fc.oneof(value, nearly), (answer) => {
        const report = provenReport(JSON.stringify(answer), SUBJECT);
        if (report === undefined) return;
        passed += 1;
        const { version, phase, routeTable, table, vpcEndpointId } = report;
        assert.deepEqual(
          { version, phase, routeTable, table, vpcEndpointId },
          { version: 1, phase: "after", ...SUBJECT },
        );
        assert.ok(Number.isInteger(report.provenRequests) && report.provenRequests >= 1);
        assert.ok(report.watch === undefined || report.watch.interruptionMillis >= 0);
      }),
      { numRuns: 1_000 },
    );
    assert.ok(passed > 50, `${passed} passed`);
  });

  const hints: readonly { title: string; answer: object; hint: RegExp }[] = [
    ...[
      { errorType: "NoPath", errorMessage: "no" },
      { statusCode: 502, body: "{}" },
      { error: "SECRET" },
      { version: 1, phase: "after", ok: false },
      { success: false },
    ].map((answer) => ({
      title: `an error that was returned: ${Object.keys(answer).at(-1)}`,
      answer,
      hint: /\. This looks like an error that was returned: a function that must not pass throws it$/,
    })),
    {
      title: "an older protocol",
      answer: { ...REPORTS.after, version: 0 },
      hint: /\. The function speaks an older version of the protocol than 1\. Give the function the code that fits/,
    },
    {
      title: "a newer protocol",
      answer: { ...REPORTS.after, version: 2 },
      hint: /\. The function speaks a newer version of the protocol than 1\. /,
    },
    {
      title: "a protocol before versions",
      answer: { phase: "after", ok: true },
      hint: /\. A report without a version is older than this protocol, version 1\. /,
    },
    {
      title: "another function's answer",
      answer: { statusCode: 200, body: "SECRET" },
      hint: /(What came: \{"statusCode":200,"body":"SECRET"\}|no more is shown)$/,
    },
    {
      title: "a proof of nothing",
      answer: { ...REPORTS.after, error: null, provenRequests: 0 },
      hint: /(\}|no more is shown)$/,
    },
  ];
  for (const { title, answer, hint } of hints) {
    it(`says what an answer looks like that is no report: ${title}`, () => {
      const text = JSON.stringify(answer);
      const problems = answerProblems(text, { phase: "after", ...SUBJECT });
      assert.ok(problems.length > 0);
      assert.match(refusedAnswerText(text, problems, { isSecret: false }), hint);
      const untold = refusedAnswerText(text, problems, { isSecret: true });
      assert.match(untold, hint);
      assert.doesNotMatch(untold, /SECRET/);
    });
  }

  it("shows whatever came on one line of bounded length, without a colour", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json({ maxDepth: 2 }),
      fc.string({ unit: fc.constantFrom("\u001b", "\n", "<", "{", "%", "}", "\u202e", "a") }),
    );
    fc.assert(
      fc.property(text, fc.constantFrom<ProbePhase>("before", "during", "after"), (answer, phase) => {
        const problems = answerProblems(answer, { phase, ...SUBJECT });
        const shown = refusedCheckText(
          { name: "private-a", stage: "canary", phase },
          refusedAnswerText(answer, problems, { isSecret: false }),
        );
        assert.doesNotMatch(shown, CONTROLS);
        assert.ok(shown.length < 4_000, String(shown.length));
      }),
    );
    assert.equal(printable("x".repeat(5_000_000), 5), "xxxxx… (5000000 characters)");
  });

  const shownTexts: readonly (readonly [text: string, shown: string])[] = [
    ["abcd", "abcd"],
    ["abcde", "abcde"],
    ["abcdef", "abcde… (6 characters)"],
    ["😀😀😀😀😀", "😀😀😀😀😀"],
    ["😀😀😀😀😀😀", "😀😀😀😀😀… (12 characters)"],
    ["<{%<{%", "<{\\u0025<{… (6 characters)"],
    ["<{%\n", "<{\\u0025\\n"],
    ["<{%<{", "<{\\u0025<{"],
    ["a\tb\r\n", "a\\tb\\r\\n"],
    ["\u0000\u{e0001}\u2028", "\\u0000\\u{e0001}\\u2028"],
  ];
  for (const [text, shown] of shownTexts) {
    it(`shows five characters of ${JSON.stringify(text)}`, () => assert.equal(printable(text, 5), shown));
  }
  it("makes the engine's marks of colours harmless, each of them", () =>
    assert.equal(printable("<{%a%}><{%b%}>", 20), "<{\\u0025a%}><{\\u0025b%}>"));

  it("shows sixty characters of a value and three hundred of an answer", () => {
    const shown = (length: number): string =>
      answerProblems(JSON.stringify({ ...REPORTS.after, phase: "x".repeat(length) }), { phase: "after", ...SUBJECT })[0]
        ?.message ?? "";
    assert.deepEqual(
      [shown(58), shown(59)],
      [`is "${"x".repeat(58)}", not "after"`, `is "${"x".repeat(59)}… (61 characters), not "after"`],
    );
    const came = (length: number): string =>
      refusedAnswerText("x".repeat(length), [{ path: "the answer", message: "is no JSON" }], { isSecret: false });
    assert.deepEqual(
      [came(300), came(301)],
      [
        `the answer is no JSON. What came: ${"x".repeat(300)}`,
        `the answer is no JSON. What came: ${"x".repeat(300)}… (301 characters)`,
      ],
    );
  });

  it("tells all that is wrong", () => {
    const problems = [
      { path: "version", message: "is 2, not 1" },
      { path: "table", message: "is missing" },
    ];
    assert.equal(
      refusedAnswerText("{}", problems, { isSecret: false }),
      "version is 2, not 1, table is missing. What came: {}",
    );
    assert.match(refusedAnswerText("{}", problems, { isSecret: true }), /^version, table in it is not/);
  });

  it("hands a watch on as it came, and what is no JSON as none", () => {
    assert.deepEqual([watchIn('{"requests":1}'), watchIn("null"), watchIn("{")], [{ requests: 1 }, null, null]);
  });

  it("tells no account, whatever stands before it and wherever it is cut off", () => {
    const account = "123456789012";
    fc.assert(
      fc.property(
        fc.string(),
        fc.nat({ max: 310 }),
        fc.constantFrom("routeTable", "version", "note"),
        (said, before, name) => {
          const answer = JSON.stringify({
            ...REPORTS.after,
            [name]: `${"x".repeat(before)}${said.replace(/\d$/, "")}:${account}\n`,
          });
          const shown = refusedAnswerText(answer, answerProblems(answer, { phase: "after", ...SUBJECT }), {
            isSecret: false,
          });
          assert.ok(!shown.includes(account.slice(0, 6)), shown);
        },
      ),
    );
  });

  it("quotes nothing where something that was asked is secret", () => {
    const answer = JSON.stringify({ ...REPORTS.after, table: "Orders" });
    const shown = refusedAnswerText(answer, answerProblems(answer, { phase: "after", ...SUBJECT }), { isSecret: true });
    assert.match(shown, /^table in it is not as it must be/);
    assert.doesNotMatch(shown, /Orders|StockTable/);
  });
});

describe("what a function throws", () => {
  const CHECKED = { name: "private-a", stage: "canary", phase: "after" } as const;
  const thrown = (errorMessage: unknown, errorType: unknown = "Forged"): string =>
    `invoking Lambda Function (f): ${JSON.stringify({ errorType, errorMessage, trace: [] })}`;

  it("is shown on one line, whatever is in it", () => {
    const text = failedCheckText(
      CHECKED,
      thrown("no path\u001b[2K\r\nwarning: all is well \u202e<{%fg 1%}>", "E\u0007"),
    );
    assert.doesNotMatch(text, CONTROLS);
    assert.match(
      text,
      /: E\\u0007: no path\\u001b\[2K\\r\\nwarning: all is well \\u202e<\{\\u0025fg 1%\}>\. Nothing is rolled back/,
    );
  });

  it("is cut where it is longer than a reader takes in, and leaves what to do", () => {
    const text = failedCheckText(CHECKED, thrown("x".repeat(1_000_000)));
    assert.ok(text.length < 2_500);
    assert.match(text, /\(1000008 characters\)\. Nothing is rolled back/);
    const message = "x".repeat(1500 - "Forged: ".length);
    assert.ok(failedCheckText(CHECKED, thrown(message)).includes(`: Forged: ${message}. Nothing`));
    assert.ok(
      failedCheckText(CHECKED, thrown(`${message}x`)).includes(`: Forged: ${message}… (1501 characters). Nothing`),
    );
  });

  it("is told in the provider's words where it has no message of its own", () => {
    assert.match(
      failedCheckText(CHECKED, thrown({ nested: true })),
      /: invoking Lambda Function \(f\): \{"errorType":"Forged"/,
    );
    assert.match(failedCheckText(CHECKED, "invoking f:\u0000 {\u009b}"), /: invoking f:\\u0000 \{\\u009b\}\. Nothing/);
  });
});
