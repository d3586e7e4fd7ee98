import { isJsonObject } from "../document";
import type { ConditionKeyType } from "./conditionKeys";
import { finding, quoted, type PolicyFinding } from "./finding";
import { hasSeveralValues, isOfDynamoDb, keyNames, typeOfKey } from "./keys";
import { meantOperator, parseOperator, type OperatorFamily } from "./operators";
import { memberPath } from "./path";
import {
  concernsDynamoDbAlone,
  LONGEST_CONDITION_KEY,
  type Condition,
  type Entry,
  type Policy,
  type Statement,
} from "./policy";
import { didYouMean } from "./suggestion";
import { hasWildcard } from "./wildcards";

/** Operators that are none, and the one combination that AWS refuses. */
export function* unknownOperators({ element, path }: Statement): Iterable<PolicyFinding> {
  if (!isJsonObject(element.Condition)) return;
  for (const text of Object.keys(element.Condition)) {
    const operator = parseOperator(text);
    if (operator !== undefined && !(operator.family === "Null" && operator.ifExists)) continue;
    const operatorPath = memberPath(memberPath(path, "Condition"), text);
    if (operator === undefined) {
      const message = `${quoted(text)} is no condition operator: AWS refuses the document${suggestedOperator(text)}`;
      yield finding("UnknownOperator", operatorPath, message);
    } else {
      yield finding(
        "NullIfExists",
        operatorPath,
        '"Null" asks whether a key exists and takes no IfExists: AWS refuses the document; write "Null"',
      );
    }
  }
}

function suggestedOperator(text: string): string {
  const meant = meantOperator(text);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  return text.includes(":") ? "; before a colon stands ForAllValues or ForAnyValue" : "";
}

/** Keys that are none, or that no request to DynamoDB carries. */
export function* unknownKeys(statement: Statement, policy: Policy): Iterable<PolicyFinding> {
  const { element, path, conditions } = statement;
  if (!isJsonObject(element.Condition)) return;
  for (const [operator, keys] of Object.entries(element.Condition)) {
    if (!isJsonObject(keys) || operator.length > LONGEST_CONDITION_KEY) continue;
    for (const key of Object.keys(keys)) {
      const problem = keyProblem(key);
      if (problem !== undefined)
        yield finding(
          "InvalidConditionKey",
          memberPath(memberPath(memberPath(path, "Condition"), operator), key),
          problem.message,
          problem.check,
        );
    }
  }
  for (const condition of conditions) {
    if (typeOfKey(condition.keyId) !== undefined || keyProblem(condition.key) !== undefined) continue;
    yield* isOfDynamoDb(condition.keyId) ? unknownKey(condition) : keyOfOtherService(condition, statement, policy);
  }
}

function keyProblem(key: string): { readonly message: string; readonly check?: string } | undefined {
  if (key.length > LONGEST_CONDITION_KEY || !key.includes(":") || hasMisplacedBlanks(key)) {
    return {
      message:
        `${quoted(key)} is no condition key: AWS refuses the document; write it as in ` +
        `"aws:PrincipalArn"${didYouMean(key, keyNames())}`,
    };
  }
  if (!key.endsWith("/")) return undefined;
  return {
    message:
      `${quoted(key)} does not say which tag: the condition compares nothing; write the tag's key after the slash, ` +
      `as in "${key}team"`,
    check: "Missing tag key in condition",
  };
}

/** The key of a tag may have blanks within. */
function hasMisplacedBlanks(key: string): boolean {
  return /\s/.test(key) && (key.trim() !== key || /^[^/]*\s/.test(key));
}

function* unknownKey({ path, key, keyId }: Condition): Iterable<PolicyFinding> {
  const check = keyId.startsWith("aws:") ? "Invalid global condition key" : "Invalid service condition key";
  yield finding(
    "UnknownConditionKey",
    path,
    `${quoted(key)} is no key that requests to DynamoDB carry: the condition compares ` +
      `nothing${didYouMean(key, keyNames())}`,
    check,
  );
}

/**
 * Keys of services, which only their own requests carry, except for those that come with the credentials of a role.
 *
 * The keys of an identity provider have its domain for a prefix, those of SAML `saml`: sessions carry them everywhere.
 */
