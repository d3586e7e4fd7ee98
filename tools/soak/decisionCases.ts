import fc from "fast-check";
import type { PolicyPrincipal, PolicyStatement } from "../../components/policy/document";

/** Policies of every kind: the same for all who ask, and for the tables of both accounts. */
export interface DecisionPolicies {
  readonly tags: Readonly<Record<string, string>>;
  readonly identity: readonly PolicyStatement[];
  readonly boundary: readonly PolicyStatement[] | undefined;
  /** At each level. */
  readonly serviceControl: readonly (readonly PolicyStatement[])[];
  readonly resourceControl: readonly (readonly PolicyStatement[])[];
  readonly tablePolicy: readonly PolicyStatement[] | undefined;
  readonly endpointPolicy: readonly PolicyStatement[];
  readonly tableTags: Readonly<Record<string, string>>;
}

/** A request whose keys are all known, of somebody who has no session policy. */
export interface DecisionRequest {
  readonly caller: string;
  /** The account of the table. */
  readonly account: string;
  readonly action: string;
  readonly resource: string;
  /** Keys of the way: through the endpoint where the VPC is one. An empty list: not there. */
  readonly way: Readonly<Record<string, string | readonly string[]>>;
}

/** Some policies and several requests, each of which makes a pair with them. */
export interface DecisionSet {
  readonly policies: DecisionPolicies;
  readonly requests: readonly DecisionRequest[];
}

/** One pair. */
export interface DecisionCase {
  readonly policies: DecisionPolicies;
  readonly request: DecisionRequest;
}

export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
export const ORGANIZATION = "o-a1b2c3d4e5";
export const PATH = `${ORGANIZATION}/r-ab12/ou-ab12-11111111/`;
export const TABLE_NAME = "Orders";

export const INDEX = "/index/ByDate";

export const tableOf = (account: string): string => `arn:aws:dynamodb:eu-west-1:${account}:table/${TABLE_NAME}`;

const VPC = "vpc-0a1b2c3d";
/** Keys of requests that policies of these cases read, with or without a value. */
const NOTHING_MORE = {
  "aws:MultiFactorAuthAge": [],
  "aws:CurrentTime": [],
  "aws:SecureTransport": [],
  "aws:TagKeys": [],
  "dynamodb:LeadingKeys": [],
};
const MORE = {
  "aws:MultiFactorAuthAge": "300",
  "aws:CurrentTime": "2026-06-15T12:30:00Z",
  "aws:SecureTransport": "true",
  "aws:TagKeys": [],
  "dynamodb:LeadingKeys": ["orange", "東京"],
};
const WAYS: readonly DecisionRequest["way"][] = [
  { "aws:SourceIp": "203.0.113.7", ...NOTHING_MORE },
  { "aws:SourceIp": "198.51.100.9", ...MORE },
  { "aws:SourceVpc": VPC, "aws:SourceVpce": "vpce-0a1b2c3d", "aws:VpcSourceIp": "10.0.0.5", ...MORE },
  {
    "aws:SourceVpc": "vpc-0f0f0f0f",
    "aws:SourceVpce": "vpce-0f0f0f0f",
    "aws:VpceOrgID": ORGANIZATION,
    "aws:VpceOrgPaths": [PATH],
    ...NOTHING_MORE,
  },
];

