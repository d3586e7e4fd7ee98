import assert from "node:assert/strict";
import type { Region } from "@pulumi/aws";
import { output, type Output } from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider";
import { RouteTable, Vpc } from "@pulumi/aws/ec2";
import { DynamoDbEndpoint, EndpointPolicy, GatewayEndpoint, RouteRollout, TableAccess } from "../../index";
import { endpointProgram, failingRemoval, rehearsal, routeChangesSince, stepsOf, succeeded } from "./rehearsal";
import { endpointOf, network, switchedTables, type Network } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { announcedIn, announcedNames } from "../../tools/rehearsal/announced";

describe("a preview", () => {
  const rehearsed = rehearsal();
  const stages = [
    { name: "canary", routeTables: ["private-a"] },
    { name: "rest", routeTables: ["private-b", "private-c"] },
  ];
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["private-a", "private-b", "private-c", "private-d"]);
    stack = await rehearsed.stack();
  });
  const tables = (...names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, net.routeTables[name] ?? ""]));
  const abc = (): Record<string, string> => tables("private-a", "private-b", "private-c");

  it("warns once, of each route table that will switch by name, id and stage, and touches nothing", async () => {
    const mark = rehearsed.lab.cloud.lastSequence;
    const { warnings } = succeeded(
      await stack.preview(endpointProgram({ vpcId: net.vpcId, routeTables: abc(), rollout: { stages } })),
    );
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^3 route tables switch to the endpoint: their open TCP connections/);
    assert.deepEqual(
      announcedIn(warnings).map(({ name, id, stage }) => [name, id, stage]),
      [
        ["private-a", net.routeTables["private-a"], "canary"],
        ["private-b", net.routeTables["private-b"], "rest"],
        ["private-c", net.routeTables["private-c"], "rest"],
      ],
    );
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  });

  it("shows the warnings in its text and in --diff", async () => {
    const program = endpointProgram({ vpcId: net.vpcId, routeTables: tables("private-a") });
    for (const diff of [false, true]) {
      const { text } = succeeded(await stack.preview(program, { diff }));
      assert.match(
        text,
        new RegExp(
          `warning: private-a \\(${net.routeTables["private-a"]}\\) switches to the endpoint in stage "private-a"`,
        ),
      );
    }
  });

  it("says that nothing breaks where the program makes the route table, and warns where it may not", async () => {
    const program = (): Promise<void> => {
      const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
      const table = new RouteTable("table", { vpcId: vpc.id });
      new DynamoDbEndpoint("ddb", { vpcId: vpc.id, routeTables: { "private-a": table.id } });
      return Promise.resolve();
    };
    const { warnings, text } = succeeded(await stack.preview(program));
    assert.deepEqual(warnings, []);
    assert.match(
      text,
      /private-a \(id known after deployment\) gains access to DynamoDB .* Made in this run, no check follows\./,
    );
    const computed = (): Promise<void> => {
      const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
      const table = new RouteTable("table", { vpcId: vpc.id });
      const known = output([vpc.id, table.id]).apply(() => net.routeTables["private-a"] ?? "");
      new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, routeTables: { "private-a": known } });
      return Promise.resolve();
    };
    assert.deepEqual(announcedIn(succeeded(await stack.preview(computed)).warnings), [
      {
        name: "private-a",
        id: "id known after deployment",
        what: "switches",
        stage: "private-a",
        isChecked: false,
      },
    ]);
    succeeded(await stack.up(program));
    const unchanged = succeeded(await stack.preview());
    assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);
  });

  it("warns of everything where the provider's own configuration is not known yet", async () => {
    const program = (): Promise<void> => {
      const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
      const provider = new Provider("later", { region: vpc.id.apply(() => "us-east-1") as Output<Region> });
      new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, routeTables: abc() }, { provider });
      new RouteRollout("rollout", { vpcEndpointId: "vpce-1", routeTables: tables("private-d") }, { provider });
      new EndpointPolicy("policy", { vpcEndpointId: "vpce-1", access: { accounts: ["123456789012"] } }, { provider });
      return Promise.resolve();
    };
    const { warnings } = succeeded(await stack.preview(program));
    assert.deepEqual([...announcedNames(warnings, "switches")].sort(), Object.keys(net.routeTables));
    assert.equal(warnings.length, 3);
    assert.ok(warnings.some((text) => text.startsWith("the policy of vpce-1 is replaced")));
  });

  describe("of a stack that is deployed", () => {
    beforeEach(
      async () =>
        void succeeded(await stack.up(endpointProgram({ vpcId: net.vpcId, routeTables: abc(), rollout: { stages } }))),
    );

    it("has no step and no diagnostic when nothing changes", async () => {
      const { steps, warnings, errors, text } = succeeded(await stack.preview());
      assert.deepEqual([steps, warnings, errors], [[], [], []]);
      assert.doesNotMatch(text, /Diagnostics|warning/);
    });

    it("warns of an added route table alone, and touches no other resource", async () => {
      const args = {
        vpcId: net.vpcId,
        routeTables: net.routeTables,
        rollout: { stages: [...stages, { name: "last", routeTables: ["private-d"] }] },
      };
      const preview = succeeded(await stack.preview(endpointProgram(args)));
      assert.equal(preview.warnings.length, 1);
      assert.match(preview.warnings[0] ?? "", /^private-d \(rtb-.*in stage "last"/);
      const mark = rehearsed.lab.cloud.lastSequence;
      assert.deepEqual(stepsOf(succeeded(await stack.up())), ["create ddb-private-d"]);
      assert.deepEqual(routeChangesSince(rehearsed.lab, mark), [
        `+${net.routeTables["private-d"]} ${endpointOf(rehearsed.lab, net.routeTables["private-a"] ?? "")}`,
      ]);
    });

    it("says nothing of a route table that the operation leaves out", async () => {
      const program = (): Promise<void> => {
        new Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
        new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, routeTables: net.routeTables });
        return Promise.resolve();
      };
      const association = "urn:pulumi:*::rehearsal::**::ddb-private-d";
      const targeted = succeeded(
        await stack.preview(program, { target: ["urn:pulumi:*::rehearsal::aws:ec2/vpc:Vpc::vpc"] }),
      );
      assert.deepEqual([stepsOf(targeted), targeted.warnings], [["create vpc"], []]);
      assert.deepEqual(succeeded(await stack.preview(program, { exclude: [association] })).warnings, []);
      assert.deepEqual(succeeded(await stack.refresh(program, { runProgram: true })).warnings, []);
      assert.deepEqual(
        announcedNames(succeeded(await stack.preview(program, { target: [association] })).warnings, "switches"),
        ["private-d"],
      );
    });

    it("touches no association when tables move between stages, stages are renamed or re-ordered", async () => {
      const variants = [
        [
          { name: "canary", routeTables: ["private-b"] },
          { name: "rest", routeTables: ["private-a", "private-c"] },
        ],
        [
          { name: "first", routeTables: ["private-a"] },
          { name: "second", routeTables: ["private-b", "private-c"] },
        ],
        [
          { name: "rest", routeTables: ["private-c", "private-b"] },
          { name: "canary", routeTables: ["private-a"] },
        ],
      ];
      for (const rearranged of variants) {
        const mark = rehearsed.lab.cloud.lastSequence;
        const program = endpointProgram({ vpcId: net.vpcId, routeTables: abc(), rollout: { stages: rearranged } });
        for (const { steps, warnings } of [succeeded(await stack.preview(program)), succeeded(await stack.up())])
          assert.deepEqual(
            [steps.map(({ operation, name }) => `${operation} ${name}`), warnings],
            [["update ddb-plan"], []],
          );
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      }
    });

    it("takes over what a version left that told a reader of previews nothing, and touches nothing", async () => {
      await stack.rewrite(({ urn, inputs, outputs }) => {
        if (!urn.endsWith("::ddb-plan")) return;
        for (const record of [inputs, outputs]) delete (record?.input as Record<string, unknown>).remarks;
      });
      const mark = rehearsed.lab.cloud.lastSequence;
      for (const { steps, warnings } of [succeeded(await stack.preview()), succeeded(await stack.up())])
        assert.deepEqual([steps.map(({ name }) => name), warnings], [["ddb-plan"], []]);
      assert.deepEqual(succeeded(await stack.preview()).steps, []);
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    });

    it("announces a removal", async () => {
      const { warnings, steps } = succeeded(
        await stack.preview(endpointProgram({ vpcId: net.vpcId, routeTables: tables("private-a", "private-b") })),
      );
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0] ?? "",
        new RegExp(
          `^private-c \\(${net.routeTables["private-c"]}\\) is withdrawn from the endpoint\\. Its open TCP connections to ` +
            "DynamoDB break",
        ),
      );
      assert.deepEqual(
        steps.filter(({ type }) => type.startsWith("aws:")).map(({ operation, name }) => [operation, name]),
        [["delete", "ddb-private-c"]],
      );
    });

    it("announces a withdrawal by throughStage", async () => {
      const { warnings } = succeeded(
        await stack.preview(
          endpointProgram({ vpcId: net.vpcId, routeTables: abc(), rollout: { stages, throughStage: "canary" } }),
        ),
      );
      assert.equal(warnings.length, 1);
      assert.deepEqual(announcedNames(warnings, "withdrawn"), ["private-b", "private-c"]);
      assert.deepEqual(succeeded(await stack.up()).warnings, warnings);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["private-a"]);
    });

    it("announces that another route table takes a name, and the switch of the new one", async () => {
      const routeTables = { ...abc(), "private-c": net.routeTables["private-d"] ?? "" };
      const { warnings } = succeeded(
        await stack.preview(endpointProgram({ vpcId: net.vpcId, routeTables, rollout: { stages } })),
      );
      assert.match(
        warnings[0] ?? "",
        new RegExp(
          `^private-c becomes another route table: ${net.routeTables["private-d"]} takes the place of ` +
            `${net.routeTables["private-c"]}`,
        ),
      );
      assert.match(warnings[0] ?? "", new RegExp(`^private-c \\(${net.routeTables["private-d"]}\\) switches`, "m"));
      assert.equal(warnings.length, 1);
      succeeded(await stack.up());
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["private-a", "private-b", "private-d"]);
    });

    it(
      "announces a move to another VPC; the new endpoint is rolled out stage by stage " + "and the old one goes last",
      async () => {
        const there = await network(rehearsed.lab, ["private-a", "private-b", "private-c"]);
        const old = endpointOf(rehearsed.lab, net.routeTables["private-a"] ?? "");
        const preview = succeeded(
          await stack.preview(
            endpointProgram({ vpcId: there.vpcId, routeTables: there.routeTables, rollout: { stages } }),
          ),
        );
        assert.match(
          preview.warnings[0] ?? "",
          /^the endpoint is replaced: the route tables move to the new one, stage by stage/,
        );
        assert.deepEqual(announcedNames(preview.warnings, "switches"), ["private-a", "private-b", "private-c"]);
        assert.equal(preview.warnings.length, 1);

        const mark = rehearsed.lab.cloud.lastSequence;
        succeeded(await stack.up());
        const fresh = endpointOf(rehearsed.lab, there.routeTables["private-a"] ?? "");
        assert.notEqual(fresh, old);
        assert.deepEqual(
          routeChangesSince(rehearsed.lab, mark),
          ["private-a", "private-b", "private-c"].flatMap((name) => [
            `-${net.routeTables[name]} ${old}`,
            `+${there.routeTables[name]} ${fresh}`,
          ]),
        );
        assert.equal(rehearsed.lab.cloud.mutationsSince(mark).at(-1)?.action, "DeleteVpcEndpoints");
        assert.deepEqual(switchedTables(rehearsed.lab, net), []);
      },
    );

    it("refuses an id that changes names, and names the way to rename it", async () => {
      const routeTables = { "private-x": net.routeTables["private-a"] ?? "", ...tables("private-b", "private-c") };
      const mark = rehearsed.lab.cloud.lastSequence;
      for (const outcome of [
        await stack.preview(endpointProgram({ vpcId: net.vpcId, routeTables })),
        await stack.up(),
      ]) {
        assert.equal(outcome.ok, false);
        assert.match(
          outcome.errors.join("\n"),
          new RegExp(`routeTables.private-x: is ${net.routeTables["private-a"]}, which was routeTables.private-a`),
        );
        assert.match(outcome.errors.join("\n"), /set formerNames: \{ "private-x": "private-a" \}/);
        assert.doesNotMatch(outcome.text, /^\s+at /m);
      }
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);

      const renamed = endpointProgram({ vpcId: net.vpcId, routeTables, formerNames: { "private-x": "private-a" } });
      const preview = succeeded(await stack.preview(renamed));
      assert.deepEqual([preview.warnings, stepsOf(preview)], [[], []]);
      succeeded(await stack.up());
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      const settled = succeeded(await stack.preview(endpointProgram({ vpcId: net.vpcId, routeTables })));
      assert.deepEqual([settled.steps, settled.warnings], [[], []]);
    });

    it("refuses two names that swap their ids", async () => {
      const routeTables = {
        ...abc(),
        "private-a": net.routeTables["private-b"] ?? "",
        "private-b": net.routeTables["private-a"] ?? "",
      };
      const outcome = await stack.preview(endpointProgram({ vpcId: net.vpcId, routeTables }));
      assert.equal(outcome.ok, false);
      assert.match(outcome.errors.join("\n"), /routeTables\.private-a: .*\n.*routeTables\.private-b: /);
    });
  });

  it("finds two names with one id that is known only when it resolves", async () => {
    const program = (): Promise<void> => {
      const id = output(net.routeTables["private-a"] ?? "");
      new RouteRollout("rollout", { vpcEndpointId: "vpce-1", routeTables: { a: id, b: id } });
      return Promise.resolve();
    };
    const { ok, errors } = await stack.preview(program);
    assert.equal(ok, false);
    assert.match(
      errors.join("\n"),
      new RegExp(`routeTables.b: is ${net.routeTables["private-a"]}, which is routeTables.a already`),
    );
  });

  it("judges a policy that is known only when it resolves, before anything is created", async () => {
    const program = (): Promise<void> => {
      new GatewayEndpoint("endpoint", { vpcId: net.vpcId, policy: output('{"Version":"2012-10-17"}') });
      return Promise.resolve();
    };
    const mark = rehearsed.lab.cloud.lastSequence;
    for (const { ok, errors } of [await stack.preview(program), await stack.up()]) {
      assert.equal(ok, false);
      assert.match(errors.join("\n"), /policy: has no "Statement"/);
    }
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  });

  it("keeps every output known when only tags or the policy change", async () => {
    const args = { vpcId: net.vpcId, routeTables: tables("private-a") };
    succeeded(await stack.up(endpointProgram(args)));
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" }],
    });
    const { steps, warnings } = succeeded(
      await stack.preview(endpointProgram({ ...args, policy, tags: { team: "data" } })),
    );
    assert.deepEqual(
      steps.map(({ operation, name, diffs }) => [operation, name, [...diffs].sort()]),
      [["update", "ddb", ["policy", "tags.team"]]],
    );
    assert.deepEqual(warnings, [
      "the policy changes in its wording, or in conditions that do not concern principals: read its diff.",
    ]);
  });

  it("follows the Region of an explicit provider, and `region`, in all that it asks and makes", async () => {
    const [china, given] = ["cn-north-1", "ap-southeast-2"];
    const [there, foreign] = await Promise.all(
      [1, 2].map(() => network(rehearsed.lab, ["private-a", "private-b"], china)),
    );
    const [other, otherForeign] = await Promise.all(
      [1, 2].map(() => network(rehearsed.lab, ["private-a", "private-b"], given)),
    );
    assert.ok(there && foreign && other && otherForeign);
    const serviceNames = [china, given, "us-east-1"].map((region) => `com.amazonaws.${region}.dynamodb`);
    const { vpcEndpointId } = await rehearsed.lab.cloud
      .region(china)
      .ec2.createVpcEndpoint({ vpcId: there.vpcId, serviceName: serviceNames[0] ?? "", vpcEndpointType: "Gateway" });
    const b = (id: string | undefined): Record<string, string> => (id === undefined ? {} : { "private-b": id });
    const program = (thereB?: string, otherB?: string) => (): Promise<Record<string, unknown>> => {
      const providers = [new Provider("china", { region: china })];
      const access = { tables: [{ name: "StockTable", access: TableAccess.Read }] };
      const cn = new DynamoDbEndpoint(
        "cn",
        {
          vpcId: there.vpcId,
          routeTables: { "private-a": there.routeTables["private-a"] ?? "", ...b(thereB) },
          access,
        },
        { providers },
      );
      const ap = new DynamoDbEndpoint("ap", {
        vpcId: other.vpcId,
        routeTables: { "private-a": other.routeTables["private-a"] ?? "", ...b(otherB) },
        region: given,
      });
      const us = new DynamoDbEndpoint("us", {
        vpcId: net.vpcId,
        routeTables: tables("private-a"),
        region: output(undefined as string | undefined) as Output<string>,
      });
      const check = { table: "StockTable", subnets: { "private-b": "subnet-1" }, functions: { "private-b": "own" } };
      new RouteRollout(
        "checked",
        { vpcEndpointId, routeTables: b(there.routeTables["private-b"]), rollout: { throughStage: "none", check } },
        { providers },
      );
      return Promise.resolve({ names: [cn.serviceName, ap.serviceName, us.serviceName], policy: cn.policy });
    };
    const mark = rehearsed.lab.cloud.lastSequence;
    const strange = /routeTables\.private-b: rtb-\w+ is a route table of vpc-/;
    for (const refused of [
      program(foreign.routeTables["private-b"]),
      program(undefined, otherForeign.routeTables["private-b"]),
    ]) {
      assert.match((await stack.preview(refused)).errors.join("\n"), strange);
    }

    const { outputs } = succeeded(
      await stack.up(program(there.routeTables["private-b"], other.routeTables["private-b"])),
    );
    assert.deepEqual(outputs.names, serviceNames);
    assert.match(String(outputs.policy), /arn:aws-cn:dynamodb:cn-north-1:/);
    assert.deepEqual(switchedTables(rehearsed.lab, there, china), ["private-a", "private-b"]);
    assert.deepEqual(switchedTables(rehearsed.lab, other, given), ["private-a", "private-b"]);
    assert.deepEqual(succeeded(await stack.preview()).steps, []);

    for (const { routeTables } of [there, other])
      rehearsed.lab.cloud.faults.failOn(failingRemoval(routeTables["private-b"]));
    assert.equal((await stack.up(program(), { continueOnError: true })).ok, false);
    rehearsed.lab.cloud.faults.clear();
    const { warnings } = succeeded(await stack.preview());
    assert.deepEqual(warnings.filter((text) => text.includes("an earlier run did not come to it")).length, 2);

    const homes = { [china]: [there, foreign], [given]: [other, otherForeign] };
    const asked = rehearsed.lab.cloud.calls.filter(({ sequence }) => sequence > mark);
    for (const [home, networks] of Object.entries(homes)) {
      const ids = [
        `com.amazonaws.${home}.`,
        ...networks.flatMap(({ vpcId, routeTables }) => [vpcId, ...Object.values(routeTables)]),
        ...(home === china ? [vpcEndpointId] : []),
      ];
      const about = asked.filter(({ parameters }) => ids.some((id) => JSON.stringify(parameters).includes(id)));
      assert.ok(
        networks.every(({ routeTables }) =>
          about.some(({ parameters }) => JSON.stringify(parameters).includes(routeTables["private-b"] ?? "")),
        ),
      );
      assert.deepEqual(
        about.filter(({ region }) => region !== home).map(({ action, region }) => [action, region]),
        [],
      );
    }
    assert.deepEqual(
      [...new Set(asked.filter(({ service }) => service === "sts").map(({ region }) => region))],
      [china],
    );
  });
});
