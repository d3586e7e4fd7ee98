import type { DynamoDbAction, DynamoDbResourceType } from "../actions";
import { isAccountId } from "../ids";
import { KNOWN_REGIONS } from "../knownRegions";
import { matchesResource, patternOf } from "../matching";
import { isPartition, isRegion, partitionOf, regionProblem } from "../regions";
import { isTableName, isTableNamePattern } from "../tableNames";
import type { Arn } from "./arn";
import { finding, quoted, type PolicyFinding } from "./finding";
import { unknownRegion } from "./identifiers";
import { memberPath } from "./path";
import {
  concernsAllResources,
  concernsDynamoDbAlone,
  partitionIn,
  type Entry,
  type Policy,
  type PolicyContext,
  type ResourceEntry,
  type Statement,
} from "./policy";
import { hasWildcard, matchesEverything } from "./wildcards";

/** Entries of `Resource` and `NotResource` that no request of DynamoDB can match. */
export function* unsuitableResources(statement: Statement, policy: Policy): Iterable<PolicyFinding> {
  for (const entries of [statement.resources, statement.notResources]) {
    for (const entry of entries) {
      if (entry.everything || entry.text.startsWith("${")) continue;
      if (entry.arn === undefined) yield malformedArn(entry, policy);
      else yield* unsuitableArn(entry, entry.arn, statement, policy);
    }
  }
}

function malformedArn({ path, text }: Entry, { context }: Policy): PolicyFinding {
  const cure = JSON.stringify(exampleArn(context, isTableName(text) ? text : "NAME"));
  return finding(
    "MalformedArn",
    path,
    `${quoted(text)} is no ARN: AWS refuses the document; write ${cure}, or *`,
    text.startsWith("arn:") ? "Missing ARN field" : "Invalid ARN prefix",
  );
}

function* unsuitableArn(entry: ResourceEntry, arn: Arn, statement: Statement, policy: Policy): Iterable<PolicyFinding> {
  if (!isOpen(arn.service) && arn.service !== "dynamodb") {
    yield* resourceOfOtherService(entry, arn, statement, policy);
    return;
  }
  if (hasWildcard(arn.service)) {
    const message =
      `${quoted(entry.text)} has a wildcard in its service, which AWS does not recommend and does not promise to ` +
      "match; write dynamodb";
    yield finding("WildcardInService", entry.path, message);
  }
  if (hasOtherCharacters(arn.resource)) {
    const what = /^\s|\s$/.test(entry.text) ? "has blanks around it" : "has characters that no name of DynamoDB has";
    yield finding(
      "MalformedArn",
      entry.path,
      `${quoted(entry.text)} ${what}: nothing matches it; remove them`,
      "Invalid ARN resource",
    );
  } else if (entry.types.length === 0) {
    const message =
      `${quoted(arn.resource)} is no resource of DynamoDB: nothing matches it; write table/NAME, ` +
      "table/NAME/index/NAME or table/NAME/*";
    yield finding("UnknownResourceType", entry.path, message);
  }
  const name = nameOfTable(arn.resource);
  if (name !== undefined && !isTableNamePattern(name)) {
    yield finding(
      "MalformedArn",
      entry.path,
      `${quoted(entry.text)} is of a table whose name AWS does not take: nothing matches it; names have 3 to 255 ` +
        "characters",
      "Invalid ARN resource",
    );
  }
  for (const problem of [
    unsuitablePartition(entry, arn, policy),
    unsuitableRegion(entry, arn, policy),
    unsuitableAccount(entry, arn, policy),
  ]) {
    if (problem !== undefined) yield problem;
  }
}

/** What an ARN looks like where the policy takes effect. */
function exampleArn(context: PolicyContext, name = "NAME"): string {
  const { region = "REGION", account = "ACCOUNT" } = context;
  return `arn:${partitionIn(context) ?? "aws"}:dynamodb:${region}:${account}:table/${name}`;
}

/** The name in the last field of an ARN, where that is nothing but known characters and wildcards. */
function nameOfTable(resource: string): string | undefined {
  const [, name] = /^(?:global-)?table\/([\w.*?-]+)(?:\/|$)/.exec(resource) ?? [];
  return name;
}

