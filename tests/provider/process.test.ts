import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluatePolicy, onlyThroughEndpoint, validatePolicy } from "../../index";
import { findingText, type Finding } from "../../components/args/findings";
import { CHECKOUT, startProvider, type Answer, type ProviderProcess } from "../../tools/provider/process";

interface Case {
  readonly title: string;
  readonly component: string;
  readonly args: never;
  readonly findings: readonly Finding[];
}

const CASES = JSON.parse(readFileSync(join(CHECKOUT, "tests/cases/arguments.json"), "utf8")) as readonly Case[];
const TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders";

describe("the provider's process", () => {
  let provider: ProviderProcess;
  before(async () => void (provider = await startProvider()));
  after(() => provider.abandon());
  /** A sentence of the provider's must hold for every request: it goes on, and keeps its peace. */
  afterEach(() => assert.equal(provider.printed(), ""));

  const errorOf = (answer: Answer): string =>
    "error" in answer ? answer.error : `no error, but ${JSON.stringify(answer.outputs)}`;
  const construct = (component: string, args: object): Promise<Answer> =>
    provider.construct(`dynamodb-endpoint:index:${component}`, args as never);
  const invoke = (name: string, inputs: object): Promise<Answer> =>
    provider.invoke(`dynamodb-endpoint:policy:${name}`, inputs as never);

  it("has the schema of the repository", async () => {
    assert.equal(await provider.schema(), readFileSync(join(CHECKOUT, "schema.json"), "utf8"));
  });

  for (const { title, component, args, findings } of CASES.filter((each) => each.findings.length > 0)) {
    it(`${title}, in the words that TypeScript programs read`, async () => {
      const [title, ...lines] = errorOf(await construct(component, args)).split("\n");
      assert.deepEqual(
        lines,
        findings.map((each) => `  ${findingText(each)}`),
      );
      assert.match(
        title ?? "",
        new RegExp(`^${component} "ddb": (an argument|${findings.length} arguments) cannot be used$`),
      );
    });
  }

  it("says which components there are", async () => {
    assert.match(
      errorOf(await construct("Endpoint", {})),
      /^dynamodb-endpoint:index:Endpoint is not a component of this version; there is .*index:RouteRollout/,
    );
  });

  it("says what is missing", async () => {
    assert.match(
      errorOf(await construct("DynamoDbEndpoint", {})),
      /vpcId: is missing; give the id of a VPC[^]*routeTables: is missing; give a map from names/,
    );
  });

  it("says which values are of the wrong type", async () => {
    const args = {
      vpcId: 5,
      routeTables: ["rtb-1"],
      rollout: { stages: [{ name: "canary", routeTables: "private-a" }], throughStage: true },
      tags: "none",
      adopt: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "an asset" },
    };
    assert.deepEqual(errorOf(await construct("DynamoDbEndpoint", args)).split("\n"), [
      'DynamoDbEndpoint "ddb": 6 arguments cannot be used',
      '  adopt: is an instance of a class, not a map; give a map: { vpcEndpointId: "vpce-0a1b2c3d", ' +
        'routeTables: ["private-a"] }',
      '  rollout.stages[0].routeTables: is the text "private-a", not a list; give the stage a route table, or ' +
        "remove the stage",
      "  rollout.throughStage: is the boolean true, not text; give the name of the last stage to switch; " +
        '"none" switches nothing',
      "  routeTables: is a list, not a map; give a map from names of your choice to ids: " +
        '{ "private-a": "rtb-0a1b2c3d" }',
      '  tags: is the text "none", not a map; give a map of texts: { team: "data" }',
      "  vpcId: is the number 5, not text; give the id of a VPC (vpc-…)",
    ]);
  });

  it("says in one round which values are of the wrong type and what is wrong with the others", async () => {
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: "*", Action: "dynamodb:GetItm", Resource: "*" },
    });
    const told = errorOf(
      await construct("DynamoDbEndpoint", {
        vpcId: 5,
        policy,
        region: "EU-WEST-1",
        routeTables: { a: ["rtb-1"] },
        rollout: { throughStage: "b" },
      }),
    ).split("\n");
    assert.deepEqual(
      told.map((line) => line.split(": ")[0]),
      ['DynamoDbEndpoint "ddb"', "  routeTables.a", "  vpcId", "  region", "  policy.Statement.Action"],
    );
  });

  it("refuses what decides over resources as long as it is unknown, and as a secret", async () => {
    const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const secret = {
      "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4",
      secret: true,
      value: "canary",
    };
    const args = {
      vpcId: UNKNOWN,
      routeTables: { a: UNKNOWN },
      rollout: { stages: [{ name: secret, routeTables: ["a"] }], throughStage: UNKNOWN },
    };
    assert.deepEqual(
      errorOf(await construct("DynamoDbEndpoint", args))
        .split("\n")
        .slice(1)
        .sort(),
      [
        "  rollout.stages[0].name: is a secret, but warnings and names of resources show it; give it as plain text",
        "  rollout.throughStage: is not known yet, but decides which resources there are; give it as a value, not " +
          "as the output of a resource; ids within it may be outputs",
      ],
    );
  });

  it("calls the functions that TypeScript programs call", async () => {
    const place = { region: "eu-west-1", account: "123456789012" };
    const made = await invoke("endpointPolicy", { access: { tables: [{ name: "Orders", access: "Read" }] }, place });
    assert.ok("outputs" in made, errorOf(made));
    const { json } = made.outputs as { json: string };
    assert.match(json, /"Sid":"ReadTables"/);
    const principal = { arn: "arn:aws:iam::123456789012:role/r" };
    const request = { principal, action: "dynamodb:PutItem", resource: TABLE };
    assert.deepEqual(await invoke("evaluatePolicy", { document: json, request }), {
      outputs: evaluatePolicy(json, request),
    });
    const context = { kind: "identity" } as const;
    const findings = validatePolicy(json, context);
    assert.ok(findings.length > 0);
    assert.deepEqual(await invoke("validatePolicy", { document: json, context }), {
      outputs: { findings, valid: false },
    });
    const intent = { kind: "identity", tables: [TABLE], through: { vpcEndpointIds: ["vpce-11aa22bb"] } } as const;
    const statement = onlyThroughEndpoint(intent);
    assert.deepEqual(await invoke("onlyThroughEndpoint", intent), {
      outputs: {
        statement: JSON.stringify(statement),
        json: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      },
    });
  });

  it("says what is wrong with the inputs of a function", async () => {
    assert.match(
      errorOf(await invoke("endpointpolicy", {})),
      /^dynamodb-endpoint:policy:endpointpolicy is not a function of this version; there is/,
    );
    assert.deepEqual(
      errorOf(await invoke("onlyThroughEndpoint", { kind: "identiti", tables: [TABLE], trough: {} })).split("\n"),
      [
        "the inputs cannot be used",
        '  kind: "identiti" is none of identity, resource; did you mean "identity"?',
        '  trough: is not an argument of this version; did you mean "through"?',
        '  through: is missing; give a map: { vpcEndpointIds: ["vpce-0a1b2c3d"] }',
      ],
    );
    assert.equal(
      errorOf(await invoke("endpointPolicy", { access: { tables: "Orders", accounts: ["1"] }, place: "eu-west-1" })),
      [
        "the inputs cannot be used",
        '  access.tables: is the text "Orders", not a list; give a list of tables: [{ name: "StockTable", access: ' +
          '"ReadWrite" }]',
        '  place: is the text "eu-west-1", not a map; give a map: { region: "us-east-1", account: "012345678901" }',
        '  accounts[0]: "1" is not an account id; it has 12 digits; wildcards are not for accounts',
      ].join("\n"),
    );
    assert.match(
      errorOf(await invoke("validatePolicy", { document: {}, context: { kind: "endpoint" } })),
      /document: is a map, not text; give the policy document as JSON/,
    );
    const request = { principal: { role: "arn" }, action: 5, resource: "*", context: { "aws:SourceVpce": "vpce-1" } };
    assert.equal(
      errorOf(await invoke("evaluatePolicy", { document: "{}", request })),
      [
        "the inputs cannot be used",
        '  request.action: is the number 5, not text; give an action: "dynamodb:GetItem"',
        '  request.context.aws:SourceVpce: is the text "vpce-1", not a list; give a list of values: ["vpce-0a1b2c3d"]',
        '  request.principal.role: is not an argument of this version; there is "arn", "account", "organization", ' +
          '"service", "identityProvider"',
      ].join("\n"),
    );
    const access = { tables: [{ name: "Orders", access: "Reed" }], accounts: ["1"] };
    const told = errorOf(
      await invoke("endpointPolicy", { access, place: { region: "global", account: "123456789012" } }),
    ).split("\n");
    assert.deepEqual(
      told.map((line) => line.split(": ")[0]),
      ["the inputs cannot be used", "  access.tables[0].access", "  place.region", "  accounts[0]"],
    );
    assert.equal(
      told[1],
      '  access.tables[0].access: "Reed" is none of Read, Write, ReadWrite, Admin, Metadata; did you mean "Read"?',
    );
    const root = "arn:aws:iam::123456789012:root";
    const wrong = [
      await invoke("endpointPolicy", { access: { principals: [root] } }),
      await invoke("onlyThroughEndpoint", {
        kind: "resource",
        tables: [TABLE],
        through: { vpcIds: ["vpc-1"] },
        except: { principals: [root] },
      }),
    ];
    assert.deepEqual(
      wrong.map((each) =>
        errorOf(each)
          .split("\n")
          .slice(1)
          .map((line) => line.split("; ")[0]),
      ),
      [
        [
          `  principals[0]: "${root}" is not an ARN of a role or user: it is the root user of an account, who is ` +
            "neither",
        ],
        [
          '  through.vpcIds[0]: "vpc-1" is not the id of a VPC',
          `  except.principals[0]: "${root}" is not an ARN of a role or user: it is the root user of an account, ` +
            "who is neither",
        ],
      ],
    );
    assert.match(
      errorOf(await invoke("endpointPolicy", { access: {} })),
      /^the access cannot be made a policy\n {2}access: restricts nothing/,
    );
  });

  it("returns a secret for a secret", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "{}" };
    const { outputs } = (await invoke("validatePolicy", { document: secret, context: { kind: "endpoint" } })) as {
      outputs: { valid: unknown };
    };
    assert.deepEqual(outputs.valid, { ...secret, value: false });
  });

  it("says where something is wrong with inputs that have a secret in them, and shows none of it", async () => {
    const hidden = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "12345678901" };
    const said = errorOf(await invoke("endpointPolicy", { access: { accounts: ["1234", hidden] } }));
    assert.deepEqual(said.split("\n"), [
      "the inputs cannot be used; something in them is secret, so only where is shown",
      "  accounts[0]",
      "  accounts[1]",
    ]);
    assert.doesNotMatch(errorOf(await invoke("endpointPolicy", { access: hidden })), /12345678901/);
  });

  it("ends with the engine, also in the middle of a component", async () => {
    const other = await startProvider();
    try {
      const unanswered = other.construct("dynamodb-endpoint:index:RouteRollout", {
        vpcEndpointId: "vpce-1",
        routeTables: { a: "rtb-1" },
      });
      // The component itself; after it, those within it wait for its URN.
      assert.deepEqual(
        await Promise.race([unanswered, other.firstResource.then(() => "in the middle")]),
        "in the middle",
      );
    } finally {
      await other.abandon();
    }
    assert.equal(other.printed(), "");
  });

  it("answers in a line, and no more, what it is asked when another resource's error ends the engine", async () => {
    const other = await startProvider(CHECKOUT, "ending");
    try {
      for (const name of ["one", "two"]) {
        const answer = await other.construct(
          "dynamodb-endpoint:index:DynamoDbEndpoint",
          { vpcId: "vpc-1", routeTables: { a: `rtb-${name}` } },
          name,
        );
        assert.equal(
          errorOf(answer),
          `DynamoDbEndpoint "${name}": not made, because the run has ended; what ended it is told elsewhere`,
        );
      }
    } finally {
      await other.abandon();
    }
    assert.deepEqual(other.shownErrors, []);
    assert.equal(other.printed(), "");
  });

  it("answers in the same line when such an engine goes while a hook is registered", async () => {
    const other = await startProvider(CHECKOUT, "going");
    try {
      const rollout = { vpcEndpointId: "vpce-1", routeTables: { a: "rtb-1" } };
      assert.equal(
        errorOf(await other.construct("dynamodb-endpoint:index:RouteRollout", rollout, "one")),
        'RouteRollout "one": not made, because the run has ended; what ended it is told elsewhere',
      );
    } finally {
      await other.abandon();
    }
    assert.equal(other.printed(), "");
  });
});
