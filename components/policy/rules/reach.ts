import { DYNAMODB_ACTIONS, type DynamoDbAction } from "../actions";
import { matchesPattern, patternOf } from "../matching";
import { parseArn } from "./arn";
import { finding, quoted, type PolicyFinding } from "./finding";
import { memberPath } from "./path";
import { concernsAllResources, partitionIn, type Condition, type Entry, type Policy, type Statement } from "./policy";
import { concernsEveryone } from "./principals";
import { hasWildcard } from "./wildcards";

/** An endpoint policy that allows nothing: the classic lock-out, because a Deny alone never lets anyone in. */
export function* missingAllow({ statements, context }: Policy): Iterable<PolicyFinding> {
  if (
    context.kind !== "endpoint" ||
    statements.length === 0 ||
    statements.some(({ element }) => element.Effect === "Allow")
  )
    return;
  const message =
    "has no Allow: every request through the endpoint is denied, whatever the Deny statements say; add " +
    '{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:*", "Resource": "*"} or what is to be allowed';
  yield finding("MissingAllow", "Statement", message);
}

/** A statement that denies everyone everything, whatever else is allowed. */
export function* deniesEverything(statement: Statement, policy: Policy): Iterable<PolicyFinding> {
  if (statement.element.Condition !== undefined || !concernsEveryone(statement, policy)) return;
  if (statement.covered.size < DYNAMODB_ACTIONS.size || !concernsAllResources(statement)) return;
  yield finding(
    "DeniesEverything",
    statement.path,
    "denies every request, and no Allow can undo that; add the condition that was meant, or remove it",
  );
}

const KEYS_OF_ORGANIZATIONS: readonly string[] = ["aws:vpceorgid", "aws:vpceorgpaths"];

/**
 * "Deny unless through an endpoint of the organization" in an account that is in none: the key is absent from requests
 * on every way, so that the Deny hits all of them.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("aws:VpceOrgID").
 */
export function* denyWithoutOrganization(statement: Statement, { context }: Policy): Iterable<PolicyFinding> {
  if (context.kind === "endpoint" || context.organization !== "none" || statement.effect !== "Deny") return;
  for (const { path, key, keyId, operator } of statement.conditions) {
    if (!KEYS_OF_ORGANIZATIONS.includes(keyId) || operator.set === "ForAnyValue") continue;
    if (!operator.negated && !operator.ifExists) continue;
    const message =
      `denies on every way: the endpoint's account is in no organization, and ${quoted(key)} is absent from its ` +
      "requests too; name endpoints (aws:SourceVpce) or VPCs (aws:SourceVpc) instead";
    yield finding("DeniesEverything", path, message);
  }
}

/** An endpoint policy that allows something, but no action on items, as AWS's example of "read-only access" does. */
export function* allowsNoItems({ statements, context }: Policy): Iterable<PolicyFinding> {
  const allowing = statements.filter(({ effect }) => effect === "Allow");
  if (context.kind !== "endpoint" || allowing.length === 0) return;
  if (
    allowing.some(({ covered, element }) => isMetadataAlone(element.Sid) || [...covered].some(({ onItems }) => onItems))
  )
    return;
  const message =
    "allows no action on items: GetItem, Query, PutItem and all others like them are denied through the endpoint; " +
    "allow those that clients need, " +
    'or begin the statement\'s Sid with "Metadata" if that is meant';
  yield finding("AllowsNoItems", "Statement", message);
}

/** Whether a statement says by its name that items are not its subject, as that of the access level `Metadata` does. */
function isMetadataAlone(sid: unknown): boolean {
  return typeof sid === "string" && sid.startsWith("Metadata");
}

/**
 * Clients that look endpoints up call DescribeEndpoints, which the endpoint policy and IAM must both allow.
 *
 * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html.
 */
export function* missingDescribeEndpoints({ statements, context }: Policy): Iterable<PolicyFinding> {
  const describeEndpoints = DYNAMODB_ACTIONS.get("DescribeEndpoints");
  if (context.kind !== "endpoint" || describeEndpoints === undefined) return;
  const allowing = statements.filter(({ effect, covered }) => effect === "Allow" && covered.size > 0);
  if (
    allowing.length === 0 ||
    allowing.some((statement) => statement.covered.has(describeEndpoints) && reachesAll(statement))
  )
    return;
  const message =
    'allows DynamoDB, but not dynamodb:DescribeEndpoints on "*": clients that look their endpoint up are denied; add ' +
    '{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:DescribeEndpoints", "Resource": "*"}';
  yield finding("MissingDescribeEndpoints", "Statement", message);
}