/** Names have letters, digits and `_-.`; ARNs have `/` between them, and times have colons. */
function hasOtherCharacters(resource: string): boolean {
  return /[^\w./:*?-]/.test(resource.includes("${") ? resource.replace(/\$\{[^}]*\}?/g, "") : resource);
}

function* resourceOfOtherService(
  { path, text }: Entry,
  { service }: Arn,
  statement: Statement,
  { context }: Policy,
): Iterable<PolicyFinding> {
  if (context.kind === "identity" && !concernsDynamoDbAlone(statement)) return;
  const message =
    `${quoted(text)} belongs to ${quoted(service)}, not to DynamoDB: nothing matches it; write ` + exampleArn(context);
  yield finding("OtherServiceResource", path, message);
}

/** Text with a wildcard or a policy variable, of which only AWS knows what it will be. */
function isOpen(text: string): boolean {
  return hasWildcard(text) || text.includes("${");
}

function unsuitablePartition(
  { path, text }: Entry,
  { partition, region }: Arn,
  { context }: Policy,
): PolicyFinding | undefined {
  if (isOpen(partition)) return undefined;
  const expected = partitionIn(context);
  const ofRegion = isRegion(region) ? partitionOf(region) : undefined;
  const right = expected ?? ofRegion ?? (isPartition(partition) ? partition : "aws");
  if (partition === right) return undefined;
  return finding(
    "WrongPartition",
    path,
    `${quoted(text)} is of the partition ${quoted(partition)}, not "${right}": nothing matches it; begin it with ` +
      `arn:${right}:`,
  );
}

function unsuitableRegion(
  { path, text }: Entry,
  { region, resource }: Arn,
  { context }: Policy,
): PolicyFinding | undefined {
  if (resource.startsWith("global-table/") || isOpen(region)) return undefined;
  const problem = regionProblem(region);
  if (problem !== undefined) {
    const what = region === "" ? "has no Region" : `has ${quoted(region)} for a Region`;
    const cure = region === "" ? "write one such as eu-west-1, or *" : problem.suggestion;
    return finding(
      "MalformedArn",
      path,
      `${quoted(text)} ${what}: nothing matches it; ${cure}`,
      region === "" ? "Missing ARN Region" : "Invalid ARN Region",
    );
  }
  if (region !== context.region && !KNOWN_REGIONS.includes(region))
    return finding("UnknownRegion", path, unknownRegion(region));
  if (context.kind === "identity" || context.region === undefined || region === context.region) return undefined;
  const effect =
    context.kind === "endpoint"
      ? `requests to other Regions do not use an endpoint in ${context.region}, they keep taking the internet or ` +
        "NAT gateway"
      : `the policy of a table in ${context.region} concerns that table alone`;
  return finding(
    "WrongRegion",
    path,
    `${quoted(text)} is in ${region}: ${effect}; write ${context.region}, or leave it out`,
  );
}

function unsuitableAccount({ path, text }: Entry, { account }: Arn, { context }: Policy): PolicyFinding | undefined {
  if (account.includes("${") || matchesEverything(account)) return undefined;
  if (hasWildcard(account)) {
    if (context.kind !== "endpoint") return undefined;
    const message =
      `${quoted(text)} has an account with a wildcard in it: endpoint policies take an account ID or a wildcard, not ` +
      "both; write all 12 digits, or *";
    return finding("PartialAccount", path, message);
  }
  if (!isAccountId(account)) {
    const what = account === "" ? "has no account" : `has ${quoted(account)} for an account`;
    return finding(
      "MalformedArn",
      path,
      `${quoted(text)} ${what}: nothing matches it; write its 12 digits, or *`,
      "Invalid ARN account",
    );
  }
  if (context.kind === "resource" && context.account !== undefined && account !== context.account) {
    const message =
      `${quoted(text)} is of account ${account}: the policy of a table concerns that table alone, in ` +
      context.account;
    return finding("WrongAccount", path, message);
  }
  return undefined;
}

/** `NotResource` in an Allow: it grants whatever it does not name, what comes to exist later included. */
export function* allowOfAllOtherResources({ effect, element, path }: Statement): Iterable<PolicyFinding> {
  if (effect !== "Allow" || element.NotResource === undefined) return;
  yield finding(
    "AllowWithNotResource",
    memberPath(path, "NotResource"),
    'allows everything but what it names, future tables included; name in "Resource" what is needed',
  );
}

