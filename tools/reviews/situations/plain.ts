import type { Program, Resources, Situation, YamlResource } from "../situation";

const DYNAMODB = "com.amazonaws.us-east-1.dynamodb";
const S3 = "com.amazonaws.us-east-1.s3";

/** An endpoint without our components, with these route tables of the network that is there. */
function endpoint(serviceName: string, tables: readonly string[] | undefined, more: Given = {}): Program {
  return ({ vpcId, routeTables }) => ({
    gateway: {
      type: "aws:ec2:VpcEndpoint",
      properties: {
        vpcId,
        serviceName,
        ...(tables && { routeTableIds: tables.map((name) => routeTables[name]) }),
        ...more.properties,
      },
      ...(more.options && { options: more.options }),
    },
  });
}

interface Given {
  readonly properties?: object;
  readonly options?: object;
}

function association(table: string, options?: object, vpcEndpointId = "${gateway.id}"): Program {
  return ({ routeTables }) => ({
    [table]: {
      type: "aws:ec2:VpcEndpointRouteTableAssociation",
      properties: { routeTableId: routeTables[table], vpcEndpointId },
      ...(options && { options }),
    },
  });
}

const together =
  (...programs: readonly Program[]): Program =>
  (place) =>
    Object.assign({}, ...programs.map((program) => program(place))) as Resources;

const gateway = endpoint(DYNAMODB, undefined);

const urnOf = (type: string, name: string): string => `urn:pulumi:dev::shop::${type}::${name}`;
const ENDPOINT = urnOf("aws:ec2/vpcEndpoint:VpcEndpoint", "gateway");
const ASSOCIATION = urnOf("aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation", "private-a");

