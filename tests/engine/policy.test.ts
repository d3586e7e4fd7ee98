import assert from "node:assert/strict";
import { Table } from "@pulumi/aws/dynamodb";
import { output } from "@pulumi/pulumi";
import { DynamoDbEndpoint, EndpointPolicy, GatewayEndpoint, TableAccess, type DynamoDbEndpointArgs } from "../../index";
import { network, type Network } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, stepsOf, succeeded } from "./rehearsal";

const LOCK_OUT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "dynamodb:DeleteTable", Resource: "*" }],
});

describe("a policy", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a"]);
    stack = await rehearsed.stack();
  });
  const program = (args: Partial<DynamoDbEndpointArgs>) => (): Promise<Record<string, unknown>> => {
    const { policy } = new DynamoDbEndpoint("ddb", { ...net, ...args });
    return Promise.resolve({ policy });
  };
  const stock = (access: TableAccess): Partial<DynamoDbEndpointArgs> => ({
    access: { tables: [{ name: "StockTable", access }] },
  });
  const policyWarnings = (warnings: readonly string[]): string[] =>
    warnings.filter((text) => text.startsWith("the policy") || text.startsWith("policy"));

  it("is written from `access`, known in the preview, and the same in the next", async () => {
    const preview = succeeded(await stack.preview(program(stock(TableAccess.Read))));
    assert.deepEqual(policyWarnings(preview.warnings), []);
    const { outputs } = succeeded(await stack.up());
    const { Statement } = JSON.parse(outputs.policy as string) as { Statement: { Sid: string; Resource: unknown }[] };
    assert.deepEqual(
      Statement.map(({ Sid, Resource }) => [Sid, Resource]),
      [
        ["Discovery", "*"],
        [
          "ReadTables",
          [
            "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable",
            "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable/index/*",
          ],
        ],
      ],
    );
    const unchanged = succeeded(await stack.preview());
    assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);
  });

  it("is written from `access` to a table that the same program makes", async () => {
    const withTable = (): Promise<Record<string, unknown>> => {
      const table = new Table("stock", {
        attributes: [{ name: "id", type: "S" }],
        hashKey: "id",
        billingMode: "PAY_PER_REQUEST",
      });
      const { policy } = new GatewayEndpoint("endpoint", {
        vpcId: net.vpcId,
        access: { tables: [{ arn: table.arn, access: TableAccess.Write }] },
      });
      return Promise.resolve({ policy, arn: table.arn });
    };
    succeeded(await stack.preview(withTable));
    const { outputs } = succeeded(await stack.up());
    assert.ok((outputs.policy as string).includes(`"Resource":"${outputs.arn as string}"`));
    assert.deepEqual(succeeded(await stack.preview()).steps, []);
  });

  it("that changes says what is no longer allowed and what is newly allowed, once, and then no more", async () => {
    succeeded(await stack.up(program(stock(TableAccess.ReadWrite))));
    const access = {
      tables: [
        { name: "StockTable", access: TableAccess.Read },
        { name: "Orders", access: TableAccess.Read },
      ],
    };
    const preview = succeeded(await stack.preview(program({ access })));
    assert.deepEqual(stepsOf(preview), ["update ddb"]);
    assert.deepEqual(preview.warnings, [
      [
        "the policy changes.",
        "No longer allowed:",
        "  anyone: write items on arn:aws:dynamodb:us-east-1:123456789012:table/StockTable",
        "Newly allowed:",
        "  anyone: read items, DescribeTable on arn:aws:dynamodb:us-east-1:123456789012:table/Orders",
        "  anyone: read items on arn:aws:dynamodb:us-east-1:123456789012:table/Orders/index/*",
      ].join("\n"),
    ]);
    succeeded(await stack.up());
    assert.deepEqual(succeeded(await stack.preview(program({ access, tags: { team: "data" } }))).warnings, []);
  });

  it("that is remarkable is warned of with its path and code, only when it changes", async () => {
    const Resource = ["us-east-1", "eu-west-1"].map(
      (region) => `arn:aws:dynamodb:${region}:123456789012:table/StockTable`,
    );
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: ["dynamodb:GetItem", "dynamodb:Query"], Resource }],
    });
    const { warnings } = succeeded(await stack.preview(program({ policy })));
    assert.deepEqual(
      policyWarnings(warnings).map((text) => /^(policy[^:]*): .*\((\w+)\)$/.exec(text)?.slice(1)),
      [
        ["policy.Statement", "MissingDescribeEndpoints"],
        ["policy.Statement[0].Resource[0]", "MissingIndexArn"],
        ["policy.Statement[0].Resource[1]", "MissingIndexArn"],
        ["policy.Statement[0].Resource[1]", "WrongRegion"],
      ],
    );
    succeeded(await stack.up());
    assert.deepEqual(succeeded(await stack.preview()).warnings, []);
  });

  it("that locks everybody out is refused before anything is created, known at once or not", async () => {
    const mark = rehearsed.lab.cloud.lastSequence;
    for (const policy of [LOCK_OUT, output(LOCK_OUT)]) {
      const { ok, errors } = await stack.up(program({ policy }));
      assert.equal(ok, false);
      assert.match(errors.join("\n"), /policy\.Statement: has no Allow: every request through the endpoint is denied/);
    }
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  });

  it(
    "that `access` cannot be made is refused without a stack trace, also where " + "a value is known only then",
    async () => {
      const tables = [
        { arn: output("arn:aws:dynamodb:eu-west-1:123456789012:table/StockTable"), access: TableAccess.Read },
      ];
      const { ok, errors, text } = await stack.preview(program({ access: { tables } }));
      assert.equal(ok, false);
      assert.match(
        errors.join("\n"),
        /access\.tables\[0\]\.arn: is a table in eu-west-1, and a gateway endpoint serves its own Region \(us-east-1\)/,
      );
      assert.doesNotMatch(text, /^ +at /m);
    },
  );

  it(
    "is judged too where it is attached to somebody else's endpoint, in its Region, " + "and written from `access`",
    async () => {
      const region = "eu-west-1";
      const { ec2 } = rehearsed.lab.cloud.region(region);
      const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
      const { vpcEndpointId } = await ec2.createVpcEndpoint({
        vpcId,
        serviceName: `com.amazonaws.${region}.dynamodb`,
        vpcEndpointType: "Gateway",
      });
      const attached = (args: { policy?: string; accounts?: string[] }) => (): Promise<void> => {
        new EndpointPolicy("policy", {
          vpcEndpointId,
          region,
          policy: args.policy,
          access: args.accounts && { accounts: args.accounts },
        });
        return Promise.resolve();
      };
      assert.equal((await stack.preview(attached({ policy: LOCK_OUT }))).ok, false);
      const elsewhere = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "dynamodb:*",
            Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable",
          },
        ],
      });
      assert.match((await stack.preview(attached({ policy: elsewhere }))).text, /is in us-east-1: .*\(WrongRegion\)/);
      succeeded(await stack.up(attached({ accounts: ["111122223333"] })));
      const { warnings } = succeeded(await stack.preview(attached({ accounts: ["111122223333", "444455556666"] })));
      assert.match(warnings.join("\n"), /Newly allowed:\n {2}account 444455556666: /);
    },
  );
});
