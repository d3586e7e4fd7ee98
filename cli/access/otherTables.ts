import type { AccessCaller, AccessPolicies, AccessTable, AccessUnknown } from "../../components/policy/access/facts";
import { isJsonObject, listOf, type PolicyDocument, statementsOf } from "../../components/policy/document";
import { matchesPattern, patternOf } from "../../components/policy/matching";
import { accountOf } from "../arn";
import type { TableFact } from "../preflight/facts/facts";
import type { Scope } from "../preflight/scope";
import type { Plan } from "./plan";

/**
 * Tables of other accounts that callers may be allowed to use: those that `--tables` and a plan name by their ARN, and
 * those that a policy of a caller does. Requests to another Region do not change their way.
 */
export function otherTables(
  callers: readonly AccessCaller[],
  read: readonly TableFact[],
  { scope, plan }: { readonly scope: Scope; readonly plan: Plan | undefined },
): readonly AccessTable[] {
  const texts = [
    ...callers.flatMap(({ identityPolicies }) => identityPolicies.map(({ document }) => textOf(document))),
    ...(plan?.policies ?? []).map((policy) => textOf(policy.document)),
  ];
  const named = texts.flatMap((text) => arnsIn(text, scope));
  const planned = (plan?.policies ?? []).flatMap((policy) => (policy.kind === "table" ? [policy.table] : []));
  const told = new Map(read.map((table) => [table.TableArn ?? "", table]));
  const all = [...told.keys(), ...planned, ...named].filter((arn) => isOther(arn, scope));
  return [...new Set(all)].sort().map((arn) => tableOf(arn, told.get(arn)));
}

/** What is not known of other accounts, for those callers alone whom it concerns. */
export function unknownOfOthers(
  { callers, tables, accounts = {} }: AccessPolicies,
  { account }: Scope,
): { readonly policies: readonly AccessUnknown[]; readonly organizations: readonly AccessUnknown[] } {
  const foreign = tables.filter(({ arn }) => accountOf(arn) !== account);
  const reaching = foreign.length === 0 ? [] : callers.map(({ arn, ...caller }) => ({ arn, may: reachOf(caller) }));
  const others = foreign.map((table) => ({
    ...table,
    callers: reaching.filter(({ may }) => may(table.arn)).map(({ arn }) => arn),
  }));
  const policies = others.flatMap(({ policy, callers: arns }) =>
    policy !== undefined && policy.document === undefined ? [{ dependsOn: policy.name, callers: arns }] : [],
  );
  const isOpen = (id: string): boolean => {
    const member = accounts[id];
    return member === undefined || (member !== "none" && member.id === undefined);
  };
  const organizations = others
    .filter(({ arn }) => isOpen(accountOf(arn)))
    .map(({ arn, callers: arns }) => ({
      dependsOn: `organization policies of account ${accountOf(arn)}`,
      callers: arns,
    }));
  return { policies, organizations };
}

function tableOf(arn: string, read: TableFact | undefined): AccessTable {
  const name = `resource policy of table ${arn.slice(arn.indexOf("/") + 1)} of account ${accountOf(arn)}`;
  if (read === undefined || read.ResourcePolicyMissing !== undefined) return { arn, policy: { name } };
  return { arn, policy: { name, document: read.ResourcePolicy ?? null } };
}

function isOther(arn: string, { account, region }: Scope): boolean {
  const [, , , tableRegion, tableAccount] = arn.split(":");
  return tableRegion === region && tableAccount !== undefined && tableAccount !== account;
}

/** Tables by name: what a pattern means in another account nobody here knows. */
function arnsIn(text: string, { region, account }: Scope): readonly string[] {
  const found = text.matchAll(/arn:(aws[\w-]*):dynamodb:([\w-]+|\*):(\d{12}):table\/([\w.-]+)(?=["/\\])/g);
  return [...found].flatMap(([, partition, of, other, name]) =>
    other !== account && (of === region || of === "*")
      ? [`arn:${partition}:dynamodb:${region}:${other}:table/${name}`]
      : [],
  );
}

function textOf(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document ?? null);
}

/** Which tables its policies may allow a caller, as far as resources go: the rest is decided request by request. */
function reachOf({ identityPolicies }: Pick<AccessCaller, "identityPolicies">): (tableArn: string) => boolean {
  const patterns = identityPolicies.flatMap(({ document = "*", planned = null }) =>
    // Whose document is not known may allow everything.
    document === "*" ? ["*"] : [document, planned].flatMap(resourcesIn),
  );
  const read = [...new Set(patterns)].map(patternOf);
  return (tableArn) => read.some((pattern) => matchesPattern(pattern, tableArn));
}

function resourcesIn(document: string | PolicyDocument | null): readonly string[] {
  if (document === null) return [];
  return statementsOf(document).flatMap(({ statement }) => {
    if (!isJsonObject(statement) || statement.Effect !== "Allow") return [];
    if (statement.NotResource !== undefined) return ["*"];
    return listOf(statement.Resource).flatMap((each) =>
      typeof each === "string" ? [each.replace(/\$\{.*\}/, "*")] : [],
    );
  });
}
