import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IsolatedStack } from "../../demo/isolatedStack";
import type { Place, Program, Resources, Situation } from "../situation";

const CANARY = { name: "canary", routeTables: ["private-a"] };
const HALF = { name: "half", routeTables: ["private-b"] };
const REST = { name: "rest", routeTables: ["private-c"] };
const ASSOCIATION = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation";

interface Given {
  readonly rollout?: object;
  readonly properties?: object;
  readonly options?: object;
}

/** A program with the component under the network that is there. */
function component({ rollout, properties, options }: Given = {}): Program {
  return ({ vpcId, routeTables }) => ({
    dynamodb: {
      type: "dynamodb-endpoint:DynamoDbEndpoint",
      properties: { vpcId, routeTables, rollout: { stages: [CANARY, HALF, REST], ...rollout }, ...properties },
      ...(options && { options }),
    },
  });
}

const through = (throughStage: string): Program => component({ rollout: { throughStage } });

const checked =
  (throughStage: string): Program =>
  (place) =>
    component({ rollout: { throughStage, check: { table: "StockTable", subnets: place.subnets } } })(place);

/** A roll-out onto an endpoint that is there. */
function rollout(endpoint: number, properties: object = {}, options?: object): Program {
  return ({ endpoints, routeTables }) => ({
    dynamodb: {
      type: "dynamodb-endpoint:RouteRollout",
      properties: { vpcEndpointId: endpoints[endpoint], routeTables, ...properties },
      ...(options && { options }),
    },
  });
}

const nothing: Program = () => ({});

const secret = (texts: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { "fn::secret": text }]));

const urnOf = (type: string, name: string): string =>
  `urn:pulumi:dev::shop::dynamodb-endpoint:index:DynamoDbEndpoint$${type}::${name}`;

/** A VPC that the program makes, with the component in it. */
function newVpc(): Resources {
  const names = ["private-a", "private-b"];
  return {
    vpc: { type: "aws:ec2:Vpc", properties: { cidrBlock: "10.1.0.0/16" } },
    ...Object.fromEntries(
      names.map((name) => [name, { type: "aws:ec2:RouteTable", properties: { vpcId: "${vpc.id}" } }]),
    ),
    dynamodb: {
      type: "dynamodb-endpoint:DynamoDbEndpoint",
      properties: {
        vpcId: "${vpc.id}",
        routeTables: Object.fromEntries(names.map((name) => [name, `\${${name}.id}`])),
        rollout: { stages: [CANARY, { name: "rest", routeTables: ["private-b"] }] },
      },
    },
  };
}

/** The state as a version before the remarks has left it. */
async function withoutRemarks(stack: IsolatedStack, folder: string): Promise<void> {
  const file = join(folder, "state.json");
  await stack.pulumi("stack", "export", "--file", file);
  const state = JSON.parse(readFileSync(file, "utf8")) as {
    deployment: { resources: { type: string; inputs?: Ledger; outputs?: Ledger }[] };
  };
  for (const { type, inputs, outputs } of state.deployment.resources)
    if (type === "pulumi:index:Stash")
      for (const each of [inputs?.input, outputs?.input, outputs?.output]) delete each?.remarks;
  writeFileSync(file, JSON.stringify(state));
  await stack.pulumi("stack", "import", "--file", file);
}

interface Ledger {
  readonly input?: { remarks?: unknown };
  readonly output?: { remarks?: unknown };
}

const access = (level: string, ...tables: readonly string[]): Given => ({
  properties: { access: { tables: tables.map((name) => ({ name, access: level })) } },
  rollout: { throughStage: "canary" },
});

/** Of a preview that is made in this century. */
const openWindow = { opensAt: "2026-01-01T00:00:00Z", closesAt: "2099-01-01T00:00:00Z" };
const windowToCome = { opensAt: "2098-01-01T00:00:00Z", closesAt: "2099-01-01T00:00:00Z" };
const closedWindow = { opensAt: "2026-01-01T00:00:00Z", closesAt: "2026-01-02T00:00:00Z" };

const renamed = ({ routeTables, ...place }: Place): Resources =>
  component({
    rollout: { stages: [{ name: "all", routeTables: ["blue"] }] },
    properties: { formerNames: { blue: "private-a" } },
  })({ ...place, routeTables: { blue: routeTables["private-a"] ?? "" } });

const one: Program = ({ routeTables, ...place }) =>
  component({ rollout: { stages: [{ name: "all", routeTables: ["private-a"] }] } })({
    ...place,
    routeTables: { "private-a": routeTables["private-a"] ?? "" },
  });

const renamedWithoutFormerName: Program = ({ routeTables, ...place }) =>
  component({ rollout: { stages: [{ name: "all", routeTables: ["blue"] }] } })({
    ...place,
    routeTables: { blue: routeTables["private-a"] ?? "" },
  });