/** Endpoints of a plain program, and what names route tables. */
const ENDPOINTS: readonly Situation[] = [
  {
    name: "inline-added",
    breaks: "unannounced",
    of: { before: endpoint(DYNAMODB, ["private-a"]), after: endpoint(DYNAMODB, ["private-a", "private-b"]) },
    keepsEvents: true,
  },
  {
    name: "inline-removed",
    breaks: "unannounced",
    of: { before: endpoint(DYNAMODB, ["private-a", "private-b"]), after: endpoint(DYNAMODB, ["private-a"]) },
  },
  {
    name: "inline-left-out",
    breaks: "nothing",
    of: { before: endpoint(DYNAMODB, ["private-a", "private-b"]), after: endpoint(DYNAMODB, undefined) },
  },
  {
    name: "inline-emptied",
    breaks: "unannounced",
    of: { before: endpoint(DYNAMODB, ["private-a", "private-b"]), after: endpoint(DYNAMODB, []) },
  },
  {
    name: "inline-in-another-order",
    breaks: "nothing",
    of: {
      before: endpoint(DYNAMODB, ["private-a", "private-b"]),
      after: endpoint(DYNAMODB, ["private-b", "private-a"], { properties: { tags: { team: "shop" } } }),
    },
  },
  {
    name: "s3-inline-added",
    breaks: "unannounced",
    of: { before: endpoint(S3, ["private-a"]), after: endpoint(S3, ["private-a", "private-b"]) },
  },
  {
    name: "s3-tags",
    breaks: "nothing",
    of: {
      before: endpoint(S3, ["private-a"]),
      after: endpoint(S3, ["private-a"], { properties: { tags: { team: "shop" } } }),
    },
  },
  {
    name: "association-created",
    breaks: "unannounced",
    of: { before: gateway, after: together(gateway, association("private-a")) },
    keepsEvents: true,
  },
  {
    name: "association-created-with-endpoint",
    breaks: "unannounced",
    of: { after: together(gateway, association("private-a")) },
    keepsEvents: true,
  },
  {
    name: "association-deleted",
    breaks: "unannounced",
    of: {
      before: together(gateway, association("private-a"), association("private-b")),
      after: together(gateway, association("private-b")),
    },
  },
  {
    name: "association-retained",
    breaks: "nothing",
    of: {
      before: together(gateway, association("private-a", { retainOnDelete: true }), association("private-b")),
      after: together(gateway, association("private-b")),
    },
    keepsEvents: true,
  },
  {
    name: "association-deleted-with-endpoint",
    breaks: "unannounced",
    of: {
      before: together(gateway, association("private-a", { deletedWith: "${gateway}" })),
      after: () => ({}),
    },
  },
  {
    name: "association-retained-with-endpoint",
    breaks: "nothing",
    of: {
      before: together(
        endpoint(DYNAMODB, undefined, { options: { retainOnDelete: true } }),
        association("private-a", { deletedWith: "${gateway}" }),
      ),
      after: () => ({}),
    },
  },
  {
    name: "association-replaced",
    breaks: "unannounced",
    args: ["--replace", ASSOCIATION],
    of: { before: together(gateway, association("private-a")), after: together(gateway, association("private-a")) },
    keepsEvents: true,
  },
  {
    name: "association-imported",
    breaks: "nothing",
    endpoints: [["private-a"]],
    of: {
      after: (place) => {
        const [vpcEndpointId = ""] = place.endpoints;
        const id = `${vpcEndpointId}/${place.routeTables["private-a"] ?? ""}`;
        return association("private-a", { import: id }, vpcEndpointId)(place);
      },
    },
    keepsEvents: true,
  },
  {
    name: "association-of-another-stack",
    breaks: "unannounced",
    endpoints: [[]],
    of: { after: (place) => association("private-a", undefined, place.endpoints[0])(place) },
  },
  {
    name: "endpoint-replaced",
    breaks: "unannounced",
    args: ["--replace", ENDPOINT],
    of: { before: endpoint(DYNAMODB, ["private-a"]), after: endpoint(DYNAMODB, ["private-a"]) },
    keepsEvents: true,
  },
  {
    name: "endpoint-replaced-under-associations",
    breaks: "unannounced",
    args: ["--replace", ENDPOINT],
    of: { before: together(gateway, association("private-a")), after: together(gateway, association("private-a")) },
    keepsEvents: true,
  },
  {
    name: "endpoint-replaced-without-tables",
    breaks: "nothing",
    args: ["--replace", ENDPOINT],
    of: { before: gateway, after: gateway },
  },
  {
    name: "endpoint-deleted",
    breaks: "unannounced",
    of: { before: endpoint(DYNAMODB, ["private-a", "private-b"]), after: () => ({}) },
  },
  {
    name: "endpoint-deleted-without-tables",
    breaks: "nothing",
    of: { before: gateway, after: () => ({}) },
  },
  {
    name: "endpoint-retained",
    breaks: "nothing",
    of: {
      before: endpoint(DYNAMODB, ["private-a", "private-b"], { options: { retainOnDelete: true } }),
      after: () => ({}),
    },
  },
  {
    name: "endpoint-renamed",
    breaks: "nothing",
    of: {
      before: endpoint(DYNAMODB, ["private-a"]),
      after: (place) => {
        const { gateway: same } = endpoint(DYNAMODB, ["private-a"], { options: { aliases: [{ name: "gateway" }] } })(
          place,
        ) as { gateway: YamlResource };
        return { dynamodb: same };
      },
    },
  },
];

const ec2 = (properties: object, type: string, options?: object): YamlResource => ({
  type: `aws:ec2:${type}`,
  properties,
  ...(options && { options }),
});

/** A VPC of the program's own with two NAT gateways, and what it puts into it. */
function vpc(resources: Resources): Resources {
  return {
    vpc: ec2({ cidrBlock: "10.1.0.0/16" }, "Vpc"),
    internet: ec2({ vpcId: "${vpc.id}" }, "InternetGateway"),
    public: ec2({ vpcId: "${vpc.id}", cidrBlock: "10.1.255.0/24" }, "Subnet"),
    "nat-1": nat("address-1"),
    "nat-2": nat("address-2"),
    "address-1": ec2({ domain: "vpc" }, "Eip"),
    "address-2": ec2({ domain: "vpc" }, "Eip"),
    ...resources,
  };
}