const ACTIONS = ["*", "*", "dynamodb:*", "dynamodb:*", "dynamodb:GetItem", "dynamodb:*Item", "dynamodb:Query", "s3:*"];
const RESOURCES = [
  "*",
  "*",
  "*",
  "arn:aws:dynamodb:*:*:table/Orders*",
  tableOf(ACCOUNT),
  tableOf(OTHER_ACCOUNT),
  "arn:aws:dynamodb:*:*:table/*/index/*",
  "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team}",
  "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/squad, 'Orders'}",
  // A wildcard takes the slash and the index.
  "arn:aws:dynamodb:*:*:table/Or?ers*Date",
  "arn:aws:dynamodb:eu-*:*:table/*/ByDate",
  `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/Orders/*`,
];
const CONDITIONS: readonly NonNullable<PolicyStatement["Condition"]>[] = [
  { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
  { NotIpAddressIfExists: { "aws:SourceIp": "203.0.113.0/24" }, StringNotEqualsIfExists: { "aws:SourceVpc": [VPC] } },
  { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
  { StringEquals: { "aws:SourceVpc": VPC } },
  { StringNotEquals: { "aws:SourceVpce": "vpce-0a1b2c3d" } },
  { StringNotEqualsIfExists: { "aws:VpceOrgID": ORGANIZATION } },
  { Null: { "aws:SourceVpce": "true" } },
  { StringEquals: { "aws:PrincipalTag/team": "Orders" } },
  { StringNotEqualsIfExists: { "aws:PrincipalTag/team": "Orders" } },
  { StringEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" } },
  { StringNotEquals: { "aws:PrincipalOrgID": ORGANIZATION } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/app*" } },
  { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:user/*` } },
  { StringEqualsIfExists: { "aws:ResourceTag/team": "Orders" } },
  { BoolIfExists: { "aws:ViaAWSService": "false" } },
];
/** What people write seldom, with values of wrong types among it. */
const ODD_CONDITIONS: readonly NonNullable<PolicyStatement["Condition"]>[] = [
  { StringLike: { "aws:PrincipalTag/team": "${aws:PrincipalTag/squad, 'Orders'}" } },
  { StringEquals: { "aws:SourceVpc": "${aws:PrincipalTag/squad, 'vpc-0a1b2c3d'}" } },
  { StringNotEquals: { "aws:PrincipalTag/squad": "${aws:PrincipalTag/team, 'none'}" } },
  { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/${aws:username}" } },
  { StringEquals: { "aws:PrincipalTag/squad": "${*}" }, StringLike: { "aws:PrincipalTag/team": "Orders?" } },
  { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["orange", "東京"] } },
  { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "orange*" } },
  { "ForAnyValue:StringNotEquals": { "dynamodb:LeadingKeys": "orange" } },
  { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] }, Null: { "aws:TagKeys": "true" } },
  { "ForAnyValue:StringLike": { "aws:TagKeys": "department*" } },
  { "ForAnyValue:StringLike": { "aws:VpceOrgPaths": `${ORGANIZATION}/*` } },
  { "ForAllValues:StringNotLike": { "aws:VpceOrgPaths": `${ORGANIZATION}/*` }, Null: { "aws:VpceOrgPaths": "false" } },
  { "ForAnyValue:StringEquals": { "aws:PrincipalOrgPaths": PATH } },
  { Null: { "dynamodb:LeadingKeys": "false", "aws:PrincipalTag/squad": ["true", "false"] } },
  { NumericLessThan: { "aws:MultiFactorAuthAge": 3600 } },
  { NumericGreaterThanEqualsIfExists: { "aws:MultiFactorAuthAge": ["300.0", "many"] } },
  { NumericNotEquals: { "aws:MultiFactorAuthAge": "300" } },
  { NumericLessThanIfExists: { "aws:SourceVpc": 5 } },
  { DateGreaterThan: { "aws:CurrentTime": "2026-06-15" } },
  { DateLessThanIfExists: { "aws:CurrentTime": "2026-06-15T14:30:00+02:00" } },
  { Bool: { "aws:SecureTransport": true } },
  { BoolIfExists: { "aws:SecureTransport": ["false", "perhaps"] } },
  { Bool: { "aws:SourceVpc": "true" } },
  { BinaryEquals: { "aws:PrincipalTag/squad": "QUJD" } },
  { StringEqualsIgnoreCase: { "AWS:SOURCEVPC": "VPC-0A1B2C3D" } },
  { StringNotEqualsIgnoreCaseIfExists: { "aws:PrincipalTag/team": ["ORDERS", "東京"] } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::1111*:role/ap?" } },
  { ArnEquals: { "aws:PrincipalArn": `arn:aws:sts::${ACCOUNT}:assumed-role/app/*` } },
  { ArnNotLikeIfExists: { "aws:SourceVpc": "arn:aws:ec2:*:*:vpc/*" } },
  { StringEquals: { "aws:PrincipalType": ["User", "Account"] } },
  { StringNotEquals: { "aws:PrincipalServiceName": "lambda.amazonaws.com" } },
  { StringEqualsIfExists: { "aws:SourceAccount": ACCOUNT }, Bool: { "aws:PrincipalIsAWSService": "false" } },
  { "ForAnyValue:StringEquals": { "aws:CalledVia": "athena.amazonaws.com" } },
];

const PRINCIPALS: readonly PolicyPrincipal[] = [
  "*",
  { AWS: `arn:aws:iam::${ACCOUNT}:role/app` },
  { AWS: `arn:aws:iam::${ACCOUNT}:user/alice` },
  { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:role/app` },
  { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/app/one` },
  { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  { AWS: [OTHER_ACCOUNT, ACCOUNT] },
  { AWS: [`arn:aws:iam::${ACCOUNT}:role/path/app`, `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/app/two`] },
  { AWS: `arn:aws:sts::${ACCOUNT}:federated-user/bob`, Service: ["lambda.amazonaws.com"] },
  { Service: "lambda.amazonaws.com" },
  { Federated: "cognito-identity.amazonaws.com" },
];

const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...CONDITIONS) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_CONDITIONS) },
);

const body = (allows: number, denies: number): fc.Arbitrary<PolicyStatement> =>
  fc
    .record({
      Effect: fc.constantFrom<"Allow" | "Deny">(
        ...Array.from({ length: allows }, () => "Allow" as const),
        ...Array.from({ length: denies }, () => "Deny" as const),
      ),
      Action: fc.constantFrom(...ACTIONS),
      Resource: fc.constantFrom(...RESOURCES),
      Condition: fc.option(condition, { nil: undefined, freq: denies > 0 && allows === 0 ? 9 : 2 }),
      excludes: fc.constantFrom("", "", "", "", "", "", "", "", "", "Action", "Resource"),
    })
    .map(({ Condition, excludes, Action, Resource, Effect }) => ({
      Effect,
      ...(excludes === "Action" ? { NotAction: Action } : { Action }),
      ...(excludes === "Resource" ? { NotResource: Resource } : { Resource }),
      ...(Condition !== undefined && { Condition }),
    }));

const EVERYTHING: PolicyStatement = { Effect: "Allow", Action: "*", Resource: "*" };

/** Mostly what lets requests pass, so that each of several kinds of policies is often the one that decides. */
const limits = fc
  .tuple(fc.array(body(2, 1), { minLength: 1, maxLength: 2 }), fc.boolean())
  .map(([statements, isOpen]) => (isOpen ? [EVERYTHING, ...statements] : statements));

/** DynamoDB takes no policy that makes a table public: what it allows to everyone has a condition. */
const OF_EVERYONE: readonly NonNullable<PolicyStatement["Condition"]>[] = [
  { StringEquals: { "aws:PrincipalOrgID": ORGANIZATION } },
  { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/app` } },
  { StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:SourceVpc": VPC } },
];

const tableStatement = fc
  .tuple(
    body(4, 1),
    fc.constantFrom(...PRINCIPALS),
    fc.constantFrom(...OF_EVERYONE),
    fc.constantFrom(true, ...Array.from({ length: 5 }, () => false)),
  )
  .map(([each, named, ofEveryone, isNegated]): PolicyStatement => {
    if (each.Effect === "Allow") return { ...each, Principal: named, ...(named === "*" && { Condition: ofEveryone }) };
    return isNegated && named !== "*" ? { ...each, NotPrincipal: named } : { ...each, Principal: named };
  });
const tablePolicy = fc.array(tableStatement, { minLength: 1, maxLength: 3 });

const levels = (each: fc.Arbitrary<readonly PolicyStatement[]>): DecisionCasesOf => fc.array(each, { maxLength: 2 });
type DecisionCasesOf = fc.Arbitrary<readonly (readonly PolicyStatement[])[]>;

/** RCPs that people write deny, to everyone, and name services; there is no NotAction in them. */
const denies = fc.array(body(0, 1), { minLength: 1, maxLength: 2 }).map((statements) =>
  statements.map(({ Action, NotAction, ...each }): PolicyStatement => {
    const meant = Action ?? NotAction;
    return { ...each, Principal: "*", Action: meant === "*" ? "dynamodb:*" : meant };
  }),
);

const policies: fc.Arbitrary<DecisionPolicies> = fc.record({
  tags: fc.constantFrom<DecisionPolicies["tags"]>(
    {},
    { team: "Orders" },
    { team: "Prices", squad: "*" },
    { team: "東京", squad: "QUJD" },
  ),
  identity: fc.array(body(4, 1), { minLength: 1, maxLength: 3 }),
  boundary: fc.option(limits, { nil: undefined, freq: 2 }),
  serviceControl: levels(limits),
  resourceControl: levels(denies),
  tablePolicy: fc.option(tablePolicy, { nil: undefined, freq: 2 }),
  endpointPolicy: limits.map((statements) => statements.map((each): PolicyStatement => ({ ...each, Principal: "*" }))),
  tableTags: fc.constantFrom<DecisionPolicies["tags"]>({}, { team: "Orders" }),
});

const requests: fc.Arbitrary<DecisionRequest> = fc
  .record({
    callerAccount: fc.constantFrom(ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
    kind: fc.constantFrom("role" as const, "user" as const, "session" as const),
    account: fc.constantFrom(ACCOUNT, ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
    action: fc.constantFrom("dynamodb:GetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
    isIndex: fc.boolean(),
    way: fc.constantFrom<DecisionRequest["way"]>(...WAYS),
  })
  .map(({ callerAccount, kind, account, action, isIndex, way }) => ({
    account,
    action,
    way,
    caller: {
      role: `arn:aws:iam::${callerAccount}:role/app`,
      user: `arn:aws:iam::${callerAccount}:user/alice`,
      session: `arn:aws:sts::${callerAccount}:assumed-role/app/one`,
    }[kind],
    resource: tableOf(account) + (isIndex && action === "dynamodb:Query" ? INDEX : ""),
  }));

/** Random policies of every kind, each set with some requests, which it often allows. */
export function decisionSets(count: number): fc.Arbitrary<DecisionSet> {
  return fc.record({ policies, requests: fc.array(requests, { minLength: count, maxLength: count }) });
}