/**
 * A Deny that hits DescribeEndpoints whoever calls, often by a NotAction or a pattern: no Allow can undo that.
 *
 * A table's own policy does not concern it.
 */
export function* denyOfDescribeEndpoints(statement: Statement, policy: Policy): Iterable<PolicyFinding> {
  const describeEndpoints = DYNAMODB_ACTIONS.get("DescribeEndpoints");
  if (policy.context.kind === "resource" || describeEndpoints === undefined) return;
  if (statement.element.Condition !== undefined || !concernsEveryone(statement, policy)) return;
  const deniesAll = statement.covered.size === DYNAMODB_ACTIONS.size && concernsAllResources(statement);
  if (deniesAll || !statement.covered.has(describeEndpoints) || !reachesAll(statement)) return;
  const cure =
    statement.notActions.length > 0
      ? 'add "dynamodb:DescribeEndpoints" to its NotAction'
      : "name the actions that are meant, or limit it to ARNs";
  yield finding(
    "DenyHitsDescribeEndpoints",
    statement.path,
    `denies dynamodb:DescribeEndpoints too, with which clients look their endpoint up; ${cure}`,
  );
}

function reachesAll(statement: Statement): boolean {
  return concernsAllResources(statement) || statement.element.NotResource !== undefined;
}

/**
 * A Deny of every action, or of those of a pattern, on every table: it leaves out those among them that concern no
 * table, and those of which AWS's pages contradict each other. A table's own policy cannot name them.
 */
export function* denyThatMissesActions(statement: Statement, { context }: Policy): Iterable<PolicyFinding> {
  if (context.kind === "resource" || concernsAllResources(statement)) return;
  if (!statement.resources.some(({ arn }) => arn?.resource === "table/*" || arn?.resource === "*")) return;
  for (const { path, text, matched } of statement.actions) {
    const missed = matched.filter(({ resourceTypes }) => resourceTypes.length === 0);
    if (missed.length === 0 || missed.length === matched.length) continue;
    const [first, second] = missed.map(({ name }) => name);
    const some =
      second === undefined ? `${first} is` : `${first}, ${second}${missed.length > 2 ? " and others" : ""} are`;
    const message =
      `${quoted(text)} is denied on tables alone: ${some} on "*" by AWS's reference, and may stay allowed; write ` +
      '"Resource": "*", or name actions';
    yield finding("DenyMissesActions", path, message);
  }
}

/** Keys that tell a request through the right endpoint from others. */
const ENDPOINT_KEYS: ReadonlySet<string> = new Set([
  "aws:sourcevpce",
  "aws:sourcevpc",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
]);

/** Keys by which a statement leaves out principals: administrators, the deployment. */
const CARVE_OUT_KEYS = ["aws:principalarn", "aws:principaltag/", "aws:userid", "aws:username", "aws:principalorgpaths"];

export function isEndpointKey({ keyId }: Condition): boolean {
  return ENDPOINT_KEYS.has(keyId);
}

/**
 * "Deny unless through the endpoint" on more than items, as in AWS's own example: consoles and deployments are outside.
 */
export function* denyThatLocksOutAdministrators(statement: Statement, { context }: Policy): Iterable<PolicyFinding> {
  const { conditions, covered, path } = statement;
  if (context.kind === "endpoint") return;
  const outside = conditions.find((condition) => isEndpointKey(condition) && condition.operator.negated);
  if (outside === undefined || conditions.some(leavesOutPrincipals)) return;
  if (![...covered].some(isAdministration)) return;
  const message =
    "denies administration from outside the endpoint too: the console, pipelines and this deployment lose access to " +
    'the tables; name the actions on items, or leave administrators out with "ArnNotLike": {"aws:PrincipalArn": ' +
    `"arn:${partitionIn(context) ?? "aws"}:iam::123456789012:role/ADMIN"}`;
  yield finding("DenyLocksOutAdministrators", path, message);
}

/** Service-linked roles are AWS's own: whoever leaves out nobody else leaves out no administrator. */
function leavesOutPrincipals({ keyId, values }: Condition): boolean {
  return (
    CARVE_OUT_KEYS.some((key) => keyId.startsWith(key)) &&
    !values.every(({ text }) => text.includes(":role/aws-service-role/"))
  );
}

/** What the role of global tables does to a table, as its policy DynamoDBReplicationServiceRolePolicy says. */
const ACTIONS_OF_REPLICATION: ReadonlySet<string> = new Set([
  ...[
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Scan",
    "DescribeTable",
    "UpdateTable",
    "DescribeTimeToLive",
    "UpdateTimeToLive",
  ],
  ...["DescribeStream", "GetRecords", "GetShardIterator", "GetResourcePolicy"],
]);

