import { isAccountId } from "./ids";
import { shown, type Problem } from "./problem";
import { isPartition } from "./regions";
import { parseArn, type Arn } from "./rules/arn";
import { closest } from "./rules/suggestion";
import { hasWildcard } from "./rules/wildcards";

/** Why a text is no value of `aws:PrincipalArn`. */
export interface CallerArnProblem extends Problem {
  /** Whether no caller has such an ARN; otherwise it is a pattern that matches others than it seems to. */
  readonly matchesNobody: boolean;
}

/** Where the text stands. */
export interface CallerArnPlace {
  /** The partition whose callers can be meant. Default: any. */
  readonly partition?: string | undefined;
  /** What to write for everyone in an account. Default: a pattern for all its roles. */
  readonly accountsIn?: string | undefined;
}

/**
 * What is wrong with a text where a caller is named by the ARN of its role or user, or of a federated user's session;
 * `undefined` if it is one, or a pattern for some. In a preset nobody means the root user.
 */
export function principalProblem(arn: unknown, place: CallerArnPlace = {}): CallerArnProblem | undefined {
  if (!isRootUser(arn)) return callerArnProblem(arn, place);
  return tooMany(
    arn,
    "it is the root user of an account, who is neither",
    forEveryoneOf(parseArn(arn)?.account, place),
  );
}

/** Whether a text is the ARN of an account's root user, as `aws:PrincipalArn` has it, or a pattern for that of any. */
export function isRootUser(arn: unknown): arn is string {
  return typeof arn === "string" && /^arn:[^:]+:iam::(?:\d{12}|\*):root$/.test(arn);
}

/**
 * What is wrong with a value of `aws:PrincipalArn`, which may have wildcards; `undefined` if callers can have it.
 *
 * The key is the ARN of a user, of the role behind a session, of a federated user's session, or of the root user. A
 * policy variable is to be replaced by `*` before: it stands for what is not known here.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("aws:PrincipalArn").
 */
export function callerArnProblem(arn: unknown, place: CallerArnPlace = {}): CallerArnProblem | undefined {
  if (typeof arn !== "string") return nobody(arn, "it is no text", WRITE_A_ROLE);
  if (arn.trim() !== arn) return nobody(arn, "there are blanks around it", `write ${shown(arn.trim())}`);
  const fields = parseArn(arn);
  if (fields === undefined) return noArnProblem(arn, place);
  return (
    partitionProblem(arn, fields, place) ??
    serviceProblem(arn, fields) ??
    resourceProblem(arn, fields, place) ??
    accountProblem(arn, fields)
  );
}

const WRITE_A_ROLE = "write the ARN of a role, such as arn:aws:iam::123456789012:role/NAME, or of a user";

function nobody(value: unknown, reason: string, suggestion: string): CallerArnProblem {
  return { message: `${shown(value)} ${IS_NONE}: ${reason}`, suggestion, matchesNobody: true };
}

function tooMany(value: unknown, reason: string, suggestion: string): CallerArnProblem {
  return { ...nobody(value, reason, suggestion), matchesNobody: false };
}

const IS_NONE = "is not an ARN of a role or user";

function forEveryoneOf(account: string | undefined, { accountsIn, partition = "aws" }: CallerArnPlace): string {
  const id = accountOrExample(account);
  return accountsIn === undefined
    ? `for all roles of an account write arn:${partition}:iam::${id}:role/*`
    : `for everyone in an account write "${id}" in ${accountsIn}`;
}

function accountOrExample(account: string | undefined): string {
  return account !== undefined && isAccountId(account) ? account : "123456789012";
}

function noArnProblem(text: string, place: CallerArnPlace): CallerArnProblem {
  if (text === "*") return tooMany(text, "it is everyone", WRITE_A_ROLE);
  if (isAccountId(text)) return nobody(text, "it is an account", forEveryoneOf(text, place));
  if (/\.amazonaws\.com(?:\.cn)?$/.test(text))
    return nobody(text, "it is an AWS service", "name the role with which the service calls");
  const name = /^(?:\/?role\/)?([\w+=,.@-]{1,64})$/.exec(text)?.[1];
  return nobody(
    text,
    "an ARN begins with arn: and has six parts",
    name === undefined ? WRITE_A_ROLE : `write it in full, such as arn:aws:iam::123456789012:role/${name}`,
  );
}

