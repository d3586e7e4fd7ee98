import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2, paginateDescribeNetworkInterfaces, type RouteTable } from "@aws-sdk/client-ec2";
import { IAM, paginateListRoles } from "@aws-sdk/client-iam";
import { Organizations } from "@aws-sdk/client-organizations";
import { Route53 } from "@aws-sdk/client-route-53";
import { startLab } from "../../lab/lab";
import { PARTICIPANT } from "../../lab/scenarios/sharedVpc";
import { SCENARIOS, type ScenarioName } from "../../lab/scenarios/scenarios";
import { present } from "./aws/wire";
import { REGION } from "./network";

/** AWS's own clients of a scenario. */
interface Clients {
  readonly ec2: EC2;
  readonly iam: IAM;
  readonly dynamodb: DynamoDB;
  readonly organizations: Organizations;
  readonly route53: Route53;
}

type Tables = Readonly<Record<string, RouteTable>>;

const all = { DestinationCidrBlock: "0.0.0.0/0" } as const;

/** How the special of each shows to whoever asks AWS. */
const SEEN: Readonly<Record<ScenarioName, (clients: Clients, tables: Tables) => Promise<void>>> = {
  "three-zones": async (_clients, tables) => {
    const nats = ["a", "b", "c"].map((zone) => targetOf(tables, `shop-private-${zone}`, "NatGatewayId"));
    assert.equal(new Set(nats.map(present)).size, 3);
    return Promise.resolve();
  },
  "regional-nat": async ({ ec2 }, tables) => {
    const { NatGateways = [] } = await ec2.describeNatGateways({});
    const id = targetOf(tables, "media-private", "NatGatewayId");
    assert.deepEqual(
      NatGateways.map(({ NatGatewayId, AvailabilityMode }) => [NatGatewayId, AvailabilityMode]),
      [[id, "regional"]],
    );
    assert.equal(tables["media-private"]?.Associations?.length, 3);
  },
  "central-egress": async ({ ec2 }, tables) => {
    const { TransitGatewayVpcAttachments = [] } = await ec2.describeTransitGatewayVpcAttachments({
      Filters: [{ Name: "vpc-id", Values: [present(tables["egress-public"]?.VpcId)] }],
    });
    const { TransitGatewayAttachments = [] } = await ec2.describeTransitGatewayAttachments({});
    assert.deepEqual([TransitGatewayVpcAttachments.length, TransitGatewayAttachments.length], [1, 3]);
    const attached = new Set(TransitGatewayVpcAttachments[0]?.SubnetIds);
    for (const zone of ["a", "b"])
      assert.ok(tables[`egress-private-${zone}`]?.Associations?.some(({ SubnetId = "" }) => attached.has(SubnetId)));
  },
  inspection: async ({ ec2 }, tables) => {
    const { VpcEndpoints = [] } = await ec2.describeVpcEndpoints({});
    const firewalls = VpcEndpoints.filter(({ VpcEndpointType }) => VpcEndpointType === "GatewayLoadBalancer");
    const first = ["a", "b"].map((zone) => targetOf(tables, `bank-private-${zone}`, "GatewayId") ?? "");
    assert.deepEqual(first.sort(), firewalls.map(({ VpcEndpointId = "" }) => VpcEndpointId).sort());
    assert.match(targetOf(tables, "bank-firewall-a", "NatGatewayId") ?? "", /^nat-/);
  },
  "main-table": async ({ ec2 }, tables) => {
    const { Subnets = [] } = await ec2.describeSubnets({});
    const explicit = Object.values(tables).flatMap(({ Associations = [] }) =>
      Associations.map((each) => each.SubnetId),
    );
    assert.equal(Subnets.filter(({ SubnetId }) => !explicit.includes(SubnetId)).length, 2);
  },
  isolated: async (_clients, tables) => {
    for (const { Routes = [] } of Object.values(tables))
      assert.deepEqual(
        Routes.map(({ GatewayId }) => GatewayId),
        ["local"],
      );
    return Promise.resolve();
  },
  "half-switched": async ({ ec2 }, tables) => {
    const { VpcEndpoints = [] } = await ec2.describeVpcEndpoints({});
    assert.deepEqual(VpcEndpoints[0]?.RouteTableIds, [tables["depot-first"]?.RouteTableId]);
    const lost = tables["depot-first"]?.Routes?.find(({ NatGatewayId }) => NatGatewayId !== undefined);
    assert.equal(lost?.State, "blackhole");
    assert.equal(tables["depot-second"]?.Routes?.filter(({ NatGatewayId }) => NatGatewayId !== undefined).length, 2);
  },
  "shared-vpc": async ({ ec2 }) => {
    const Filters = [{ Name: "owner-id", Values: [PARTICIPANT] }];
    assert.equal((await ec2.describeNetworkInterfaces({ Filters })).NetworkInterfaces?.length, 15);
  },
  conditions: async ({ iam, dynamodb, organizations }) => {
    const { Role } = await iam.getRole({ RoleName: "clinic-bounded" });
    assert.match(Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? "", /from-known-addresses$/);
    const { PolicyDocument = "" } = await iam.getRolePolicy({ RoleName: "clinic-by-vpc", PolicyName: "tables" });
    assert.match(decodeURIComponent(PolicyDocument), /aws:SourceVpc/);
    const { Table } = await dynamodb.describeTable({ TableName: "audit" });
    const { Policy } = await dynamodb.getResourcePolicy({ ResourceArn: Table?.TableArn });
    assert.match(Policy ?? "", /NotIpAddress/);
    const { Parents = [] } = await organizations.listParents({ ChildId: "123456789012" });
    for (const Filter of ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] as const) {
      const { Policies = [] } = await organizations.listPoliciesForTarget({ TargetId: Parents[0]?.Id, Filter });
      assert.ok(
        Policies.some(({ Name }) => Name?.endsWith("-perimeter")),
        Filter,
      );
    }
  },
  "private-zone": async ({ ec2, route53 }, tables) => {
    const zonesOf = async (VPCId: string | undefined) =>
      present(await route53.listHostedZonesByVPC({ VPCId, VPCRegion: REGION })).HostedZoneSummaries ?? [];
    assert.deepEqual(await zonesOf(tables["store-private-a"]?.VpcId), []);
    const [zone] = await zonesOf(tables["portal-private-a"]?.VpcId);
    const { ResourceRecordSets = [] } = await route53.listResourceRecordSets({ HostedZoneId: zone?.HostedZoneId });
    const { AliasTarget } = present(ResourceRecordSets.find(({ Type }) => Type === "A"));
    const { VpcEndpoints = [] } = await ec2.describeVpcEndpoints({});
    assert.deepEqual(await zonesOf(tables["kiosk-private-a"]?.VpcId), []);
    assert.equal(AliasTarget?.DNSName, `${VpcEndpoints[0]?.DnsEntries?.[0]?.DnsName ?? ""}.`);
  },
  "many-vpcs": async ({ ec2 }) => assert.equal((await ec2.describeVpcs({})).Vpcs?.length, 12),
  large: async ({ ec2, iam, dynamodb }, tables) => {
    const sizes = { interfaces: 0, roles: 0 };
    const page = { client: ec2, pageSize: 1000 };
    for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces(page, {}))
      sizes.interfaces += NetworkInterfaces.length;
    for await (const { Roles = [] } of paginateListRoles({ client: iam, pageSize: 1000 }, {}))
      sizes.roles += Roles.length;
    const { Subnets = [] } = await ec2.describeSubnets({ MaxResults: 1000 });
    const names = [
      ...((await dynamodb.listTables({ Limit: 100 })).TableNames ?? []),
      ...((await dynamodb.listTables({ Limit: 100, ExclusiveStartTableName: "table-188" })).TableNames ?? []),
    ];
    assert.ok(names.length > 100);
    assert.deepEqual([Object.keys(tables).length, Subnets.length, sizes], [40, 200, { interfaces: 3_000, roles: 600 }]);
  },
};

