import fc from "fast-check";
import {
  listOf,
  type ConditionValue,
  type PolicyCondition,
  type PolicyDocument,
  type PolicyPrincipal,
  type PolicyStatement,
} from "../../components/policy/document";
import type { PolicyKind, PolicyRequest } from "../../components/policy/evaluate";

/** Where the policy is attached, and so who is its principal: everyone, whom it names, or who has it. */
export type Attachment = "endpoint" | "table" | "identity";

/** What each is to those who evaluate it. */
export const KINDS_OF_POLICIES = {
  endpoint: "endpoint",
  table: "resource",
  identity: "identity",
} as const satisfies Record<Attachment, PolicyKind>;

/** One policy and one request that it is asked about. */
export interface PolicyCase {
  readonly attachment: Attachment;
  readonly document: PolicyDocument;
  readonly request: PolicyRequest;
}

export const ACCOUNT = "111122223333";
const OTHER_ACCOUNT = "444455556666";
const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Stock`;

/** A kind of comparison: its operators, keys of that type, and values for keys and policies that often match. */
interface ComparisonKind {
  readonly operators: readonly string[];
  readonly keys: readonly string[];
  readonly multivaluedKeys?: readonly string[];
  readonly actual: readonly string[];
  readonly expected: readonly ConditionValue[];
}

const ORDERED = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
const TEXTUAL = ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"];

const operatorsOf = (kind: string, comparisons: readonly string[]): readonly string[] =>
  comparisons.map((comparison) => kind + comparison);

const KINDS: readonly ComparisonKind[] = [
  {
    operators: operatorsOf("String", TEXTUAL),
    keys: ["aws:SourceIdentity", "aws:PrincipalTag/team"],
    multivaluedKeys: ["aws:TagKeys", "dynamodb:LeadingKeys"],
    // With six characters on a side of each wildcard: the policies of endpoints do not take fewer.
    actual: ["orange", "ORANGE", "violet", "orange*d", "magenta-1"],
    expected: [
      ...[
        "orange",
        "Orange",
        "violet",
        "orange*d",
        "magenta-?",
        "orange*",
        "${aws:PrincipalTag/team}",
        "${aws:principaltag/Team, 'orange'}",
        "orange${*}d",
      ],
      ...["${aws:username}", "${aws:TagKeys}"],
    ],
  },
  {
    operators: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
    keys: ["aws:PrincipalArn", "aws:SourceArn"],
    actual: [`arn:aws:iam::${ACCOUNT}:role/app`, "arn:aws:s3:::bucket", `arn:aws:sns:us-east-1:${ACCOUNT}:a:b`],
    expected: [
      ...[
        `arn:aws:iam::${ACCOUNT}:role/app`,
        "arn:aws:iam::*:role/*",
        "arn:aws:iam::*:user/${aws:username}",
        "arn:*:s3:::b?cket",
      ],
      ...["arn:aws:*:*:*:a*b", "arn:aws:iam::1111*:*", "arn:aws:sns:us-*-1:*:*"],
    ],
  },
  {
    operators: operatorsOf("Numeric", ORDERED),
    keys: ["aws:MultiFactorAuthAge"],
    actual: ["5", "10", "10.5", "-3", "007"],
    expected: [5, "10", "10.50", 7, "-3", "1000"],
  },
  {
    operators: operatorsOf("Date", ORDERED),
    keys: ["aws:CurrentTime", "aws:TokenIssueTime"],
    actual: ["2026-01-01T00:00:00Z", "2026-06-15T12:30:00Z", "2026-06-15T12:30:00.500Z"],
    expected: [
      "2026-01-01T00:00:00Z",
      "2026-06-15",
      "2026-06-15T14:30:00+02:00",
      "2027-01-01T00:00:00.000Z",
      "1767225600",
    ],
  },
  {
    operators: ["Bool"],
    keys: ["aws:SecureTransport", "aws:ViaAWSService"],
    actual: ["true", "false"],
    expected: [true, false, "true", "false"],
  },
  {
    operators: ["BinaryEquals"],
    keys: ["aws:PrincipalTag/blob"],
    actual: ["QUJD", "AAEC"],
    expected: ["QUJD", "AAEC", "/w=="],
  },
  {
    operators: ["IpAddress", "NotIpAddress"],
    keys: ["aws:SourceIp", "aws:VpcSourceIp"],
    actual: ["10.0.0.1", "203.0.113.77", "2001:db8::1", "2001:db8:ffff::"],
    expected: [
      "10.0.0.0/8",
      "10.0.0.1",
      "203.0.113.64/26",
      "0.0.0.0/0",
      "2001:db8::/48",
      "2001:DB8:0:0:0:0:0:1",
      "2001:DB8:0:0:0:0:0:1/128",
      "::/0",
    ],
  },
];

/** Every operator that the cases draw from, `Null` apart. */
export const OPERATORS: readonly string[] = KINDS.flatMap(({ operators }) => operators);

const SETS = ["", "ForAllValues:", "ForAnyValue:"];

/** Every operator with each of its modifiers; `Null` has none. */
export const MODIFIED_OPERATORS: readonly string[] = [
  ...SETS.flatMap((set) =>
    ["", "IfExists"].flatMap((ifExists) => OPERATORS.map((operator) => set + operator + ifExists)),
  ),
  "Null",
];

const REQUESTS: readonly { readonly action: string; readonly resource: string }[] = [
  { action: "dynamodb:GetItem", resource: TABLE },
  { action: "dynamodb:GetItem", resource: TABLE },
  { action: "dynamodb:PutItem", resource: TABLE },
  { action: "dynamodb:Query", resource: `${TABLE}/index/ByDate` },
  { action: "dynamodb:Query", resource: `arn:aws:dynamodb:eu-west-1:${OTHER_ACCOUNT}:table/alice` },
  { action: "dynamodb:GetRecords", resource: `${TABLE}/stream/2026-05-11T21:21:33.291` },
  { action: "dynamodb:ListTables", resource: "*" },
];

const ACTIONS = [
  "dynamodb:GetItem",
  "dynamodb:*",
  "dynamodb:*",
  "*",
  "*",
  "DYNAMODB:get*",
  "dynamodb:?etItem",
  "dynamodb:*Item",
  "dynamodb:Query",
  "s3:*",
  "dynamodb:List*",
  "dynamodb:Get*s",
];

const RESOURCES = [
  ...[
    "*",
    "*",
    "*",
    "*",
    TABLE,
    TABLE,
    `${TABLE}*`,
    `${TABLE}/*`,
    "arn:aws:dynamodb:*:*:table/Stoc?",
    "arn:aws:dynamodb:*:*:*",
    `arn:aws:dynamodb:us-*-1:${ACCOUNT}:table/*`,
  ],
  ...[
    "arn:aws:dynamodb:*",
    "arn:aws:dynamodb:*:*:table/*/index/*",
    "arn:aws:dynamodb:*:*:table/*:33*",
    "arn:aws:dynamodb:u*1:*:table/*",
    "arn:aws:dynamodb:u*3:*:*",
    "arn:aws:dynamodb:*:table/Stock",
  ],
  ...[
    "arn:aws:dynamodb:*:*:table/${aws:username}",
    "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/table, 'Stock'}",
    "arn:aws:dynamodb:*:*:table/${*}*",
  ],
  "arn:aws:*:us-east-1:*:table/Stock",
];

const PRINCIPALS = [
  `arn:aws:iam::${ACCOUNT}:user/alice`,
  `arn:aws:iam::${ACCOUNT}:user/team/bob`,
  `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`,
  `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/app/one`,
  `arn:aws:iam::${ACCOUNT}:root`,
];

const NAMED_PRINCIPALS = [
  ...[
    ...PRINCIPALS,
    ACCOUNT,
    `arn:aws:iam::${OTHER_ACCOUNT}:root`,
    `arn:aws:iam::${ACCOUNT}:role/app`,
    `arn:aws:iam::${ACCOUNT}:role/path/app`,
  ],
  `arn:aws:iam::${OTHER_ACCOUNT}:role/other`,
];

const someOf = <Value>(values: readonly Value[], maxLength: number): fc.Arbitrary<Value | Value[]> => {
  const value = fc.constantFrom(...values);
  return fc.oneof(value, fc.array(value, { minLength: 1, maxLength }));
};

/** One key under one operator, with any of the modifiers. */
const conditions: fc.Arbitrary<PolicyCondition> = fc
  .constantFrom(...KINDS)
  .chain((kind) => {
    const { operators, keys, multivaluedKeys = [], expected } = kind;
    return fc.record({
      operator: fc.constantFrom(...operators),
      key: fc.constantFrom(...keys, ...keys, ...multivaluedKeys),
      set: fc.constantFrom("", "", "ForAllValues:", "ForAnyValue:"),
      plainSet: fc.constantFrom(
        "",
        ...Array.from({ length: 9 }, (_, i) => (i % 2 === 0 ? "ForAllValues:" : "ForAnyValue:")),
      ),
      multivalued: fc.constant(new Set(multivaluedKeys)),
      ifExists: fc.constantFrom("", "", "IfExists"),
      upperCase: fc.nat({ max: 9 }),
      values: someOf(expected, 3),
    });
  })
  .map(({ operator, key, set, plainSet, multivalued, ifExists, upperCase, values }) => ({
    [`${multivalued.has(key) ? plainSet : set}${operator}${ifExists}`]: {
      [upperCase === 0 ? key.toUpperCase() : key]: values,
    },
  }));