function partitionProblem(arn: string, { partition }: Arn, place: CallerArnPlace): CallerArnProblem | undefined {
  if (partition === "*") return undefined;
  const right = place.partition ?? "aws";
  const rest = arn.slice("arn:".length + partition.length);
  if (hasWildcard(partition)) return tooMany(arn, "its partition has a wildcard", `begin it with arn:${right}:`);
  if (!isPartition(partition))
    return nobody(arn, `there is no partition ${shown(partition)}`, `write ${shown(`arn:${right}${rest}`)}`);
  if (place.partition === undefined || place.partition === partition) return undefined;
  return nobody(
    arn,
    `it is in the partition "${partition}", and callers of "${right}" are all in that one`,
    `write ${shown(`arn:${right}${rest}`)}`,
  );
}

/** Roles and users are IAM's, sessions are those of STS; both are the same in all Regions. */
function serviceProblem(
  arn: string,
  { partition, service, region, account, resource }: Arn,
): CallerArnProblem | undefined {
  const withoutRegion = `write ${shown(`arn:${partition}:${service}::${account}:${resource}`)}`;
  if (service === "iam" || service === "sts") {
    if (region === "") return undefined;
    const problem = `it has a Region (${shown(region)}), and theirs have none`;
    return hasWildcard(region) ? tooMany(arn, problem, withoutRegion) : nobody(arn, problem, withoutRegion);
  }
  if (hasWildcard(service)) return tooMany(arn, "its service has a wildcard", `begin it with arn:${partition}:iam:`);
  return nobody(
    arn,
    service === "" ? "it has no service" : `it is an ARN of ${service}`,
    `name the role with which it calls${ROLE_OF[service] ?? ""}, such as ` +
      `arn:${partition}:iam::${accountOrExample(account)}:role/NAME`,
  );
}

/** What the services call the role of what they run. */
const ROLE_OF: Readonly<Record<string, string>> = {
  lambda: ", which is the function's execution role",
  ecs: ", which is the task role",
  ec2: ", which is that of the instance profile",
};

function resourceProblem(arn: string, fields: Arn, place: CallerArnPlace): CallerArnProblem | undefined {
  const { service, account, resource } = fields;
  if (isRootUser(arn)) return undefined;
  const [kind = "", ...parts] = resource.split("/");
  const name = parts.join("/");
  if (hasWildcard(kind)) {
    const inKind =
      resource === "*" ? forEveryoneOf(account, place) : "write role/ or user/ in full, and wildcards behind it";
    return tooMany(arn, "it does not say which of the two is meant", inKind);
  }
  if (service === "iam" && kind === "role")
    return nameProblem(arn, kind, name) ?? reservedRoleProblem(arn, fields, name);
  if (service === "iam" && kind === "user") return nameProblem(arn, kind, name);
  if (service === "sts" && kind === "federated-user") return sessionNameProblem(arn, name);
  return otherKindProblem(arn, fields, kind, name);
}

/** What else an ARN of IAM or STS can name: nothing of it is a caller's own. */
function otherKindProblem(arn: string, { partition, account }: Arn, kind: string, name: string): CallerArnProblem {
  const iam = `arn:${partition}:iam::${account}:`;
  if (kind === "assumed-role") {
    const role = /^[^/]+/.exec(name)?.[0] ?? "NAME";
    const path = pathOfReserved(role);
    return nobody(
      arn,
      "it is a role's session, and AWS compares the role",
      `write ${shown(`${iam}role/${path}${role}`)}${path === "" ? ", with the role's path if it has one" : ""}`,
    );
  }
  if (kind === "federated-user")
    return nobody(
      arn,
      "sessions of federated users are of sts",
      `write ${shown(`arn:${partition}:sts::${account}:federated-user/${name}`)}`,
    );
  if (kind === "role" || kind === "user")
    return nobody(arn, `${kind}s are of iam`, `write ${shown(`${iam}${kind}/${name}`)}`);
  const other = OTHER_KINDS[kind];
  if (other !== undefined)
    return nobody(
      arn,
      `it is ${other.what}`,
      `name ${other.instead}, such as arn:${partition}:iam::${accountOrExample(account)}:role/NAME`,
    );
  const meant = closest(kind, ["role", "user"]);
  const suggestion =
    meant === undefined || name === ""
      ? `write ${iam}role/NAME or ${iam}user/NAME`
      : `write ${shown(`${iam}${meant}/${name}`)}`;
  return nobody(arn, `${shown(kind)} is neither`, suggestion);
}