function* keyOfOtherService(
  { path, key, keyId, operator }: Condition,
  statement: Statement,
  { context }: Policy,
): Iterable<PolicyFinding> {
  const prefix = keyId.slice(0, keyId.indexOf(":"));
  if (prefix === "saml" || !/^[a-z0-9-]+$/.test(prefix)) return;
  if (context.kind === "identity" && !concernsDynamoDbAlone(statement)) return;
  const outcome = operator.negated || operator.ifExists ? "the condition always holds" : "the condition never holds";
  yield finding(
    "OtherServiceKey",
    path,
    `${quoted(key)} is a key of ${quoted(prefix)}, which requests to DynamoDB do not carry: ${outcome}; remove ` +
      `it${didYouMean(key, keyNames())}`,
  );
}

/** Keys that stand twice below one operator, because their case does not matter. */
export function* repeatedKeys({ conditions }: Statement): Iterable<PolicyFinding> {
  if (conditions.length < 2) return;
  const first = new Map<string, string>();
  for (const { path, operator, key, keyId } of conditions) {
    const place = `${operator.set ?? ""}:${operator.name}:${String(operator.ifExists)}:${keyId}`;
    const same = first.get(place);
    if (same === undefined) first.set(place, key);
    else
      yield finding(
        "RepeatedConditionKey",
        path,
        `is ${quoted(same)} again: their case does not matter, and AWS refuses keys that stand twice; join the ` +
          "values in one list",
      );
  }
}

/**
 * Set operators that are missing, or that make a condition hold for everybody or nobody.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
 */
export function* unsuitableSetOperators({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { path, operator, key, keyId } of conditions) {
    const { set, name, family } = operator;
    if (family === "Null") {
      if (set === undefined) continue;
      const outcome = set === "ForAllValues" ? "always holds" : "never holds";
      yield finding(
        "NullWithSetOperator",
        path,
        `"${set}:Null" ${outcome}, whatever the request carries; write "Null"`,
      );
    } else if (set === undefined) {
      if (!hasSeveralValues(keyId)) continue;
      const meant = operator.negated ? "ForAllValues" : "ForAnyValue";
      const message =
        `${quoted(key)} can have several values, which ${quoted(name)} alone does not compare as meant; write ` +
        `"${meant}:${name}", or the other set operator`;
      yield finding("MissingSetOperator", path, message);
    } else if (set === "ForAllValues" && typeOfKey(keyId) !== undefined && !hasSeveralValues(keyId)) {
      const message = `${quoted(key)} has one value, and ForAllValues also holds where it has none; write "${name}"`;
      yield finding("ForAllValuesOnSingleValue", path, message);
    }
  }
}

/** The operators that compare values of a type as what they are. Text can be compared with any of them. */
const FAMILIES_OF_TYPES: Readonly<Record<ConditionKeyType, readonly OperatorFamily[]>> = {
  ARN: ["Arn"],
  ArrayOfARN: ["Arn"],
  ArrayOfString: ["Binary"],
  Bool: ["Bool"],
  Date: ["Date", "Numeric"],
  IPAddress: ["IpAddress"],
  Numeric: ["Numeric"],
  String: ["Binary"],
};

/** Operators that cannot compare the values of their key. */
export function* unsuitableOperators({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { path, operator, key, keyId, values } of conditions) {
    const type = typeOfKey(keyId);
    if (type === undefined || keyId.includes("/") || keyId === "aws:sourcevpcarn" || operator.family === "Null")
      continue;
    if (operator.family === "String") {
      if (type === "IPAddress") yield* rangesAsText(operator.name, key, values);
      continue;
    }
    if (FAMILIES_OF_TYPES[type].includes(operator.family)) continue;
    const family = type === "String" || type === "ArrayOfString" ? "String" : FAMILIES_OF_TYPES[type].join(" or ");
    const message =
      `${quoted(operator.name)} cannot compare ${quoted(key)}, which has values of type ${type}: the condition never ` +
      `holds as meant; use an operator that begins with ${family}`;
    yield finding("OperatorDoesNotFitKey", path, message);
  }
}

/** An address equals another as text, but no text is a range. */
function* rangesAsText(operator: string, key: string, values: readonly Entry[]): Iterable<PolicyFinding> {
  for (const { path, text } of values) {
    if (!text.includes("/") && !hasWildcard(text)) continue;
    const message =
      `${quoted(text)} is compared as text by ${quoted(operator)}, and ${quoted(key)} is an address; write ` +
      '"IpAddress" or "NotIpAddress" with a range such as 10.0.0.0/16';
    yield finding("OperatorDoesNotFitKey", path, message);
  }
}
