import { Causes } from "./causes";
import type { AccessEdit, AccessFlip, PolicyEdit } from "./facts";
import { newlyAllowed } from "./newlyAllowed";
import { changedScene, EditedPolicy, keyOfPolicy, withCallersOf, type EditTime, type Scene } from "./scene";

/** As many policies can deny one request one after another. */
const MOST_ROUNDS = 6;

/** A flip with the edits that it needs. */
interface OpenFlip {
  readonly flip: AccessFlip;
  readonly edited: Set<EditedPolicy>;
}

/**
 * The same flips, with the edits that keep both ways allowed, for those that are denied what they were allowed.
 *
 * Round by round the policies that deny are changed and everything is decided again, until nothing denies any more.
 * What no change helps, or only one that would allow everything, gets none.
 */
export function withEdits(
  scene: Scene,
  flips: readonly AccessFlip[],
  flipsIn: (scene: Scene) => readonly AccessFlip[],
): readonly AccessFlip[] {
  /** Policy, as it is and as it was changed → its changes. */
  const edited = new Map<string, EditedPolicy>();
  const solved = new Map<AccessFlip, ReadonlySet<EditedPolicy>>();
  let current = scene;
  let open: readonly OpenFlip[] = flips.filter(isDenied).map((flip) => ({ flip, edited: new Set<EditedPolicy>() }));
  for (let round = 0; round < MOST_ROUNDS && open.length > 0; round += 1) {
    const causes = new Causes(current);
    const helped = open.filter((each) => propose(each, causes, edited));
    current = changedScene(scene, new Set(edited.values()), "during");
    for (const each of new Set(edited.values())) edited.set(keyOfPolicy(each.kind, each.changed("during")), each);
    const left = requestsOf(flipsIn(current));
    for (const { flip, edited: ofFlip } of helped) if (!left.hasAnyOf(flip)) solved.set(flip, ofFlip);
    open = helped.filter(({ flip }) => !solved.has(flip));
  }
  const used = new Set([...solved.values()].flatMap((each) => [...each]));
  const edits = new Map([...used].map((each) => [each, editOf(scene, each, used)] as const));
  return flips.map((flip) => ({
    ...flip,
    edits: [...(solved.get(flip) ?? [])].flatMap((each) => edits.get(each) ?? []),
  }));
}

function isDenied({ before, after }: AccessFlip): boolean {
  return before.outcome === "allowed" && after.outcome === "denied";
}

/** Changes the policy that denies a flip now. Says whether there is such a change. */
function propose({ flip, edited: ofFlip }: OpenFlip, causes: Causes, edited: Map<string, EditedPolicy>): boolean {
  const cause = causes.of(flip);
  if (cause === undefined) return false;
  const { kind, policy, change } = cause;
  const key = keyOfPolicy(kind, policy);
  const known = edited.get(key) ?? new EditedPolicy(kind, policy);
  edited.set(key, known);
  known.add(change);
  ofFlip.add(known);
  return true;
}

/** The requests that flip, but for what becomes allowed. */
function requestsOf(flips: readonly AccessFlip[]): { readonly hasAnyOf: (flip: AccessFlip) => boolean } {
  const ofCallers = new Map<string, Set<string>>();
  for (const { caller, actions, resources, after } of flips) {
    if (after.outcome === "allowed") continue;
    const requests = ofCallers.get(caller) ?? new Set<string>();
    ofCallers.set(caller, requests);
    for (const action of actions) for (const resource of resources) requests.add(`${action} ${resource}`);
  }
  return {
    hasAnyOf: ({ caller, actions, resources }) => {
      const requests = ofCallers.get(caller);
      if (requests === undefined) return false;
      return actions.some((action) => resources.some((resource) => requests.has(`${action} ${resource}`)));
    },
  };
}

/** One of several edits that are made together, and what it adds to the others. */
function editOf(scene: Scene, edited: EditedPolicy, all: ReadonlySet<EditedPolicy>): AccessEdit {
  const others = [...all].filter((each) => each !== edited);
  const today = withCallersOf(scene, edited);
  const at = (time: EditTime): PolicyEdit => ({
    words: edited.words(time),
    patch: edited.patch(time),
    newlyAllows: newlyAllowed(changedScene(today, others, time), changedScene(today, all, time), today),
  });
  return { kind: edited.kind, policy: edited.policy.name, during: at("during"), afterwards: at("afterwards") };
}
