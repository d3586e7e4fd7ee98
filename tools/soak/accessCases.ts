import fc from "fast-check";
import { DYNAMODB_ACTIONS, type DynamoDbResourceType } from "../../components/policy/actions";
import type { PolicyRequest } from "../../components/policy/evaluate";
import {
  TableAccess,
  type Access,
  type Place,
  type TableGrant,
  type TableReference,
} from "../../components/policy/presets";
import { ACCOUNT } from "./policiesCases";

/** What an endpoint is for, and requests that its policy is asked about. */
export interface AccessCase {
  readonly access: Access;
  readonly requests: readonly AccessRequest[];
}

/** A request, in the terms in which an `Access` speaks of it. */
export interface AccessRequest {
  readonly action: string;
  /** The table that the resource is or belongs to; absent where the action takes none. */
  readonly table?: { readonly name: string; readonly account: string; readonly region: string };
  readonly kind: DynamoDbResourceType | "none";
  /** The ARN that `aws:PrincipalArn` has: of a role also where a session of it calls. */
  readonly principal: {
    readonly arn: string;
    readonly account: string;
    readonly organization?: string;
    readonly isSession: boolean;
  };
}

export const PLACE: Place = { region: "eu-west-1", account: ACCOUNT };
const OTHER_ACCOUNT = "444455556666";
const ORGANIZATIONS = ["o-a1b2c3d4e5", "o-0000000000"];

const ITEM_READS = ["BatchGetItem", "ConditionCheckItem", "GetItem", "PartiQLSelect", "Query", "Scan", "SearchVectors"];
const ITEM_WRITES = [
  "BatchWriteItem",
  "ConditionCheckItem",
  "DeleteItem",
  "PartiQLDelete",
  "PartiQLInsert",
  "PartiQLUpdate",
  "PutItem",
  "UpdateItem",
];
const DESCRIPTIONS = [
  ...[
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeKinesisStreamingDestination",
    "DescribeTable",
    "DescribeTableReplicaAutoScaling",
  ],
  ...["DescribeTimeToLive", "GetResourcePolicy", "ListExports", "ListImports", "ListTagsOfResource"],
];

/** Lists across all tables, which whoever administers one table may make. */
const ADMIN_LISTS = ["ListBackups", "ListContributorInsights", "ListGlobalTables"];

/**
 * What each level means, in names of actions: written down here, so that the code is held against it. Admin is
 * everything.
 */
const MEANING: Readonly<Record<Exclude<TableAccess, TableAccess.Admin>, ReadonlySet<string>>> = {
  Read: new Set(["DescribeTable", ...ITEM_READS]),
  Write: new Set(["DescribeTable", ...ITEM_WRITES]),
  ReadWrite: new Set(["DescribeTable", ...ITEM_READS, ...ITEM_WRITES]),
  Metadata: new Set(DESCRIPTIONS),
};

/** Whether `access` says that the request may be made. */
export function isMeant(access: Access, { action, table, kind, principal }: AccessRequest): boolean {
  const names = (reference: TableReference): boolean =>
    table !== undefined && namesTable(reference, kind === "global-table" ? { ...table, region: PLACE.region } : table);
  if (
    access.pathCheck !== undefined &&
    names(access.pathCheck) &&
    ["DescribeTable", "DescribeContinuousBackups"].includes(action) &&
    checks(access.pathCheck, principal.account)
  )
    return true;
  const isOneOf = (list: readonly string[] | undefined, value: string | undefined): boolean =>
    list === undefined || (value !== undefined && list.includes(value));
  if (!isOneOf(access.accounts, principal.account) || !isOneOf(access.organizations, principal.organization))
    return false;
  if (access.principals !== undefined && !access.principals.some((arn) => matches(arn, principal.arn))) return false;
  if (access.tables === undefined) return true;
  const administers = access.tables.some((grant) => grant.access === "Admin" && (table === undefined || names(grant)));
  if (table === undefined)
    return ["ListTables", "DescribeEndpoints", ...(administers ? ADMIN_LISTS : [])].includes(action);
  if (kind === "global-table") return administers;
  return access.tables.some((grant) => names(grant) && (grant.access === "Admin" || MEANING[grant.access].has(action)));
}

/** Whoever checks is of the table's account, where that is one. */
function checks({ arn }: TableReference, account: string): boolean {
  return [account, "*"].includes(arn?.split(":")[4] ?? PLACE.account);
}

