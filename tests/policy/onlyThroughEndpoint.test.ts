import assert from "node:assert/strict";
import { DYNAMODB_ACTIONS } from "../../components/policy/actions";
import type { PolicyDocument } from "../../components/policy/document";
import { evaluatePolicy, type PolicyRequest } from "../../components/policy/evaluate";
import { onlyThroughEndpoint, type OnlyThroughEndpoint } from "../../components/policy/onlyThroughEndpoint";
import { validatePolicy } from "../../components/policy/validate";
import { independentVerdict } from "../../tools/soak/policiesIndependent";

const stock = "arn:aws:dynamodb:eu-west-1:111122223333:table/Stock";
const app = { arn: "arn:aws:iam::111122223333:role/app", organization: "o-a1b2c3d4e5" };
const admin = "arn:aws:iam::111122223333:role/admin";

const intent: OnlyThroughEndpoint = {
  kind: "identity",
  tables: [stock],
  through: { vpcEndpointIds: ["vpce-11aa22bb"] },
};
const everything: OnlyThroughEndpoint = {
  ...intent,
  actions: "all",
  except: { principals: [admin, "arn:aws:iam::*:role/deploy-*"] },
};

interface Case {
  readonly title: string;
  readonly intent: OnlyThroughEndpoint;
  /** What differs from `GetItem` on the table by a role, from nowhere in particular. */
  readonly request: Partial<PolicyRequest>;
  readonly denied: boolean;
}

const from = (context: Record<string, string>): Partial<PolicyRequest> => ({ context });
const as = (role: string, context: Record<string, string> = {}): Partial<PolicyRequest> => ({
  principal: { arn: `arn:aws:iam::111122223333:${role}` },
  context,
});
const endpoints = (...vpcEndpointIds: string[]): OnlyThroughEndpoint => ({ ...intent, through: { vpcEndpointIds } });
const vpcs: OnlyThroughEndpoint = { ...intent, through: { vpcIds: ["vpc-11aa22bb"] } };
const organization: OnlyThroughEndpoint = { ...intent, through: { organizations: ["o-a1b2c3d4e5"] } };
const sparingNobody: OnlyThroughEndpoint = { ...intent, except: { awsServices: false, viaAwsServices: false } };

