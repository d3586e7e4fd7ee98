import { reviewPreview } from "../../../cli/review/judge/reviewPreview";
import { readDigest } from "../../../cli/review/read/digest";
import { EventReader } from "../../../cli/review/read/events";
import type { StackReview } from "../../../cli/review/review";

export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";
export const NAT_ADDRESS = "203.0.113.7";

export const tableArn = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** What the engine writes for a value that deployment decides. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const SECRET = "[secret]";

type Json = Readonly<Record<string, unknown>>;

export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: Json;
  readonly newState?: Json;
}

/** One resource: the same on both sides where one state is given, else with another one, or none, afterwards. */
export interface Given {
  readonly id?: string;
  readonly inputs: Json;
  readonly outputs?: Json;
  /** URNs. */
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Json;
  readonly parent?: string;
}

export const urnOf = (type: string, name: string): string => `urn:pulumi:dev::shop::${type}::${name}`;

export function step(type: string, name: string, before: Given | undefined, after: Given | undefined = before): Step {
  const urn = urnOf(type, name);
  const state = (given: Given): Json => ({ urn, custom: true, type, ...given });
  return {
    op: before === undefined ? "create" : after === undefined ? "delete" : before === after ? "same" : "update",
    urn,
    ...(before && { oldState: state(before) }),
    ...(after && { newState: state(after) }),
  };
}

/** What is there, and goes. */
export function gone(type: string, name: string, before: Given): Step {
  const urn = urnOf(type, name);
  return { op: "delete", urn, oldState: { urn, custom: true, type, ...before } };
}

export const TYPES = {
  role: "aws:iam/role:Role",
  user: "aws:iam/user:User",
  group: "aws:iam/group:Group",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  policy: "aws:iam/policy:Policy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  table: "aws:dynamodb/table:Table",
  tablePolicy: "aws:dynamodb/resourcePolicy:ResourcePolicy",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  endpointPolicy: "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
  association: "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
  routeTable: "aws:ec2/routeTable:RouteTable",
  nat: "aws:ec2/natGateway:NatGateway",
} as const;

export function documentOf(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

export const reads = { Effect: "Allow", Action: "dynamodb:GetItem", Resource: tableArn("Orders") } as const;
export const fromNat = { ...reads, Condition: { IpAddress: { "aws:SourceIp": NAT_ADDRESS } } };
export const fromVpc = { ...reads, Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } };
export const onlyThrough = {
  Sid: "OnlyThroughEndpoint",
  Effect: "Deny",
  Principal: "*",
  Action: "dynamodb:*",
  Resource: tableArn("Orders"),
  Condition: { StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-1" } },
} as const;

export const role = (name: string, inputs: Json = {}): Given => ({
  id: name,
  inputs: { name, ...inputs },
  outputs: { arn: roleArn(name), name },
});

/** A role with an inline policy of its own. */
export function roleWith(name: string, document: unknown, next: unknown = document): readonly Step[] {
  return [step(TYPES.role, name, role(name)), inline(name, "own", document, next)];
}

export function inline(roleName: string, name: string, document: unknown, next: unknown = document): Step {
  const given = (policy: unknown): Given => ({ inputs: { role: roleName, name, policy } });
  const before = document === undefined ? undefined : given(document);
  return step(TYPES.rolePolicy, `${roleName}-${name}`, before, document === next ? before : given(next));
}

export const TABLE = step(TYPES.table, "orders", {
  id: "Orders",
  inputs: { name: "Orders" },
  outputs: { arn: tableArn("Orders") },
});

export const tablePolicy = (policy: unknown, more: Partial<Given> = {}): Given => ({
  inputs: { resourceArn: tableArn("Orders"), policy },
  ...more,
});

export const endpoint = (inputs: Json = {}): Given => ({
  id: "vpce-1",
  inputs: { serviceName: `com.amazonaws.${REGION}.dynamodb`, vpcId: "vpc-1", ...inputs },
  outputs: { ownerId: ACCOUNT },
});

export const ENDPOINT = step(TYPES.endpoint, "dynamodb", endpoint());

/** A route table whose default route leads to a NAT gateway of a known address. */
export const ROUTE_TABLE = step(TYPES.routeTable, "private", {
  id: "rtb-1",
  inputs: { vpcId: "vpc-1", routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }] },
});
export const NAT = step(TYPES.nat, "nat", { id: "nat-1", inputs: {}, outputs: { publicIp: NAT_ADDRESS } });

const link: Given = { id: "a-vpce-1", inputs: { routeTableId: "rtb-1", vpcEndpointId: "vpce-1" } };
export const SWITCH = step(TYPES.association, "private", undefined, link);
export const SWITCHED = step(TYPES.association, "private", link);
export const WITHDRAWN = gone(TYPES.association, "private", link);
export const SWITCH_URN = urnOf(TYPES.association, "private");

/** The network, with the way that changes or stays. */
export const network = (association: Step | undefined): readonly Step[] => [
  NAT,
  ROUTE_TABLE,
  ENDPOINT,
  ...(association === undefined ? [] : [association]),
];

/** The same preview as the engine streams it. */
export function streamed(...steps: readonly (Step | readonly Step[])[]): StackReview {
  const events = new EventReader("preview.jsonl", 0);
  const told = steps.flat().map(({ op, urn, oldState, newState }) => ({
    resourcePreEvent: { metadata: { op, urn, old: withoutOrder(oldState), new: withoutOrder(newState) } },
  }));
  for (const [sequence, event] of [...told, { summaryEvent: { isPreview: true } }].entries())
    events.add(`${JSON.stringify({ sequence, timestamp: 0, ...event })}\n`);
  return reviewPreview(events.end());
}

/** A stream does not say what is made from what. */
function withoutOrder(state: Json | undefined): Json | undefined {
  return state && { ...state, dependencies: undefined, propertyDependencies: undefined };
}

export function reviewed(...steps: readonly (Step | readonly Step[])[]): StackReview {
  return reviewPreview(readDigest("preview.json", JSON.stringify({ steps: steps.flat() })));
}
