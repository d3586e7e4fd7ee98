import assert from "node:assert/strict";
import fc from "fast-check";
import { reviewPreview } from "../../cli/review/judge/reviewPreview";
import { readPreview } from "../../cli/review/read/readPreview";
import { markdownOf } from "../../cli/review/tell/markdown";
import { terminalText } from "../../cli/review/tell/terminal";
import { HOSTILE, hostileTexts, markdown, outsideCode, structure } from "./hostileTexts";
import { REVIEW_SCHEMA_VERSION, type Review, type StackReview, type Switch } from "../../cli/review/review";

const NOW = "2026-11-29T08:00:00.000Z";
const options = { picture: true, now: NOW };

const switched = (name: string, more: Partial<Switch> = {}): Switch => ({
  kind: "route table",
  name,
  id: "rtb-1",
  isSecret: false,
  services: ["DynamoDB"],
  direction: "switch",
  breaks: true,
  isAnnounced: true,
  stage: "canary",
  isChecked: true,
  by: { name: `ddb-${name}`, type: "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation" },
  ...more,
});

const stackReview = (more: Partial<StackReview> = {}): StackReview => ({
  project: "shop",
  stack: "dev",
  source: { name: "preview.json", format: "digest", showsUnchanged: true },
  verdict: "Open connections of 1 route table break.",
  switches: [],
  rollouts: [],
  policies: [],
  findings: [],
  warnings: [],
  operations: { create: 1 },
  steps: [],
  ...more,
});

const reviewOf = (...stacks: readonly StackReview[]): Review => ({
  schemaVersion: REVIEW_SCHEMA_VERSION,
  command: "review",
  stacks,
});

function everywhere(text: string): Review {
  return {
    ...reviewOf(
      stackReview({
        project: text,
        stack: text,
        source: { name: text, format: "events", showsUnchanged: true },
        failure: { errors: [text], others: 1 },
        switches: [switched(text, { id: text, detail: text, stage: text, by: { name: text, type: text } })],
        rollouts: [
          {
            component: text,
            throughStage: text,
            window: { opensAt: text, closesAt: text },
            stages: [
              { name: text, routeTables: [{ name: text, isChecked: true }], state: "changes" },
              { name: `${text}2`, routeTables: [{ name: text, isChecked: false }], state: "later" },
            ],
          },
        ],
        policies: [
          {
            kind: "endpoint",
            name: text,
            type: text,
            newlyAllowed: [{ who: text, resources: [text], actions: [text] }],
            noLongerAllowed: [{ who: text, resources: [text], actions: [text] }],
          },
        ],
        findings: [{ id: "NotJson", severity: "high", subject: text, message: text, evidence: [text], remedy: text }],
        warnings: [text],
        operations: { [text]: 1 },
        steps: [{ operation: text, type: text, count: 1 }],
      }),
      stackReview({ project: text }),
    ),
    commit: text,
  };
}

async function* piecesOf(digest: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(digest));
}

/** A preview with a name in every place that a review reads, and a finding of each kind. */
function digestWith(name: string): object {
  const urnOf = (type: string, named = name): string => `urn:pulumi:dev::shop::${type}::${named}`;
  const component = urnOf("dynamodb-endpoint:index:RouteRollout");
  const step = (op: string, type: string, state: object, old?: object, parent?: string): object => ({
    op,
    urn: urnOf(type),
    newState: op === "delete" ? undefined : { parent, ...state },
    oldState: old === undefined ? undefined : { id: `id of ${name}`, parent, ...old },
  });
  const association = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation";
  const policy = (sid: string): object => ({ inputs: { policy: JSON.stringify({ dynamodb: sid, Statement: name }) } });
  return {
    steps: [
      { op: "same", urn: component, newState: {} },
      step(
        "create",
        `RouteRollout$${association}`,
        { inputs: { routeTableId: name, vpcEndpointId: "vpce-1" } },
        undefined,
        component,
      ),
      step("create", association, { inputs: { routeTableId: `${name}2`, vpcEndpointId: name } }),
      step("update", "aws:ec2/route:Route", routeTo(`${name}3`, "nat-2"), routeTo(`${name}3`, name)),
      step("update", "aws:ec2/routeTableAssociation:RouteTableAssociation", subnetIn(`${name}4`), subnetIn(name)),
      step("delete", "aws:ec2/natGateway:NatGateway", {}, { inputs: {} }),
      step("update", "aws:iam/rolePolicy:RolePolicy", policy("b"), policy("a")),
    ],
    diagnostics: [
      { urn: component, severity: "warning", message: `warning: ${name} (${name}) \`pulumi up\` refuses` },
      { urn: component, severity: "error", message: `error: ${name}` },
    ],
    changeSummary: { same: 12 },
  };
}

const routeTo = (routeTableId: string, natGatewayId: string): object => ({
  inputs: { routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId },
});

const subnetIn = (routeTableId: string): object => ({ inputs: { subnetId: "subnet-1", routeTableId } });

