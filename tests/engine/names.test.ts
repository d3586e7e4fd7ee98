import assert from "node:assert/strict";
import { DynamoDbEndpoint, type DynamoDbEndpointArgs } from "../../index";
import type { ProbeEvent } from "../../components/check/probe/report";
import { checkedNetwork, REGION, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import { rehearsal, stepsOf, succeeded } from "./rehearsal";
import { announcedNames } from "../../tools/rehearsal/announced";

/** Every object has members of these names. */
const [OURS, OWN, LATER] = ["constructor", "toString", "valueOf"];

describe("route tables and stages with the names of what every object has", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let invoked: string[];
  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, [OURS, OWN, LATER]);
    invoked = [];
    const answer = (called: string) => ({
      outcome: "succeed" as const,
      result: (event: unknown) => {
        const { phase, routeTable } = event as ProbeEvent;
        invoked.push(`${called} ${phase} ${routeTable}`);
        return {
          heldConnection: "reset",
          interruptionMillis: 20,
          reconnected: true,
          provenRequests: 3,
          provenAfterMillis: 1,
          ...(event as object),
        };
      },
    });
    rehearsed.lab.cloud.functions.behave(/^ddb-/, answer("ours"));
    rehearsed.lab.cloud.functions.behave(/^own-/, answer("own"));
  });
  afterEach(() => rehearsed.lab.cloud.functions.clear());

  const ownFunction = async (): Promise<string> => {
    const { lambda, iam } = rehearsed.lab.cloud.region(REGION);
    const { arn: role } = await iam.createRole({ roleName: `functions-${net.vpcId}`, assumeRolePolicyDocument: "{}" });
    const settings = {
      role,
      memorySize: 128,
      timeout: 0.2,
      architectures: [],
      environment: {},
      layers: [],
      ephemeralStorageSize: 512,
      tracingMode: "PassThrough",
      logging: { logFormat: "Text", logGroup: "own" },
    };
    const functionName = `own-${net.vpcId}`;
    await lambda.createFunction({ functionName, ...settings, code: { fingerprint: "", size: 0 } });
    return functionName;
  };

  it("are switched, checked by the right function, renamed and withdrawn like any other", async () => {
    const stack = await rehearsed.stack();
    const own = await ownFunction();
    const { vpcId, routeTables, subnets } = net;
    const program =
      (throughStage: string, args: Partial<DynamoDbEndpointArgs> = {}) =>
      (): Promise<Record<string, unknown>> => {
        const stages = [
          { name: "__proto__", routeTables: [OURS] },
          { name: "hasOwnProperty", routeTables: [OWN] },
          { name: "toString", routeTables: [LATER] },
        ];
        const check = { table: "toString", subnets, functions: { [OWN]: own } };
        const { associationIds, checkReports } = new DynamoDbEndpoint("ddb", {
          vpcId,
          routeTables,
          rollout: { stages, throughStage, check },
          ...args,
        });
        return Promise.resolve({ associationIds, checkReports });
      };
    const first = succeeded(await stack.up(program("hasOwnProperty")));
    assert.deepEqual(
      invoked.filter((each) => !each.includes("during")),
      [`ours before ${OURS}`, `ours after ${OURS}`, `own before ${OWN}`, `own after ${OWN}`],
    );
    assert.deepEqual(
      [
        Object.keys(first.outputs.associationIds as object).sort(),
        Object.keys(first.outputs.checkReports as object).sort(),
      ],
      [
        [OURS, OWN],
        [OURS, OWN],
      ],
    );
    assert.deepEqual([succeeded(await stack.preview()).steps, succeeded(await stack.preview()).warnings], [[], []]);
    succeeded(await stack.up(program("toString")));
    assert.deepEqual(switchedTables(rehearsed.lab, net).sort(), [OURS, OWN, LATER].sort());
    const withdrawal = succeeded(await stack.preview(program("__proto__")));
    assert.deepEqual([...announcedNames(withdrawal.warnings, "withdrawn")].sort(), [OWN, LATER].sort());
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), [OURS]);
    succeeded(await stack.up(program("none")));
    assert.deepEqual(switchedTables(rehearsed.lab, net), []);
  }).timeout(120_000);

  it("are kept under a new name, and keep what they had where none is renamed", async () => {
    const stack = await rehearsed.stack();
    const { vpcId, routeTables } = net;
    const program = (args: Pick<DynamoDbEndpointArgs, "routeTables" | "formerNames">) => (): Promise<void> => {
      new DynamoDbEndpoint("ddb", { vpcId, ...args });
      return Promise.resolve();
    };
    succeeded(await stack.up(program({ routeTables })));
    const mark = rehearsed.lab.cloud.lastSequence;
    const { [OURS]: renamed = "", ...others } = routeTables;
    succeeded(
      await stack.up(
        program({
          routeTables: { ...others, propertyIsEnumerable: renamed },
          formerNames: { propertyIsEnumerable: OURS },
        }),
      ),
    );
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  });
});

