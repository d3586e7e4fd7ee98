import assert from "node:assert/strict";
import { RouteTable, Subnet } from "@pulumi/aws/ec2";
import { Provider } from "@pulumi/aws/provider";
import {
  ComponentResource,
  interpolate,
  output,
  secret,
  type ComponentResourceOptions,
  type Input,
} from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { DynamoDbEndpoint, EndpointPolicy, GatewayEndpoint, RouteRollout } from "../../index";
import { network, REGION, switchedTables, type Network } from "../../tools/rehearsal/network";
import type { Outcome, RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, routeChangesSince, succeeded } from "./rehearsal";

const plain = (id: string): string => id;
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" }],
});

describe("what two components of a program would share", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let stack: RehearsedStack;
  /** An endpoint that no program made. */
  let foreign: string;
  /** Of the network. */
  let [a, b] = ["", ""];
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b"]);
    [a = "", b = ""] = [net.routeTables.a, net.routeTables.b];
    stack = await rehearsed.stack();
    foreign = (
      await rehearsed.lab.cloud.region(REGION).ec2.createVpcEndpoint({
        vpcId: net.vpcId,
        serviceName: `com.amazonaws.${REGION}.dynamodb`,
        vpcEndpointType: "Gateway",
      })
    ).vpcEndpointId;
  });

  // A Region has room for twenty.
  afterEach(async () => {
    const { ec2 } = rehearsed.lab.cloud.region(REGION);
    await ec2.deleteVpcEndpoints({
      vpcEndpointIds: (await ec2.describeVpcEndpoints({})).map(({ vpcEndpointId }) => vpcEndpointId),
    });
  });

  const program =
    (make: () => unknown): PulumiFn =>
    () => {
      make();
      return Promise.resolve();
    };
  const whole = (name: string, id: Input<string>, options?: ComponentResourceOptions): unknown =>
    new DynamoDbEndpoint(name, { vpcId: net.vpcId, routeTables: { table: id } }, options);
  const rollout = (name: string, id: Input<string>, options?: ComponentResourceOptions): unknown =>
    new RouteRollout(name, { vpcEndpointId: foreign, routeTables: { table: id } }, options);

  /** Refused with one error, which has all these texts; without a stack trace. */
  const assertRefused = ({ ok, errors, text }: Outcome, ...texts: readonly string[]): void => {
    assert.equal(ok, false, text);
    // The Automation API tells twice what a program throws.
    const told = new Set(errors.filter((error) => texts.every((each) => error.includes(each))));
    assert.equal(told.size, 1, `${errors.join("\n---\n")}\n${text}`);
    assert.doesNotMatch(text, /^ +at /m);
  };
  const assertPreviewRefused = async (make: () => unknown, ...texts: readonly string[]): Promise<void> =>
    assertRefused(await stack.preview(program(make)), ...texts);
  /** In a deployment both components may say it: none goes on. */
  const assertRefusedTwice = async (make: () => unknown, ...texts: readonly string[]): Promise<void> => {
    const mark = rehearsed.lab.cloud.lastSequence;
    await assertPreviewRefused(make, ...texts);
    const { ok, errors, text } = await stack.up();
    assert.equal(ok, false, text);
    assert.match(
      errors.join("\n"),
      /is the same route table as routeTables\..* of \w+ "|concerns the same endpoint as \w+ "/,
    );
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  };

  describe("of route tables", () => {
    for (const [first, second] of [
      [rollout, rollout],
      [whole, rollout],
      [rollout, whole],
      [whole, whole],
    ] as const) {
      const typeOf = (make: unknown): string => (make === whole ? "DynamoDbEndpoint" : "RouteRollout");
      it(`is refused: one in a ${typeOf(first)} and in a ${typeOf(second)}`, () =>
        assertRefusedTwice(
          () => [first("one", a), second("two", a)],
          `${typeOf(second)} "two"`,
          `routeTables.table: is the same route table as routeTables.table of ${typeOf(first)} "one" (${a})`,
          "run `pulumi up`, then add it to the other",
        ));
    }

    it("is refused with aliases as the way for a component that was renamed", async () => {
      succeeded(await stack.up(program(() => rollout("former", a))));
      const mark = rehearsed.lab.cloud.lastSequence;
      assertRefused(
        await stack.preview(program(() => [rollout("former", a), rollout("new", a)])),
        'RouteRollout "former"',
        "aliases: [{ name: FORMER NAME }]",
      );
      succeeded(await stack.up(program(() => rollout("new", a, { aliases: [{ name: "former" }] }))));
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);
    });

    it("is refused under a name each", () =>
      assertPreviewRefused(
        () => [
          new RouteRollout("one", { vpcEndpointId: foreign, routeTables: { x: a, y: b } }),
          new DynamoDbEndpoint("two", { vpcId: net.vpcId, routeTables: { z: b } }),
        ],
        `routeTables.z: is the same route table as routeTables.y of RouteRollout "one" (${b})`,
      ));

    it("is refused where the components have one name and different parents, with the parents", () =>
      assertPreviewRefused(
        () => {
          for (const type of ["Blue", "Green"])
            rollout("rollout", a, { parent: new ComponentResource(`my:index:${type}`, "network") });
        },
        'RouteRollout "rollout" in Green "network"',
        'RouteRollout "rollout" in Blue "network"',
      ));

    for (const [which, ids] of [
      ["first", [output, plain]],
      ["second", [plain, output]],
      ["both", [output, output]],
    ] as const) {
      it(`is refused where an Output has the id, ${which}`, () =>
        assertRefusedTwice(
          () => ids.forEach((as, i) => rollout(`r${i}`, as(a))),
          'is the same route table as routeTables.table of RouteRollout "r',
          a,
        ));
    }

    for (const [which, ids] of [
      ["first", [secret, plain]],
      ["second", [plain, secret]],
      ["both", [secret, secret]],
    ] as const) {
      it(`is refused where a secret has the id, ${which}, which is not shown`, async () => {
        const outcome = await stack.preview(program(() => ids.forEach((as, i) => rollout(`r${i}`, as(a)))));
        assertRefused(outcome, 'is the same route table as routeTables.table of RouteRollout "r', "(its id is secret)");
        assert.ok(!outcome.errors.join("\n").includes(a));
      });
    }

    it("is refused while the table is yet to be made", async () => {
      const make = (): void => {
        const { id } = new RouteTable("made", { vpcId: net.vpcId });
        rollout("one", id);
        rollout("two", interpolate`${id}`);
      };
      assertRefused(await stack.preview(program(make)), 'RouteRollout "one" (id known after deployment)');
    });

    it("is refused where one Output has an id that is looked up later", async () => {
      const make = (): void => {
        const { id } = new RouteTable("made", { vpcId: net.vpcId });
        const subnet = new Subnet("made", { vpcId: net.vpcId, cidrBlock: "10.0.1.0/24" });
        const found = output([id, subnet.id]).apply(([routeTableId]) => routeTableId ?? "");
        rollout("one", found);
        rollout("two", found);
      };
      assertRefused(await stack.preview(program(make)), 'RouteRollout "one" (id known after deployment)');
    });

    it("is not, while what their ids are looked up from is yet to be made", async () => {
      const make = (): void => {
        const { id } = new Subnet("made", { vpcId: net.vpcId, cidrBlock: "10.0.1.0/24" });
        rollout(
          "one",
          id.apply(() => a),
        );
        rollout(
          "two",
          id.apply(() => b),
        );
      };
      succeeded(await stack.preview(program(make)));
    });

    it("is refused, in a deployment that is the first to know, before the second component switches it", async () => {
      let made: string | undefined;
      const make = (): void => {
        const { id } = new RouteTable("made", { vpcId: net.vpcId });
        id.apply((known) => (made = known));
        rollout("one", id);
        rollout("two", id);
      };
      const mark = rehearsed.lab.cloud.lastSequence;
      assertRefused(
        await stack.up(program(make)),
        "is the same route table as",
        'of RouteRollout "one"',
        made ?? "rtb-",
      );
      assert.ok(routeChangesSince(rehearsed.lab, mark).length <= 1);
    });

    it("is refused where only the component that is made first changes", async () => {
      const made = (first: Record<string, Input<string>>) => (): void => {
        new RouteRollout("first", { vpcEndpointId: foreign, routeTables: first });
        new RouteRollout("second", { vpcEndpointId: foreign, routeTables: { b: output(b) } });
      };
      succeeded(await stack.up(program(made({ a }))));
      await assertRefusedTwice(
        made({ a, b }),
        "second",
        `routeTables.b: is the same route table as routeTables.b of RouteRollout "first" (${b})`,
      );
      succeeded(await stack.preview(program(made({ a }))));
    });

    it("is refused for one Region that is given in two ways", async () => {
      const make = (): void => {
        const provider = new Provider("explicit", { region: REGION });
        rollout("one", a, { providers: [provider] });
        new RouteRollout("two", { vpcEndpointId: foreign, region: REGION, routeTables: { table: a } });
      };
      const refusal = `is the same route table as routeTables.table of RouteRollout "one" (${a})`;
      assertRefused(await stack.preview(program(make)), "two: refused", refusal);
      // The Regions are asked for: meanwhile the first may begin, the second may not.
      const mark = rehearsed.lab.cloud.lastSequence;
      assert.equal((await stack.up()).ok, false);
      assert.ok(routeChangesSince(rehearsed.lab, mark).length <= 1);
    });

    it("is refused in one program and not in those that run beside it in the same process", async () => {
      const clashing = program(() => [rollout("one", a), rollout("two", output(a))]);
      const fine = program(() => [rollout("one", a), rollout("two", output(b))]);
      const [refused, ...others] = await Promise.all([
        stack.preview(clashing),
        (await rehearsed.stack()).preview(fine),
        (await rehearsed.stack()).preview(fine),
      ]);
      assertRefused(refused, 'RouteRollout "one"', a);
      others.forEach(succeeded);
    });

    it("is not, where the Regions differ, though the ids are the same", async () => {
      const make = (): void => {
        const provider = new Provider("elsewhere", { region: "eu-central-1" });
        rollout("default", a);
        rollout("provider", a, { providers: [provider] });
        new RouteRollout("argument", { vpcEndpointId: foreign, region: "eu-west-1", routeTables: { table: a } });
        new RouteRollout("output", {
          vpcEndpointId: foreign,
          region: output("eu-west-2"),
          routeTables: { table: output(a) },
        });
        new EndpointPolicy("policy", { vpcEndpointId: foreign, policy: POLICY });
        new EndpointPolicy("elsewhere", { vpcEndpointId: foreign, region: "eu-west-1", policy: POLICY });
        new GatewayEndpoint("adopted", { vpcId: net.vpcId, region: "eu-west-3", adopt: { vpcEndpointId: foreign } });
      };
      assert.doesNotMatch(
        (await stack.preview(program(make))).text,
        /is the same route table|concerns the same endpoint/,
      );
    });

    it("is not, where only one of the components switches it", async () => {
      const make = (): void => {
        new RouteRollout("withdrawn", {
          vpcEndpointId: foreign,
          routeTables: { table: a },
          rollout: { throughStage: "none" },
        });
        rollout("switching", a);
      };
      succeeded(await stack.up(program(make)));
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);
    });

    it(
      "are none, where each has its own: previewed, deployed, and deployed again, beside another stack that is the " +
        "same",
      async () => {
        const other = await network(rehearsed.lab, ["a", "b"]);
        const make =
          ({ vpcId, routeTables }: Network) =>
          (): void => {
            const gateway = new GatewayEndpoint("gateway", { vpcId, policy: POLICY });
            new RouteRollout("one", {
              vpcEndpointId: gateway.vpcEndpointId,
              routeTables: { table: routeTables.a ?? "" },
            });
            new DynamoDbEndpoint("two", { vpcId, routeTables: { table: output(routeTables.b ?? "") } });
          };
        const stacks = [
          [stack, net],
          [await rehearsed.stack(), other],
          [await rehearsed.stack(), net],
        ] as const;
        const previews = await Promise.all(stacks.map(([each, of]) => each.preview(program(make(of)))));
        previews.forEach(succeeded);
        const deployed = await Promise.all([stacks[0], stacks[1]].map(([each]) => each.up()));
        deployed.forEach(succeeded);
        for (const outcome of await Promise.all([stack.preview(), stacks[1][0].up()]))
          assert.deepEqual(succeeded(outcome).steps, []);
        assert.deepEqual(
          [switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, other)],
          [
            ["a", "b"],
            ["a", "b"],
          ],
        );
      },
    );
  });

  describe("of the policy of an endpoint", () => {
    const attached = (name: string, vpcEndpointId: Input<string>, options?: ComponentResourceOptions): unknown =>
      new EndpointPolicy(name, { vpcEndpointId, policy: POLICY }, options);
    const gateway = (options?: ComponentResourceOptions): GatewayEndpoint =>
      new GatewayEndpoint("gateway", { vpcId: net.vpcId }, options);
    const adopting = (name: string): GatewayEndpoint =>
      new GatewayEndpoint(name, { vpcId: net.vpcId, policy: POLICY, adopt: { vpcEndpointId: foreign } });

    for (const [what, as] of [
      ["the id", plain],
      ["an Output", output<string>],
      ["a secret", secret<string>],
    ] as const) {
      it(`is refused: two EndpointPolicies, where the endpoint is told by ${what}`, () =>
        assertRefusedTwice(
          () => [attached("one", foreign), attached("two", as(foreign))],
          "two",
          `vpcEndpointId: concerns the same endpoint as EndpointPolicy "one" ` +
            `(${what === "a secret" ? "its id is secret" : foreign})`,
          "keep one of the two",
        ));
    }

    it("is refused: that of a GatewayEndpoint and an EndpointPolicy, before the endpoint is made", async () => {
      const make = (): unknown => attached("attached", interpolate`${gateway().vpcEndpointId}`);
      const mark = rehearsed.lab.cloud.lastSequence;
      assertRefused(
        await stack.preview(program(make)),
        "attached: refused",
        'vpcEndpointId: concerns the same endpoint as GatewayEndpoint "gateway" (id known after deployment)',
        'give the document as policy, or access, of GatewayEndpoint "gateway", and remove EndpointPolicy "attached"',
      );
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      assertRefused(
        await stack.up(),
        "attached: refused",
        'concerns the same endpoint as GatewayEndpoint "gateway" (vpce-',
      );
      assert.equal(
        rehearsed.lab.cloud.mutationsSince(mark).filter(({ action }) => action === "ModifyVpcEndpoint").length,
        0,
      );
    });

    it("is refused: that of a DynamoDbEndpoint that is deployed, and an EndpointPolicy", async () => {
      const endpoint = (): DynamoDbEndpoint => new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, routeTables: { a } });
      succeeded(await stack.up(program(endpoint)));
      await assertRefusedTwice(
        () => attached("attached", endpoint().vpcEndpointId),
        'concerns the same endpoint as DynamoDbEndpoint "ddb" (vpce-',
      );
    });

    it("is refused in the preview: that of an endpoint that is deployed, whose id the program repeats", async () => {
      let id = "";
      succeeded(await stack.up(program(() => gateway().vpcEndpointId.apply((known) => (id = known)))));
      for (const make of [() => [attached("attached", id), gateway()], () => [gateway(), attached("attached", id)]]) {
        assertRefused(
          await stack.preview(program(make)),
          'GatewayEndpoint "gateway": policy: concerns the same endpoint as EndpointPolicy "attached" (' + id,
        );
      }
    });

    it("is refused: that of an adopted endpoint, in either order, and that of an endpoint adopted twice", async () => {
      const either = 'remove EndpointPolicy "attached"';
      await assertRefusedTwice(
        () => [adopting("adopted"), attached("attached", foreign)],
        `vpcEndpointId: concerns the same endpoint as GatewayEndpoint "adopted" (${foreign})`,
        either,
      );
      await assertPreviewRefused(
        () => [attached("attached", foreign), adopting("adopted")],
        `adopt.vpcEndpointId: concerns the same endpoint as EndpointPolicy "attached" (${foreign})`,
        either,
      );
      await assertPreviewRefused(
        () => [adopting("one"), adopting("two")],
        `adopt.vpcEndpointId: concerns the same endpoint as GatewayEndpoint "one" (${foreign})`,
        "keep one of the two",
      );
    });

    it("is refused: that of an adopted endpoint, by providers of one Region, before it is imported as it is", () =>
      assertPreviewRefused(() => {
        attached("attached", foreign);
        const provider = new Provider("explicit", { region: REGION });
        new GatewayEndpoint(
          "adopted",
          { vpcId: net.vpcId, adopt: { vpcEndpointId: foreign } },
          { providers: [provider] },
        );
      }, `adopt.vpcEndpointId: concerns the same endpoint as EndpointPolicy "attached" (${foreign})`));

    it("is refused where the EndpointPolicy is deployed and the endpoint's adoption follows", async () => {
      const fromOutput = (): unknown => attached("attached", output(foreign));
      succeeded(await stack.up(program(fromOutput)));
      await assertRefusedTwice(
        () => [fromOutput(), adopting("adopted")],
        `(${foreign})`,
        'concerns the same endpoint as GatewayEndpoint "adopted"',
      );
    });

    it("can be handed over as the refusal says: retainOnDelete, then the adoption", async () => {
      succeeded(await stack.up(program(() => attached("attached", foreign))));
      succeeded(await stack.up(program(() => attached("attached", foreign, { retainOnDelete: true }))));
      const mark = rehearsed.lab.cloud.lastSequence;
      succeeded(await stack.up(program(() => adopting("adopted"))));
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    });

    it(
      "is not, where an EndpointPolicy merely depends on the endpoint, or its id comes from that and something " +
        "else",
      async () => {
        const make = (): void => {
          const endpoint = gateway();
          const subnet = new Subnet("made", { vpcId: net.vpcId, cidrBlock: "10.0.1.0/24" });
          attached("depending", foreign, { dependsOn: endpoint });
          attached(
            "derived",
            output([endpoint.vpcEndpointId, subnet.id]).apply(() => "vpce-0123456789abcdef0"),
          );
        };
        succeeded(await stack.preview(program(make)));
      },
    );

    it("is not, where the endpoint's own policy is ignored after it was made", async () => {
      const make = (): void => {
        attached("attached", gateway({ ignoreChanges: ["policy"] }).vpcEndpointId);
        attached(
          "another",
          new DynamoDbEndpoint("ddb", { vpcId: net.vpcId, routeTables: { a } }, { ignoreChanges: ["*"] }).vpcEndpointId,
        );
        new GatewayEndpoint(
          "adopted",
          { vpcId: net.vpcId, adopt: { vpcEndpointId: foreign } },
          { ignoreChanges: ["policy"] },
        );
        attached("foreign", foreign);
      };
      succeeded(await stack.up(program(make)));
      assert.deepEqual(succeeded(await stack.preview()).steps, []);
    });

    it(
      "is none, where each endpoint has its own, somebody else's too, and where " + "RouteRollouts share an endpoint",
      async () => {
        const make = (): void => {
          const { vpcEndpointId } = gateway();
          new RouteRollout("one", { vpcEndpointId, routeTables: { a } });
          new RouteRollout("two", { vpcEndpointId, routeTables: { b: output(b) } });
          attached("attached", foreign);
        };
        succeeded(await stack.preview(program(make)));
        succeeded(await stack.up());
        assert.deepEqual(succeeded(await stack.up()).steps, []);
      },
    );
  });
});