describe("a review as a comment", () => {
  it("has the structure that it has with harmless names, whatever the names are", () => {
    const harmless = structure(markdownOf(everywhere("a"), options));
    fc.assert(
      fc.property(hostileTexts, (name) => {
        const comment = markdownOf(everywhere(`a${name}`), options);
        assert.deepEqual(structure(comment), harmless);
        assert.doesNotMatch(outsideCode(comment), /[@#]\w|:[a-z_]+:|https?:|www\.|GH-\d/);
        assert.doesNotMatch(comment.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 300 },
    );
  });

  it("has the structure that it has with harmless names also where a preview is read, whatever it says", async () => {
    const reviewed = async (name: string): Promise<string> => {
      const preview = await readPreview(name, piecesOf(JSON.stringify(digestWith(name))));
      return markdownOf(reviewOf(reviewPreview(preview)), options);
    };
    const harmless = structure(await reviewed("a"));
    await fc.assert(
      fc.asyncProperty(hostileTexts, async (name) => {
        const comment = await reviewed(`a${name.replaceAll("::", "")}`);
        assert.deepEqual(structure(comment), harmless);
        assert.doesNotMatch(outsideCode(comment), /[@#]\w|:[a-z_]+:|https?:|www\.|GH-\d/);
      }),
      { numRuns: 200 },
    );
  });

  it("shows harmless texts as they are", () => {
    const html = markdown.render(markdownOf(everywhere("private-a (rtb-1): *"), options));
    assert.match(html, /<code>private-a \(rtb-1\): \*<\/code>/);
  });

  it("begins with the stack's name, by which a workflow finds it, on a line that nothing can end", () => {
    fc.assert(
      fc.property(hostileTexts, (name) => {
        const [first = "", ...rest] = markdownOf(everywhere(name), options).split("\n");
        assert.match(first, /^<!-- dynamodb-endpoint review: [^<>\n]* -->$/);
        assert.equal(rest.join("\n").includes("<!--"), false);
      }),
    );
    assert.match(markdownOf(reviewOf(stackReview()), options), /^<!-- dynamodb-endpoint review: shop\/dev -->\n/);
    assert.match(
      markdownOf(reviewOf(stackReview(), stackReview({ stack: "prod" })), options),
      /^<!-- dynamodb-endpoint review: shop\/dev, shop\/prod -->\n/,
    );
  });

  it("is no longer than a comment may be, and has the name of every route table that switches", () => {
    const sizes = fc.record({
      tables: fc.integer({ min: 0, max: 700 }),
      stages: fc.integer({ min: 1, max: 60 }),
      warnings: fc.integer({ min: 0, max: 200 }),
      findings: fc.integer({ min: 0, max: 300 }),
      nameLength: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(sizes, ({ tables, stages, warnings, findings, nameLength }) => {
        const names = Array.from({ length: tables }, (_, i) => `t${String(i).padStart(nameLength, "0")}`);
        const comment = markdownOf(
          reviewOf(
            stackReview({
              switches: names.map((name, i) => switched(name, { stage: `stage ${i % stages}` })),
              warnings: Array.from({ length: warnings }, (_, i) => `warning ${i} ${"long ".repeat(100)}`),
              findings: Array.from({ length: findings }, (_, i) => ({
                id: "NotJson",
                severity: "high",
                subject: `policy ${i}`,
                message: "not JSON ".repeat(20),
                evidence: [],
                remedy: "write JSON",
              })),
            }),
          ),
          options,
        );
        assert.ok(comment.length <= 60_000, `${comment.length} characters`);
        for (const name of names) assert.ok(comment.includes(name), `${name} is missing`);
      }),
      { numRuns: 40 },
    );
  });

  it("leaves out pictures and folds first, then counts, and says how many there are", () => {
    const long = Array.from({ length: 200 }, () => "long ".repeat(100));
    const rollouts = [
      {
        component: "ddb",
        throughStage: "rest",
        stages: (["canary", "rest"] as const).map((name) => ({ name, routeTables: [], state: "changes" as const })),
      },
    ];
    const full = markdownOf(reviewOf(stackReview({ rollouts, warnings: ["short"] })), options);
    assert.match(full, /```mermaid\nflowchart LR\n/);
    assert.match(full, /What the components warn of/);
    assert.match(full, /All that this preview plans/);
    const cut = markdownOf(reviewOf(stackReview({ rollouts, warnings: long })), options);
    assert.doesNotMatch(cut, /mermaid|What the components warn of/);
    assert.match(cut, /All that this preview plans/);
    assert.doesNotMatch(markdownOf(reviewOf(stackReview({ rollouts })), { ...options, picture: false }), /mermaid/);
  });

  it("has no picture of more stages than can be read, nor of one", () => {
    for (const [count, isDrawn] of [
      [1, false],
      [2, true],
      [30, true],
      [31, false],
    ] as const) {
      const stages = Array.from({ length: count }, (_, i) => ({
        name: `s${i}`,
        routeTables: [],
        state: "changes" as const,
      }));
      const rollouts = [{ component: "ddb", throughStage: "s0", stages }];
      assert.equal(markdownOf(reviewOf(stackReview({ rollouts })), options).includes("mermaid"), isDrawn);
    }
  });
});

describe("a review on a terminal", () => {
  it("has a line for each route table, and neither a forged line nor a colour that is not ours", () => {
    const linesOf = (name: string): number => terminalText(everywhere(name), false).split("\n").length;
    fc.assert(
      fc.property(fc.constantFrom(...HOSTILE), (name) => {
        const shown = terminalText(everywhere(name), false);
        // An error of a component may have lines of its own, which are set in.
        assert.equal(shown.split("\n").length, linesOf("a") + name.trimEnd().split("\n").length - 1);
        assert.doesNotMatch(shown, /^(?:# heading|\| c|---|end|~~~)/m);
        assert.equal(shown.includes("\u001b"), false);
      }),
    );
    assert.ok(terminalText(everywhere("a"), true).includes("\u001b[1m"));
  });
});
