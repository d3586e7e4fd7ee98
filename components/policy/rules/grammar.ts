import {
  isJsonObject,
  listOf,
  VERSION_WITH_VARIABLES,
  VERSION_WITHOUT_VARIABLES,
  type JsonObject,
  type LocatedStatement,
} from "../document";
import { isBareStatement } from "./document";
import { finding, quoted, typeName, type PolicyFinding, type PolicyFindingCode } from "./finding";
import { DOCUMENT, itemPath, memberPath, type PolicyPath } from "./path";
import { LONGEST_CONDITION_KEY, STATEMENT_ELEMENTS, type Policy, type PolicyContext } from "./policy";
import { didYouMean } from "./suggestion";

const DOCUMENT_ELEMENTS = ["Version", "Id", "Statement"];

/** What of the document itself, statements left aside, is not as the grammar has it. */
export function* malformedDocument({ document, context }: Policy): Iterable<PolicyFinding> {
  if (isBareStatement(document)) {
    const message =
      'is a statement, not a document: AWS refuses it; write {"Version": "2012-10-17", "Statement": [ … ]} around it';
    yield finding("MissingElement", DOCUMENT, message);
    return;
  }
  yield* unknownElements(DOCUMENT, document, DOCUMENT_ELEMENTS);
  if (document.Statement === undefined) yield finding("MissingElement", DOCUMENT, 'has no "Statement": AWS refuses it');
  else if (Array.isArray(document.Statement) && document.Statement.length === 0) {
    yield finding("EmptyList", "Statement", "has no statement: AWS refuses it, and nothing would be allowed");
  }
  if (document.Id !== undefined) {
    if (typeof document.Id !== "string") yield wrongType("Id", document.Id, "a string");
    if (context.kind === "identity")
      yield finding("UnsupportedElement", "Id", "may not stand in a policy of an identity: AWS refuses it; remove it");
  }
}

/** A `Version` that is none, or that is missing. */
export function* unsuitableVersion({ document }: Policy): Iterable<PolicyFinding> {
  const { Version: version } = document;
  if (version === undefined) {
    if (isBareStatement(document)) return;
    const message =
      'has no "Version", which means 2008-10-17: policy variables would stay unresolved text; write "Version": ' +
      '"2012-10-17"';
    yield finding("MissingVersion", DOCUMENT, message);
  } else if (typeof version !== "string") yield wrongType("Version", version, 'the string "2012-10-17"');
  else if (version !== VERSION_WITH_VARIABLES && version !== VERSION_WITHOUT_VARIABLES) {
    const message =
      `${quoted(version)} is no version of the policy language, which is not the date of your policy: AWS refuses ` +
      'it; write "2012-10-17"';
    yield finding("InvalidVersion", "Version", message);
  }
}

/** What of a statement is not as the grammar has it. */
export function* malformedStatement(
  { path, statement }: LocatedStatement,
  context: PolicyContext,
): Iterable<PolicyFinding> {
  if (!isJsonObject(statement)) {
    yield wrongType(path, statement, "an object");
    return;
  }
  yield* unknownElements(path, statement, STATEMENT_ELEMENTS);
  yield* unsuitableEffect(path, statement);
  yield* unsuitableSid(path, statement, context);
  yield* oneOf(path, statement, "Action", "NotAction", 'name the actions, for example "dynamodb:GetItem"');
  yield* oneOf(path, statement, "Resource", "NotResource", "name the ARNs, or *");
  for (const name of ["Action", "NotAction", "Resource", "NotResource"]) {
    if (!isStrings(statement[name])) yield* malformedStrings(path, statement, name);
  }
  if (statement.Condition !== undefined) yield* malformedCondition(memberPath(path, "Condition"), statement.Condition);
}

/** Whether there is nothing to report, as in nearly every statement, so that its path is not needed. */
function isStrings(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => typeof item === "string");
  return value === undefined || typeof value === "string";
}

/** The finding for a value of another type than the grammar has. */
export function wrongType(path: PolicyPath, value: unknown, expected: string): PolicyFinding {
  return finding("WrongType", path, `is ${typeName(value)}, not ${expected}: AWS refuses the document`);
}