const REPLICATION_ROLE =
  "role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication";

/**
 * A Deny in a table's policy that certainly hits the service-linked role of global tables: replication stops, and after
 * some hours the replica is lost.
 *
 * See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html.
 */
export function* denyOfReplication(statement: Statement, policy: Policy): Iterable<PolicyFinding> {
  if (policy.context.kind !== "resource" || !concernsEveryone(statement, policy)) return;
  const partition = partitionIn(policy.context) ?? "aws";
  if (
    ![...statement.covered].some(({ name }) => ACTIONS_OF_REPLICATION.has(name)) ||
    !statement.conditions.every((condition) => holdsForReplication(condition, partition))
  )
    return;
  const message =
    "denies the replication of global tables too, which stops and may not come back; unless this is none, add " +
    `"arn:${partition}:iam::*:${REPLICATION_ROLE}" to an "ArnNotLike" on aws:PrincipalArn`;
  yield finding("DenyHitsReplication", statement.path, message);
}

/** Whether a condition certainly holds for the role: it takes no endpoint, and is no service that calls as itself. */
function holdsForReplication(condition: Condition, partition: string): boolean {
  const { keyId, operator, values } = condition;
  if (isEndpointKey(condition))
    return operator.family === "Null"
      ? values.some(({ text }) => text === "true")
      : operator.negated || operator.ifExists;
  if (keyId === "aws:viaawsservice" || keyId === "aws:principalisawsservice")
    return operator.family === "Bool" && values.some(({ text }) => text === "false");
  if (keyId !== "aws:principalarn" || !["Arn", "String"].includes(operator.family)) return false;
  return values.some((value) => namesReplication(value, operator, partition)) !== operator.negated;
}

function namesReplication({ text }: Entry, { wildcards }: Condition["operator"], partition: string): boolean {
  const { partition: written = partition, account = "123456789012" } = parseArn(text) ?? {};
  const owner = /^\d+$/.test(account) ? account : "123456789012";
  const role = `arn:${hasWildcard(written) ? partition : written}:iam::${owner}:${REPLICATION_ROLE}`;
  return wildcards ? matchesPattern(patternOf(text), role) : text === role;
}

function isAdministration({ onItems, ofStreamsApi, accessLevel }: DynamoDbAction): boolean {
  return !onItems && !ofStreamsApi && accessLevel !== "List";
}

/** What the conditions of a statement demand of one key. */
interface Demands {
  /** Operator by operator, one of these values. */
  readonly oneOf: Condition[];
  readonly noneOf: Condition[];
  absent: Condition | undefined;
}

/** Conditions that contradict each other: the statement never applies. Only what can be proven is reported. */
export function* contradictions({ conditions }: Statement): Iterable<PolicyFinding> {
  const demands = new Map<string, Demands>();
  for (const condition of conditions) collect(demands, condition);
  for (const { oneOf, noneOf, absent } of demands.values()) {
    const [first] = oneOf;
    if (first === undefined) continue;
    if (absent !== undefined)
      yield contradiction(absent, "demands that the key is absent, while another condition compares it");
    else if (nothingIsLeft(oneOf, noneOf)) {
      yield contradiction(first, "and the other conditions on this key exclude each other");
    }
  }
}

function contradiction({ path, key }: Condition, what: string): PolicyFinding {
  const message =
    `${quoted(key)} ${what}: conditions must all hold, so the statement never applies; keep the one that was meant, ` +
    "or write two statements";
  return finding("NeverMatches", path, message);
}

function collect(demands: Map<string, Demands>, condition: Condition): void {
  const { operator, keyId, values } = condition;
  if (
    operator.set !== undefined ||
    operator.ifExists ||
    values.length === 0 ||
    values.some(({ text }) => text.includes("${"))
  )
    return;
  let ofKey = demands.get(keyId);
  if (ofKey === undefined) demands.set(keyId, (ofKey = { oneOf: [], noneOf: [], absent: undefined }));
  if (operator.family === "Null") {
    if (values.every(({ text }) => text === "true")) ofKey.absent = condition;
  } else if (operator.name === "StringNotEquals" || operator.name === "StringNotLike") ofKey.noneOf.push(condition);
  else if (["StringEquals", "StringLike", "Bool"].includes(operator.name)) ofKey.oneOf.push(condition);
}

/** More values than this are not compared, which keeps the work in proportion to the document. */
const MOST_VALUES = 16;

