import { isJsonObject, listOf } from "../../components/policy/document";
import type { PolicyFindingCode } from "../../components/policy/validate";
import type { CorrectPolicy } from "./correctPolicies";

type Json = Record<string, unknown>;

/** A kind of mistake that people make in policies. */
export interface Mistake {
  readonly kind: string;
  /** The findings that tell it; a new one of any other kind tells something else. */
  readonly codes: readonly PolicyFindingCode[];
  /** How many in a hundred of them are told, at least. */
  readonly atLeast: number;
  /** The policy with the mistake in one place after another; none where it has no such place. */
  readonly make: (correct: CorrectPolicy) => Iterable<unknown>;
}

/** Copies of the policy with one statement changed each; `change` says whether there was anything to change. */
function* inStatements({ document }: CorrectPolicy, change: (statement: Json) => boolean): Iterable<unknown> {
  const count = listOf(document.Statement).length;
  for (let i = 0; i < count; i++) {
    const copy = structuredClone(document) as unknown as Json;
    if (change(listOf(copy.Statement)[i] as Json)) yield copy;
  }
}

/** Copies with one text of an element changed each, the first and the last of a list. */
function* inTexts(
  correct: CorrectPolicy,
  element: string,
  change: (text: string, statement: Json) => string | undefined,
): Iterable<unknown> {
  for (const last of [false, true]) {
    yield* inStatements(correct, (statement) => {
      const value = statement[element];
      if (typeof value === "string") return !last && set(statement, element, change(value, statement));
      if (!Array.isArray(value) || (last && value.length < 2)) return false;
      return set(
        value as unknown as Json,
        last ? value.length - 1 : 0,
        change(String(value[last ? value.length - 1 : 0]), statement),
      );
    });
  }
}

function set(holder: Json, key: string | number, value: unknown): boolean {
  if (value === undefined || value === holder[key]) return false;
  (holder as Record<string | number, unknown>)[key] = value;
  return true;
}

/** Copies with each operator and key of a condition changed in turn: `change` gets the values, and may replace them. */
function* inConditions(
  correct: CorrectPolicy,
  change: (place: { operator: string; key: string; values: unknown; statement: Json }) => Json | undefined,
): Iterable<unknown> {
  const statements = listOf(correct.document.Statement) as readonly Json[];
  for (const [i, { Condition: condition }] of statements.entries()) {
    if (!isJsonObject(condition)) continue;
    for (const [operator, keys] of Object.entries(condition)) {
      for (const [key, values] of Object.entries(keys as Json)) {
        const copy = structuredClone(correct.document) as unknown as Json;
        const statement = listOf(copy.Statement)[i] as { Condition: Record<string, Json | undefined> };
        const added = change({ operator, key, values, statement: statement });
        if (added === undefined) continue;
        const left = Object.fromEntries(
          Object.entries(statement.Condition[operator] ?? {}).filter(([each]) => each !== key),
        );
        if (Object.keys(left).length > 0) statement.Condition[operator] = left;
        else
          statement.Condition = Object.fromEntries(
            Object.entries(statement.Condition).filter(([each]) => each !== operator),
          );
        for (const [addedOperator, addedKeys] of Object.entries(added))
          statement.Condition[addedOperator] = { ...statement.Condition[addedOperator], ...(addedKeys as Json) };
        yield copy;
      }
    }
  }
}

/** Every value of a key in conditions replaced by others. */
function valuesOf(
  fits: (key: string, operator: string, effect: unknown) => boolean,
  replacements: (value: string, key: string) => readonly unknown[],
): Mistake["make"] {
  return function* (correct) {
    const most = 12;
    for (let at = 0; at < most; at++) {
      yield* inConditions(correct, ({ operator, key, values, statement }) => {
        const [first] = listOf(values);
        if (operator === "Null" || !fits(key.toLowerCase(), operator, statement.Effect)) return undefined;
        const replacement = replacements(String(first), key)[at];
        return replacement === undefined || replacement === first ? undefined : { [operator]: { [key]: replacement } };
      });
    }
  };
}

