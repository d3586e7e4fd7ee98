import { documentObject, type JsonObject } from "../document";
import { changedAccess } from "./changedAccess";
import type { ProposedChange } from "./changesOfStatements";
import type { AccessContext, JsonPatchOperation, NamedPolicy } from "./facts";
import { patched } from "./jsonPatch";
import type { ReadPolicy } from "./readDocuments";
import type { ReadAccess } from "./readPolicies";

/** All that decides, in one piece: what an edit changes. */
export interface Scene {
  readonly access: ReadAccess;
  readonly before: AccessContext;
  readonly after: AccessContext;
}

export type EditTime = "during" | "afterwards";

/** A policy with all changes that are proposed for it. */
export class EditedPolicy {
  readonly policy: ReadPolicy;
  readonly #changes = new Map<string, ProposedChange>();
  readonly #changed = new Map<EditTime, NamedPolicy>();

  constructor(policy: ReadPolicy) {
    this.policy = policy;
  }

  add(change: ProposedChange): void {
    this.#changed.clear();
    const { exception } = change;
    if (exception === undefined) {
      this.#changes.set(JSON.stringify(change.during.patch), change);
      return;
    }
    // Exceptions of one statement are one list.
    const known = this.#changes.get(exception.place)?.exception?.callers ?? [];
    const callers = [...new Set([...known, ...exception.callers])].sort();
    const { of } = this.#changes.get(exception.place)?.exception ?? exception;
    this.#changes.set(exception.place, of(callers));
  }

  patch(time: EditTime): readonly JsonPatchOperation[] {
    return [...this.#changes.values()].flatMap((change) => change[time].patch);
  }

  words(time: EditTime): string {
    return [...this.#changes.values()].map((change) => change[time].words).join("; ");
  }

  changed(time: EditTime): NamedPolicy {
    const { name, given } = this.policy;
    const edited = JSON.stringify(patched(documentInForce(this.policy), this.patch(time)));
    const changed = this.#changed.get(time) ?? {
      name,
      ...(given.planned === undefined ? { document: edited } : { document: given.document, planned: edited }),
    };
    this.#changed.set(time, changed);
    return changed;
  }
}

/** The document of a policy that edits change: the planned one where there is one. */
export function documentInForce({ given: { document, planned } }: ReadPolicy): JsonObject | undefined {
  return documentObject((planned === undefined ? document : planned) ?? "");
}

/** Policies as they are → as they are with the edits. */
export function changesOf(
  { access }: Scene,
  edited: Iterable<EditedPolicy>,
  time: EditTime,
): ReadonlyMap<ReadPolicy, ReadPolicy> {
  return new Map(
    [...edited].map((each) => [each.policy, access.readPolicy(each.policy.kind, each.changed(time))] as const),
  );
}

/** A scene with some policies changed, wherever they stand. */
export function changedScene({ access, before, after }: Scene, changes: ReadonlyMap<ReadPolicy, ReadPolicy>): Scene {
  const way = (context: AccessContext): AccessContext => {
    const { endpointPolicy } = context;
    const changed = endpointPolicy && changes.get(access.readPolicy("endpoint", endpointPolicy));
    return changed === undefined ? context : { ...context, endpointPolicy: changed.given };
  };
  return { access: changedAccess(access, changes), before: way(before), after: way(after) };
}
