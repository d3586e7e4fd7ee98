import { DYNAMODB_ACTIONS, type DynamoDbAction } from "./actions";
import { principalProblem } from "./callerArns";
import { MAX_POLICY_CHARACTERS, type PolicyCondition, type PolicyDocument, type PolicyStatement } from "./document";
import { accountIdProblem, organizationIdProblem } from "./ids";
import { shown, type Problem } from "./problem";
import { isPartition, isRegion, partitionOf, regionProblem } from "./regions";
import { judged } from "../shapes/shapeFindings";
import { isTableNamePattern } from "./tableNames";

/** How much of a table may be used. */
export enum TableAccess {
  /** Items are read: `GetItem`, `Query`, `Scan`, PartiQL `SELECT`, transactions that read, and the indexes. */
  Read = "Read",
  /** Items are written: `PutItem`, `UpdateItem`, `DeleteItem`, PartiQL, transactions that write. */
  Write = "Write",
  /** `Read` and `Write`. */
  ReadWrite = "ReadWrite",
  /**
   * Everything that concerns the table: its items, settings, backups, policy, deletion, and its global table.
   *
   * AWS lists backups, Contributor Insights and global tables for all tables together: their names are not restricted.
   */
  Admin = "Admin",
  /** The table is described, its items are not touched. */
  Metadata = "Metadata",
}

/** What an endpoint is for: which tables, how much of them, for whom. Everything else is denied. */
export interface Access {
  /** Default: all tables, everything. */
  readonly tables?: readonly TableGrant[] | undefined;
  /**
   * ARNs of the roles and users that may use the endpoint; `*` and `?` are wildcards. Default: all.
   *
   * AWS compares the caller's own: the role of a session, function or task, with its path. For an account see
   * `accounts`.
   */
  readonly principals?: readonly string[] | undefined;
  /** Ids of the accounts whose principals may use the endpoint: 12 digits each. Default: all. */
  readonly accounts?: readonly string[] | undefined;
  /** Ids of the organizations whose principals may use the endpoint: `o-…`. Default: all. */
  readonly organizations?: readonly string[] | undefined;
  /**
   * A table on which any client of the account that has it may prove that it takes the endpoint: `DescribeTable` and
   * `DescribeContinuousBackups`, no more. Other restrictions do not apply: the client that proves it has a role of its
   * own.
   */
  readonly pathCheck?: TableReference | undefined;
}

/** A table by its name in this account and Region, or by its ARN. */
export interface TableReference {
  /**
   * `*` and `?` are wildcards. AWS lets them match a `/` too: `*-dev` takes the index `by-dev` of any table with it.
   */
  readonly name?: string | undefined;
  /** `arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME`, also of another account. */
  readonly arn?: string | undefined;
}

/** A table and how much of it may be used. */
export interface TableGrant extends TableReference {
  /** How much of the table may be used. */
  readonly access: TableAccess | `${TableAccess}`;
}

/** Where tables that are given by name are: their ARNs are made of it. */
export interface Place {
  /** Default: that of the Region: `aws`, `aws-cn` for `cn-north-1`. */
  readonly partition?: string | undefined;
  /** The endpoint's Region, for example `eu-west-1`. */
  readonly region: string;
  /** The account that has the tables: 12 digits, or `*` for any. */
  readonly account: string;
}

/** One thing that is wrong with an `Access`. */
export interface AccessFinding extends Problem {
  readonly path: string;
}

/** Marks the statement of `pathCheck`. */
export const PATH_CHECK_SID = "PathCheck";

/** What a client needs that proves its path. */
export const PATH_CHECK_ACTIONS = ["dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups"] as const;

/**
 * The endpoint policy that allows what `access` says and nothing else.
 *
 * `ListTables` and `DescribeEndpoints`, which clients call and which take no table, are allowed too. The document is
 * the same for the same access, whatever the order in which it is written. `Principal` is `"*"`, as AWS demands of
 * gateway endpoints; principals are restricted by conditions, all of which must hold.
 *
 * Throws an error with all findings where `access` cannot be a policy, or where the policy is too long for AWS.
 * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html.
 */