describe("a component whose name is as long as names get", () => {
  const rehearsed = rehearsal();

  it("is deployed with its check, whose names AWS takes, stay the same, and are another stack's own", async () => {
    const { subnets, ...net } = await checkedNetwork(rehearsed.lab, ["private-a"]);
    const name = "the-dynamodb-endpoint-of-the-production-network-of-the-company";
    const program = (): Promise<void> => {
      new DynamoDbEndpoint(name, {
        ...net,
        rollout: { throughStage: "none", check: { table: "StockTable", subnets } },
      });
      return Promise.resolve();
    };
    const stack = await rehearsed.stack();
    succeeded(await stack.up(program));
    assert.deepEqual(stepsOf(await stack.preview()), []);
    succeeded(await (await rehearsed.stack()).up(program));
    const named = rehearsed.lab.cloud
      .mutationsSince(0)
      .flatMap(({ action, parameters }) =>
        action === "CreateFunction"
          ? [String(parameters.functionName)]
          : action === "CreateRole"
            ? [String(parameters.roleName)]
            : [],
      );
    assert.equal(new Set(named).size, 4);
    for (const each of named) assert.match(each, /^the-dynamodb-endpoint-of-the-production-network-of-.{0,14}$/);
  });
});

describe("components whose names have characters that AWS does not take", () => {
  const rehearsed = rehearsal();

  it(
    "are deployed with their checks, under names that AWS takes, told apart, the same in the next run, and in " +
      "another VPC",
    async () => {
      const nets = [];
      for (let i = 0; i < 3; i++) nets.push(await checkedNetwork(rehearsed.lab, ["private.a"]));
      const [first, second, third] = nets;
      const program = (nameds: Readonly<Record<string, CheckedNetwork | undefined>>) => (): Promise<void> => {
        for (const [name, net] of Object.entries(nameds)) {
          const { vpcId = "", routeTables = {}, subnets = {} } = net ?? {};
          new DynamoDbEndpoint(name, {
            vpcId,
            routeTables,
            rollout: { throughStage: "none", check: { table: "StockTable", subnets } },
          });
        }
        return Promise.resolve();
      };
      const [one, other] = ["sg-Bestände: 'a/b' 🙂", "sg-Bestände: 'a:b' 🙂"];
      const stack = await rehearsed.stack();
      const mark = rehearsed.lab.cloud.lastSequence;
      succeeded(await stack.up(program({ [one]: first, [other]: second })));
      assert.deepEqual(stepsOf(await stack.preview()), []);
      const named = rehearsed.lab.cloud.mutationsSince(mark).flatMap(({ action, parameters }) => {
        const { functionName, roleName, groupName, logGroupName } = parameters;
        return /^Create(Function|Role|SecurityGroup|LogGroup)$/.test(action)
          ? [`${action} ${String(functionName ?? roleName ?? groupName ?? logGroupName)}`]
          : [];
      });
      for (const each of named) assert.match(each, / sg[-_]Bestande.*a.b/);
      assert.equal(new Set(named).size, 4 * 2);

      const moved = succeeded(await stack.up(program({ [one]: third, [other]: second })));
      assert.deepEqual(
        moved.steps.filter(({ type }) => type.endsWith(":SecurityGroup")).map(({ operation }) => operation),
        ["create-replacement", "replace", "delete-replaced"],
      );
    },
  );
});
