import { DYNAMODB_ACTIONS, type DynamoDbAction, type DynamoDbResourceType } from "../actions";
import { isJsonObject, listOf, type JsonObject, type LocatedStatement } from "../document";
import { matchesPattern, patternOf } from "../matching";
import { partitionOf } from "../regions";
import { parseArn, resourceTypesOf, type Arn } from "./arn";
import { meantOperator, parseOperator, type Operator } from "./operators";
import { itemPath, memberPath, type PolicyPath } from "./path";
import { closest } from "./suggestion";
import { hasWildcard, matchesEverything } from "./wildcards";

/** Where a policy takes effect: what it may say depends on it. */
export interface PolicyContext {
  /** `endpoint`: of a gateway endpoint; `identity`: of a role, user or group; `resource`: of a table or stream. */
  readonly kind: "endpoint" | "identity" | "resource";
  /** `aws`, `aws-cn`, `aws-us-gov` and so on. Default: the partition of `region`, where that is given. */
  readonly partition?: string | undefined;
  /** The endpoint's or the table's, for example `eu-west-1`. Without it no ARN is of the wrong Region. */
  readonly region?: string | undefined;
  /** The account of the table that the policy belongs to: 12 digits. Without it no ARN is of the wrong account. */
  readonly account?: string | undefined;
  /**
   * The organization of the account that owns the endpoint: `o-…`, or `none`. Without it no condition on
   * `aws:VpceOrgID` is known to deny everybody.
   */
  readonly organization?: string | undefined;
}

/** The partition in which a policy takes effect, as far as that is known. */
export function partitionIn({ partition, region }: PolicyContext): string | undefined {
  return partition ?? (region === undefined ? undefined : partitionOf(region));
}

/**
 * A policy as the rules read it. What does not have the form of the grammar is left out here: the grammar's rules
 * report it.
 */
export interface Policy {
  readonly document: JsonObject;
  readonly context: PolicyContext;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly path: PolicyPath;
  readonly element: JsonObject;
  /** Also where it is written in another case, which is told: what else is wrong is told with it. */
  readonly effect: "Allow" | "Deny" | undefined;
  /** The entries of `Action`. */
  readonly actions: readonly ActionEntry[];
  /** The entries of `NotAction`. */
  readonly notActions: readonly ActionEntry[];
  /** The DynamoDB actions that the statement is about, by `Action` or `NotAction`. */
  readonly covered: ReadonlySet<DynamoDbAction>;
  /** The entries of `Resource`. */
  readonly resources: readonly ResourceEntry[];
  /** The entries of `NotResource`. */
  readonly notResources: readonly ResourceEntry[];
  readonly conditions: readonly Condition[];
}

/** A string of a policy, and where it stands. */
export interface Entry {
  readonly path: PolicyPath;
  readonly text: string;
}

export interface ActionEntry extends Entry {
  /** The DynamoDB actions that it names or matches. */
  readonly matched: readonly DynamoDbAction[];
  /** It is `*` or `dynamodb:*`: whoever writes that means every action. */
  readonly everything: boolean;
}

export interface ResourceEntry extends Entry {
  readonly everything: boolean;
  readonly arn: Arn | undefined;
  /** The kinds of resources that it can match; none where it is no ARN, or names no kind. */
  readonly types: readonly DynamoDbResourceType[];
}

/** One key below one operator. */
export interface Condition {
  /** Of the key. */
  readonly path: PolicyPath;
  readonly operator: Operator;
  readonly key: string;
  /** The key in lower case: its case does not matter to AWS. */
  readonly keyId: string;
  readonly values: readonly Entry[];
}

/**
 * A key or operator of a condition that is longer is none: nothing below it is read, which bounds the length of paths.
 */
export const LONGEST_CONDITION_KEY = 256;

/** The statements of a document, for the rules to read. */
export function readStatements(located: readonly LocatedStatement[]): readonly Statement[] {
  const matchedBy = new Map<string, readonly DynamoDbAction[]>();
  return located.flatMap(({ path, statement }) =>
    isJsonObject(statement) ? [readStatement(path, statement, matchedBy)] : [],
  );
}

/** The elements of a statement. */
export const STATEMENT_ELEMENTS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const KNOWN_ELEMENTS: ReadonlySet<string> = new Set(STATEMENT_ELEMENTS);

/** Whether statements have an element of this name. */
export function isStatementElement(name: string): boolean {
  return KNOWN_ELEMENTS.has(name);
}

/**
 * The key of an element, which may be misspelled: that is told by itself, and what is wrong below it must not wait
 * until it is corrected.
 */
function keyOf(element: JsonObject, name: string): string {
  if (element[name] !== undefined) return name;
  return (
    Object.keys(element).find((key) => !isStatementElement(key) && closest(key, STATEMENT_ELEMENTS) === name) ?? name
  );
}

/** The strings of an element that takes one or a list of them. */
export function entriesOf(element: JsonObject, path: PolicyPath, name: string): readonly Entry[] {
  const key = keyOf(element, name);
  const value = element[key];
  if (typeof value === "string") return [{ path: memberPath(path, key), text: value }];
  return Array.isArray(value) ? stringEntries(memberPath(path, key), value) : [];
}

/** Whether the statement has an entry of `Resource` that is `*`. */
export function concernsAllResources(statement: Statement): boolean {
  return statement.resources.some((resource) => resource.everything);
}