/** Conditions, each of which is added to the first Allow whose actions are DynamoDB's alone. */
function addedCondition(...conditions: readonly Json[]): Mistake["make"] {
  return function* (correct) {
    const at = (listOf(correct.document.Statement) as readonly Json[]).findIndex(
      (statement) => statement.Effect === "Allow" && concernsDynamoDbAlone(statement),
    );
    if (at < 0) return;
    for (const condition of conditions) {
      const copy = structuredClone(correct.document) as unknown as Json;
      const statement = listOf(copy.Statement)[at] as Json;
      statement.Condition = { ...(statement.Condition ?? {}), ...condition };
      yield copy;
    }
  };
}

function concernsDynamoDbAlone({ Action: action }: Json): boolean {
  return action !== undefined && listOf(action).every((each) => String(each).startsWith("dynamodb:"));
}

function isDynamoDbArn(text: string): boolean {
  return text.startsWith("arn:aws:dynamodb:");
}

const tableArns =
  (change: (arn: string) => string | undefined): Mistake["make"] =>
  (correct) =>
    inTexts(correct, "Resource", (text) => (isDynamoDbArn(text) ? change(text) : undefined));

/** One field of the ARNs of tables replaced, in turn by each text; `undefined` leaves the ARN as it is. */
function arnField(at: number, change: (field: string) => readonly string[]): Mistake["make"] {
  return function* (correct) {
    for (let i = 0; i < 6; i++) {
      yield* tableArns((arn) => {
        const fields = arn.split(":");
        const changed = change(fields[at] ?? "")[i];
        return changed === undefined ? undefined : [...fields.slice(0, at), changed, ...fields.slice(at + 1)].join(":");
      })(correct);
    }
  };
}

const MAY_BE_ABSENT =
  /^aws:(?:PrincipalOrgID|PrincipalTag\/.*|MultiFactorAuth.*|ResourceOrgID|Source.*|VpcSourceIp|userid)$/;
const named = (field: string): boolean => field !== "" && !/[*?$]/.test(field);
const PRINCIPAL_ARN = (key: string): boolean => key === "aws:principalarn";
const SEVERAL =
  /^(?:aws:(?:calledvia|tagkeys|principalservicenameslist|(?:principal|resource|source|vpce)orgpaths)|dynamodb:(?:attributes|leadingkeys))$/;
const ofKind =
  (kind: CorrectPolicy["context"]["kind"], make: Mistake["make"]): Mistake["make"] =>
  (correct) =>
    correct.context.kind === kind ? make(correct) : [];

function renamed(element: string, to: string): Mistake["make"] {
  return (correct) =>
    inStatements(correct, (statement) => {
      if (!(element in statement)) return false;
      statement[to] = statement[element];
      return Reflect.deleteProperty(statement, element);
    });
}

function inDocument(change: (document: Json) => boolean): Mistake["make"] {
  return function* ({ document }) {
    const copy = structuredClone(document) as unknown as Json;
    if (change(copy)) yield copy;
  };
}

const actions =
  (change: (action: string) => string | undefined): Mistake["make"] =>
  (correct) =>
    inTexts(correct, "Action", (text) =>
      /^dynamodb:[A-Za-z]+$/.test(text) ? change(text.slice("dynamodb:".length)) : undefined,
    );

const all = (...makes: readonly Mistake["make"][]): Mistake["make"] =>
  function* (correct) {
    for (const make of makes) yield* make(correct);
  };

