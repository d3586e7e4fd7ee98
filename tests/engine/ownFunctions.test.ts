import assert from "node:assert/strict";
import { output, runtime, secret, unknown, type Input, type Output } from "@pulumi/pulumi";
import { DynamoDbEndpoint, type DynamoDbEndpointArgs } from "../../index";
import type { CheckReport, ProbeEvent } from "../../components/check/probe/report";
import { checkedNetwork, endpointOf, REGION, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { Outcome, RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, stepsOf, succeeded } from "./rehearsal";

describe("a check by functions of the user's own", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  let functions: Record<string, Input<string>>;
  let table: Input<string>;
  let events: ProbeEvent[];
  /** What a function answers in place of its report. */
  let script: (event: ProbeEvent, report: object) => unknown;

  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b", "c"]);
    stack = await rehearsed.stack();
    functions = await ownFunctions();
    table = "StockTable";
    events = [];
    script = (_event, report) => report;
    rehearsed.lab.cloud.functions.behave(/.*/, {
      outcome: "succeed",
      result: (event: unknown) => {
        events.push(event as ProbeEvent);
        return script(event as ProbeEvent, reportOf(event as ProbeEvent));
      },
    });
  });
  afterEach(() => {
    rehearsed.lab.cloud.functions.clear();
    rehearsed.lab.cloud.faults.clear();
  });

  const reportOf = (event: ProbeEvent): object => {
    if (event.phase === "before") return event;
    if (event.phase === "during")
      return { ...event, heldConnection: "reset", interruptionMillis: 20, reconnected: true };
    return { ...event, provenRequests: 3 };
  };
  const ownFunctions = async (): Promise<Record<string, string>> => {
    const { lambda, iam } = rehearsed.lab.cloud.region(REGION);
    const { arn: role } = await iam.createRole({ roleName: `functions-${net.vpcId}`, assumeRolePolicyDocument: "{}" });
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
    const names = Object.keys(net.routeTables).map((table) => [table, `${net.vpcId}-${table}`] as const);
    for (const [, functionName] of names)
      await lambda.createFunction({ functionName, ...settings, code: { fingerprint: "", size: 0 } });
    return Object.fromEntries(names);
  };
  const program =
    (
      rollout: DynamoDbEndpointArgs["rollout"] = {},
      renamed: Readonly<Record<string, string>> = {},
      args: Partial<DynamoDbEndpointArgs> = {},
      component = "ddb",
    ) =>
    (): Promise<Record<string, unknown>> => {
      const byName = <T>(values: Record<string, T>): Record<string, T> =>
        Object.fromEntries(Object.entries(values).map(([name, value]) => [renamed[name] ?? name, value]));
      const formerNames = Object.fromEntries(Object.entries(renamed).map(([former, name]) => [name, former]));
      const check = { table, subnets: byName(net.subnets), functions: byName(functions) };
      const opts = component === "ddb" ? {} : { aliases: [{ name: "ddb" }] };
      const { checkReports } = new DynamoDbEndpoint(
        component,
        {
          vpcId: net.vpcId,
          routeTables: byName(net.routeTables),
          formerNames,
          rollout: { check, ...rollout },
          ...args,
        },
        opts,
      );
      return Promise.resolve({ checkReports });
    };
  /** The answer to one phase of one route table. */
  const answering =
    (phase: string, routeTable: string, answer: (report: object) => unknown): typeof script =>
    (event, report) =>
      event.phase === phase && event.routeTable === routeTable ? answer(report) : report;
  const answeringRightly: typeof script = (_event, report) => report;
  /** What is asked in an operation, in order. */
  const askedIn = async (operation: () => Promise<Outcome>): Promise<{ outcome: Outcome; asked: string[] }> => {
    events = [];
    const outcome = await operation();
    return { outcome, asked: events.map(({ phase, routeTable }) => `${phase} ${routeTable}`) };
  };
  /** The one error that says what is wrong, of an operation that must fail. */
  const refusal = ({ ok, errors }: Outcome): string => {
    assert.equal(ok, false);
    const refusals = errors.filter((error) => error.includes("is not the report that was asked for"));
    assert.equal(refusals.length, 1, errors.join("\n"));
    return refusals.join();
  };
  const reportsIn = ({ outputs }: Outcome): string[] =>
    Object.keys(outputs.checkReports as Record<string, CheckReport>);
  const isSilent = ({ steps, warnings }: Outcome): void => assert.deepEqual([steps, warnings], [[], []]);
  const routesOf = (): string[] => switchedTables(rehearsed.lab, net);

  for (const { title, options } of [
    { title: "as people deploy", options: {} },
    { title: "with --parallel 1 and --continue-on-error", options: { parallel: 1, continueOnError: true } },
  ]) {
    it(
      `a gate that is answered with no report does not pass, and is asked again by each \`up\` until it is, ` + title,
      async () => {
        script = answering("after", "b", () => ({ StatusCode: 200 }));
        const first = await stack.up(program(), options);
        assert.match(
          refusal(first),
          /stage "b" is switched, but not proven: .*version is missing, not 1, .*What came: \{"StatusCode":200\}\. .*on the page "The reconnection check"\. Nothing is rolled back/,
        );
        assert.deepEqual(routesOf(), ["a", "b"]);

        script = answering("after", "b", () => null);
        const second = await askedIn(() => stack.up(undefined, options));
        assert.match(refusal(second.outcome), /stage "b" .*the answer is null, not a report/);
        assert.deepEqual([second.asked, routesOf()], [["after b"], ["a", "b"]]);

        script = answeringRightly;
        const preview = stepsOf(await stack.preview());
        assert.ok(
          preview.includes("replace ddb-b-check-after") && preview.includes("create ddb-c"),
          preview.join("\n"),
        );
        const third = await askedIn(() => stack.up(undefined, options));
        assert.deepEqual(reportsIn(succeeded(third.outcome)), ["a", "b", "c"]);
        assert.deepEqual(
          third.asked.filter((phase) => !phase.endsWith(" c")),
          ["after b"],
        );
        isSilent(succeeded(await stack.preview()));
        assert.deepEqual((await askedIn(() => stack.up())).asked, []);
      },
    );
  }

  it(
    "a function is asked by its alias, however its name is told, and one of another Region is refused before any " +
      "route is touched",
    async () => {
      const { lambda } = rehearsed.lab.cloud.region(REGION);
      const [a = "", b = "", c = ""] = ["a", "b", "c"].map((name) => `${net.vpcId}-${name}`);
      const arnOf = async (functionName: string): Promise<string> =>
        (await lambda.getFunction({ functionName })).functionArn;
      const elsewhere = (await arnOf(b)).replace(REGION, "eu-west-1");
      await lambda.createAlias({ functionName: a, name: "live", functionVersion: "$LATEST" });
      const named: Record<string, Input<string>> = {
        ...functions,
        a: output(`${await arnOf(a)}:live`),
        c: secret(`${c}:$LATEST`),
      };
      const mark = rehearsed.lab.cloud.lastSequence;
      const refused = async (given: Input<string>, operation: () => Promise<Outcome>, told: string): Promise<void> => {
        functions = { ...named, b: given };
        const { ok, errors } = await operation();
        assert.equal(ok, false);
        assert.ok(
          errors.some((error) =>
            error.includes(`ddb: refused before any route was touched\n  rollout.check.functions.b: ${told}`),
          ),
          errors.join("\n"),
        );
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      };
      await refused(
        elsewhere,
        () => stack.preview(program()),
        `"${elsewhere}" is a function of eu-west-1, not of us-east-1; give one of the Region`,
      );
      await refused(
        secret(elsewhere),
        () => stack.up(program()),
        "is a secret that cannot be used here; give the name or the ARN",
      );

      // As the function of another resource: its ARN is known after deployment.
      const arn = `${await arnOf(a)}:live`;
      functions = {
        ...named,
        get a() {
          return output(runtime.isDryRun() ? unknown : arn) as Output<string>;
        },
      };
      succeeded(await stack.preview(program()));
      assert.deepEqual(reportsIn(succeeded(await stack.up(program()))), ["a", "b", "c"]);
      functions = named;
      isSilent(succeeded(await stack.preview(program())));
      const invoked = rehearsed.lab.cloud
        .callsSince(mark)
        .filter(({ action, error }) => action === "Invoke" && error === undefined);
      assert.deepEqual(
        [
          ...new Set(
            invoked.map(
              ({ parameters: { functionName, qualifier } }) => `${String(functionName)} ${String(qualifier)}`,
            ),
          ),
        ],
        [`${await arnOf(a)} live`, `${b} $LATEST`, `${c} $LATEST`],
      );
    },
  );

  it("what a function answers reaches the terminal on one line, cut, and without a colour", async () => {
    script = answering("after", "a", () => `\u001b[2K\nerror: forged <{%fg 1%}>${"x".repeat(10_000)}`);
    const text = refusal(await stack.up(program()));
    assert.match(text, /What came: "\\u001b\[2K\\nerror: forged/);
    // eslint-disable-next-line no-control-regex -- what must not be there
    assert.doesNotMatch(text, /[\u0000-\u001f]|x{1000}/);
  });

  it("what a function answers is not shown where what it was asked is secret", async () => {
    table = secret("SecretTable");
    succeeded(await stack.up(program({ throughStage: "a" })));
    script = answering("after", "b", (report) => ({ ...report, provenRequests: 0 }));
    const text = refusal(await stack.up(program()));
    assert.match(
      text,
      /stage "b" is switched, but not proven: .*provenRequests in it is not as it must be; something that was asked is secret/,
    );
    assert.doesNotMatch(text, /SecretTable/);
    // What the run before had registered is registered again, and as secret as it was.
    let registered: readonly string[] = [];
    await stack.rewrite(({ type, outputs = {} }) => {
      if (type === "dynamodb-endpoint:index:DynamoDbEndpoint") registered = Object.keys(outputs);
    });
    assert.deepEqual([...registered].sort(), [
      "askedAgain",
      "associationIds",
      "checkReports",
      "checkedPolicy",
      "rollout",
      "vpcEndpointId",
    ]);
    // It is exported with --show-secrets.
    assert.doesNotMatch(
      JSON.stringify(await stack.state(), (key, value: unknown) => (key === "plaintext" ? "" : value)),
      /SecretTable/,
    );
  });

  it(
    "a switch does not begin, and nobody watches, after an answer to `before` that is no report, and is made when " +
      "it is asked again",
    async () => {
      script = answering("before", "a", (report) => ({ ...report, vpcEndpointId: "vpce-other" }));
      const first = await askedIn(() => stack.up(program()));
      assert.match(
        refusal(first.outcome),
        /a was not switched: stage "a" stops here: .*vpcEndpointId is "vpce-other", not "vpce-/,
      );
      assert.deepEqual([first.asked, routesOf()], [["before a"], []]);
      script = answeringRightly;
      const { outcome, asked } = await askedIn(() => stack.up());
      assert.deepEqual(reportsIn(succeeded(outcome)), ["a", "b", "c"]);
      assert.deepEqual(
        asked.filter((phase) => phase.endsWith(" a")),
        ["before a", "during a", "after a"],
      );
      isSilent(succeeded(await stack.preview()));

      // Nor does one that is made again, though it was proven once.
      const routeTableId = net.routeTables.a ?? "";
      await rehearsed.lab.cloud.region(REGION).ec2.modifyVpcEndpoint({
        vpcEndpointId: endpointOf(rehearsed.lab, routeTableId) ?? "",
        removeRouteTableIds: [routeTableId],
      });
      script = answering("before", "a", () => null);
      assert.match(refusal(await stack.up(undefined, { refresh: true })), /a was not switched/);
      assert.deepEqual(routesOf(), ["b", "c"]);
    },
  );

  it(
    "a watch that is no report is no interruption of 0: the gate is not asked, and both are asked by the next " +
      "`up`",
    async () => {
      script = answering("during", "a", (report) => ({ ...report, interruptionMillis: "999999" }));
      const first = await askedIn(() => stack.up(program()));
      assert.match(
        refusal(first.outcome),
        /a may be switched, and is not proven: stage "a" stops here: .*interruptionMillis is "999999", not a number of 0 or more/,
      );
      assert.deepEqual([first.asked, routesOf()], [["before a", "during a"], ["a"]]);
      script = answeringRightly;
      const second = await askedIn(() => stack.up());
      assert.deepEqual(reportsIn(succeeded(second.outcome)), ["a", "b", "c"]);
      assert.deepEqual(
        second.asked.filter((phase) => phase.endsWith(" a")),
        ["during a", "after a"],
      );
    },
  );

  it("gates of one stage that are all answered with no report are all asked again", async () => {
    const stages = [
      { name: "both", routeTables: ["a", "b"] },
      { name: "rest", routeTables: ["c"] },
    ];
    script = (event, report) => (event.phase === "after" ? "ok" : report);
    const first = await stack.up(program({ stages }), { continueOnError: true });
    assert.match(first.errors.join("\n"), /stage "both" is switched, but not proven: .*checks a .*What came: "ok"/);
    assert.deepEqual(routesOf(), ["a", "b"]);
    script = answeringRightly;
    const second = await askedIn(() => stack.up());
    assert.deepEqual(reportsIn(succeeded(second.outcome)), ["a", "b", "c"]);
    assert.deepEqual(second.asked.filter((phase) => !phase.endsWith(" c")).sort(), ["after a", "after b"]);
  });

  it("a gate of the same stage that had been answered with its report is not asked again", async () => {
    rehearsed.lab.cloud.faults.delay({ action: "ModifyVpcEndpoint", milliseconds: 500 });
    script = answering("after", "b", () => null);
    refusal(
      await stack.up(
        program({
          stages: [
            { name: "both", routeTables: ["a", "b"] },
            { name: "rest", routeTables: ["c"] },
          ],
          throughStage: "both",
        }),
      ),
    );
    script = answeringRightly;
    const { outcome, asked } = await askedIn(() => stack.up());
    assert.deepEqual([reportsIn(succeeded(outcome)), asked], [["a", "b"], ["after b"]]);
  });

  it("a gate that passed is refused when another function in its place answers with no report", async () => {
    succeeded(await stack.up(program({ throughStage: "a" })));
    script = answering("after", "a", () => ({}));
    functions = { ...functions, a: functions.b ?? "" };
    assert.match(refusal(await stack.up(program())), /stage "a" is switched, but not proven/);
    assert.deepEqual(routesOf(), ["a"]);
    script = answeringRightly;
    succeeded(await stack.up());
    assert.deepEqual(routesOf(), ["a", "b", "c"]);
  });

  it("`throughStage: none` gets out of a gate whose answer is no report", async () => {
    script = answering("after", "b", () => [1]);
    refusal(await stack.up(program()));
    succeeded(await stack.up(program({ throughStage: "none" })));
    assert.deepEqual(routesOf(), []);
  });

  it(
    "a table, or the component, that is renamed after its gate was asked again is asked what its new name asks, " +
      "once",
    async () => {
      script = answering("after", "c", () => null);
      refusal(await stack.up(program()));
      script = answeringRightly;
      succeeded(await stack.up());
      assert.deepEqual((await askedIn(() => stack.up(program({}, {}, {}, "renamed")))).asked, []);
      succeeded(await stack.up(program({}, { c: "d" }, {}, "renamed")));
      assert.deepEqual((await askedIn(() => stack.up())).asked, []);
      isSilent(succeeded(await stack.preview()));
    },
  );

  it("a gate that passed with another question stays passed when a later one is asked again", async () => {
    succeeded(await stack.up(program({ throughStage: "b" })));
    table = "Orders";
    script = answering("after", "b", () => null);
    refusal(await stack.up(program({ throughStage: "b" })));
    script = answeringRightly;
    const { outcome, asked } = await askedIn(() => stack.up());
    assert.deepEqual([reportsIn(succeeded(outcome)), asked], [["a", "b"], ["after b"]]);
  });

  describe("in a stack of the version that took any answer", () => {
    /**
     * It registered no memory, handed any watch on, and registered whatever the gates had answered as `checkReports`.
     */
    const byThatVersion = (invocation: string, answer: unknown): Promise<void> =>
      stack.rewrite(({ urn, inputs = {}, outputs = {} }) => {
        const [name = "", table = ""] = /ddb-(\w)-check-\w+$/.exec(urn) ?? [];
        delete outputs.askedAgain;
        const [, of = "", phase] = /^ddb-(\w)-check-(\w+)$/.exec(invocation) ?? [];
        if (phase === "after" && outputs.checkReports !== undefined)
          Object.assign(outputs.checkReports as object, { [of]: answer });
        if (name === invocation) outputs.result = JSON.stringify(answer);
        if (invocation === `ddb-${table}-check-during` && name === `ddb-${table}-check-after`) {
          const event = JSON.stringify({ ...(JSON.parse(String(inputs.input)) as ProbeEvent), watch: answer });
          Object.assign(inputs, { input: event });
          Object.assign(outputs, { input: event });
        }
      });

    it(
      "a preview is empty and an `up` asks nothing where the gates answered with reports, whatever else was " +
        "answered",
      async () => {
        succeeded(await stack.up(program()));
        await byThatVersion("ddb-a-check-before", null);
        await byThatVersion("ddb-b-check-during", "ok");
        isSilent(succeeded(await stack.preview()));
        const { outcome, asked } = await askedIn(() => stack.up());
        assert.deepEqual([succeeded(outcome).steps, asked], [[], []]);
        isSilent(succeeded(await stack.preview()));
      },
    );

    it("a watch that is no report stops the gate that it is handed to, when that is next asked", async () => {
      succeeded(await stack.up(program()));
      await byThatVersion("ddb-b-check-during", { interruptionMillis: "999999" });
      const { outcome, asked } = await askedIn(() =>
        stack.up(
          program(
            {},
            {},
            {
              policy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" }],
                Id: "other",
              }),
            },
          ),
        ),
      );
      assert.match(refusal(outcome), /b may be switched, and is not proven: .*interruptionMillis is "999999"/);
      assert.deepEqual(
        asked.filter((phase) => phase.endsWith(" b")),
        [],
      );
      const next = await askedIn(() => stack.up());
      assert.deepEqual(reportsIn(succeeded(next.outcome)), ["a", "b", "c"]);
      assert.deepEqual(
        next.asked.filter((phase) => phase.endsWith(" b")),
        ["during b", "after b"],
      );
    });

    it("a gate that was answered with no report is asked by the next `up`, and no other", async () => {
      succeeded(await stack.up(program()));
      await byThatVersion("ddb-b-check-after", { StatusCode: 200 });
      assert.deepEqual(
        stepsOf(await stack.preview()).filter((step) => step.startsWith("replace ")),
        ["replace ddb-b-check-after"],
      );
      const { outcome, asked } = await askedIn(() => stack.up());
      assert.deepEqual([reportsIn(succeeded(outcome)), asked], [["a", "b", "c"], ["after b"]]);
      isSilent(succeeded(await stack.preview()));
    });

    it(
      "what was answered before a switch is not past where its gate was answered " + "with no report, or not at all",
      async () => {
        succeeded(await stack.up(program()));
        await byThatVersion("ddb-b-check-before", null);
        for (const answer of [{ StatusCode: 200 }, undefined]) {
          await byThatVersion("ddb-b-check-after", answer);
          assert.match(refusal(await stack.up()), /b was not switched: .*the answer is null, not a report/);
        }
      },
    );
  });

  describe("where an engine was killed before a refused answer was remembered", () => {
    let urn = "";
    beforeEach(async () => {
      succeeded(await stack.up(program({ throughStage: "a" })));
      await stack.rewrite((resource) => {
        if (!resource.urn.endsWith("::ddb-a-check-after") || resource.outputs === undefined) return;
        resource.outputs.result = "null";
        urn = resource.urn;
      });
    });

    it(
      "the preview says what `up` will refuse, and how it is asked at once; the `up` " + "after that asks by itself",
      async () => {
        const { warnings } = succeeded(await stack.preview(program()));
        assert.ok(
          warnings.some(
            (text) =>
              text.includes("the answer is null, not a report") &&
              text.includes(`\`pulumi up --replace '${urn}'\` asks again`),
          ),
          warnings.join("\n"),
        );
        const { outcome, asked } = await askedIn(() => stack.up());
        assert.ok(refusal(outcome).includes(`\`pulumi up --replace '${urn}'\` asks again`));
        assert.deepEqual([asked, routesOf()], [[], ["a"]]);
        const next = await askedIn(() => stack.up());
        assert.deepEqual(reportsIn(succeeded(next.outcome)), ["a", "b", "c"]);
        assert.equal(next.asked[0], "after a");
      },
    );

    it("`--replace` asks at once", async () => {
      const { outcome, asked } = await askedIn(() => stack.up(program(), { replace: [urn] }));
      assert.deepEqual(reportsIn(succeeded(outcome)), ["a", "b", "c"]);
      assert.equal(asked[0], "after a");
    });
  });
});
