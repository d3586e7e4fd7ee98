import assert from "node:assert/strict";
import type { ResourceTransform } from "@pulumi/pulumi";
import { DynamoDbEndpoint, RouteRollout, TableAccess, type DynamoDbEndpointArgs } from "../../index";
import type { ProbeEvent } from "../../components/check/probe/report";
import type { FunctionSettings } from "../../lab/cloud/functionConfiguration";
import { checkedNetwork, network, REGION, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, stepsOf, succeeded } from "./rehearsal";
import { announcedIn } from "../../tools/rehearsal/announced";

/** The functions are scripted here: what the roll-out does with their answers, not what they answer. */
describe("around a check", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  let events: ProbeEvent[];
  /** What the functions do, by phase and route table: report, or throw. */
  let script: (event: ProbeEvent) => unknown;

  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b", "c"]);
    stack = await rehearsed.stack();
    events = [];
    script = () => ({});
    passGates();
  });
  const passGates = (): void =>
    rehearsed.lab.cloud.functions.behave(/.*/, {
      outcome: "succeed",
      result: (event: unknown) => {
        events.push(event as ProbeEvent);
        return { ...seen, ...(event as object), ...(script(event as ProbeEvent) as object) };
      },
    });
  afterEach(() => {
    rehearsed.lab.cloud.functions.clear();
    rehearsed.lab.cloud.faults.clear();
  });
  /** What the reports say beside what was asked: an interruption as long as is allowed. */
  const seen = {
    heldConnection: "reset",
    interruptionMillis: 30_000,
    reconnected: true,
    provenRequests: 3,
    provenAfterMillis: 5,
  };
  /** That the run says that what lets the check through may act late. */
  const PERMISSIONS = /is new or was changed.* AWS takes seconds to minutes to apply such a change/;
  const failGate = (table: string, errorType = "NotThroughEndpoint"): void =>
    rehearsed.lab.cloud.functions.behave(new RegExp(`-${table}-check-`), {
      outcome: "fail",
      error: { errorType, errorMessage: `requests from ${table} do not take it.`, trace: [] },
    });
  const program =
    (rollout: DynamoDbEndpointArgs["rollout"] = {}, args: Partial<DynamoDbEndpointArgs> = {}) =>
    (): Promise<Record<string, unknown>> => {
      const { vpcId, routeTables, subnets } = net;
      const { checkReports, policy } = new DynamoDbEndpoint("ddb", {
        vpcId,
        routeTables,
        rollout: { check: { table: "StockTable", subnets }, ...rollout },
        ...args,
      });
      return Promise.resolve({ checkReports, policy });
    };
  /** Functions of the user's own, for every route table. */
  const ownFunctions = async (): Promise<Record<string, string>> => {
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
    const names = Object.keys(net.routeTables).map((table) => [table, `${net.vpcId}-${table}`] as const);
    for (const [, functionName] of names)
      await lambda.createFunction({ functionName, ...settings, code: { fingerprint: "", size: 0 } });
    return Object.fromEntries(names);
  };
  const phases = (): string[] => events.map(({ phase, routeTable }) => `${phase} ${routeTable}`);
  /** Each of these calls was begun when all of the one before had been answered. */
  const followEachOther = (mark: number, actions: readonly string[]): void => {
    const calls = rehearsed.lab.cloud.mutationsSince(mark);
    const times = actions.map((action) =>
      calls.filter((call) => call.action === action).map(({ at, answeredAt = Infinity }) => ({ at, answeredAt })),
    );
    for (const [i, made] of times.entries()) {
      assert.ok(made.length > 0, `${actions[i]} was called`);
      const answered = Math.max(...(times[i - 1] ?? []).map(({ answeredAt }) => answeredAt));
      assert.ok(
        made.every(({ at }) => at >= answered),
        `${actions[i]} after ${actions[i - 1]}`,
      );
    }
  };
  const invocations = (steps: readonly string[]): string[] =>
    steps.filter((step) => step.includes("-check-") && !step.endsWith("-check"));

  it("each stage begins when the gate of the one before has passed, and every report is an output", async () => {
    const { outputs, warnings } = succeeded(await stack.up(program()));
    assert.deepEqual(
      phases().filter((phase) => !phase.startsWith("during")),
      ["before a", "after a", "before b", "after b", "before c", "after c"],
    );
    assert.deepEqual(
      phases().filter((phase) => phase.startsWith("during")),
      ["during a", "during b", "during c"],
    );
    assert.ok(
      warnings.every((text) => text.endsWith("Checked afterwards.")) && warnings.length === 3,
      warnings.join("\n"),
    );
    const reports = outputs.checkReports as Record<string, ProbeEvent>;
    assert.deepEqual(Object.keys(reports), ["a", "b", "c"]);
    assert.deepEqual(
      [reports.a?.phase, reports.a?.watch?.heldConnection, reports.a?.table],
      ["after", "reset", "StockTable"],
    );
    const unchanged = succeeded(await stack.preview());
    assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);
  });

  it(
    "creates what `throughStage` does not touch, the functions when their role may do all it must, and tears it " +
      "down in the order function, security group, role",
    async () => {
      for (const action of ["PutRolePolicy", "DeleteFunction", "DeleteSecurityGroup"])
        rehearsed.lab.cloud.faults.delay({ action, milliseconds: 200 });
      const start = rehearsed.lab.cloud.lastSequence;
      const { steps } = succeeded(await stack.up(program({ throughStage: "none" })));
      const made = steps
        .filter(({ type }) => type.startsWith("aws:"))
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
      assert.deepEqual(made.sort(), [
        "Function ddb-a-check",
        "Function ddb-b-check",
        "Function ddb-c-check",
        "LogGroup ddb-check",
        "Role ddb-check",
        "RolePolicy ddb-check",
        "SecurityGroup ddb-check",
        "VpcEndpoint ddb",
      ]);
      assert.deepEqual(events, []);
      followEachOther(start, ["PutRolePolicy", "CreateFunction"]);
      assert.doesNotMatch(
        succeeded(await stack.up(program({ throughStage: "a" }, { tags: { team: "data" } }))).text,
        PERMISSIONS,
        "nothing that it needs has changed",
      );
      assert.deepEqual(invocations(stepsOf(succeeded(await stack.up(program({ throughStage: "none" }))))).sort(), [
        "delete ddb-a-check-after",
        "delete ddb-a-check-before",
        "delete ddb-a-check-during",
      ]);
      const mark = rehearsed.lab.cloud.lastSequence;
      succeeded(await stack.destroy());
      followEachOther(mark, ["DeleteFunction", "DeleteSecurityGroup", "DeleteRolePolicy", "DeleteRole"]);
    },
  );

  it(
    "gives its role and its security group no more than they need, and its functions the time to say why they give " +
      "up",
    async () => {
      const mark = rehearsed.lab.cloud.lastSequence;
      succeeded(
        await stack.up(
          program(
            { check: { table: "StockTable", subnets: net.subnets, timeoutSeconds: 90 } },
            { tags: { team: "data" } },
          ),
        ),
      );
      const { ec2, iam, logs } = rehearsed.lab.cloud.region(REGION);
      const role = (await iam.listRoles()).filter(({ roleName }) => roleName.startsWith("ddb-check-")).at(-1);
      assert.ok(role);
      const { Statement } = JSON.parse(Object.values(role.inlinePolicies)[0] ?? "") as {
        Statement: Readonly<Record<string, unknown>>[];
      };
      const [endpoint] = await ec2.describeVpcEndpoints({ filters: { "vpc-id": [net.vpcId] } });
      const table = "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable";
      const interfaces = [
        "AssignPrivateIpAddresses",
        "CreateNetworkInterface",
        "DeleteNetworkInterface",
        "DescribeNetworkInterfaces",
        "DescribeSubnets",
        "UnassignPrivateIpAddresses",
      ].map((action) => `ec2:${action}`);
      assert.deepEqual(
        Statement.map(({ Resource, ...rest }) => ({
          ...rest,
          Resource: String(Resource).replace(/ddb-check-\w+/, "LOGS"),
        })),
        [
          {
            Sid: "Reach",
            Effect: "Allow",
            Action: "dynamodb:DescribeContinuousBackups",
            Resource: table,
            Condition: { StringLike: { "aws:UserAgent": `*path-check/${endpoint?.vpcEndpointId}*` } },
          },
          {
            Sid: "ReachThroughEndpoint",
            Effect: "Allow",
            Action: "dynamodb:DescribeTable",
            Resource: table,
            Condition: { StringEquals: { "aws:SourceVpce": endpoint?.vpcEndpointId } },
          },
          {
            Sid: "Log",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: "arn:aws:logs:us-east-1:123456789012:log-group:LOGS:*",
          },
          { Sid: "PlaceInterfaces", Effect: "Allow", Action: interfaces, Resource: "*" },
          {
            Sid: "LambdaAlone",
            Effect: "Deny",
            Action: interfaces,
            Resource: "*",
            Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
          },
        ],
      );
      const creations = rehearsed.lab.cloud
        .mutationsSince(mark)
        .filter(({ action }) => /^Create(?!Route)/.test(action));
      const logGroup = creations.find(({ action }) => action === "CreateLogGroup")?.parameters.logGroupName;
      assert.equal(
        (await logs.describeLogGroups({})).find(({ logGroupName }) => logGroupName === logGroup)?.retentionInDays,
        30,
      );
      assert.deepEqual(
        creations
          .filter(({ parameters }) => !JSON.stringify(parameters).includes('"team":"data"'))
          .map(({ action }) => action),
        [],
      );
      const made = creations
        .filter(({ action }) => action === "CreateFunction")
        .map(({ parameters }) => parameters as unknown as FunctionSettings);
      assert.deepEqual(
        made.map(({ timeout, environment, logging }) => [timeout, environment, logging.logGroup]),
        [1, 2, 3].map(() => [120, { PROBE_TIMEOUT_SECONDS: "90" }, logGroup]),
      );
      const security = (await ec2.describeSecurityGroups({ filters: { "vpc-id": [net.vpcId] } })).find(
        ({ groupName }) => groupName.startsWith("ddb-check-"),
      );
      const rules = await ec2.describeSecurityGroupRules({ filters: { "group-id": [security?.groupId ?? ""] } });
      const prefixList = (
        await ec2.describePrefixLists({ filters: { "prefix-list-name": [`com.amazonaws.${REGION}.dynamodb`] } })
      )[0]?.prefixListId;
      assert.deepEqual(
        rules.map(({ isEgress, ipProtocol, fromPort, toPort, prefixListId }) => [
          isEgress,
          ipProtocol,
          fromPort,
          toPort,
          prefixListId,
        ]),
        [[true, "tcp", 443, 443, prefixList]],
      );

      await ec2.authorizeSecurityGroupIngress({
        groupId: security?.groupId ?? "",
        permissions: [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" }],
      });
      assert.deepEqual(
        stepsOf(await stack.preview(undefined, { refresh: true })).filter((step) => !step.startsWith("refresh")),
        ["update ddb-check"],
        "what somebody adds is drift",
      );
    },
  );

  it("a gate that fails holds the later stages back, says what to do, and is passed in the next `up`", async () => {
    failGate("b");
    const { ok, errors } = await stack.up(program());
    assert.equal(ok, false);
    assert.match(
      errors.join("\n"),
      /ddb-b-check-before: b was not switched: stage "b" stops here: NotThroughEndpoint: requests from b do not take it\. Nothing is rolled back/,
    );
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);
    passGates();
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b", "c"]);
  });

  it("an interruption that lasts too long fails the run that watched it, and no later one", async () => {
    script = ({ phase, routeTable }) =>
      phase === "during" && routeTable === "a" ? { interruptionMillis: 45_200 } : {};
    const failed = await stack.up(program());
    assert.equal(failed.ok, false);
    assert.match(
      failed.errors.join("\n"),
      /stage "a" is switched, but not proven: ReconnectTimedOut: the watching client of a was without an answer for 45\.2 s, more than maxReconnectSeconds \(30\)/,
    );
    assert.deepEqual([switchedTables(rehearsed.lab, net), phases()], [["a"], ["before a", "during a"]]);
    const resumed = succeeded(await stack.up());
    assert.match(
      resumed.warnings.join("\n"),
      /an earlier run told: stage "a" is switched, but not proven: ReconnectTimedOut/,
    );
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b", "c"]);
    assert.deepEqual(succeeded(await stack.preview()).warnings, []);
  });

  it("`throughStage: none` gets out of a gate that never passes", async () => {
    script = ({ phase, routeTable }) =>
      phase === "during" && routeTable === "b" ? { interruptionMillis: 45_200 } : {};
    assert.equal((await stack.up(program())).ok, false);
    succeeded(await stack.up(program({ throughStage: "none" })));
    assert.deepEqual(switchedTables(rehearsed.lab, net), []);
  });

  it(
    "a changed policy, and nothing else, passes the gates again; a check that it fails, fails the `up` that brings " +
      "it",
    async () => {
      const access = (level: TableAccess): Partial<DynamoDbEndpointArgs> => ({
        access: { tables: [{ name: "StockTable", access: level }] },
      });
      const own = { check: { table: "StockTable", subnets: net.subnets, functions: await ownFunctions() } };
      assert.match(succeeded(await stack.up(program(own, access(TableAccess.ReadWrite)))).text, PERMISSIONS);
      assert.deepEqual(
        invocations(
          stepsOf(
            succeeded(
              await stack.up(
                program(
                  { ...own, stages: [{ name: "all", routeTables: ["c", "b", "a"] }] },
                  access(TableAccess.ReadWrite),
                ),
              ),
            ),
          ),
        ),
        [],
      );
      assert.deepEqual(
        invocations(stepsOf(succeeded(await stack.preview(program(own, access(TableAccess.Read))))))
          .filter((step) => step.startsWith("replace"))
          .sort(),
        ["replace ddb-a-check-after", "replace ddb-b-check-after", "replace ddb-c-check-after"],
      );

      rehearsed.lab.cloud.functions.behave(own.check.functions.b ?? "", {
        outcome: "fail",
        error: { errorType: "CannotWrite", errorMessage: "PutItem was denied", trace: [] },
      });
      const failed = await stack.up(program(own, access(TableAccess.Read)));
      assert.equal(failed.ok, false);
      assert.match(failed.errors.join("\n"), /stage "b" is switched, but not proven: CannotWrite: PutItem was denied/);
      passGates();
      events = [];
      const back = succeeded(await stack.up(program(own, access(TableAccess.ReadWrite))));
      assert.equal(
        back.text.match(/The endpoint's policy is new or was changed/g)?.length,
        2,
        "when it comes, and in the summary: once for all gates",
      );
      // Also that of "c", which the failed run did not come to: the policy was another in between.
      assert.deepEqual(phases().sort(), ["after a", "after b", "after c"]);
    },
  );

  it(
    "a name that becomes another route table is watched and proven anew; one that is only renamed keeps its " +
      "function, and is asked once more under its new name",
    async () => {
      const named = (
        tables: Readonly<Record<string, string>>,
        args: Partial<DynamoDbEndpointArgs> = {},
      ): ReturnType<typeof program> => {
        const of = (ids: Readonly<Record<string, string>>): Record<string, string> =>
          Object.fromEntries(Object.entries(tables).map(([name, key]) => [name, ids[key] ?? ""]));
        return program(
          { check: { table: "StockTable", subnets: of(net.subnets) } },
          { routeTables: of(net.routeTables), ...args },
        );
      };
      succeeded(await stack.up(named({ a: "a", b: "b" })));
      events = [];
      // The deploying principal may not ask which route tables the endpoint has, nor about those of the VPC.
      for (const action of ["DescribeVpcEndpoints", "DescribeRouteTables"]) {
        rehearsed.lab.cloud.faults.failOn({
          action,
          when: ({ filters }) => filters !== undefined,
          code: "UnauthorizedOperation",
          message: "You are not authorized to perform this operation.",
        });
      }
      succeeded(await stack.up(named({ a: "a", b: "c" })));
      rehearsed.lab.cloud.faults.clear();
      assert.deepEqual(
        [phases(), switchedTables(rehearsed.lab, net)],
        [
          ["before b", "during b", "after b"],
          ["a", "c"],
        ],
      );

      events = [];
      const mark = rehearsed.lab.cloud.lastSequence;
      succeeded(await stack.up(named({ a: "a", x: "c" }, { formerNames: { x: "b" } })));
      assert.deepEqual(phases(), ["before x", "during x", "after x"]);
      assert.deepEqual(
        rehearsed.lab.cloud
          .mutationsSince(mark)
          .map(({ action }) => action)
          .filter((action) => action !== "Invoke"),
        ["UpdateFunctionConfiguration"],
      );
      const settled = succeeded(await stack.preview(named({ a: "a", x: "c" })));
      assert.deepEqual([settled.steps, settled.warnings], [[], []]);
    },
  );

  it("takes functions, a role and security groups of the user's own, and makes none", async () => {
    const { ec2, iam } = rehearsed.lab.cloud.region(REGION);
    const { arn: roleArn } = await iam.createRole({ roleName: `own-${net.vpcId}`, assumeRolePolicyDocument: "{}" });
    await iam.putRolePolicy({
      roleName: `own-${net.vpcId}`,
      policyName: "p",
      policyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      }),
    });
    const { groupId } = await ec2.createSecurityGroup({ groupName: "own", description: "own", vpcId: net.vpcId });
    const { steps } = succeeded(
      await stack.up(
        program({
          check: {
            table: "StockTable",
            subnets: net.subnets,
            roleArn,
            securityGroupIds: [groupId],
            functions: { b: (await ownFunctions()).b ?? "" },
          },
        }),
      ),
    );
    const made = steps.filter(({ type }) => /iam|ecurityGroup|lambda\/function/.test(type)).map(({ name }) => name);
    assert.deepEqual(made.sort(), ["ddb-a-check", "ddb-c-check"]);

    rehearsed.lab.cloud.faults.delay({ action: "PutRolePolicy", milliseconds: 200 });
    const mark = rehearsed.lab.cloud.lastSequence;
    succeeded(
      await stack.up(
        program({
          throughStage: "none",
          check: { table: "StockTable", subnets: net.subnets, securityGroupIds: [groupId] },
        }),
      ),
    );
    followEachOther(mark, ["CreateRole", "PutRolePolicy", "CreateFunction"]);
    // The group that it then has all the same holds the role, and lets nothing out.
    const beside = (await ec2.describeSecurityGroups({ filters: { "vpc-id": [net.vpcId] } })).find(({ groupName }) =>
      groupName.startsWith("ddb-check-"),
    );
    assert.deepEqual(await ec2.describeSecurityGroupRules({ filters: { "group-id": [beside?.groupId ?? ""] } }), []);
    assert.ok(beside);
  });

  it("a phase that needs longer than its function's time says so, and is passed when it is quick", async () => {
    const functions = await ownFunctions();
    const own = { throughStage: "a", check: { table: "StockTable", subnets: net.subnets, functions } };
    const slowDown = (): void =>
      rehearsed.lab.cloud.functions.behave(functions.a ?? "", { outcome: "slow", milliseconds: 60_000 });
    slowDown();
    const before = await stack.up(program(own));
    assert.equal(before.ok, false);
    assert.match(
      before.errors.join("\n"),
      /ddb-a-check-before: a was not switched: stage "a" stops here: .*Task timed out after 0\.20 seconds/,
    );
    passGates();
    script = ({ phase }) => {
      if (phase === "during") slowDown();
      return {};
    };
    const after = await stack.up();
    assert.equal(after.ok, false);
    assert.match(
      after.errors.join("\n"),
      /ddb-a-check-after: stage "a" is switched, but not proven: .*Task timed out after 0\.20 seconds\. Nothing is rolled back/,
    );
    passGates();
    succeeded(await stack.up());
    assert.deepEqual(phases(), ["before a", "during a", "after a"]);
  });

  it(
    "gives `access` a marked statement only when a check of the package needs it, and refuses a `policy` that locks " +
      "it out",
    async () => {
      const access = { tables: [{ name: "Orders", access: TableAccess.Read }] };
      const sids = (outputs: Readonly<Record<string, unknown>>): string[] =>
        (JSON.parse(String(outputs.policy)) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
      assert.deepEqual(sids(succeeded(await stack.up(program({}, { access }))).outputs), [
        "Discovery",
        "ReadTables",
        "PathCheck",
      ]);
      const own = { check: { table: "StockTable", subnets: net.subnets, functions: await ownFunctions() } };
      const without = succeeded(await stack.up(program(own, { access })));
      assert.deepEqual(sids(without.outputs), ["Discovery", "ReadTables"]);
      assert.match(without.warnings.join("\n"), /The statement PathCheck is removed/);
      assert.match(
        succeeded(await stack.preview(program({}, { access }))).warnings.join("\n"),
        /The statement PathCheck is added/,
      );

      const policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: ["dynamodb:GetItem", "dynamodb:DescribeEndpoints"],
            Resource: "*",
          },
        ],
      });
      const mark = rehearsed.lab.cloud.lastSequence;
      const { ok, errors } = await stack.up(program({}, { policy }));
      assert.equal(ok, false);
      assert.match(
        errors.join("\n"),
        /policy: denies the check of rollout\.check, dynamodb:DescribeTable and dynamodb:DescribeContinuousBackups on arn:aws:dynamodb:us-east-1:ACCOUNT:table\/StockTable.*"Sid":"PathCheck".*"Condition":\{"StringEquals":\{"aws:PrincipalAccount":"ACCOUNT"\}\}/,
      );
      assert.doesNotMatch(errors.join("\n"), /\d{12}/);
      assert.deepEqual(
        rehearsed.lab.cloud.mutationsSince(mark).filter(({ service }) => service === "ec2"),
        [],
      );
    },
  );

  it(
    "works for a RouteRollout on an endpoint that something else made, in another Region, and asks again when what " +
      "its policy says has changed",
    async () => {
      const region = "eu-west-1";
      const { ec2 } = rehearsed.lab.cloud.region(region);
      const { vpcId, routeTables, subnets } = await checkedNetwork(rehearsed.lab, ["a", "b", "c"], region);
      const document = (Action: string): object => ({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*" }],
      });
      const { vpcEndpointId } = await ec2.createVpcEndpoint({
        vpcId,
        serviceName: `com.amazonaws.${region}.dynamodb`,
        vpcEndpointType: "Gateway",
        policyDocument: JSON.stringify(document("*")),
      });
      const setPolicy = async (policyDocument: string): Promise<unknown> =>
        ec2.modifyVpcEndpoint({ vpcEndpointId, policyDocument });
      const mark = rehearsed.lab.cloud.lastSequence;
      const alone = (): Promise<Record<string, unknown>> =>
        Promise.resolve({
          reports: new RouteRollout("rollout", {
            vpcEndpointId,
            region,
            routeTables,
            rollout: { check: { table: "StockTable", subnets } },
          }).checkReports,
        });
      const first = succeeded(await stack.up(alone));
      assert.deepEqual(Object.keys(first.outputs.reports as object), ["a", "b", "c"]);
      assert.match(first.text, /The role of the check is new .* The endpoint's policy is new/);
      const called = rehearsed.lab.cloud.calls.filter(
        ({ sequence, service }) => sequence > mark && !["iam", "sts"].includes(service),
      );
      assert.deepEqual(
        called.filter((call) => call.region !== region),
        [],
      );

      await setPolicy(JSON.stringify(document("dynamodb:*")));
      failGate("b");
      const denied = await stack.up();
      assert.equal(denied.ok, false);
      assert.match(denied.text, PERMISSIONS);
      assert.doesNotMatch(denied.text, /The role of the check is new/);
      passGates();
      events = [];
      await setPolicy(JSON.stringify(document("*"), undefined, 2));
      succeeded(await stack.up());
      // That of "b", too, which was last passed under the policy that is back; not that of "c", which never
      // met another.
      assert.deepEqual(phases(), ["after a", "after b"]);
      assert.deepEqual(succeeded(await stack.preview()).steps, []);
    },
  );

  it("takes what an account demands by transforms, and a RouteRollout's tags", async () => {
    const { ec2, iam, lambda, logs } = rehearsed.lab.cloud.region(REGION);
    const { vpcEndpointId } = await ec2.createVpcEndpoint({
      vpcId: net.vpcId,
      serviceName: `com.amazonaws.${REGION}.dynamodb`,
      vpcEndpointType: "Gateway",
    });
    const outliving: ResourceTransform = ({ type, props, opts }) =>
      type === "aws:cloudwatch/logGroup:LogGroup"
        ? { props: { ...(props as object), retentionInDays: 365, skipDestroy: true }, opts }
        : undefined;
    const before = new Set((await logs.describeLogGroups({})).map(({ logGroupName }) => logGroupName));
    const alone = (): Promise<void> => {
      const rollout = { throughStage: "none", check: { table: "StockTable", subnets: net.subnets } };
      new RouteRollout(
        "rollout",
        { vpcEndpointId, routeTables: net.routeTables, rollout, tags: { costs: "data" } },
        { transforms: [outliving] },
      );
      return Promise.resolve();
    };
    succeeded(await stack.up(alone));
    const made = (await stack.resources()).filter(
      ({ id, urn }) => id !== undefined && /aws:(iam\/role:|lambda\/function:|ec2\/securityGroup:)/.test(urn),
    );
    assert.equal(made.length, 5);
    for (const { id = "", urn } of made) {
      const tagged = urn.includes("iam/role")
        ? await iam.getRole({ roleName: id })
        : urn.includes("lambda")
          ? await lambda.getFunction({ functionName: id })
          : (await ec2.describeSecurityGroups({ ids: [id] }))[0];
      assert.deepEqual(tagged?.tags, { costs: "data" }, urn);
    }
    succeeded(await stack.destroy());
    const left = (await logs.describeLogGroups({})).filter(({ logGroupName }) => !before.has(logGroupName));
    assert.deepEqual(
      left.map(({ retentionInDays, tags }) => ({ retentionInDays, tags })),
      [{ retentionInDays: 365, tags: { costs: "data" } }],
    );
  });

  it(
    "with --parallel 1 and --continue-on-error, each gate that fails holds back the later stages, and the last one " +
      "the record of what is switched",
    async () => {
      const stages = [
        { name: "first", routeTables: ["a", "b"] },
        { name: "second", routeTables: ["c"] },
      ];
      const sequential = { parallel: 1, continueOnError: true };
      const interrupted =
        (table: string): typeof script =>
        ({ phase, routeTable }) =>
          phase === "during" && routeTable === table ? { interruptionMillis: 30_001 } : {};
      script = interrupted("b");
      assert.equal((await stack.up(program({ stages }), sequential)).ok, false);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
      script = interrupted("c");
      const last = await stack.up(undefined, sequential);
      assert.equal(last.ok, false);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b", "c"]);
      assert.deepEqual(
        last.steps.filter(({ name }) => name === "ddb-switched"),
        [],
      );
      assert.equal((await stack.up(undefined, { parallel: 1 })).ok, true);
    },
  );

  it("300 route tables in 30 stages are all announced, each once, in one preview", async () => {
    const stages = Array.from({ length: 30 }, (_, i) => ({
      name: `stage-${i}`,
      routeTables: Array.from({ length: 10 }, (_, j) => `table-${10 * i + j}`),
    }));
    const { vpcId, routeTables } = await network(
      rehearsed.lab,
      stages.flatMap((stage) => stage.routeTables),
    );
    const { subnetId } = await rehearsed.lab.cloud.region(REGION).ec2.createSubnet({ vpcId, cidrBlock: "10.0.0.0/24" });
    const subnets = Object.fromEntries(stages.map(({ routeTables: [first = ""] }) => [first, subnetId]));
    const preview = succeeded(
      await stack.preview(program({ stages, check: { table: "StockTable", subnets } }, { vpcId, routeTables })),
    );
    const warned = announcedIn(preview.warnings).map(({ name, id, stage, isChecked }) => [
      `${name} (${id})`,
      stage,
      isChecked,
    ]);
    assert.deepEqual(
      warned,
      stages.flatMap(({ name, routeTables: tables }) =>
        tables.map((table) => [`${table} (${routeTables[table]})`, name, table in subnets]),
      ),
    );
  });
});