export function endpointPolicy(access: Access, place?: Place): PolicyDocument {
  const findings = [
    ...(place === undefined
      ? []
      : judged("Place", place, (given) => placeFindings("place", given), { path: "place.", whole: "place" })),
    ...judged("Access", access, (given) => accessFindings(given, place), { whole: "access" }),
  ];
  if (findings.length > 0)
    throw new Error(
      [
        "the access cannot be made a policy",
        ...findings.map(({ path, message, suggestion }) => `  ${path}: ${message}; ${suggestion}`),
      ].join("\n"),
    );
  return accessPolicy(access, place);
}

/** The policy of an access that is right. Throws an error where it is too long for AWS. */
export function accessPolicy(access: Access, place?: Place): PolicyDocument {
  const document = { Version: "2012-10-17", Statement: [...statements(access, place)] };
  const excess = JSON.stringify(document).length - MAX_POLICY_CHARACTERS;
  if (excess > 0)
    throw new Error(`the policy is ${excess} characters too long: AWS takes ${MAX_POLICY_CHARACTERS}. ${SHORTEN}`);
  return document;
}

const SHORTEN =
  "Name tables by a common prefix with a wildcard, give several the same access, or restrict principals by account " +
  "or organization.";

function* statements(access: Access, place: Place | undefined): Iterable<PolicyStatement> {
  const Condition = conditionOf(access);
  const allow = (
    Sid: string,
    Action: string | readonly string[],
    Resource: string | readonly string[],
  ): PolicyStatement => ({
    ...allowing(Sid, Action, Resource),
    ...(Condition === undefined ? {} : { Condition }),
  });
  if (access.tables === undefined) yield allow("AllTables", "dynamodb:*", "*");
  else yield allow("Discovery", ["dynamodb:DescribeEndpoints", "dynamodb:ListTables"], "*");
  for (const level of Object.values(TableAccess)) {
    const arns = (access.tables ?? []).filter((table) => table.access === level).map((table) => tableArn(table, place));
    if (arns.length === 0) continue;
    const { actions, besides, onAll } = LEVELS[level];
    yield allow(
      `${level}Tables`,
      actions,
      oneOrMore([...new Set(arns.flatMap((arn) => [arn, ...besides(arn)]))].sort()),
    );
    if (onAll.length > 0) yield allow(`${level}Lists`, onAll, "*");
  }
  if (access.pathCheck !== undefined) yield pathCheckStatement(tableArn(access.pathCheck, place));
}

/**
 * Lets clients prove that they take the endpoint, those of the table's own account alone. Not one role: the name of a
 * role that has yet to be made is not known in a preview, nor is one that another part of the program makes, and with
 * them the whole policy would not be.
 */
export function pathCheckStatement(tableArn: string): PolicyStatement {
  const account = tableArn.split(":")[4] ?? "";
  const statement = allowing(PATH_CHECK_SID, PATH_CHECK_ACTIONS, tableArn);
  return accountIdProblem(account) === undefined
    ? { ...statement, Condition: { StringEquals: { "aws:PrincipalAccount": account } } }
    : statement;
}

function allowing(
  Sid: string,
  Action: string | readonly string[],
  Resource: string | readonly string[],
): PolicyStatement {
  return { Sid, Effect: "Allow", Principal: "*", Action, Resource };
}