/** How the statements of a policy can be written wrong. */
const GRAMMAR: readonly Mistake[] = [
  {
    kind: "lower-case version",
    codes: ["UnknownElement"],
    atLeast: 100,
    make: inDocument(
      (document) => set(document, "version", document.Version) && Reflect.deleteProperty(document, "Version"),
    ),
  },
  {
    kind: "a version that is a date",
    codes: ["InvalidVersion"],
    atLeast: 100,
    make: inDocument((document) => set(document, "Version", "2026-11-23")),
  },
  {
    kind: "no version",
    codes: ["MissingVersion"],
    atLeast: 100,
    make: inDocument((document) => "Version" in document && Reflect.deleteProperty(document, "Version")),
  },
  {
    kind: "Statements for Statement",
    codes: ["UnknownElement", "MissingElement"],
    atLeast: 100,
    make: inDocument(
      (document) => set(document, "Statements", document.Statement) && Reflect.deleteProperty(document, "Statement"),
    ),
  },
  {
    kind: "an element in the plural or in lower case",
    codes: ["UnknownElement"],
    atLeast: 100,
    make: all(
      renamed("Action", "Actions"),
      renamed("Resource", "resource"),
      renamed("Condition", "Conditions"),
      renamed("Effect", "effect"),
    ),
  },
  {
    kind: "an effect in lower case, or none",
    codes: ["InvalidEffect", "MissingElement"],
    atLeast: 100,
    make: (correct) =>
      inStatements(correct, (statement) => set(statement, "Effect", String(statement.Effect).toLowerCase())),
  },
  {
    kind: "no action, or no resource",
    codes: ["MissingElement"],
    atLeast: 100,
    make: all(
      (correct) =>
        inStatements(correct, (statement) => "Action" in statement && Reflect.deleteProperty(statement, "Action")),
      (correct) =>
        inStatements(correct, (statement) => "Resource" in statement && Reflect.deleteProperty(statement, "Resource")),
    ),
  },
  {
    kind: "a Sid with other characters, in IAM",
    codes: ["InvalidSid"],
    atLeast: 100,
    make: ofKind("identity", (correct) =>
      inStatements(correct, (statement) => set(statement, "Sid", "read-only access")),
    ),
  },
  {
    kind: "a statement twice",
    codes: ["DuplicateStatement", "DuplicateSid"],
    atLeast: 100,
    make: inDocument((document) =>
      set(document, "Statement", [...listOf(document.Statement), listOf(document.Statement)[0]]),
    ),
  },
];

const ACTIONS: readonly Mistake[] = [
  {
    kind: "a letter of an action lost or doubled",
    codes: ["MisspelledAction", "UnknownAction"],
    atLeast: 100,
    make: all(
      actions((name) => `dynamodb:${name.slice(0, -1)}`),
      actions((name) => `dynamodb:${name}${name.at(-1)}`),
      actions((name) => `dynamodb:${name[1]}${name[0]}${name.slice(2)}`),
    ),
  },
  { kind: "an action without its service", codes: ["InvalidAction"], atLeast: 100, make: actions((name) => name) },
  {
    kind: "an action of a misspelt service",
    codes: ["OtherServiceAction"],
    atLeast: 100,
    make: actions((name) => `dynamodbb:${name}`),
  },
  {
    kind: "a wildcard in the service of an action",
    codes: ["InvalidAction"],
    atLeast: 100,
    make: all(
      actions((name) => `dynamo*:${name}`),
      actions((name) => `*:${name}`),
    ),
  },
  {
    kind: "an operation for an action",
    codes: ["OperationIsNoAction"],
    atLeast: 100,
    make: all(
      actions(() => "dynamodb:TransactWriteItems"),
      actions(() => "dynamodb:ExecuteStatement"),
    ),
  },
  {
    kind: "an action by the name that people look for",
    codes: ["MisspelledAction", "OperationIsNoAction"],
    atLeast: 100,
    make: all(
      ...[
        "ConditionCheck",
        "ExportTable",
        "BatchGet",
        "BatchWrite",
        "TransactWrite",
        "TransactGet",
        "TransactWriteItem",
        "RestoreTable",
        "BatchDeleteItem",
        "PartiQL",
        "Get",
        "Put",
      ].map((name) => actions(() => `dynamodb:${name}`)),
    ),
  },
  {
    kind: "NotAction in an Allow",
    codes: ["AllowWithNotAction"],
    atLeast: 100,
    make: (correct) =>
      inStatements(
        correct,
        (statement) =>
          statement.Effect === "Allow" &&
          "Action" in statement &&
          set(statement, "NotAction", statement.Action) &&
          Reflect.deleteProperty(statement, "Action"),
      ),
  },
];

