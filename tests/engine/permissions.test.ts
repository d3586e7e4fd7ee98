import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { isAllowed } from "../../lab/cloud/deployer";
import type { Question } from "../../lab/cloud/questions";
import {
  DynamoDbEndpoint,
  GatewayEndpoint,
  RouteRollout,
  type DynamoDbEndpointArgs,
  type GatewayEndpointArgs,
} from "../../index";
import { checkedNetwork, endpointOf, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, routeChangesSince, stepsOf, succeeded } from "./rehearsal";

const REGION = "eu-west-1";
const page = readFileSync("docs/permissions.md", "utf8");

/** The policy of a section of the page, for this network. */
function policyOf(section: string, { vpcId, routeTables }: CheckedNetwork): string {
  const [, json = ""] = new RegExp(`^## ${section}\\n.*?^\`\`\`json\\n(.*?)^\`\`\``, "ms").exec(page) ?? [];
  const ours = {
    "111122223333": "123456789012",
    "vpc-0a1b2c3d4e5f60718": vpcId,
    "rtb-0a1b2c3d4e5f60711": routeTables.a,
    "rtb-0a1b2c3d4e5f60712": routeTables.b,
  };
  return Object.entries(ours).reduce((text, [theirs, own]) => text.replaceAll(theirs, own ?? ""), json);
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** An action on a resource, wherever it stands in policies, and the policies without it. */
interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly left: readonly string[];
}

function permissionsOf(policies: readonly string[]): readonly Permission[] {
  const statements = policies.flatMap((policy) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
  const pairs = statements.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)),
  );
  return [...new Set(pairs)].map((pair) => {
    const [action = "", resource = ""] = pair.split(" ");
    return { action, resource, left: policies.map((policy) => withoutPermission(policy, action, resource)) };
  });
}

function withoutPermission(policy: string, action: string, resource: string): string {
  const { Statement: statements, ...rest } = JSON.parse(policy) as { Statement: Statement[] };
  const left = statements.flatMap((statement) => {
    const [actions, resources] = [[statement.Action].flat(), [statement.Resource].flat()];
    if (!actions.includes(action) || !resources.includes(resource)) return [statement];
    const others = { ...statement, Action: actions.filter((each) => each !== action) };
    const elsewhere = { ...statement, Action: action, Resource: resources.filter((each) => each !== resource) };
    return [others, elsewhere].filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0);
  });
  return JSON.stringify({ ...rest, Statement: left });
}

/** The permissions whose loss would deny nothing of what was asked, or something else besides. */
function idlePermissions(policies: readonly string[], asked: readonly Question[]): readonly string[] {
  const allowed = [...new Map(asked.map((question) => [JSON.stringify(question), question])).values()].filter(
    (question) => isAllowed(policies, question, REGION),
  );
  // One of each service shows that a policy can still be read.
  const ofEachService = [...new Map(allowed.map((question) => [question.action.split(":")[0], question])).values()];
  const idle = permissionsOf(policies).filter(({ action, left }) => {
    const isLost = (question: Question): boolean => !isAllowed(left, question, REGION);
    return (
      !allowed.some((question) => question.action === action && isLost(question)) ||
      ofEachService.some((question) => question.action !== action && isLost(question))
    );
  });
  return idle.map(({ action, resource }) => `${action} on ${resource}`);
}

