import { readFileSync } from "node:fs";
import type {
  AccessCaller,
  AccessPolicies,
  AccessPolicyKind,
  NamedPolicy,
  OrganizationLevel,
  OrganizationMembership,
} from "../../components/policy/access/facts";
import {
  documentObject,
  FULL_ACCESS_OF_IDENTITY,
  isJsonObject,
  type JsonObject,
} from "../../components/policy/document";
import { accountOf } from "../arn";
import { Unjudged } from "../exit";
import { isNamed } from "./named";
import type { Scope } from "../preflight/scope";
import type { PolicyShown } from "./report";

/** Policies that are about to change, as accessPlan.schema.json has them. */
export interface Plan {
  readonly policies: readonly PlannedPolicy[];
}

/** A document, a statement alone or several, as the object or its text; `null` takes the policy away. */
type PlannedDocument = JsonObject | readonly JsonObject[] | string | null;

/** One policy, by its kind and by what it is attached to. */
export type PlannedPolicy = { readonly document: PlannedDocument } & (
  | { readonly kind: "endpoint" }
  | ({ readonly kind: "inline"; readonly name: string } & OfPrincipals)
  | ({ readonly kind: "managed"; readonly arn: string } & OfPrincipals)
  | ({ readonly kind: "boundary" } & OfPrincipals)
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "serviceControl" | "resourceControl"; readonly at: string; readonly name: string }
);

/** Roles or users, by name, `*` for any part. */
interface OfPrincipals {
  readonly role?: string;
  readonly user?: string;
}

/** What each kind has beside its document. */
const FIELDS: Readonly<Record<PlannedPolicy["kind"], KindFields>> = {
  endpoint: { needed: [] },
  inline: { needed: ["name"], principals: "needed" },
  managed: { needed: ["arn"], principals: "possible" },
  boundary: { needed: [], principals: "needed" },
  table: { needed: ["table"] },
  serviceControl: { needed: ["at", "name"] },
  resourceControl: { needed: ["at", "name"] },
};

const PRINCIPALS = ["role", "user"] as const;

interface KindFields {
  readonly needed: readonly string[];
  /** Whether it says whose it is: `role` or `user`. */
  readonly principals?: "needed" | "possible";
}

export function planIn(file: string): Plan {
  const wrong = (what: string): Unjudged => new Unjudged(`--plan ${file}: ${what}`);
  const read = ((): unknown => {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw wrong((error as Error).message);
    }
  })();
  const policies = isJsonObject(read) ? read.policies : undefined;
  if (!Array.isArray(policies) || policies.length === 0)
    throw wrong('it is written as {"policies": [{"kind": "table", "table": "Orders", "document": {…}}]}');
  return { policies: policies.map((each: unknown, i) => plannedIn(each, (what) => wrong(`policies[${i}]${what}`))) };
}

function plannedIn(given: unknown, wrong: (what: string) => Unjudged): PlannedPolicy {
  if (!isJsonObject(given)) throw wrong(" is no object");
  const { kind, document } = given;
  const kinds = Object.keys(FIELDS);
  if (typeof kind !== "string" || !kinds.includes(kind)) throw wrong(`.kind is none of ${kinds.join(", ")}`);
  const { needed, principals } = FIELDS[kind as PlannedPolicy["kind"]];
  const known = ["kind", "document", ...needed, ...(principals === undefined ? [] : PRINCIPALS)];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(`.${unknown} is not known: a policy of kind ${kind} has ${known.join(", ")}`);
  const named = PRINCIPALS.filter((name) => given[name] !== undefined);
  if (named.length > 1 || (named.length === 0 && principals === "needed"))
    throw wrong(`: ${PRINCIPALS.join(" or ")} is asked for, one of them`);
  const missing = [...needed, ...named].find((name) => typeof given[name] !== "string" || given[name] === "");
  if (missing !== undefined) throw wrong(`.${missing} is asked for, a text`);
  const isDocument = isJsonObject(document) || Array.isArray(document) || typeof document === "string";
  if (!isDocument && document !== null) throw wrong(".document is asked for: a policy, a statement, or null");
  return given as unknown as PlannedPolicy;
}

/** The text of a document: what `endpointPolicy` returns, and the statement that `onlyThroughEndpoint` does. */
function textOf(document: PlannedDocument): string | null {
  return document === null || typeof document === "string" ? document : JSON.stringify(planned(document).policy);
}