const cases: readonly Case[] = [
  {
    title: "through the endpoint",
    intent,
    request: from({ "aws:SourceVpce": "vpce-11aa22bb", "aws:ViaAWSService": "false" }),
    denied: false,
  },
  {
    title: "through another endpoint",
    intent,
    request: from({ "aws:SourceVpce": "vpce-99ff88ee", "aws:ViaAWSService": "false" }),
    denied: true,
  },
  { title: "by no endpoint", intent, request: {}, denied: true },
  {
    title: "on an index, by no endpoint",
    intent,
    request: { action: "dynamodb:Query", resource: `${stock}/index/ByDate` },
    denied: true,
  },
  { title: "on another table, by no endpoint", intent, request: { resource: `${stock}2` }, denied: false },
  {
    title: "through one of several endpoints",
    intent: endpoints("vpce-11aa22bb", "vpce-99ff88ee"),
    request: from({ "aws:SourceVpce": "vpce-99ff88ee" }),
    denied: false,
  },
  {
    title: "through none of several endpoints",
    intent: endpoints("vpce-11aa22bb", "vpce-99ff88ee"),
    request: from({ "aws:SourceVpce": "vpce-00000000" }),
    denied: true,
  },
  { title: "from the VPC", intent: vpcs, request: from({ "aws:SourceVpc": "vpc-11aa22bb" }), denied: false },
  { title: "from another VPC", intent: vpcs, request: from({ "aws:SourceVpc": "vpc-99ff88ee" }), denied: true },
  { title: "from no VPC", intent: vpcs, request: {}, denied: true },
  {
    title: "through an endpoint of the organization",
    intent: organization,
    request: from({ "aws:VpceOrgID": "o-a1b2c3d4e5" }),
    denied: false,
  },
  {
    title: "through an endpoint of another organization",
    intent: organization,
    request: from({ "aws:VpceOrgID": "o-0000000000" }),
    denied: true,
  },
  { title: "by no endpoint, a principal of the organization", intent: organization, request: {}, denied: true },
  { title: "by CloudFormation for a role", intent, request: from({ "aws:ViaAWSService": "true" }), denied: false },
  {
    title: "by CloudFormation for a role, where that is not excepted",
    intent: sparingNobody,
    request: from({ "aws:ViaAWSService": "true" }),
    denied: true,
  },
  { title: "by an AWS service itself", intent, request: from({ "aws:PrincipalIsAWSService": "true" }), denied: false },
  {
    title: "by an AWS service itself, where that is not excepted",
    intent: sparingNobody,
    request: from({ "aws:PrincipalIsAWSService": "true" }),
    denied: true,
  },
  {
    title: "by the replication of global tables",
    intent,
    request: as("role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication"),
    denied: false,
  },
  {
    title: "by auto scaling, where everything is denied",
    intent: everything,
    request: {
      ...as(
        "role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/" +
          "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
      ),
      action: "dynamodb:UpdateTable",
    },
    denied: false,
  },
  {
    title: "by the replication of global tables, where services are not excepted",
    intent: sparingNobody,
    request: as("role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication"),
    denied: true,
  },
  {
    title: "by a service-linked role of another account",
    intent,
    request: {
      principal: { arn: "arn:aws:iam::444455556666:role/aws-service-role/a.amazonaws.com/AWSServiceRoleForA" },
    },
    denied: true,
  },
  {
    title: "by a role that is named like a service-linked one",
    intent,
    request: as("role/AWSServiceRoleForDynamoDBReplication"),
    denied: true,
  },
  {
    title: "by the replication of a table of another account among them",
    intent: { ...intent, tables: [stock, "arn:aws:dynamodb:eu-west-1:444455556666:table/Orders"] },
    request: {
      principal: {
        arn:
          "arn:aws:iam::444455556666:role/aws-service-role/replication.dynamodb.amazonaws.com/" +
          "AWSServiceRoleForDynamoDBReplication",
      },
    },
    denied: false,
  },
  ...["appsync-datasource", "states-machine", "glue-job", "AWSBackupDefaultServiceRole"].flatMap((name) => [
    {
      title: `with the service role ${name}`,
      intent,
      request: as(`role/service-role/${name}`, { "aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false" }),
      denied: true,
    },
    {
      title: `with the service role ${name}, which is excepted`,
      intent: { ...intent, except: { principals: [`arn:aws:iam::111122223333:role/service-role/${name}`] } },
      request: as(`role/service-role/${name}`),
      denied: false,
    },
  ]),
  { title: "by an excepted role", intent: everything, request: { principal: { arn: admin } }, denied: false },
  {
    title: "by a session of an excepted role",
    intent: everything,
    request: { principal: { arn: "arn:aws:sts::111122223333:assumed-role/deploy-eu/ci" } },
    denied: false,
  },
  {
    title: "by a role that is not excepted",
    intent: everything,
    request: { action: "dynamodb:DescribeTable" },
    denied: true,
  },
  {
    title: "to a backup, where everything is denied",
    intent: everything,
    request: { action: "dynamodb:DeleteBackup", resource: `${stock}/backup/1` },
    denied: true,
  },
  {
    title: "through the endpoint, where everything else is denied",
    intent: everything,
    request: { action: "dynamodb:DeleteTable", ...from({ "aws:SourceVpce": "vpce-11aa22bb" }) },
    denied: false,
  },
];

