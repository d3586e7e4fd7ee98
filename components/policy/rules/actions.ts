import { ACTION_DATA_VERSION, DYNAMODB_ACTIONS, type DynamoDbAction } from "../actions";
import { finding, quoted, type PolicyFinding } from "./finding";
import { memberPath } from "./path";
import type { Entry, Policy, Statement } from "./policy";
import { closest, didYouMean } from "./suggestion";
import { hasWildcard } from "./wildcards";

/** Entries of `Action` and `NotAction` that name no action of DynamoDB. */
export function* namesOfNoAction({ actions, notActions }: Statement, policy: Policy): Iterable<PolicyFinding> {
  for (const entries of [actions, notActions]) {
    for (const entry of entries) if (entry.matched.length === 0) yield* nameOfNoAction(entry, policy);
  }
}

/**
 * Operations of the API that are not actions of policies, with the actions that AWS checks instead.
 *
 * See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html and
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html.
 */
const ACTIONS_OF_OPERATIONS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    TransactGetItems: ["GetItem"],
    TransactWriteItems: ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
    ExecuteStatement: ["PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"],
    BatchExecuteStatement: ["PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"],
    ExecuteTransaction: ["PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"],
  }).map(([operation, actions]) => [operation.toLowerCase(), actions]),
);

/**
 * Names that people look for, with the actions that they mean, where these are too far from them to be found by their
 * letters.
 */
const ACTIONS_OF_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    BatchGet: ["BatchGetItem"],
    BatchRead: ["BatchGetItem"],
    BatchWrite: ["BatchWriteItem"],
    BatchPut: ["BatchWriteItem"],
    BatchPutItem: ["BatchWriteItem"],
    BatchDelete: ["BatchWriteItem"],
    BatchDeleteItem: ["BatchWriteItem"],
    BatchUpdateItem: ["BatchWriteItem", "UpdateItem"],
    ConditionCheck: ["ConditionCheckItem"],
    Delete: ["DeleteItem"],
    Export: ["ExportTableToPointInTime"],
    ExportTable: ["ExportTableToPointInTime"],
    ExportToPointInTime: ["ExportTableToPointInTime"],
    Get: ["GetItem"],
    GetStreamRecords: ["GetRecords"],
    Import: ["ImportTable"],
    Insert: ["PutItem"],
    PartiQL: ["PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"],
    Put: ["PutItem"],
    Read: ["GetItem", "BatchGetItem", "Query", "Scan"],
    RestoreTable: ["RestoreTableFromBackup", "RestoreTableToPointInTime"],
    Select: ["PartiQLSelect"],
    TagTable: ["TagResource"],
    TransactGet: ["GetItem"],
    TransactGetItem: ["GetItem"],
    TransactRead: ["GetItem"],
    TransactWrite: ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
    TransactWriteItem: ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
    Update: ["UpdateItem"],
    Write: ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"],
  }).map(([name, actions]) => [name.toLowerCase(), actions]),
);

function* nameOfNoAction(entry: Entry, policy: Policy): Iterable<PolicyFinding> {
  const { path, text } = entry;
  const colon = text.indexOf(":");
  const service = text.slice(0, colon);
  const action = text.slice(colon + 1);
  if (colon <= 0 || action === "" || hasWildcard(service) || /\s/.test(text)) {
    const cure = DYNAMODB_ACTIONS.has(text) ? `write "dynamodb:${text}"` : 'write it as in "dynamodb:GetItem"';
    yield finding(
      "InvalidAction",
      path,
      `${quoted(text)} is not of the form SERVICE:ACTION: AWS refuses the document; ${cure}`,
    );
  } else if (service.toLowerCase() !== "dynamodb") yield* actionOfOtherService(entry, service, policy);
  else if (hasWildcard(action)) yield patternOfNoAction(entry);
  else if (!text.includes("${")) yield* unknownAction(path, action);
}

