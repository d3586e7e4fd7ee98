import { isJsonObject, listOf } from "./document";
import { isAccountId } from "./ids";
import { anyOf, matchIf, not, splitArn, type Match } from "./matching";
import { nameAfter, roleOf, type RequestContext, type RequestPrincipal } from "./requestContext";

/** A principal, and what it is part of: whoever names an account names everyone in it, and a role all its sessions. */
interface Levels {
  readonly account: string | undefined;
  readonly partition: string | undefined;
  /** The user, the role or the root user itself. */
  readonly identity: string | undefined;
  /** The name of a session's role of which the path is unknown, so that only names can be compared. */
  readonly roleName: string | undefined;
}

/** Where a policy is in force, which decides what its principals mean. */
export type PolicyKind = "endpoint" | "identity" | "resource";

/** Whom a `Principal` or `NotPrincipal` element lists; `undefined` where that cannot be read. */
export interface NamedPrincipal {
  readonly kind: string;
  readonly name: string | undefined;
}

/** What a `Principal` element lists; what is no such element is one name that cannot be read. */
export function namedPrincipals(element: unknown): readonly NamedPrincipal[] {
  if (element === "*") return [EVERYONE];
  if (!isJsonObject(element)) return [UNREADABLE];
  const named: NamedPrincipal[] = [];
  for (const kind of Object.keys(element))
    for (const name of listOf(element[kind])) named.push({ kind, name: typeof name === "string" ? name : undefined });
  return named.length === 0 ? [UNREADABLE] : named;
}

const EVERYONE: NamedPrincipal = { kind: "AWS", name: "*" };
const UNREADABLE: NamedPrincipal = { kind: "AWS", name: undefined };

/**
 * Whether a `Principal` element names the principal of a request.
 *
 * An account (its ID or the ARN of its root user) means everyone in it; a role means all its sessions. Within a name
 * there are no wildcards: a policy that has one cannot be read. Nor can a canonical user ID, which only Amazon S3 has,
 * nor the unique ID that takes the place of the ARN of a principal which was deleted.
 *
 * In the policy of a gateway endpoint AWS promises only what everyone and what an account means: there its root user
 * alone.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ("Principals for gateway endpoints").
 */
export function matchesPrincipal(
  named: readonly NamedPrincipal[],
  kind: PolicyKind,
  principal: RequestPrincipal,
  context: RequestContext,
): Match {
  const levels = levelsOf(principal, context);
  return anyOf(named, (each) => {
    const match = namesPrincipal(each, principal, levels);
    if (kind !== "endpoint" || match !== "yes" || isEveryone(each)) return match;
    return isRoot(levels) && each.name !== undefined && namesAccount(each.name, levels) ? "yes" : "unknown";
  });
}

function namesPrincipal(each: NamedPrincipal, principal: RequestPrincipal, levels: Levels): Match {
  const { kind, name } = each;
  if (isEveryone(each)) return "yes";
  if (name === undefined || name.includes("*") || name.includes("?")) return "unknown";
  if (kind === "Service") return matchIf(name === principal.service);
  if (kind === "Federated") return matchIf(name === principal.identityProvider);
  if (kind !== "AWS" || !isPrincipalName(name)) return "unknown";
  return matchIf(namesAccount(name, levels) || namesIdentity(name, levels) || name === principal.arn);
}

export function isEveryone({ kind, name }: NamedPrincipal): boolean {
  return kind === "AWS" && name === "*";
}

/** An account's ID, or an ARN of IAM or STS. */
function isPrincipalName(name: string): boolean {
  return isAccountId(name) || ["iam", "sts"].some((service) => service === splitArn(name)?.[2]);
}

/** Whether it is the root user of its account. */
function isRoot({ identity }: Levels): boolean {
  return identity !== undefined && splitArn(identity)?.[5] === "root";
}

/**
 * Whether a `NotPrincipal` element leaves the principal of a request to the statement.
 *
 * It certainly does where nothing that the principal is or is part of is listed, and certainly does not where the
 * account and the user or role are both listed. In between AWS promises nothing: it "might" look at the account first.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
 */
export function matchesNotPrincipal(
  named: readonly NamedPrincipal[],
  kind: PolicyKind,
  principal: RequestPrincipal,
  context: RequestContext,
): Match {
  const listed = matchesPrincipal(named, kind, principal, context);
  if (listed !== "yes" || principal.arn === undefined) return not(listed);
  const levels = levelsOf(principal, context);
  if (named.some(isEveryone)) return "no";
  const names = named.flatMap((each) => (each.kind === "AWS" && each.name !== undefined ? [each.name] : []));
  const certain = [namesAccount, namesIdentity].every((isNamed) => names.some((name) => isNamed(name, levels)));
  return certain ? "no" : "unknown";
}

function levelsOf(principal: RequestPrincipal, context: RequestContext): Levels {
  const { arn } = principal;
  const parts = arn === undefined ? undefined : splitArn(arn);
  const role = parts && roleOf(parts);
  const [principalArn = arn] = context.get("aws:principalarn") ?? [];
  return {
    account: principal.account ?? parts?.[4],
    partition: parts?.[1],
    identity: role === undefined ? arn : principalArn,
    roleName: role !== undefined && role === principalArn ? nameAfter("role/", role) : undefined,
  };
}

function namesAccount(name: string, { account, partition = "aws" }: Levels): boolean {
  return name === account || name === `arn:${partition}:iam::${account}:root`;
}

function namesIdentity(name: string, levels: Levels): boolean {
  const { identity, roleName } = levels;
  return (
    name === identity || (roleName !== undefined && roleName === nameAfter("role/", name) && isOfAccount(name, levels))
  );
}

function isOfAccount(arn: string, { account, partition }: Levels): boolean {
  const [, namedPartition, , , namedAccount] = splitArn(arn) ?? [];
  return namedAccount === account && namedPartition === partition;
}