/**
 * Actions that are named beside ARNs which they can never meet.
 *
 * The service authorization reference has no ARN for actions such as ListTables; other pages of AWS show some with the
 * ARNs of tables all the same.
 */
export function* actionsThatMissTheirResources(statement: Statement): Iterable<PolicyFinding> {
  if (statement.resources.length === 0 || concernsAllResources(statement)) return;
  const types = new Set(statement.resources.flatMap(typesOf));
  for (const { path, text, matched } of statement.actions) {
    if (matched.length === 0) continue;
    if (matched.every((action) => action.resourceTypes.length === 0)) {
      const outcome = statement.effect === "Deny" ? "deny" : "grant";
      const message =
        `${quoted(text)} takes "Resource": "*" alone by AWS's reference, though not by all of its examples: this ` +
        `statement may not ${outcome} it; write a statement of its own with "*"`;
      yield finding("ActionNeedsAllResources", path, message);
    } else if (matched.every((action) => !canMeet(action, types))) {
      const needed = [...new Set(matched.flatMap((action) => action.resourceTypes))].map((type) => ARN_FORMS[type]);
      yield finding(
        "ActionNeedsOtherResource",
        path,
        `${quoted(text)} meets none of the statement's resources; write an ARN that ends in ${needed.join(" or ")}`,
      );
    }
  }
}

const ARN_FORMS: Readonly<Record<DynamoDbResourceType, string>> = {
  table: "table/NAME",
  index: "table/NAME/index/NAME",
  stream: "table/NAME/stream/LABEL",
  backup: "table/NAME/backup/NAME",
  export: "table/NAME/export/NAME",
  import: "table/NAME/import/NAME",
  "global-table": "global-table/NAME",
};

const EVERY_TYPE = Object.keys(ARN_FORMS) as readonly DynamoDbResourceType[];

/** An ARN that is malformed is reported as such; what it was to be nobody knows. */
function typesOf({ types }: ResourceEntry): readonly DynamoDbResourceType[] {
  return types.length > 0 ? types : EVERY_TYPE;
}

function canMeet({ resourceTypes }: DynamoDbAction, types: ReadonlySet<DynamoDbResourceType>): boolean {
  return resourceTypes.length === 0 || resourceTypes.some((type) => types.has(type));
}

/**
 * Tables that may be queried, but whose indexes may not: a query of an index is checked against the index's ARN.
 *
 * An index that another statement allows counts. Patterns are compared one by one; beyond the first few nothing more
 * is claimed, so that the work stays in proportion to the document.
 */
export function* tablesWithoutIndexes({ statements }: Policy): Iterable<PolicyFinding> {
  const querying = statements.filter(({ effect, covered }) => effect === "Allow" && includesQuery(covered));
  const resources = querying.flatMap((statement) => statement.resources);
  if (resources.some((resource) => resource.everything)) return;
  const tables = new Set(resources.map(({ text }) => tablePart(text)));
  const texts = new Set(resources.map(({ text }) => text).filter(hasOpenTable));
  if (texts.size > MOST_PATTERNS) return;
  const patterns = [...texts].filter((text) => text.length <= LONGEST_PATTERN).map(patternOf);
  const reported = new Set<string>();
  for (const { path, text, types } of resources) {
    if (types.length !== 1 || types[0] !== "table" || reported.has(text) || tables.has(`${text}/index/`)) continue;
    if (patterns.some((pattern) => matchesResource(pattern, `${text}/index/i`))) continue;
    reported.add(text);
    const message =
      `${quoted(text)} is the table alone: queries and scans of its indexes are denied; add ` +
      quoted(`${text}/index/*`);
    yield finding("MissingIndexArn", path, message);
  }
}

/** The ARN of an index up to its own name; of anything else, all of it. */
function tablePart(arn: string): string {
  const index = arn.indexOf("/index/");
  return index < 0 ? arn : arn.slice(0, index + "/index/".length);
}

function hasOpenTable(text: string): boolean {
  return hasWildcard(tablePart(text));
}

const MOST_PATTERNS = 16;
const LONGEST_PATTERN = 512;

/** Whether there is an action on the items of a table that is also for those of an index. */
function includesQuery(actions: Iterable<DynamoDbAction>): boolean {
  for (const { onItems, resourceTypes } of actions) if (onItems && resourceTypes.includes("index")) return true;
  return false;
}
