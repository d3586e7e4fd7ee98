import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { PROBE_VERSION, type ProbePhase } from "../../components/check/probe/report";
import type { PreflightFinding, PreflightReport, VpcReport } from "../../cli/preflight/report/report";
import type { ClientRequest } from "../../lab/clients";
import { type Lab, startLab } from "../../lab/lab";
import { PARTICIPANT } from "../../lab/scenarios/sharedVpc";
import { SCENARIOS, type ScenarioName } from "../../lab/scenarios/scenarios";
import { forService, policyOf } from "../../lab/scenarios/site";
import { keptReport, reportOf } from "../../tools/preflights/kept";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";

/** What of each scenario is a blocker, or has to be acknowledged, and is seen to happen here. */
const HAPPENS: Partial<Record<ScenarioName, readonly string[]>> = {
  "central-egress": ["R2"],
  inspection: ["R7"],
  "main-table": ["R5"],
  "half-switched": ["R3"],
  "shared-vpc": ["N8"],
  conditions: ["P1"],
  "private-zone": ["D3"],
};

/** How a request came to DynamoDB, by what its own log has of it. */
interface Arrival {
  readonly source: string;
  readonly vpcEndpointId: string | undefined;
  readonly errorCode: string | undefined;
}

/** A client that keeps its connection. */
interface Kept {
  readonly ask: () => Promise<Arrival>;
  /** Whether nothing answers any more. */
  readonly isLost: () => Promise<boolean>;
}

/** A scenario in a lab, what preflight says of it, and AWS's own clients. */
interface Field {
  readonly lab: Lab;
  readonly ec2: EC2;
  readonly report: VpcReport;
  /** The endpoint that a switch is made with. */
  readonly vpcEndpointId: string;
  readonly client: (request: ClientRequest, table?: string) => Promise<Kept>;
  /** What `ModifyVpcEndpoint` does to these route tables. */
  readonly switched: (routeTableIds: readonly string[]) => Promise<void>;
  readonly withdrawn: (routeTableIds: readonly string[]) => Promise<void>;
  /** By its tag. */
  readonly subnet: (name: string) => Promise<string>;
  readonly table: (name: string) => Promise<string>;
}

/** For the tests of the surrounding `describe`. `tableName` is what clients ask for. */
function field(scenario: ScenarioName, tableName: string): Field {
  const made: { field?: Field } = {};
  const clients: { readonly destroy: () => void }[] = [];
  before(async () => {
    const lab = await startLab({ scenario });
    const credentials = { accessKeyId: "anybody", secretAccessKey: "any" };
    const ec2 = new EC2({ region: REGION, endpoint: present(lab.environment.AWS_ENDPOINT_URL), credentials });
    clients.push(ec2);
    const report = present((await reportOf(lab)).vpcs[0]);
    const ServiceName = `com.amazonaws.${REGION}.dynamodb`;
    const { VpcEndpoint } = await ec2.createVpcEndpoint({ VpcId: report.vpcId, ServiceName });
    const VpcEndpointId = present(VpcEndpoint?.VpcEndpointId);
    const named = (name: string) => ({ Filters: [{ Name: "tag:Name", Values: [name] }] });
    made.field = {
      ...{ lab, ec2, report, vpcEndpointId: VpcEndpointId },
      client: async (request, table = tableName) => {
        const { endpointUrl: endpoint, ...settings } = await lab.attachClient(request);
        const requestHandler = { requestTimeout: 2_000, throwOnRequestTimeout: true };
        const client = new DynamoDBClient({ ...settings, endpoint, maxAttempts: 2, requestHandler });
        clients.push(client);
        return keptClient(lab, client, table);
      },
      switched: async (ids) => {
        await ec2.modifyVpcEndpoint({ VpcEndpointId, AddRouteTableIds: [...ids] });
      },
      withdrawn: async (ids) => {
        await ec2.modifyVpcEndpoint({ VpcEndpointId, RemoveRouteTableIds: [...ids] });
      },
      subnet: async (name) => present((await ec2.describeSubnets(named(name))).Subnets?.[0]?.SubnetId),
      table: async (name) => present((await ec2.describeRouteTables(named(name))).RouteTables?.[0]?.RouteTableId),
    };
    // A table's data take a moment to be there.
    const first = await made.field.client({ subnetId: report.routeTables[0]?.subnetIds[0] ?? "" });
    await first.isLost();
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await made.field?.lab.stop();
  });
  return new Proxy({} as Field, { get: (_, name: keyof Field): unknown => present(made.field)[name] });
}

