import { Causes } from "./causes";
import type { AccessEdit, AccessFlip, PolicyEdit } from "./facts";
import { NewlyAllowedBy } from "./newlyAllowed";
import type { ReadPolicy } from "./readDocuments";
import { changedScene, changesOf, EditedPolicy, type EditTime, type Scene } from "./scene";

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
 *
 * @param flipsIn The flips of some callers in a scene.
 */
export function withEdits(
  scene: Scene,
  flips: readonly AccessFlip[],
  flipsIn: (scene: Scene, callers: ReadonlySet<string>) => readonly AccessFlip[],
): readonly AccessFlip[] {
  /** Policy, as it is and as it was changed → its changes. */
  const edited = new Map<ReadPolicy, EditedPolicy>();
  const solved = new Map<AccessFlip, ReadonlySet<EditedPolicy>>();
  let current = scene;
  let open: readonly OpenFlip[] = flips.filter(isDenied).map((flip) => ({ flip, edited: new Set<EditedPolicy>() }));
  for (let round = 0; round < MOST_ROUNDS && open.length > 0; round += 1) {
    const causes = new Causes(current);
    const helped = open.filter((each) => propose(each, causes, edited));
    const changes = changesOf(scene, new Set(edited.values()), "during");
    for (const each of new Set(edited.values())) edited.set(changes.get(each.policy) ?? each.policy, each);
    current = changedScene(scene, changes);
    const left = requestsOf(flipsIn(current, new Set(helped.map(({ flip }) => flip.caller))));
    for (const { flip, edited: ofFlip } of helped) if (!left.hasAnyOf(flip)) solved.set(flip, ofFlip);
    open = helped.filter(({ flip }) => !solved.has(flip));
  }
  const used = new Set([...solved.values()].flatMap((each) => [...each]));
  const edits = editsOf(scene, used);
  return flips.map((flip) => ({
    ...flip,
    edits: [...(solved.get(flip) ?? [])].flatMap((each) => edits.get(each) ?? []),
  }));
}

function isDenied({ before, after }: AccessFlip): boolean {
  return before.outcome === "allowed" && after.outcome === "denied";
}

/** Changes the policy that denies a flip now. Says whether there is such a change. */
function propose({ flip, edited: ofFlip }: OpenFlip, causes: Causes, edited: Map<ReadPolicy, EditedPolicy>): boolean {
  const cause = causes.of(flip);
  if (cause === undefined) return false;
  const { policy, change } = cause;
  const known = edited.get(policy) ?? new EditedPolicy(policy);
  edited.set(policy, known);
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

/** Edits that are made together, each with what it adds to the others. */
function editsOf(scene: Scene, all: ReadonlySet<EditedPolicy>): ReadonlyMap<EditedPolicy, AccessEdit> {
  const during = new NewlyAllowedBy(scene, all, "during");
  const isSame = [...all].every((each) => each.changed("during").document === each.changed("afterwards").document);
  const afterwards = isSame ? during : new NewlyAllowedBy(scene, all, "afterwards");
  const at = (each: EditedPolicy, time: EditTime, allowed: NewlyAllowedBy): PolicyEdit => ({
    words: each.words(time),
    patch: each.patch(time),
    newlyAllows: allowed.of(each),
  });
  return new Map(
    [...all].map((each) => {
      const { kind, name } = each.policy;
      const [now, then] = [at(each, "during", during), at(each, "afterwards", afterwards)];
      return [each, { kind, policy: name, during: now, afterwards: then }];
    }),
  );
}