function nat(address: string): YamlResource {
  return ec2({ subnetId: "${public.id}", allocationId: `\${${address}.id}` }, "NatGateway", {
    dependsOn: ["${internet}"],
  });
}

const toNat = (gateway: string): object => ({ cidrBlock: "0.0.0.0/0", natGatewayId: `\${${gateway}.id}` });
const OTHER_ROUTE = { cidrBlock: "10.9.0.0/16", gatewayId: "${internet.id}" };

const table = (...routes: readonly object[]): YamlResource =>
  ec2({ vpcId: "${vpc.id}", ...(routes.length > 0 && { routes }) }, "RouteTable");

const subnet = ec2({ vpcId: "${vpc.id}", cidrBlock: "10.1.0.0/24" }, "Subnet");

const route = (gateway: string, properties: object = {}): YamlResource =>
  ec2(
    {
      routeTableId: "${private.id}",
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: `\${${gateway}.id}`,
      ...properties,
    },
    "Route",
  );

const place = (tableName: string): YamlResource =>
  ec2({ subnetId: "${subnet.id}", routeTableId: `\${${tableName}.id}` }, "RouteTableAssociation");

const main = (tableName: string): YamlResource =>
  ec2({ vpcId: "${vpc.id}", routeTableId: `\${${tableName}.id}` }, "MainRouteTableAssociation");

const gatewayOf = (serviceName: string, tableName = "private"): YamlResource =>
  ec2({ vpcId: "${vpc.id}", serviceName, routeTableIds: [`\${${tableName}.id}`] }, "VpcEndpoint");

const change = (
  name: string,
  breaks: Situation["breaks"],
  before: Resources,
  after: Resources,
  more: Partial<Situation> = {},
): Situation => ({ name, breaks, of: { before: () => vpc(before), after: () => vpc(after) }, ...more });

/** A program without one of its NAT gateways. */
function withoutNat(resources: Resources): Resources {
  return Object.fromEntries(Object.entries(resources).filter(([name]) => name !== "nat-2"));
}

const placed = { subnet, "table-1": table(toNat("nat-1")), "table-2": table(toNat("nat-2")) };
const alike = { subnet, "table-1": table(toNat("nat-1")), "table-2": table(toNat("nat-1"), OTHER_ROUTE) };