function keptClient(lab: Lab, client: DynamoDBClient, TableName: string): Kept {
  const send = (requestTimeout: number): Promise<unknown> =>
    client.send(new DescribeTableCommand({ TableName }), { requestTimeout });
  return {
    ask: async () => {
      const errorName = await send(2_000).then(
        () => undefined,
        (error: unknown) => (error as Error).name,
      );
      assert.ok(errorName === undefined || errorName === "AccessDeniedException", errorName);
      const { sourceAddress: source, vpcEndpointId, errorCode } = present(lab.traffic.requests.at(-1));
      return { source, vpcEndpointId, errorCode };
    },
    isLost: () =>
      send(250).then(
        () => false,
        (error: unknown) => (error as Error).name === "TimeoutError",
      ),
  };
}

function found({ findings }: VpcReport, id: string): PreflightFinding {
  const [finding] = findings.filter((each) => each.id === id);
  assert.ok(finding !== undefined, `${id} is not found`);
  return finding;
}

function tablesOf({ findings }: VpcReport, id: string): readonly string[] {
  return [...new Set(findings.filter((each) => each.id === id).flatMap(({ routeTableIds }) => routeTableIds))];
}

/** The check's own function in a subnet; a phase's answer is the error by which it does not pass. */
async function checkFunction(
  { lab, vpcEndpointId }: Field,
  subnetId: string,
): Promise<(phase: ProbePhase) => Promise<{ readonly errorType: string; readonly errorMessage: string } | undefined>> {
  const { lambda, ec2 } = lab.cloud.region(REGION);
  const functionName = `check-${subnetId}`;
  const zipFile = { "handler.js": readFileSync(require.resolve("#probe/handler.js"), "utf8") };
  const [subnet] = await ec2.describeSubnets({ ids: [subnetId] });
  const [group] = await ec2.describeSecurityGroups({
    filters: { "vpc-id": [present(subnet).vpcId], "group-name": ["default"] },
  });
  const role = await checkRole(lab, functionName, vpcEndpointId);
  await lambda.createFunction({
    ...{ functionName, role, runtime: "nodejs24.x", handler: "handler.handler", memorySize: 256, timeout: 10 },
    ...{ architectures: ["arm64"], ephemeralStorageSize: 512, tracingMode: "PassThrough", layers: [] },
    environment: { PROBE_TIMEOUT_SECONDS: "2" },
    vpcConfig: { subnetIds: [subnetId], securityGroupIds: [present(group).groupId] },
    logging: { logFormat: "Text", logGroup: `/aws/lambda/${functionName}` },
    code: { fingerprint: functionName, size: zipFile["handler.js"].length, zipFile },
  });
  return async (phase) => {
    const event = { version: PROBE_VERSION, phase, routeTable: "private", table: "sessions", vpcEndpointId };
    const { functionError, payload } = await lambda.invoke({ functionName, payload: JSON.stringify(event) });
    return functionError === undefined
      ? undefined
      : (JSON.parse(payload) as { readonly errorType: string; readonly errorMessage: string });
  };
}

/** Allowed as the component's own: one call always, the other through the endpoint alone. */
async function checkRole({ cloud }: Lab, roleName: string, vpcEndpointId: string): Promise<string> {
  const { iam } = cloud.region(REGION);
  const { arn } = await iam.createRole({ roleName, assumeRolePolicyDocument: forService("lambda") });
  const policyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";
  await iam.attachRolePolicy({ roleName, policyArn });
  const policyDocument = policyOf(
    { Effect: "Allow", Action: "dynamodb:DescribeContinuousBackups", Resource: "*" },
    {
      Effect: "Allow",
      Action: "dynamodb:DescribeTable",
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceVpce": vpcEndpointId } },
    },
  );
  await iam.putRolePolicy({ roleName, policyName: "check", policyDocument });
  return arn;
}