describe("a statement that denies other ways than the endpoint", () => {
  for (const { title, intent: each, request, denied } of cases) {
    it(`${denied ? "denies" : "does not deny"} a request ${title}`, () =>
      verify(each, { principal: app, action: "dynamodb:GetItem", resource: stock, ...request }, denied));
  }

  it("denies what concerns items, and no management, unless told otherwise", async () => {
    for (const { name, onItems, resourceTypes } of DYNAMODB_ACTIONS.values()) {
      if (resourceTypes.includes("table"))
        await verify(intent, { principal: app, action: `dynamodb:${name}`, resource: stock }, onItems);
    }
  });

  it("concerns tables and their indexes, or all that belongs to them, under a name of its own", () => {
    assert.deepEqual(
      [onlyThroughEndpoint(intent).Sid, onlyThroughEndpoint(intent).Resource],
      ["OnlyThroughEndpoint", [stock, `${stock}/index/*`]],
    );
    assert.deepEqual(
      [onlyThroughEndpoint(everything).Sid, onlyThroughEndpoint(everything).Resource],
      ["OnlyThroughEndpoint", [stock, `${stock}/*`]],
    );
  });

  it("has a Principal in a table's own policy, and none in that of an identity", () => {
    assert.equal(onlyThroughEndpoint({ ...intent, kind: "resource" }).Principal, "*");
    assert.ok(!("Principal" in onlyThroughEndpoint(intent)));
  });

  it("is a valid policy, which locks nobody out unless that was said", () => {
    for (const kind of ["identity", "resource"] as const) {
      for (const each of [intent, vpcs, organization, endpoints("vpce-11aa22bb", "vpce-99ff88ee"), everything])
        assert.deepEqual(findingsOf({ ...each, kind }), []);
      assert.deepEqual(
        findingsOf({ ...sparingNobody, kind }),
        kind === "resource" ? ["warning DenyHitsReplication"] : [],
      );
      assert.deepEqual(findingsOf({ ...intent, kind, actions: "all", denyDeployingPrincipal: true }), [
        "warning DenyLocksOutAdministrators",
      ]);
    }
  });

  it("spares the service-linked roles of tables in other partitions by their own ARNs", () => {
    const { Condition } = onlyThroughEndpoint({
      ...intent,
      tables: ["arn:aws-cn:dynamodb:cn-north-1:111122223333:table/Stock", "arn:*:dynamodb:*:*:table/Stock"],
    });
    assert.deepEqual(Condition?.ArnNotLikeIfExists, {
      "aws:PrincipalArn": [
        "arn:*:iam::*:role/aws-service-role/*",
        "arn:aws-cn:iam::111122223333:role/aws-service-role/*",
      ],
    });
  });

  it("is the same in whatever order it is written", () => {
    const principals = [admin, app.arn];
    const ways: readonly Readonly<Record<string, readonly string[]>>[] = [
      { vpcEndpointIds: ["vpce-11aa22bb", "vpce-99ff88ee"] },
      { vpcIds: ["vpc-11aa22bb", "vpc-99ff88ee"] },
      { organizations: ["o-a1b2c3d4e5", "o-f1b2c3d4e5"] },
    ];
    for (const way of ways) {
      const [one, other] = [false, true].map((backwards) => {
        const list = (values: readonly string[]): readonly string[] =>
          backwards ? [...values, ...values].reverse() : values;
        const through = Object.fromEntries(Object.entries(way).map(([name, ids]) => [name, list(ids)]));
        return onlyThroughEndpoint({
          kind: "identity",
          tables: list([stock, `${stock}2`]),
          through,
          except: { principals: list(principals) },
        });
      });
      assert.equal(JSON.stringify(one), JSON.stringify(other));
    }
  });
});

