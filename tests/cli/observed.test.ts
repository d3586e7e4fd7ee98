import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import type { AccessReport } from "../../cli/access/report";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";
import { HOSTILE } from "./hostileTexts";
import { type Ended, preflight, ran, site } from "./preflights";
import { misfits } from "./schema";

const TABLE = "StockTable";
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

  /** By a program in the first private subnet. */
  async function call(name: string, command: DescribeTableCommand | GetItemCommand): Promise<void> {
    const attached = await on.lab.attachClient({
      subnetId: await subnetOf(on.privateTables[0]),
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

  for (const hours of ["0", "2161", "1.5", "-1", "day"])
    it(`refuses --observed-hours ${hours}`, async () => {
      for (const ended of [await access("--observed-hours", hours), await preflight("--observed-hours", hours)]) {
        assert.equal(ended.exitCode, 2);
        assert.match(ended.error ?? "", /whole hours are asked for, 1 to 2160/);
      }
    });
});
