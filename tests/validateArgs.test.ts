import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { output } from "@pulumi/pulumi";
import fc from "fast-check";
import type {
  DynamoDbEndpointArgs,
  EndpointPolicyArgs,
  GatewayEndpointArgs,
  RouteRolloutArgs,
} from "../components/args/args";
import type { Finding } from "../components/args/findings";
import {
  dynamoDbEndpointFindings,
  endpointPolicyFindings,
  gatewayEndpointFindings,
  routeRolloutFindings,
  sharedIdFindings,
} from "../components/plan/validateArgs";

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

  it("finds a stage whose name is no text", () => {
    const findings = FINDINGS.RouteRollout({
      vpcEndpointId: "vpce-1",
      routeTables: { a: "rtb-1" },
      rollout: { stages: [{ name: 1, routeTables: ["a"] }] },
    });
    assert.deepEqual(findings, [
      {
        path: "rollout.stages[0].name",
        message: "is the number 1, not text",
        suggestion: 'name the stage, for example "canary"',
      },
    ]);
  });

  describe("with an older provider installed", () => {
    const installed = createRequire(__filename)("@pulumi/aws/package.json") as { version: string };
    const { version } = installed;
    afterEach(() => void (installed.version = version));
    for (const [older, given, refused] of [
      ["7.11.9", {}, true],
      ["6.99.0", {}, true],
      ["7.12.0", {}, false],
      ["8.0.0", {}, false],
      ["7.11.9", { functions: { a: "mine" } }, false],
    ] as const) {
      it(`${older} ${refused ? "refuses a check" : `takes a check with ${JSON.stringify(given)}`}`, () => {
        installed.version = older;
        const findings = FINDINGS.RouteRollout(checked(given));
        const message = `its functions run on Node.js 24, which @pulumi/aws knows from 7.12.0; ${older} is installed`;
        assert.deepEqual(
          findings,
          refused
            ? [{ path: "rollout.check", message, suggestion: "install a later one, or give functions of your own" }]
            : [],
        );
      });
    }
  });

  const checked = (given: object): unknown => ({
    vpcEndpointId: "vpce-1",
    routeTables: { a: "rtb-1" },
    rollout: { check: { table: "Stock", subnets: { a: "subnet-1" }, ...given } },
  });
  const named = (length: number): unknown => ({
    vpcEndpointId: "vpce-1",
    routeTables: { ["n".repeat(length)]: "rtb-1" },
  });
  const ACCOUNT = "123456789012";
  const limits: readonly {
    what: string;
    accepted: readonly unknown[];
    refused: readonly unknown[];
    args: (value: never) => unknown;
    message: RegExp;
  }[] = [
    { what: "the length of a name", accepted: [1, 64], refused: [65], args: named, message: /cannot name a resource/ },
    {
      what: "timeoutSeconds",
      ...{ accepted: [5, 5.5, 240], refused: [4.9, 240.1, Number.NaN] },
      ...{
        args: (timeoutSeconds: number) => checked({ timeoutSeconds, maxReconnectSeconds: 1 }),
        message: /is not a number of seconds from 5 to 240/,
      },
    },
    {
      what: "maxReconnectSeconds",
      accepted: [1, 59.9],
      refused: [0.9, Number.NaN],
      args: (maxReconnectSeconds: number) => checked({ timeoutSeconds: 60, maxReconnectSeconds }),
      message: /is not a number of seconds from 1/,
    },
    {
      what: "maxReconnectSeconds beside timeoutSeconds",
      accepted: [59],
      refused: [60, 61],
      args: (maxReconnectSeconds: number) => checked({ timeoutSeconds: 60, maxReconnectSeconds }),
      message: /is not less than timeoutSeconds \(60\)/,
    },
    {
      what: "maxReconnectSeconds, left out, beside timeoutSeconds",
      accepted: [5, 31, 240],
      refused: [],
      args: (timeoutSeconds: number) => checked({ timeoutSeconds }),
      message: /^/,
    },
    {
      what: "roleArn",
      accepted: ["aws", "aws-cn", "aws-us-gov"].flatMap((partition) =>
        ["check", "path/check"].map((name) => `arn:${partition}:iam::${ACCOUNT}:role/${name}`),
      ),
      refused: [
        ...[
          ` arn:aws:iam::${ACCOUNT}:role/check`,
          `arn:aws:iam::${ACCOUNT}:role/check `,
          `arn:aws:iam::${ACCOUNT}:role/a check`,
          `arn:aws:iam::${ACCOUNT}:role/`,
        ],
        ...[
          `arn:aws:iam::${ACCOUNT}3:role/check`,
          `arn:aws:iam::${ACCOUNT.slice(1)}:role/check`,
          "arn:aws:iam::aws:role/check",
          `arn:aws:iam::${ACCOUNT}:user/check`,
        ],
      ],
      ...{ args: (roleArn: string) => checked({ roleArn }), message: /is not the ARN of a role/ },
    },
    {
      what: "permissionsBoundaryArn",
      accepted: ["aws", "aws-cn", "aws-us-gov"].flatMap((partition) =>
        [ACCOUNT, "aws"].map((account) => `arn:${partition}:iam::${account}:policy/path/Boundary`),
      ),
      refused: [
        ...[
          ` arn:aws:iam::${ACCOUNT}:policy/B`,
          `arn:aws:iam::${ACCOUNT}:policy/B `,
          `arn:aws:iam::${ACCOUNT}:policy/a B`,
          `arn:aws:iam::${ACCOUNT}:policy/`,
        ],
        ...[
          `arn:aws:iam::${ACCOUNT}3:policy/B`,
          `arn:aws:iam::${ACCOUNT.slice(1)}:policy/B`,
          "arn:aws:iam::amazon:policy/B",
          `arn:aws:iam::${ACCOUNT}:role/B`,
        ],
      ],
      ...{
        args: (permissionsBoundaryArn: string) => checked({ permissionsBoundaryArn }),
        message: /is not the ARN of a policy/,
      },
    },
  ];
  for (const { what, accepted, refused, args, message } of limits) {
    for (const value of accepted)
      it(`accepts ${JSON.stringify(value)}: ${what}`, () =>
        assert.deepEqual(FINDINGS.RouteRollout(args(value as never)), []));
    for (const value of refused) {
      it(`finds ${JSON.stringify(value)}: ${what}`, () => {
        const messages = FINDINGS.RouteRollout(args(value as never)).map((finding) => finding.message);
        assert.equal(messages.length, 1);
        assert.match(messages[0] ?? "", message);
      });
    }
  }

  it("leaves unknown values alone", () => {
    const adopting = {
      vpcEndpointId: output("vpce-1"),
      routeTables: { a: output("rtb-1") },
      adopt: { vpcEndpointId: "vpce-2" },
    };
    assert.deepEqual(
      FINDINGS.RouteRollout({
        ...adopting,
        rollout: { check: { table: output("x"), subnets: { a: output("x") }, functions: { a: output("") } } },
      }),
      [],
    );
    const args = {
      vpcId: output("subnet-1"),
      policy: output("{"),
      routeTables: { a: output("rtb-1"), b: output("rtb-1") },
    };
    assert.deepEqual(FINDINGS.DynamoDbEndpoint(args), []);
    const access = {
      tables: [
        { arn: output("x"), access: "Read" },
        { name: output("x"), access: "Read" },
      ],
      principals: [output("x"), "arn:aws-cn:iam::123456789012:role/app"],
      accounts: [output("x")],
      organizations: [output("x")],
    };
    for (const region of [undefined, "cn-north-1", output("x")])
      assert.deepEqual(FINDINGS.GatewayEndpoint({ vpcId: "vpc-1", region, access }), []);
  });

  it("knows the partition of principals by the Region, where that is known", () => {
    const access = { principals: ["arn:aws-cn:iam::123456789012:role/app", output("x")] };
    for (const [region, paths] of [
      ["eu-west-1", ["access.principals[0]"]],
      ["cn-north-1", []],
      ["china", ["region"]],
    ] as const) {
      assert.deepEqual(
        FINDINGS.GatewayEndpoint({ vpcId: "vpc-1", region, access }).map(({ path }) => path),
        paths,
      );
    }
  });

  it("finds a policy that is longer than AWS takes", () => {
    const policy = JSON.stringify({ Statement: [], Id: "x".repeat(20_480) });
    const [finding] = FINDINGS.GatewayEndpoint({ vpcId: "vpc-1", policy });
    assert.match(
      finding?.message ?? "",
      /has 20504 characters without white space between its elements; AWS takes 20480/,
    );
  });

  it("finds ids that several names have, without those that are secret, and leaves unknown ones alone", () => {
    const tables = {
      d: { id: "rtb-2", isSecret: true },
      b: { id: "rtb-1", isSecret: false },
      a: { id: "rtb-1", isSecret: false },
      c: { id: "rtb-2", isSecret: true },
      e: { id: undefined, isSecret: false },
      f: { id: undefined, isSecret: false },
    };
    assert.deepEqual(
      [...sharedIdFindings(new Map(Object.entries(tables)))].map(({ path, message }) => [path, message]),
      [
        ["routeTables.b", "is rtb-1, which is routeTables.a already"],
        ["routeTables.d", "is the route table of routeTables.c (its id is secret)"],
      ],
    );
  });

  it("finds nothing in any partition of the route tables into stages", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 5 }), fc.nat(), (tables, size, through) => {
        const stages = Array.from({ length: Math.ceil(tables.length / size) }, (_, i) => ({
          name: `s${i}`,
          routeTables: tables.slice(i * size, (i + 1) * size),
        }));
        const routeTables = Object.fromEntries(tables.map((name, i) => [name, `rtb-${i}`]));
        const throughStage = stages[through % stages.length]?.name;
        assert.deepEqual(
          FINDINGS.RouteRollout({ vpcEndpointId: "vpce-1", routeTables, rollout: { stages, throughStage } }),
          [],
        );
      }),
    );
  });
});