function targetOf(tables: Tables, name: string, field: "NatGatewayId" | "GatewayId"): string | undefined {
  const route = tables[name]?.Routes?.find((each) => each.DestinationCidrBlock === all.DestinationCidrBlock);
  return route?.[field];
}

describe("a scenario of the lab", () => {
  for (const [name, seen] of Object.entries(SEEN) as [ScenarioName, (typeof SEEN)[ScenarioName]][])
    it(`${name} has what is special: ${SCENARIOS[name].special}`, async () => {
      const lab = await startLab({ scenario: name });
      const settings = {
        region: REGION,
        endpoint: present(lab.environment.AWS_ENDPOINT_URL),
        credentials: { accessKeyId: "anybody", secretAccessKey: "any" },
        maxAttempts: 1,
      };
      const clients: Clients = {
        ec2: new EC2(settings),
        iam: new IAM(settings),
        dynamodb: new DynamoDB(settings),
        organizations: new Organizations(settings),
        route53: new Route53(settings),
      };
      try {
        await seen(clients, await tablesByName(clients.ec2));
      } finally {
        for (const client of Object.values(clients) as { destroy: () => void }[]) client.destroy();
        await lab.stop();
      }
    });

  it("has the same ids each time", async () => {
    const ids = async (): Promise<unknown> => {
      const lab = await startLab({ scenario: "shared-vpc" });
      const { ec2 } = lab.cloud.region(REGION);
      const interfaces = await ec2.describeNetworkInterfaces({}).finally(() => lab.stop());
      return interfaces.map(({ networkInterfaceId, description, privateIpAddress, macAddress }) => [
        ...[networkInterfaceId, description, privateIpAddress, macAddress],
      ]);
    };
    assert.deepEqual(await ids(), await ids());
  });

  it("is not loaded where the state has VPCs already", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lab-scenario-"));
    try {
      const stateFile = join(folder, "state.jsonl");
      for (const scenario of ["isolated", "isolated", "many-vpcs"] as const) {
        const lab = await startLab({ stateFile, scenario });
        const vpcs = await lab.cloud.region(REGION).ec2.describeVpcs({});
        await lab.stop();
        assert.equal(vpcs.length, 1);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is in lab/README.md with what is special about it", () => {
    const page = readFileSync(join(__dirname, "..", "..", "lab", "README.md"), "utf8");
    const [, table = ""] = /\| scenario \| what is special \|\n\|[-| ]+\|\n((?:\|.*\n)+)/.exec(page) ?? [];
    assert.deepEqual(
      table.trimEnd().split("\n"),
      Object.entries(SCENARIOS).map(([name, { special }]) => `| \`${name}\` | ${special} |`),
    );
  });
});

async function tablesByName(ec2: EC2): Promise<Tables> {
  const { RouteTables = [] } = await ec2.describeRouteTables({});
  return Object.fromEntries(
    RouteTables.map((table) => [
      table.Tags?.find(({ Key }) => Key === "Name")?.Value ?? table.RouteTableId ?? "",
      table,
    ]),
  );
}