const nullConditions: fc.Arbitrary<PolicyCondition> = fc
  .tuple(
    fc.constantFrom(...KINDS.flatMap(({ keys }) => keys)),
    someOf<ConditionValue>(["true", "false", true, false], 2),
  )
  .map(([key, values]) => ({ Null: { [key]: values } }));

/** Two conditions together, their keys under one operator where that is the same. */
const condition: fc.Arbitrary<PolicyCondition | undefined> = fc
  .array(fc.oneof({ weight: 8, arbitrary: conditions }, { weight: 1, arbitrary: nullConditions }), { maxLength: 2 })
  .chain((drawn) => fc.constantFrom([], drawn))
  .map((drawn) => {
    const merged: Record<string, Record<string, ConditionValue | readonly ConditionValue[]>> = {};
    for (const each of drawn) {
      for (const [operator, keys] of Object.entries(each)) {
        // AWS refuses a key that stands twice, in whichever case.
        const others = Object.entries(merged[operator] ?? {}).filter(
          ([key]) => !Object.keys(keys).some((added) => added.toLowerCase() === key.toLowerCase()),
        );
        merged[operator] = { ...Object.fromEntries(others), ...keys };
      }
    }
    return drawn.length === 0 ? undefined : merged;
  });

const principal: fc.Arbitrary<Pick<PolicyStatement, "Principal" | "NotPrincipal">> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom<PolicyPrincipal>("*", { AWS: "*" }).map((everyone) => ({ Principal: everyone })),
  },
  { weight: 4, arbitrary: someOf(NAMED_PRINCIPALS, 3).map((AWS) => ({ Principal: { AWS } })) },
  {
    weight: 1,
    arbitrary: someOf(NAMED_PRINCIPALS, 3).map((AWS) => ({ Principal: { AWS, Service: "lambda.amazonaws.com" } })),
  },
  { weight: 1, arbitrary: someOf(NAMED_PRINCIPALS, 3).map((AWS) => ({ NotPrincipal: { AWS } })) },
);