const RESOURCES: readonly Mistake[] = [
  {
    kind: "a misspelt Region, without a context",
    codes: ["MalformedArn", "UnknownRegion"],
    atLeast: 100,
    make: arnField(3, (region) =>
      named(region)
        ? [
            region.replace("-", ""),
            `${region}a`,
            region.toUpperCase(),
            region.replace(/st|th/, "ts"),
            region.replace(/(.)(.)/, "$2$1"),
            region.replace(/\d$/, "9"),
          ]
        : [],
    ),
  },
  {
    kind: "an account of other than 12 digits",
    codes: ["MalformedArn"],
    atLeast: 100,
    make: arnField(4, (account) => (/^\d/.test(account) ? [account.slice(1), `${account}0`, "", "ACCOUNT"] : [])),
  },
  {
    kind: "another partition",
    codes: ["WrongPartition"],
    atLeast: 100,
    make: all(
      arnField(1, () => ["awss"]),
      (correct) =>
        arnField(1, () => ["aws-cn"])(
          correct.context.region === undefined
            ? { ...correct, document: { ...correct.document, Statement: [] } }
            : correct,
        ),
    ),
  },
  {
    kind: "a wildcard in the service of an ARN",
    codes: ["WildcardInService"],
    atLeast: 100,
    make: arnField(2, () => ["*", "dynamo*", "dynamod?"]),
  },
  {
    kind: "a misspelt service of an ARN",
    codes: ["OtherServiceResource"],
    atLeast: 99,
    make: arnField(2, () => ["dynamo", "DynamoDB"]),
  },
  {
    kind: "a colon for the slash of a table",
    codes: ["UnknownResourceType"],
    atLeast: 100,
    make: tableArns((arn) => arn.replace(/:table\/(?=\w)/, ":table:")),
  },
  {
    kind: "a table without table/",
    codes: ["UnknownResourceType"],
    atLeast: 100,
    make: tableArns((arn) => arn.replace(/:table\/(?=\w)/, ":")),
  },
  {
    kind: "blanks in a table's ARN",
    codes: ["MalformedArn"],
    atLeast: 100,
    make: all(
      tableArns((arn) => `${arn} `),
      tableArns((arn) => ` ${arn}`),
      tableArns((arn) => arn.replace(/:table\/(?=\w)/, ":table/ ")),
      tableArns((arn) => `${arn}\n`),
    ),
  },
  {
    kind: "a table's name for its ARN",
    codes: ["MalformedArn"],
    atLeast: 100,
    make: tableArns((arn) =>
      /table\/[^$]*$/.test(arn) ? arn.slice(arn.lastIndexOf("/") + 1).replace(/^\*$/, "Stock") : undefined,
    ),
  },
  {
    kind: "the ARN of another service",
    codes: ["OtherServiceResource"],
    atLeast: 99,
    make: tableArns(() => "arn:aws:s3:::bucket/*"),
  },
  {
    kind: "NotResource in an Allow",
    codes: ["AllowWithNotResource"],
    atLeast: 100,
    make: (correct) =>
      inStatements(
        correct,
        (statement) =>
          statement.Effect === "Allow" &&
          "Resource" in statement &&
          set(statement, "NotResource", statement.Resource) &&
          Reflect.deleteProperty(statement, "Resource"),
      ),
  },
  {
    kind: "an interpolation that never took place",
    codes: ["MalformedVariable"],
    atLeast: 100,
    make: tableArns((arn) => arn.replace(/:table\/[\w-]+/, ":table/${table.name}")),
  },
  {
    kind: "a variable for the account",
    codes: ["VariableNotSupported"],
    atLeast: 100,
    make: arnField(4, () => ["${aws:PrincipalAccount}"]),
  },
];

