import { Causes } from "./causes";
import type { AccessEdit, AccessFlip, PolicyEdit } from "./facts";
import { NewlyAllowedBy } from "./newlyAllowed";
import type { ReadPolicy } from "./readDocuments";
import { changedScene, changesOf, EditedPolicy, type EditTime, type Scene } from "./scene";

/** As many policies can deny one request one after another. */
const MOST_ROUNDS = 6;

/** A flip with the edits that it needs, and a scene with them, in which it is denied. */
interface OpenFlip {
  readonly flip: AccessFlip;
  readonly edited: Set<EditedPolicy>;
  readonly scene: Scene;
}

/** The flips of some callers in a scene. */
type FlipsIn = (scene: Scene, callers: ReadonlySet<string>) => readonly AccessFlip[];

/**
 * The same flips, with the edits that keep both ways allowed, for those that are denied what they were allowed.
 *
 * Round by round the policies that deny are changed and everything is decided again, until nothing denies any more.
 * What no change helps, or only one that would allow everything, gets none.
 */
export function withEdits(scene: Scene, flips: readonly AccessFlip[], flipsIn: FlipsIn): readonly AccessFlip[] {
  /** Policy, as it is and as it was changed → its changes. */
  const edited = new Map<ReadPolicy, EditedPolicy>();
  const solved = new Map<AccessFlip, ReadonlySet<EditedPolicy>>();
  let open: readonly OpenFlip[] = flips
    .filter(isDenied)
    .map((flip) => ({ flip, edited: new Set<EditedPolicy>(), scene }));
  for (let round = 0; round < MOST_ROUNDS && open.length > 0; round += 1) {
    const causes = new Map<Scene, Causes>();
    const helped = open.filter((each) => {
      const ofScene = causes.get(each.scene) ?? new Causes(each.scene);
      causes.set(each.scene, ofScene);
      return propose(each, ofScene, edited);
    });
    const all = new Set(edited.values());
    for (const [policy, changed] of changesOf(scene, all, "during")) {
      const known = edited.get(policy);
      if (known !== undefined) edited.set(changed, known);
    }
    const tried = new TriedEdits(scene, all, flipsIn, new Set(helped.map(({ flip }) => flip.caller)));
    open = helped.flatMap((each) => {
      const denied = tried.deniedIn(each);
      if (denied === undefined) solved.set(each.flip, each.edited);
      return denied === undefined ? [] : [{ ...each, scene: denied }];
    });
  }
  const used = new Set([...solved.values()].flatMap((each) => [...each]));
  const edits = editsOf(scene, used);
  return flips.map((flip) => ({
    ...flip,
    edits: [...(solved.get(flip) ?? [])].flatMap((each) => edits.get(each) ?? []),
  }));
}

/** What still flips with edits: with all that there are, and with those of one flip alone. */
class TriedEdits {
  readonly #scene: Scene;
  readonly #all: ReadonlySet<EditedPolicy>;
  readonly #flipsIn: FlipsIn;
  readonly #together: TriedScene;
  readonly #alone = new Map<string, TriedScene>();

  constructor(scene: Scene, all: ReadonlySet<EditedPolicy>, flipsIn: FlipsIn, callers: ReadonlySet<string>) {
    this.#scene = scene;
    this.#all = all;
    this.#flipsIn = flipsIn;
    this.#together = this.#tried(all, callers);
  }

  /** A scene with the edits of a flip in which it is denied; undefined where they are all that it needs. */
  deniedIn({ flip, edited }: OpenFlip): Scene | undefined {
    if (this.#together.left.hasAnyOf(flip)) return this.#together.scene;
    const concerning = this.#policiesOf(flip);
    if ([...this.#all].every((each) => edited.has(each) || !concerning.has(each.policy))) return undefined;
    // What another flip needs has helped this one, too.
    const key = [flip.caller, ...[...edited].map(({ policy }) => policy.key)].join("\n");
    const alone = this.#alone.get(key) ?? this.#tried(edited, new Set([flip.caller]));
    this.#alone.set(key, alone);
    return alone.left.hasAnyOf(flip) ? alone.scene : undefined;
  }

  #tried(edits: ReadonlySet<EditedPolicy>, callers: ReadonlySet<string>): TriedScene {
    const scene = changedScene(this.#scene, changesOf(this.#scene, edits, "during"));
    return { scene, left: requestsOf(this.#flipsIn(scene, callers)) };
  }

  /** The policies that concern a flip, as they are today. */
  #policiesOf({ caller: arn, resources }: AccessFlip): ReadonlySet<ReadPolicy> {
    const { access, before, after } = this.#scene;
    const caller = access.callerOf(arn);
    const endpoints = [before, after].flatMap(({ endpointPolicy }) => endpointPolicy ?? []);
    return new Set([
      ...(caller?.policies ?? []),
      ...resources.flatMap((each) => access.resources[access.placeOf(each, caller?.account) ?? -1]?.policies ?? []),
      ...endpoints.map((policy) => access.readPolicy("endpoint", policy)),
    ]);
  }
}

interface TriedScene {
  readonly scene: Scene;
  readonly left: Requests;
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

interface Requests {
  readonly hasAnyOf: (flip: AccessFlip) => boolean;
}

/** The requests that flip, but for what becomes allowed. */
function requestsOf(flips: readonly AccessFlip[]): Requests {
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
  const isSame = [...all].every(
    (each) => JSON.stringify(each.changed("during")) === JSON.stringify(each.changed("afterwards")),
  );
  const afterwards = isSame ? during : new NewlyAllowedBy(scene, all, "afterwards");
  const at = (each: EditedPolicy, time: EditTime, allowed: NewlyAllowedBy): PolicyEdit => ({
    words: each.words(time),
    patch: each.patch(time),
    newlyAllows: allowed.of(each),
  });
  return new Map(
    [...all].map((each) => {
      const { kind, name, given } = each.policy;
      const isPlanned = given.planned === undefined ? {} : { isPlanned: true as const };
      const [now, then] = [at(each, "during", during), at(each, "afterwards", afterwards)];
      return [each, { kind, policy: name, ...isPlanned, during: now, afterwards: then }];
    }),
  );
}