/** A table may not be public. */
function namedOnly(whom: Pick<PolicyStatement, "Principal" | "NotPrincipal">): typeof whom {
  const { Principal } = whom;
  return Principal === "*" || (Principal !== undefined && Principal.AWS === "*")
    ? { Principal: { AWS: ACCOUNT } }
    : whom;
}

function statement(attachment: Attachment): fc.Arbitrary<PolicyStatement> {
  return fc
    .record({
      Effect: fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const),
      action: someOf(ACTIONS, 3),
      notAction: fc.nat({ max: 5 }),
      resource: someOf(RESOURCES, 3),
      notResource: fc.nat({ max: 5 }),
      principal:
        attachment === "table" ? principal : fc.constant(attachment === "endpoint" ? { Principal: "*" as const } : {}),
      Condition: condition,
    })
    .map(({ Effect, action, notAction, resource, notResource, principal: whom, Condition }) => ({
      Effect,
      ...(Effect === "Allow" && attachment === "table" ? namedOnly(whom) : whom),
      ...(notAction === 0 ? { NotAction: action } : { Action: action }),
      ...(notResource === 0 ? { NotResource: resource } : { Resource: resource }),
      ...(Condition && { Condition }),
    }));
}

function document(attachment: Attachment): fc.Arbitrary<PolicyDocument> {
  return fc.record(
    {
      Version: fc.constantFrom("2012-10-17", "2012-10-17", "2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"),
      Statement: fc.oneof(
        { weight: 1, arbitrary: statement(attachment) },
        { weight: 4, arbitrary: fc.array(statement(attachment), { minLength: 1, maxLength: 4 }) },
      ),
    },
    { requiredKeys: ["Statement"] },
  );
}