const KEYS: readonly Mistake[] = [
  {
    kind: "a misspelt operator",
    codes: ["UnknownOperator"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values }) => ({ [operator.replace(/(.)$/, "$1$1")]: { [key]: values } })),
  },
  {
    kind: "an operator in lower case",
    codes: ["UnknownOperator"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values }) => ({ [operator.toLowerCase()]: { [key]: values } })),
  },
  {
    kind: "a misspelt key",
    codes: ["UnknownConditionKey"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values }) =>
        /^(aws|dynamodb):[^/]*$/.test(key) ? { [operator]: { [key.slice(0, -2)]: values } } : undefined,
      ),
  },
  {
    kind: "a key without its prefix",
    codes: ["InvalidConditionKey"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values }) =>
        /^(aws|dynamodb):/.test(key) ? { [operator]: { [key.slice(key.indexOf(":") + 1)]: values } } : undefined,
      ),
  },
  {
    kind: "a tag's key without the tag",
    codes: ["InvalidConditionKey", "UnknownConditionKey"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values }) =>
        /^aws:\w+Tag\//.test(key) ? { [operator]: { [key.slice(0, key.indexOf("/") + 1)]: values } } : undefined,
      ),
  },
  {
    kind: "a key of another service",
    codes: ["OtherServiceKey"],
    atLeast: 100,
    make: addedCondition(
      { StringLike: { "s3:prefix": "abcdef/*" } },
      { ArnEquals: { "ec2:Vpc": "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0a1b2c3d" } },
      { StringEquals: { "kms:ViaService": "dynamodb.eu-west-1.amazonaws.com" } },
    ),
  },
  {
    kind: "the set operator dropped",
    codes: ["MissingSetOperator"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values }) =>
        SEVERAL.test(key.toLowerCase()) && operator.includes(":")
          ? { [operator.slice(operator.indexOf(":") + 1)]: { [key]: values } }
          : undefined,
      ),
  },
  {
    kind: "ForAllValues on a key of one value",
    codes: ["ForAllValuesOnSingleValue"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values }) =>
        !operator.includes(":") &&
        operator !== "Null" &&
        !SEVERAL.test(key.toLowerCase()) &&
        /^(aws|dynamodb):/.test(key)
          ? { [`ForAllValues:${operator}`]: { [key]: values } }
          : undefined,
      ),
  },
  {
    kind: "Null with a set operator",
    codes: ["NullWithSetOperator"],
    atLeast: 100,
    make: (correct) => inConditions(correct, ({ key }) => ({ "ForAnyValue:Null": { [key]: "false" } })),
  },
  {
    kind: "IfExists in an Allow, on a key that requests may lack",
    codes: ["IfExistsInAllow"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values, statement }) =>
        statement.Effect === "Allow" &&
        !operator.includes(":") &&
        !/Not|Null|IfExists/.test(operator) &&
        MAY_BE_ABSENT.test(key)
          ? { [`${operator}IfExists`]: { [key]: values } }
          : undefined,
      ),
  },
  {
    kind: "a key twice, in two cases",
    codes: ["RepeatedConditionKey"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ operator, key, values }) => ({
        [operator]: { [key]: values, [key.toUpperCase()]: values },
      })),
  },
  {
    kind: "aws:SourceIp through an endpoint",
    codes: ["SourceIpThroughEndpoint", "SourceIpBesideEndpoint"],
    atLeast: 95,
    make: addedCondition({ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }),
  },
  {
    kind: "addresses under an operator of text",
    codes: ["OperatorDoesNotFitKey"],
    atLeast: 100,
    make: addedCondition(
      { StringEquals: { "aws:VpcSourceIp": "10.0.0.0/16" } },
      { StringLike: { "aws:VpcSourceIp": "10.0.0.*" } },
    ),
  },
  {
    kind: "numbers for ids",
    codes: ["OperatorDoesNotFitKey"],
    atLeast: 100,
    make: (correct) =>
      inConditions(correct, ({ key, values }) =>
        /account$/i.test(key) ? { NumericEquals: { [key]: values } } : undefined,
      ),
  },
];