/** Conditions of one statement must all hold; the values of one condition are alternatives. */
function conditionOf({ principals, accounts, organizations }: Access): PolicyCondition | undefined {
  const equals = {
    ...(accounts === undefined ? {} : { "aws:PrincipalAccount": oneOrMore([...new Set(accounts)].sort()) }),
    ...(organizations === undefined ? {} : { "aws:PrincipalOrgID": oneOrMore([...new Set(organizations)].sort()) }),
  };
  const condition = {
    ...(principals === undefined
      ? {}
      : { ArnLike: { "aws:PrincipalArn": oneOrMore([...new Set(principals)].sort()) } }),
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
}

/** The actions of an access level. */
interface Level {
  readonly actions: string | readonly string[];
  /** The ARNs of what belongs to a table beside the table itself. */
  readonly besides: (tableArn: string) => readonly string[];
  /** Actions that take no table. */
  readonly onAll: readonly string[];
}

/** Lists across all tables, without `ListTables`, which every level has. */
const LISTS = [...DYNAMODB_ACTIONS.values()].filter(
  ({ name, accessLevel, resourceTypes, ofStreamsApi }) =>
    accessLevel === "List" && resourceTypes.length === 0 && !ofStreamsApi && name !== "ListTables",
);

/** Every level reads the description of its tables: mappers of the SDKs do. */
const LEVELS: Readonly<Record<TableAccess, Level>> = {
  Read: level(({ name, onItems, accessLevel }) => name === "DescribeTable" || (onItems && accessLevel === "Read")),
  Write: level(
    ({ name, onItems, accessLevel }) =>
      name === "DescribeTable" || (onItems && accessLevel === "Write") || name === "ConditionCheckItem",
  ),
  ReadWrite: level(({ name, onItems }) => name === "DescribeTable" || onItems),
  Admin: { actions: "dynamodb:*", besides: (arn) => [`${arn}/*`, globalTableArn(arn)], onAll: LISTS.map(actionOf) },
  Metadata: level(
    ({ name, ofStreamsApi, resourceTypes }) =>
      /^(Describe|List|GetResourcePolicy)/.test(name) && !ofStreamsApi && resourceTypes.includes("table"),
  ),
};

function level(belongs: (action: DynamoDbAction) => boolean): Level {
  const actions = [...DYNAMODB_ACTIONS.values()].filter(belongs);
  const hasIndexes = actions.some(({ resourceTypes }) => resourceTypes.includes("index"));
  return { actions: actions.map(actionOf), besides: (arn) => (hasIndexes ? [`${arn}/index/*`] : []), onAll: [] };
}

function actionOf({ name }: DynamoDbAction): string {
  return `dynamodb:${name}`;
}

/** The global table of version 2017.11.29 that a table is a replica of: it has the table's name, and no Region. */
function globalTableArn(arn: string): string {
  const [prefix, partition, service, , account, table] = arn.split(":");
  return [prefix, partition, service, "", account, `global-${table}`].join(":");
}

function tableArn({ name, arn }: TableReference, place: Place | undefined): string {
  if (arn !== undefined) return arn;
  const { partition, region, account } = place as Place;
  return `arn:${partition ?? partitionOf(region)}:dynamodb:${region}:${account}:table/${name}`;
}

function oneOrMore<T>(values: readonly T[]): T | readonly T[] {
  return values.length === 1 ? (values[0] as T) : values;
}

/** Everything that is wrong with a place, which has its path. What is not given is not judged. */
export function* placeFindings(path: string, { partition, region, account }: Partial<Place>): Iterable<AccessFinding> {
  const problem = region === undefined ? undefined : regionProblem(region);
  if (problem !== undefined) yield { path: `${path}.region`, ...problem };
  if (partition !== undefined && !isPartition(partition)) {
    yield {
      path: `${path}.partition`,
      message: `${shown(partition)} is no partition of AWS`,
      suggestion: "leave it out for that of the Region",
    };
  } else if (
    partition !== undefined &&
    region !== undefined &&
    problem === undefined &&
    partition !== partitionOf(region)
  ) {
    yield {
      path: `${path}.partition`,
      message: `is "${partition}", but ${region} is in "${partitionOf(region)}"`,
      suggestion: "leave it out for that of the Region",
    };
  }
  const accountProblem = account === undefined || account === "*" ? undefined : accountIdProblem(account);
  if (accountProblem !== undefined) yield { path: `${path}.account`, ...accountProblem };
}

/** Everything that is wrong with `access`, each with its path below it. A Region that is not given is not judged. */
export function* accessFindings(access: Access, place?: Partial<Place>): Iterable<AccessFinding> {
  const { tables, principals, accounts, organizations, pathCheck } = access;
  if (tables === undefined && principals === undefined && accounts === undefined && organizations === undefined) {
    yield {
      path: "access",
      message: "restricts nothing",
      suggestion: "name tables, principals, accounts or organizations; for full access leave it out",
    };
  }
  yield* listFindings("tables", tables, (table, path) => referenceFindings(path, table, place));
  if (pathCheck !== undefined) yield* referenceFindings("pathCheck", pathCheck, place);
  const caller = { partition: partitionOfAccess(access, place), accountsIn: "accounts" };
  yield* listFindings("principals", principals, (arn, path) => problemFindings(path, principalProblem(arn, caller)));
  yield* listFindings("accounts", accounts, (id, path) => problemFindings(path, accountIdProblem(id)));
  yield* listFindings("organizations", organizations, (id, path) => problemFindings(path, organizationIdProblem(id)));
}

function* listFindings<T>(
  path: string,
  list: readonly T[] | undefined,
  findings: (value: T, path: string) => Iterable<AccessFinding>,
): Iterable<AccessFinding> {
  if (list === undefined) return;
  if (!Array.isArray(list)) yield { path, message: "is not a list", suggestion: "write it in brackets, also for one" };
  else if (list.length === 0)
    yield { path, message: "is empty: nobody could use the endpoint", suggestion: "fill it, or leave it out" };
  else for (const [i, value] of list.entries()) yield* findings(value as T, `${path}[${i}]`);
}

function problemFindings(path: string, problem: Problem | undefined): readonly AccessFinding[] {
  return problem === undefined ? [] : [{ path, message: problem.message, suggestion: problem.suggestion }];
}

/**
 * The partition that callers are in, as far as that is known: that of the place; where none is given, that of a table.
 */
function partitionOfAccess({ tables }: Access, place: Partial<Place> | undefined): string | undefined {
  if (place !== undefined)
    return place.region === undefined || !isRegion(place.region)
      ? undefined
      : (place.partition ?? partitionOf(place.region));
  const arns: readonly unknown[] = Array.isArray(tables) ? tables.map(({ arn }: TableReference) => arn) : [];
  return arns.filter((arn): arn is string => tableArnProblem(arn) === undefined)[0]?.split(":")[1];
}

function* referenceFindings(
  path: string,
  { name, arn }: TableReference,
  place: Partial<Place> | undefined,
): Iterable<AccessFinding> {
  if ((name === undefined) === (arn === undefined)) {
    yield {
      path,
      message: "needs a name or an arn, and one of the two only",
      suggestion: "give the name for a table of this account, the arn for another's",
    };
    return;
  }
  if (name !== undefined && !isTableNamePattern(name)) {
    yield {
      path: `${path}.name`,
      message: `${shown(name)} is not a table's name`,
      suggestion: "use 3 to 255 letters, digits, '_', '-' and '.', or wildcards; an ARN belongs in arn",
    };
  }
  if (name !== undefined && place === undefined) {
    yield {
      path: `${path}.name`,
      message: "does not say in which account and Region",
      suggestion: "give the place too, or the table's arn",
    };
  }
  if (arn !== undefined) yield* arnFindings(`${path}.arn`, arn, place);
}

function* arnFindings(path: string, arn: string, place: Partial<Place> | undefined): Iterable<AccessFinding> {
  const problem = tableArnProblem(arn);
  const region = problem === undefined ? arn.split(":")[3] : undefined;
  if (problem !== undefined) yield { path, ...problem };
  else if (place?.region !== undefined && isRegion(place.region) && region !== place.region) {
    yield {
      path,
      message: `is a table in ${region}, and a gateway endpoint serves its own Region (${place.region})`,
      suggestion: "requests to another Region do not take the endpoint: remove it",
    };
  }
}

/** Why nothing is the table, or the tables, of an ARN; `anywhere` in any partition and Region too. */
export function tableArnProblem(arn: unknown, { anywhere } = { anywhere: false }): Problem | undefined {
  const [, partition = "", region = "", , name = ""] =
    (typeof arn === "string" && /^arn:(aws[a-z-]*|\*):dynamodb:([^:]*):(\d{12}|\*):table\/([^/]*)$/.exec(arn)) || [];
  const isForm = isTableNamePattern(name) && (anywhere || ![partition, region].includes("*"));
  if (!isForm)
    return {
      message: `${shown(arn)} is not a table's ARN`,
      suggestion: "write arn:aws:dynamodb:REGION:ACCOUNT:table/NAME; indexes are included without being named",
    };
  const problem = region === "*" ? undefined : regionProblem(region);
  if (problem !== undefined)
    return { message: `${shown(arn)} is in no Region: ${problem.message}`, suggestion: problem.suggestion };
  const right = region === "*" ? undefined : partitionOf(region);
  if (partition === "*" || partition === right || (right === undefined && isPartition(partition))) return undefined;
  return {
    message: `${shown(arn)} is in no partition: ${region} is in "${right ?? "aws"}"`,
    suggestion: `begin it with arn:${right ?? "aws"}:`,
  };
}