describe("who deploys", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  /** Restricts the deployer to these sections of the page; the answer is what has been asked since. */
  const restrictedTo = (
    ...sections: readonly string[]
  ): { readonly policies: readonly string[]; asked: () => readonly Question[] } => {
    const { deployer } = rehearsed.lab.cloud;
    const policies = sections.map((section) => policyOf(section, net));
    const before = deployer.asked.length;
    deployer.restrictTo(policies);
    return { policies, asked: () => deployer.asked.slice(before) };
  };
  const without = (action: string, resource: RegExp, ...sections: readonly string[]): void => {
    const lacking = permissionsOf(sections.map((section) => policyOf(section, net))).filter(
      (each) => each.action === action && resource.test(each.resource),
    );
    assert.equal(lacking.length, 1);
    rehearsed.lab.cloud.deployer.restrictTo(lacking[0]?.left ?? []);
  };
  const program =
    (args: Partial<DynamoDbEndpointArgs>): PulumiFn =>
    () => {
      const { vpcEndpointId } = new DynamoDbEndpoint("ddb", {
        vpcId: net.vpcId,
        routeTables: net.routeTables,
        region: REGION,
        tags: { team: "data", stage: "test" },
        ...args,
      });
      return Promise.resolve({ vpcEndpointId });
    };

  before(() =>
    rehearsed.lab.cloud.functions.behave(/.*/, {
      outcome: "succeed",
      result: (event: unknown) => ({
        heldConnection: "reset",
        interruptionMillis: 20,
        reconnected: true,
        provenRequests: 3,
        ...(event as object),
      }),
    }),
  );
  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b"], REGION);
    stack = await rehearsed.stack();
  });
  afterEach(() => rehearsed.lab.cloud.deployer.release());

  it(
    "makes, changes and deletes an endpoint with the policy of the endpoint, and switches with that of the " +
      "roll-out",
    async () => {
      const own = {
        tags: { team: "data" },
        policy:
          '{"Version":"2012-10-17","Statement":' +
          '[{"Effect":"Allow","Principal":"*","Action":"dynamodb:*","Resource":"*"}]}',
      };
      const apart =
        (args: Partial<GatewayEndpointArgs>, isRolledOut = false): PulumiFn =>
        () => {
          const { vpcEndpointId } = new GatewayEndpoint("ddb", {
            vpcId: net.vpcId,
            region: REGION,
            tags: { stage: "test" },
            ...args,
          });
          const rollout = isRolledOut
            ? new RouteRollout("roll", { vpcEndpointId, routeTables: net.routeTables, region: REGION })
            : undefined;
          return Promise.resolve({ vpcEndpointId, associationIds: rollout?.associationIds });
        };
      const alone = restrictedTo("The endpoint");
      succeeded(await stack.up(apart({})));
      succeeded(await stack.up(apart(own), { refresh: true }));
      const made = alone.asked();
      const rollout = restrictedTo("The roll-out");
      succeeded(await stack.up(apart(own, true)));
      assert.deepEqual(switchedTables(rehearsed.lab, net, REGION), ["a", "b"]);
      succeeded(await stack.up(apart(own)));
      assert.deepEqual(switchedTables(rehearsed.lab, net, REGION), []);
      assert.deepEqual(idlePermissions(rollout.policies, rollout.asked()), []);
      const deleting = restrictedTo("The endpoint");
      succeeded(await stack.destroy());
      assert.deepEqual(idlePermissions(alone.policies, [...made, ...deleting.asked()]), []);
    },
  );

  it(
    "lives through a whole roll-out with a check with the three policies together, and needs every permission of " +
      "them",
    async () => {
      const { policies, asked } = restrictedTo("The endpoint", "The roll-out", "The check");
      const check = { table: "StockTable", subnets: net.subnets };
      const { a = "" } = net.routeTables;
      succeeded(
        await stack.up(
          program({ routeTables: { a }, rollout: { check: { ...check, subnets: { a: net.subnets.a ?? "" } } } }),
        ),
      );
      const unexplained: string[] = [];
      await stack.rewrite((resource) => {
        olderCode(resource);
        if (resource.type.startsWith("aws:") && resource.resourceHooks?.OnError === undefined)
          unexplained.push(resource.urn);
      });
      assert.deepEqual(unexplained, []);
      const changed = program({ tags: { team: "web" }, rollout: { check: { ...check, timeoutSeconds: 60 } } });
      succeeded(await stack.up(changed, { refresh: true }));
      assert.deepEqual(switchedTables(rehearsed.lab, net, REGION), ["a", "b"]);
      assert.deepEqual(stepsOf(await stack.preview()), []);
      succeeded(
        await stack.up(
          program({
            tags: { team: "web" },
            rollout: { throughStage: "none", check: { ...check, timeoutSeconds: 60 } },
          }),
        ),
      );
      succeeded(await stack.destroy());
      assert.deepEqual(idlePermissions(policies, asked()), []);
    },
  );

  it("adopts what exists with permissions that only look, and with them deletes nothing", async () => {
    const { ec2 } = rehearsed.lab.cloud.region(REGION);
    const { a = "" } = net.routeTables;
    const { vpcEndpointId } = await ec2.createVpcEndpoint({
      vpcId: net.vpcId,
      serviceName: `com.amazonaws.${REGION}.dynamodb`,
      routeTableIds: [a],
    });
    const { policies, asked } = restrictedTo("Adopting");
    const adopt = { vpcEndpointId, routeTables: ["a"] };
    succeeded(await stack.up(program({ routeTables: { a }, tags: undefined, adopt })));
    assert.deepEqual(idlePermissions(policies, asked()), []);
    const { ok, errors } = await stack.destroy();
    assert.equal(ok, false);
    assert.match(
      errors.join("\n"),
      new RegExp(`not authorized to perform: ec2:ModifyVpcEndpoint on resource: \\S+:vpc-endpoint/${vpcEndpointId} `),
    );
    assert.equal(endpointOf(rehearsed.lab, a, REGION), vpcEndpointId);
  });

  it(
    "is told which permission it lacks, before a route is touched where that can be known, and goes on when it has " +
      "it",
    async () => {
      const all = ["The endpoint", "The roll-out", "The check"] as const;
      const mark = rehearsed.lab.cloud.lastSequence;
      // The unchecked route table is the first of its stage: what is made for the check comes before it all the same.
      const rollout = {
        stages: [{ name: "all", routeTables: ["a", "b"] }],
        check: { table: "StockTable", subnets: { b: net.subnets.b ?? "" } },
      };
      const checked = program({ rollout });
      const told = async (...texts: readonly RegExp[]): Promise<void> => {
        const { ok, errors } = await stack.up(checked, { continueOnError: true });
        assert.equal(ok, false);
        for (const text of texts) assert.match(errors.join("\n"), text);
      };
      without("ec2:CreateVpcEndpoint", /:vpc\//, ...all.slice(0, 2));
      await told(
        new RegExp(
          `^ddb: UnauthorizedOperation: the deploying principal lacks ec2:CreateVpcEndpoint on vpc/${net.vpcId}\\. ` +
            `Add it to its policies; the page "Who deploys" has one for each use`,
          "m",
        ),
        /^ddb-check: AccessDenied: the deploying principal lacks iam:CreateRole on role\/ddb-check-\w+\. Add it/m,
        /^ddb-check: AccessDeniedException: the deploying principal lacks logs:CreateLogGroup on log-group:ddb-check-\w+:log-stream:\. Add it/m,
      );
      without("iam:PassRole", /role/, ...all);
      await told(
        /^ddb-b-check: AccessDeniedException: the deploying principal lacks iam:PassRole on role\/ddb-check-\w+\. Add it/m,
      );
      without("ec2:DescribeSubnets", /./, ...all);
      await told(
        /^ddb-b-check: AccessDeniedException: the deploying principal lacks ec2:DescribeSubnets: Lambda looks at a function's subnet and groups with it\. Add it/m,
      );
      without("lambda:InvokeFunction", /./, ...all);
      assert.deepEqual(routeChangesSince(rehearsed.lab, mark), []);
      await told(
        /^ddb-b-check-before: b was not switched: stage "all" stops here: AccessDeniedException: the deploying principal lacks lambda:InvokeFunction on function:ddb-b-check-\w+:\$LATEST\. Add it/m,
      );
      without("ec2:ModifyVpcEndpoint", new RegExp(`route-table/${net.routeTables.b}`), ...all);
      await told(
        new RegExp(
          '^ddb-b: stage "all" stops at b\\. UnauthorizedOperation: the deploying principal ' +
            `lacks ec2:ModifyVpcEndpoint on route-table/${net.routeTables.b}\\. Add it .*Nothing is rolled back`,
          "m",
        ),
      );
      assert.deepEqual(switchedTables(rehearsed.lab, net, REGION), ["a"]);
      without("ec2:DescribeRouteTables", /./, ...all);
      succeeded(await stack.up(checked));
      assert.deepEqual(switchedTables(rehearsed.lab, net, REGION), ["a", "b"]);
    },
  );

  it("is told so in the preview already where the check asks about an endpoint that something else made", async () => {
    const { vpcEndpointId } = await rehearsed.lab.cloud
      .region(REGION)
      .ec2.createVpcEndpoint({ vpcId: net.vpcId, serviceName: `com.amazonaws.${REGION}.dynamodb` });
    without("ec2:DescribeVpcEndpoints", /./, "The roll-out", "The check");
    const { errors } = await stack.preview(() => {
      const { associationIds } = new RouteRollout("roll", {
        vpcEndpointId,
        routeTables: net.routeTables,
        region: REGION,
        rollout: { check: { table: "StockTable", subnets: net.subnets } },
      });
      return Promise.resolve({ associationIds });
    });
    assert.match(
      errors.join("\n"),
      /^vpcEndpointId: what the check needs to know of the endpoint cannot be asked\. AccessDenied: the deploying principal lacks ec2:DescribeVpcEndpoints\. Add it/m,
    );
  });
});

/** The functions have the code of another version. */
function olderCode(resource: {
  readonly type?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}): void {
  if (resource.type !== "aws:lambda/function:Function") return;
  for (const values of [resource.inputs, resource.outputs]) {
    const code = values?.code as { assets?: Record<string, { hash?: string }>; hash?: string } | undefined;
    if (code !== undefined) code.hash = "0".repeat(64);
  }
}