const OTHER_KINDS: Readonly<Record<string, { readonly what: string; readonly instead: string }>> = {
  group: { what: "a group", instead: "its users, or roles" },
  policy: { what: "a policy", instead: "the roles and users that have it" },
  "instance-profile": { what: "an instance profile", instead: "the role in it" },
  "oidc-provider": { what: "an identity provider", instead: "the role that is assumed through it" },
  "saml-provider": { what: "an identity provider", instead: "the role that is assumed through it" },
  mfa: { what: "an MFA device", instead: "the user that has it, or a role" },
};

/**
 * A path of printable characters and a name. See
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
 */
function nameProblem(arn: string, kind: string, name: string): CallerArnProblem | undefined {
  if (name === "" || /(?:^|\/)(?:\/|$)/.test(name))
    return nobody(arn, "its name, or a part of its path, is empty", `write ${kind}/NAME, or ${kind}/PATH/NAME`);
  if (/[^!-~]/.test(name))
    return nobody(arn, "it has characters that no name has", `write the ${kind}'s ARN as IAM shows it`);
  const last = name.slice(name.lastIndexOf("/") + 1);
  if (!/^[\w+=,.@*?-]+$/.test(last))
    return nobody(arn, "it has characters that no name has", `a ${kind}'s name has letters, digits and _+=,.@-`);
  if (!hasWildcard(last) && last.length > 64)
    return nobody(arn, "its name has more than 64 characters", `write the ${kind}'s ARN as IAM shows it`);
  return undefined;
}

/** See https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html ("Name"). */
function sessionNameProblem(arn: string, name: string): CallerArnProblem | undefined {
  const fits = hasWildcard(name) ? /^[\w+=,.@*?-]+$/ : /^[\w+=,.@-]{2,32}$/;
  return fits.test(name)
    ? undefined
    : nobody(arn, "it names no federated user", "a federated user's name has 2 to 32 letters, digits and _+=,.@-");
}

/** Where AWS itself keeps roles: beside it their names are taken by nobody. */
const RESERVED_ROLES: readonly { readonly prefix: string; readonly path: string; readonly what: string }[] = [
  { prefix: "AWSReservedSSO_", path: "aws-reserved/sso.amazonaws.com/*", what: "a role of IAM Identity Center" },
  { prefix: "AWSServiceRoleFor", path: "aws-service-role/*/", what: "a service-linked role" },
];

function reservedRoleProblem(arn: string, { partition, account }: Arn, name: string): CallerArnProblem | undefined {
  const reserved = RESERVED_ROLES.find(({ prefix }) => name.startsWith(prefix));
  if (reserved === undefined) return undefined;
  return nobody(
    arn,
    `it is ${reserved.what} without its path`,
    `write ${shown(`arn:${partition}:iam::${account}:role/${reserved.path}${name}`)}`,
  );
}

/** The path of a role, as far as its name tells it. */
function pathOfReserved(name: string): string {
  return RESERVED_ROLES.find(({ prefix }) => name.startsWith(prefix))?.path ?? "";
}

function accountProblem(arn: string, { account }: Arn): CallerArnProblem | undefined {
  if (account === "*" || isAccountId(account)) return undefined;
  const suggestion = "write the account's 12 digits, or * for any";
  return hasWildcard(account)
    ? tooMany(arn, `${shown(account)} is a part of an account id`, suggestion)
    : nobody(arn, `${shown(account)} is not an account id`, suggestion);
}
