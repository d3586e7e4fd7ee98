import type { AccessTable } from "../../../components/policy/access/facts";
import { documentObject, isJsonObject, listOf } from "../../../components/policy/document";
import { accountOf } from "../../arn";
import type { Side } from "../judge/references";
import type { Change, Preview } from "../read/preview";
import { recordIn, shownText } from "../read/values";
import { documentIn, type InForce, KnownPolicy } from "./documents";
import { Lookup, valueOf } from "./lookup";
import type { Place } from "./place";

const TABLE = /^(?:aws:dynamodb\/table:|aws-native:dynamodb:(?:Table|GlobalTable)$)/;
const POLICY = /^aws:dynamodb\/resourcePolicy:/;

/** A table, and what is seen of its policies. */
export interface KnownTable {
  readonly arn: string;
  readonly policy?: KnownPolicy;
  /** Stream label → that stream's. */
  readonly streamPolicies: ReadonlyMap<string, KnownPolicy>;
}

/** The tables of a preview that are there already, and those that its policies name. */
export function tablesIn(preview: Preview, place: Place, documents: readonly string[]): readonly KnownTable[] {
  const found = new Map<string, { policy?: KnownPolicy; streamPolicies: Map<string, KnownPolicy> }>();
  const table = (arn: string): { policy?: KnownPolicy; streamPolicies: Map<string, KnownPolicy> } => {
    const known = found.get(arn) ?? { streamPolicies: new Map<string, KnownPolicy>() };
    found.set(arn, known);
    return known;
  };
  const tables = new Lookup(preview, TABLE);
  for (const change of tables.all()) {
    const arn = change.before === undefined ? undefined : shownText(change.before.outputs.arn);
    if (arn === undefined || change.after === undefined) continue;
    const known = table(arn);
    for (const side of ["before", "after"] as const) {
      const document = documentIn(recordIn(valueOf(change, side, "resourcePolicy")).policyDocument);
      if (document !== "none") (known.policy ??= policyOf(arn)).set(side, document, change);
    }
  }
  for (const change of preview.changes.values())
    if (POLICY.test(change.type))
      for (const side of ["before", "after"] as const) {
        const arn = change[side] === undefined ? undefined : arnIn(tables, change, side);
        if (arn === undefined) continue;
        const [tableArn = "", label] = arn.split("/stream/");
        const known = table(tableArn);
        const policy = label === undefined ? known.policy : known.streamPolicies.get(label);
        const own = policy ?? policyOf(arn);
        if (label === undefined) known.policy = own;
        else known.streamPolicies.set(label, own);
        own.set(side, documentIn(valueOf(change, side, "policy")), change);
      }
  for (const arn of namedIn(documents, place)) table(arn);
  // Whoever is allowed to do something with any table is asked about one that has no name.
  if (found.size === 0) table(`arn:${place.partition}:dynamodb:${place.region}:${place.account}:table/*`);
  return [...found].filter(([arn]) => accountOf(arn) === place.account).map(([arn, known]) => ({ arn, ...known }));
}

function policyOf(arn: string): KnownPolicy {
  return new KnownPolicy(`resource policy of ${arn.split(":table/").at(-1) ?? arn}`);
}

/** Of what the policy of a table is. One of a table that this run makes concerns nobody yet. */
function arnIn(tables: Lookup, change: Change, side: Side): string | undefined {
  const named = tables.named(change, side, "resourceArn", valueOf(change, side, "resourceArn"));
  if (named === undefined) return undefined;
  const arn = typeof named === "string" ? named : shownText(named.before?.outputs.arn);
  return arn?.includes(":table/") === true ? arn : undefined;
}

/** The tables that statements name; a pattern stands for one of those that it matches. */
function namedIn(documents: readonly string[], { partition, region, account }: Place): ReadonlySet<string> {
  const found = new Set<string>();
  for (const document of documents)
    for (const statement of listOf(documentObject(document)?.Statement)) {
      const { Resource, NotResource } = isJsonObject(statement) ? statement : {};
      for (const text of [...listOf(Resource), ...listOf(NotResource)]) {
        const [, , service, where = "", whose = "", resource = ""] = typeof text === "string" ? text.split(":") : [];
        const name = /^table\/([\w.*?-]+)(?:\/|$)/.exec(resource)?.[1];
        if (service !== "dynamodb" || name === undefined || name === "*") continue;
        const at = where.includes("*") || where === "" ? region : where;
        const of = whose.includes("*") || whose === "" ? account : whose;
        found.add(`arn:${partition}:dynamodb:${at}:${of}:table/${name}`);
      }
    }
  return found;
}

/** As the judgement takes it, with these documents in force. */
export function accessTable(
  { arn, policy, streamPolicies }: KnownTable,
  inForce: (policy: KnownPolicy) => InForce,
): AccessTable {
  return {
    arn,
    ...(policy && { policy: policy.named(inForce(policy)) }),
    ...(streamPolicies.size > 0 && {
      streamPolicies: Object.fromEntries(
        [...streamPolicies].map(([label, each]) => [label, each.named(inForce(each))]),
      ),
    }),
  };
}