const VALUES: readonly Mistake[] = [
  {
    kind: "a misspelt variable",
    codes: ["UnknownVariable"],
    atLeast: 100,
    make: all(
      tableArns((arn) => arn.replace(/:table\/[^/]+/, ":table/${aws:usernme}")),
      addedCondition(
        { StringEquals: { "aws:PrincipalTag/team": "${aws:ResourceTags/team}" } },
        { StringEquals: { "aws:userid": "${aws:PrincipleArn}" } },
      ),
    ),
  },
  {
    kind: "a variable that is written wrong",
    codes: ["MalformedVariable", "VariableOfSeveralValues", "UnknownVariable"],
    atLeast: 100,
    make: addedCondition(
      ...[
        "${aws:PrincipalTag/team, none}",
        "${aws:PrincipalTag/}",
        "${aws:PrincipalTag}",
        "${aws:PrincipalTag/team, 'none}",
        "${ aws:username}",
        "${}",
        "${aws:TagKeys}",
        "${aws:username",
      ].map((text) => ({ StringEquals: { "aws:userid": text } })),
    ),
  },
  {
    kind: "a variable where none is resolved",
    codes: ["VariableNotSupported"],
    atLeast: 100,
    make: addedCondition(
      { NumericLessThan: { "aws:MultiFactorAuthAge": "${aws:PrincipalTag/age}" } },
      { IpAddress: { "aws:VpcSourceIp": "${aws:PrincipalTag/range}" } },
      { Bool: { "aws:MultiFactorAuthPresent": "${aws:PrincipalTag/mfa}" } },
    ),
  },
  {
    kind: "a date that is none",
    codes: ["InvalidConditionValue"],
    atLeast: 100,
    make: addedCondition(
      ...[
        "11/23/2026",
        "2026-11-23T22:00:00",
        "2026-02-30",
        "2026-11-23 22:00:00Z",
        "Nov 23 2026",
        "2026-11-23T25:00:00Z",
        " 2026-11-23",
        "2026-1-2",
      ].map((text) => ({ DateLessThan: { "aws:CurrentTime": text } })),
    ),
  },
  {
    kind: "a number that is none",
    codes: ["InvalidConditionValue"],
    atLeast: 100,
    make: addedCondition(
      ...["0x10", "1e3", " 3600", "3600 ", "an hour", "3,600", "1h", "+5"].map((text) => ({
        NumericLessThan: { "aws:MultiFactorAuthAge": text },
      })),
    ),
  },
  {
    kind: "an address that is none",
    codes: ["InvalidConditionValue"],
    atLeast: 100,
    make: addedCondition(
      ...["10.0.0.0/33", "10.0.0", "10.0.0.*", "10.0.0.0/16 ", "any"].map((text) => ({
        IpAddress: { "aws:VpcSourceIp": text },
      })),
    ),
  },
  {
    kind: "a Boolean that is none, or both",
    codes: ["InvalidConditionValue", "EveryBoolean"],
    atLeast: 100,
    make: addedCondition(
      ...["yes", "1", "", ["true", "false"]].map((text) => ({ Bool: { "aws:MultiFactorAuthPresent": text } })),
    ),
  },
  {
    kind: "a wildcard without Like",
    codes: ["WildcardWithoutLike"],
    atLeast: 100,
    make: addedCondition({ StringEquals: { "aws:PrincipalTag/team": "payments-*" } }),
  },
];

const IDS: readonly Mistake[] = [
  {
    kind: "an endpoint's id that is none",
    codes: ["WrongIdentifier"],
    atLeast: 100,
    make: valuesOf(
      (key) => key === "aws:sourcevpce",
      (id) => [
        "vpc-0a1b2c3d",
        "vpce-svc-0a1b2c3d4e5f60718",
        id.toUpperCase(),
        `${id} `,
        id.slice(0, -1),
        `${id},${id}`,
        "com.amazonaws.eu-west-1.dynamodb",
        "vpce-xyz",
      ],
    ),
  },
  {
    kind: "a VPC's id that is none",
    codes: ["WrongIdentifier"],
    atLeast: 100,
    make: valuesOf(
      (key) => key === "aws:sourcevpc",
      (id) => ["vpce-0a1b2c3d", id.toUpperCase(), ` ${id}`, `${id}0`, "subnet-0a1b2c3d", "vpc-main"],
    ),
  },
  {
    kind: "an organization's id that is none",
    codes: ["WrongIdentifier"],
    atLeast: 100,
    make: valuesOf(
      (key) => key.endsWith("orgid"),
      (id) => ["ou-ab12-11111111", id.toUpperCase(), id.slice(0, 6), `${id} `, "123456789012", "r-ab12"],
    ),
  },
  {
    kind: "an organization's path that is none",
    codes: ["WrongIdentifier"],
    atLeast: 100,
    make: valuesOf(
      (key) => key.endsWith("orgpaths"),
      () => ["ou-ab12-11111111/*", "o-a1b2c3d4e5", "o-a1b2c3d4e5/r-ab12", "/o-a1b2c3d4e5/r-ab12/", "o-A1B2C3D4E5/*"],
    ),
  },
  {
    kind: "an account's id that is none",
    codes: ["WrongIdentifier"],
    atLeast: 100,
    make: valuesOf(
      (key) => key.endsWith("account"),
      (id) =>
        /[*$]/.test(id)
          ? []
          : [id.slice(1), `${id}0`, `${id} `, "1234-5678-9012", `arn:aws:iam::${id}:root`, 12345678901],
    ),
  },
  {
    kind: "a Region that is none, in a condition",
    codes: ["WrongIdentifier", "UnknownRegion"],
    atLeast: 100,
    make: valuesOf(
      (key) => key === "aws:requestedregion",
      (id) => ["eu-wset-1", "eu-west-1a", "EU-WEST-1", ` ${id}`, "eu-west-9", "Ireland"],
    ),
  },
];

