import assert from "node:assert/strict";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { SecurityGroup, type SecurityGroupArgs } from "@pulumi/aws/ec2";
import { Provider } from "@pulumi/aws/provider";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc";
import { ComponentResource, Stash, type ComponentResourceOptions, type ResourceTransform } from "@pulumi/pulumi";
import {
  DynamoDbEndpoint,
  EndpointPolicy,
  GatewayEndpoint,
  RouteRollout,
  type DynamoDbEndpointArgs,
} from "../../index";
import { checkedNetwork, network, REGION, switchedTables, type Network } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { IMPATIENT } from "../lab/trafficNetwork";
import { rehearsal, routeChangesSince, stepsOf, succeeded } from "./rehearsal";
import { announcedNames } from "../../tools/rehearsal/announced";

const FULL_ACCESS = {
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};
const RESTRICTED = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" }],
});

describe("the components", () => {
  const rehearsed = rehearsal();
  const ec2 = (): ReturnType<typeof rehearsed.lab.cloud.region>["ec2"] => rehearsed.lab.cloud.region(REGION).ec2;
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
  });
  const program =
    (args: Partial<DynamoDbEndpointArgs> = {}, opts?: ComponentResourceOptions, name = "ddb") =>
    (): Promise<Record<string, unknown>> => {
      const { vpcEndpointId, arn, serviceName, policy, prefixListId, cidrBlocks, securityGroupEgress, associationIds } =
        new DynamoDbEndpoint(name, { ...net, ...args }, opts);
      return Promise.resolve({
        vpcEndpointId,
        arn,
        serviceName,
        policy,
        prefixListId,
        cidrBlocks,
        securityGroupEgress,
        associationIds,
      });
    };
  const describeEndpoint = async (vpcEndpointId: unknown): Promise<{ policyDocument: unknown; tags: unknown }> => {
    const [endpoint] = await ec2().describeVpcEndpoints({ ids: [String(vpcEndpointId)] });
    assert.ok(endpoint);
    return { policyDocument: JSON.parse(endpoint.policyDocument), tags: endpoint.tags };
  };
  const unchanged = async (): Promise<void> => {
    const { steps, warnings } = succeeded(await stack.preview());
    assert.deepEqual([steps, warnings], [[], []]);
  };

  it("give all their outputs, and full access written out", async () => {
    const { outputs } = succeeded(await stack.up(program({ rollout: { throughStage: "a" } })));
    const value = (name: string): unknown => outputs[name];
    assert.match(String(value("vpcEndpointId")), /^vpce-/);
    assert.match(String(value("arn")), /^arn:aws:ec2:us-east-1:\d{12}:vpc-endpoint\/vpce-/);
    assert.equal(value("serviceName"), "com.amazonaws.us-east-1.dynamodb");
    assert.deepEqual(JSON.parse(String(value("policy"))), FULL_ACCESS);
    assert.deepEqual(value("securityGroupEgress"), {
      description: "DynamoDB through its gateway endpoint",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      prefixListIds: [value("prefixListId")],
    });
    assert.ok((value("cidrBlocks") as string[]).length > 0);
    assert.deepEqual(Object.keys(value("associationIds") as object), ["a"]);
    assert.deepEqual((await describeEndpoint(value("vpcEndpointId"))).policyDocument, FULL_ACCESS);
  });

  it("let a client out by their prefix list, in a rule of its own or an inline one, and no other", async () => {
    const { subnets, ...checked } = await checkedNetwork(rehearsed.lab, ["a"]);
    const { outputs } = succeeded(
      await stack.up(() => {
        const { prefixListId, securityGroupEgress } = new DynamoDbEndpoint("ddb", checked);
        const group = (name: string, args: Partial<SecurityGroupArgs> = {}): SecurityGroup =>
          new SecurityGroup(name, { vpcId: checked.vpcId, ...args });
        const [closed, ruled, inline] = [
          group("closed"),
          group("ruled"),
          group("inline", { egress: [securityGroupEgress] }),
        ];
        const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
        new SecurityGroupEgressRule("to-dynamodb", { securityGroupId: ruled.id, prefixListId, ...https });
        return Promise.resolve({ groups: [closed, ruled, inline].map(({ id }) => id) });
      }),
    );
    const answered = async (groupId: string): Promise<boolean> => {
      const request = { subnetId: subnets.a ?? "", securityGroupIds: [groupId] };
      const client = await rehearsed.lab.attachClient(request);
      const { endpointUrl: endpoint, region, credentials } = client;
      const dynamoDb = new DynamoDBClient({ endpoint, region, credentials, ...IMPATIENT });
      const answer = await dynamoDb.send(new ListTablesCommand()).catch((error: unknown) => (error as Error).name);
      dynamoDb.destroy();
      client.detach();
      if (typeof answer === "string") assert.equal(answer, "TimeoutError");
      return typeof answer === "object";
    };
    assert.deepEqual(await Promise.all((outputs.groups as string[]).map(answered)), [false, true, true]);
    await unchanged();
    succeeded(await stack.destroy());
  });

  it("reset the policy to full access when `policy` is dropped", async () => {
    const { outputs } = succeeded(await stack.up(program({ policy: RESTRICTED })));
    assert.deepEqual((await describeEndpoint(outputs.vpcEndpointId)).policyDocument, JSON.parse(RESTRICTED));
    assert.deepEqual(stepsOf(succeeded(await stack.up(program()))), ["update ddb"]);
    assert.deepEqual((await describeEndpoint(outputs.vpcEndpointId)).policyDocument, FULL_ACCESS);
  });

  it("work apart: a GatewayEndpoint, a RouteRollout and an EndpointPolicy on somebody else's endpoint", async () => {
    const { vpcEndpointId } = await ec2().createVpcEndpoint({
      vpcId: (await network(rehearsed.lab, [])).vpcId,
      serviceName: "com.amazonaws.us-east-1.dynamodb",
      vpcEndpointType: "Gateway",
    });
    const apart = (): Promise<void> => {
      const endpoint = new GatewayEndpoint("endpoint", { vpcId: net.vpcId });
      new RouteRollout("rollout", { vpcEndpointId: endpoint.vpcEndpointId, routeTables: net.routeTables });
      new EndpointPolicy("policy", { vpcEndpointId, policy: RESTRICTED });
      return Promise.resolve();
    };
    const { warnings } = succeeded(await stack.preview(apart));
    assert.deepEqual(announcedNames(warnings, "switches"), ["a", "b"]);
    assert.match(
      warnings.join("\n"),
      new RegExp(
        `^the policy of ${vpcEndpointId} is replaced by this one. Removing this resource later.* resets the ` +
          "endpoint to full access",
        "m",
      ),
    );
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    assert.deepEqual((await describeEndpoint(vpcEndpointId)).policyDocument, JSON.parse(RESTRICTED));
    await unchanged();
    succeeded(await stack.destroy());
    assert.deepEqual((await describeEndpoint(vpcEndpointId)).policyDocument, FULL_ACCESS);
  });

  it("announce, where a RouteRollout stands alone, that its endpoint is replaced", async () => {
    const there = await network(rehearsed.lab, ["a", "b"]);
    const apart =
      ({ vpcId, routeTables }: Network) =>
      (): Promise<void> => {
        const endpoint = new GatewayEndpoint("endpoint", { vpcId });
        new RouteRollout("rollout", { vpcEndpointId: endpoint.vpcEndpointId, routeTables });
        return Promise.resolve();
      };
    succeeded(await stack.up(apart(net)));
    assert.match(succeeded(await stack.preview(apart(there))).warnings.join("\n"), /^the endpoint is replaced/m);
    succeeded(await stack.up());
    assert.deepEqual([switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, there)], [[], ["a", "b"]]);
  });

  describe("that adopt what exists", () => {
    let vpcEndpointId: string;
    beforeEach(async () => {
      ({ vpcEndpointId } = await ec2().createVpcEndpoint({
        vpcId: net.vpcId,
        serviceName: "com.amazonaws.us-east-1.dynamodb",
        vpcEndpointType: "Gateway",
        routeTableIds: [net.routeTables.a ?? ""],
        policyDocument: RESTRICTED,
        tags: { team: "data" },
      }));
    });
    const same = { policy: RESTRICTED, tags: { team: "data" } };

    it("import it without a call that changes anything, and switch only what is left", async () => {
      const adopting = program({
        ...same,
        adopt: { vpcEndpointId, routeTables: ["a"] },
        rollout: { throughStage: "a" },
      });
      const preview = succeeded(await stack.preview(adopting));
      assert.deepEqual([preview.warnings, stepsOf(preview)], [[], ["import ddb", "import ddb-a"]]);
      const mark = rehearsed.lab.cloud.lastSequence;
      succeeded(await stack.up());
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      await unchanged();

      const further = program({ ...same, adopt: { vpcEndpointId, routeTables: ["a"] } });
      assert.deepEqual(
        succeeded(await stack.preview(further)).warnings.map((text) => /^(\w) .*switches/.exec(text)?.[1]),
        ["b"],
      );
      succeeded(await stack.up());
      assert.deepEqual(routeChangesSince(rehearsed.lab, mark), [`+${net.routeTables.b} ${vpcEndpointId}`]);

      assert.deepEqual(stepsOf(succeeded(await stack.up(program(same)))), []);
      await unchanged();
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    });

    it(
      "import it from the Region that is given, and name that Region only " + "where it is not the provider's",
      async () => {
        const far = await network(rehearsed.lab, ["a"], "eu-west-1");
        const request = {
          vpcId: far.vpcId,
          serviceName: "com.amazonaws.eu-west-1.dynamodb",
          vpcEndpointType: "Gateway",
          routeTableIds: [far.routeTables.a ?? ""],
          policyDocument: RESTRICTED,
          tags: { team: "data" },
        };
        const farther = await rehearsed.lab.cloud.region("eu-west-1").ec2.createVpcEndpoint(request);
        const adopting = [
          { net, vpcEndpointId, region: "us-east-1", suffix: "" },
          { net: far, vpcEndpointId: farther.vpcEndpointId, region: "eu-west-1", suffix: "@eu-west-1" },
        ];
        const both = (): Promise<void> => {
          for (const {
            net: { vpcId, routeTables },
            vpcEndpointId: id,
            region,
          } of adopting) {
            new DynamoDbEndpoint(region, {
              ...same,
              vpcId,
              region,
              routeTables: { a: routeTables.a ?? "" },
              adopt: { vpcEndpointId: id, routeTables: ["a"] },
            });
          }
          return Promise.resolve();
        };
        const mark = rehearsed.lab.cloud.lastSequence;
        assert.deepEqual(
          stepsOf(succeeded(await stack.up(both))).sort(),
          adopting.flatMap(({ region }) => [`import ${region}`, `import ${region}-a`]).sort(),
        );
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
        const imported = (JSON.stringify(await stack.state()).match(/"importID":"[^"]*"/g) ?? []).map((text) =>
          text.slice('"importID":"'.length, -1),
        );
        assert.deepEqual(
          imported.sort(),
          adopting
            .flatMap(({ net: { routeTables }, vpcEndpointId: id, suffix }) => [
              `${id}${suffix}`,
              `${id}/${routeTables.a}${suffix}`,
            ])
            .sort(),
        );
        assert.deepEqual(stepsOf(succeeded(await stack.up(both))), []);
      },
    );

    it(
      "do not import it again when the provider's Region becomes another than its own, nor what an earlier version " +
        "imported",
      async () => {
        const of = (region: string) => (): Promise<void> => {
          const provider = new Provider("aws", { region });
          const adopt = { vpcEndpointId, routeTables: ["a"] };
          new DynamoDbEndpoint(
            "ddb",
            { ...same, vpcId: net.vpcId, region: REGION, routeTables: { a: net.routeTables.a ?? "" }, adopt },
            { provider },
          );
          return Promise.resolve();
        };
        succeeded(await stack.up(of(REGION)));
        const mark = rehearsed.lab.cloud.lastSequence;
        await stack.rewrite(({ outputs }) => {
          delete outputs?.importSuffix;
        });
        for (const region of ["eu-west-1", "eu-west-1", REGION])
          assert.deepEqual(stepsOf(succeeded(await stack.up(of(region)))), []);
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      },
    );

    it(
      "do not import the endpoint that the component made itself, and refuse another in its place: it would be " +
        "deleted, with its routes",
      async () => {
        const { outputs } = succeeded(
          await stack.up(program({ ...same, routeTables: { b: net.routeTables.b ?? "" } })),
        );
        const own = String(outputs.vpcEndpointId);
        assert.notEqual(own, vpcEndpointId);
        const mark = rehearsed.lab.cloud.lastSequence;
        assert.deepEqual(
          stepsOf(
            succeeded(
              await stack.up(
                program({ ...same, routeTables: { b: net.routeTables.b ?? "" }, adopt: { vpcEndpointId: own } }),
              ),
            ),
          ),
          [],
        );
        const refused = await stack.up(
          program({ ...same, routeTables: { b: net.routeTables.b ?? "" }, adopt: { vpcEndpointId } }),
        );
        assert.match(
          refused.errors.join("\n"),
          new RegExp(
            `adopt\\.vpcEndpointId: is another endpoint than the component has \\(${own}\\): importing it would ` +
              "delete that one",
          ),
        );
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      },
    );

    it(
      "refuse, in a RouteRollout, associations of another endpoint or route table in place of those that it " +
        "adopted, under other names too",
      async () => {
        const other = await ec2().createVpcEndpoint({
          vpcId: net.vpcId,
          serviceName: "com.amazonaws.us-east-1.dynamodb",
          vpcEndpointType: "Gateway",
        });
        const alone =
          (
            id: string,
            routeTables: Record<string, string | undefined>,
            adopted: string[],
            formerNames?: Record<string, string>,
          ) =>
          (): Promise<void> => {
            const named = routeTables as Record<string, string>;
            new RouteRollout("rollout", {
              vpcEndpointId: id,
              routeTables: named,
              adopt: { vpcEndpointId: id, routeTables: adopted },
              formerNames,
            });
            return Promise.resolve();
          };
        const { a, b } = net.routeTables;
        const { routeTableId: c } = await ec2().createRouteTable({ vpcId: net.vpcId });
        await ec2().modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [c] });
        succeeded(await stack.up(alone(vpcEndpointId, { a, b }, ["a"])));
        const mark = rehearsed.lab.cloud.lastSequence;
        const anew =
          /adopt\.routeTables: "\w" is adopted already, with another route table or endpoint than it is to have now/;
        for (const [moved, refusal] of [
          [alone(other.vpcEndpointId, { a, b }, ["a"]), anew],
          [alone(vpcEndpointId, { a: c, b }, ["a"]), anew],
          [
            alone(vpcEndpointId, { a, c: b }, ["a", "c"], { c: "b" }),
            /adopt\.routeTables: "c" was planned without being adopted/,
          ],
        ] as const) {
          assert.match((await stack.up(moved)).errors.join("\n"), refusal);
        }
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
        assert.deepEqual(stepsOf(succeeded(await stack.up(alone(vpcEndpointId, { c: a, b }, ["c"], { c: "a" })))), []);
      },
    );

    it("warn that the endpoint in its place will serve other addresses, unless a transform says which", async () => {
      const there = await network(rehearsed.lab, ["a"]);
      await ec2().modifyVpcEndpoint({ vpcEndpointId, ipAddressType: "dualstack" });
      succeeded(
        await stack.up(
          program({
            ...same,
            routeTables: { a: net.routeTables.a ?? "" },
            adopt: { vpcEndpointId, routeTables: ["a"] },
          }),
        ),
      );
      const warned = /^the endpoint that ddb has serves dualstack addresses, the one in its place will serve ipv4\./m;
      assert.doesNotMatch(
        succeeded(
          await stack.up(
            program({ ...same, policy: JSON.stringify(FULL_ACCESS), routeTables: { a: net.routeTables.a ?? "" } }),
          ),
        ).warnings.join("\n"),
        warned,
      );
      const elsewhere = { ...same, vpcId: there.vpcId, routeTables: { a: there.routeTables.a ?? "" } };
      assert.match(succeeded(await stack.preview(program(elsewhere))).warnings.join("\n"), warned);
      const kept: ResourceTransform = ({ type, props, opts }) =>
        type === "aws:ec2/vpcEndpoint:VpcEndpoint"
          ? { props: { ...(props as object), ipAddressType: "dualstack" }, opts }
          : undefined;
      assert.doesNotMatch(
        succeeded(await stack.preview(program(elsewhere, { transforms: [kept] }))).warnings.join("\n"),
        warned,
      );
    });

    it("warn of what differs, show it, and leave it alone where it is ignored", async () => {
      const adopt = { vpcEndpointId, routeTables: ["a"] };
      const differing = succeeded(await stack.preview(program({ adopt, rollout: { throughStage: "a" } })));
      assert.match(
        differing.warnings.join("\n"),
        new RegExp(
          `^${vpcEndpointId} is adopted, but differs from the arguments: its policy and tags will be changed`,
          "m",
        ),
      );
      assert.ok(differing.steps.some(({ operation, diffs }) => operation === "update" && diffs.includes("policy")));

      const mark = rehearsed.lab.cloud.lastSequence;
      const ignoring = program({ adopt, rollout: { throughStage: "a" } }, { ignoreChanges: ["policy", "tags"] });
      assert.deepEqual(succeeded(await stack.preview(ignoring)).warnings, []);
      succeeded(await stack.up());
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    });

    it("refuse to adopt what the stack made itself: the import would delete its route", async () => {
      succeeded(await stack.up(program({ ...same, adopt: { vpcEndpointId, routeTables: ["a"] } })));
      const { ok, errors } = await stack.up(program({ ...same, adopt: { vpcEndpointId, routeTables: ["a", "b"] } }));
      assert.equal(ok, false);
      assert.match(errors.join("\n"), /adopt\.routeTables: "b" was planned without being adopted/);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    });

    it("work where the ids are Outputs, and in a RouteRollout alone", async () => {
      const alone = (): Promise<void> => {
        const ids = new Stash("ids", { input: net.routeTables });
        const id = (name: string): typeof ids.output =>
          ids.output.apply((tables: Record<string, string>) => tables[name]);
        new RouteRollout("rollout", {
          vpcEndpointId,
          routeTables: { a: id("a"), b: id("b") },
          adopt: { vpcEndpointId, routeTables: ["a"] },
        });
        return Promise.resolve();
      };
      const mark = rehearsed.lab.cloud.lastSequence;
      const { steps } = succeeded(await stack.up(alone));
      assert.deepEqual(
        steps.filter(({ type }) => type.startsWith("aws:")).map(({ operation, name }) => `${operation} ${name}`),
        ["import rollout-a", "create rollout-b"],
      );
      assert.deepEqual(routeChangesSince(rehearsed.lab, mark), [`+${net.routeTables.b} ${vpcEndpointId}`]);
    });
  });

  it("keep everything under another name with an alias", async () => {
    succeeded(await stack.up(program()));
    const mark = rehearsed.lab.cloud.lastSequence;
    const { warnings } = succeeded(await stack.preview(program({}, { aliases: [{ name: "ddb" }] }, "dynamodb")));
    assert.deepEqual(warnings, []);
    succeeded(await stack.up());
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
  });

  it("withdraw in spite of `retainOnDelete`, which keeps the endpoint", async () => {
    const retained = program({ rollout: { throughStage: "none" } }, { retainOnDelete: true });
    const { outputs } = succeeded(await stack.up(program({}, { retainOnDelete: true })));
    succeeded(await stack.up(retained));
    assert.deepEqual(switchedTables(rehearsed.lab, net), []);
    succeeded(await stack.destroy());
    await describeEndpoint(outputs.vpcEndpointId);
  });

  it("take the provider's default tags, and a user's transforms", async () => {
    const tagged = (): Promise<Record<string, unknown>> => {
      const provider = new Provider("aws", { region: REGION, defaultTags: { tags: { owner: "platform" } } });
      const endpoint = new DynamoDbEndpoint(
        "ddb",
        { ...net, tags: { team: "data" } },
        {
          providers: [provider],
          transforms: [
            ({ type, props, opts }) =>
              type === "aws:ec2/vpcEndpoint:VpcEndpoint"
                ? { props: { ...props, tags: { team: "transformed" } }, opts }
                : undefined,
          ],
        },
      );
      return Promise.resolve({ vpcEndpointId: endpoint.vpcEndpointId });
    };
    const preview = succeeded(await stack.preview(tagged));
    assert.deepEqual(announcedNames(preview.warnings, "switches"), ["a", "b"]);
    const { outputs } = succeeded(await stack.up());
    assert.deepEqual((await describeEndpoint(outputs.vpcEndpointId)).tags, { owner: "platform", team: "transformed" });
    await unchanged();
  });

  it("stand twice in one stack, under one name where their parents differ", async () => {
    const there = await network(rehearsed.lab, ["a"]);
    const twice = (): Promise<void> => {
      new DynamoDbEndpoint("ddb", net, { parent: new ComponentResource("example:index:Network", "network") });
      new DynamoDbEndpoint("ddb", there, { parent: new ComponentResource("example:index:Other", "network") });
      return Promise.resolve();
    };
    const { warnings } = succeeded(await stack.preview(twice));
    assert.deepEqual([warnings.length, [...announcedNames(warnings, "switches")].sort()], [2, ["a", "a", "b"]]);
    succeeded(await stack.up());
    assert.deepEqual([switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, there)], [["a", "b"], ["a"]]);
    await unchanged();
  });
});
