import { isJsonObject, listOf } from "./document";
import { allOf, anyOf, matchIf, not, splitArn, type Match } from "./matching";
import { accountOf, nameAfter, roleOfSession, type RequestContext, type RequestPrincipal } from "./requestContext";

/** A principal, and what it is part of: whoever names an account names everyone in it, and a role all its sessions. */
interface Levels {
  readonly account: string | undefined;
  readonly partition: string | undefined;
  /** The user, the role or the root user itself. */
  readonly identity: string | undefined;
  readonly session: string | undefined;
  /** Whether the path of a session's role is unknown, so that only names can be compared. */
  readonly pathUnknown: boolean;
}

/**
 * Whether a `Principal` element names the principal of a request.
 *
 * An account (its ID or the ARN of its root user) means everyone in it; a role means all its sessions. Within a name
 * there are no wildcards: a policy that has one cannot be read. Nor can a canonical user ID, which only Amazon S3 has.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
 */
export function matchesPrincipal(element: unknown, principal: RequestPrincipal, context: RequestContext): Match {
  const levels = levelsOf(principal, context);
  return anyOf(
    namedPrincipals(element).map(({ kind, name }) => {
      if (kind === "AWS" && name === "*") return "yes";
      if (typeof name !== "string" || name.includes("*") || name.includes("?")) return "unknown";
      if (kind === "Service") return matchIf(name === principal.service);
      if (kind === "Federated") return matchIf(name === principal.identityProvider);
      if (kind !== "AWS") return "unknown";
      return anyOf([namesAccount(name, levels), namesIdentity(name, levels), matchIf(name === levels.session)]);
    }),
  );
}

/**
 * Whether a `NotPrincipal` element leaves the principal of a request to the statement.
 *
 * It certainly does where nothing that the principal is or is part of is listed, and certainly does not where the
 * account and the user or role are both listed. In between AWS promises nothing: it "might" look at the account first.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
 */
export function matchesNotPrincipal(element: unknown, principal: RequestPrincipal, context: RequestContext): Match {
  const listed = matchesPrincipal(element, principal, context);
  if (listed !== "yes" || principal.arn === undefined) return not(listed);
  const levels = levelsOf(principal, context);
  const names = namedPrincipals(element).filter(({ kind }) => kind === "AWS").map(({ name }) => name);
  if (names.includes("*")) return "no";
  const certain = allOf([
    anyOf(names.map((name) => namesAccount(name, levels))),
    anyOf(names.map((name) => namesIdentity(name, levels))),
  ]);
  return certain === "yes" ? "no" : "unknown";
}

/** What a `Principal` element lists; what is no such element is one name that cannot be read. */
function namedPrincipals(element: unknown): readonly { readonly kind: string; readonly name: unknown }[] {
  if (element === "*") return [{ kind: "AWS", name: "*" }];
  if (!isJsonObject(element)) return [{ kind: "AWS", name: undefined }];
  const named = Object.entries(element).flatMap(([kind, names]) => listOf(names).map((name) => ({ kind, name })));
  return named.length === 0 ? [{ kind: "AWS", name: undefined }] : named;
}

function levelsOf(principal: RequestPrincipal, context: RequestContext): Levels {
  const { arn } = principal;
  const role = arn === undefined ? undefined : roleOfSession(arn);
  const [principalArn = arn] = context.get("aws:principalarn") ?? [];
  return {
    account: accountOf(principal),
    partition: arn === undefined ? undefined : splitArn(arn)?.[1],
    identity: role === undefined ? arn : principalArn,
    session: role === undefined ? undefined : arn,
    pathUnknown: role !== undefined && role === principalArn,
  };
}

function namesAccount(name: unknown, { account, partition }: Levels): Match {
  if (account === undefined || typeof name !== "string") return "no";
  return matchIf(name === account || name === `arn:${partition ?? "aws"}:iam::${account}:root`);
}

function namesIdentity(name: unknown, { identity, pathUnknown, account, partition }: Levels): Match {
  if (identity === undefined || typeof name !== "string") return "no";
  if (name === identity) return "yes";
  if (!pathUnknown) return "no";
  const [, namedPartition, , , namedAccount] = splitArn(name) ?? [];
  const role = nameAfter("role/", name);
  return matchIf(role !== undefined && role === nameAfter("role/", identity) && namedAccount === account && namedPartition === partition);
}
