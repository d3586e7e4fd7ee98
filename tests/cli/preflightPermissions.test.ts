import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lambda } from "@aws-sdk/client-lambda";
import type { FactName, Facts } from "../../cli/preflight/facts/facts";
import { Calls } from "../../cli/preflight/facts/reading";
import { factsOfVpc } from "../../cli/preflight/facts/ofVpc";
import { notRead, readRegion, type RegionFacts } from "../../cli/preflight/facts/regionFacts";
import { FACT_NAMES, SOURCES } from "../../cli/preflight/facts/sources";
import { isTold, type Missing, type Told } from "../../cli/preflight/facts/told";
import { chooseScope } from "../../cli/preflight/chooseScope";
import { judge } from "../../cli/preflight/judge";
import { vpcReport } from "../../cli/preflight/report/vpcReport";
import type { PreflightReport, VpcReport } from "../../cli/preflight/report/report";
import { RULES } from "../../cli/preflight/rules/all";
import { REGION } from "../lab/network";
import { furnish } from "./furnished";
import { preflight, reported, site } from "./preflights";

const ALL = new Set(FACT_NAMES);
/** Whoever may not make an endpoint is told so by the dry run: that is no missing fact, and preflightRole has it. */
const DRY_RUNS = new Set(SOURCES.dryRuns.permissions);
const PERMISSIONS = [...new Set(FACT_NAMES.flatMap((name) => SOURCES[name].permissions))].filter(
  (permission) => !DRY_RUNS.has(permission),
);

/** What facts of EC2 are made of together. */
const SHARED =
  /^ec2:(?:DescribeRouteTables|DescribeNetworkInterfaces|DescribeSecurityGroupRules|\w+ManagedPrefixList\w+)$/;

/** By the action that the lab carries it out with. */
const AS_OTHER: Readonly<Record<string, string>> = { DescribeVpcAttribute: "DescribeVpcs" };

/** What the report tells whatever is checked: the ways, and who is there. */
const TOLD_BESIDE: readonly FactName[] = [
  ...(["vpcs", "subnets", "routeTables", "prefixLists", "vpcEndpoints", "natGateways", "networkInterfaces"] as const),
  ...(["functions", "ecs", "eks", "instances"] as const),
];

const SECRET = "hunter2-of-an-environment";

