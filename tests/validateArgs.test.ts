import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "@pulumi/pulumi";
import fc from "fast-check";
import type { DynamoDbEndpointArgs, EndpointPolicyArgs, GatewayEndpointArgs, RouteRolloutArgs } from "../components/args";
import { refuse, type Finding } from "../components/findings";
import { dynamoDbEndpointFindings, endpointPolicyFindings, gatewayEndpointFindings, routeRolloutFindings } from "../components/validateArgs";

interface Case {
  readonly title: string;
  readonly component: keyof typeof FINDINGS;
  readonly args: unknown;
  readonly findings: readonly Finding[];
}

const FINDINGS = {
  DynamoDbEndpoint: (args: unknown) => [...dynamoDbEndpointFindings(args as DynamoDbEndpointArgs)],
  GatewayEndpoint: (args: unknown) => [...gatewayEndpointFindings(args as GatewayEndpointArgs)],
  RouteRollout: (args: unknown) => [...routeRolloutFindings(args as RouteRolloutArgs)],
  EndpointPolicy: (args: unknown) => [...endpointPolicyFindings(args as EndpointPolicyArgs)],
};

const cases = JSON.parse(readFileSync(join(__dirname, "cases/arguments.json"), "utf8")) as readonly Case[];

describe("the validation of arguments", () => {
  for (const { title, component, args, findings } of cases) {
    it(title, () => assert.deepEqual(FINDINGS[component](args), findings));
  }

  it("leaves unknown values alone", () => {
    const args = { vpcId: output("subnet-1"), policy: output("{"), routeTables: { a: output("rtb-1"), b: output("rtb-1") } };
    assert.deepEqual(FINDINGS.DynamoDbEndpoint(args), []);
    const access = { tables: [{ arn: output("x"), access: "Read" }, { name: output("x"), access: "Read" }], principals: [output("x"), "arn:aws-cn:iam::123456789012:role/app"], accounts: [output("x")], organizations: [output("x")] };
    for (const region of [undefined, "cn-north-1", output("x")]) assert.deepEqual(FINDINGS.GatewayEndpoint({ vpcId: "vpc-1", region, access }), []);
  });

  it("knows the partition of principals by the Region, where that is known", () => {
    const access = { principals: ["arn:aws-cn:iam::123456789012:role/app", output("x")] };
    for (const [region, paths] of [["eu-west-1", ["access.principals[0]"]], ["cn-north-1", []], ["china", ["region"]]] as const) {
      assert.deepEqual(FINDINGS.GatewayEndpoint({ vpcId: "vpc-1", region, access }).map(({ path }) => path), paths);
    }
  });

  it("finds a policy that is longer than AWS takes", () => {
    const policy = JSON.stringify({ Statement: [], Id: "x".repeat(20_480) });
    const [finding] = FINDINGS.GatewayEndpoint({ vpcId: "vpc-1", policy });
    assert.match(finding?.message ?? "", /has 20504 characters without white space between its elements; AWS takes 20480/);
  });

  it("puts all findings, each with its path, into one error without a stack", () => {
    const findings = [
      { path: "a", message: "is empty", suggestion: "give one" },
      { path: "b", message: "is wrong" },
    ];
    assert.throws(() => refuse('RouteRollout "r"', findings), {
      name: "Error",
      message: 'RouteRollout "r": 2 arguments cannot be used\n  a: is empty; give one\n  b: is wrong',
    });
  });

  it("finds nothing in any partition of the route tables into stages", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 5 }), fc.nat(), (tables, size, through) => {
        const stages = Array.from({ length: Math.ceil(tables.length / size) }, (_, i) => ({ name: `s${i}`, routeTables: tables.slice(i * size, (i + 1) * size) }));
        const routeTables = Object.fromEntries(tables.map((name, i) => [name, `rtb-${i}`]));
        const throughStage = stages[through % stages.length]?.name;
        assert.deepEqual(FINDINGS.RouteRollout({ vpcEndpointId: "vpce-1", routeTables, rollout: { stages, throughStage } }), []);
      }),
    );
  });
});
