import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STSClient } from "@aws-sdk/client-sts";
import { FACT_NAMES, SOURCES } from "../../cli/preflight/facts/sources";
import { Calls } from "../../cli/preflight/facts/reading";
import { readRegion } from "../../cli/preflight/facts/regionFacts";
import type { PreflightReport } from "../../cli/preflight/report/report";
import { RULES } from "../../cli/preflight/rules/all";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";
import { preflight, reported, site } from "./preflights";
import { misfits } from "./schema";

/** Nobody listens there. */
const UNREACHABLE = { AWS_ENDPOINT_URL: "http://127.0.0.1:9" };

const schema = JSON.parse(readFileSync("cli/preflight/preflight.schema.json", "utf8")) as object;

describe("a preflight", () => {
  const on = site();
  const folder = mkdtempSync(join(tmpdir(), "preflight-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  it("judges the tables of a VPC that a NAT gateway serves, and says why others are apart", async () => {
    const report = await reported("--vpc", on.vpcId);
    assert.deepEqual(misfits(report, schema), []);
    assert.equal(report.vpcs.length, 1);
    const vpc = present(report.vpcs[0]);
    assert.deepEqual(vpc.routeTables.map(({ routeTableId }) => routeTableId).sort(), [...on.privateTables].sort());
    const reasons = new Map(vpc.leftOut.map(({ routeTableId, reason }) => [routeTableId, reason]));
    assert.match(reasons.get(on.publicTable) ?? "", /internet gateway/);
    assert.match(reasons.get(on.mainTable) ?? "", /no subnet/);
    assert.deepEqual([vpc.account, vpc.region, vpc.lacksS3Endpoint], ["123456789012", REGION, true]);
    for (const { wayToday, pathToday } of vpc.routeTables)
      assert.deepEqual([wayToday.replace(/-\w+$/, ""), pathToday], ["NAT gateway nat", "public"]);
  });

  it("has a row for every VPC of the Region, and the same of each as of it alone", async () => {
    const all = await reported();
    const ids = all.vpcs.map(({ vpcId }) => vpcId);
    assert.deepEqual([...ids].sort(), [on.vpcId, on.otherVpc.vpcId].sort());
    for (const vpcId of ids) {
      const alone = await reported("--vpc", vpcId);
      assert.deepEqual(
        all.vpcs.find((each) => each.vpcId === vpcId),
        alone.vpcs[0],
      );
    }
  });

  it("judges those that are named, and no others", async () => {
    const { vpcs } = await reported("--vpc", on.vpcId, "--route-tables", on.publicTable);
    assert.deepEqual(
      vpcs[0]?.routeTables.map(({ routeTableId }) => routeTableId),
      [on.publicTable],
    );
  });

  it("makes at most 40 calls for a VPC, reads by table and cluster apart, and changes nothing", async () => {
    const calls = new Calls();
    const mark = on.lab.cloud.lastSequence;
    const wanted = new Set(FACT_NAMES);
    await readRegion({ vpcId: on.vpcId, wanted, tables: { most: 50 }, readAt: "" }, calls);
    const one = [...calls.counts].filter(
      ([name]) => !/^(?:ecs|eks|iam|kms|organizations):|Table$|ResourcePolicy$/.test(name),
    );
    const total = one.reduce((sum, [, count]) => sum + count, 0);
    assert.ok(total > 20 && total <= 40, JSON.stringify(one));
    assert.ok(!calls.counts.has("kms:DescribeKey") && !calls.counts.has("route53:ListHostedZones"));
    assert.deepEqual(on.lab.cloud.mutationsSince(mark), []);
    const known = new Set(["sts:GetCallerIdentity", ...FACT_NAMES.flatMap((name) => SOURCES[name].permissions)]);
    assert.deepEqual(
      [...calls.counts.keys()].filter((name) => !known.has(name)),
      [],
    );
  });

  it("asks eight things at a time", async () => {
    const calls = new Calls();
    let [running, most] = [0, 0];
    const asked = Array.from({ length: 30 }, () =>
      calls.ask("ec2:DescribeVpcs", async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      }),
    );
    await Promise.all(asked);
    assert.deepEqual([most, calls.total], [8, 30]);
  });

  it("says of recorded facts what it said of AWS, byte for byte, and asks nobody", async () => {
    const recorded = join(folder, "recorded");
    const live = await preflight("--vpc", on.vpcId, "--record", recorded);
    const mark = on.lab.cloud.lastSequence;
    const again = await preflight("--vpc", on.vpcId, "--facts", recorded);
    assert.deepEqual(again, live);
    assert.equal(on.lab.cloud.lastSequence, mark);
    const json = await preflight("--facts", recorded, "--json");
    assert.equal((JSON.parse(json.stdout) as PreflightReport).vpcs.length, 1);
    const subnets = JSON.parse(readFileSync(join(recorded, "subnets.json"), "utf8")) as { Subnets: object[] };
    assert.equal(subnets.Subnets.length, 3);
  });

  it("tells what has changed since facts were recorded", async () => {
    const recorded = join(folder, "since");
    await preflight("--vpc", on.vpcId, "--record", recorded);
    const [id] = on.privateTables;
    const same = await preflight("--vpc", on.vpcId, "--since", recorded);
    assert.match(same.stdout, /^Nothing has changed since 20/m);
    const tags = { Resources: [id], Tags: [{ Key: "Team", Value: "stock" }] };
    await on.ec2.createTags(tags);
    const { RouteTable } = await on.ec2.createRouteTable({ VpcId: on.vpcId });
    const { since } = await reported("--vpc", on.vpcId, "--since", recorded);
    assert.deepEqual(
      since?.changes.map(({ fact, id: what, change, fields }) => [
        fact,
        what,
        change,
        fields.map(({ field }) => field),
      ]),
      [
        ["routeTables", id, "changed", ["Tags"]],
        ["routeTables", RouteTable?.RouteTableId, "added", []],
      ].sort(([, one = ""], [, other = ""]) => (one < other ? -1 : 1)),
    );
    const { stdout } = await preflight("--vpc", on.vpcId, "--since", recorded);
    assert.match(stdout, new RegExp(`^  changed routeTables ${id}\n    Tags: \\[\\] → .*"stock"`, "m"));
    await on.ec2.deleteRouteTable({ RouteTableId: RouteTable?.RouteTableId });
    await on.ec2.deleteTags({ ...tags, Tags: [{ Key: "Team" }] });
  });

  it("judges nothing of a folder that is of another version, or lacks a file", async () => {
    const good = join(folder, "good");
    await preflight("--vpc", on.vpcId, "--record", good);
    const broken = (name: string, change: (path: string) => void): string => {
      const path = join(folder, name);
      cpSync(good, path, { recursive: true });
      change(path);
      return path;
    };
    const cases = [
      [broken("lacking", (path) => rmSync(join(path, "subnets.json"))), /subnets\.json is missing$/],
      [broken("torn", (path) => writeFileSync(join(path, "vpcs.json"), "{")), /vpcs\.json cannot be read: /],
      [broken("other", (path) => writeFileSync(join(path, "vpcs.json"), "{}")), /vpcs\.json has no Vpcs$/],
      [broken("old", (path) => writeFileSync(join(path, "manifest.json"), '{"version":0}')), /another version than 1/],
      [broken("none", (path) => rmSync(join(path, "manifest.json"))), /it has no manifest\.json/],
      [join(folder, "nowhere"), /ENOENT/],
    ] as const;
    for (const [path, says] of cases)
      for (const option of ["--facts", "--since"]) {
        const { exitCode, stdout, error } = await preflight("--vpc", on.vpcId, option, path);
        assert.deepEqual([exitCode, stdout], [2, ""], path);
        assert.match(error ?? "", says);
        assert.ok(!error?.includes("\n"), error);
      }
  });

  it("goes on without a service that is throttled for good", async () => {
    const fault = { action: "DescribeNetworkAcls", code: "RequestLimitExceeded", message: "Rate", statusCode: 503 };
    on.lab.cloud.faults.failOn(fault);
    // Of few facts: the SDK asks ever more slowly once it has been throttled.
    const report = await reported("--vpc", on.vpcId, "--checks", "N2,R3").finally(() => on.lab.cloud.faults.end(fault));
    assert.deepEqual(
      report.vpcs[0]?.findings.map(({ id, severity }) => [id, severity]),
      [["N2", "unknown"]],
    );
    assert.deepEqual(
      report.vpcs[0].passed.map(({ id }) => id),
      ["R3"],
    );
  });

  describe("is told of a finding", () => {
    const args = (...more: readonly string[]): readonly string[] => {
      const known = RULES.filter(({ id }) => id === "D1").map(({ id }) => id);
      return ["--vpc", on.vpcId, "--checks", known.join(), "--fail-on", "medium", ...more];
    };

    it("which is shown, and counts no longer", async () => {
      assert.equal((await preflight(...args())).exitCode, 1);
      const { exitCode, stdout } = await preflight(...args("--acknowledge", "D1=we use our own resolver", "--json"));
      assert.equal(exitCode, 0);
      const [finding] = (JSON.parse(stdout) as PreflightReport).vpcs[0]?.findings ?? [];
      assert.deepEqual([finding?.id, finding?.acknowledged], ["D1", { reason: "we use our own resolver" }]);
    });

    it("by a file, for a subject and until a date, after which it counts again", async () => {
      const entry = { id: "D1", subject: on.vpcId, reason: "known" };
      const ended = async (...entries: readonly object[]) =>
        preflight(...args("--acknowledgements", file("known.json", entries)));
      assert.equal((await ended({ ...entry, until: "2999-12-31" })).exitCode, 0);
      const past = await ended({ ...entry, until: "2020-01-31" });
      assert.equal(past.exitCode, 1);
      assert.match(past.stderr, /known\.json: D1 of vpc-\w+ was acknowledged until 2020-01-31: it counts again\n/);
      const other = await ended({ ...entry, subject: "vpc-0other" });
      assert.equal(other.exitCode, 1);
      assert.match(other.stderr, /D1 of vpc-0other is acknowledged, and nothing is found by it\n/);
    });

    it("in a way that is none, and refuses it", async () => {
      const wrong: readonly (readonly [string, RegExp])[] = [
        ['[{"id":"D1"}]', /\[0\] lacks its id or its reason/],
        ['[{"id":"D1","reason":"known","untill":"2030-01-01"}]', /\[0\]\.untill is not known/],
        ['[{"id":"D1","reason":"known","until":"soon"}]', /\[0\]\.until is no date/],
        ["{}", /a list is asked for/],
        ["[", /it is not JSON/],
      ];
      for (const [text, says] of wrong)
        assert.match((await preflight(...args("--acknowledgements", file("wrong.json", text)))).error ?? "", says);
      assert.match((await preflight(...args("--acknowledge", "D1="))).error ?? "", /write ID=REASON/);
    });
  });

  it("says of a switched VPC whether it can be withdrawn, and not once its way back is closed or gone", async () => {
    const [RouteTableId, other] = on.privateTables;
    const none = await reported("--vpc", on.vpcId, "--withdraw");
    assert.deepEqual(none.vpcs[0]?.routeTables, []);
    const { VpcEndpoint } = await on.ec2.createVpcEndpoint({
      VpcId: on.vpcId,
      ServiceName: `com.amazonaws.${REGION}.dynamodb`,
      VpcEndpointType: "Gateway",
      RouteTableIds: [RouteTableId],
    });
    const withdrawn = async (): Promise<readonly unknown[]> => {
      const [vpc] = (await reported("--vpc", on.vpcId, "--withdraw", "--checks", "R10,R11")).vpcs;
      const { routeTables = [], findings = [], passed = [], verdict } = vpc ?? {};
      return [
        routeTables.map(({ routeTableId }) => routeTableId),
        findings.map(({ id, severity, subject }) => [id, severity, subject]),
        passed.map(({ id }) => id),
        verdict?.canSwitch,
      ];
    };
    assert.deepEqual(await withdrawn(), [[RouteTableId], [], ["R10", "R11"], true]);
    const [id] = on.privateTables;
    await on.ec2.modifyVpcBlockPublicAccessOptions({ InternetGatewayBlockMode: "block-bidirectional" });
    const blocked = await withdrawn();
    assert.deepEqual(blocked.slice(0, 3), [[id], [["R10", "high", id]], ["R11"]]);
    await on.ec2.modifyVpcBlockPublicAccessOptions({ InternetGatewayBlockMode: "off" });
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
    const { RouteTables: [table] = [] } = await on.ec2.describeRouteTables({ RouteTableIds: [other] });
    await on.ec2.deleteRoute(route);
    assert.deepEqual(await withdrawn(), [[id], [["R11", "blocker", id]], ["R10"], false]);
    const NatGatewayId = table?.Routes?.find((each) => each.NatGatewayId !== undefined)?.NatGatewayId;
    await on.ec2.createRoute({ ...route, NatGatewayId });
    await on.ec2.deleteVpcEndpoints({ VpcEndpointIds: [present(VpcEndpoint?.VpcEndpointId)] });
  });

  it("judges what a preview would switch", async () => {
    const { vpcs } = await reported("--preview", file("preview.json", previewOf(on.vpcId, on.privateTables[0])));
    assert.deepEqual(
      vpcs.map(({ vpcId, routeTables }) => [vpcId, routeTables.map(({ routeTableId }) => routeTableId)]),
      [[on.vpcId, [on.privateTables[0]]]],
    );
    const elsewhere = await preflight("--preview", file("other.json", previewOf(on.vpcId, "rtb-0elsewhere")));
    assert.match(elsewhere.error ?? "", /rtb-0elsewhere is not in us-east-1/);
  });

  it("has a row for an account that refuses, and does not read twice what is recorded", async () => {
    const role = "arn:aws:iam::111122223333:role/nobody";
    const accounts = file("accounts.yaml", `accounts:\n  - role: ${role}\n    regions: [us-east-1, eu-west-1]\n`);
    const report = await reported("--accounts", accounts);
    assert.deepEqual(report.vpcs, []);
    assert.deepEqual(
      report.unread.map(({ account, region }) => [account, region]),
      [
        ["111122223333", "us-east-1"],
        ["111122223333", "eu-west-1"],
      ],
    );
    for (const { reason } of report.unread) assert.match(reason, /^sts:AssumeRole of arn:aws:iam::111122223333:role/);
    const recorded = join(folder, "accounts");
    await preflight("--vpc", on.vpcId, "--record", join(recorded, "111122223333-us-east-1"));
    const resumed = await preflight("--accounts", accounts, "--record", recorded, "--json");
    const { vpcs, unread } = JSON.parse(resumed.stdout) as PreflightReport;
    assert.deepEqual([vpcs.map(({ vpcId }) => vpcId), unread.map(({ region }) => region)], [[on.vpcId], ["eu-west-1"]]);
    assert.deepEqual([resumed.exitCode, readdirSync(recorded)], [2, ["111122223333-us-east-1"]]);
  });

  it("reads at most four accounts and Regions side by side, and has them in the order of the file", async () => {
    const names = ["one", "two", "three", "four", "five", "six"];
    const text = names.map((name) => `  - {role: "arn:aws:iam::111122223333:role/${name}", regions: [us-east-1]}\n`);
    let [running, most] = [0, 0];
    const { send } = Object.getPrototypeOf(STSClient.prototype) as { send: (...args: unknown[]) => Promise<unknown> };
    STSClient.prototype.send = async function (this: STSClient, ...args: unknown[]) {
      most = Math.max(most, ++running);
      return send.apply(this, args).finally(() => (running -= 1));
    } as STSClient["send"];
    const { unread } = await reported("--accounts", file("six.yaml", `accounts:\n${text.join("")}`)).finally(() =>
      Reflect.deleteProperty(STSClient.prototype, "send"),
    );
    assert.equal(most, 4);
    assert.deepEqual(
      unread.map(({ reason }) => /role\/(\w+)/.exec(reason)?.[1]),
      names,
    );
  });

  it("prints the role that its checks take, which reads alone without P3", async () => {
    interface Policy {
      readonly Statement: readonly { readonly Sid: string; readonly Action: readonly string[] }[];
    }
    const printed = async (...args: readonly string[]): Promise<Policy> =>
      JSON.parse((await preflight("--print-policy", ...args)).stdout) as Policy;
    const all = await printed();
    assert.deepEqual(
      all.Statement.map(({ Sid }) => Sid),
      ["Read", "DryRuns"],
    );
    assert.deepEqual(all.Statement[1]?.Action, ["ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"]);
    const actions = (await printed("--skip", "P3")).Statement.flatMap(({ Action }) => Action);
    assert.ok(actions.includes("ec2:DescribeRouteTables"));
    for (const action of actions) assert.match(action, /^[a-z0-9]+:(?:Describe|Get|List)/);
    const few = (await printed("--checks", "R1")).Statement.flatMap(({ Action }) => Action);
    assert.ok(few.length < actions.length && !few.includes("lambda:ListFunctions"), few.join());
  });

  describe("says in one line why it judges nothing:", () => {
    const cases: readonly (readonly [string, () => readonly string[], RegExp, Readonly<Record<string, string>>?])[] = [
      ["no such VPC", () => ["--vpc", "vpc-0none"], /^there is no vpc-0none in us-east-1/],
      ["another Region's VPC", () => ["--vpc", on.vpcId, "--region", "eu-west-1"], /^there is no vpc-\w+ in eu-west-1/],
      [
        "a table of another VPC",
        () => ["--vpc", on.vpcId, "--route-tables", on.otherVpc.table],
        /^rtb-\w+ is no route table of vpc-/,
      ],
      ["tables without a VPC", () => ["--route-tables", on.publicTable], /name it with --vpc/],
      ["what is no id", () => ["--vpc", "production"], /the id of a VPC is asked for/],
      ["no Region", () => [], /^no Region: /, { AWS_REGION: "" }],
      ["no credentials", () => [], /^no credentials: /, { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }],
      ["no such profile", () => ["--profile", "nobody"], /nobody/],
      ["nobody who answers", () => [], /^AWS cannot be reached in us-east-1 \(ECONNREFUSED\)/, UNREACHABLE],
      ["no such check", () => ["--checks", "R0,names"], /there is no R0; did you mean R\d\?$/],
      ["no such preview", () => ["--preview", "no-such.json"], /no-such\.json cannot be read/],
      ["no such accounts", () => ["--accounts", "no-such.yaml"], /no-such\.yaml: it cannot be read/],
      ["accounts that are none", () => ["--accounts", file("a.yaml", "accounts: [{role: me}]")], /accounts\[0\]\.role/],
      ["a file that is no YAML", () => ["--accounts", file("b.yaml", "a: [")], /neither YAML nor JSON: .*line/],
    ];
    for (const [title, args, says, environment = {}] of cases)
      it(title, async () => {
        const kept = { ...process.env };
        Object.assign(process.env, environment);
        for (const [name, value] of Object.entries(environment))
          if (value === "") Reflect.deleteProperty(process.env, name);
        const {
          exitCode,
          stdout,
          error = "",
        } = await preflight(...args()).finally(() => Object.assign(process.env, kept));
        assert.deepEqual([exitCode, stdout], [2, ""]);
        assert.match(error, says);
        assert.ok(!error.includes("\n"), error);
      });

    for (const [title, fault, says] of [
      ["expired credentials", { code: "ExpiredToken", message: "The security token has expired" }, /have expired/],
      ["a Region that is off", { code: "InvalidClientTokenId", message: "invalid" }, /or the Region is off/],
    ] as const)
      it(title, async () => {
        const whole = { action: "GetCallerIdentity", statusCode: 403, ...fault };
        on.lab.cloud.faults.failOn(whole);
        const { exitCode, error } = await preflight().finally(() => on.lab.cloud.faults.end(whole));
        assert.equal(exitCode, 2);
        assert.match(error ?? "", says);
      });
  });
});

/** A preview that puts a route table onto an endpoint. */
function previewOf(vpcId: string, routeTableId: string): object {
  const urn = (type: string, name: string): string => `urn:pulumi:prod::network::${type}::${name}`;
  const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
  const association = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation";
  const created = (type: string, name: string, inputs: object, id?: string): object => {
    const state = {
      urn: urn(type, name),
      type,
      custom: true,
      inputs,
      ...(id !== undefined && { id, outputs: inputs }),
    };
    return id === undefined
      ? { op: "create", urn: urn(type, name), newState: state }
      : { op: "same", urn: urn(type, name), oldState: state, newState: state };
  };
  const serviceName = "com.amazonaws.us-east-1.dynamodb";
  return {
    steps: [
      created(endpoint, "ddb", { vpcId, serviceName }, "vpce-0a1"),
      created(association, "a", { vpcEndpointId: "vpce-0a1", routeTableId }),
    ],
    changeSummary: { create: 1, same: 1 },
  };
}
