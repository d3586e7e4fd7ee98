import { Unjudged } from "../exit";
import type { Authorization } from "../preflight/facts/facts";
import type { CallerFrom } from "./callers";
import { isNamed } from "./named";
import { roleCaller, userCaller } from "./principals";

/** Whom requests are judged of, beside the roles behind the subnets. */
export interface CallerChoice {
  /** Names of roles, `*` for any part. */
  readonly roles: readonly string[];
  /** Names of users, `*` for any part. */
  readonly users?: readonly string[] | undefined;
  /** Every role and every user of the account. */
  readonly isForAll: boolean;
}

/** Everybody whose requests the account's policies decide. The root user's are limited by none of its own. */
export const EVERYBODY: CallerChoice = { roles: [], isForAll: true };

/** Who was asked for: they may call from anywhere. A name that nobody has is a mistake. */
export function chosenCallers(
  authorization: Authorization,
  { roles, users = [], isForAll }: CallerChoice,
): readonly CallerFrom[] {
  return [
    ...namedRoles(authorization, isForAll ? ["*"] : roles),
    ...namedUsers(authorization, isForAll ? ["*"] : users),
  ].map((caller) => ({ caller, workloads: [], isEverywhere: true }));
}

/** Roles that were asked for by name are taken by people and pipelines too, whose sessions nobody can know. */
function namedRoles(authorization: Authorization, patterns: readonly string[]) {
  // Nobody takes the role of an AWS service but that service.
  const known = authorization.RoleDetailList.filter(({ Path: path = "/" }) => !path.startsWith("/aws-service-role/"));
  const meant = matching(known, ({ RoleName: name }) => name, { patterns, option: "--roles", what: "role" });
  return meant.flatMap(
    ({ Arn: arn = "" }) => roleCaller(authorization, arn, { mayHaveSessionPolicies: false, mayHaveTags: true }) ?? [],
  );
}

function namedUsers(authorization: Authorization, patterns: readonly string[]) {
  const asked = { patterns, option: "--users", what: "user" };
  const meant = matching(authorization.UserDetailList, ({ UserName: name }) => name, asked);
  return meant.flatMap(({ Arn: arn = "" }) => userCaller(authorization, arn) ?? []);
}

interface Patterns {
  readonly patterns: readonly string[];
  readonly option: string;
  readonly what: string;
}

function matching<T>(
  known: readonly T[],
  nameOf: (each: T) => string | undefined,
  { patterns, option, what }: Patterns,
): readonly T[] {
  const isMeant = (each: T, pattern: string): boolean => isNamed(nameOf(each) ?? "", pattern);
  const wrong = patterns.find((pattern) => pattern !== "*" && !known.some((each) => isMeant(each, pattern)));
  if (wrong !== undefined) throw new Unjudged(`${option} ${wrong}: the account has no ${what} of this name`);
  return known.filter((each) => patterns.some((pattern) => isMeant(each, pattern)));
}