/** Whether no value satisfies all: known where one list names its values without wildcards. */
function nothingIsLeft(oneOf: readonly Condition[], noneOf: readonly Condition[]): boolean {
  if (
    [...oneOf, ...noneOf].some(
      ({ values }) => values.length > MOST_VALUES || values.some(({ text }) => text.length > 128),
    )
  )
    return false;
  const exact = oneOf.find((condition) => condition.values.every(({ text }) => !isPattern(condition, text)));
  if (exact === undefined) return false;
  return exact.values.every(
    ({ text }) =>
      oneOf.some((condition) => !admits(condition, text)) || noneOf.some((condition) => admits(condition, text)),
  );
}

function admits(condition: Condition, text: string): boolean {
  return condition.values.some((value) =>
    isPattern(condition, value.text) ? matchesPattern(patternOf(value.text), text) : value.text === text,
  );
}

function isPattern({ operator }: Condition, text: string): boolean {
  return operator.wildcards && hasWildcard(text);
}

/** Statements that say what an earlier one says already, `Sid`s aside, and `Sid`s that stand twice. */
export function* repeatedStatements({ statements }: Policy): Iterable<PolicyFinding> {
  const sids = new Map<string, string>();
  const signatures = new Map<string, string>();
  const comparable = withEqualResources(statements);
  for (const statement of statements) {
    const { Sid: sid } = statement.element;
    const first = typeof sid === "string" && sid !== "" ? sids.get(sid) : undefined;
    if (first !== undefined) {
      const message = `is the Sid of ${first} already: AWS refuses Sids that stand twice; choose another, or remove it`;
      yield finding("DuplicateSid", memberPath(statement.path, "Sid"), message);
    } else if (typeof sid === "string") sids.set(sid, statement.path);
    if (!comparable.has(statement)) continue;
    const signature = signatureOf(statement);
    const same = signatures.get(signature);
    if (same !== undefined)
      yield finding(
        "DuplicateStatement",
        statement.path,
        `says the same as ${same}: it only takes space; remove one of the two`,
      );
    else signatures.set(signature, statement.path);
  }
}

/** The only statements that can say the same: in most policies none, which spares their signatures. */
function withEqualResources(statements: readonly Statement[]): ReadonlySet<Statement> {
  const firsts = new Map<string, Statement>();
  const equal = new Set<Statement>();
  for (const statement of statements) {
    const resources = statement.resources
      .map(({ text }) => text)
      .sort()
      .join();
    const first = firsts.get(resources);
    if (first === undefined) firsts.set(resources, statement);
    else equal.add(first).add(statement);
  }
  return equal;
}

/** Equal for statements that say the same with their lists in any order. */
function signatureOf({ element, actions, notActions, resources, conditions, path }: Statement): string {
  const whole = [element.Principal, element.NotPrincipal, element.NotResource].map((part) => shallow(part));
  if (whole.includes(undefined)) return path;
  const texts = (entries: readonly Entry[]): string[] => entries.map(({ text }) => text);
  const tests = conditions.map(({ operator, keyId, values }) =>
    JSON.stringify([operator.set, operator.name, operator.ifExists, keyId, ...texts(values).sort()]),
  );
  const lists = [texts(actions).map(toLowerCase), texts(notActions).map(toLowerCase), texts(resources), tests].map(
    (list) => list.sort(),
  );
  return JSON.stringify([
    element.Effect,
    ...whole,
    ...lists,
    Object.keys(element)
      .filter((key) => key !== "Sid")
      .sort(),
  ]);
}

function toLowerCase(text: string): string {
  return text.toLowerCase();
}

/**
 * An element as text, or `undefined` where it has more levels than the grammar, and than the stack may have room for.
 */
function shallow(part: unknown): string | undefined {
  const values = typeof part === "object" && part !== null ? Object.values(part).flat() : [];
  return values.some((value) => typeof value === "object") ? undefined : JSON.stringify([part]);
}

/** Entries that stand twice in one list. */
export function* repeatedEntries({ actions, notActions, resources }: Statement): Iterable<PolicyFinding> {
  for (const entries of [actions, notActions, resources]) {
    if (entries.length < 2) continue;
    const first = new Map<string, string>();
    for (const { path, text } of entries) {
      const meant = entries === resources ? text : text.toLowerCase();
      const same = first.get(meant);
      if (same === undefined) first.set(meant, path);
      else
        yield finding("DuplicateEntry", path, `stands at ${same} already: it only takes space; remove one of the two`);
    }
  }
}
