import assert from "node:assert/strict";
import { startLab, type Lab } from "../../lab/lab";
import { checkedNetwork, network } from "../../tools/rehearsal/network";
import { passingReport } from "../engine/rehearsal";
import { diagnosticsOf, twins, type Declared, type TwinPreview, type Twins } from "./twins";
import { announcedIn } from "../../tools/rehearsal/announced";

/** What a program may say, a case each, with a network of its own. */
const CASES: Readonly<Record<string, (lab: Lab, region: string) => Promise<readonly Declared[]>>> = {
  minimal: async (lab) => [
    { name: "minimal", type: "DynamoDbEndpoint", properties: await network(lab, ["z", "m", "a"]) },
  ],

  staged: async (lab) => {
    const rollout = {
      stages: [
        { name: "canary", routeTables: ["b"] },
        { name: "rest", routeTables: ["c", "a"] },
        { name: "last", routeTables: ["d"] },
      ],
      throughStage: "rest",
    };
    const window = { opensAt: "2020-01-01T00:00Z", closesAt: "2090-01-01T00:00+01:00" };
    return [
      {
        name: "staged",
        type: "DynamoDbEndpoint",
        properties: {
          ...(await network(lab, ["a", "b", "c", "d"])),
          rollout: { ...rollout, window },
          tags: { team: "data", stage: "test" },
        },
      },
    ];
  },

  "staged with checks": async (lab) => {
    lab.cloud.functions.behave(/^checked-/, { outcome: "succeed", result: passingReport });
    const { subnets, ...net } = await checkedNetwork(lab, ["a", "b", "c"]);
    const stages = [
      { name: "canary", routeTables: ["b"] },
      { name: "rest", routeTables: ["c", "a"] },
    ];
    const check = {
      table: "StockTable",
      subnets: { b: subnets.b, c: subnets.c },
      maxReconnectSeconds: 10,
      timeoutSeconds: 60,
    };
    const access = { tables: [{ name: "StockTable", access: "Read" }] };
    return [{ name: "checked", type: "DynamoDbEndpoint", properties: { ...net, access, rollout: { stages, check } } }];
  },

  "made by the program": () => {
    const table = (name: string): Declared => ({
      name,
      type: "aws:ec2:RouteTable",
      properties: { vpcId: "${vpc.id}" },
    });
    const routeTables = { "private-a": "${private-a.id}", "private-b": "${private-b.id}" };
    return Promise.resolve([
      { name: "vpc", type: "aws:ec2:Vpc", properties: { cidrBlock: "10.0.0.0/16" } },
      table("private-a"),
      table("private-b"),
      { name: "made", type: "DynamoDbEndpoint", properties: { vpcId: "${vpc.id}", routeTables } },
    ]);
  },

  adopt: async (lab) => {
    const net = await network(lab, ["a", "b"]);
    const { vpcEndpointId } = await lab.cloud.region("us-east-1").ec2.createVpcEndpoint({
      vpcId: net.vpcId,
      serviceName: "com.amazonaws.us-east-1.dynamodb",
      routeTableIds: [net.routeTables.a ?? ""],
    });
    return [
      {
        name: "adopted",
        type: "DynamoDbEndpoint",
        properties: { ...net, adopt: { vpcEndpointId, routeTables: ["a"] } },
      },
    ];
  },

  secrets: async (lab) => {
    const { vpcId, routeTables } = await network(lab, ["a", "b"]);
    const hidden = (text = ""): object => ({ "fn::secret": text });
    return [
      {
        name: "secrets",
        type: "DynamoDbEndpoint",
        properties: {
          vpcId: hidden(vpcId),
          routeTables: { a: hidden(routeTables.a), b: routeTables.b },
          access: { accounts: [hidden("123456789012")] },
        },
      },
    ];
  },

  policy: async (lab) => {
    const { vpcId } = await network(lab, []);
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: "*", Action: "dynamodb:GetItem", Resource: "*" },
    });
    return [{ name: "policy", type: "GatewayEndpoint", properties: { vpcId, policy } }];
  },

  access: async (lab) => {
    const tables = [
      { name: "StockTable", access: "ReadWrite" },
      { arn: "arn:aws:dynamodb:us-east-1:111122223333:table/Prices", access: "Read" },
    ];
    return [
      {
        name: "access",
        type: "DynamoDbEndpoint",
        properties: { ...(await network(lab, ["a"])), access: { tables, accounts: ["123456789012"] } },
      },
    ];
  },

  options: async (lab) => {
    const tags = { team: "data" };
    const options = { dependsOn: ["${vpc}"], protect: true, ignoreChanges: ["tags"], aliases: [{ name: "formerly" }] };
    return [
      { name: "options", type: "DynamoDbEndpoint", properties: { ...(await network(lab, ["a"])), tags }, options },
    ];
  },

  "options that decide what stays": async (lab) => {
    lab.cloud.functions.behave(/^kept-/, { outcome: "succeed", result: passingReport });
    const { subnets, ...net } = await checkedNetwork(lab, ["a", "b"]);
    const rollout = { check: { table: "StockTable", subnets } };
    const other = await network(lab, ["a"]);
    return [
      { name: "own", type: "aws:ec2:Vpc", properties: { cidrBlock: "10.1.0.0/16" } },
      {
        name: "kept",
        type: "DynamoDbEndpoint",
        properties: { ...net, rollout },
        options: { retainOnDelete: true, protect: true, deletedWith: "${own}" },
      },
      {
        name: "gone",
        type: "DynamoDbEndpoint",
        properties: other,
        options: { deletedWith: "${own}", customTimeouts: { create: "7m" }, replaceOnChanges: ["policy"] },
      },
    ];
  },

  "two of each, in two Regions": async (lab) =>
    (await Promise.all(["eu-west-1", "eu-central-1"].map((region) => oneOfEach(lab, region)))).flat(),
};