const isPrivate = (source: string): boolean => source.startsWith("10.");

describe("what preflight says of a scenario happens", () => {
  it("is shown here for all that blocks, or has to be acknowledged", () => {
    for (const name of Object.keys(SCENARIOS) as ScenarioName[]) {
      const ids = keptReport(name)
        .vpcs.flatMap(({ findings }) => findings)
        .filter(({ severity }) => severity === "blocker" || severity === "high")
        .map(({ id }) => id);
      assert.deepEqual([...new Set(ids)], HAPPENS[name] ?? [], name);
    }
  });

  describe("three-zones", () => {
    const on = field("three-zones", "orders");
    const kept: Kept[] = [];

    it("nothing is wrong: every connection breaks once, and every client is back by the endpoint", async () => {
      const { routeTables, stages } = on.report;
      for (const { subnetIds } of routeTables) kept.push(await on.client({ subnetId: subnetIds[0] ?? "" }));
      for (const client of kept) assert.ok(!isPrivate((await client.ask()).source));
      const open = on.lab.traffic.connections.filter(({ closedAt }) => closedAt === undefined);
      for (const { routeTableIds } of stages) await on.switched(routeTableIds);
      for (const client of kept) {
        const { source, vpcEndpointId, errorCode } = await client.ask();
        assert.deepEqual([vpcEndpointId, errorCode, isPrivate(source)], [on.vpcEndpointId, undefined, true]);
      }
      assert.ok(open.filter(({ broken }) => broken?.by === "reset").length >= kept.length);
    });

    it("R10: with the public path closed a withdrawal cuts clients off", async () => {
      await on.ec2.modifyVpcBlockPublicAccessOptions({ InternetGatewayBlockMode: "block-bidirectional" });
      const report = present((await reportOf(on.lab, { withdraw: true })).vpcs[0]);
      assert.equal(found(report, "R10").severity, "high");
      const client = present(kept[0]);
      assert.equal(await client.isLost(), false);
      await on.withdrawn(tablesOf(report, "R10"));
      assert.equal(await client.isLost(), true);
      await on.ec2.modifyVpcBlockPublicAccessOptions({ InternetGatewayBlockMode: "off" });
      assert.ok(!isPrivate((await client.ask()).source));
    });
  });

  describe("isolated", () => {
    const on = field("isolated", "ledger");

    it("R9: nobody reaches DynamoDB, and then all do", async () => {
      const [subnetId = ""] = on.report.routeTables[0]?.subnetIds ?? [];
      const client = await on.client({ subnetId });
      assert.equal(await client.isLost(), true);
      await on.switched(tablesOf(on.report, "R9"));
      assert.equal((await client.ask()).vpcEndpointId, on.vpcEndpointId);
    });
  });

  describe("central-egress", () => {
    const on = field("central-egress", "inventory");

    it("R2: networks behind the transit gateway lose DynamoDB, and a client in the VPC does not see it", async () => {
      const { evidence } = found(on.report, "R2");
      const [transitGatewayAttachmentId = ""] = /tgw-attach-\w+/.exec(evidence.join("\n")) ?? [];
      const spoke = await on.client({ transitGatewayAttachmentId });
      const tool = await on.client({ subnetId: await on.subnet("egress-tools-a") });
      assert.ok(!isPrivate((await spoke.ask()).source));
      await on.switched(tablesOf(on.report, "R2"));
      assert.equal(await spoke.isLost(), true);
      assert.equal((await tool.ask()).vpcEndpointId, on.vpcEndpointId);
    });

    it("R2: a route table of the attachment's own brings them back", async () => {
      const { ec2, report } = on;
      const { RouteTable } = await ec2.createRouteTable({ VpcId: report.vpcId });
      const RouteTableId = present(RouteTable?.RouteTableId);
      const [nat] = report.natGateways;
      await ec2.createRoute({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: nat?.id });
      const { RouteTables = [] } = await ec2.describeRouteTables({ RouteTableIds: [...tablesOf(report, "R2")] });
      for (const zone of ["a", "b"]) {
        const subnetId = await on.subnet(`egress-transit-${zone}`);
        const old = RouteTables.flatMap(({ Associations = [] }) => Associations).find(
          (each) => each.SubnetId === subnetId,
        );
        await ec2.replaceRouteTableAssociation({ AssociationId: old?.RouteTableAssociationId, RouteTableId });
      }
      const [, attachment = ""] = /(tgw-attach-\w+)/.exec(found(report, "R2").evidence.join("\n")) ?? [];
      const spoke = await on.client({ transitGatewayAttachmentId: attachment });
      assert.ok(!isPrivate((await spoke.ask()).source));
      const now: PreflightReport = await reportOf(on.lab);
      assert.ok(
        !now.vpcs[0]?.findings.some(({ id, routeTableIds }) => id === "R2" && !routeTableIds.includes(RouteTableId)),
      );
    });
  });

  describe("inspection", () => {
    const on = field("inspection", "accounts");

    it("R7: the firewall that could stop a request today does not see it after the switch", async () => {
      const client = await on.client({ subnetId: await on.subnet("bank-private-a") });
      assert.ok(!isPrivate((await client.ask()).source));
      const RouteTableId = await on.table("bank-firewall-a");
      await on.ec2.deleteRoute({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0" });
      assert.equal(await client.isLost(), true);
      await on.switched(tablesOf(on.report, "R7"));
      assert.equal((await client.ask()).vpcEndpointId, on.vpcEndpointId);
    });
  });

  describe("main-table", () => {
    const on = field("main-table", "jobs");

    it("R5: subnets that no association names switch with the main route table, and no others", async () => {
      const subnetIds = found(on.report, "R5").evidence.flatMap(
        (text) => /^(subnet-\w+): no assoc/.exec(text)?.[1] ?? [],
      );
      assert.equal(subnetIds.length, 2);
      const clients = await Promise.all(subnetIds.map((subnetId) => on.client({ subnetId })));
      const other = await on.client({ subnetId: await on.subnet("legacy-app-a") });
      for (const client of [...clients, other]) assert.ok(!isPrivate((await client.ask()).source));
      await on.switched(tablesOf(on.report, "R5"));
      for (const client of clients) assert.equal((await client.ask()).vpcEndpointId, on.vpcEndpointId);
      assert.equal((await other.ask()).vpcEndpointId, undefined);
    });
  });

  describe("half-switched", () => {
    const on = field("half-switched", "parcels");

    it("R3: the more specific route keeps its clients on the old way, and nobody else", async () => {
      const pinned = await on.client({ subnetId: await on.subnet("depot-second") });
      const free = await on.client({ subnetId: await on.subnet("depot-third") });
      assert.deepEqual(tablesOf(on.report, "R3"), [await on.table("depot-second")]);
      await on.switched([await on.table("depot-second"), await on.table("depot-third")]);
      assert.ok(!isPrivate((await pinned.ask()).source));
      assert.equal((await free.ask()).vpcEndpointId, on.vpcEndpointId);
    });

    it("R1: AWS refuses a second endpoint for a route table that has one", async () => {
      const begun = await on.table("depot-first");
      const report = await reportOf(on.lab, { vpc: on.report.vpcId, routeTables: begun });
      const finding = found(present(report.vpcs[0]), "R1");
      assert.deepEqual([finding.severity, finding.routeTableIds], ["blocker", [begun]]);
      await assert.rejects(on.switched(finding.routeTableIds), { name: "RouteAlreadyExists" });
    });

    it("R11: where the way back is gone a withdrawal cuts clients off", async () => {
      const report = present((await reportOf(on.lab, { withdraw: true })).vpcs[0]);
      const [begun = ""] = tablesOf(report, "R11");
      assert.equal(found(report, "R11").severity, "blocker");
      const client = await on.client({ subnetId: await on.subnet("depot-first") });
      const { vpcEndpointId } = await client.ask();
      await on.ec2.modifyVpcEndpoint({ VpcEndpointId: vpcEndpointId, RemoveRouteTableIds: [begun] });
      assert.equal(await client.isLost(), true);
    });
  });

  describe("shared-vpc", () => {
    const on = field("shared-vpc", "platform");

    it("N8: connections of the other account break with ours", async () => {
      const { subject, routeTableIds } = found(on.report, "N8");
      assert.equal(subject, PARTICIPANT);
      const subnetId =
        on.report.routeTables.find((each) => routeTableIds.includes(each.routeTableId))?.subnetIds[0] ?? "";
      const client = await on.client(
        { subnetId, accountId: PARTICIPANT },
        "arn:aws:dynamodb:us-east-1:123456789012:table/platform",
      );
      await client.ask();
      const connection = present(on.lab.traffic.connections.at(-1));
      await on.switched(routeTableIds);
      assert.equal(connection.broken?.by, "reset");
      assert.equal((await client.ask()).vpcEndpointId, on.vpcEndpointId);
    });
  });

  describe("private-zone", () => {
    const on = field("private-zone", "sessions");
    const NAMES =
      /Check .* that DynamoDB's name resolves to addresses of its prefix list there \(a private hosted zone/;
    const made: { check?: Awaited<ReturnType<typeof checkFunction>> } = {};
    const check = async (phase: ProbePhase) =>
      (made.check ??= await checkFunction(on, await on.subnet("portal-private-a")))(phase);
    const REGIONAL = `dynamodb.${REGION}.amazonaws.com`;

    it("D3: clients in the zone's VPC stay off the endpoint after the switch, and others are on it", async () => {
      const { subject, evidence, message } = found(on.report, "D3");
      assert.deepEqual(evidence, [`${subject}: Name ${REGIONAL}.`]);
      assert.match(message, new RegExp(`answers for ${REGIONAL} in this VPC`));
      const other = present((await reportOf(on.lab)).vpcs.find(({ name }) => name === "store"));
      assert.deepEqual([other.name, other.findings.filter(({ id }) => id === "D3")], ["store", []]);
      const named = await on.client({ subnetId: await on.subnet("portal-private-b") });
      const byAccount = await on.client({
        subnetId: await on.subnet("portal-private-b"),
        host: `123456789012.ddb.${REGION}.amazonaws.com`,
      });
      const elsewhere = await on.client({ subnetId: await on.subnet("store-private-a") });
      const before = await named.ask();
      assert.ok(isPrivate(before.source) && before.vpcEndpointId !== on.vpcEndpointId);
      for (const client of [byAccount, elsewhere]) assert.ok(!isPrivate((await client.ask()).source));
      await on.switched(on.report.stages.flatMap(({ routeTableIds }) => routeTableIds));
      const ServiceName = `com.amazonaws.${REGION}.dynamodb`;
      const RouteTableIds = [await on.table("store-private-a")];
      const { VpcEndpoint } = await on.ec2.createVpcEndpoint({ VpcId: other.vpcId, ServiceName, RouteTableIds });
      assert.deepEqual(await named.ask(), before);
      assert.equal((await byAccount.ask()).vpcEndpointId, on.vpcEndpointId);
      assert.equal((await elsewhere.ask()).vpcEndpointId, VpcEndpoint?.VpcEndpointId);
      const kept = on.lab.traffic.connections.filter(({ vpcEndpointId }) => vpcEndpointId === before.vpcEndpointId);
      assert.ok(kept.every(({ broken, way }) => broken === undefined && way === "interfaceEndpoint"));
    });

    it("D3: the gate of the reconnection check says that the name leads elsewhere", async () => {
      assert.deepEqual(await check("before"), undefined);
      const { errorType, errorMessage } = present(await check("after"));
      assert.equal(errorType, "NotThroughEndpoint");
      assert.match(errorMessage, NAMES);
    });

    it("D3: a record outside the prefix list keeps them on the NAT gateway, or leads nowhere", async () => {
      const { route53, scenarioData } = on.lab.cloud.region(REGION);
      const { subject: hostedZoneId } = found(on.report, "D3");
      const pointTo = (address: string) => {
        const record = { name: `${REGIONAL}.`, type: "A", ttl: 60, values: [address] };
        return route53.changeResourceRecordSets({ hostedZoneId, changes: [{ action: "UPSERT", record }] });
      };
      const ask = async () => (await on.client({ subnetId: await on.subnet("portal-private-a") })).ask();
      await scenarioData.addScenarioData({ dynamoDbAddresses: [{ Ip: "203.0.113.99" }] });
      await pointTo("203.0.113.99");
      const { source, vpcEndpointId } = await ask();
      assert.deepEqual([vpcEndpointId, isPrivate(source)], [undefined, false]);
      for (const nobody of ["203.0.113.98", "10.90.1.200"]) {
        await pointTo(nobody);
        assert.equal(await (await on.client({ subnetId: await on.subnet("portal-private-a") })).isLost(), true);
      }
      const { errorType, errorMessage } = present(await check("after"));
      assert.equal(errorType, "NoPath");
      assert.match(errorMessage, NAMES);
      await pointTo("3.218.181.7");
      assert.equal((await ask()).vpcEndpointId, on.vpcEndpointId);
    });

    it("D3: a zone that a profile brings leads clients nowhere, and one of the VPC's own wins over it", async () => {
      const report = present((await reportOf(on.lab)).vpcs.find(({ name }) => name === "kiosk"));
      assert.match(found(report, "D3").message, /, which the profile rp-\w+ brings, answers for/);
      const ask = async () => on.client({ subnetId: await on.subnet("kiosk-private-a") });
      const { route53 } = on.lab.cloud.region(REGION);
      const pointTo = (hostedZoneId: string, address: string) => {
        const record = { name: `${REGIONAL}.`, type: "A", ttl: 60, values: [address] };
        return route53.changeResourceRecordSets({ hostedZoneId, changes: [{ action: "UPSERT", record }] });
      };
      await pointTo(found(report, "D3").subject, "10.90.1.200");
      assert.equal(await (await ask()).isLost(), true);
      const vpc = { vpcId: report.vpcId, vpcRegion: REGION };
      const { id } = await route53.createHostedZone({ name: REGIONAL, callerReference: "kiosk", vpc });
      await pointTo(id, "3.218.181.7");
      assert.ok(!isPrivate((await (await ask()).ask()).source));
      await pointTo(found(report, "D3").subject, "3.218.181.7");
    });

    it("D4: a firewall that a profile brings blocks the name, and a rule forwards it", async () => {
      const { route53Profiles, scenarioData } = on.lab.cloud.region(REGION);
      const client = async () => on.client({ subnetId: await on.subnet("store-private-b") });
      const { vpcId: resourceId } = present((await reportOf(on.lab)).vpcs.find(({ name }) => name === "store"));
      const { id: profileId } = await route53Profiles.createProfile({ name: "guard" });
      await route53Profiles.associateProfile({ profileId, resourceId, name: "store" });
      const bring = (what: string) => {
        const resourceArn = `arn:aws:route53resolver:${REGION}:123456789012:${what}`;
        return route53Profiles.associateResourceToProfile({ profileId, resourceArn, name: "it" });
      };
      await bring("resolver-rule/rslvr-rr-1");
      const TargetIps = [{ Ip: "10.91.7.54" }];
      await scenarioData.addScenarioData({
        resolverRules: [{ Id: "rslvr-rr-1", DomainName: REGIONAL, RuleType: "FORWARD", TargetIps }],
      });
      assert.equal(await (await client()).isLost(), true);
      assert.equal(on.lab.traffic.connections.at(-1)?.unresolved, "SERVFAIL");
      const FirewallRuleGroupId = "rslvr-frg-1";
      await bring(`firewall-rule-group/${FirewallRuleGroupId}`);
      await scenarioData.addScenarioData({ firewallBlocks: [{ FirewallRuleGroupId, Domains: [REGIONAL] }] });
      assert.equal(await (await client()).isLost(), true);
      assert.equal(on.lab.traffic.connections.at(-1)?.unresolved, "NXDOMAIN");
      const report = present((await reportOf(on.lab, { vpc: resourceId })).vpcs[0]);
      const subjects = report.findings.filter(({ id }) => id === "D4").map(({ subject }) => subject);
      assert.deepEqual(subjects, ["rslvr-rr-1", FirewallRuleGroupId]);
      await scenarioData.removeScenarioData({ kinds: ["resolverRules", "firewallBlocks"] });
    });

    it("D1: with DNS resolution off nobody finds DynamoDB, and after the remedy all do", async () => {
      const { vpcId } = on.report;
      const resolves = (Value: boolean) =>
        on.ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsSupport: { Value } }).then(() => undefined);
      const client = async () => on.client({ subnetId: await on.subnet("portal-private-b") });
      await resolves(false);
      const report = present((await reportOf(on.lab, { vpc: vpcId })).vpcs[0]);
      assert.equal(found(report, "D1").severity, "high");
      assert.match(found(report, "D1").remedy, new RegExp(`${vpcId} --enable-dns-support$`));
      assert.equal(await (await client()).isLost(), true);
      assert.equal(on.lab.traffic.connections.at(-1)?.unresolved, "TIMEOUT");
      await resolves(true);
      assert.equal(await (await client()).isLost(), false);
    });

    it("D2: a resolver of one's own that names another address keeps its clients off the endpoint", async () => {
      const { ec2, lab } = on;
      const VpcId = present((await reportOf(lab)).vpcs.find(({ name }) => name === "store")).vpcId;
      const DhcpConfigurations = [{ Key: "domain-name-servers", Values: ["10.91.7.53"] }];
      const { DhcpOptions } = await ec2.createDhcpOptions({ DhcpConfigurations });
      await ec2.associateDhcpOptions({ VpcId, DhcpOptionsId: DhcpOptions?.DhcpOptionsId });
      assert.equal(found(present((await reportOf(lab, { vpc: VpcId })).vpcs[0]), "D2").severity, "medium");
      const client = await on.client({ subnetId: await on.subnet("store-private-a") });
      assert.equal(await client.isLost(), true);
      const Answers = [{ Name: REGIONAL, Addresses: ["203.0.113.99"] }];
      await lab.cloud.region(REGION).scenarioData.addScenarioData({ nameServers: [{ Ip: "10.91.7.53", Answers }] });
      assert.ok(!isPrivate((await client.ask()).source));
    });
  });

  describe("conditions", () => {
    const on = field("conditions", "patients");

    it("P1: who is denied after the switch is found, and who is allowed only then", async () => {
      const [subnetId = ""] = on.report.routeTables[0]?.subnetIds ?? [];
      const role = (name: string): string => `arn:aws:iam::123456789012:role/clinic-${name}`;
      /** Whether it is allowed before, and after. */
      const cases = [
        ["plain", "patients", true, true],
        ["by-address", "patients", true, false],
        ["by-vpc", "patients", false, true],
        ["bounded", "patients", true, false],
        ["plain", "audit", true, false],
        ["pods", "patients", true, false],
        ["plain", "vault", false, true],
        ["plain", "exports", true, false],
      ] as const;
      const clients = await Promise.all(
        cases.map(([name, table]) => on.client({ subnetId, roleArn: role(name) }, table)),
      );
      const allowed = async (): Promise<readonly boolean[]> => {
        const answers: boolean[] = [];
        for (const client of clients) answers.push((await client.ask()).errorCode === undefined);
        return answers;
      };
      assert.deepEqual(
        await allowed(),
        cases.map(([, , before]) => before),
      );
      await on.switched(tablesOf(on.report, "P1"));
      assert.deepEqual(
        await allowed(),
        cases.map(([, , , after]) => after),
      );
      const flips = cases
        .filter(([, table, before, after]) => before !== after && table !== "exports")
        .map(([name, , before]) => `${before ? "blocker" : "medium"} ${role(name)}`);
      const known = on.report.findings.filter(({ id }) => id === "P1");
      const told = known.filter(({ severity }) => severity !== "unknown");
      assert.deepEqual(new Set(told.map(({ severity, subject }) => `${severity} ${subject}`)), new Set(flips));
      // Of exports the organization's policy decides, which this account cannot read.
      assert.deepEqual(
        known.filter(({ severity }) => severity === "unknown").map(({ subject }) => subject),
        ["organization policies of account 123456789012"],
      );
    });
  });
});
