import assert from "node:assert/strict";
import { output, secret, type Input } from "@pulumi/pulumi";
import { DynamoDbEndpoint, EndpointPolicy, GatewayEndpoint, RouteRollout } from "../../index";
import { endpointOf, network, REGION, switchedTables, type Network } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, succeeded } from "./rehearsal";

type Declare = () => unknown;

/**
 * Things that are where they cannot be used, or are used already: refused in the preview and in `up`, with nothing
 * changed.
 */
describe("what is in the wrong place", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let elsewhere: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b"]);
    elsewhere = await network(rehearsed.lab, ["a"]);
    stack = await rehearsed.stack();
  });
  const program = (declare: Declare) => (): Promise<void> => {
    declare();
    return Promise.resolve();
  };
  const refused = async (declare: Declare, reason: RegExp): Promise<void> => {
    const mark = rehearsed.lab.cloud.lastSequence;
    for (const outcome of [await stack.preview(program(declare)), await stack.up()]) {
      assert.equal(outcome.ok, false, outcome.text);
      assert.match(outcome.errors.join("\n"), reason);
      assert.doesNotMatch(outcome.text, /^\s+at .*\.[jt]s:/m);
    }
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  };
  const made = async (
    request: { serviceName?: string; vpcEndpointType?: string; vpcId?: string; routeTableIds?: string[] } = {},
  ): Promise<string> => {
    const { vpcEndpointId } = await rehearsed.lab.cloud.region(REGION).ec2.createVpcEndpoint({
      vpcId: net.vpcId,
      serviceName: `com.amazonaws.${REGION}.dynamodb`,
      vpcEndpointType: "Gateway",
      ...request,
    });
    return vpcEndpointId;
  };
  const s3 = (): Promise<string> => made({ serviceName: `com.amazonaws.${REGION}.s3` });
  const someone = { access: { accounts: ["123456789012"] } };

  describe("an endpoint for another service", () => {
    const IS_FOR_S3 =
      /is the id of a Gateway endpoint for com\.amazonaws\.us-east-1\.s3; give the id of a gateway endpoint for DynamoDB/;

    it("gets no policy", async () => {
      const vpcEndpointId = await s3();
      await refused(() => new EndpointPolicy("policy", { vpcEndpointId, ...someone }), IS_FOR_S3);
    });

    it("gets no policy where its id is an output", async () => {
      const vpcEndpointId = output(await s3());
      await refused(() => new EndpointPolicy("policy", { vpcEndpointId, ...someone }), IS_FOR_S3);
    });

    it("gets no route tables", async () => {
      const vpcEndpointId = await s3();
      await refused(() => new RouteRollout("rollout", { vpcEndpointId, routeTables: net.routeTables }), IS_FOR_S3);
    });

    it("is not adopted", async () => {
      const vpcEndpointId = await s3();
      await refused(() => new GatewayEndpoint("endpoint", { vpcId: net.vpcId, adopt: { vpcEndpointId } }), IS_FOR_S3);
      await refused(() => new DynamoDbEndpoint("ddb", { ...net, adopt: { vpcEndpointId } }), IS_FOR_S3);
    });
  });

  it("an endpoint of another VPC is not adopted", async () => {
    const vpcEndpointId = await made({ vpcId: elsewhere.vpcId });
    await refused(
      () => new GatewayEndpoint("endpoint", { vpcId: net.vpcId, adopt: { vpcEndpointId } }),
      /adopt\.vpcEndpointId: is the id of an endpoint of another VPC/,
    );
    await refused(
      () => new DynamoDbEndpoint("ddb", { ...net, adopt: { vpcEndpointId } }),
      /adopt\.vpcEndpointId: is the id of an endpoint of another VPC/,
    );
  });

  it("a route table that does not use the endpoint is not adopted", async () => {
    const vpcEndpointId = await made({ routeTableIds: [net.routeTables.a ?? ""] });
    await refused(
      () => new DynamoDbEndpoint("ddb", { ...net, adopt: { vpcEndpointId, routeTables: ["a", "b"] } }),
      /adopt\.routeTables: "b" does not use the endpoint: there is nothing to adopt; remove "b" from adopt\.routeTables/,
    );
    await refused(
      () =>
        new RouteRollout("rollout", {
          vpcEndpointId,
          routeTables: net.routeTables,
          adopt: { vpcEndpointId, routeTables: ["a", "b"] },
        }),
      /adopt\.routeTables: "b" does not use/,
    );
  });

  it("an endpoint of another Region is not there", async () => {
    const vpcEndpointId = await made();
    await refused(
      () => new EndpointPolicy("policy", { vpcEndpointId, region: "eu-west-1", ...someone }),
      /vpcEndpointId: there is no such endpoint in this account and Region/,
    );
    await refused(
      () => new RouteRollout("rollout", { vpcEndpointId, region: "eu-west-1", routeTables: net.routeTables }),
      /vpcEndpointId: there is no such endpoint/,
    );
  });

  it("a route table of another VPC is refused, and with all the others that are", async () => {
    const foreign = (id: string): RegExp =>
      new RegExp(`routeTables\\.b: ${id} is a route table of ${elsewhere.vpcId}, the endpoint is in ${net.vpcId}`);
    const b = elsewhere.routeTables.a ?? "";
    await refused(
      () => new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, routeTables: { ...net.routeTables, b } }),
      foreign(b),
    );
    const vpcEndpointId = await made();
    await refused(
      () => new RouteRollout("rollout", { vpcEndpointId, routeTables: { ...net.routeTables, b } }),
      foreign(b),
    );
    await refused(
      () => new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, routeTables: { b: secret(b) } }),
      /routeTables\.b: is a route table of another VPC than the endpoint's \(its id is secret\)/,
    );
  });

  it("what the deploying principal may not look at is not judged, and holds nothing up", async () => {
    const vpcEndpointId = await made();
    const { faults } = rehearsed.lab.cloud;
    const looking = {
      when: ({ filters }: { filters?: unknown }) => filters !== undefined,
      code: "UnauthorizedOperation",
      message: "You are not authorized to perform this operation.",
    };
    const alone = program(() => {
      new RouteRollout("rollout", { vpcEndpointId, routeTables: net.routeTables });
      new EndpointPolicy("policy", { vpcEndpointId, ...someone });
    });
    try {
      for (const action of ["DescribeVpcEndpoints", "DescribeRouteTables"]) faults.failOn({ action, ...looking });
      succeeded(await stack.up(alone));
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    } finally {
      faults.clear();
    }
  });

  it("an endpoint that this deployment makes may be late to show; one that is named must be there", async () => {
    const { faults } = rehearsed.lab.cloud;
    const rollout =
      (vpcEndpointId: Input<string>): Declare =>
      () =>
        new RouteRollout("rollout", { vpcEndpointId, routeTables: net.routeTables });
    const vpcEndpointId = await made();
    try {
      faults.failOn({
        action: "DescribeVpcEndpoints",
        when: ({ filters }) => filters !== undefined,
        code: "InvalidVpcEndpointId.NotFound",
        message: "no matching EC2 VPC Endpoint found",
      });
      await refused(rollout(vpcEndpointId), /vpcEndpointId: there is no such endpoint/);
      succeeded(
        await stack.up(program(() => rollout(new GatewayEndpoint("endpoint", { vpcId: net.vpcId }).vpcEndpointId)())),
      );
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    } finally {
      faults.clear();
    }
  });

  it("an endpoint that is gone is withdrawn from all the same", async () => {
    const vpcEndpointId = await made();
    const rollout =
      (throughStage?: string): Declare =>
      () =>
        new RouteRollout("rollout", { vpcEndpointId, routeTables: net.routeTables, rollout: { throughStage } });
    succeeded(await stack.up(program(rollout())));
    await rehearsed.lab.cloud.region(REGION).ec2.deleteVpcEndpoints({ vpcEndpointIds: [vpcEndpointId] });
    succeeded(await stack.up(program(rollout("none"))));
  });
});

