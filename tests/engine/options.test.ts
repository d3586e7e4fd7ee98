import assert from "node:assert/strict";
import { Vpc } from "@pulumi/aws/ec2";
import { Provider } from "@pulumi/aws/provider";
import { ComponentResource, Stash, type ComponentResourceOptions } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import {
  DynamoDbEndpoint,
  EndpointPolicy,
  GatewayEndpoint,
  RouteRollout,
  type DynamoDbEndpointArgs,
} from "../../index";
import {
  checkedNetwork,
  createCheckedTable,
  endpointOf,
  network,
  REGION,
  switchedTables,
  type Network,
} from "../../tools/rehearsal/network";
import type { RehearsedStack, ListedResource } from "../../tools/rehearsal/stack";
import { userProject } from "./project";
import { rehearsal, succeeded } from "./rehearsal";
import { announcedNames } from "../../tools/rehearsal/announced";

const RESTRICTED = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" }],
});

describe("an option of a component", () => {
  const rehearsed = rehearsal();
  const ec2 = (): ReturnType<typeof rehearsed.lab.cloud.region>["ec2"] => rehearsed.lab.cloud.region(REGION).ec2;
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
  });
  before(() => void (rehearsed.lab.cloud.region(REGION).quotas.gatewayEndpoints = 200));
  const tables = (...names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, net.routeTables[name] ?? ""]));
  const program =
    (opts: ComponentResourceOptions = {}, args: Partial<DynamoDbEndpointArgs> = {}, name = "ddb") =>
    (): Promise<Record<string, unknown>> =>
      Promise.resolve({ vpcEndpointId: new DynamoDbEndpoint(name, { ...net, ...args }, opts).vpcEndpointId });
  const nothing = (): Promise<void> => Promise.resolve();
  const only = (declare: () => void) => (): Promise<void> => {
    declare();
    return Promise.resolve();
  };
  const switched = (): string[] => switchedTables(rehearsed.lab, net);
  const exists = async (vpcEndpointId: unknown): Promise<boolean> =>
    (
      await ec2()
        .describeVpcEndpoints({ ids: [String(vpcEndpointId)] })
        .catch(() => [])
    ).length > 0;
  /** What the engine keeps of each resource, by `type name`; without the stack, its providers and the components. */
  const kept = async (): Promise<Readonly<Record<string, ListedResource>>> => {
    const all = (await stack.resources()).filter(
      ({ urn }) => !/::(pulumi:(pulumi|providers)|dynamodb-endpoint:index):[^$]*$/.test(urn),
    );
    return Object.fromEntries(
      all.map((resource) => [
        `${/([A-Za-z]+)::[^:]+$/.exec(resource.urn)?.[1]} ${resource.urn.split("::").at(-1)}`,
        resource,
      ]),
    );
  };
  const having = (
    resources: Readonly<Record<string, ListedResource>>,
    has: (resource: ListedResource) => boolean,
  ): string[] =>
    Object.keys(resources)
      .filter((name) => has(resources[name] as ListedResource))
      .sort();

  /** One of each component, all given the same options, and a check. */
  const everything = async (): Promise<
    (opts: ComponentResourceOptions | ((name: string) => ComponentResourceOptions), prefix?: string) => void
  > => {
    const there = await checkedNetwork(rehearsed.lab, ["a"]);
    await createCheckedTable(rehearsed.lab, "StockTable").catch(() => undefined);
    const theirs = await Promise.all(
      ["policy", "rollout"].map(async () =>
        ec2().createVpcEndpoint({
          vpcId: net.vpcId,
          serviceName: "com.amazonaws.us-east-1.dynamodb",
          vpcEndpointType: "Gateway",
        }),
      ),
    );
    const [policed = "", rolledOut = ""] = theirs.map(({ vpcEndpointId }) => vpcEndpointId);
    return (given, prefix = "") => {
      const opts = (name: string): ComponentResourceOptions => (typeof given === "function" ? given(name) : given);
      const check = { table: "StockTable", subnets: there.subnets };
      new DynamoDbEndpoint(
        `${prefix}ddb`,
        { vpcId: there.vpcId, routeTables: there.routeTables, rollout: { check } },
        opts("ddb"),
      );
      new GatewayEndpoint(`${prefix}endpoint`, { vpcId: net.vpcId }, opts("endpoint"));
      new RouteRollout(`${prefix}rollout`, { vpcEndpointId: rolledOut, routeTables: tables("a") }, opts("rollout"));
      new EndpointPolicy(`${prefix}policy`, { vpcEndpointId: policed, policy: RESTRICTED }, opts("policy"));
    };
  };
  const CARRIERS = ["VpcEndpoint ddb", "VpcEndpoint endpoint", "VpcEndpointPolicy policy"];
  const LEDGERS = ["Stash ddb-plan", "Stash ddb-switched", "Stash rollout-plan", "Stash rollout-switched"];
  const ROUTES = ["VpcEndpointRouteTableAssociation ddb-a", "VpcEndpointRouteTableAssociation rollout-a"];
  const CHECK = [
    "Function ddb-a-check",
    "Invocation ddb-a-check-after",
    "Invocation ddb-a-check-before",
    "Invocation ddb-a-check-during",
    "LogGroup ddb-check",
    "Role ddb-check",
    "RolePolicy ddb-check",
    "SecurityGroup ddb-check",
  ];
  const ALL = [...CARRIERS, ...LEDGERS, ...ROUTES, ...CHECK].sort();

  describe("given to all four,", () => {
    const stateWith = async (opts: ComponentResourceOptions): ReturnType<typeof kept> => {
      const declare = await everything();
      succeeded(await stack.up(only(() => declare(opts))));
      return kept();
    };

    it("`protect` reaches endpoints, attached policies and ledgers, and neither routes nor checks", async () => {
      const state = await stateWith({ protect: true });
      assert.deepEqual(Object.keys(state).sort(), ALL);
      assert.deepEqual(
        having(state, ({ protect }) => protect === true),
        [...CARRIERS, ...LEDGERS].sort(),
      );
    });

    it(
      "`retainOnDelete` reaches endpoints and attached policies; routes stay with a " + "keeper each, checks do not",
      async () => {
        const state = await stateWith({ retainOnDelete: true });
        const keepers = ["Stash ddb-a-kept", "Stash rollout-a-kept"];
        assert.deepEqual(Object.keys(state).sort(), [...ALL, ...keepers].sort());
        assert.deepEqual(
          having(state, ({ retainOnDelete }) => retainOnDelete === true),
          [...CARRIERS, ...LEDGERS, ...keepers].sort(),
        );
        assert.deepEqual(
          ROUTES.map((route) => state[route]?.deletedWith?.split("::").at(-1)),
          ["ddb-a-kept", "rollout-a-kept"],
        );
      },
    );

    it("`replaceOnChanges` and `customTimeouts` reach nothing", async () => {
      const state = await stateWith({ replaceOnChanges: ["policy"], customTimeouts: { create: "7m" } });
      assert.deepEqual(
        having(
          state,
          ({ replaceOnChanges, customTimeouts }) =>
            (replaceOnChanges?.length ?? 0) > 0 || (customTimeouts?.create ?? 0) > 0,
        ),
        [],
      );
    });

    it("`transforms` reach everything, with the last word", async () => {
      const state = await stateWith({
        transforms: [
          ({ props, opts }) => ({ props, opts: { ...opts, protect: true, customTimeouts: { create: "7m" } } }),
        ],
      });
      assert.deepEqual(
        having(state, ({ protect }) => protect === true),
        ALL,
      );
      assert.deepEqual(
        having(state, ({ customTimeouts }) => customTimeouts?.create === 420),
        ALL,
      );
    });

    for (const form of ["provider", "providers"] as const) {
      it(`\`${form}\` reaches all that is AWS's`, async () => {
        const declare = await everything();
        const programme = (): Promise<void> => {
          const provider = new Provider("theirs", { region: REGION });
          declare(form === "provider" ? { provider } : { providers: [provider] });
          return Promise.resolve();
        };
        succeeded(await stack.up(programme));
        assert.deepEqual(
          having(await kept(), ({ provider }) => provider?.includes("::theirs::") === true),
          ALL.filter((name) => !LEDGERS.includes(name)),
        );
      });
    }

    it("`dependsOn` holds everything back, and keeps what it names until the rest is gone", async () => {
      const declare = await everything();
      const programme = (): Promise<void> => {
        declare({ dependsOn: [new Stash("first", { input: "x" })] });
        return Promise.resolve();
      };
      const { steps } = succeeded(await stack.up(programme));
      const made = steps
        .filter(
          ({ operation, type }) =>
            operation === "create" && !/^(pulumi:(pulumi|providers)|dynamodb-endpoint):/.test(type),
        )
        .map(({ name }) => name);
      assert.deepEqual([made[0], made.length], ["first", ALL.length + 1]);
      const state = await kept();
      const byUrn = new Map(Object.values(state).map((resource) => [resource.urn, resource]));
      const waits = ({ dependencies = [] }: ListedResource): boolean =>
        dependencies.some(
          (urn) => urn.endsWith("::first") || waits(byUrn.get(urn) ?? { urn, id: undefined, delete: false }),
        );
      assert.deepEqual(having(state, waits), ALL);
    });

    it("`deletedWith` reaches everything but checks, of which nothing else takes away what they made", async () => {
      const declare = await everything();
      const programme = (): Promise<void> => {
        declare({ deletedWith: new Vpc("vpc", { cidrBlock: "10.9.0.0/16" }) });
        return Promise.resolve();
      };
      succeeded(await stack.up(programme));
      const invocations = CHECK.filter((name) => name.startsWith("Invocation"));
      assert.deepEqual(
        having(await kept(), ({ deletedWith = "" }) => deletedWith.endsWith("::vpc")),
        [...CARRIERS, ...LEDGERS, ...ROUTES, ...invocations].sort(),
      );
      const mark = rehearsed.lab.cloud.lastSequence;
      succeeded(await stack.destroy());
      const called = rehearsed.lab.cloud.mutationsSince(mark).map(({ action }) => action);
      assert.deepEqual(
        called.filter((action) => /VpcEndpoint/.test(action)),
        [],
      );
      for (const action of ["DeleteFunction", "DeleteRole", "DeleteLogGroup", "DeleteSecurityGroup", "DeleteVpc"])
        assert.ok(called.includes(action), `${action} of ${called.join(", ")}`);
    });

    it("`deletedWith` of a parent reaches no check, either", async () => {
      const { subnets, ...there } = await checkedNetwork(rehearsed.lab, ["a"]);
      const nested = (): Promise<void> => {
        const parent = new ComponentResource(
          "example:index:Network",
          "network",
          {},
          { deletedWith: new Vpc("vpc", { cidrBlock: "10.9.0.0/16" }) },
        );
        new DynamoDbEndpoint(
          "ddb",
          { ...there, rollout: { throughStage: "none", check: { table: "StockTable", subnets } } },
          { parent },
        );
        return Promise.resolve();
      };
      succeeded(await stack.up(nested));
      const state = await kept();
      const held = having(state, ({ deletedWith = "" }) => deletedWith.endsWith("::vpc"));
      assert.deepEqual(
        ["VpcEndpoint ddb", ...CHECK].filter((name) => name in state && held.includes(name)),
        ["VpcEndpoint ddb"],
      );
    });

    it(
      "`aliases` reach everything whose name begins with the component's: nothing is made again, and no gate is " +
        "passed again",
      async () => {
        const declare = await everything();
        succeeded(await stack.up(only(() => declare({}))));
        const mark = rehearsed.lab.cloud.lastSequence;
        const { steps, warnings } = succeeded(
          await stack.preview(only(() => declare((name) => ({ aliases: [{ name }] }), "new-"))),
        );
        assert.deepEqual([steps, warnings], [[], []]);
        succeeded(await stack.up());
        assert.deepEqual(
          rehearsed.lab.cloud.calls
            .filter(({ sequence }) => sequence > mark)
            .map(({ action }) => action)
            .filter((action) => !/^(Describe|Get|List)/.test(action)),
          [],
        );
        assert.deepEqual(Object.keys(await kept()).sort(), ALL.map((name) => name.replace(" ", " new-")).sort());
      },
    );
  });

  describe("`retainOnDelete`,", () => {
    const retained = (args: Partial<DynamoDbEndpointArgs> = {}): ReturnType<typeof program> =>
      program({ retainOnDelete: true }, args);

    it("of a destroyed stack, keeps the endpoint with its routes", async () => {
      const { outputs } = succeeded(await stack.up(retained()));
      const mark = rehearsed.lab.cloud.lastSequence;
      succeeded(await stack.destroy());
      assert.deepEqual(
        [rehearsed.lab.cloud.mutationsSince(mark), switched(), await exists(outputs.vpcEndpointId)],
        [[], ["a", "b"], true],
      );
    });

    it("of a component that is taken out of the program, keeps its routes; of a RouteRollout, too", async () => {
      const { vpcEndpointId } = await ec2().createVpcEndpoint({
        vpcId: net.vpcId,
        serviceName: "com.amazonaws.us-east-1.dynamodb",
        vpcEndpointType: "Gateway",
      });
      const rollout = (): Promise<void> => {
        new RouteRollout("rollout", { vpcEndpointId, routeTables: net.routeTables }, { retainOnDelete: true });
        return Promise.resolve();
      };
      succeeded(await stack.up(rollout));
      succeeded(await stack.up(nothing));
      assert.deepEqual(switched(), ["a", "b"]);
    });

    it(
      "says that a route table whose name is taken out stays, and that the stack forgets it; `adopt` takes it " +
        "back",
      async () => {
        const { outputs } = succeeded(await stack.up(retained()));
        const mark = rehearsed.lab.cloud.lastSequence;
        const { warnings } = succeeded(await stack.preview(retained({ routeTables: tables("a") })));
        assert.equal(warnings.length, 1);
        assert.match(
          warnings[0] ?? "",
          new RegExp(
            `^b \\(${net.routeTables.b}\\) stays on the endpoint, because of retainOnDelete: nothing breaks, and this ` +
              "stack forgets its association",
          ),
        );
        succeeded(await stack.up());
        const unchanged = succeeded(await stack.preview());
        assert.deepEqual([unchanged.steps, unchanged.warnings], [[], []]);
        const again = retained({ adopt: { vpcEndpointId: String(outputs.vpcEndpointId), routeTables: ["b"] } });
        assert.deepEqual(succeeded(await stack.up(again)).warnings, []);
        assert.deepEqual([rehearsed.lab.cloud.mutationsSince(mark), switched()], [[], ["a", "b"]]);
        succeeded(await stack.up(retained({ rollout: { throughStage: "none" } })));
        assert.deepEqual(switched(), []);
      },
    );

    it("does not bar the way out: what is withdrawn by throughStage leaves, and the preview says so", async () => {
      const { outputs } = succeeded(await stack.up(retained()));
      const out = retained({ rollout: { throughStage: "none" } });
      assert.deepEqual(announcedNames(succeeded(await stack.preview(out)).warnings, "withdrawn"), ["a", "b"]);
      succeeded(await stack.up(out));
      assert.deepEqual([switched(), await exists(outputs.vpcEndpointId)], [[], true]);
    });

    it("keeps a renamed route table, and withdraws one under its former name", async () => {
      succeeded(await stack.up(retained()));
      const renamed = {
        routeTables: { a: net.routeTables.a ?? "", x: net.routeTables.b ?? "" },
        formerNames: { x: "b" },
      };
      const { warnings } = succeeded(await stack.preview(retained({ ...renamed, rollout: { throughStage: "a" } })));
      assert.match(warnings.join("\n"), /^b \(.*\) is withdrawn from the endpoint\./);
      succeeded(await stack.up());
      assert.deepEqual(switched(), ["a"]);
    });

    it("lets route tables move onto a replaced endpoint, and keeps the old one without them", async () => {
      const { outputs } = succeeded(await stack.up(retained()));
      const urn = (await stack.resources()).find(({ urn }) => urn.endsWith("VpcEndpoint::ddb"))?.urn ?? "";
      succeeded(await stack.up(undefined, { replace: [urn] }));
      assert.deepEqual([switched(), await exists(outputs.vpcEndpointId)], [["a", "b"], true]);
      assert.notEqual(endpointOf(rehearsed.lab, net.routeTables.a ?? ""), outputs.vpcEndpointId);

      const there = await network(rehearsed.lab, ["a", "b"]);
      const { warnings } = succeeded(await stack.preview(retained(there)));
      assert.match(
        warnings[0] ?? "",
        /^the endpoint is replaced: .* The old endpoint stays, because of retainOnDelete, without these route tables, and this stack forgets it\.\n/,
      );
      assert.deepEqual(announcedNames(warnings, "withdrawn"), ["a", "b"]);
      succeeded(await stack.up());
      assert.deepEqual([switched(), switchedTables(rehearsed.lab, there)], [[], ["a", "b"]]);
    });

    it("counts as the last run knew it: given, or taken away, with the same change it changes nothing", async () => {
      succeeded(await stack.up(program()));
      assert.match(
        succeeded(await stack.up(retained({ routeTables: tables("a") }))).warnings.join("\n"),
        /^b .*is withdrawn from the endpoint/m,
      );
      assert.deepEqual(switched(), ["a"]);
      assert.match(
        succeeded(await stack.up(program({}, { routeTables: tables("b") }))).warnings.join("\n"),
        /^a .*stays on the endpoint/m,
      );
      assert.deepEqual(switched(), ["a", "b"]);
    });

    it("of a parent keeps the routes of a destroyed stack; what leaves before is withdrawn", async () => {
      const nested = (names: readonly string[]) => (): Promise<void> => {
        class Network extends ComponentResource {}
        const parent = new Network("example:index:Network", "network", {}, { retainOnDelete: true });
        new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, routeTables: tables(...names) }, { parent });
        return Promise.resolve();
      };
      succeeded(await stack.up(nested(["a", "b"])));
      assert.match(succeeded(await stack.up(nested(["a"]))).warnings.join("\n"), /^b .*is withdrawn from the endpoint/);
      assert.deepEqual(switched(), ["a"]);
      succeeded(await stack.destroy());
      assert.deepEqual(switched(), ["a"]);
    });

    it("of an EndpointPolicy leaves the policy in force, and its creation says so", async () => {
      const { vpcEndpointId } = await ec2().createVpcEndpoint({
        vpcId: net.vpcId,
        serviceName: "com.amazonaws.us-east-1.dynamodb",
        vpcEndpointType: "Gateway",
      });
      const policed = (): Promise<void> => {
        new EndpointPolicy("policy", { vpcEndpointId, policy: RESTRICTED }, { retainOnDelete: true });
        return Promise.resolve();
      };
      assert.match(
        succeeded(await stack.up(policed)).warnings.join("\n"),
        /It stays when this resource is removed, .*because of retainOnDelete/,
      );
      succeeded(await stack.up(nothing));
      const [endpoint] = await ec2().describeVpcEndpoints({ ids: [vpcEndpointId] });
      assert.deepEqual(JSON.parse(endpoint?.policyDocument ?? ""), JSON.parse(RESTRICTED));
    });
  });

  describe("`protect`,", () => {
    const guarded = (args: Partial<DynamoDbEndpointArgs> = {}): ReturnType<typeof program> =>
      program({ protect: true }, args);
    const refusedUntouched = async (changed: PulumiFn, says: RegExp): Promise<void> => {
      const mark = rehearsed.lab.cloud.lastSequence;
      for (const { ok, errors } of [await stack.preview(changed), await stack.up()]) {
        assert.equal(ok, false);
        assert.match(errors.join("\n"), says);
      }
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    };

    it("does not bar the way out", async () => {
      const { outputs } = succeeded(await stack.up(guarded()));
      assert.match(
        succeeded(await stack.preview(guarded({ rollout: { throughStage: "a" } }))).warnings.join("\n"),
        /^b .*is withdrawn from the endpoint/,
      );
      succeeded(await stack.up());
      assert.deepEqual(switched(), ["a"]);
      succeeded(await stack.up(guarded({ rollout: { throughStage: "none" } })));
      assert.deepEqual([switched(), await exists(outputs.vpcEndpointId)], [[], true]);
    });

    it(
      "refuses, before anything is touched, what takes a route away without asking " + "for it, and names the way",
      async () => {
        const there = await network(rehearsed.lab, ["a", "b"]);
        const { routeTableId } = await ec2().createRouteTable({ vpcId: net.vpcId });
        succeeded(await stack.up(guarded()));
        await refusedUntouched(
          guarded({ routeTables: tables("a") }),
          /routeTables\.b: is taken out of a protected component.*; to withdraw it, keep its name and lower rollout\.throughStage, or unprotect/,
        );
        await refusedUntouched(
          guarded({ routeTables: { ...net.routeTables, b: routeTableId } }),
          /routeTables\.b: becomes another route table, and rtb-.* would be withdrawn from the endpoint of a protected component; give the other/,
        );
        await refusedUntouched(guarded(there), /protect: the endpoint of a protected component would be replaced/);
        succeeded(await stack.up(program({}, { routeTables: tables("a") })));
        assert.deepEqual(switched(), ["a"]);
      },
    );

    it(
      "of a stack that is destroyed, or of a component that is taken out, touches no route, with --skip-preview and " +
        "--continue-on-error neither",
      async () => {
        const project = await userProject(rehearsed.lab.environment);
        const declare = (line: string): void =>
          project.write(
            `const { RouteRollout, GatewayEndpoint, DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");\n${line}`,
          );
        try {
          declare(`new DynamoDbEndpoint("ddb", ${JSON.stringify(net)}, { protect: true });`);
          const up = await project.pulumi("up", "--yes", "--skip-preview");
          assert.equal(up.exitCode, 0, up.stdout + up.stderr);
          const mark = rehearsed.lab.cloud.lastSequence;
          for (const further of [[], ["--continue-on-error"]]) {
            const { exitCode, stdout, stderr } = await project.pulumi("destroy", "--yes", "--skip-preview", ...further);
            assert.notEqual(exitCode, 0);
            assert.match(stdout + stderr, /ddb-switched" cannot be deleted\s+because it is protected/);
          }
          declare("");
          for (const further of [[], ["--continue-on-error"]])
            assert.notEqual((await project.pulumi("up", "--yes", "--skip-preview", ...further)).exitCode, 0);
          assert.deepEqual([rehearsed.lab.cloud.mutationsSince(mark), switched()], [[], ["a", "b"]]);
        } finally {
          project.remove();
        }
      },
    );

    it("of a parent counts as the component's own", async () => {
      const nested = (names: readonly string[], throughStage?: string) => (): Promise<void> => {
        class Network extends ComponentResource {}
        const parent = new Network("example:index:Network", "network", {}, { protect: true });
        new DynamoDbEndpoint(
          "ddb",
          { vpcId: net.vpcId, routeTables: tables(...names), rollout: { throughStage } },
          { parent },
        );
        return Promise.resolve();
      };
      succeeded(await stack.up(nested(["a", "b"])));
      await refusedUntouched(nested(["a"]), /routeTables\.b: is taken out of a protected component/);
      succeeded(await stack.up(nested(["a", "b"], "none")));
      assert.deepEqual(switched(), []);
    });

    it("that a transform gives to an association is respected, and its refusal says how to lift it", async () => {
      const explicit = (args: Partial<DynamoDbEndpointArgs> = {}): ReturnType<typeof program> =>
        program(
          {
            transforms: [
              ({ type, props, opts }) =>
                type.includes("RouteTableAssociation") ? { props, opts: { ...opts, protect: true } } : undefined,
            ],
          },
          args,
        );
      succeeded(await stack.up(explicit()));
      await refusedUntouched(
        explicit({ rollout: { throughStage: "none" } }),
        /ddb-b" cannot be deleted\s+because it is protected[^]*pulumi state unprotect/,
      );
    });
  });

  describe("`ignoreChanges`", () => {
    it("of the VPC leaves endpoint and routes where they are, without a word of a replacement", async () => {
      const there = await network(rehearsed.lab, []);
      succeeded(await stack.up(program()));
      const ignoring = (names: readonly string[], ignored = "vpcId"): ReturnType<typeof program> =>
        program({ ignoreChanges: [ignored] }, { vpcId: there.vpcId, routeTables: tables(...names) });
      for (const ignored of ["vpcId", "*"]) {
        const { warnings, steps } = succeeded(await stack.preview(ignoring(["a", "b"], ignored)));
        assert.deepEqual([warnings, steps], [[], []]);
      }
      assert.deepEqual(
        succeeded(await stack.up(ignoring(["a"]))).warnings.map((text) => text.slice(0, 3)),
        ["b ("],
      );
      assert.deepEqual(
        succeeded(await stack.up(ignoring(["a", "b"]))).warnings.map((text) => text.slice(0, 3)),
        ["b ("],
      );
      assert.deepEqual(switched(), ["a", "b"]);
    });

    it("of the service's name hides no replacement by another VPC's endpoint", async () => {
      const there = await network(rehearsed.lab, ["a", "b"]);
      succeeded(await stack.up(program()));
      assert.match(
        succeeded(await stack.preview(program({ ignoreChanges: ["serviceName"] }, there))).warnings.join("\n"),
        /^the endpoint is replaced/m,
      );
    });

    it("that would ignore nothing is refused, with what to do in its place", async () => {
      const { errors } = await stack.preview(program({ ignoreChanges: ["routeTables.a", "access", "policy"] }));
      assert.match(
        errors.join("\n"),
        /opts\.ignoreChanges\[0\]: "routeTables\.a" would not be ignored: ignoreChanges reaches the endpoint alone; hold switches back with rollout\.throughStage/,
      );
      assert.match(errors.join("\n"), /opts\.ignoreChanges\[1\]: "access" would not be ignored.*; name "policy"/);
      assert.doesNotMatch(errors.join("\n"), /ignoreChanges\[2\]/);
      const rollout = (): Promise<void> => {
        new RouteRollout(
          "rollout",
          { vpcEndpointId: "vpce-1", routeTables: net.routeTables },
          { ignoreChanges: ["*"] },
        );
        return Promise.resolve();
      };
      assert.match(
        (await stack.preview(rollout)).errors.join("\n"),
        /"\*" would not be ignored: ignoreChanges reaches nothing in a RouteRollout/,
      );
    });

    it("of the policy keeps the one that is in force, attached or the endpoint's own", async () => {
      const { vpcEndpointId } = await ec2().createVpcEndpoint({
        vpcId: net.vpcId,
        serviceName: "com.amazonaws.us-east-1.dynamodb",
        vpcEndpointType: "Gateway",
      });
      const policies = (policy: string, opts: ComponentResourceOptions) => (): Promise<void> => {
        new GatewayEndpoint("endpoint", { vpcId: net.vpcId, policy }, opts);
        new EndpointPolicy("policy", { vpcEndpointId, policy }, opts);
        return Promise.resolve();
      };
      succeeded(await stack.up(policies(RESTRICTED, {})));
      const { steps, warnings } = succeeded(
        await stack.preview(
          policies(RESTRICTED.replace("dynamodb:*", "dynamodb:GetItem"), { ignoreChanges: ["policy"] }),
        ),
      );
      assert.deepEqual([steps, warnings], [[], []]);
    });
  });

  it("of both kinds holds no check: its gates are passed again, it can be removed, and is deleted", async () => {
    const { subnets, ...there } = await checkedNetwork(rehearsed.lab, ["a"]);
    await createCheckedTable(rehearsed.lab, "StockTable").catch(() => undefined);
    const checked = (rollout: DynamoDbEndpointArgs["rollout"], policy?: string): ReturnType<typeof program> =>
      program({ protect: true, retainOnDelete: true }, { ...there, rollout, policy });
    succeeded(await stack.up(checked({ check: { table: "StockTable", subnets } })));
    const { steps } = succeeded(await stack.up(checked({ check: { table: "StockTable", subnets } }, RESTRICTED)));
    assert.deepEqual(
      steps.filter(({ operation }) => operation === "create-replacement").map(({ name }) => name),
      ["ddb-a-check-after"],
    );
    const mark = rehearsed.lab.cloud.lastSequence;
    succeeded(await stack.up(checked({})));
    const called = rehearsed.lab.cloud.mutationsSince(mark).map(({ action }) => action);
    for (const action of ["DeleteFunction", "DeleteRole", "DeleteLogGroup", "DeleteSecurityGroup"])
      assert.ok(called.includes(action), called.join(", "));
    // What keeps its routes goes with `retainOnDelete`, in spite of `protect`.
    succeeded(await stack.up(program({ protect: true }, { ...there, rollout: {} })));
    assert.deepEqual(switchedTables(rehearsed.lab, there), ["a"]);
  });

  it("`import` is refused, with the way that there is", async () => {
    const opts = { import: "vpce-0a1b2c3d" } as ComponentResourceOptions;
    assert.match(
      (await stack.preview(program(opts))).errors.join("\n"),
      /opts\.import: a component cannot be imported; name what exists in adopt/,
    );
  });
});
