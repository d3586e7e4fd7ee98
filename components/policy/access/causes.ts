import { documentObject, isJsonObject } from "../document";
import { waysOf } from "./askedWays";
import { allowThroughEndpoint, changesOfAllow, changesOfDeny, type ProposedChange } from "./changesOfStatements";
import { AskedRequest, concerning, decide, type AskedWay } from "./decide";
import type { AccessFlip, NamedPolicy } from "./facts";
import { patched } from "./jsonPatch";
import { ACTIONS, type ReadPolicy, type ReadStatement } from "./readDocuments";
import type { ReadAccess } from "./readPolicies";
import type { Scene } from "./scene";

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
      // Who plans a document writes it: there is nothing to be changed of it.
      if (policy.given.planned !== undefined) continue;
      if (by === undefined && policy.kind === "endpoint") return this.#ofEndpoint(policy, flip);
      for (const statement of policy.statements) {
        const isCause =
          by === undefined
            ? isNoLonger(asked, statement, policy)
            : policy.name === by.policy && statement.compiled.path === by.path;
        const change = isCause ? this.#changeOf(asked, statement, policy) : undefined;
        if (change !== undefined) return { policy, change };
      }
    }
    return undefined;
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
    const document = documentObject(policy.given.document ?? "");
    return document && { policy, change: allowThroughEndpoint(flip, document) };
  }

  /** The first change after which the statement is what it should be on both ways. */
  #changeOf(asked: BothWays, statement: ReadStatement, policy: ReadPolicy): ProposedChange | undefined {
    const { element, path, effect } = statement.compiled;
    const known = this.#changes.get(policy) ?? new Map<string, ProposedChange | undefined>();
    this.#changes.set(policy, known);
    if (known.has(path)) return known.get(path);
    const document = documentObject(policy.given.document ?? "");
    if (!isJsonObject(element) || document === undefined) return undefined;
    const { before, after } = this.#scene;
    const proposed =
      effect === "Deny"
        ? changesOfDeny({ element, path }, before, after)
        : changesOfAllow({ element, path }, before, after, Array.isArray(document.Statement));
    const found = [...proposed].find(({ during }) => {
      const changed: NamedPolicy = {
        name: policy.name,
        document: JSON.stringify(patched(document, during.patch)),
      };
      return this.#helps(asked, this.#access.readPolicy(policy.kind, changed), effect, path);
    });
    known.set(path, found);
    return found;
  }

  /** Whether a Deny spares both ways, or some Allow allows both. */
  #helps({ was, is }: BothWays, changed: ReadPolicy, effect: "Allow" | "Deny", path: string): boolean {
    if (changed.unknown !== undefined) return false;
    return [was, is].every((asked) => {
      // What was found of the statements by their place among the resources holds for this request's alone.
      const matches = changed.statements
        .filter(({ compiled }) => compiled.effect === effect && (effect === "Allow" || compiled.path === path))
        .map((statement) => asked.matches(statement, changed));
      return effect === "Deny" ? matches.every((match) => match === "no") : matches.includes("yes");
    });
  }
}

/** Whether an Allow applies on the old way and not on the new one. */
function isNoLonger({ was, is }: BothWays, statement: ReadStatement, policy: ReadPolicy): boolean {
  return (
    statement.compiled.effect === "Allow" &&
    was.matches(statement, policy) === "yes" &&
    is.matches(statement, policy) !== "yes"
  );
}