async function oneOfEach(lab: Lab, region: string): Promise<readonly Declared[]> {
  const options = { providers: [`\${${region}}`] };
  const { vpcId, routeTables } = await network(lab, ["a", "b"], region);
  const of = (name: string, type: string, properties: object): Declared => ({
    name: `${name}-${region}`,
    type,
    properties,
    options,
  });
  const [a = "", b = ""] = [routeTables.a, routeTables.b];
  const { vpcEndpointId } = await lab.cloud
    .region(region)
    .ec2.createVpcEndpoint({ vpcId, serviceName: `com.amazonaws.${region}.dynamodb` });
  return [
    { name: region, type: "pulumi:providers:aws", properties: { region } },
    of("whole", "DynamoDbEndpoint", { vpcId, routeTables: { a } }),
    of("gateway", "GatewayEndpoint", { vpcId }),
    of("rollout", "RouteRollout", { vpcEndpointId: `\${gateway-${region}.vpcEndpointId}`, routeTables: { b } }),
    of("attached", "EndpointPolicy", { vpcEndpointId, access: { accounts: ["123456789012"] } }),
  ];
}

/**
 * The engine's own remark on a component provider that still waits when a deployment fails; sometimes it is too late
 * for one.
 */
const CUT_OFF = "has a problem: grpc: the client connection is closing";

