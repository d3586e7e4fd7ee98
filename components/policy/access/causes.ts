import { documentObject, isJsonObject, type PolicyDocument } from "../document";
import { waysOf } from "./askedWays";
import { allowThroughEndpoint, changesOfAllow, changesOfDeny, type ProposedChange } from "./changesOfStatements";
import { AskedRequest, concerning, decide, type AskedWay } from "./decide";
import type { AccessFlip, AccessPolicyKind, NamedPolicy } from "./facts";
import { patched } from "./jsonPatch";
import { ACTIONS, type ReadPolicy, type ReadStatement } from "./readDocuments";
import { readPolicies, type ReadAccess } from "./readPolicies";
import { keyOfPolicy, type Scene } from "./scene";

/** The policy that denies, and the least change of it after which it does not. */
export interface Cause {
  readonly kind: AccessPolicyKind;
  readonly policy: NamedPolicy;
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
  readonly #changes = new Map<string, ProposedChange | undefined>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#access = readPolicies(scene.policies);
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
    const kinds = by === undefined ? [notAllowedBy, flip.before.by?.kind] : [by.kind];
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
        if (change !== undefined) return { kind: policy.kind, policy: policy.given, change };
      }
    }
    return undefined;
  }

  #ask({ caller: arn, resources, actions }: AccessFlip): BothWays | undefined {
    const caller = this.#access.callers.find((each) => each.arn === arn);
    const resource = this.#access.resources.find(
      (each) => each.arn === resources[0] && (each.arn !== "*" || each.account === caller?.account),
    );
    if (caller === undefined || resource === undefined) return undefined;
    const action = ACTIONS.findIndex(({ name }) => `dynamodb:${name}` === actions[0]);
    const [was, is] = [this.#was, this.#is].map((way) => new AskedRequest(caller, resource, action, way));
    return was === undefined || is === undefined ? undefined : { was, is };
  }

  #ofEndpoint({ kind, given }: ReadPolicy, flip: AccessFlip): Cause | undefined {
    const document = documentObject(given.document ?? "");
    return document && { kind, policy: given, change: allowThroughEndpoint(flip, document) };
  }

  /** The first change after which the statement is what it should be on both ways. */
  #changeOf(asked: BothWays, statement: ReadStatement, policy: ReadPolicy): ProposedChange | undefined {
    const { element, path, effect } = statement.compiled;
    const key = `${keyOfPolicy(policy.kind, policy.given)} ${path}`;
    if (this.#changes.has(key)) return this.#changes.get(key);
    const document = documentObject(policy.given.document ?? "");
    if (!isJsonObject(element) || document === undefined) return undefined;
    const { before, after } = this.#scene;
    const proposed =
      effect === "Deny"
        ? changesOfDeny({ element, path }, before, after)
        : changesOfAllow({ element, path }, before, after, Array.isArray(document.Statement));
    const found = [...proposed].find(({ during }) => {
      const changed = { name: policy.name, document: patched(document, during.patch) as PolicyDocument };
      return this.#helps(asked, this.#access.readPolicy(policy.kind, changed), effect, path);
    });
    this.#changes.set(key, found);
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
