import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { findingText, type Finding } from "../components/args/findings";
import {
  dynamoDbEndpointFindings,
  endpointPolicyFindings,
  gatewayEndpointFindings,
  routeRolloutFindings,
} from "../components/plan/validateArgs";
import { onlyThroughEndpoint } from "../components/policy/onlyThroughEndpoint";
import { endpointPolicy } from "../components/policy/presets";
import { validatePolicy } from "../components/policy/validate";
import { DECLARED, type Declared, type DeclaredType } from "../components/shapes/declared";
import { expected } from "../components/shapes/expected";
import { Unreadable } from "../components/shapes/forms";
import { judged } from "../components/shapes/shapeFindings";

type Judge = (args: never) => Iterable<Finding>;

const COMPONENTS: Readonly<Record<string, Judge>> = {
  DynamoDbEndpoint: dynamoDbEndpointFindings,
  GatewayEndpoint: gatewayEndpointFindings,
  RouteRollout: routeRolloutFindings,
  EndpointPolicy: endpointPolicyFindings,
};

const told = (judge: Judge, args: unknown): readonly string[] => [...judge(args as never)].map(findingText);

/** What stands in for a resource of the program: its marks are those that the SDK gives. */
const vpc = { __pulumiResource: true, __pulumiType: "aws:ec2/vpc:Vpc", __name: "main", id: "vpc-1" };
/** The types of what is given to a component or a function, in place of which something else may stand. */
const GIVEN_WHOLE: readonly DeclaredType[] = [
  "DynamoDbEndpointArgs",
  "GatewayEndpointArgs",
  "RouteRolloutArgs",
  "EndpointPolicyArgs",
  "Access",
  "Place",
  "OnlyThroughEndpoint",
  "PolicyContext",
];

const ROUTE_TABLES = { "private-a": "rtb-1" };
const RIGHT = { vpcId: "vpc-1", routeTables: ROUTE_TABLES };
const CHECK = { table: "StockTable", subnets: { "private-a": "subnet-1" } };
const withRollout = (rollout: unknown): object => ({ ...RIGHT, rollout });
const withCheck = (check: object): object => withRollout({ check: { ...CHECK, ...check } });

