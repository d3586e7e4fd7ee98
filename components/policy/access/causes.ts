import { isJsonObject } from "../document";
import { waysOf } from "./askedWays";
import {
  allowThroughEndpoint,
  changesOfAllow,
  changesOfDeny,
  statementKept,
  type ProposedChange,
} from "./changesOfStatements";
import { AskedRequest, concerning, decide, type AskedWay } from "./decide";
import type { AccessFlip, NamedPolicy } from "./facts";
import { patched } from "./jsonPatch";
import { ACTIONS, type ReadPolicy, type ReadStatement } from "./readDocuments";
import type { ReadAccess } from "./readPolicies";
import { documentInForce, type Scene } from "./scene";

/** The policy that denies, and the least change of it after which it does not. */
export interface Cause {
  readonly policy: ReadPolicy;
  readonly change: ProposedChange;
}

/** A request on both ways. */
interface BothWays {
  readonly was: AskedRequest;
  readonly is: AskedRequest;
}

/** Finds out why a scene denies what it allowed. */
export class Causes {
  readonly #scene: Scene;
  readonly #access: ReadAccess;
  readonly #was: AskedWay;
  readonly #is: AskedWay;
  readonly #changes = new Map<ReadPolicy, Map<string, ProposedChange | undefined>>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#access = scene.access;
    [this.#was, this.#is] = [scene.before, scene.after].map((way) => waysOf(this.#access, way)[0]) as [
      AskedWay,
      AskedWay,
    ];
  }

  /** Of the first request of a flip, which stands for all: whether a change helps them all is seen afterwards. */
  of(flip: AccessFlip): Cause | undefined {
    const asked = this.#ask(flip);
    if (asked === undefined) return undefined;
    const { outcome, by, notAllowedBy } = decide(asked.is);
    if (outcome !== "denied") return undefined;
    // In one account the policy that allowed need not be the caller's, which is then said to allow nothing.
    const others = notAllowedBy === "identity" ? [flip.before.by?.kind] : [];
    const kinds = by === undefined ? [notAllowedBy, ...others] : [by.kind];
    for (const policy of concerning(asked.is)) {
      if (!kinds.includes(policy.kind) || policy.given.document === undefined) continue;
      const isPlanned = policy.given.planned !== undefined;
      // Nobody can go back to a document that is no longer in force.
      if (isPlanned && !asked.is.way.isPlanned) continue;
      if (by === undefined && policy.kind === "endpoint") return this.#ofEndpoint(policy, flip);
      const inForce = isPlanned ? asPlanned(asked) : asked;
      for (const statement of policy.statements) {
        if (isPlanned && statement.isPlanned !== true) continue;
        const isCause =
          by === undefined
            ? isNoLonger(inForce, statement, policy)
            : policy.name === by.policy && statement.compiled.path === by.path;
        const change = isCause ? this.#changeOf(inForce, statement, policy) : undefined;
        if (change !== undefined) return { policy, change };
      }
      const kept = isPlanned && by === undefined ? this.#keptOf(asked, policy, flip) : undefined;
      if (kept !== undefined) return { policy, change: kept };
    }
    return undefined;
  }

  /** What a planned document no longer has of what allows today: that again, for no more than what flips. */
  #keptOf(asked: BothWays, policy: ReadPolicy, flip: AccessFlip): ProposedChange | undefined {
    const allowing = policy.allows.find(
      (statement) => statement.isPlanned === false && asked.was.matches(statement, policy) === "yes",
    );
    const document = documentInForce(policy);
    if (document === undefined || !isJsonObject(allowing?.compiled.element)) return undefined;
    const change = statementKept(allowing.compiled.element, flip, document);
    const changed = { name: policy.name, document: JSON.stringify(patched(document, change.during.patch)) };
    const { was, is } = asPlanned(asked);
    return this.#helps([was, is], this.#access.readPolicy(policy.kind, changed), "Allow", "") ? change : undefined;
  }

  #ask({ caller: arn, resources, actions }: AccessFlip): BothWays | undefined {
    const caller = this.#access.callerOf(arn);
    const resource = this.#access.resources[this.#access.placeOf(resources[0] ?? "", caller?.account) ?? -1];
    if (caller === undefined || resource === undefined) return undefined;
    const action = ACTIONS.findIndex(({ name }) => `dynamodb:${name}` === actions[0]);
    const [was, is] = [this.#was, this.#is].map((way) => new AskedRequest(caller, resource, action, way));
    return was === undefined || is === undefined ? undefined : { was, is };
  }

  #ofEndpoint(policy: ReadPolicy, flip: AccessFlip): Cause | undefined {
    const document = documentInForce(policy);
    return document && { policy, change: allowThroughEndpoint(flip, document) };
  }

  /** The first change after which the statement is what it should be on both ways. */
  #changeOf(asked: BothWays, statement: ReadStatement, policy: ReadPolicy): ProposedChange | undefined {
    const { element, path, effect } = statement.compiled;
    const known = this.#changes.get(policy) ?? new Map<string, ProposedChange | undefined>();
    this.#changes.set(policy, known);
    const { arn: caller } = asked.is.caller;
    // An exception for one caller helps no other.
    const key = policy.given.planned === undefined ? path : `${path} ${caller}`;
    if (known.has(key)) return known.get(key);
    const document = documentInForce(policy);
    if (!isJsonObject(element) || document === undefined) return undefined;
    const { before, after } = this.#scene;
    const proposed =
      effect === "Deny"
        ? changesOfDeny({ element, path }, before, after, policy.given.planned === undefined ? undefined : caller)
        : changesOfAllow({ element, path }, before, after, Array.isArray(document.Statement));
    const all = [...proposed];
    const helpful = (...ways: readonly AskedRequest[]): ProposedChange | undefined =>
      all.find(({ during }) => {
        const changed: NamedPolicy = { name: policy.name, document: JSON.stringify(patched(document, during.patch)) };
        return this.#helps(ways, this.#access.readPolicy(policy.kind, changed), effect, path);
      });
    // What is planned to shut the old way is made when nobody takes it any more.
    const forNewWay = policy.given.planned === undefined ? undefined : helpful(asked.is);
    const found = helpful(asked.was, asked.is) ?? (forNewWay && afterTheSwitch(forNewWay));
    known.set(key, found);
    return found;
  }

  /** Whether a Deny spares some ways, or some Allow allows them. */
  #helps(ways: readonly AskedRequest[], changed: ReadPolicy, effect: "Allow" | "Deny", path: string): boolean {
    if (changed.unknown !== undefined) return false;
    return ways.every((asked) => {
      // What was found of the statements by their place among the resources holds for this request's alone.
      const matches = changed.statements
        .filter(({ compiled }) => compiled.effect === effect && (effect === "Allow" || compiled.path === path))
        .map((statement) => asked.matches(statement, changed));
      return effect === "Deny" ? matches.every((match) => match === "no") : matches.includes("yes");
    });
  }
}

/** Of a change after which a plan still denies the old way. */
function afterTheSwitch({ during: { patch, words }, afterwards }: ProposedChange): ProposedChange {
  const told = `${words}; the old way stays denied by it: apply the plan when the switch is done`;
  return { during: { patch, words: told }, afterwards };
}

/** With the planned documents on both ways, as both are in use when these are in force. */
function asPlanned({ was, is }: BothWays): BothWays {
  return { was: was.on({ ...was.way, isPlanned: true }), is };
}

/** Whether an Allow applies on the old way and not on the new one. */
function isNoLonger({ was, is }: BothWays, statement: ReadStatement, policy: ReadPolicy): boolean {
  return (
    statement.compiled.effect === "Allow" &&
    was.matches(statement, policy) === "yes" &&
    is.matches(statement, policy) !== "yes"
  );
}