function* unknownAction(path: string, action: string): Iterable<PolicyFinding> {
  const checked = ACTIONS_OF_OPERATIONS.get(action.toLowerCase());
  if (checked !== undefined) {
    const actions = checked.map((name) => `"dynamodb:${name}"`).join(", ");
    yield finding(
      "OperationIsNoAction",
      path,
      `${quoted(action)} is an operation, but no action of policies: it grants nothing; write ${actions}`,
    );
    return;
  }
  const meant = ACTIONS_OF_NAMES.get(action.toLowerCase());
  if (meant !== undefined) {
    yield finding(
      "MisspelledAction",
      path,
      `"dynamodb:${action}" is no action: it grants nothing; write ` +
        meant.map((name) => `"dynamodb:${name}"`).join(", "),
    );
    return;
  }
  const suggestion = closest(action, DYNAMODB_ACTIONS.keys());
  if (suggestion !== undefined) {
    yield finding(
      "MisspelledAction",
      path,
      `"dynamodb:${action}" is no action: it grants nothing; did you mean "dynamodb:${suggestion}"?`,
    );
    return;
  }
  const message =
    `${quoted(`dynamodb:${action}`)} is no action of DynamoDB as of ${ACTION_DATA_VERSION}: it grants nothing unless ` +
    "it is newer than that";
  yield finding("UnknownAction", path, message);
}

function patternOfNoAction({ path, text }: Entry): PolicyFinding {
  return finding(
    "PatternMatchesNoAction",
    path,
    `${quoted(text)} matches no action of DynamoDB as of ${ACTION_DATA_VERSION}: it grants nothing`,
  );
}

function* actionOfOtherService({ path, text }: Entry, service: string, { context }: Policy): Iterable<PolicyFinding> {
  const misspelled = didYouMean(service, ["dynamodb"]);
  if (context.kind === "identity" && misspelled === "") return;
  const where = context.kind === "endpoint" ? "a gateway endpoint for DynamoDB never sees" : "DynamoDB never sees";
  const what =
    context.kind === "identity"
      ? `${quoted(text)} is of the service ${quoted(service)}`
      : `${quoted(text)} is of another service, whose requests ${where}`;
  yield finding("OtherServiceAction", path, `${what}: it grants nothing here${misspelled}`);
}

/** Actions of the DynamoDB Streams API in the policy of an endpoint that does not serve it. */
export function* actionsOfStreams({ actions }: Statement, { context }: Policy): Iterable<PolicyFinding> {
  if (context.kind !== "endpoint") return;
  for (const { path, text, matched } of actions) {
    if (matched.length === 0 || !matched.every((action) => action.ofStreamsApi)) continue;
    const message =
      `${quoted(text)} is of DynamoDB Streams, which the gateway endpoint does not serve: its requests keep their ` +
      "present path, or need an interface endpoint";
    yield finding("StreamsNotServed", path, message);
  }
}

/** `NotAction` in an Allow: it grants every action that it does not name, those that come to exist later included. */
export function* allowOfAllOtherActions({ effect, element, path }: Statement): Iterable<PolicyFinding> {
  if (effect !== "Allow" || element.NotAction === undefined) return;
  yield finding(
    "AllowWithNotAction",
    memberPath(path, "NotAction"),
    'allows every action but those it names, future ones included; name in "Action" what is needed',
  );
}

/**
 * Patterns that are meant for items and admit the deletion of tables, as in AWS's own example with `Delete*` and
 * `Update*`.
 */
export function* patternsThatAdmitTableActions({ effect, actions }: Statement): Iterable<PolicyFinding> {
  if (effect !== "Allow") return;
  for (const { path, text, matched, everything } of actions) {
    if (everything || !hasWildcard(text)) continue;
    const items = matched.filter((action) => action.onItems && action.accessLevel === "Write");
    const tables = matched.filter((action) => !action.onItems && changes(action));
    if (items.length === 0 || tables.length === 0) continue;
    const message =
      `${quoted(text)} is more than access to items: it admits ${someNames(tables)} too; write ` +
      items.map(({ name }) => `"dynamodb:${name}"`).join(", ");
    yield finding("AdmitsTableActions", path, message);
  }
}

function changes({ accessLevel }: DynamoDbAction): boolean {
  return accessLevel === "Write" || accessLevel === "Permissions management";
}

/** At most three names, those first that cost most: a list that a reader still takes in. */
function someNames(actions: readonly DynamoDbAction[]): string {
  const worst = ["DeleteTable", "UpdateTable", "DeleteResourcePolicy", "PutResourcePolicy"];
  const rank = ({ name }: DynamoDbAction): number => (worst.includes(name) ? worst.indexOf(name) : worst.length);
  const names = [...actions].sort((a, b) => rank(a) - rank(b)).map(({ name }) => name);
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
