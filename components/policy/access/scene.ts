import { documentObject } from "../document";
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
    this.#changes.set(JSON.stringify(change.during.patch), change);
    this.#changed.clear();
  }

  patch(time: EditTime): readonly JsonPatchOperation[] {
    return [...this.#changes.values()].flatMap((change) => change[time].patch);
  }

  words(time: EditTime): string {
    return [...this.#changes.values()].map((change) => change[time].words).join("; ");
  }

  changed(time: EditTime): NamedPolicy {
    const { name, given } = this.policy;
    const changed = this.#changed.get(time) ?? {
      name,
      document: JSON.stringify(patched(documentObject(given.document ?? ""), this.patch(time))),
    };
    this.#changed.set(time, changed);
    return changed;
  }
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
