import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { markdownOf } from "../../cli/preflight/report/markdown";
import type { PreflightReport } from "../../cli/preflight/report/report";
import { terminalText, type TerminalOptions } from "../../cli/preflight/report/terminal";
import { misfits } from "./schema";
import {
  clients,
  finding,
  HOSTILE,
  largeVpc,
  reportOf,
  routeTable,
  usualVpc,
  vpcReport,
  vpcSaying,
} from "./vpcReports";

const SCHEMA = JSON.parse(readFileSync("cli/preflight/preflight.schema.json", "utf8")) as object;

const UNREAD = [{ account: "210987654321", region: "eu-west-1", reason: "AccessDenied: sts:AssumeRole" }];

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc
    .array(fc.constantFrom(..."|`*_<>#@[]()!\\~:&\n\r -.a1".split(""), "```", "-->", "</"), { minLength: 1 })
    .map((parts) => parts.join("")),
);

/** A report that says this wherever it says what is not ours. */
const saying = (text: string): PreflightReport =>
  reportOf([vpcSaying(text), vpcReport()], [{ account: text, region: text, reason: text }]);

describe("a preflight on a terminal", () => {
  const shown = (report: PreflightReport, options: Partial<TerminalOptions> = {}): string =>
    terminalText(report, { isColoured: false, isVerbose: false, isQuiet: false, ...options });

  it("begins with the verdict, then the stages to paste, then what was found in the order of a search", () => {
    const text = shown(reportOf([usualVpc()]));
    assert.ok(text.startsWith("vpc-0a1b2c3d4e5f60711 can be switched in 3 stages, without 1 route table"));
    const order = [
      "shop-prod, 123456789012, eu-west-1",
      "stages\n  canary: private-a (rtb-0a1)\n    1 route table, 16 possible clients: calls to DynamoDB were seen",
      "  routeTables: {",
      "in no stage\n  egress-attachments (rtb-0d1): blocked by R2",
      "routes\n  blocker R2: rtb-0d1\n",
      "high R7: rtb-0b1",
      "acknowledged high R5: rtb-0d1",
      "names\n  medium D2",
      "network\n  info N4",
      "permissions\n  unknown P3",
      "Allow ec2:CreateVpcEndpoint, or accept it by name with --accept-unknown.",
      "who is in these subnets\n  private-a (rtb-0a1): 2 subnets, NAT gateway nat-1; then gateway endpoint for",
      "1 check passed: --verbose names them.",
      "2 NAT gateways; an hour: $0.048 + 1 unknown",
      "S3: a gateway endpoint for S3 is missing as well.",
    ];
    const places = order.map((each) => text.indexOf(each));
    assert.deepEqual(places.indexOf(-1) === -1 ? [] : order[places.indexOf(-1)], [], text);
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
    );
  });

  it("shows what is acknowledged as that, with the reason and the date", () => {
    const text = shown(reportOf([usualVpc()]));
    assert.match(
      text,
      /acknowledged high R5: rtb-0d1\n.*\n {4}acknowledged until 2027-01-31: Known to the network team/,
    );
    assert.equal(text.split("acknowledged high").length, 2);
  });

  it("counts the clients of each route table, with names as far as they are known", () => {
    const text = shown(reportOf([usualVpc()]));
    for (const line of [
      "    lambda  12  possible                orders, stock-import, 3 unnamed",
      "    ecs      4  calls DynamoDB: seen    checkout",
      "    rds      2  does not call DynamoDB  2 unnamed",
      "  egress-attachments (rtb-0d1), the main route table: 1 subnet,",
    ])
      assert.ok(text.includes(line), line);
    const names = Array.from({ length: 11 }, (_, i) => `f${i}`);
    const many = vpcReport({ routeTables: [routeTable("1", { clients: [clients(11, { names, unnamed: 0 })] })] });
    assert.match(shown(reportOf([many])), /f6, f7, 3 more\n/);
    assert.match(shown(reportOf([vpcReport({ routeTables: [routeTable("1")] })])), /rtb-1: .*\n {4}no interfaces\n/);
  });

  it("names the checks that passed with --verbose", () => {
    const text = shown(reportOf([usualVpc()]), { isVerbose: true });
    assert.match(text, /1 check passed\n {2}passed D1: The VPC resolves names\n/);
  });

  it("has a row for each of many VPCs, in the order of what to do first, and all of each with --verbose", () => {
    const report = reportOf([usualVpc(), vpcReport({ vpcId: "vpc-2" }), vpcReport({ vpcId: "vpc-3" })], UNREAD);
    const [total, heads, ...rest] = shown(report).split("\n");
    assert.equal(total, "3 VPCs; 2 can be switched now");
    assert.match(String(heads), /^ {2}vpc +account +region +can be switched +stages +blockers .* an hour$/);
    assert.match(String(rest[0]), /^ {2}vpc-2 +123456789012 +eu-west-1 +yes +1 +0 +0 +0 +3 +1 +\$0\.048$/);
    assert.match(String(rest[1]), /^ {2}vpc-3 /);
    assert.match(
      String(rest[2]),
      /^ {2}shop-prod \(vpc-0a1b2c3d4e5f60711\) .* not known +3 +1 +1 +1 +52 +2 +\$0\.048 \+ 1 unknown$/,
    );
    assert.match(rest.join("\n"), /could not be read\n {2}210987654321, eu-west-1: AccessDenied: sts:AssumeRole\n/);
    assert.doesNotMatch(shown(report), /routeTables: \{/);
    assert.equal(shown(report, { isVerbose: true }).split("routeTables: {").length, 4);
    const withdrawn = [vpcReport({ direction: "withdraw" }), vpcReport({ direction: "withdraw", vpcId: "vpc-2" })];
    assert.match(shown(reportOf(withdrawn)), /^2 VPCs; 2 can be withdrawn now\n.* can be withdrawn /);
    assert.match(
      shown(reportOf([vpcReport({ routeTables: [routeTable("1", { pathToday: "endpoint" })] }), usualVpc()])),
      / is switched .*\$0\.048\n/,
    );
    const [blocked] = [vpcReport({ findings: [finding("R2", { severity: "blocker" })], natGateways: [] })];
    assert.match(shown(reportOf([blocked, blocked])), / no +0 +1 +0 +0 +3 +0 +–\n/);
    const unpriced = vpcReport({ natGateways: [{ id: "nat-1" }] });
    assert.match(shown(reportOf([unpriced, unpriced])), / 1 +not known\n/);
  });

  it("says nothing with --quiet where nothing is to be told", () => {
    const quiet = (report: PreflightReport): string => shown(report, { isQuiet: true });
    const acknowledged = { reason: "known" };
    for (const findings of [[], [finding("R9", { severity: "info" })], [finding("R7", { acknowledged })]])
      assert.equal(quiet(reportOf([vpcReport({ findings })])), "");
    for (const severity of ["unknown", "medium", "high", "blocker"] as const)
      assert.notEqual(quiet(reportOf([vpcReport({ findings: [finding("R7", { severity })] })])), "");
    assert.notEqual(quiet(reportOf([vpcReport()], UNREAD)), "");
    assert.notEqual(shown(reportOf([vpcReport()])), "");
  });

  it("says of S3 what is known", () => {
    const s3 = (lacksS3Endpoint: boolean | "unknown"): string => shown(reportOf([vpcReport({ lacksS3Endpoint })]));
    assert.match(s3(true), /\nS3: a gateway endpoint for S3 is missing as well\./);
    assert.match(s3("unknown"), /\nS3: whether a gateway endpoint for S3 is missing as well is not known\./);
    assert.doesNotMatch(s3(false), /S3/);
  });

  it("has neither a forged line nor a colour that is not ours, whatever tags and descriptions say", () => {
    const lines = (text: string): number => shown(saying(text), { isVerbose: true }).split("\n").length;
    const harmless = lines("a");
    fc.assert(
      fc.property(hostileText, (text) => {
        const all = shown(saying(`a${text}`), { isVerbose: true });
        assert.equal(all.split("\n").length, harmless);
        assert.doesNotMatch(all.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it("is coloured by the verdict", () => {
    const first = (report: PreflightReport): string => shown(report, { isColoured: true }).slice(0, 5);
    assert.equal(first(reportOf([vpcReport()])), "\u001b[32m");
    assert.equal(first(reportOf([usualVpc()])), "\u001b[35m");
    assert.equal(first(reportOf([vpcReport({ routeTables: [] })])), "\u001b[31m");
  });
});

/** As GitHub reads it: tables, addresses as links, HTML as it stands. */
const markdown = new MarkdownIt({ html: true, linkify: true });

/** What a reader sees as structure: a name that changes it has forged something. */
function structure(comment: string): unknown {
  const html = markdown.render(comment);
  const tags = "h1 h2 h3 hr tr td th li a\u0020 img details /details !-- pre blockquote script em strong br p>".split(
    " ",
  );
  return Object.fromEntries(tags.map((tag) => [tag, html.split(`<${tag}`).length - 1]));
}

/** The text of the page without what is in `<code>`, where nobody looks for mentions. */
const outsideCode = (comment: string): string =>
  markdown
    .render(comment)
    .replace(/<code[^>]*>[^]*?<\/code>/g, "")
    .replace(/<[^>]*>/g, "");

describe("a preflight as a comment", () => {
  it("has the structure that it has with harmless names, whatever tags and descriptions say", () => {
    const harmless = structure(markdownOf(saying("a")));
    fc.assert(
      fc.property(hostileText, (text) => {
        const comment = markdownOf(saying(`a${text}`));
        assert.deepEqual(structure(comment), harmless);
        assert.doesNotMatch(outsideCode(comment), /[@#]\w|:[a-z_]+:|https?:|www\.|GH-\d/);
        assert.doesNotMatch(comment.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 150 },
    );
  });

  it("has the verdict, the stages, each finding and who is there", () => {
    const html = markdown.render(markdownOf(reportOf([usualVpc()])));
    for (const said of [
      /<strong><code>vpc-0a1b2c3d4e5f60711 can be switched in 3 stages, without 1 route table/,
      /<td><code>canary<\/code><\/td>\n<td><code>private-a \(rtb-0a1\)<\/code><\/td>/,
      /<code class="language-ts">routeTables: \{/,
      /<td><code>egress-attachments \(rtb-0d1\)<\/code><\/td>\n<td><code>blocked by R2<\/code><\/td>/,
      /<strong>blocker<\/strong> <code>R2<\/code> <code>rtb-0d1<\/code>: .*<br>concerns <code>egress-attachments/,
      /<em>acknowledged<\/em>, high <code>R5<\/code> .*<br><code>acknowledged until 2027-01-31: Known/,
      /<strong>unknown<\/strong> <code>P3<\/code>/,
      /<td>12<\/td>\n<td>possible<\/td>\n<td><code>orders, stock-import, 3 unnamed<\/code>/,
      /1 check passed<\/summary>/,
      /S3: a gateway endpoint for S3 is missing as well\./,
      /2 NAT gateways; an hour: <code>\$0\.048 \+ 1 unknown<\/code>/,
    ])
      assert.match(
        html.replace(/&#\d+;/g, (entity) => String.fromCodePoint(Number(entity.slice(2, -1)))),
        said,
      );
  });

  it("begins with a row for each of many VPCs, and says which accounts could not be read", () => {
    const html = markdown.render(markdownOf(reportOf([usualVpc(), vpcReport({ vpcId: "vpc-2" })], UNREAD)));
    assert.match(html, /^<!-- dynamodb-endpoint preflight -->\n<p><strong>2 VPCs; 1 can be switched now<\/strong>/);
    assert.match(html, /<h3><code>vpc-2<\/code><\/h3>[^]*<h3><code>vpc-0a1b2c3d4e5f60711<\/code><\/h3>/);
    assert.match(html, /<td><code>210987654321<\/code><\/td>\n<td><code>eu-west-1<\/code><\/td>/);
  });

  it("is no longer than a comment may be, keeps every stage, and says what it leaves out", () => {
    const whole = markdownOf(reportOf([largeVpc(4)]));
    assert.match(whole, /Who is in these subnets/);
    for (const tables of [40, 400]) {
      const vpc = largeVpc(tables);
      const comment = markdownOf(reportOf([vpc]));
      assert.ok(comment.length <= 60_000, String(comment.length));
      for (const { name } of vpc.stages) assert.ok(comment.includes(`| <code>${name}</code> |`), name);
      assert.ok(comment.includes("R2"));
    }
    const many = Array.from({ length: 300 }, (_, i) => vpcReport({ vpcId: `vpc-${i}` }));
    const comment = markdownOf(reportOf(many));
    assert.ok(comment.length <= 60_000, String(comment.length));
    assert.match(comment, /100 more VPCs: `--json` has them\./);
    const findings = Array.from({ length: 210 }, (_, i) => finding(`R${i}`));
    assert.match(markdownOf(reportOf([vpcReport({ findings })])), /- 10 more findings: `--json` has them\./);
  });
});

describe("a preflight as JSON", () => {
  it("is what its schema says", () => {
    for (const vpc of [
      usualVpc(),
      largeVpc(),
      vpcReport({ direction: "withdraw" }),
      vpcReport({ lacksS3Endpoint: "unknown" }),
    ])
      assert.deepEqual(misfits(JSON.parse(JSON.stringify(reportOf([vpc], UNREAD))), SCHEMA), []);
  });

  it("is nothing else: neither another version, nor less, nor more, in any place", () => {
    const report = JSON.parse(JSON.stringify(reportOf([usualVpc()], UNREAD))) as PreflightReport;
    assert.notDeepEqual(misfits({ ...report, schemaVersion: 2 }, SCHEMA), []);
    const [vpc] = report.vpcs;
    for (const key of ["routeTables", "stages", "leftOut", "findings", "passed", "natGateways"] as const) {
      const [first] = vpc?.[key] ?? [];
      assert.ok(first !== undefined, key);
      const withMore = { ...report, vpcs: [{ ...vpc, [key]: [{ ...first, more: 1 }] }] };
      assert.notDeepEqual(misfits(withMore, SCHEMA), [], key);
      assert.notDeepEqual(misfits({ ...report, vpcs: [{ ...vpc, [key]: [{}] }] }, SCHEMA), [], key);
      assert.notDeepEqual(misfits({ ...report, vpcs: [{ ...vpc, [key]: undefined }] }, SCHEMA), [], key);
    }
  });
});
