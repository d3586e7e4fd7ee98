import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { SecurityGroup, Subnet } from "@pulumi/aws/ec2";
import { DynamoDbEndpoint, type ReconnectCheck } from "../../index";
import { checkedNetwork, REGION, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, stepsOf, succeeded } from "./rehearsal";

const WAITS =
  /`pulumi up` waits 20 to 45 minutes for that\. .* the permissions of its role: .* keep rollout\.check; a check with roleArn and securityGroupIds from the beginning waits for nothing\.$/;

/** Lambda's interfaces stay for a while after their function, and for ever where its role goes before them. */
describe("a check that is torn down", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
  });

  const program =
    (check?: Partial<ReconnectCheck>, { vpcId, routeTables, subnets } = net) =>
    (): Promise<void> => {
      const stages = [{ name: "all", routeTables: ["a", "b"] }];
      new DynamoDbEndpoint("ddb", {
        vpcId,
        routeTables,
        rollout: { stages, throughStage: "none", ...(check && { check: { table: "StockTable", subnets, ...check } }) },
      });
      return Promise.resolve();
    };
  const onlyA = (): Partial<ReconnectCheck> => ({ subnets: { a: net.subnets.a ?? "" } });
  const interfaces = async (vpcId = net.vpcId): Promise<readonly string[]> =>
    (
      await rehearsed.lab.cloud
        .region(REGION)
        .ec2.describeNetworkInterfaces({ filters: { "vpc-id": [vpcId], "interface-type": ["lambda"] } })
    ).map(({ description }) => description);
  const ownRole = async (): Promise<Pick<ReconnectCheck, "roleArn">> => {
    const { iam } = rehearsed.lab.cloud.region(REGION);
    const roleName = `own-${net.vpcId}`;
    const { arn: roleArn } = await iam.createRole({ roleName, assumeRolePolicyDocument: "{}" });
    await iam.attachRolePolicy({
      roleName,
      policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    });
    return { roleArn };
  };
  const ownGroups = async (): Promise<Pick<ReconnectCheck, "securityGroupIds">> => {
    const made = await rehearsed.lab.cloud
      .region(REGION)
      .ec2.createSecurityGroup({ vpcId: net.vpcId, groupName: "own", description: "Own" });
    return { securityGroupIds: [made.groupId] };
  };
  const ownFunction = (): Promise<Pick<ReconnectCheck, "functions">> =>
    Promise.resolve({ functions: { b: "my-own-probe" } });

  const combinations: readonly {
    title: string;
    given: readonly (() => Promise<Partial<ReconnectCheck>>)[];
    places: number;
  }[] = [
    { title: "with security groups of the user's", given: [ownGroups], places: 2 },
    { title: "with a role of the user's", given: [ownRole], places: 2 },
    { title: "with a function and security groups of the user's", given: [ownFunction, ownGroups], places: 1 },
  ];
  for (const { title, given, places } of combinations) {
    it(`${title}, says how long that takes, and leaves no network interface behind`, async () => {
      const check = Object.assign({}, ...(await Promise.all(given.map((give) => give())))) as Partial<ReconnectCheck>;
      assert.deepEqual(succeeded(await stack.up(program(check))).warnings, []);
      assert.equal((await interfaces()).length, places);
      const { warnings } = succeeded(await stack.up(program()));
      assert.deepEqual([warnings.length, await interfaces()], [1, []]);
      assert.match(warnings.join(), WAITS);
    });
  }

  const STAYS =
    "the function that checks b is deleted. AWS Lambda takes 20 to 45 minutes to remove its network interfaces, " +
    "which hold their subnet for as long. `pulumi up` does not wait for that";
  const KEEP_ROLE = "; keep the role of roleArn until then: interfaces whose role is gone stay for ever.";

  it("table by table says when it waits, and nothing any more when all is gone", async () => {
    succeeded(await stack.up(program({})));
    assert.deepEqual(succeeded(await stack.up(program(onlyA()))).warnings, [`${STAYS}.`]);
    const removal = succeeded(await stack.preview(program()));
    assert.match(removal.warnings.join(), WAITS);
    assert.match(removal.warnings.join(), /^the function that checks a is deleted: /);
    assert.deepEqual(succeeded(await stack.up()).warnings, removal.warnings);
    assert.deepEqual(await interfaces(), []);
    const settled = succeeded(await stack.preview());
    assert.deepEqual([settled.warnings, stepsOf(settled)], [[], []]);
  });

  it(
    "with a role and security groups of the user's waits for nothing, and says for " + "how long the role is needed",
    async () => {
      const own = { ...(await ownRole()), ...(await ownGroups()) };
      succeeded(await stack.up(program(own)));
      assert.deepEqual(succeeded(await stack.up(program({ ...own, ...onlyA() }))).warnings, [STAYS + KEEP_ROLE]);
      assert.deepEqual(succeeded(await stack.up(program())).warnings, [
        STAYS.replace("checks b", "checks a") + KEEP_ROLE,
      ]);
      for (let i = 0; i < 100 && (await interfaces()).length > 0; i++) await sleep(10);
      assert.deepEqual(await interfaces(), []);
    },
  );

  it("says so in the first run after an earlier version's, which has recorded nothing of it", async () => {
    const { vpcId, routeTables, subnets } = net;
    const result = (event: unknown): object => ({
      ...(event as object),
      heldConnection: "reset",
      interruptionMillis: 5,
      reconnected: true,
      provenRequests: 3,
    });
    rehearsed.lab.cloud.functions.behave(/.*/, { outcome: "succeed", result });
    const rollOut = (check?: ReconnectCheck) => (): Promise<void> => {
      new DynamoDbEndpoint("ddb", { vpcId, routeTables: { a: routeTables.a ?? "" }, rollout: { check } });
      return Promise.resolve();
    };
    succeeded(await stack.up(rollOut({ table: "StockTable", subnets: { a: subnets.a ?? "" } })));
    await stack.rewrite(({ type, inputs, outputs }) => {
      if (type === "pulumi:index:Stash") delete (inputs?.input as { check?: unknown }).check;
      else if (outputs !== undefined)
        delete (outputs.rollout as { ledger: { check?: unknown } } | undefined)?.ledger.check;
    });
    const [warning = "", ...others] = succeeded(await stack.preview(rollOut())).warnings;
    assert.match(warning, WAITS);
    assert.deepEqual(others, []);
    rehearsed.lab.cloud.functions.clear();
  });

  it(
    "by `pulumi destroy`, with the subnet and the security groups that the stack has given it, leaves nothing " +
      "behind",
    async () => {
      const { vpcId } = net;
      succeeded(
        await stack.up(async () => {
          const subnet = new Subnet("checked", { vpcId, cidrBlock: "10.0.128.0/24" });
          const group = new SecurityGroup("clients", { vpcId });
          await program({ subnets: { a: subnet.id }, securityGroupIds: [group.id] })();
        }),
      );
      const given = await interfaces();
      assert.equal(given.length, 1);
      succeeded(await stack.destroy());
      assert.deepEqual(await interfaces(), []);
    },
  );

  it("and set up in another VPC says how long that takes, and leaves no network interface behind", async () => {
    succeeded(await stack.up(program({})));
    const other = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    const moved = succeeded(await stack.preview(program({}, other))).warnings;
    assert.match(moved.join("\n"), /^the security group of the check is replaced: `pulumi up` waits 20 to 45 minutes/);
    assert.deepEqual(succeeded(await stack.up()).warnings, moved);
    assert.deepEqual([await interfaces(), (await interfaces(other.vpcId)).length], [[], 2]);
  });
});