/** A policy, and how the plan has it. */
interface PlannedAs {
  readonly policy: unknown;
  readonly isText: boolean;
  /** Whether it is one statement, or several, that are made a policy here. */
  readonly isWrapped: boolean;
}

export function planned(document: PlannedDocument): PlannedAs {
  const isText = typeof document === "string";
  const isWrapped = !isText && document !== null && !(isJsonObject(document) && "Statement" in document);
  if (isText) return { policy: documentObject(document), isText, isWrapped };
  return { policy: isWrapped ? { Version: "2012-10-17", Statement: document } : document, isText, isWrapped };
}

/** What its policy is called that the endpoint is to have. */
export const PLANNED_ENDPOINT = "planned endpoint policy";

/** The policy that the endpoint is to have. */
export function plannedEndpointPolicy({ policies }: Plan): string | undefined {
  const found = policies.find(({ kind }) => kind === "endpoint");
  return found === undefined ? undefined : (textOf(found.document) ?? undefined);
}

/** Whether more than the endpoint's own policy changes: that one concerns nobody who does not use the endpoint. */
export function concernsOthers({ policies }: Plan): boolean {
  return policies.some(({ kind }) => kind !== "endpoint");
}

/** The policies with the documents that are planned for them, and those that are made anew. */
export function withPlan(
  policies: AccessPolicies,
  { policies: all }: Plan,
  { account }: Pick<Scope, "account">,
): AccessPolicies {
  return all.reduce((changed, each) => {
    switch (each.kind) {
      case "endpoint":
        return changed;
      case "table":
        return { ...changed, tables: changedTables(changed.tables, each, account) };
      case "serviceControl":
      case "resourceControl":
        return { ...changed, accounts: changedAccounts(changed.accounts ?? {}, each) };
      default:
        return { ...changed, callers: changedCallers(changed.callers, each) };
    }
  }, policies);
}

/** `role/app-*` */
function ownerOf({ role, user }: OfPrincipals): string {
  return user === undefined ? `role/${role ?? "*"}` : `user/${user}`;
}

/** As people call them. */
export function namesOf({ policies }: Plan): readonly string[] {
  return policies.map((each) => {
    switch (each.kind) {
      case "endpoint":
        return "endpoint policy";
      case "inline":
        return `${ownerOf(each)}/${each.name}`;
      case "managed":
        return each.arn;
      case "boundary":
        return `permissions boundary of ${ownerOf(each)}`;
      case "table":
        return `resource policy of ${each.table}`;
      default:
        return `${each.name} at ${each.at}`;
    }
  });
}

/** Every policy that was judged, each once. */
export function policiesShown(
  { callers, tables, accounts = {} }: AccessPolicies,
  endpointPolicy: NamedPolicy,
): readonly PolicyShown[] {
  const levels = Object.values(accounts).flatMap((member) => (member === "none" ? [] : (member.levels ?? [])));
  const of = (kind: AccessPolicyKind, policies: readonly (NamedPolicy | undefined)[]): readonly PolicyShown[] =>
    policies.flatMap((policy) => (policy === undefined ? [] : [{ kind, ...policy }]));
  const all = [
    ...of("endpoint", [endpointPolicy]),
    ...of(
      "serviceControl",
      levels.flatMap(({ serviceControlPolicies = [] }) => serviceControlPolicies),
    ),
    ...of(
      "resourceControl",
      levels.flatMap(({ resourceControlPolicies = [] }) => resourceControlPolicies),
    ),
    ...of(
      "identity",
      callers.flatMap(({ identityPolicies }) => identityPolicies),
    ),
    ...of(
      "boundary",
      callers.map(({ boundary }) => boundary),
    ),
    ...of(
      "table",
      tables.map(({ policy }) => policy),
    ),
  ];
  return [...new Map(all.map((each) => [`${each.kind} ${each.name}`, each])).values()];
}

type OfKind<Kind> = Extract<PlannedPolicy, { readonly kind: Kind }>;

