import assert from "node:assert/strict";
import { chooseScope } from "../../../cli/preflight/chooseScope";
import { changesBetween } from "../../../cli/preflight/facts/changes";
import type { FactName, FactValues } from "../../../cli/preflight/facts/facts";
import { factsOfVpc } from "../../../cli/preflight/facts/ofVpc";
import { isTold, type Told } from "../../../cli/preflight/facts/told";
import type { Scope, TableApart } from "../../../cli/preflight/scope";
import {
  ACCOUNT,
  DYNAMODB,
  nat,
  networkInterface,
  REGION,
  route,
  smallFacts,
  subnet,
  subnets,
  table,
  tables,
  toldFacts,
  vpc,
} from "./smallFacts";

const ON = route("pl-ddb", "vpce-1");
const gatewayEndpoint = (id: string, vpcId = "vpc-1"): FactValues["vpcEndpoints"][number] => ({
  VpcEndpointId: id,
  VpcId: vpcId,
  VpcEndpointType: "Gateway",
  ServiceName: DYNAMODB,
});

interface ScopeCase {
  readonly title: string;
  readonly facts?: Partial<FactValues>;
  readonly missing?: readonly FactName[];
  readonly direction?: Scope["direction"];
  readonly named?: readonly string[];
  readonly judges: readonly string[];
  readonly apart?: Readonly<Record<string, TableApart["why"]>>;
  readonly endpoint?: string;
}

const APART = { "rtb-public": "internetGateway", "rtb-main": "noSubnets" } as const;

const SCOPES: readonly ScopeCase[] = [
  { title: "those that a NAT gateway serves", judges: ["rtb-a", "rtb-b"], apart: APART },
  {
    title: "not one that is on an endpoint",
    facts: { routeTables: tables(table("a", [ON])) },
    judges: ["rtb-b"],
    apart: { ...APART, "rtb-a": "onEndpoint" },
  },
  {
    title: "of a withdrawal, only those",
    facts: { routeTables: tables(table("a", [ON])) },
    direction: "withdraw",
    judges: ["rtb-a"],
    apart: { "rtb-b": "notOnEndpoint", "rtb-public": "notOnEndpoint", "rtb-main": "notOnEndpoint" },
  },
  {
    title: "not a gateway's",
    facts: {
      routeTables: tables(table("a", [], { Associations: [{ SubnetId: "subnet-a" }, { GatewayId: "igw-1" }] })),
    },
    judges: ["rtb-b"],
    apart: { ...APART, "rtb-a": "edge" },
  },
  {
    title: "the main one, where a subnet has no other",
    facts: { subnets: subnets(subnet("lost")) },
    judges: ["rtb-a", "rtb-b", "rtb-main"],
    apart: { "rtb-public": "internetGateway" },
  },
  {
    title: "one whose internet gateway serves others than DynamoDB",
    facts: { routeTables: tables(table("a", [route("0.0.0.0/0", "igw-1"), route("52.0.0.0/8", "nat-1")])) },
    judges: ["rtb-a", "rtb-b"],
    apart: APART,
  },
  {
    title: "those that are named, public ones too",
    named: ["rtb-public"],
    judges: ["rtb-public"],
    apart: { "rtb-a": "notAskedFor", "rtb-b": "notAskedFor", "rtb-main": "notAskedFor" },
  },
  {
    title: "where subnets are not known, those that may be used",
    missing: ["subnets"],
    judges: ["rtb-a", "rtb-b", "rtb-main"],
    apart: { "rtb-public": "internetGateway" },
  },
  {
    title: "where DynamoDB's addresses are not known, by the default route",
    missing: ["prefixLists"],
    judges: ["rtb-a", "rtb-b"],
    apart: APART,
  },
  { title: "what was named, where none are known", missing: ["routeTables"], named: ["rtb-x"], judges: ["rtb-x"] },
  { title: "none, where none are known", missing: ["routeTables"], judges: [] },
  {
    title: "with the endpoint that there is",
    facts: { vpcEndpoints: [gatewayEndpoint("vpce-1"), gatewayEndpoint("vpce-2", "vpc-2")] },
    judges: ["rtb-a", "rtb-b"],
    apart: APART,
    endpoint: "vpce-1",
  },
  {
    title: "with neither of two endpoints",
    facts: { vpcEndpoints: [gatewayEndpoint("vpce-1"), gatewayEndpoint("vpce-2")] },
    judges: ["rtb-a", "rtb-b"],
    apart: APART,
  },
];

describe("the route tables that a preflight judges", () => {
  for (const { title, facts, missing, direction = "switch", named, judges, apart = {}, endpoint } of SCOPES)
    it(`are ${title}`, () => {
      const place = { account: ACCOUNT, region: REGION, vpcId: "vpc-1", direction };
      const scope = chooseScope(toldFacts(smallFacts(facts), missing), place, named);
      assert.deepEqual([...scope.routeTableIds].sort(), judges);
      const whys = Object.fromEntries(scope.apart.map(({ routeTableId, why }) => [routeTableId, why]));
      assert.deepEqual([whys, scope.vpcEndpointId], [apart, endpoint]);
    });
});

interface Change {
  readonly title: string;
  readonly before?: Partial<FactValues>;
  readonly now?: Partial<FactValues>;
  readonly missingBefore?: readonly FactName[];
  readonly missingNow?: readonly FactName[];
  readonly tells: readonly string[];
}