/** Whether the statement names actions of DynamoDB, and of no other service. */
export function concernsDynamoDbAlone({ actions }: Statement): boolean {
  return actions.length > 0 && actions.every(({ text }) => text.toLowerCase().startsWith("dynamodb:"));
}

function readStatement(
  path: PolicyPath,
  element: JsonObject,
  matchedBy: Map<string, readonly DynamoDbAction[]>,
): Statement {
  const actions = entriesOf(element, path, "Action").map((entry) => readAction(entry, matchedBy));
  const notActions = entriesOf(element, path, "NotAction").map((entry) => readAction(entry, matchedBy));
  return {
    path,
    element,
    effect: meantEffect(element[keyOf(element, "Effect")]),
    actions,
    notActions,
    covered: notActions.length > 0 ? except(notActions) : union(actions),
    resources: entriesOf(element, path, "Resource").map(readResource),
    notResources: entriesOf(element, path, "NotResource").map(readResource),
    conditions: conditionsOf(element, path),
  };
}

function meantEffect(written: unknown): Statement["effect"] {
  return (["Allow", "Deny"] as const).find(
    (effect) => typeof written === "string" && written.toLowerCase() === effect.toLowerCase(),
  );
}

function readAction(entry: Entry, matchedBy: Map<string, readonly DynamoDbAction[]>): ActionEntry {
  let matched = matchedBy.get(entry.text);
  if (matched === undefined) matchedBy.set(entry.text, (matched = matchedActions(entry.text)));
  return { path: entry.path, text: entry.text, matched, everything: matched.length === DYNAMODB_ACTIONS.size };
}

const ACTIONS_IN_LOWER_CASE = [...DYNAMODB_ACTIONS.values()].map((action) => ({
  action,
  lowerCase: action.name.toLowerCase(),
}));
const ACTION_BY_LOWER_CASE: ReadonlyMap<string, DynamoDbAction> = new Map(
  ACTIONS_IN_LOWER_CASE.map(({ action, lowerCase }) => [lowerCase, action]),
);

/** No pattern for the name of an action is longer, once its `*`s that follow on each other are one. */
const LONGEST_ACTION_PATTERN = 128;

function matchedActions(text: string): readonly DynamoDbAction[] {
  if (matchesEverything(text)) return [...DYNAMODB_ACTIONS.values()];
  const colon = text.indexOf(":");
  if (text.slice(0, colon).toLowerCase() !== "dynamodb") return [];
  const pattern = text
    .slice(colon + 1)
    .toLowerCase()
    .replace(/\*+/g, "*");
  if (pattern.length > LONGEST_ACTION_PATTERN) return [];
  if (hasWildcard(pattern)) {
    const compiled = patternOf(pattern);
    return ACTIONS_IN_LOWER_CASE.filter(({ lowerCase }) => matchesPattern(compiled, lowerCase)).map(
      ({ action }) => action,
    );
  }
  const action = ACTION_BY_LOWER_CASE.get(pattern);
  return action === undefined ? [] : [action];
}

function union(entries: readonly ActionEntry[]): ReadonlySet<DynamoDbAction> {
  const covered = new Set<DynamoDbAction>();
  for (const { matched } of entries) {
    if (covered.size === DYNAMODB_ACTIONS.size) break;
    for (const action of matched) covered.add(action);
  }
  return covered;
}

function except(excluded: readonly ActionEntry[]): ReadonlySet<DynamoDbAction> {
  const named = union(excluded);
  return new Set([...DYNAMODB_ACTIONS.values()].filter((action) => !named.has(action)));
}

function readResource({ path, text }: Entry): ResourceEntry {
  const arn = parseArn(text);
  return {
    path,
    text,
    everything: matchesEverything(text),
    arn,
    types: arn === undefined ? [] : resourceTypesOf(arn.resource),
  };
}

function conditionsOf(element: JsonObject, statementPath: PolicyPath): readonly Condition[] {
  const conditionKey = keyOf(element, "Condition");
  const blocks = element[conditionKey];
  if (!isJsonObject(blocks)) return [];
  const conditions: Condition[] = [];
  const conditionPath = memberPath(statementPath, conditionKey);
  for (const [operatorText, keys] of Object.entries(blocks)) {
    const operator = parseOperator(operatorText) ?? parseOperator(meantOperator(operatorText) ?? "");
    if (operator === undefined || !isJsonObject(keys)) continue;
    const operatorPath = memberPath(conditionPath, operatorText);
    for (const [key, value] of Object.entries(keys)) {
      if (key.length > LONGEST_CONDITION_KEY) continue;
      const path = memberPath(operatorPath, key);
      conditions.push({ path, operator, key, keyId: key.toLowerCase(), values: conditionValues(path, value) });
    }
  }
  return conditions;
}

/** AWS reads numbers and Booleans as their text. */
function conditionValues(path: PolicyPath, value: unknown): readonly Entry[] {
  const texts = listOf(value).map((item) =>
    typeof item === "number" || typeof item === "boolean" ? String(item) : item,
  );
  if (Array.isArray(value)) return stringEntries(path, texts);
  const [text] = texts;
  return typeof text === "string" ? [{ path, text }] : [];
}

function stringEntries(path: PolicyPath, values: readonly unknown[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [i, text] of values.entries())
    if (typeof text === "string") entries.push({ path: itemPath(path, i), text });
  return entries;
}
