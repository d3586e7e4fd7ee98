import assert from "node:assert/strict";
import { DynamoDbEndpoint, type DynamoDbEndpointArgs } from "../../index";
import type { CheckReport } from "../../components/check/probe/report";
import {
  checkedNetwork,
  createCheckedTable,
  network,
  REGION,
  switchedTables,
  type Network,
} from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { announcedNames } from "../../tools/rehearsal/announced";
import { endpointProgram, rehearsal, stepsOf, succeeded } from "./rehearsal";

type Rollout = NonNullable<DynamoDbEndpointArgs["rollout"]>;

describe("a route table without a path to DynamoDB", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
  });
  afterEach(() => rehearsed.lab.cloud.faults.clear());
  const ec2 = () => rehearsed.lab.cloud.region(REGION).ec2;
  const program = (rollout: Rollout, given = net): ReturnType<typeof endpointProgram> =>
    endpointProgram({ ...given, rollout });
  /** A way out by an internet gateway. */
  const openWay = async (name: string): Promise<string> => {
    const { internetGatewayId } = await ec2().createInternetGateway({});
    await ec2().attachInternetGateway({ internetGatewayId, vpcId: net.vpcId });
    const routeTableId = net.routeTables[name] ?? "";
    await ec2().createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", gatewayId: internetGatewayId });
    return internetGatewayId;
  };

  it("gains access, which is no warning, where its routes show that it is isolated", async () => {
    const preview = succeeded(await stack.preview(program({ isolated: ["a", "b"] })));
    assert.deepEqual(preview.warnings, []);
    assert.match(preview.text, /2 route tables gain access to DynamoDB through the endpoint: no connection breaks\./);
    assert.match(preview.text, new RegExp(`a \\(${net.routeTables.a}\\): isolated by its routes, no check follows`));
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    const { steps, warnings } = succeeded(await stack.preview());
    assert.deepEqual([steps, warnings], [[], []]);
  });

  it("is warned of and refused, before any route is touched, where its routes show a way out", async () => {
    const gateway = await openWay("b");
    const preview = succeeded(await stack.preview(program({ isolated: ["a", "b"] })));
    assert.deepEqual(announcedNames(preview.warnings, "switches"), ["b"]);
    const refusal =
      `rollout.isolated[1]: "b" (${net.routeTables.b}) has a route for 0.0.0.0/0 to ${gateway}: its clients may have ` +
      "connections to DynamoDB, which would break; remove it from rollout.isolated";
    assert.ok(
      preview.warnings.some((text) => text.startsWith("`pulumi up` refuses this") && text.includes(refusal)),
      preview.warnings.join("\n"),
    );
    const mark = rehearsed.lab.cloud.lastSequence;
    const { ok, errors } = await stack.up();
    assert.equal(ok, false);
    assert.ok(errors.join("\n").includes(refusal), errors.join("\n"));
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  });

  it("is refused where its routes cannot be read", async () => {
    rehearsed.lab.cloud.faults.failOn({
      action: "DescribeRouteTables",
      when: ({ filters }) => JSON.stringify(filters).includes(net.routeTables.a ?? ""),
      code: "UnauthorizedOperation",
      message: "for the test",
    });
    const { ok, errors } = await stack.up(program({ isolated: ["a"] }));
    assert.equal(ok, false);
    assert.match(errors.join("\n"), /"a" \(rtb-\w+\) has routes that cannot be read: .*allow ec2:DescribeRouteTables/);
  });

  it("that gets a way out after a run that failed is refused by the next", async () => {
    rehearsed.lab.cloud.faults.failOn({
      action: "ModifyVpcEndpoint",
      when: ({ addRouteTableIds }) => JSON.stringify(addRouteTableIds ?? []).includes(net.routeTables.b ?? ""),
      code: "InternalError",
      message: "for the test",
    });
    assert.equal((await stack.up(program({ isolated: ["a", "b"] }))).ok, false);
    rehearsed.lab.cloud.faults.clear();
    await openWay("b");
    const preview = succeeded(await stack.preview());
    assert.deepEqual(announcedNames(preview.warnings, "switches"), ["b"]);
    const { ok, errors } = await stack.up();
    assert.equal(ok, false);
    assert.match(errors.join("\n"), /"b" \(rtb-\w+\) has a route for 0\.0\.0\.0\/0 to igw-/);
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);
  });

  it("that moves to another endpoint has connections", async () => {
    succeeded(await stack.up(program({ isolated: ["a", "b"] })));
    const urn = (await stack.resources()).find(({ urn }) => urn.endsWith("VpcEndpoint::ddb"))?.urn ?? "";
    const moving = succeeded(await stack.preview(undefined, { replace: [urn] }));
    assert.deepEqual(announcedNames(moving.warnings, "switches"), ["a", "b"]);
    succeeded(await stack.up(undefined, { replace: [urn] }));
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);

    const there = await network(rehearsed.lab, ["a", "b"]);
    const elsewhere = succeeded(await stack.preview(program({ isolated: ["a"] }, there)));
    assert.deepEqual(announcedNames(elsewhere.warnings, "withdrawn"), ["a", "b"]);
    assert.deepEqual(announcedNames(elsewhere.warnings, "switches"), ["b"]);
  });

  it("is proven to be isolated by its check, watched by nobody, and proven to take the endpoint", async () => {
    await createCheckedTable(rehearsed.lab, "StockTable");
    const { subnets, ...checkedNet } = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    const routeTableId = checkedNet.routeTables.a ?? "";
    await ec2().deleteRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0" });
    const check = { table: "StockTable", subnets, timeoutSeconds: 5 };
    const checked = (isolated: string[]) => (): Promise<Record<string, unknown>> => {
      const { checkReports } = new DynamoDbEndpoint("ddb", { ...checkedNet, rollout: { isolated, check } });
      return Promise.resolve({ checkReports });
    };
    const preview = succeeded(await stack.preview(checked(["a", "b"])));
    assert.match(preview.text, /a \(rtb-\w+\): isolated, checked before and afterwards/);
    assert.ok(!stepsOf(preview).some((step) => step.endsWith("-check-during")), stepsOf(preview).join("\n"));
    const refused = await stack.up();
    assert.equal(refused.ok, false);
    assert.match(
      refused.errors.join("\n"),
      /b was not switched: stage "b" stops here: PathExists: b: DynamoDB answered \(allowed\), but rollout\.isolated/,
    );
    assert.deepEqual(switchedTables(rehearsed.lab, checkedNet), ["a"]);

    const up = succeeded(await stack.up(checked(["a"])));
    const reports = up.outputs.checkReports as Record<string, CheckReport>;
    assert.deepEqual(
      Object.entries(reports).map(([name, { provenRequests, watch }]) => [name, provenRequests, watch?.phase]),
      [
        ["a", 3, undefined],
        ["b", 3, "during"],
      ],
    );
    const unchanged = succeeded(await stack.preview());
    assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);
    // What is asked again takes the endpoint by now.
    const urn = (await stack.resources()).find(({ urn }) => urn.endsWith("ddb-a-check-before"))?.urn ?? "";
    succeeded(await stack.up(undefined, { replace: [urn] }));
  });
});