const PRINCIPALS: readonly Mistake[] = [
  {
    kind: "a principal that nobody is, in a condition",
    codes: ["WrongIdentifier", "InvalidConditionValue"],
    atLeast: 100,
    make: valuesOf(PRINCIPAL_ARN, () => [
      "arn:aws:iam::123456789012:group/admins",
      "arn:aws:iam::123456789012:policy/app",
      "arn:aws:iam::123456789012:instance-profile/app",
      "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      "arn:aws:iam::123456789012:Role/app",
      "arn:aws:sts::123456789012:assumed-role/app/session",
      "arn:aws:lambda:eu-west-1:123456789012:function:app",
      "arn:aws:iam::123456789012:role/AWSReservedSSO_Admin_0123456789abcdef",
      "arn:aws:iam:eu-west-1:123456789012:role/app",
      "arn:aws:iam::1234:role/app",
      "app",
      "arn:aws:iam::123456789012:role/app ",
    ]),
  },
  {
    kind: "a principal that is more than was meant, in a condition",
    codes: ["DoubtfulPrincipal", "PartialAccount", "WrongIdentifier", "ShortWildcard", "WildcardWithoutLike"],
    atLeast: 100,
    make: valuesOf(
      (key, operator, effect) => PRINCIPAL_ARN(key) && !operator.includes("Not") && effect === "Allow",
      () => [
        "arn:aws:iam::123456789012:root",
        "*",
        "arn:aws:iam::*:*",
        "arn:aws:iam::1234*:role/app",
        "arn:aws:iam::123456789012*",
        "arn:aws:sts::123456789012:*",
      ],
    ),
  },
  {
    kind: "a principal of another partition, in an endpoint's condition",
    codes: ["WrongIdentifier"],
    atLeast: 100,
    make: (correct) =>
      correct.context.kind === "endpoint" && correct.context.region !== undefined
        ? valuesOf(PRINCIPAL_ARN, (arn) => [arn.replace("arn:aws:", "arn:aws-cn:")])(correct)
        : [],
  },
  {
    kind: "a role for the principal of an endpoint's policy",
    codes: ["PrincipalNotEveryone"],
    atLeast: 100,
    make: ofKind("endpoint", (correct) =>
      inStatements(correct, (statement) => set(statement, "Principal", { AWS: "arn:aws:iam::123456789012:role/app" })),
    ),
  },
  {
    kind: "no principal",
    codes: ["MissingElement"],
    atLeast: 100,
    make: all(
      ofKind("endpoint", (correct) =>
        inStatements(
          correct,
          (statement) => "Principal" in statement && Reflect.deleteProperty(statement, "Principal"),
        ),
      ),
      ofKind("resource", (correct) =>
        inStatements(
          correct,
          (statement) => "Principal" in statement && Reflect.deleteProperty(statement, "Principal"),
        ),
      ),
    ),
  },
  {
    kind: "a principal that is none, in a table's policy",
    codes: ["InvalidPrincipal"],
    atLeast: 100,
    make: ofKind(
      "resource",
      all(
        ...[
          { AWS: "arn:aws:iam::123456789012:group/admins" },
          { AWS: "1234" },
          { AWS: "arn:aws:sts::123456789012:assumed-role/app" },
          {},
          { AWS: "arn:aws:iam::123456789012:role/*" },
          { AWS: "arn:aws:iam::1234:role/app" },
          "arn:aws:iam::123456789012:role/app",
          { AWS: "app" },
        ].map(
          (principal): Mistake["make"] =>
            (correct) =>
              inStatements(correct, (statement) => "Principal" in statement && set(statement, "Principal", principal)),
        ),
      ),
    ),
  },
  {
    kind: "everyone, in a table's policy",
    codes: ["PublicAccess"],
    atLeast: 100,
    make: ofKind(
      "resource",
      all(
        ...[
          undefined,
          { Bool: { "aws:SecureTransport": "true" } },
          { StringLike: { "aws:PrincipalAccount": "1234*" } },
          { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/*" } },
          { StringNotEquals: { "aws:PrincipalAccount": "123456789012" } },
        ].map(
          (condition): Mistake["make"] =>
            (correct) =>
              inStatements(
                correct,
                (statement) =>
                  statement.Effect === "Allow" &&
                  set(statement, "Principal", "*") &&
                  (condition === undefined ? !("Condition" in statement) : set(statement, "Condition", condition)),
              ),
        ),
      ),
    ),
  },
];

/** What the statements add up to. */
const EFFECTS: readonly Mistake[] = [
  {
    kind: "no Allow in an endpoint's policy",
    codes: ["MissingAllow"],
    atLeast: 100,
    make: ofKind(
      "endpoint",
      inDocument((document) =>
        set(document, "Statement", [{ Effect: "Deny", Principal: "*", Action: "dynamodb:DeleteTable", Resource: "*" }]),
      ),
    ),
  },
  {
    kind: "a Deny of everything",
    codes: ["DeniesEverything"],
    atLeast: 100,
    make: inDocument((document) =>
      set(document, "Statement", [
        ...listOf(document.Statement),
        { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" },
      ]),
    ),
  },
  {
    kind: "a Deny that hits DescribeEndpoints",
    codes: ["DenyHitsDescribeEndpoints"],
    atLeast: 100,
    make: ofKind(
      "endpoint",
      all(
        inDocument((document) =>
          set(document, "Statement", [
            ...listOf(document.Statement),
            { Effect: "Deny", Principal: "*", Action: "dynamodb:Describe*", Resource: "*" },
          ]),
        ),
        inDocument((document) =>
          set(document, "Statement", [
            ...listOf(document.Statement),
            { Effect: "Deny", Principal: "*", NotAction: ["dynamodb:GetItem", "dynamodb:Query"], Resource: "*" },
          ]),
        ),
      ),
    ),
  },
  {
    kind: "a Deny that hits global tables' replication",
    codes: ["DenyHitsReplication"],
    atLeast: 100,
    make: ofKind(
      "resource",
      all(
        ...[
          { StringNotEquals: { "aws:SourceVpce": "vpce-0a1b2c3d" } },
          {
            StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-0a1b2c3d" },
            BoolIfExists: { "aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false" },
          },
          { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/app" } },
        ].map((Condition): Mistake["make"] =>
          inDocument((document) =>
            set(document, "Statement", [
              ...listOf(document.Statement),
              {
                Effect: "Deny",
                Principal: "*",
                Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
                Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/Stock",
                Condition,
              },
            ]),
          ),
        ),
      ),
    ),
  },
  {
    kind: "a Deny outside the endpoint that hits administrators",
    codes: ["DenyLocksOutAdministrators"],
    atLeast: 100,
    make: ofKind(
      "identity",
      inDocument((document) =>
        set(document, "Statement", [
          ...listOf(document.Statement),
          {
            Effect: "Deny",
            Action: "dynamodb:*",
            Resource: "*",
            Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-0a1b2c3d" } },
          },
        ]),
      ),
    ),
  },
];

export const MISTAKES: readonly Mistake[] = [
  ...GRAMMAR,
  ...ACTIONS,
  ...RESOURCES,
  ...KEYS,
  ...VALUES,
  ...IDS,
  ...PRINCIPALS,
  ...EFFECTS,
];