function namesTable(
  reference: TableReference,
  { name, account, region }: NonNullable<AccessRequest["table"]>,
): boolean {
  return matches(
    reference.arn ?? `arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table/${reference.name}`,
    `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  );
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(text);
}

/** The request as evaluators take it. */
export function policyRequest({ action, table, kind, principal }: AccessRequest): PolicyRequest {
  const { arn, account, organization, isSession } = principal;
  const caller = isSession ? `arn:aws:sts::${account}:assumed-role/${arn.slice(arn.lastIndexOf("/") + 1)}/one` : arn;
  return {
    principal: { arn: caller, organization },
    action: `dynamodb:${action}`,
    resource: table === undefined ? "*" : resourceArn(table, kind),
  };
}

function resourceArn(
  { name, account, region }: NonNullable<AccessRequest["table"]>,
  kind: AccessRequest["kind"],
): string {
  if (kind === "global-table") return `arn:aws:dynamodb::${account}:global-table/${name}`;
  const table = `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const below: Partial<Record<AccessRequest["kind"], string>> = {
    index: "ByDate",
    backup: "01489602797149-73d8d5bc",
    export: "01234567890123-a1b2c3d4",
    import: "01234567890123-a1b2c3d4",
    stream: "2026-05-11T21:21:33.291",
  };
  return below[kind] === undefined ? table : `${table}/${kind}/${below[kind]}`;
}

/**
 * Every action on every kind of resource that it takes.
 *
 * Not asked: what `Metadata` says of streams. They are not part of it, yet a table's name with a wildcard takes the
 * `/` of a stream's ARN too.
 */
const CALLS = [...DYNAMODB_ACTIONS.values()].flatMap(({ name, resourceTypes }) => {
  const kinds: readonly AccessRequest["kind"][] = resourceTypes.length === 0 ? ["none"] : resourceTypes;
  return kinds
    .filter((kind) => kind !== "stream" || !DESCRIPTIONS.includes(name))
    .map((kind) => ({ action: name, kind }));
});

const TABLES = ["Stock", "Stack", "Stock-dev", "Orders", "Orders-dev", "Proof"];

const reference: fc.Arbitrary<TableReference> = fc.oneof(
  fc.constantFrom("Stock", "Orders", "Proof", "St?ck", "Sto*", "*-dev", "O*s", "*").map((name) => ({ name })),
  fc
    .tuple(fc.constantFrom(ACCOUNT, OTHER_ACCOUNT, "*"), fc.constantFrom("Stock", "Orders", "Proof", "St?ck", "*-dev"))
    .map(([account, name]) => ({ arn: `arn:aws:dynamodb:${PLACE.region}:${account}:table/${name}` })),
);

const grant: fc.Arbitrary<TableGrant> = fc
  .tuple(reference, fc.constantFrom(...Object.values(TableAccess)))
  .map(([table, access]) => ({ ...table, access }));

/** A list, in so many of ten cases. */
const inTenths = <Value>(
  weight: number,
  value: fc.Arbitrary<Value>,
  maxLength: number,
): fc.Arbitrary<readonly Value[] | undefined> =>
  fc.oneof(
    { weight: 10 - weight, arbitrary: fc.constant(undefined) },
    { weight, arbitrary: fc.array(value, { minLength: 1, maxLength }) },
  );

const access: fc.Arbitrary<Access> = fc
  .record({
    tables: inTenths(8, grant, 5),
    principals: inTenths(
      3,
      fc.constantFrom(
        `arn:aws:iam::${ACCOUNT}:role/app`,
        `arn:aws:iam::${ACCOUNT}:role/a*`,
        "arn:aws:iam::*:role/admin",
        `arn:aws:iam::${ACCOUNT}:user/alice`,
      ),
      2,
    ),
    accounts: inTenths(3, fc.constantFrom(ACCOUNT, ACCOUNT, OTHER_ACCOUNT), 2),
    organizations: inTenths(3, fc.constantFrom(...ORGANIZATIONS), 2),
    pathCheck: fc.option(reference, { nil: undefined, freq: 2 }),
  })
  .filter(({ tables, principals, accounts, organizations }) =>
    [tables, principals, accounts, organizations].some((restriction) => restriction !== undefined),
  );

const request: fc.Arbitrary<AccessRequest> = fc
  .record({
    call: fc.oneof(
      fc.constantFrom(...CALLS),
      fc.constantFrom(
        ...CALLS.filter(({ action }) =>
          [...ITEM_READS, ...ITEM_WRITES, "DescribeTable", "DescribeContinuousBackups", "ListTables"].includes(action),
        ),
      ),
    ),
    name: fc.constantFrom("Stock", ...TABLES),
    account: fc.constantFrom(ACCOUNT, ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
    region: fc.constantFrom(...Array.from({ length: 9 }, () => PLACE.region), "us-east-1"),
    caller: fc.constantFrom("role/app", "role/app", "role/admin", "role/other", "user/alice", "user/bob"),
    callerAccount: fc.constantFrom(ACCOUNT, ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
    organization: fc.constantFrom("o-a1b2c3d4e5", ...ORGANIZATIONS, undefined),
    isSession: fc.boolean(),
  })
  .map(({ call, name, account, region, caller, callerAccount, organization, isSession }) => ({
    ...call,
    ...(call.kind === "none" ? {} : { table: { name, account, region } }),
    principal: {
      arn: `arn:aws:iam::${callerAccount}:${caller}`,
      account: callerAccount,
      organization,
      isSession: isSession && caller.startsWith("role/"),
    },
  }));

export const accessCases: fc.Arbitrary<AccessCase> = fc.record({
  access,
  requests: fc.array(request, { minLength: 1, maxLength: 12 }),
});

/** The same, written in another order, and each part twice. */
export function rewritten({ tables, principals, accounts, organizations, pathCheck }: Access): Access {
  const backwards = <Value>(list: readonly Value[] | undefined): readonly Value[] | undefined =>
    list && [...list, ...list].reverse();
  return {
    pathCheck,
    organizations: backwards(organizations),
    accounts: backwards(accounts),
    principals: backwards(principals),
    tables: backwards(tables),
  };
}
