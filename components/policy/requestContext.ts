import { splitArn } from "./matching";

/** Who makes a request. An anonymous caller has none of this. */
export interface RequestPrincipal {
  /**
   * `arn:aws:iam::111122223333:user/NAME`, `:role/NAME` (some session of that role), `:root`, or that of a session:
   * `arn:aws:sts::111122223333:assumed-role/ROLE-NAME/SESSION-NAME`.
   *
   * The ARN of a session does not have the path of its role. Where the role has one, give the role's ARN as
   * `aws:PrincipalArn` in the context.
   */
  readonly arn?: string | undefined;
  /** Default: the account in `arn`. */
  readonly account?: string | undefined;
  /** `o-…`; absent where the account is in no organization. */
  readonly organization?: string | undefined;
  /** A service that calls as itself, such as `lambda.amazonaws.com`, and not with a role. */
  readonly service?: string | undefined;
  /** The identity provider that the session came through: `cognito-identity.amazonaws.com`, the ARN of a SAML provider. */
  readonly identityProvider?: string | undefined;
}

/** One call, as AWS sees it when it evaluates policies. */
export interface PolicyRequest {
  /** Who makes the request. */
  readonly principal: RequestPrincipal;
  /** `dynamodb:GetItem`. Actions are not case-sensitive. */
  readonly action: string;
  /** The ARN of a table, index or stream; `*` for actions that have none, such as `dynamodb:ListTables`. */
  readonly resource: string;
  /**
   * Condition keys, not case-sensitive, with their values: text as in a policy, base64 where the key is binary. A key
   * that is given replaces the one that follows from the rest of the request; without any value, it is absent.
   *
   * What follows by itself: `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalOrgID`, `aws:PrincipalType`,
   * `aws:PrincipalIsAWSService`, `aws:PrincipalServiceName`, `aws:username` and `aws:ResourceAccount`. No other key is
   * present unless it is given: neither `aws:SourceVpce` nor `aws:ViaAWSService`.
   */
  readonly context?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** Condition key in lower case → its values, at least one. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/**
 * The condition keys that a request has.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, and for the values by
 * type of principal the table in https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
 */
export function requestContext({ principal, resource, context = {} }: PolicyRequest): RequestContext {
  const keys = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(derivedKeys(principal, resource))) {
    if (value !== undefined) keys.set(key.toLowerCase(), [value]);
  }
  for (const [key, value] of Object.entries(context)) {
    const values = typeof value === "string" ? [value] : value;
    if (values.length === 0) keys.delete(key.toLowerCase());
    else keys.set(key.toLowerCase(), values);
  }
  return keys;
}

function derivedKeys(principal: RequestPrincipal, resource: string): Readonly<Record<string, string | undefined>> {
  const { arn, organization, service } = principal;
  const user = arn === undefined ? undefined : nameAfter("user/", arn);
  return {
    "aws:PrincipalArn": arn === undefined ? undefined : (roleOfSession(arn) ?? arn),
    "aws:PrincipalAccount": accountOf(principal),
    "aws:PrincipalOrgID": organization,
    "aws:PrincipalType": principalType(principal),
    "aws:PrincipalIsAWSService": String(service !== undefined),
    "aws:PrincipalServiceName": service,
    "aws:username": user,
    "aws:ResourceAccount": splitArn(resource)?.[4] || undefined,
  };
}

export function accountOf({ account, arn }: RequestPrincipal): string | undefined {
  return account ?? (arn === undefined ? undefined : splitArn(arn)?.[4]);
}

/** The ARN of the role of a session, without the role's path, or `undefined` if this is no session of a role. */
export function roleOfSession(arn: string): string | undefined {
  const [, partition, service, , account, resource = ""] = splitArn(arn) ?? [];
  const [kind, role] = resource.split("/");
  if (service !== "sts" || kind !== "assumed-role" || role === undefined) return undefined;
  return `arn:${partition}:iam::${account}:role/${role}`;
}

/** The name at the end of an IAM ARN of this kind, without its path. */
export function nameAfter(kind: "user/" | "role/", arn: string): string | undefined {
  const [, , service, , , resource = ""] = splitArn(arn) ?? [];
  if (service !== "iam" || !resource.startsWith(kind)) return undefined;
  return resource.slice(resource.lastIndexOf("/") + 1);
}

function principalType({ arn, service }: RequestPrincipal): string | undefined {
  if (service !== undefined) return undefined;
  if (arn === undefined) return "Anonymous";
  const resource = splitArn(arn)?.[5] ?? "";
  if (resource === "root") return "Account";
  if (resource.startsWith("user/")) return "User";
  if (resource.startsWith("federated-user/")) return "FederatedUser";
  return resource.startsWith("role/") || resource.startsWith("assumed-role/") ? "AssumedRole" : undefined;
}
