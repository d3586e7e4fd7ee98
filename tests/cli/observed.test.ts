import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import type { AccessReport } from "../../cli/access/report";
import type { PreflightReport, RouteTableReport, VpcReport } from "../../cli/preflight/report/report";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";
import { HOSTILE } from "./hostileTexts";
import { type Ended, preflight, ran, site } from "./preflights";
import { misfits } from "./schema";

const TABLE = "StockTable";
/** Of a flow log that tells. */
const FIELDS = [
  ...["version", "interface-id", "srcaddr", "dstaddr", "bytes", "start", "end", "action", "pkt-dst-aws-service"],
  ...["flow-direction", "traffic-path"],
];
const HOUR = ["--observed-hours", "1"] as const;

describe("who really calls DynamoDB", () => {
  const on = site();
  const folder = mkdtempSync(join(tmpdir(), "observed-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let natAddress: string;

  before(async () => {
    const { NatGateways: [gateway] = [] } = await on.ec2.describeNatGateways({});
    natAddress = present(gateway?.NatGatewayAddresses?.[0]?.PublicIp);
    const byAddress = { IpAddress: { "aws:SourceIp": natAddress } };
    await role("batch", { Effect: "Allow", Action: "dynamodb:*", Resource: "*", Condition: byAddress });
    await role("silent", { Effect: "Allow", Action: "dynamodb:*", Resource: "*", Condition: byAddress });
    await call("batch", new DescribeTableCommand({ TableName: TABLE }));
    await call("silent", new GetItemCommand({ TableName: TABLE, Key: { sku: { S: "1" } } }));
  });

  async function role(RoleName: string, statement: object, trusted: object = { Service: "ec2.amazonaws.com" }) {
    const iam = new IAM({ region: REGION });
    const trust = { Effect: "Allow", Principal: trusted, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument });
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statement });
    await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
    iam.destroy();
    return present(Role?.Arn);
  }

  async function subnetOf(routeTableId: string): Promise<string> {
    const { RouteTables = [] } = await on.ec2.describeRouteTables({ RouteTableIds: [routeTableId] });
    return present(RouteTables[0]?.Associations?.[0]?.SubnetId);
  }

  /** By a program in the first private subnet, or behind an interface. */
  async function call(
    name: string,
    command: DescribeTableCommand | GetItemCommand,
    networkInterfaceId?: string,
  ): Promise<void> {
    const attached = await on.lab.attachClient({
      ...(networkInterfaceId === undefined
        ? { subnetId: await subnetOf(on.privateTables[0]) }
        : { networkInterfaceId }),
      roleArn: `arn:aws:iam::123456789012:role/${name}`,
    });
    const { endpointUrl: endpoint, region, credentials } = attached;
    const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
    await client.send(command as GetItemCommand);
    client.destroy();
    attached.detach();
  }

  const access = (...args: readonly string[]): Promise<Ended> => ran("access", "--vpc", on.vpcId, ...args);
  const modelOf = ({ stdout }: Ended): AccessReport => JSON.parse(stdout) as AccessReport;

  it("access finds the role that no interface names, and not the one whose calls are of items", async () => {
    const report = modelOf(await access(...HOUR, "--json"));
    const flipping = new Set(report.flips.map(({ severity, caller }) => `${severity} ${caller}`));
    assert.deepEqual([...flipping], ["blocker arn:aws:iam::123456789012:role/batch"]);
    const [by, sdk] = report.flips[0]?.workloads[0]?.split(", ") ?? [];
    assert.equal(by, `seen in CloudTrail from ${natAddress}`);
    assert.match(sdk ?? "", /^aws-sdk-js\/3\.[\d.]+$/);
    const schema = JSON.parse(readFileSync("cli/access/access.schema.json", "utf8")) as object;
    assert.deepEqual(misfits(report, schema), []);
    const { stdout } = await access(...HOUR);
    assert.match(stdout, /role\/batch: 1 call \(DescribeTable\) on StockTable by aws-sdk-js/);
    assert.match(stdout, /Calls of items .* are data events, which it does not hold: whoever is not seen/);
  });

  it("nobody is asked where nobody says how long is looked back", async () => {
    const mark = on.lab.cloud.lastSequence;
    const reports = [await access("--json"), await preflight("--vpc", on.vpcId, "--json")];
    for (const { stdout } of reports) assert.doesNotMatch(stdout, /CloudTrail|observed/);
    const asked = on.lab.cloud.callsSince(mark).map(({ service }) => service);
    assert.ok(!asked.includes("cloudtrail") && !asked.includes("logs"), asked.join());
  });

  it("is recorded, and gives the same report again: without keys, and without parameters", async () => {
    const kept = join(folder, "access");
    const live = await access(...HOUR, "--record", kept, "--json");
    const again = await access("--facts", kept, "--json");
    assert.equal(again.stdout, live.stdout);
    const text = readFileSync(join(kept, "calls.json"), "utf8");
    assert.doesNotMatch(text, /ASIA|accessKey|sessionContext/);
    const both = await access("--facts", kept, ...HOUR);
    assert.match(both.error ?? "", /leave out --observed-hours/);
  });

  it("is unknown, by the permission's name, where it may not be read", async () => {
    const fault = {
      service: "cloudtrail",
      action: "LookupEvents",
      code: "AccessDeniedException",
      message: "no",
      statusCode: 403,
    };
    on.lab.cloud.faults.failOn(fault);
    const { stdout } = await access(...HOUR, "--json").finally(() => on.lab.cloud.faults.end(fault));
    const { unknown, observed, flips } = modelOf({ stdout } as Ended);
    assert.deepEqual(
      unknown.map(({ evidence }) => evidence),
      [["cloudtrail:LookupEvents"]],
    );
    assert.deepEqual([observed, flips], [undefined, []]);
  });

  it("no user agent does any harm", async () => {
    for (const text of HOSTILE) await rawCall(text);
    for (const more of [[], ["--markdown"], ["--json"]]) {
      const { stdout } = await access(...HOUR, ...more);
      assert.doesNotMatch(stdout, /octocat|alert|example\.com|heading|[^\P{Cc}\n]/u);
      assert.match(
        stdout,
        new RegExp(more.includes("--json") ? `"events": ${1 + HOSTILE.length},` : `${1 + HOSTILE.length} calls`),
      );
    }
  });

  /** As no SDK sends it. */
  async function rawCall(text: string): Promise<void> {
    const roleArn = "arn:aws:iam::123456789012:role/batch";
    const attached = await on.lab.attachClient({ subnetId: await subnetOf(on.privateTables[0]), roleArn });
    const credential = `${attached.credentials.accessKeyId}/20260131/${REGION}/dynamodb/aws4_request`;
    const headers = {
      "x-amz-target": "DynamoDB_20120810.DescribeTable",
      "user-agent": Buffer.from(text)
        .toString("latin1")
        .replace(/[\r\n]/g, " ")
        .replace(/[^\t\x20-\x7e\x80-\xff]/g, "?"),
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    };
    await new Promise<void>((resolve, reject) => {
      const asked = request(attached.endpointUrl, { method: "POST", headers }, (answer) => {
        answer.resume().once("end", resolve);
      });
      asked.once("error", reject).end(JSON.stringify({ TableName: TABLE }));
    });
    attached.detach();
  }

  describe("a preflight", () => {
    let report: VpcReport;
    const kept = join(folder, "preflight");
    const run = (...args: readonly string[]): Promise<Ended> => preflight("--vpc", on.vpcId, ...HOUR, ...args);
    const tables = (): readonly RouteTableReport[] =>
      on.privateTables.flatMap((id) => report.routeTables.filter(({ routeTableId }) => routeTableId === id));

    before(async () => {
      const log = { ResourceType: "VPC" as const, ResourceIds: [on.vpcId], TrafficType: "ALL" as const };
      const DeliverLogsPermissionArn = "arn:aws:iam::123456789012:role/flow-logs";
      const LogFormat = FIELDS.map((field) => `\${${field}}`).join(" ");
      await on.ec2.createFlowLogs({ ...log, LogGroupName: "/flows", LogFormat, DeliverLogsPermissionArn });
      await on.ec2.createFlowLogs({ ...log, LogGroupName: "/old", DeliverLogsPermissionArn });
      const [, talking] = [await instance(on.privateTables[0]), await instance(on.privateTables[1])];
      await call("silent", new GetItemCommand({ TableName: TABLE, Key: { sku: { S: "1" } } }), talking);
      report = present((JSON.parse((await run("--record", kept, "--json")).stdout) as PreflightReport).vpcs[0]);
    });

    /** The interface of an instance in a subnet of a route table. */
    async function instance(routeTableId: string): Promise<string> {
      const SubnetId = await subnetOf(routeTableId);
      const launch = { ImageId: "ami-0a1b2c3d", InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 } as const;
      const { Instances } = await on.ec2.runInstances({ ...launch, SubnetId });
      const Filters = [{ Name: "attachment.instance-id", Values: [present(Instances?.[0]?.InstanceId)] }];
      return present((await on.ec2.describeNetworkInterfaces({ Filters })).NetworkInterfaces?.[0]?.NetworkInterfaceId);
    }

    it("tells who really calls from who may, and begins there", async () => {
      assert.deepEqual(
        tables().map(({ clients }) => clients.map(({ kind, callsDynamoDb }) => `${kind} ${callsDynamoDb}`)),
        [
          ["ec2 possibly", "unattached no"],
          ["ec2 seen", "unattached no"],
        ],
      );
      const { vpcs } = JSON.parse((await run("--skip", "P1", "--json")).stdout) as PreflightReport;
      assert.deepEqual(vpcs[0]?.stages[0]?.routeTableIds, [on.privateTables[1]]);
      const seen = report.observed?.flows?.routeTables.map(({ routeTableId, seen: count }) => [routeTableId, count]);
      assert.deepEqual(new Map(seen as [string, number][]).get(on.privateTables[1]), 1);
      assert.ok(report.observed?.calls?.callers.some(({ principal }) => principal.endsWith("role/batch")));
      const [flip] = report.findings.filter(({ id }) => id === "P1");
      assert.deepEqual([flip?.severity, flip?.subject], ["blocker", "arn:aws:iam::123456789012:role/batch"]);
    });

    it("says the same of what was recorded, byte for byte, and what no flow log can tell", async () => {
      const [json, again] = [await preflight("--facts", kept, "--vpc", on.vpcId, "--json"), report];
      assert.deepEqual((JSON.parse(json.stdout) as PreflightReport).vpcs, [again]);
      const { stdout } = await preflight("--facts", kept, "--vpc", on.vpcId);
      assert.match(stdout, /1 really calls DynamoDB \(flow logs, last 1 h\), 0 more may; [1-9]\d+ bytes sent/);
      assert.match(stdout, /its format lacks pkt-dst-aws-service.* A flow log cannot gain a field/);
      const since = await preflight("--vpc", on.vpcId, "--since", kept, "--json");
      const { since: told } = JSON.parse(since.stdout) as PreflightReport;
      assert.deepEqual(told?.changes, []);
    });

    for (const permission of ["cloudtrail:LookupEvents", "logs:FilterLogEvents"])
      it(`does not know without ${permission}, and says so`, async () => {
        const [service = "", action = ""] = permission.split(":");
        const fault = { service, action, code: "AccessDeniedException", message: "no", statusCode: 403 };
        on.lab.cloud.faults.failOn(fault);
        const { stdout } = await run("--checks", "N4", "--json").finally(() => on.lab.cloud.faults.end(fault));
        const { findings } = present((JSON.parse(stdout) as PreflightReport).vpcs[0]);
        const unknown = findings.filter(({ severity }) => severity === "unknown");
        assert.deepEqual(
          unknown.map(({ id, evidence }) => [id, ...evidence]),
          [["N4", permission]],
        );
      });
  });

  it("takes permissions of its own where somebody asks for it, and not otherwise", async () => {
    const OWN = ["cloudtrail:LookupEvents", "logs:FilterLogEvents", "ec2:DescribeFlowLogs"];
    const printed = async (command: string, ...args: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await ran(command, "--print-policy", ...args);
      return OWN.filter((permission) => stdout.includes(`"${permission}"`));
    };
    assert.deepEqual([await printed("preflight"), await printed("access")], [[], []]);
    assert.deepEqual([await printed("preflight", ...HOUR), await printed("access", ...HOUR)], [OWN, OWN.slice(0, 1)]);
  });

  for (const hours of ["0", "2161", "1.5", "-1", "day"])
    it(`refuses --observed-hours ${hours}`, async () => {
      for (const ended of [await access("--observed-hours", hours), await preflight("--observed-hours", hours)]) {
        assert.equal(ended.exitCode, 2);
        assert.match(ended.error ?? "", /whole hours are asked for, 1 to 2160/);
      }
    });
});