describe("a preflight without a permission", () => {
  const on = site();
  const folder = mkdtempSync(join(tmpdir(), "preflight-permissions-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let recorded: RegionFacts;
  let whole: VpcReport;

  before(async () => {
    await furnish(on, SECRET);
    recorded = await read(ALL);
    whole = judged(recorded.facts);
  });

  function read(wanted: ReadonlySet<FactName>): Promise<RegionFacts> {
    return readRegion(
      { vpcId: on.vpcId, wanted, tables: { most: 50 }, readAt: "2026-01-31T00:00:00.000Z", observedHours: 1 },
      new Calls(),
    );
  }

  /** As the command does it, without a folder for each. */
  function judged(facts: Facts): VpcReport {
    const { account, region } = recorded;
    const own = factsOfVpc(facts, on.vpcId);
    const scope = chooseScope(own, { account, region, vpcId: on.vpcId, direction: "switch" });
    const answers = { acknowledgements: [], acceptedUnknown: new Map<string, string>(), now: new Date() };
    return JSON.parse(JSON.stringify(vpcReport(own, judge(own, scope, RULES, answers)))) as VpcReport;
  }

  async function denied<T>(permission: string, run: () => Promise<T>): Promise<T> {
    const [service = "", action = ""] = permission.split(":");
    const code = service === "ec2" ? "UnauthorizedOperation" : "AccessDeniedException";
    const fault = {
      service,
      action: AS_OTHER[action] ?? action,
      code,
      message: "You are not authorized.",
      statusCode: 403,
    };
    on.lab.cloud.faults.failOn(fault);
    return run().finally(() => on.lab.cloud.faults.end(fault));
  }

  /** The facts, with those that this permission is for as AWS tells them without it. */
  async function factsWithout(permission: string): Promise<Facts> {
    const lost = FACT_NAMES.filter((name) => SOURCES[name].permissions.includes(permission));
    const again = SHARED.test(permission) ? FACT_NAMES.filter((name) => SOURCES[name].service === "ec2") : lost;
    const { facts } = await denied(permission, () => read(new Set(again)));
    for (const name of again) {
      const missing = missingOf(facts, name);
      if (missing === undefined) assert.ok(!lost.includes(name), `${name} is told`);
      else assert.deepEqual([name, missing.permission, missing.reason], [name, permission, "denied"]);
    }
    return { ...recorded.facts, ...Object.fromEntries(again.map((name) => [name, facts[name]])) };
  }

  for (const permission of PERMISSIONS)
    it(`does not know what it takes ${permission} for, and knows the rest`, async () => {
      const facts = await factsWithout(permission);
      const report = judged(facts);
      const lost = FACT_NAMES.filter((name) => missingOf(facts, name) !== undefined);
      const needing = RULES.filter(
        ({ needs, observes, directions }) =>
          directions.includes("switch") && [...needs, ...observes].some((need) => lost.includes(need)),
      ).map(({ id }) => id);
      assert.deepEqual(unknownIn(report), [...new Set([...unknownIn(whole), ...needing])].sort());
      for (const { id } of report.passed) assert.ok(!needing.includes(id), `${id} passed`);
      assert.deepEqual(rulesBut(needing, report), rulesBut(needing, whole));
      if (!lost.some((name) => TOLD_BESIDE.includes(name))) assert.deepEqual(restOf(report), restOf(whole));
    });

  for (const permission of [
    "ec2:DescribeNetworkInterfaces",
    "dynamodb:DescribeTable",
    "ecs:DescribeTasks",
    "kms:GetKeyPolicy",
  ])
    it(`says without ${permission} what its facts say`, async () => {
      const live = await denied(permission, () => reported("--vpc", on.vpcId));
      const { calls, flows } = notRead();
      assert.deepEqual(live.vpcs, [judged({ ...(await factsWithout(permission)), calls, flows })]);
    });

  it("has no function's environment in its facts, its records or its reports", async () => {
    const lambda = new Lambda({ region: REGION });
    const { Functions } = await lambda.listFunctions({});
    lambda.destroy();
    assert.ok(JSON.stringify(Functions).includes(SECRET));
    assert.ok(isTold(recorded.facts.functions));
    assert.deepEqual(
      recorded.facts.functions.value.map(({ FunctionName }) => FunctionName),
      ["orders"],
    );
    const [path, page] = [join(folder, "secret"), join(folder, "page.html")];
    const { stdout, stderr } = await preflight("--vpc", on.vpcId, "--record", path, "--html", page, "--json");
    assert.equal((await preflight("--facts", path, "--json")).stdout, stdout);
    const markdown = await preflight("--facts", path, "--markdown");
    const text = await preflight("--facts", path, "--verbose");
    const files = readdirSync(path).map((name) => readFileSync(join(path, name), "utf8"));
    const told = [JSON.stringify(recorded), stdout, stderr, readFileSync(page, "utf8"), ...files];
    for (const each of [...told, markdown.stdout, text.stdout]) assert.ok(!each.includes(SECRET));
    const { vpcs } = JSON.parse(stdout) as PreflightReport;
    assert.ok(JSON.stringify(vpcs[0]?.routeTables).includes("orders"));
  });
});

/** Why a fact is not told. Of keys each says so for itself. */
function missingOf(facts: Facts, name: FactName): Missing | undefined {
  const told: Told<unknown> = facts[name];
  if (!isTold(told)) return told.missing;
  return name === "keys" && isTold(facts.keys) ? facts.keys.value.find(({ missing }) => missing)?.missing : undefined;
}

function unknownIn({ findings }: VpcReport): readonly string[] {
  return [...new Set(findings.filter(({ severity }) => severity === "unknown").map(({ id }) => id))].sort();
}

function rulesBut(ids: readonly string[], { findings, passed }: VpcReport): unknown {
  return [findings, passed].map((some) => some.filter(({ id }) => !ids.includes(id)));
}

function restOf({ routeTables, lacksS3Endpoint, natGateways, name }: VpcReport): unknown {
  return { routeTables, lacksS3Endpoint, natGateways, name };
}