/** Most keys are there, each with one of the values that policies are about. */
const context: fc.Arbitrary<Record<string, string | string[]>> = fc
  .tuple(
    ...KINDS.flatMap(({ keys, actual }) =>
      keys.map((key) =>
        fc.option(
          fc.constantFrom(...actual).map((value) => [key, value] as const),
          { freq: 4 },
        ),
      ),
    ),
    ...KINDS.flatMap(({ multivaluedKeys = [], actual }) =>
      multivaluedKeys.map((key) => {
        const values = fc.oneof(
          { weight: 9, arbitrary: fc.array(fc.constantFrom(...actual), { minLength: 1, maxLength: 3 }) },
          { weight: 1, arbitrary: fc.constant([""]) },
        );
        return fc.option(
          values.map((value) => [key, value] as const),
          { freq: 4 },
        );
      }),
    ),
  )
  .map((drawn) => Object.fromEntries(drawn.filter((entry) => entry !== null)) as Record<string, string | string[]>);

function request(attachment: Attachment): fc.Arbitrary<PolicyRequest> {
  // What an identity may list is asked with the resource "*", which the other evaluator only knows in the other places.
  const calls = REQUESTS.filter(({ resource }) => attachment !== "identity" || resource !== "*");
  return fc
    .record({
      call: fc.constantFrom(...calls),
      arn: fc.constantFrom(...PRINCIPALS),
      organization: fc.option(fc.constant("o-a1b2c3d4e5"), { nil: undefined }),
      context,
    })
    .map(({ call, arn, organization, context: drawn }) => {
      // The leading keys of items and the ARN of the principal are not for every request to have, or to choose.
      const dropped = new Set([
        "aws:PrincipalArn",
        ...(/Item|Query/.test(call.action) ? [] : ["dynamodb:LeadingKeys"]),
      ]);
      return {
        ...call,
        principal: { arn, organization },
        context: Object.fromEntries(Object.entries(drawn).filter(([key]) => !dropped.has(key))),
      };
    });
}

/**
 * Policies and requests that the two evaluators are compared on. Half of them are of the fast kind, identity policies.
 */
export const policyCases: fc.Arbitrary<PolicyCase> = fc
  .constantFrom<Attachment>("endpoint", "table", "identity", "identity")
  .chain((attachment) =>
    fc.record({ attachment: fc.constant(attachment), document: document(attachment), request: request(attachment) }),
  );

/** The same, with a condition under this very operator in one of the statements. */
export function policyCasesWith(operator: string): fc.Arbitrary<PolicyCase> {
  return fc
    .tuple(policyCases, conditionUnder(operator), fc.nat())
    .map(([{ document: drawn, ...rest }, Condition, at]) => {
      const statements = listOf(drawn.Statement) as readonly PolicyStatement[];
      const changed = statements.map((each, i) => (i === at % statements.length ? { ...each, Condition } : each));
      const Statement = Array.isArray(drawn.Statement) ? changed : (changed[0] ?? drawn.Statement);
      return { ...rest, document: { ...drawn, Statement } };
    });
}

function conditionUnder(operator: string): fc.Arbitrary<PolicyCondition> {
  const kind = KINDS.find(({ operators }) =>
    operators.some((name) => operator.replace(/^.*:|IfExists$/g, "") === name),
  );
  if (kind === undefined) return nullConditions;
  const { keys, multivaluedKeys = [], expected } = kind;
  return fc
    .tuple(fc.constantFrom(...keys, ...multivaluedKeys), someOf(expected, 3))
    .map(([key, values]) => ({ [operator]: { [key]: values } }));
}
