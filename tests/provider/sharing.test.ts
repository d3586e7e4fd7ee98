import assert from "node:assert/strict";
import { startLab, type Lab } from "../../lab/lab";
import { network, REGION } from "../../tools/rehearsal/network";
import { startProvider } from "../../tools/provider/process";
import { diagnosticsOf, twins, type Declared, type Twins } from "./twins";

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" },
});

/**
 * Two components that would share something, and what is said of it. YAML makes at once what does not depend on each
 * other.
 */
interface Shared {
  readonly declared: readonly Declared[];
  readonly error: RegExp;
}

const CASES: Readonly<Record<string, (lab: Lab) => Promise<Shared>>> = {
  "a route table": async (lab) => {
    const { vpcId, routeTables } = await network(lab, ["a", "b"]);
    const [a = "", b = ""] = [routeTables.a, routeTables.b];
    return {
      declared: [
        { name: "one", type: "DynamoDbEndpoint", properties: { vpcId, routeTables: { a } } },
        { name: "two", type: "DynamoDbEndpoint", properties: { vpcId, routeTables: { b, c: a } } },
      ],
      error: new RegExp(
        `DynamoDbEndpoint "(one|two)": an argument cannot be used\\s+routeTables.[ac]: is the same route table as ` +
          `routeTables.[ac] of DynamoDbEndpoint "(one|two)" \\(${a}\\)`,
      ),
    };
  },

  "a route table, by providers of one Region": async (lab) => {
    const { vpcId, routeTables } = await network(lab, ["a"]);
    const by = (provider: string): object => ({ providers: [`\${${provider}}`] });
    return {
      declared: [
        { name: "first", type: "pulumi:providers:aws", properties: { region: REGION } },
        { name: "second", type: "pulumi:providers:aws", properties: { region: REGION } },
        { name: "elsewhere", type: "pulumi:providers:aws", properties: { region: "eu-west-1" } },
        { name: "one", type: "DynamoDbEndpoint", properties: { vpcId, routeTables }, options: by("first") },
        { name: "far", type: "DynamoDbEndpoint", properties: { vpcId, routeTables }, options: by("elsewhere") },
        { name: "two", type: "DynamoDbEndpoint", properties: { vpcId, routeTables }, options: by("second") },
      ],
      error:
        /(two|one): refused before any route was touched\s+routeTables.a: is the same route table as routeTables.a of DynamoDbEndpoint "(one|two)" \(rtb-/,
    };
  },

  "a route table that is yet to be made": () =>
    Promise.resolve({
      declared: [
        { name: "vpc", type: "aws:ec2:Vpc", properties: { cidrBlock: "10.0.0.0/16" } },
        { name: "made", type: "aws:ec2:RouteTable", properties: { vpcId: "${vpc.id}" } },
        { name: "one", type: "DynamoDbEndpoint", properties: { vpcId: "${vpc.id}", routeTables: { a: "${made.id}" } } },
        { name: "two", type: "DynamoDbEndpoint", properties: { vpcId: "${vpc.id}", routeTables: { a: "${made.id}" } } },
      ],
      error:
        /(one|two): refused before any route was touched\s+routeTables.a: is the same route table as routeTables.a of DynamoDbEndpoint "(one|two)" \(id known after deployment\)/,
    }),

  "the policy of an endpoint": async (lab) => {
    const { vpcId } = await network(lab, []);
    return {
      declared: [
        { name: "gateway", type: "GatewayEndpoint", properties: { vpcId } },
        {
          name: "attached",
          type: "EndpointPolicy",
          properties: { vpcEndpointId: "${gateway.vpcEndpointId}", policy: POLICY },
        },
      ],
      error:
        /attached: refused before any policy was changed\s+vpcEndpointId: concerns the same endpoint as GatewayEndpoint "gateway" \(id known after deployment\)/,
    };
  },
};

describe("what two components of a program in another language would share", () => {
  let lab: Lab;
  let pair: Twins;
  before(async () => void (lab = await startLab()));
  beforeEach(async () => void (pair = await twins(lab)));
  afterEach(() => pair.remove());
  after(() => lab.stop());

  for (const [title, make] of Object.entries(CASES)) {
    it(`is refused in the preview, as in TypeScript: ${title}`, async () => {
      const { declared, error } = await make(lab);
      pair.declare(...declared);
      const mark = lab.cloud.lastSequence;
      for (const language of ["yaml", "typescript"] as const) {
        const { errors } = await pair.preview(language);
        const told = errors.filter((text) => error.test(text));
        assert.equal(told.length, 1, `${language}: ${errors.join("\n")}`);
        assert.doesNotMatch(errors.join("\n"), /^ +at |"far"/m);
      }
      assert.deepEqual(lab.cloud.mutationsSince(mark), []);
    });
  }

  it("is told once, and nothing is touched, in a deployment by the command line", async () => {
    const { declared, error } = await (CASES["a route table"] as (typeof CASES)[string])(lab);
    pair.declare(...declared);
    const mark = lab.cloud.lastSequence;
    const result = await pair.up("typescript");
    assert.notEqual(result.exitCode, 0);
    assert.match(
      diagnosticsOf(result).join("\n"),
      new RegExp(
        `${error.source}|one: refused before any route was touched\nrouteTables.a: is the same route table as ` +
          `routeTables.c of DynamoDbEndpoint "two"`,
      ),
    );
    assert.deepEqual(lab.cloud.mutationsSince(mark), []);
  });

  it(
    "is told from what two stacks have, and a preview and its deployment, that one " + "provider's process serves",
    async () => {
      const provider = await startProvider();
      const environment = {
        ...lab.environment,
        PULUMI_DEBUG_PROVIDERS: `${lab.environment.PULUMI_DEBUG_PROVIDERS ?? ""},dynamodb-endpoint:${provider.port}`,
      };
      const attached = Object.create(lab, { environment: { value: environment } }) as Lab;
      const [one, two] = [await twins(attached), await twins(attached)];
      try {
        const { vpcId, routeTables } = await network(lab, ["a"]);
        for (const each of [one, two])
          each.declare({ name: "ddb", type: "DynamoDbEndpoint", properties: { vpcId, routeTables } });
        const previews = await Promise.all([one.preview("yaml"), two.preview("yaml")]);
        assert.deepEqual(
          previews.flatMap(({ errors }) => errors),
          [],
        );
        for (const each of ["first", "second"]) {
          const { exitCode, stdout, stderr } = await one.up("yaml");
          assert.equal(exitCode, 0, `${each}: ${stdout}${stderr}`);
        }
        assert.deepEqual(
          [...one.running(), ...two.running()].filter((command) => command.includes("resource-dynamodb-endpoint")),
          [],
        );
      } finally {
        one.remove();
        two.remove();
        await provider.abandon();
      }
    },
  );
});