/** Routes of a plain program. */
const ROUTES: readonly Situation[] = [
  change(
    "default-route-changes",
    "unannounced",
    { private: table(toNat("nat-1")) },
    { private: table(toNat("nat-2")) },
    { keepsEvents: true },
  ),
  change(
    "another-route-changes",
    "nothing",
    { private: table(toNat("nat-1")) },
    { private: table(toNat("nat-1"), OTHER_ROUTE) },
  ),
  change(
    "default-route-removed",
    "unannounced",
    { private: table(toNat("nat-1"), OTHER_ROUTE) },
    { private: table(OTHER_ROUTE) },
  ),
  change(
    "route-changes-target",
    "unannounced",
    { private: table(), "to-all": route("nat-1") },
    { private: table(), "to-all": route("nat-2") },
    { keepsEvents: true },
  ),
  change(
    "route-on-endpoints-changes-target",
    "nothing",
    { private: table(), "to-all": route("nat-1"), dynamodb: gatewayOf(DYNAMODB), s3: gatewayOf(S3) },
    { private: table(), "to-all": route("nat-2"), dynamodb: gatewayOf(DYNAMODB), s3: gatewayOf(S3) },
  ),
  change(
    "another-route-changes-target",
    "nothing",
    { private: table(), "to-others": route("nat-1", { destinationCidrBlock: "10.9.0.0/16" }) },
    { private: table(), "to-others": route("nat-2", { destinationCidrBlock: "10.9.0.0/16" }) },
  ),
  change("route-deleted", "unannounced", { private: table(), "to-all": route("nat-1") }, { private: table() }),
  change(
    "route-replaced",
    "unannounced",
    { private: table(), "to-all": route("nat-1") },
    { private: table(), "to-all": route("nat-1") },
    { args: ["--replace", urnOf("aws:ec2/route:Route", "to-all")] },
  ),
  change(
    "route-table-replaced",
    "nothing",
    { subnet, private: table(toNat("nat-1")), place: place("private") },
    { subnet, private: table(toNat("nat-1")), place: place("private") },
    { args: ["--replace", urnOf("aws:ec2/routeTable:RouteTable", "private")], keepsEvents: true },
  ),
  change(
    "subnet-moves",
    "unannounced",
    { ...placed, place: place("table-1") },
    { ...placed, place: place("table-2") },
    { keepsEvents: true },
  ),
  change(
    "subnet-moves-to-the-same-way",
    "nothing",
    { ...alike, place: place("table-1") },
    { ...alike, place: place("table-2") },
    { keepsEvents: true },
  ),
  change(
    "subnet-moves-onto-an-endpoint",
    "unannounced",
    { ...alike, dynamodb: gatewayOf(DYNAMODB, "table-2"), place: place("table-1") },
    { ...alike, dynamodb: gatewayOf(DYNAMODB, "table-2"), place: place("table-2") },
  ),
  change("subnet-leaves-its-table", "undecided", { ...placed, place: place("table-1") }, placed),
  change(
    "main-table-changes",
    "unannounced",
    { ...placed, main: main("table-1") },
    { ...placed, main: main("table-2") },
  ),
  change(
    "main-table-changes-to-the-same-way",
    "nothing",
    { ...alike, main: main("table-1") },
    { ...alike, main: main("table-2") },
  ),
  change("main-table-set", "undecided", placed, { ...placed, main: main("table-1") }),
  {
    name: "nat-gateway-goes",
    breaks: "unannounced",
    of: { before: () => vpc({ private: table(toNat("nat-2")) }), after: () => withoutNat(vpc({ private: table() })) },
    keepsEvents: true,
  },
  {
    name: "nat-gateway-goes-after-both-endpoints",
    breaks: "nothing",
    of: {
      before: () => vpc({ private: table(toNat("nat-2")), dynamodb: gatewayOf(DYNAMODB), s3: gatewayOf(S3) }),
      after: () => withoutNat(vpc({ private: table(), dynamodb: gatewayOf(DYNAMODB), s3: gatewayOf(S3) })),
    },
  },
  {
    name: "nat-gateway-goes-after-one-endpoint",
    breaks: "unannounced",
    of: {
      before: () => vpc({ private: table(toNat("nat-2")), dynamodb: gatewayOf(DYNAMODB) }),
      after: () => withoutNat(vpc({ private: table(), dynamodb: gatewayOf(DYNAMODB) })),
    },
  },
  {
    name: "unused-nat-gateway-goes",
    breaks: "nothing",
    of: {
      before: () => vpc({ private: table(toNat("nat-1")) }),
      after: () => withoutNat(vpc({ private: table(toNat("nat-1")) })),
    },
  },
  change(
    "nat-gateway-replaced",
    "unannounced",
    { private: table(toNat("nat-2")) },
    { private: table(toNat("nat-2")) },
    { args: ["--replace", urnOf("aws:ec2/natGateway:NatGateway", "nat-2")], keepsEvents: true },
  ),
  {
    name: "all-is-new",
    breaks: "nothing",
    of: {
      after: () =>
        vpc({
          ...placed,
          place: place("table-1"),
          main: main("table-2"),
          dynamodb: gatewayOf(DYNAMODB, "table-1"),
          s3: gatewayOf(S3, "table-1"),
        }),
    },
    keepsEvents: true,
  },
  {
    name: "all-goes",
    breaks: "unannounced",
    isDestroy: true,
    of: {
      before: () =>
        vpc({ subnet, private: table(toNat("nat-1")), place: place("private"), dynamodb: gatewayOf(DYNAMODB) }),
      after: () => ({}),
    },
  },
];