/**
 * A route table has one route to DynamoDB through an endpoint, and whoever deletes its association takes the route
 * away.
 */
describe("a route table that is associated already", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
  });
  const endpoint =
    (name: string, tables: readonly string[], aliases?: { name: string }[]): Declare =>
    () => {
      const routeTables = Object.fromEntries(tables.map((table) => [table, net.routeTables[table] ?? ""]));
      new DynamoDbEndpoint(name, { vpcId: net.vpcId, routeTables }, { aliases });
    };
  const both =
    (...declares: Declare[]) =>
    (): Promise<void> => {
      for (const declare of declares) declare();
      return Promise.resolve();
    };
  const refused = async (declared: () => Promise<void>, reason: RegExp): Promise<void> => {
    const mark = rehearsed.lab.cloud.lastSequence;
    for (const outcome of [await stack.preview(declared), await stack.up()]) {
      assert.equal(outcome.ok, false, outcome.text);
      assert.match(outcome.errors.join("\n"), reason);
    }
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
  };

  it("does not move from one component to another in one deployment, but does in two", async () => {
    succeeded(await stack.up(both(endpoint("one", ["a"]), endpoint("two", ["b"]))));
    await refused(
      both(endpoint("two", ["a", "b"])),
      /routeTables\.a: rtb-\w+ takes a gateway endpoint for DynamoDB already[^]*if another component or stack has the association: remove it there, run `pulumi up`/,
    );
    const swapped = both(endpoint("one", ["b"]), endpoint("two", ["a"]));
    await refused(swapped, /one: refused before any route was touched|two: refused before any route was touched/);
    succeeded(await stack.up(both(endpoint("two", ["b"]))));
    succeeded(await stack.up(both(endpoint("two", ["a", "b"]))));
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
  });

  it("does not move between two roll-outs onto one endpoint, where nobody but us would notice", async () => {
    const { vpcEndpointId } = await rehearsed.lab.cloud.region(REGION).ec2.createVpcEndpoint({
      vpcId: net.vpcId,
      serviceName: `com.amazonaws.${REGION}.dynamodb`,
      vpcEndpointType: "Gateway",
    });
    const rollout =
      (name: string, tables: readonly string[]): Declare =>
      () => {
        const routeTables = Object.fromEntries(tables.map((table) => [table, net.routeTables[table] ?? ""]));
        new RouteRollout(name, { vpcEndpointId, routeTables });
      };
    succeeded(await stack.up(both(rollout("one", ["a"]), rollout("two", ["b"]))));
    await refused(
      both(rollout("two", ["a", "b"])),
      /two: refused before any route was touched\n\s*routeTables\.a: rtb-\w+ takes a gateway endpoint/,
    );
    await refused(
      both(rollout("renamed", ["a"]), rollout("two", ["b"])),
      /if this component, or its parent, was renamed: give the former name in its `aliases`/,
    );
  });

  it(
    "stays with a component that was renamed with an alias, and is refused to " + "one that was renamed without",
    async () => {
      succeeded(await stack.up(both(endpoint("old", ["a", "b"]))));
      await refused(
        both(endpoint("new", ["a", "b"])),
        /new: refused before any route was touched\n\s*routeTables\.a: [^]*routeTables\.b: [^]*`aliases` \(after an `up` that was refused, run `pulumi up` with the former name first\)/,
      );
      succeeded(await stack.up(both(endpoint("old", ["a", "b"]))));
      const mark = rehearsed.lab.cloud.lastSequence;
      const renamed = both(endpoint("new", ["a", "b"], [{ name: "old" }]));
      assert.deepEqual(succeeded(await stack.preview(renamed)).warnings, []);
      succeeded(await stack.up());
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    },
  );

  it("is refused to another stack", async () => {
    succeeded(await stack.up(both(endpoint("ddb", ["a", "b"]))));
    stack = await rehearsed.stack();
    await refused(both(endpoint("ddb", ["a", "b"])), /ddb: refused before any route was touched/);
  });

  it("comes back to its own component after a withdrawal that failed, when that is finished", async () => {
    const failing = {
      action: "ModifyVpcEndpoint",
      when: ({ removeRouteTableIds }: { removeRouteTableIds?: unknown }) => removeRouteTableIds !== undefined,
      code: "InternalError",
      message: "An internal error has occurred",
    };
    succeeded(await stack.up(both(endpoint("ddb", ["a", "b"]))));
    rehearsed.lab.cloud.faults.failOn(failing);
    assert.equal((await stack.up(both(endpoint("ddb", ["a"])))).ok, false);
    rehearsed.lab.cloud.faults.clear();
    await refused(
      both(endpoint("ddb", ["a", "b"])),
      /if an earlier withdrawal of this component failed: finish it first/,
    );
    succeeded(await stack.up(both(endpoint("ddb", ["a"]))));
    succeeded(await stack.up(both(endpoint("ddb", ["a", "b"]))));
    assert.notEqual(endpointOf(rehearsed.lab, net.routeTables.b ?? ""), undefined);
  });
});
