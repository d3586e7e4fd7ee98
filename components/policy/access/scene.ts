import { documentObject } from "../document";
import type { ProposedChange } from "./changesOfStatements";
import type { AccessContext, AccessPolicies, AccessPolicyKind, JsonPatchOperation, NamedPolicy } from "./facts";
import { patched } from "./jsonPatch";

/** All that decides, in one piece: what an edit changes. */
export interface Scene {
  readonly policies: AccessPolicies;
  readonly before: AccessContext;
  readonly after: AccessContext;
}

export type EditTime = "during" | "afterwards";

/** A policy with all changes that are proposed for it. */
export class EditedPolicy {
  readonly kind: AccessPolicyKind;
  readonly policy: NamedPolicy;
  readonly #changes = new Map<string, ProposedChange>();

  constructor(kind: AccessPolicyKind, policy: NamedPolicy) {
    this.kind = kind;
    this.policy = policy;
  }

  add(change: ProposedChange): void {
    this.#changes.set(JSON.stringify(change.during.patch), change);
  }

  patch(time: EditTime): readonly JsonPatchOperation[] {
    return [...this.#changes.values()].flatMap((change) => change[time].patch);
  }

  words(time: EditTime): string {
    return [...this.#changes.values()].map((change) => change[time].words).join("; ");
  }

  changed(time: EditTime): NamedPolicy {
    const document = documentObject(this.policy.document ?? "");
    return { name: this.policy.name, document: JSON.stringify(patched(document, this.patch(time))) };
  }
}

/** Tells policies apart, whoever has them. */
export function keyOfPolicy(kind: AccessPolicyKind, { name, document }: NamedPolicy): string {
  return JSON.stringify([kind, name, typeof document === "string" ? document : JSON.stringify(document)]);
}

/** A scene with some policies changed, wherever they stand. */
export function changedScene(scene: Scene, edited: Iterable<EditedPolicy>, time: EditTime): Scene {
  const changes = new Map<string, NamedPolicy>();
  for (const each of edited) changes.set(keyOfPolicy(each.kind, each.policy), each.changed(time));
  if (changes.size === 0) return scene;
  const names = new Set([...changes.values()].map(({ name }) => name));
  const change = (kind: AccessPolicyKind, policy: NamedPolicy): NamedPolicy =>
    names.has(policy.name) ? (changes.get(keyOfPolicy(kind, policy)) ?? policy) : policy;
  return mapped(scene, change);
}

function mapped(
  { policies: { callers, tables, accounts = {} }, before, after }: Scene,
  change: (kind: AccessPolicyKind, policy: NamedPolicy) => NamedPolicy,
): Scene {
  const all = (kind: AccessPolicyKind, policies: readonly NamedPolicy[]): readonly NamedPolicy[] =>
    policies.map((policy) => change(kind, policy));
  const way = (context: AccessContext): AccessContext => ({
    ...context,
    ...(context.endpointPolicy && { endpointPolicy: change("endpoint", context.endpointPolicy) }),
  });
  return {
    before: way(before),
    after: way(after),
    policies: {
      callers: callers.map((caller) => ({
        ...caller,
        identityPolicies: all("identity", caller.identityPolicies),
        ...(caller.boundary && { boundary: change("boundary", caller.boundary) }),
      })),
      tables: tables.map((table) => ({
        ...table,
        ...(table.policy && { policy: change("table", table.policy) }),
        ...(table.streamPolicies && {
          streamPolicies: Object.fromEntries(
            Object.entries(table.streamPolicies).map(([label, policy]) => [label, change("table", policy)]),
          ),
        }),
      })),
      accounts: Object.fromEntries(
        Object.entries(accounts).map(([account, member]) => [
          account,
          member === "none" || member.levels === undefined
            ? member
            : {
                ...member,
                levels: member.levels.map((level) => ({
                  name: level.name,
                  serviceControlPolicies:
                    level.serviceControlPolicies && all("serviceControl", level.serviceControlPolicies),
                  resourceControlPolicies:
                    level.resourceControlPolicies && all("resourceControl", level.resourceControlPolicies),
                })),
              },
        ]),
      ),
    },
  };
}

/** The callers and the tables that a change of a policy can concern. */
export function withCallersOf(scene: Scene, { kind, policy }: EditedPolicy): Scene {
  if (kind !== "identity" && kind !== "boundary") return scene;
  const key = keyOfPolicy(kind, policy);
  const has = (policies: readonly NamedPolicy[]): boolean => policies.some((each) => keyOfPolicy(kind, each) === key);
  const callers = scene.policies.callers.filter(({ identityPolicies, boundary }) =>
    kind === "identity" ? has(identityPolicies) : boundary !== undefined && has([boundary]),
  );
  return { ...scene, policies: { ...scene.policies, callers } };
}