const CHANGES: readonly Change[] = [
  { title: "nothing, of the same", tells: [] },
  { title: "what came", now: { natGateways: [nat("nat-1"), nat("nat-2")] }, tells: ["natGateways nat-2 added"] },
  { title: "what went", now: { natGateways: [] }, tells: ["natGateways nat-1 removed"] },
  {
    title: "the policy of a key, by the name that tables have for it",
    before: { keys: [{ KMSMasterKeyArn: "alias/orders", Policy: "{}" }] },
    now: { keys: [{ KMSMasterKeyArn: "alias/orders", Policy: "{ }" }] },
    tells: ["keys alias/orders changed Policy"],
  },
  {
    title: "what changed, by its fields",
    now: { natGateways: [nat("nat-1", { State: "deleting", ConnectivityType: "public" })] },
    tells: ["natGateways nat-1 changed ConnectivityType,State"],
  },
  {
    title: "nothing, of another order",
    before: { routeTables: tables(table("a", [ON, route("0.0.0.0/0", "nat-1")])) },
    now: { routeTables: [...tables(table("a", [route("0.0.0.0/0", "nat-1"), ON]))].reverse() },
    tells: [],
  },
  {
    title: "nothing, of what never stands still",
    now: { subnets: subnets(subnet("a", { AvailableIpAddressCount: 3 })) },
    tells: [],
  },
  { title: "nothing, of who asks", now: { caller: { Account: "999999999999" } }, tells: [] },
  { title: "what is not known any more", missingNow: ["quotas"], tells: ["quotas quotas unknown"] },
  { title: "what is known by now", missingBefore: ["quotas"], tells: ["quotas quotas unknown"] },
  { title: "nothing, of what was never known", missingBefore: ["quotas"], missingNow: ["quotas"], tells: [] },
];

describe("what has changed between facts", () => {
  for (const { title, before, now, missingBefore, missingNow, tells } of CHANGES)
    it(`is ${title}`, () => {
      const changes = changesBetween(
        toldFacts(smallFacts(before), missingBefore),
        toldFacts(smallFacts(now), missingNow),
      );
      const told = changes.map(({ fact, id, change, fields }) =>
        [fact, id, change, ...(fields.length > 0 ? [fields.map(({ field }) => field).join()] : [])].join(" "),
      );
      assert.deepEqual(told, tells);
    });
});

describe("the facts of one VPC", () => {
  const other = { VpcId: "vpc-2" };
  const both = smallFacts({
    vpcs: [...vpc(), other],
    subnets: subnets(subnet("z", other)),
    networkInterfaces: [
      networkInterface("a", "a"),
      networkInterface("z", "z", { ...other, Groups: [{ GroupId: "sg-2" }] }),
    ],
    securityGroupRules: [{ GroupId: "sg-1" }, { GroupId: "sg-2" }],
    flowLogs: ["vpc-1", "vpc-2", "subnet-a", "subnet-z", "eni-a", "eni-z"].map((ResourceId) => ({ ResourceId })),
    vpcPeeringConnections: [
      { VpcPeeringConnectionId: "pcx-1", AccepterVpcInfo: { VpcId: "vpc-1" }, RequesterVpcInfo: other },
      { VpcPeeringConnectionId: "pcx-2", AccepterVpcInfo: other, RequesterVpcInfo: { VpcId: "vpc-3" } },
    ],
    functions: [
      { FunctionName: "a", VpcConfig: { VpcId: "vpc-1" } },
      { FunctionName: "z", VpcConfig: other },
    ],
    resolverRuleAssociations: [
      { Id: "a", VPCId: "vpc-1" },
      { Id: "z", VPCId: "vpc-2" },
    ],
    profileAssociations: [
      { Id: "a", ProfileId: "rp-1", ResourceId: "vpc-1" },
      { Id: "y", ProfileId: "rp-1", ResourceId: "vpc-2" },
      { Id: "z", ProfileId: "rp-2", ResourceId: "vpc-2" },
    ],
    profileResources: ["rp-1", "rp-2", "rp-2"].map((ProfileId, i) => ({ Id: String(i), ProfileId })),
    vpcEndpoints: [gatewayEndpoint("vpce-1"), gatewayEndpoint("vpce-2", "vpc-2")],
  });
  const cases: readonly (readonly [FactName, number])[] = [
    ["vpcs", 1],
    ["subnets", 3],
    ["networkInterfaces", 1],
    ["securityGroupRules", 1],
    ["flowLogs", 3],
    ["vpcPeeringConnections", 1],
    ["functions", 1],
    ["resolverRuleAssociations", 1],
    ["profileAssociations", 1],
    ["profileResources", 1],
    // The Region's quota counts them all.
    ["vpcEndpoints", 2],
    ["quotas", 2],
  ];
  for (const [name, count] of cases)
    it(`has ${count} of ${name}`, () => {
      const told: Told<unknown> = factsOfVpc(toldFacts(both), "vpc-1")[name];
      assert.ok(isTold(told));
      assert.equal((told.value as readonly unknown[]).length, count);
    });

  it("keeps what may be its own where that is not known, and what is missing", () => {
    const own = factsOfVpc(toldFacts(both, ["networkInterfaces", "profileAssociations"]), "vpc-1");
    assert.ok(isTold(own.securityGroupRules) && isTold(own.flowLogs) && !isTold(own.networkInterfaces));
    assert.deepEqual([own.securityGroupRules.value.length, own.flowLogs.value.length], [2, 6]);
    assert.ok(isTold(own.profileResources) && own.profileResources.value.length === 3);
  });
});