/** Roll-outs of our components. */
export const COMPONENTS: readonly Situation[] = [
  { name: "first-switch", breaks: "announced", of: { after: checked("rest") }, keepsEvents: true },
  { name: "endpoint-first", breaks: "nothing", of: { after: through("none") } },
  { name: "canary", breaks: "announced", of: { before: through("none"), after: through("canary") }, keepsEvents: true },
  { name: "rest-after-canary", breaks: "announced", of: { before: through("canary"), after: through("rest") } },
  { name: "nothing-changes", breaks: "nothing", of: { before: through("canary"), after: through("canary") } },
  {
    name: "stages-regrouped",
    breaks: "nothing",
    of: {
      before: through("canary"),
      after: component({
        rollout: {
          stages: [CANARY, { name: "rest", routeTables: ["private-b", "private-c"] }],
          throughStage: "canary",
        },
      }),
    },
  },
  {
    name: "withdrawal",
    breaks: "announced",
    of: { before: through("rest"), after: through("canary") },
    keepsEvents: true,
  },
  {
    name: "move-to-another-endpoint",
    breaks: "announced",
    endpoints: [[], []],
    of: { before: rollout(0), after: rollout(1) },
  },
  {
    name: "window-added",
    breaks: "nothing",
    endpoints: [[], []],
    of: { before: rollout(0), after: rollout(0, { rollout: { window: openWindow } }) },
  },
  { name: "new-vpc", breaks: "nothing", of: { after: newVpc }, keepsEvents: true },
  {
    name: "isolated",
    breaks: "nothing",
    isIsolated: true,
    of: { after: component({ rollout: { isolated: ["private-a", "private-b", "private-c"] } }) },
    keepsEvents: true,
  },
  {
    name: "isolated-and-live",
    breaks: "announced",
    isIsolated: true,
    of: { after: component({ rollout: { isolated: ["private-a"] } }) },
  },
  {
    name: "isolated-with-a-way-out",
    breaks: "announced",
    of: { after: component({ rollout: { isolated: ["private-a", "private-b", "private-c"] } }) },
  },
  {
    name: "adopt",
    breaks: "nothing",
    endpoints: [["private-a", "private-b", "private-c"]],
    of: {
      after: (place) =>
        component({
          properties: { adopt: { vpcEndpointId: place.endpoints[0], routeTables: Object.keys(place.routeTables) } },
        })(place),
    },
    keepsEvents: true,
  },
  {
    name: "adopt-and-switch",
    breaks: "announced",
    endpoints: [["private-a"]],
    of: {
      after: (place) =>
        component({ properties: { adopt: { vpcEndpointId: place.endpoints[0], routeTables: ["private-a"] } } })(place),
    },
  },
  {
    name: "destroy",
    breaks: "unannounced",
    isDestroy: true,
    of: { before: through("rest"), after: through("rest") },
    keepsEvents: true,
  },
  {
    name: "destroy-of-nothing-switched",
    breaks: "nothing",
    isDestroy: true,
    of: { before: through("none"), after: through("none") },
  },
  {
    name: "target",
    breaks: "announced",
    args: ["--target", urnOf(ASSOCIATION, "dynamodb-private-b")],
    of: { before: through("canary"), after: through("half") },
  },
  {
    name: "ledgers-excluded",
    breaks: "nothing",
    args: ["--exclude", "**::dynamodb-plan", "--exclude", "**::dynamodb-switched"],
    of: { before: through("half"), after: through("canary") },
  },
  {
    name: "destroy-of-one-association",
    breaks: "unannounced",
    isDestroy: true,
    args: ["--target", urnOf(ASSOCIATION, "dynamodb-private-b"), "--target-dependents"],
    of: { before: through("half"), after: through("half") },
  },
  {
    name: "target-of-the-endpoint",
    breaks: "nothing",
    args: ["--target", urnOf("aws:ec2/vpcEndpoint:VpcEndpoint", "dynamodb")],
    of: {
      before: through("canary"),
      after: component({ rollout: { throughStage: "half" }, properties: { tags: { team: "shop" } } }),
    },
  },
  {
    name: "component-removed",
    breaks: "unannounced",
    of: { before: through("rest"), after: nothing },
    keepsEvents: true,
  },
  {
    name: "component-removed-and-retained",
    breaks: "nothing",
    endpoints: [[]],
    of: { before: rollout(0, {}, { retainOnDelete: true }), after: nothing },
  },
  {
    name: "window-open",
    breaks: "announced",
    of: { before: through("canary"), after: component({ rollout: { window: openWindow } }) },
  },
  {
    name: "window-to-come",
    breaks: "announced",
    of: { before: through("canary"), after: component({ rollout: { window: windowToCome } }) },
  },
  {
    name: "window-closed",
    breaks: "announced",
    of: { before: through("canary"), after: component({ rollout: { window: closedWindow } }) },
  },
  { name: "failed", breaks: "undecided", of: { before: through("canary"), after: through("hafl") }, keepsEvents: true },
  {
    name: "secret-ids",
    breaks: "announced",
    of: { after: (place) => component({ properties: { routeTables: secret(place.routeTables) } })(place) },
    keepsEvents: true,
  },
  {
    name: "policy-changes",
    breaks: "nothing",
    of: {
      before: component(access("ReadWrite", "StockTable")),
      after: component(access("Read", "StockTable", "OrderTable")),
    },
    keepsEvents: true,
  },
  { name: "renamed", breaks: "nothing", of: { before: one, after: renamed } },
  { name: "renamed-without-former-name", breaks: "undecided", of: { before: one, after: renamedWithoutFormerName } },
  {
    name: "upgraded",
    breaks: "nothing",
    of: { before: through("canary"), after: through("canary"), between: withoutRemarks },
    keepsEvents: true,
  },
  {
    name: "upgraded-and-switched",
    breaks: "announced",
    of: { before: through("canary"), after: through("half"), between: withoutRemarks },
  },
];
