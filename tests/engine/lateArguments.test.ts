import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { output, secret, type Input } from "@pulumi/pulumi";
import { Table } from "@pulumi/aws/dynamodb";
import {
  DynamoDbEndpoint,
  EndpointPolicy,
  GatewayEndpoint,
  RouteRollout,
  TableAccess,
  type ReconnectCheck,
} from "../../index";
import { checkedNetwork, REGION, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, succeeded } from "./rehearsal";

describe("an argument that is an Output", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let vpcEndpointId: string;
  let stack: RehearsedStack;
  let mark: number;
  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a"]);
    ({ vpcEndpointId } = await rehearsed.lab.cloud
      .region(REGION)
      .ec2.createVpcEndpoint({ vpcId: net.vpcId, serviceName: `com.amazonaws.${REGION}.dynamodb` }));
    stack = await rehearsed.stack();
    mark = rehearsed.lab.cloud.lastSequence;
  });

  const check = (table: Input<string>): ReconnectCheck => ({ table, subnets: net.subnets });
  const components: Readonly<Record<string, (region: Input<string>) => unknown>> = {
    DynamoDbEndpoint: (region) =>
      new DynamoDbEndpoint("it", {
        vpcId: net.vpcId,
        routeTables: net.routeTables,
        region,
        access: { tables: [{ name: "StockTable", access: TableAccess.Read }] },
      }),
    GatewayEndpoint: (region) =>
      new GatewayEndpoint("it", {
        vpcId: net.vpcId,
        region,
        access: { tables: [{ name: "StockTable", access: TableAccess.Read }] },
      }),
    RouteRollout: (region) =>
      new RouteRollout("it", {
        vpcEndpointId,
        routeTables: net.routeTables,
        region,
        rollout: { check: check("StockTable") },
      }),
    EndpointPolicy: (region) =>
      new EndpointPolicy("it", {
        vpcEndpointId,
        region,
        access: { tables: [{ name: "StockTable", access: TableAccess.Read }] },
      }),
  };
  const declares = (make: () => unknown) => (): Promise<void> => {
    make();
    return Promise.resolve();
  };
  // A refusal leaves calls of its program unanswered. They fail, and the Automation API accuses whichever program runs
  // by then.
  afterEach(() => sleep(300));

  const refusedBoth = async (make: () => unknown, text: string): Promise<void> => {
    const preview = await stack.preview(declares(make));
    await sleep(300);
    for (const outcome of [preview, await stack.up()]) {
      const errors = outcome.errors.filter((each) => each.includes(": refused before any route was touched\n"));
      assert.deepEqual(
        [errors.length, errors[0]?.slice(errors[0].indexOf("it: refused"))],
        [1, `it: refused before any route was touched\n  ${text}`],
        outcome.text,
      );
      assert.ok(!outcome.text.includes("SECRET"), outcome.text);
      // Nothing was asked of such a Region.
      assert.doesNotMatch(outcome.text, /no matching/);
    }
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  };

  for (const [component, make] of Object.entries(components)) {
    it(`and no Region is refused by a ${component}, in the preview and before anything is created`, () =>
      refusedBoth(() => make(output("us-east-1a")), `region: "us-east-1a" is a zone, not a Region; write "us-east-1"`));

    it(`and a secret that is no Region is refused by a ${component} without being shown`, () =>
      refusedBoth(
        () => make(secret("US-SECRET-1")),
        `region: is a secret that cannot be used here; give the code of one, such as "us-east-1"`,
      ));
  }

  it("is refused together with the others that are known", () =>
    refusedBoth(
      () =>
        new DynamoDbEndpoint("it", {
          vpcId: net.vpcId,
          routeTables: net.routeTables,
          region: output("*"),
          rollout: { check: check(output("Stock*")) },
        }),
      'region: "*" is not an AWS Region; write the code of one, such as "us-east-1"\n' +
        '  rollout.check.table: "Stock*" is not a table\'s name; a table of this account and Region has 3 to 255 ' +
        "letters, digits, '_', '-' and '.'",
    ));

  it("and was right before is refused before a route is touched", async () => {
    const rollout = (region: Input<string>) =>
      declares(() => new DynamoDbEndpoint("it", { vpcId: net.vpcId, routeTables: net.routeTables, region }));
    succeeded(await stack.up(rollout(output(REGION))));
    mark = rehearsed.lab.cloud.lastSequence;
    const { errors } = await stack.up(rollout(output("global")));
    assert.match(errors.join("\n"), /region: "global" is not an AWS Region/);
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    await sleep(300);
    assert.deepEqual(succeeded(await stack.preview(rollout(output(REGION)))).steps, []);
  });

  it("and a table's name that no table has is refused in `access`, where a pattern is taken", async () => {
    const endpoint = (name: Input<string>) =>
      declares(
        () => new GatewayEndpoint("it", { vpcId: net.vpcId, access: { tables: [{ name, access: TableAccess.Read }] } }),
      );
    succeeded(await stack.preview(endpoint(output("St*"))));
    assert.match(
      (await stack.preview(endpoint(output("St")))).errors.join("\n"),
      /access\.tables\[0\]\.name: "St" is not a table's name/,
    );
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  });

  it("and names nobody who can call is refused in `access`, once, as it is where it is known", async () => {
    const root = "arn:aws:iam::123456789012:root";
    const endpoint = (principals: Input<string>[], rest: object = {}) =>
      declares(() => new GatewayEndpoint("it", { vpcId: net.vpcId, access: { principals, ...rest } }));
    succeeded(await stack.preview(endpoint([output("arn:aws:iam::123456789012:role/app")])));
    const { errors } = await stack.preview(
      endpoint([output(root)], { accounts: [output("1234")], organizations: [output("o-1")] }),
    );
    const text = errors.join("\n");
    assert.deepEqual(text.match(/access\.[a-z]+\[0\]: "[^"]+" is not [^;:\n]+/g), [
      `access.principals[0]: "${root}" is not an ARN of a role or user`,
      'access.accounts[0]: "1234" is not an account id',
      'access.organizations[0]: "o-1" is not an organization\'s id',
    ]);
    assert.match(text, /for everyone in an account write "123456789012" in accounts/);
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  });

  it("is waited for where the same program makes what it names", async () => {
    const program = (): Promise<Record<string, unknown>> => {
      const table = new Table("stock", {
        attributes: [{ name: "id", type: "S" }],
        hashKey: "id",
        billingMode: "PAY_PER_REQUEST",
      });
      const { policy } = new DynamoDbEndpoint("it", {
        vpcId: net.vpcId,
        routeTables: net.routeTables,
        region: output(REGION),
        rollout: { throughStage: "none", check: check(table.id) },
      });
      return Promise.resolve({ policy });
    };
    succeeded(await stack.preview(program));
    succeeded(await stack.up());
    assert.deepEqual(succeeded(await stack.preview()).steps, []);
  });
});