function changedTables(
  tables: AccessPolicies["tables"],
  { table, document }: OfKind<"table">,
  account: string,
): AccessPolicies["tables"] {
  const isMeant = ({ arn }: AccessPolicies["tables"][number]): boolean =>
    arn === table || arn.endsWith(`:${account}:table/${table}`);
  if (!tables.some(isMeant)) throw new Unjudged(`--plan: there is no table ${table} among those that are looked at`);
  return tables.map((each) => {
    if (!isMeant(each)) return each;
    const today = each.policy ?? { name: `resource policy of ${table}`, document: null };
    // Nobody here can read what another account's table has: what the plan says of it holds for today as well.
    const isBrought = today.document === undefined && accountOf(each.arn) !== account;
    const planned = textOf(document);
    return { ...each, policy: isBrought ? { name: today.name, document: planned } : { ...today, planned } };
  });
}

function changedAccounts(
  accounts: NonNullable<AccessPolicies["accounts"]>,
  { kind, at, name, document }: OfKind<"serviceControl" | "resourceControl">,
) {
  const field = kind === "serviceControl" ? "serviceControlPolicies" : "resourceControlPolicies";
  const isKnown = Object.values(accounts).some(
    (each) => each !== "none" && each.levels?.some((level) => level.name === at),
  );
  if (!isKnown)
    throw new Unjudged(
      `--plan: ${at} is above none of the accounts that are looked at: give the organization with --organization`,
    );
  const changed = (level: OrganizationLevel): OrganizationLevel => {
    if (level.name !== at) return level;
    const today = level[field] ?? [{ name: "FullAWSAccess", document: FULL_ACCESS_OF_IDENTITY }];
    return { ...level, [field]: withPolicy(today, { name, document: textOf(document) }) };
  };
  return Object.fromEntries(
    Object.entries(accounts).map(([id, member]): [string, OrganizationMembership | "none"] => [
      id,
      member === "none" ? member : { ...member, levels: member.levels?.map(changed) },
    ]),
  );
}

function changedCallers(
  callers: readonly AccessCaller[],
  planned: OfKind<"inline" | "managed" | "boundary">,
): readonly AccessCaller[] {
  const document = textOf(planned.document);
  const { role, user } = planned;
  const isAttachedBesides = role !== undefined || user !== undefined;
  const kind = user === undefined ? "role" : "user";
  const isMeant = ({ arn }: AccessCaller): boolean =>
    !isAttachedBesides || (arn.includes(`:${kind}/`) && isNamed(nameIn(arn), user ?? role ?? ""));
  if (!callers.some(isMeant))
    throw new Unjudged(`--plan: there is no ${kind} ${user ?? role ?? ""} among those that are looked at`);
  return callers.map((caller) => {
    if (!isMeant(caller)) return caller;
    if (planned.kind === "boundary") return { ...caller, boundary: boundaryOf(caller, document) };
    const name = planned.kind === "managed" ? planned.arn : `${kind}/${nameIn(caller.arn)}/${planned.name}`;
    const isAttached = caller.identityPolicies.some((policy) => policy.name === name);
    const isMade = planned.kind === "inline" || isAttachedBesides;
    const { boundary } = caller;
    return {
      ...caller,
      ...((isAttached || isMade) && { identityPolicies: withPolicy(caller.identityPolicies, { name, document }) }),
      ...(boundary?.name === name && { boundary: { ...boundary, planned: document ?? FULL_ACCESS_OF_IDENTITY } }),
    };
  });
}

function nameIn(arn: string): string {
  return arn.split("/").at(-1) ?? "";
}

/** Where there is no boundary, all is left to the other policies. */
function boundaryOf({ boundary, arn }: AccessCaller, document: string | null): NamedPolicy {
  const today = boundary ?? { name: `permissions boundary of ${arn}`, document: FULL_ACCESS_OF_IDENTITY };
  return { ...today, planned: document ?? FULL_ACCESS_OF_IDENTITY };
}

/** An organization's policies are known by their name and by their id. */
function withPolicy(
  policies: readonly NamedPolicy[],
  { name, document: planned }: { readonly name: string; readonly document: string | null },
): readonly NamedPolicy[] {
  const isMeant = (policy: NamedPolicy): boolean =>
    policy.name === name || policy.name.startsWith(`${name} (`) || policy.name.endsWith(` (${name})`);
  if (policies.some(isMeant)) return policies.map((policy) => (isMeant(policy) ? { ...policy, planned } : policy));
  return [...policies, { name, document: null, planned }];
}
