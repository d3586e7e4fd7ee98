import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DynamoDbEndpoint, EndpointPolicy, GatewayEndpoint, RouteRollout, TableAccess } from "../index";

/** What users write in tests of their own: every resource echoes its inputs. */
async function underMocks(
  program: () => unknown,
  answers: Readonly<Record<string, object>> = {},
): Promise<{ type: string; name: string; inputs: Record<string, unknown> }[]> {
  const made: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        made.push({ type, name, inputs: inputs as Record<string, unknown> });
        return { id: `${name}-id`, state: inputs as Record<string, unknown> };
      },
      call: ({ token, inputs }) => answers[token] ?? (inputs as Record<string, unknown>),
    },
    "project",
    "stack",
  );
  await pulumi.runtime.runInPulumiStack(() => {
    program();
    return Promise.resolve();
  });
  await pulumi.runtime.disconnect();
  return made;
}

describe("under a user's own mocks", () => {
  it("a DynamoDbEndpoint makes an endpoint and an association per route table", async () => {
    const made = await underMocks(
      () =>
        new DynamoDbEndpoint("ddb", {
          vpcId: "vpc-1",
          region: "eu-west-1",
          routeTables: { a: "rtb-1", b: pulumi.output("rtb-2") },
        }),
    );
    const endpoint = made.find(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint");
    assert.equal(endpoint?.inputs.serviceName, "com.amazonaws.eu-west-1.dynamodb");
    assert.deepEqual(
      made
        .filter(({ type }) => type.includes("RouteTableAssociation"))
        .map(({ name, inputs }) => [name, inputs.vpcEndpointId, inputs.routeTableId]),
      [
        ["ddb-a", "ddb-id", "rtb-1"],
        ["ddb-b", "ddb-id", "rtb-2"],
      ],
    );
  });

  it("all components work without a Region, which an echoing mock does not know", async () => {
    const made = await underMocks(() => {
      const endpoint = new GatewayEndpoint("endpoint", { vpcId: "vpc-1", tags: { team: "data" } });
      new RouteRollout("rollout", {
        vpcEndpointId: endpoint.vpcEndpointId,
        routeTables: { a: "rtb-1" },
        rollout: { window: { opensAt: "2026-01-01T00:00Z", closesAt: "2026-01-02T00:00Z" } },
      });
      new EndpointPolicy("policy", {
        vpcEndpointId: "vpce-1",
        access: { tables: [{ name: "StockTable", access: TableAccess.Read }] },
      });
    });
    assert.deepEqual(
      made
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
        .filter((each) => !each.startsWith("Stack"))
        .sort(),
      [
        "EndpointPolicy policy",
        "GatewayEndpoint endpoint",
        "RouteRollout rollout",
        "Stash rollout-plan",
        "Stash rollout-switched",
        "VpcEndpoint endpoint",
        "VpcEndpointPolicy policy",
        "VpcEndpointRouteTableAssociation rollout-a",
      ],
    );
  });

  it("everything in China has ARNs of China's partition", async () => {
    const check = { table: "StockTable", subnets: { a: "subnet-1" } };
    const access = { tables: [{ name: "Orders", access: TableAccess.Read }], accounts: ["123456789012"] };
    const elsewhere = { "aws:index/getPartition:getPartition": { partition: "aws" } };
    const made = await underMocks(
      () =>
        new DynamoDbEndpoint("ddb", {
          vpcId: "vpc-1",
          region: pulumi.output("cn-north-1"),
          routeTables: { a: "rtb-1" },
          access,
          rollout: { check },
        }),
      elsewhere,
    );
    const policyOf = (type: string): string => made.find((each) => each.type === type)?.inputs.policy as string;
    const documents = ["aws:ec2/vpcEndpoint:VpcEndpoint", "aws:iam/rolePolicy:RolePolicy"].map(policyOf);
    for (const document of documents) {
      assert.match(document, /"arn:aws-cn:dynamodb:cn-north-1:\*:table\/StockTable"/);
      assert.doesNotMatch(document, /arn:aws:/);
    }
  });

  it("the partition of a Region that is newer than the package is what the provider tells", async () => {
    const answers = {
      "aws:index/getPartition:getPartition": { partition: "aws-new" },
      "aws:index/getRegion:getRegion": { region: "xx-new-1" },
      "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012" },
    };
    const made = await underMocks(
      () =>
        new GatewayEndpoint("endpoint", {
          vpcId: "vpc-1",
          access: { tables: [{ name: "Orders", access: TableAccess.Read }] },
        }),
      answers,
    );
    assert.match(
      String(made.find(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint")?.inputs.policy),
      /"arn:aws-new:dynamodb:xx-new-1:123456789012:table\/Orders"/,
    );
  });

  it("a check makes a function and three invocations per checked route table", async () => {
    const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/boundary";
    const check = { table: "StockTable", subnets: { a: "subnet-1" }, permissionsBoundaryArn };
    const made = await underMocks(
      () =>
        new DynamoDbEndpoint("ddb", {
          vpcId: "vpc-1",
          routeTables: { a: "rtb-1", b: "rtb-2" },
          rollout: { stages: [{ name: "all", routeTables: ["a", "b"] }], check },
        }).checkReports,
    );
    assert.equal(
      made.find(({ type }) => type === "aws:iam/role:Role")?.inputs.permissionsBoundary,
      permissionsBoundaryArn,
    );
    const gate = made.find(({ name }) => name === "ddb-a-check-after");
    assert.deepEqual(JSON.parse(gate?.inputs.input as string), {
      version: 1,
      phase: "after",
      routeTable: "a",
      table: "StockTable",
      vpcEndpointId: "ddb-id",
    });
    assert.deepEqual(
      made.filter(({ type }) => type.startsWith("aws:lambda/")).map(({ name }) => name),
      ["ddb-a-check", "ddb-a-check-before", "ddb-a-check-during", "ddb-a-check-after"],
    );
  });

  it("the outputs can be asserted", async () => {
    let told: Promise<readonly unknown[]> | undefined;
    await underMocks(() => {
      const endpoint = new GatewayEndpoint("endpoint", { vpcId: "vpc-1", region: "eu-west-1" });
      told = new Promise(
        (resolve) => void pulumi.all([endpoint.securityGroupEgress.fromPort, endpoint.serviceName]).apply(resolve),
      );
    });
    assert.deepEqual(await told, [443, "com.amazonaws.eu-west-1.dynamodb"]);
  });

  it("arguments that cannot be used are refused", async () => {
    await assert.rejects(
      underMocks(() => new DynamoDbEndpoint("ddb", { vpcId: "vpc-1", routeTables: {} })),
      /routeTables: is empty/,
    );
  });
});
