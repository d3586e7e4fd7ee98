import { matchesCondition, undecidedKeys, type KeyTest } from "../conditions";
import { allOf, anyOf, both, splitArn, type Match } from "../matching";
import { nameAfter, NOT_KNOWN, roleOfSession, type ReadableRequest } from "../requestContext";
import { CONDITION_KEYS } from "../rules/conditionKeys";
import type { WayKeys } from "./alternatives";
import type { AccessDecision, AccessPolicyKind, DecidingStatement } from "./facts";
import { RequestKeys } from "./keys";
import { ACTIONS, reaches, type ReadPolicy, type ReadStatement } from "./readDocuments";
import type { Levels, ReadCaller, ReadResource } from "./readPolicies";

/** A way, ready to be asked: one of its alternatives, and the policy of its endpoint. */
export interface AskedWay {
  readonly keys: WayKeys;
  readonly endpoint: ReadPolicy | undefined;
  /** Whether policies have their planned documents on it. */
  readonly isPlanned: boolean;
}

/** What was found of the principals and conditions of statements, for one caller on one way. */
export class Memo {
  readonly #ofWay: Map<number, Match>;
  readonly #ofCaller = new Map<number, Match>();

  /** @param ofWay What does not depend on the caller. */
  constructor(ofWay = new Map<number, Match>()) {
    this.#ofWay = ofWay;
  }

  get(statement: ReadStatement): Match | undefined {
    return this.#of(statement).get(statement.whom);
  }

  set(statement: ReadStatement, match: Match): void {
    this.#of(statement).set(statement.whom, match);
  }

  #of({ readsCaller }: ReadStatement): Map<number, Match> {
    return readsCaller ? this.#ofCaller : this.#ofWay;
  }
}

/** One request, and what was found of it. */
export class AskedRequest {
  readonly caller: ReadCaller;
  readonly resource: ReadResource;
  readonly way: AskedWay;
  readonly #action: number;
  readonly #request: ReadableRequest;
  readonly #memo: Memo | undefined;

