import assert from "node:assert/strict";
import { RouteTable, RouteTableAssociation, Subnet, Vpc } from "@pulumi/aws/ec2";
import { output, secret, type Input, type Output, type Resource } from "@pulumi/pulumi";
import { DynamoDbEndpoint, GatewayEndpoint, RouteRollout } from "../../index";
import {
  checkedNetwork,
  createCheckedTable,
  REGION,
  switchedTables,
  type CheckedNetwork,
} from "../../tools/rehearsal/network";
import type { FunctionSettings } from "../../lab/cloud/functionConfiguration";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { announcedIn, announcedNames } from "../../tools/rehearsal/announced";
import { passingReport, rehearsal, stepsOf, succeeded } from "./rehearsal";

describe("route tables that are named by their subnets", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
  });
  afterEach(() => {
    rehearsed.lab.cloud.functions.clear();
    rehearsed.lab.cloud.faults.clear();
  });
  const ec2 = () => rehearsed.lab.cloud.region(REGION).ec2;
  const program = (subnets: Record<string, Input<string>>) => (): Promise<void> => {
    new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, subnets });
    return Promise.resolve();
  };

  it("are announced by their ids, switched, and found unchanged; also as those of a RouteRollout", async () => {
    const preview = succeeded(await stack.preview(program(net.subnets)));
    assert.deepEqual(
      announcedIn(preview.warnings).map(({ name, id }) => [name, id]),
      Object.entries(net.routeTables),
    );
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    const unchanged = succeeded(await stack.preview());
    assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);

    const there = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    const other = await rehearsed.stack();
    const apart = (): Promise<void> => {
      const { vpcEndpointId } = new GatewayEndpoint("endpoint", { vpcId: there.vpcId });
      new RouteRollout("rollout", { vpcEndpointId, subnets: there.subnets });
      return Promise.resolve();
    };
    succeeded(await other.up(apart));
    assert.deepEqual(switchedTables(rehearsed.lab, there), ["a", "b"]);
  });

  it("change their ids when a subnet moves to another route table, which is announced", async () => {
    succeeded(await stack.up(program(net.subnets)));
    const { routeTableId } = await ec2().createRouteTable({ vpcId: net.vpcId });
    const associations = (
      await ec2().describeRouteTables({ filters: { "association.subnet-id": [net.subnets.b ?? ""] } })
    )
      .flatMap((table) => table.associations)
      .filter(({ subnetId }) => subnetId === net.subnets.b);
    const associationId = associations[0]?.routeTableAssociationId ?? "";
    await ec2().replaceRouteTableAssociation({ associationId, routeTableId });
    const { warnings } = succeeded(await stack.preview());
    assert.match(warnings[0] ?? "", new RegExp(`^b becomes another route table: ${routeTableId} takes the place of `));
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, { ...net, routeTables: { ...net.routeTables, b: routeTableId } }), [
      "a",
      "b",
    ]);
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);
  });

  it("are checked in these subnets, but where the check says another", async () => {
    await createCheckedTable(rehearsed.lab, "StockTable");
    rehearsed.lab.cloud.functions.behave(/.*/, {
      outcome: "succeed",
      result: passingReport,
    });
    const { subnetId } = await ec2().createSubnet({ vpcId: net.vpcId, cidrBlock: "10.0.100.0/24" });
    await ec2().associateRouteTable({ subnetId, routeTableId: net.routeTables.b ?? "" });
    const mark = rehearsed.lab.cloud.lastSequence;
    const checked = (): Promise<void> => {
      const check = { table: "StockTable", subnets: { b: subnetId } };
      new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, subnets: net.subnets, rollout: { check } });
      return Promise.resolve();
    };
    const preview = succeeded(await stack.preview(checked));
    assert.deepEqual(
      announcedIn(preview.warnings).map(({ name, isChecked }) => [name, isChecked]),
      [
        ["a", true],
        ["b", true],
      ],
    );
    succeeded(await stack.up());
    const placed = rehearsed.lab.cloud
      .mutationsSince(mark)
      .filter(({ action }) => action === "CreateFunction")
      .map(({ parameters }) => (parameters as unknown as FunctionSettings).vpcConfig?.subnetIds.join());
    assert.deepEqual(placed.sort(), [net.subnets.a, subnetId].sort());
  });

  const refused = async (
    subnets: Record<string, Input<string>>,
    told: RegExp,
    hidden: readonly string[] = [],
  ): Promise<void> => {
    const mark = rehearsed.lab.cloud.lastSequence;
    for (const { ok, errors, text } of [await stack.preview(program(subnets)), await stack.up()]) {
      assert.equal(ok, false);
      assert.match(errors.join("\n"), told);
      for (const id of hidden) assert.ok(!text.includes(id), text);
    }
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  };

  it("are refused where a subnet uses the main one, also inside a secret", async () => {
    const { subnetId } = await ec2().createSubnet({ vpcId: net.vpcId, cidrBlock: "10.0.100.0/24" });
    const told =
      /subnets\.main: (subnet-\w+|the subnet \(its id is secret\)) uses the main route table of its VPC, rtb-\w+, and so may other subnets; associate .*name the association in dependsOn/;
    await refused({ ...net.subnets, main: subnetId }, told);
    await refused({ ...net.subnets, main: secret(subnetId) }, told, [subnetId]);
    await refused({ none: "subnet-0a1b2c3d" }, /subnets\.none: no route table is associated with subnet-0a1b2c3d/);
  });

  it("are refused where two subnets share one", async () => {
    const { subnetId } = await ec2().createSubnet({ vpcId: net.vpcId, cidrBlock: "10.0.100.0/24" });
    await ec2().associateRouteTable({ subnetId, routeTableId: net.routeTables.a ?? "" });
    await refused(
      { ...net.subnets, c: subnetId },
      new RegExp(`subnets\\.c: uses the route table of subnets\\.a, too: ${net.routeTables.a}`),
    );
  });

  it("are refused where they cannot be looked up", async () => {
    rehearsed.lab.cloud.faults.failOn({ action: "DescribeRouteTables", code: "UnauthorizedOperation", message: "no" });
    await refused(
      net.subnets,
      /subnets\.a: the route table of subnet-\w+ cannot be looked up; allow ec2:DescribeRoute/,
    );
  });

  /** A subnet, its route table and what associates them, in a VPC of their own. */
  const made =
    (use: (subnetId: Output<string>, vpcId: Output<string>, association: Resource) => void) => (): Promise<void> => {
      const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
      const subnet = new Subnet("subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
      const table = new RouteTable("table", { vpcId: vpc.id });
      const association = new RouteTableAssociation("association", { subnetId: subnet.id, routeTableId: table.id });
      use(subnet.id, vpc.id, association);
      return Promise.resolve();
    };

  it("are found in the program that makes them, which names the association in dependsOn", async () => {
    const whole = made((subnetId, vpcId, association) => {
      new DynamoDbEndpoint("ddb", { vpcId, subnets: { a: subnetId } }, { dependsOn: association });
    });
    const preview = succeeded(await stack.preview(whole));
    assert.deepEqual(announcedNames(preview.warnings, "switches"), ["a"]);
    assert.ok(stepsOf(succeeded(await stack.up())).includes("create ddb-a"));
    const unchanged = succeeded(await stack.preview());
    assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);
  });

  it("are never the main one because the association is not there yet", async () => {
    // AWS makes it only when the look-up has been answered.
    rehearsed.lab.cloud.faults.delay({ action: "AssociateRouteTable", milliseconds: 1_500 });
    const without = made((subnetId, vpcId) => {
      new DynamoDbEndpoint("ddb", { vpcId, subnets: { a: output(subnetId) } });
    });
    succeeded(await stack.preview(without));
    const { ok, errors } = await stack.up();
    assert.equal(ok, false);
    assert.match(
      errors.join("\n"),
      /subnets\.a: subnet-\w+ uses the main route table of its VPC, .*name the association/,
    );
    rehearsed.lab.cloud.faults.clear();
    succeeded(await stack.up());
    const unchanged = succeeded(await stack.preview());
    assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);
  });
});