describe("a program in YAML and one in TypeScript with the same arguments", () => {
  let lab: Lab;
  let pair: Twins;
  before(async () => {
    lab = await startLab();
    pair = await twins(lab);
  });
  after(async () => {
    pair.remove();
    await lab.stop();
  });

  describe("in a preview", () => {
    let typescript: TwinPreview;
    let yaml: TwinPreview;
    before(async () => {
      const declared = await Promise.all(Object.values(CASES).map((each) => each(lab, "us-east-1")));
      pair.declare(...declared.flat());
      typescript = await pair.preview("typescript");
      yaml = await pair.preview("yaml");
      assert.deepEqual([...typescript.errors, ...yaml.errors], []);
    });

    it("plan the same resources, with the same inputs, options and dependencies", () => {
      assert.ok(Object.keys(typescript.resources).length > 50);
      assert.deepEqual(Object.keys(yaml.resources).sort(), Object.keys(typescript.resources).sort());
      for (const [urn, planned] of Object.entries(typescript.resources))
        assert.deepEqual(yaml.resources[urn], planned, urn);
    });

    it("give the same warnings", () => {
      assert.ok(typescript.warnings.length > 15);
      assert.deepEqual(yaml.warnings, typescript.warnings);
    });

    it("show nothing that is secret", () => {
      assert.ok(
        announcedIn(yaml.warnings).some(({ name, id }) => name === "a" && id === "its id is secret"),
        yaml.warnings.join("\n"),
      );
    });

    it("are one stack: what the one has deployed, the other leaves unchanged, in silence", async () => {
      const { exitCode, stdout, stderr } = await pair.up("typescript");
      assert.equal(exitCode, 0, stdout + stderr);
      for (const { operations, warnings, errors } of await Promise.all([pair.preview("yaml"), pair.preview("yaml")])) {
        assert.deepEqual([warnings, errors], [[], []]);
        assert.deepEqual(
          Object.entries(operations).filter(([, operation]) => operation !== "same"),
          [],
        );
      }
    });

    (process.platform === "linux" ? it : it.skip)("leave nothing running, two at once neither", () =>
      assert.deepEqual(pair.running(), []),
    );
  });

  describe("with a function of the user's own", () => {
    it("are held back by an answer that is no report, and ask again, a function's alias as well", async () => {
      const { subnets, ...net } = await checkedNetwork(lab, ["a", "b"]);
      const { lambda, iam } = lab.cloud.region("us-east-1");
      const { arn: role } = await iam.createRole({ roleName: `own-${net.vpcId}`, assumeRolePolicyDocument: "{}" });
      const settings = {
        role,
        memorySize: 128,
        timeout: 3,
        architectures: [],
        environment: {},
        layers: [],
        ephemeralStorageSize: 512,
        tracingMode: "PassThrough",
        logging: { logFormat: "Text", logGroup: "own" },
      };
      await lambda.createFunction({
        functionName: `own-${net.vpcId}`,
        ...settings,
        code: { fingerprint: "", size: 0 },
      });
      await lambda.createAlias({ functionName: `own-${net.vpcId}`, name: "live", functionVersion: "$LATEST" });
      const functions = {
        a: `arn:aws:lambda:us-east-1:123456789012:function:own-${net.vpcId}:live`,
        b: `own-${net.vpcId}`,
      };
      let isRight = false;
      const asked: string[] = [];
      const answer = (event: { phase: string; routeTable: string }): object | null => {
        asked.push(`${event.phase} ${event.routeTable}`);
        return event.phase === "after" && !isRight ? null : passingReport(event);
      };
      lab.cloud.functions.behave(`own-${net.vpcId}`, {
        outcome: "succeed",
        result: (event: unknown) => answer(event as { phase: string; routeTable: string }),
      });
      const own = await twins(lab);
      own.declare({
        name: "own",
        type: "DynamoDbEndpoint",
        properties: { ...net, rollout: { check: { table: "StockTable", subnets, functions } } },
      });

      const diagnostics = [diagnosticsOf(await own.up("yaml")), diagnosticsOf(await own.up("typescript"))];
      for (const lines of diagnostics)
        assert.match(lines.join("\n"), /stage "a" is switched, but not proven: .*the answer is null, not a report/);
      assert.deepEqual(asked, ["before a", "during a", "after a", "after a"]);
      isRight = true;
      const { exitCode, stdout, stderr } = await own.up("yaml");
      assert.equal(exitCode, 0, stdout + stderr);
      assert.deepEqual([asked[4], asked.at(-1)], ["after a", "after b"]);
      assert.deepEqual(
        Object.values((await own.preview("typescript")).operations).filter((operation) => operation !== "same"),
        [],
      );
    });
  });

  describe("outside the window", () => {
    it("are refused with the same diagnostics, and touch nothing", async () => {
      const closed = await twins(lab);
      const rollout = { window: { opensAt: "2020-01-01T00:00Z", closesAt: "2020-01-02T00:00Z" } };
      closed.declare({
        name: "closed",
        type: "DynamoDbEndpoint",
        properties: { ...(await network(lab, ["a"])), rollout },
      });
      const mark = lab.cloud.lastSequence;
      const [typescript, yaml] = [await closed.up("typescript"), await closed.up("yaml")];
      assert.deepEqual([typescript.exitCode === 0, yaml.exitCode === 0], [false, false]);
      assert.match(
        diagnosticsOf(typescript).join("\n"),
        /the window for switching route tables closed at 2020-01-02T00:00Z: `pulumi up` refuses/,
      );
      assert.deepEqual(
        diagnosticsOf(yaml)
          .filter((line) => !line.endsWith(CUT_OFF))
          .sort(),
        [...diagnosticsOf(typescript)].sort(),
      );
      assert.deepEqual(lab.cloud.mutationsSince(mark), []);
      closed.remove();
    });
  });
});