describe("a statement that would not do what it says", () => {
  it("is refused where it denies the deploying principal, unless that is said in so many words", () => {
    const lockOut: OnlyThroughEndpoint = { ...intent, actions: "all" };
    for (const except of [undefined, {}, { principals: [] }]) {
      assert.throws(
        () => onlyThroughEndpoint({ ...lockOut, except }),
        /^Error: the statement cannot be made\n {2}except\.principals: nobody is excepted, so the principal that deploys this would be denied too, with the console and Pulumi itself; .*denyDeployingPrincipal: true/,
      );
    }
    assert.equal(onlyThroughEndpoint({ ...lockOut, denyDeployingPrincipal: true }).Action, "dynamodb:*");
    assert.equal(onlyThroughEndpoint({ ...lockOut, except: { principals: [admin] } }).Action, "dynamodb:*");
  });

  it("is not refused for the endpoint's organization where it names that, or ways that need none", () => {
    const [own, another] = ["o-a1b2c3d4e5", "o-f1b2c3d4e5"];
    const byOrganizations: OnlyThroughEndpoint = { ...intent, through: { organizations: [another, own] } };
    assert.deepEqual(
      onlyThroughEndpoint({ ...byOrganizations, organization: own }),
      onlyThroughEndpoint(byOrganizations),
    );
    assert.deepEqual(onlyThroughEndpoint({ ...intent, organization: "none" }), onlyThroughEndpoint(intent));
  });

  const refused: readonly { title: string; wrong: Partial<OnlyThroughEndpoint>; message: RegExp }[] = [
    { title: "no table", wrong: { tables: [] }, message: /tables: is empty/ },
    {
      title: "a table's name",
      wrong: { tables: [stock, "Stock"] },
      message: /tables\[1\]: "Stock" is not a table's ARN/,
    },
    {
      title: "half of an account",
      wrong: { tables: ["arn:aws:dynamodb:eu-west-1:1111*:table/Stock"] },
      message: /tables\[0\]: .* is not a table's ARN/,
    },
    { title: "no way", wrong: { through: {} }, message: /through: takes one of/ },
    {
      title: "two ways",
      wrong: { through: { vpcIds: ["vpc-11aa22bb"], vpcEndpointIds: ["vpce-11aa22bb"] } },
      message: /through: takes one of/,
    },
    {
      title: "no endpoint",
      wrong: { through: { vpcEndpointIds: [] } },
      message: /through\.vpcEndpointIds: is empty: everybody would be denied/,
    },
    {
      title: "a VPC for an endpoint",
      wrong: { through: { vpcEndpointIds: ["vpc-11aa22bb"] } },
      message: /through\.vpcEndpointIds\[0\]: "vpc-11aa22bb" .*vpce-/,
    },
    {
      title: "an endpoint for a VPC",
      wrong: { through: { vpcIds: ["vpce-11aa22bb"] } },
      message: /through\.vpcIds\[0\]: "vpce-11aa22bb" .*vpc-/,
    },
    {
      title: "any endpoint, which none has as its id",
      wrong: { through: { vpcEndpointIds: ["vpce-*"] } },
      message: /through\.vpcEndpointIds\[0\]: "vpce-\*".*without wildcards/,
    },
    {
      title: "organizations, where the endpoint's account is in none",
      wrong: { through: { organizations: ["o-a1b2c3d4e5"] }, organization: "none" },
      message:
        /through\.organizations: everybody would be denied: .* no organization.*; name endpoints \(vpcEndpointIds\)/,
    },
    {
      title: "organizations without that of the endpoint's account",
      wrong: { through: { organizations: ["o-a1b2c3d4e5"] }, organization: "o-f1b2c3d4e5" },
      message: /through\.organizations: everybody who comes through .* o-f1b2c3d4e5; name it, or name endpoints/,
    },
    {
      title: "an organization by its name",
      wrong: { organization: "Example Corp" },
      message: /^[^]*\n {2}organization: "Example Corp" is not an organization's id; .*; or write "none"$/,
    },
    {
      title: "an exception by name",
      wrong: { actions: "all", except: { principals: ["admin"] } },
      message: /except\.principals\[0\]: "admin" is not an ARN/,
    },
    {
      title: "an exception of a session, which no request has as its principal",
      wrong: { actions: "all", except: { principals: ["arn:aws:sts::111122223333:assumed-role/admin/me"] } },
      message: /except\.principals\[0\]: .*assumed-role.* is not an ARN of a role or user.*arn:aws:iam::/,
    },
  ];
  for (const { title, wrong, message } of refused) {
    it(`is refused with where it is wrong: ${title}`, () =>
      assert.throws(() => onlyThroughEndpoint({ ...intent, ...wrong }), message));
  }
});

/**
 * Beside a statement that allows everything, both evaluators are asked, about an identity's and about a table's policy.
 */
async function verify(each: OnlyThroughEndpoint, request: PolicyRequest, denied: boolean): Promise<void> {
  const expected = denied ? "explicitlyDenied" : "allowed";
  for (const kind of ["identity", "resource"] as const) {
    const principal = kind === "resource" ? { Principal: "*" as const } : {};
    const document: PolicyDocument = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", ...principal, Action: "*", Resource: "*" },
        onlyThroughEndpoint({ ...each, kind }),
      ],
    };
    const told = `${kind}: ${JSON.stringify(request)}`;
    assert.equal(evaluatePolicy(document, request).decision, expected, told);
    const theirs = await independentVerdict({
      attachment: kind === "resource" ? "table" : "identity",
      document,
      request,
    });
    assert.equal(theirs.decision, expected, `independently, ${told}`);
  }
}

function findingsOf(each: OnlyThroughEndpoint): readonly string[] {
  const document = { Version: "2012-10-17", Statement: [onlyThroughEndpoint(each)] };
  return validatePolicy(document, { kind: each.kind, region: "eu-west-1", account: "111122223333" }).map(
    ({ severity, code }) => `${severity} ${code}`,
  );
}