/** A role's policy that names DynamoDB. */
function rolePolicy(statement: object): Program {
  return () => ({
    application: {
      type: "aws:iam:Role",
      properties: {
        assumeRolePolicy: policyOf({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
      },
    },
    "application-policy": {
      type: "aws:iam:RolePolicy",
      properties: { role: "${application.id}", policy: policyOf(statement) },
    },
  });
}

function policyOf(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

const TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable";
const readable = rolePolicy({ Action: "dynamodb:GetItem", Resource: TABLE });

const POLICIES: readonly Situation[] = [
  {
    name: "role-policy-with-findings",
    breaks: "nothing",
    of: {
      before: readable,
      after: rolePolicy({
        Action: ["dynamodb:GetItems", "dynamodb:Query"],
        Resource: TABLE.replace(":table/", ":tables/"),
      }),
    },
    keepsEvents: true,
  },
  {
    name: "role-policy-without-findings",
    breaks: "nothing",
    of: { before: readable, after: rolePolicy({ Action: ["dynamodb:GetItem", "dynamodb:PutItem"], Resource: TABLE }) },
  },
];

/** A role that reads a table of the program, on this condition. */
const reader = (condition: object): Resources => ({
  orders: {
    type: "aws:dynamodb:Table",
    properties: {
      name: "Orders",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
    },
  },
  ...rolePolicy({ Action: ["dynamodb:GetItem", "dynamodb:Query"], Resource: "${orders.arn}", ...condition })(NOWHERE),
});

const NOWHERE = { vpcId: "", routeTables: {}, subnets: {}, endpoints: [] };

/** The table's policy that denies whoever comes through no endpoint of the account. */
const lock = (options?: object): Resources => ({
  lock: {
    type: "aws:dynamodb:ResourcePolicy",
    ...(options && { options }),
    properties: {
      resourceArn: "${orders.arn}",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "OnlyThroughEndpoint",
            Effect: "Deny",
            Principal: "*",
            Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
            Resource: "${orders.arn}",
            Condition: {
              StringNotEqualsIfExists: { "aws:VpceAccount": "123456789012" },
              BoolIfExists: { "aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false" },
              ArnNotLikeIfExists: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/aws-service-role/*" },
            },
          },
        ],
      }),
    },
  },
});

const notYet = ec2({ vpcId: "${vpc.id}", serviceName: DYNAMODB }, "VpcEndpoint");
const office = reader({ Condition: { IpAddress: { "aws:SourceIp": "${nat-1.publicIp}" } } });
const anywhere = reader({});
const unswitched = { private: table(toNat("nat-1")), dynamodb: notYet };
const switched = { private: table(toNat("nat-1")), dynamodb: gatewayOf(DYNAMODB) };

/** Whose permissions flip. */
const PERMISSIONS: readonly Situation[] = [
  change("switch-denies-who-comes-from-nat", "unannounced", { ...unswitched, ...office }, { ...switched, ...office }),
  change(
    "lock-beside-the-switch",
    "unannounced",
    { ...unswitched, ...anywhere },
    { ...switched, ...anywhere, ...lock() },
  ),
  change(
    "lock-behind-the-switch",
    "unannounced",
    { ...unswitched, ...anywhere },
    { ...switched, ...anywhere, ...lock({ dependsOn: ["${dynamodb}"] }) },
  ),
  change(
    "lock-before-any-switch",
    "nothing",
    { ...unswitched, ...anywhere },
    { ...unswitched, ...anywhere, ...lock() },
  ),
];

export const PLAIN: readonly Situation[] = [...ENDPOINTS, ...ROUTES, ...POLICIES, ...PERMISSIONS];