describe("arguments of another shape", () => {
  const output = pulumi.output("canary");
  const cases: readonly { title: string; args: unknown; findings: readonly string[]; component?: string }[] = [
    {
      title: "no arguments at all",
      args: undefined,
      findings: [
        'args: is missing; give the arguments: { vpcId: "vpc-0a1b2c3d", routeTables: { "private-a": "rtb-0a1b2c3d" } }',
      ],
    },
    {
      title: "a resource in place of the arguments",
      args: vpc,
      component: "GatewayEndpoint",
      findings: [
        'args: is the resource main (aws:ec2/vpc:Vpc), not a map; give the arguments: { vpcId: "vpc-0a1b2c3d" }',
      ],
    },
    {
      title: "a null",
      args: withRollout(null),
      findings: ['rollout: is null, not a map; give a map: { throughStage: "private-a" }, or leave it out'],
    },
    {
      title: "stages as a map",
      args: withRollout({ stages: { canary: ["private-a"] } }),
      findings: [
        "rollout.stages: is a map, not a list; give a list of stages, in their order: [{ name: " +
          '"canary", routeTables: ["private-a"] }]',
      ],
    },
    {
      title: "stages as names",
      args: withRollout({ stages: ["private-a"] }),
      findings: [
        'rollout.stages[0]: is the text "private-a", not a map; give a map: { name: "canary", ' +
          'routeTables: ["private-a"] }',
      ],
    },
    {
      title: "accounts as one text",
      args: { ...RIGHT, access: { accounts: "123456789012" } },
      findings: [
        'access.accounts: is the text "123456789012", not a list; give a list of account ids: ["012345678901"]',
      ],
    },
    {
      title: "accounts as numbers",
      args: { ...RIGHT, access: { accounts: [123456789012, 1] } },
      findings: [
        "access.accounts[0]: is the number 123456789012, not text; give the id as text, with its " +
          'leading zeros: "012345678901"',
        'access.accounts[1]: is the number 1, not text; give the id as text, with its leading zeros: "012345678901"',
      ],
    },
    {
      title: "adopted route tables as a map",
      args: { ...RIGHT, adopt: { vpcEndpointId: "vpce-1", routeTables: ROUTE_TABLES } },
      findings: ['adopt.routeTables: is a map, not a list; give a list of names from routeTables: ["private-a"]'],
    },
    {
      title: "route tables without names",
      args: { vpcId: "vpc-1", routeTables: ["rtb-1", "rtb-2"] },
      findings: [
        "routeTables: is a list, not a map; give a map from names of your choice to ids: { " +
          '"private-a": "rtb-0a1b2c3d" }',
      ],
    },
    {
      title: "resources in place of their ids, ARNs and names",
      args: {
        vpcId: vpc,
        routeTables: { "private-a": vpc },
        access: {
          tables: [{ name: vpc, arn: vpc, access: "Read" }],
          principals: [vpc],
          accounts: [vpc],
          organizations: [vpc],
        },
        rollout: {
          check: {
            ...{ table: vpc, subnets: { "private-a": vpc }, functions: { "private-a": vpc } },
            ...{ roleArn: vpc, permissionsBoundaryArn: vpc, securityGroupIds: [vpc] },
          },
        },
        adopt: { vpcEndpointId: vpc },
      },
      findings: [
        "access.accounts[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "access.organizations[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "access.principals[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give its property arn",
        "access.tables[0].arn: is the resource main (aws:ec2/vpc:Vpc), not text; give its property arn",
        "access.tables[0].name: is the resource main (aws:ec2/vpc:Vpc), not text; give its property name",
        "adopt.vpcEndpointId: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "rollout.check.functions.private-a: is the resource main (aws:ec2/vpc:Vpc), not text; give its property name",
        "rollout.check.permissionsBoundaryArn: is the resource main (aws:ec2/vpc:Vpc), not text; give its property arn",
        "rollout.check.roleArn: is the resource main (aws:ec2/vpc:Vpc), not text; give its property arn",
        "rollout.check.securityGroupIds[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "rollout.check.subnets.private-a: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "rollout.check.table: is the resource main (aws:ec2/vpc:Vpc), not text; give its property name",
        "routeTables.private-a: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "vpcId: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
      ],
    },
    {
      title: "resources in place of their ids, whatever a program calls them",
      args: { vpcEndpointId: "vpce-1", routeTables: { barn: vpc, name: vpc, "principals[0]": vpc } },
      component: "RouteRollout",
      findings: [
        "routeTables.barn: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "routeTables.name: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "routeTables.principals[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
      ],
    },
    {
      title: "resources in place of what they do not have",
      args: { ...RIGHT, policy: vpc, rollout: { stages: [{ name: "canary", routeTables: [vpc] }] } },
      findings: [
        "policy: is the resource main (aws:ec2/vpc:Vpc), not text; give the policy document as JSON: " +
          "JSON.stringify(document)",
        "rollout.stages[0].routeTables[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give a name from " +
          'routeTables: "private-a"',
      ],
    },
    {
      title: "ids that are none",
      args: { vpcId: "vpc-1", routeTables: { b: { id: "rtb-1" }, a: 5, e: null, c: ["rtb-1"], d: true } },
      findings: [
        "routeTables.a: is the number 5, not text; give the id of a route table (rtb-…)",
        "routeTables.b: is a map, not text; give the id of a route table (rtb-…)",
        "routeTables.c: is a list, not text; give the id of a route table (rtb-…)",
        "routeTables.d: is the boolean true, not text; give the id of a route table (rtb-…)",
        "routeTables.e: is null, not text; give the id of a route table (rtb-…)",
      ],
    },
    {
      title: "an Output of what must be known",
      args: withRollout({ throughStage: output, stages: output, check: { ...CHECK, timeoutSeconds: output } }),
      findings: [
        "rollout.check.timeoutSeconds: is an Output, and must be known when the program runs; give a " +
          'value; from config it is new pulumi.Config().getNumber("timeoutSeconds")',
        "rollout.stages: is an Output, and must be known when the program runs; give a value; from " +
          'config it is new pulumi.Config().getObject("stages")',
        "rollout.throughStage: is an Output, and must be known when the program runs; give a value; " +
          'from config it is new pulumi.Config().get("throughStage")',
      ],
    },
    {
      title: "an Output, and a promise, of a whole map",
      args: {
        vpcId: "vpc-1",
        routeTables: pulumi.output(ROUTE_TABLES),
        rollout: { check: { table: "StockTable", subnets: Promise.resolve({}) } },
      },
      findings: [
        "rollout.check.subnets: is an Output, and must be known when the program runs; give the " +
          "names at once; the values may be Outputs",
        "routeTables: is an Output, and must be known when the program runs; give the names at once; " +
          "the values may be Outputs",
      ],
    },
    {
      title: "an Output of a map, no value of which may be one",
      args: { ...RIGHT, formerNames: pulumi.output({ "private-a": "a" }) },
      findings: [
        "formerNames: is an Output, and must be known when the program runs; give a value; from config it is " +
          'new pulumi.Config().getObject("formerNames")',
      ],
    },
    {
      title: "an adoption that is an id",
      args: { ...RIGHT, adopt: "vpce-0a1b2c3d" },
      findings: [
        'adopt: is the text "vpce-0a1b2c3d", not a map; give a map: { vpcEndpointId: ' +
          '"vpce-0a1b2c3d", routeTables: ["private-a"] }',
      ],
    },
    {
      title: "subnets as a list",
      args: withCheck({ subnets: ["subnet-1"] }),
      findings: [
        "rollout.check.subnets: is a list, not a map; give a map from names of route tables to " +
          'subnets that use them: { "private-a": "subnet-0a1b2c3d" }',
      ],
    },
    {
      title: "seconds as text",
      args: withCheck({ timeoutSeconds: "120", maxReconnectSeconds: Number.NaN }),
      findings: [
        'rollout.check.timeoutSeconds: is the text "120", not a number; give a number of seconds, such as 120',
      ],
    },
    {
      title: "a tag of null",
      args: { ...RIGHT, tags: { team: null } },
      findings: ["tags.team: is null, not text; give the tag's value as text, or leave the tag out"],
    },
    {
      title: "instances and functions in place of maps",
      args: { vpcId: "vpc-1", routeTables: new Map(Object.entries(ROUTE_TABLES)), rollout: () => ({}) },
      findings: [
        'rollout: is a function, not a map; give a map: { throughStage: "private-a" }, or leave it out',
        "routeTables: is an instance of a class, not a map; give a map from names of your choice to " +
          'ids: { "private-a": "rtb-0a1b2c3d" }',
      ],
    },
    {
      title: "route tables that cannot be read, of which nothing else is judged then",
      args: {
        vpcId: "vpc-1",
        routeTables: ["rtb-1"],
        rollout: { throughStage: "canary" },
        adopt: { vpcEndpointId: "vpce-1", routeTables: ["private-a"] },
        formerNames: { "private-b": "b" },
      },
      findings: [
        "routeTables: is a list, not a map; give a map from names of your choice to ids: { " +
          '"private-a": "rtb-0a1b2c3d" }',
      ],
    },
    {
      title: "an argument that cannot be read, and what the others ask for",
      args: { ...RIGHT, vpcId: 5, rollout: { throughStage: "private-b" } },
      findings: [
        "vpcId: is the number 5, not text; give the id of a VPC (vpc-…)",
        'rollout.throughStage: "private-b" is not a stage; did you mean "private-a"? The only stage is "private-a"',
      ],
    },
    {
      title: "a name that every object has",
      args: { vpcId: "vpc-1", constructor: "vpc-1" },
      component: "GatewayEndpoint",
      findings: [
        "constructor: is not an argument of this version; " +
          'there is "vpcId", "region", "policy", "access", "adopt", "tags"',
      ],
    },
    {
      title: "what could not be read at all, with the reason, and without what depends on it",
      args: {
        vpcId: new Unreadable("is a secret", "give it as plain text"),
        routeTables: new Unreadable("is not known yet", "give it as a value"),
        rollout: { stages: [new Unreadable("is not known yet", "give it as a value")], throughStage: "other" },
        tags: { team: new Unreadable("is a secret", "give it as plain text") },
      },
      findings: [
        "rollout.stages[0]: is not known yet; give it as a value",
        "routeTables: is not known yet; give it as a value",
        "tags.team: is a secret; give it as plain text",
        "vpcId: is a secret; give it as plain text",
      ],
    },
    {
      title: "names that are almost right",
      args: { ...RIGHT, routeTable: "rtb-1", rollout: { throughstage: "none" } },
      findings: [
        'rollout.throughstage: is not an argument of this version; did you mean "throughStage"?',
        'routeTable: is not an argument of this version; did you mean "routeTables"?',
      ],
    },
    {
      title: "an access that is no level",
      args: { ...RIGHT, access: { tables: [{ name: "StockTable", access: "Wirte" }] } },
      findings: [
        'access.tables[0].access: "Wirte" is none of Read, Write, ReadWrite, Admin, Metadata; did you mean "Write"?',
      ],
    },
    {
      title: "a long text, on one line",
      args: { ...RIGHT, access: `line\n${"x".repeat(100)}` },
      findings: [
        `access: is the text "line\\n${"x".repeat(54)}…", not a map; give a map: { tables: [{ name: "StockTable", access: "ReadWrite" }] }`,
      ],
    },
    {
      title: "a text of sixty characters, and the beginning of a longer one",
      args: { ...RIGHT, access: "x".repeat(60), adopt: "y".repeat(61) },
      findings: [
        `access: is the text "${"x".repeat(60)}", not a map; give a map: { tables: [{ name: "StockTable", access: "ReadWrite" }] }`,
        `adopt: is the text "${"y".repeat(59)}…", not a map; ` +
          'give a map: { vpcEndpointId: "vpce-0a1b2c3d", routeTables: ["private-a"] }',
      ],
    },
    {
      title: "a window of other instants",
      args: withRollout({ window: { opensAt: 5, closesAt: new Date(Number.NaN) } }),
      findings: [
        "rollout.window.opensAt: is the number 5, not text; write it as 2026-11-23T22:00:00+01:00 or " +
          "2026-11-23T21:00:00Z",
      ],
    },
  ];
  for (const { title, args, findings, component = "DynamoDbEndpoint" } of cases)
    it(`are told: ${title}`, () => assert.deepEqual(told(COMPONENTS[component] as Judge, args), findings));

  it("are told with what is missing, and with what else is wrong where that can be read", () => {
    assert.deepEqual(told(dynamoDbEndpointFindings, { routeTables: { a: "subnet-1" }, rolout: {} }), [
      'rolout: is not an argument of this version; did you mean "rollout"?',
      "vpcId: is missing; give the id of a VPC (vpc-…)",
      'routeTables.a: "subnet-1" is not the id of a route table; it begins with rtb-',
    ]);
  });

  it("are not what may be known later, left undefined, a Date, or made without a prototype", () => {
    const later = pulumi.output("rtb-1");
    const routeTables = Object.assign(Object.create(null) as object, {
      "private-a": later,
      b: Promise.resolve("rtb-2"),
    });
    const window = { opensAt: new Date("2026-11-23T21:00:00Z"), closesAt: "2026-11-24T21:00:00Z" };
    const args = { vpcId: later, routeTables, tags: pulumi.output({}), rollout: { window, stages: undefined } };
    assert.deepEqual(told(dynamoDbEndpointFindings, args), []);
    assert.deepEqual(told(dynamoDbEndpointFindings, { ...args, tags: { team: undefined } }), []);
  });

  it("are told whatever stands in place of a declared value, with its path, and without a stack", () => {
    const other = fc.constantFrom<unknown>(
      null,
      5,
      "text",
      true,
      [],
      ["x"],
      {},
      { a: 1 },
      vpc,
      () => 1,
      new Map(),
      new Date(0),
    );
    fc.assert(
      fc.property(fc.constantFrom(...placesOf("DynamoDbEndpointArgs")), other, ({ path, declared }, value) => {
        const found = [...judged("DynamoDbEndpointArgs", put(path, value), () => [])];
        const isRight = found.every((finding) => !finding.path.startsWith(path.join(".")));
        assert.equal(isRight, fits(declared, value), JSON.stringify(found));
        for (const { suggestion } of found) assert.ok(suggestion.length > 0);
      }),
    );
  });
});

describe("what the policy functions are called with", () => {
  const THROUGH = 'through: is missing; give a map: { vpcEndpointIds: ["vpce-0a1b2c3d"] }';
  const cases: readonly { title: string; call: () => unknown; says: readonly string[] }[] = [
    {
      title: "nothing",
      call: () => onlyThroughEndpoint(undefined as never),
      says: [
        'args: is missing; give a map: { kind: "identity", tables: ' +
          '["arn:aws:dynamodb:us-east-1:123456789012:table/StockTable"], through: { vpcEndpointIds: ' +
          '["vpce-0a1b2c3d"] } }',
      ],
    },
    {
      title: "a part of it",
      call: () => onlyThroughEndpoint({ kind: "role", tables: "arn:aws:dynamodb" } as never),
      says: [
        'kind: "role" is none of identity, resource; give "identity" or "resource"',
        "tables: is the text",
        THROUGH,
      ],
    },
    {
      title: "an access in a list",
      call: () => endpointPolicy([] as never),
      says: ['access: is a list, not a map; give a map: { tables: [{ name: "StockTable", access: "ReadWrite" }] }'],
    },
    {
      title: "Outputs",
      call: () => endpointPolicy({ accounts: pulumi.output(["123456789012"]) } as never, "us-east-1" as never),
      says: ["place: is the text", "accounts: is an Output, and must be known when the program runs"],
    },
    {
      title: "Outputs of yes or no, and a resource in place of its ARN",
      call: () =>
        onlyThroughEndpoint({
          kind: "identity",
          tables: [vpc],
          through: { vpcEndpointIds: [vpc], vpcIds: [vpc] },
          except: { awsServices: pulumi.output(true) },
        } as never),
      says: [
        "except.awsServices: is an Output, and must be known when the program runs; give a value; from config it is " +
          'new pulumi.Config().getBoolean("awsServices")',
        "tables[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give its property arn",
        "through.vpcEndpointIds[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
        "through.vpcIds[0]: is the resource main (aws:ec2/vpc:Vpc), not text; give its property id",
      ],
    },
    {
      title: "a place that can be read in part",
      call: () => validatePolicy("{}", { kind: "endpoint", region: 5, account: "1" } as never),
      says: [
        'context.region: is the number 5, not text; give the code of a Region, such as "us-east-1"\n' +
          '  context.account: "1" is not',
      ],
    },
    {
      title: "a kind in place of a context",
      call: () => validatePolicy("{}", "endpoint" as never),
      says: ['context: is the text "endpoint", not a map; give a map: { kind: "endpoint" }'],
    },
  ];
  it("is an error that says what cannot be done", () => {
    assert.throws(
      () => validatePolicy("{}", "endpoint" as never),
      /^Error: the policy cannot be validated\n {2}context: /,
    );
  });

  for (const { title, call, says } of cases)
    it(`is told: ${title}`, () =>
      assert.throws(call, ({ name, message }: Error) => {
        assert.equal(name, "Error");
        for (const each of says) assert.ok(message.includes(`\n  ${each}`), message);
        return true;
      }));
});

describe("each declared argument", () => {
  const types = Object.keys(DECLARED) as DeclaredType[];

  it("has words for what it is to be, which name all that it may be", () => {
    const hasWords = (declared: Declared, key: string): void => {
      assertSays(expected(key), declared);
      if ("of" in declared) hasWords(declared.of, `${key}[]`);
    };
    for (const type of types)
      for (const [name, declared] of Object.entries(DECLARED[type])) hasWords(declared, `${type}.${name}`);
    for (const type of GIVEN_WHOLE) assertSays(expected(type), { is: "object", type });
    assert.throws(() => expected("Access.colour"), { message: "nothing says what Access.colour is" });
  });

  it("is right as the words show it", () => {
    const shown: string[] = [];
    for (const { key, type, name, args } of types.flatMap(examplesOf)) {
      shown.push(key);
      const findings = [...judged(type, args, () => [])].filter(({ path }) => path.startsWith(name));
      assert.deepEqual(findings, [], `${key}: ${expected(key)}`);
    }
    for (const key of [...GIVEN_WHOLE, "Access.tables", "OnlyThroughEndpoint.tables[]", "Rollout.window"])
      assert.ok(shown.includes(key), key);
  });
});

/** A sentence that asks for something, and lists what can be chosen. */
function assertSays(words: string, declared: Declared): void {
  assert.match(words, /^(give|write|name) .*[^ ]$/);
  if (declared.is === "boolean") assert.match(words, / true or false$/);
  if (declared.is === "text" && declared.choices !== undefined)
    assert.deepEqual(
      [...words.matchAll(/"(\w+)"/g)].map(([, choice]) => choice),
      declared.choices,
    );
}

interface Example {
  readonly key: string;
  readonly type: DeclaredType;
  /** The argument that it is for, or nothing. */
  readonly name: string;
  readonly args: object;
}

/** What the words show behind a colon, in the place where they ask for it. */
function examplesOf(type: DeclaredType): readonly Example[] {
  const examples: Example[] = [];
  const add = (key: string, name: string, put: (value: unknown) => object): void => {
    const [, shown] = /: ([[{"].*[\]}"])/.exec(expected(key)) ?? [];
    if (shown !== undefined)
      examples.push({ key, type, name, args: put(runInNewContext(`(${shown})`, { document: {} })) });
  };
  if (GIVEN_WHOLE.includes(type)) add(type, "", (value) => value as object);
  for (const [name, declared] of Object.entries(DECLARED[type])) {
    add(`${type}.${name}`, name, (value) => ({ [name]: value }));
    if (declared.is === "list") add(`${type}.${name}[]`, name, (value) => ({ [name]: [value] }));
    if (declared.is === "map") add(`${type}.${name}[]`, name, (value) => ({ [name]: { "private-a": value } }));
  }
  return examples;
}

interface DeclaredPlace {
  readonly path: readonly string[];
  readonly declared: Declared;
}

/** What is declared within a type, but in lists and maps. */
function placesOf(type: DeclaredType, above: readonly string[] = []): readonly DeclaredPlace[] {
  return Object.entries(DECLARED[type]).flatMap(([name, declared]) => [
    { path: [...above, name], declared },
    ...(declared.is === "object" ? placesOf(declared.type, [...above, name]) : []),
  ]);
}

function put([name = "", ...rest]: readonly string[], value: unknown): object {
  return { [name]: rest.length === 0 ? value : put(rest, value) };
}

/** Whether a value drawn above is right where this is declared; what is required in it is told below its path. */
function fits(declared: Declared, value: unknown): boolean {
  if (declared.is === "text") {
    const isText = typeof value === "string" && declared.choices === undefined;
    return isText || (value instanceof Date && declared.orDate === true);
  }
  if (declared.is === "integer") return typeof value === "number";
  if (declared.is === "boolean") return typeof value === "boolean";
  if (declared.is === "list")
    return Array.isArray(value) && (value.length === 0 || (declared.of.is === "text" && value[0] === "x"));
  const isEmpty: boolean =
    value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  if (!isEmpty || Object.keys(value as object).length > 0) return false;
  return (
    declared.is !== "object" ||
    Object.values<Declared>(DECLARED[declared.type]).every(({ required }) => required !== true)
  );
}