  /** @param memo What is known of the caller on this way, whatever the request: filled and used. */
  constructor(caller: ReadCaller, resource: ReadResource, action: number, way: AskedWay, memo?: Memo) {
    this.caller = caller;
    this.resource = resource;
    this.way = way;
    this.#action = action;
    this.#memo = memo;
    const asked = ACTIONS[action] as (typeof ACTIONS)[number];
    this.#request = {
      principal: caller.principal,
      action: asked.asked,
      resource: resource.arn,
      resourceParts: resource.parts,
      context: new RequestKeys(way.keys, caller.keys, resource.keys, asked),
      size: 0,
    };
  }

  /** The same request on another way. */
  on(way: AskedWay): AskedRequest {
    return new AskedRequest(this.caller, this.resource, this.#action, way);
  }

  /** Whether a statement of a policy that concerns the request applies to it. */
  matches(statement: ReadStatement, { kind }: ReadPolicy): Match {
    if (statement.isPlanned !== undefined && statement.isPlanned !== this.way.isPlanned) return "no";
    const action = statement.actions[this.#action] as Match;
    if (action === "no") return "no";
    const call = both(action, this.#matchesResource(statement));
    return call === "no" ? "no" : both(call, this.matchesCaller(statement, kind));
  }

  #matchesResource(statement: ReadStatement): Match {
    const match = reaches(statement, this.resource);
    return match === "no" || !statement.hasResourceVariables
      ? match
      : statement.compiled.matchesResource(this.#request);
  }

  /** Whether its principals and conditions do. */
  matchesCaller(statement: ReadStatement, kind: AccessPolicyKind): Match {
    if (kind === "table" && this.#isDeniedForBoundary(statement))
      return matchesCondition(statement.compiled.condition, this.#request.context);
    const known = statement.readsRequest ? undefined : this.#memo?.get(statement);
    if (known !== undefined) return known;
    const match = this.#ofSession(statement, statement.compiled.matchesCaller(this.#request));
    if (!statement.readsRequest) this.#memo?.set(statement, match);
    return match;
  }

  /**
   * A Deny with `NotPrincipal` in the policy of a resource always denies a principal that has a permissions boundary.
   *
   * See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html ("Important").
   */
  #isDeniedForBoundary({ compiled, excludesPrincipals }: ReadStatement): boolean {
    return excludesPrincipals && compiled.effect === "Deny" && this.caller.boundary !== undefined;
  }

  /** A statement that names a session of the role, of which nobody can say whether it is the one that calls. */
  #ofSession(statement: ReadStatement, match: Match): Match {
    if (!namesSessionOf(this.caller, statement)) return match;
    if (!statement.excludesPrincipals && match !== "no") return match;
    return both("unknown", matchesCondition(statement.compiled.condition, this.#request.context));
  }

  /** What an unknown match depends on: keys, or the policy where it is the statement itself that nobody can judge. */
  dependsOn(statement: ReadStatement, policy: ReadPolicy): readonly string[] {
    const { compiled } = statement;
    const keys = [
      ...undecidedKeys(compiled.condition, this.#request.context),
      ...compiled.resourceVariables().filter((key) => this.#request.context.get(key) === NOT_KNOWN),
    ];
    if (namesSessionOf(this.caller, statement)) keys.push("aws:userid");
    return keys.length > 0 ? keys.map(writtenKey) : [`${policy.name} (${compiled.path} has an unknown outcome)`];
  }
}

/** A key in lower case as AWS writes it. */
export function writtenKey(key: string): string {
  const slash = key.indexOf("/") + 1;
  const name = CONDITION_KEYS.get(key.slice(0, slash || undefined))?.name;
  return name === undefined ? key : name + (slash > 0 ? key.slice(slash) : "");
}

function namesSessionOf({ isSession, role }: ReadCaller, { principals }: ReadStatement): boolean {
  if (isSession || role === undefined) return false;
  return principals.some(({ kind, name = "" }) => kind === "AWS" && sameRole(roleOfSession(name), role));
}

/** By account and name: the ARN of a session, from which the one comes, does not have the path of its role. */
function sameRole(ofSession: string | undefined, role: string): boolean {
  if (ofSession === undefined) return false;
  const name = nameAfter("role/", role);
  return (
    name !== undefined && name === nameAfter("role/", ofSession) && splitArn(role)?.[4] === splitArn(ofSession)?.[4]
  );
}

/** Whether policies of one kind allow, and by which statement, or what that depends on. */
interface Gate {
  readonly match: Match;
  readonly by?: DecidingStatement | undefined;
  readonly dependsOn: readonly string[];
  /** Which policies do not allow. */
  readonly kind?: AccessPolicyKind | undefined;
}

/**
 * What IAM makes of a request: a Deny in any of the policies that concern it denies; else each kind must allow, in one
 * account the caller's or the table's, across accounts both.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html and, for the
 * endpoint's policy, https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html.
 */
export function decide(asked: AskedRequest): AccessDecision {
  const undecided = new Set<string>();
  for (const policy of concerning(asked)) {
    if (policy.unknown !== undefined) undecided.add(policy.unknown);
    for (const statement of policy.denies) {
      const match = asked.matches(statement, policy);
      if (match === "yes") return { outcome: "denied", by: deciding(policy, statement), dependsOn: [] };
      if (match === "unknown") for (const key of asked.dependsOn(statement, policy)) undecided.add(key);
    }
  }
  const gates = gatesOf(asked);
  const closed = gates.find(({ match }) => match === "no");
  if (closed !== undefined) return { outcome: "denied", notAllowedBy: closed.kind, dependsOn: [] };
  for (const { match, dependsOn } of gates) if (match === "unknown") for (const each of dependsOn) undecided.add(each);
  const by = gates.map((gate) => gate.by).find((each) => each?.kind === "identity" || each?.kind === "table");
  if (gates.every(({ match }) => match === "yes") && undecided.size === 0)
    return { outcome: "allowed", by, dependsOn: [] };
  return { outcome: "unknown", by, dependsOn: [...undecided].sort() };
}

/** The policies that concern a request. */
export function* concerning({ caller, resource, way }: AskedRequest): Iterable<ReadPolicy> {
  yield* policiesOfResource(caller, resource);
  yield* caller.policies;
  if (way.endpoint !== undefined) yield way.endpoint;
}

/** Whether a resource is one that is named on some ways: by an endpoint's policy alone it is on that endpoint's. */
export function isNamedOn(ways: readonly AskedWay[], { namedBy }: ReadResource): boolean {
  return namedBy === undefined || ways.some(({ endpoint }) => endpoint !== undefined && namedBy.has(endpoint));
}

/** The policies of a resource that concern a caller. */
export function policiesOfResource({ isServiceLinked }: ReadCaller, resource: ReadResource): readonly ReadPolicy[] {
  return isServiceLinked ? resource.ownPolicies : resource.policies;
}

/** Service-linked roles are limited by no RCP. */
function resourceControl({ isServiceLinked }: ReadCaller, resource: ReadResource): Levels {
  return isServiceLinked ? [] : resource.resourceControl;
}

function gatesOf(asked: AskedRequest): readonly Gate[] {
  const { caller, resource, way } = asked;
  const isOneAccount = resource.account === caller.account;
  return [
    ...resourceControl(caller, resource).map((level) => allowance(asked, level, "resourceControl")),
    ...caller.serviceControl.map((level) => allowance(asked, level, "serviceControl")),
    isOneAccount ? withinAccount(asked) : acrossAccounts(asked),
    ...(way.endpoint === undefined ? [] : [allowance(asked, [way.endpoint], "endpoint")]),
  ];
}

/** Whether one of some policies allows. */
function allowance(
  asked: AskedRequest,
  policies: readonly ReadPolicy[],
  kind: AccessPolicyKind,
  isMeant: (statement: ReadStatement) => boolean = () => true,
): Gate {
  const dependsOn: string[] = [];
  let by: DecidingStatement | undefined;
  for (const policy of policies) {
    if (policy.unknown !== undefined) dependsOn.push(policy.unknown);
    for (const statement of policy.allows) {
      if (!isMeant(statement)) continue;
      const match = asked.matches(statement, policy);
      if (match === "yes") return { match, by: deciding(policy, statement), dependsOn: [] };
      if (match === "no") continue;
      by ??= deciding(policy, statement);
      dependsOn.push(...asked.dependsOn(statement, policy));
    }
  }
  return dependsOn.length > 0 ? { match: "unknown", by, dependsOn } : { match: "no", dependsOn, kind };
}

/**
 * In one account the caller's policies or the table's may allow. A boundary and session policies limit what the
 * caller's policies and a table's policy that names the role allow, and nothing of what that allows to a user, to a
 * session, or to everyone with a condition on `aws:PrincipalArn`. What it allows to the account is for the account's
 * own policies to give.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * ("Resource-based policies") and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
 */
function withinAccount(asked: AskedRequest): Gate {
  const { caller } = asked;
  const granted = (...forms: readonly Grant[]): Gate =>
    allowance(asked, tablePolicies(asked), "table", (statement) => forms.includes(grantOf(caller, statement)));
  const limits = limitsOf(asked);
  return either(
    every(allowance(asked, caller.identity, "identity"), ...limits),
    granted("direct"),
    every(granted("role", "everyone"), ...limits),
    // Nobody says what a boundary that does not allow makes of everyone.
    every(granted("everyone"), {
      match: "unknown",
      dependsOn: caller.boundary === undefined ? [] : [caller.boundary.name],
    }),
  );
}

/** Across accounts both must allow: the caller's account to the caller, and the table's policy to either. */
function acrossAccounts(asked: AskedRequest): Gate {
  return every(
    allowance(asked, asked.caller.identity, "identity"),
    ...limitsOf(asked),
    allowance(asked, tablePolicies(asked), "table"),
  );
}

function tablePolicies({ resource }: AskedRequest): readonly ReadPolicy[] {
  return resource.policy === undefined ? [] : [resource.policy];
}

function limitsOf(asked: AskedRequest): readonly Gate[] {
  const { boundary, session } = asked.caller;
  return [
    ...(boundary === undefined ? [] : [allowance(asked, [boundary], "boundary")]),
    ...(session === undefined ? [] : [allowance(asked, [session], "session")]),
  ];
}

/** How the policy of a table names a caller: that decides what limits it. */
type Grant = "direct" | "role" | "everyone" | "account";

function grantOf(caller: ReadCaller, { principals, compiled, excludesPrincipals }: ReadStatement): Grant {
  if (excludesPrincipals) return "everyone";
  const names = principals.flatMap(({ kind, name }) => (kind === "AWS" && name !== undefined ? [name] : []));
  const { arn, isSession, role } = caller;
  const isDirect = (name: string): boolean =>
    (name === arn && (isSession || arn.includes(":user/"))) || (!isSession && sameRole(roleOfSession(name), arn));
  if (names.some(isDirect)) return "direct";
  if (names.includes("*")) return compiled.condition.tests.some(namesPrincipalArns) ? "direct" : "everyone";
  return names.some((name) => name === role || (isSession && sameRole(role, name))) ? "role" : "account";
}

function namesPrincipalArns({ key, operator: { family, negated } }: KeyTest): boolean {
  return key === "aws:principalarn" && !negated && family !== "Null";
}

/** All must allow. */
function every(...gates: readonly Gate[]): Gate {
  const match = allOf(gates, (gate) => gate.match);
  if (match === "no") return gates.find((gate) => gate.match === "no") as Gate;
  const by = gates.map((gate) => gate.by).find((each) => each !== undefined);
  return { match, by, dependsOn: gates.flatMap((gate) => (gate.match === "unknown" ? gate.dependsOn : [])) };
}

/** One is enough. The first says what is missing. */
function either(...gates: readonly Gate[]): Gate {
  const match = anyOf(gates, (gate) => gate.match);
  if (match === "yes") return gates.find((gate) => gate.match === "yes") as Gate;
  if (match === "no") return gates[0] as Gate;
  const open = gates.filter((gate) => gate.match === "unknown");
  return { match, by: open[0]?.by, dependsOn: open.flatMap(({ dependsOn }) => dependsOn) };
}

function deciding({ kind, name }: ReadPolicy, { compiled: { path }, sid }: ReadStatement): DecidingStatement {
  return { kind, policy: name, path, ...(sid !== undefined && { sid }) };
}