/** `name` where it is not one string or a list of some. */
export function* malformedStrings(parent: PolicyPath, element: JsonObject, name: string): Iterable<PolicyFinding> {
  const value = element[name];
  if (value === undefined) return;
  const path = memberPath(parent, name);
  if (!Array.isArray(value)) {
    if (typeof value !== "string") yield wrongType(path, value, "a string or a list of strings");
    return;
  }
  if (value.length === 0)
    yield finding("EmptyList", path, "is an empty list: AWS refuses it or nothing ever matches it; name at least one");
  for (const [i, item] of value.entries()) {
    if (typeof item !== "string") yield wrongType(itemPath(path, i), item, "a string");
  }
}

function* unknownElements(path: PolicyPath, object: JsonObject, known: readonly string[]): Iterable<PolicyFinding> {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    yield finding(
      "UnknownElement",
      memberPath(path, key),
      `${quoted(key)} is not an element of policies: AWS refuses the document${didYouMean(key, known)}`,
    );
  }
}

function* unsuitableEffect(parent: PolicyPath, { Effect: effect }: JsonObject): Iterable<PolicyFinding> {
  if (effect === "Allow" || effect === "Deny") return;
  const path = memberPath(parent, "Effect");
  if (effect === undefined)
    yield finding("MissingElement", parent, 'has no "Effect": AWS refuses the document; write "Allow" or "Deny"');
  else if (typeof effect !== "string") yield wrongType(path, effect, '"Allow" or "Deny"');
  else
    yield finding(
      "InvalidEffect",
      path,
      `${quoted(effect)} is no effect: AWS refuses the document; write "Allow" or "Deny", with this case`,
    );
}

/** Endpoint policies may have other characters: AWS's own examples have hyphens. */
function* unsuitableSid(
  parent: PolicyPath,
  { Sid: sid }: JsonObject,
  { kind }: PolicyContext,
): Iterable<PolicyFinding> {
  if (sid === undefined) return;
  if (typeof sid !== "string") yield wrongType(memberPath(parent, "Sid"), sid, "a string");
  else if (kind === "identity" && !/^[A-Za-z0-9]*$/.test(sid)) {
    yield finding(
      "InvalidSid",
      memberPath(parent, "Sid"),
      `${quoted(sid)} has other characters than A-Z, a-z and 0-9: IAM refuses the document`,
    );
  }
}

/** An element and its negation: one of the two must be there, and not both. */
function* oneOf(
  path: PolicyPath,
  statement: JsonObject,
  name: string,
  negated: string,
  cure: string,
): Iterable<PolicyFinding> {
  const has = statement[name] !== undefined;
  const hasNegated = statement[negated] !== undefined;
  if (has && hasNegated) {
    yield finding(
      "ConflictingElements",
      memberPath(path, negated),
      `stands beside "${name}": AWS refuses the document; keep one of the two`,
    );
  }
  if (!has && !hasNegated) yield finding("MissingElement", path, `has no "${name}": AWS refuses the document; ${cure}`);
}

function* malformedCondition(path: PolicyPath, condition: unknown): Iterable<PolicyFinding> {
  if (!isJsonObject(condition)) {
    yield wrongType(path, condition, "an object of operators");
    return;
  }
  yield* emptyObject(path, condition, "EmptyCondition");
  for (const [operator, keys] of Object.entries(condition)) {
    const operatorPath = memberPath(path, operator);
    if (!isJsonObject(keys)) {
      yield wrongType(operatorPath, keys, "an object of condition keys");
      continue;
    }
    yield* emptyObject(operatorPath, keys, "EmptyCondition");
    if (operator.length > LONGEST_CONDITION_KEY) continue;
    for (const [key, values] of Object.entries(keys)) {
      if (key.length <= LONGEST_CONDITION_KEY) yield* malformedValues(memberPath(operatorPath, key), values);
    }
  }
}

function* emptyObject(path: PolicyPath, object: JsonObject, code: PolicyFindingCode): Iterable<PolicyFinding> {
  if (Object.keys(object).length > 0) return;
  yield finding(
    code,
    path,
    "is empty and limits nothing: the statement holds for every request; remove it, or write the condition that was " +
      "meant",
  );
}

function* malformedValues(path: PolicyPath, values: unknown): Iterable<PolicyFinding> {
  if (Array.isArray(values) && values.length === 0) {
    yield finding("EmptyList", path, "is an empty list: no value ever matches it; name at least one");
  }
  for (const [i, value] of listOf(values).entries()) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") continue;
    yield wrongType(Array.isArray(values) ? itemPath(path, i) : path, value, "a string, a number or a Boolean");
  }
}
