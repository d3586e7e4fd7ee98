import { together, waysOf } from "./askedWays";
import { cellsOf } from "./cells";
import { AskedRequest, isNamedOn, Memo, type AskedWay } from "./decide";
import type { NewlyAllowed } from "./facts";
import { ACTIONS, type ReadPolicy, type ReadStatement } from "./readDocuments";
import type { ReadAccess, ReadCaller, ReadResource } from "./readPolicies";
import { changedScene, changesOf, type EditedPolicy, type EditTime, type Scene } from "./scene";

const WAYS = ["before", "after"] as const;

/**
 * What callers may do with edits that are made together, on either way, and were allowed on neither. A changed scene
 * has all statements of today's with the same actions and resources, so that what stands for all there does here. Only
 * what a statement says that is another one can be new.
 */
export class NewlyAllowedBy {
  readonly #scene: Scene;
  readonly #time: EditTime;
  readonly #edits: ReadonlySet<EditedPolicy>;
  readonly #today: AskedScene;
  readonly #changed: AskedScene;
  readonly #without = new Map<EditedPolicy, AskedScene>();
  readonly #found = new Map<EditedPolicy, NewlyAllowed[]>();

  constructor(scene: Scene, edits: ReadonlySet<EditedPolicy>, time: EditTime) {
    this.#scene = scene;
    this.#edits = edits;
    this.#time = time;
    this.#today = new AskedScene(scene);
    const changes = changesOf(scene, edits, time);
    this.#changed = new AskedScene(changedScene(scene, changes));
    const others = new Map([...edits].map((each) => [each, otherStatements(each.policy, changes.get(each.policy))]));
    const everybodys = [...edits].filter(({ policy: { kind } }) => kind !== "identity" && kind !== "boundary");
    const byPolicy = new Map([...edits].map((each) => [each.policy, each]));
    for (const caller of scene.access.callers) {
      const own = [...caller.identity, ...(caller.boundary ? [caller.boundary] : [])];
      const ofCaller = new Set([...everybodys, ...own.flatMap((policy) => byPolicy.get(policy) ?? [])]);
      const statements = [...ofCaller].flatMap((each) => others.get(each) ?? []);
      if (statements.length > 0) this.#note(caller, ofCaller, statements);
    }
  }

  /** What an edit adds to the others. */
  of(edit: EditedPolicy): readonly NewlyAllowed[] {
    return this.#found.get(edit) ?? [];
  }

  #note({ arn: caller }: ReadCaller, edits: ReadonlySet<EditedPolicy>, statements: readonly ReadStatement[]): void {
    const { access, ways } = this.#changed;
    const changed = access.callerOf(caller);
    if (changed === undefined) return;
    const reached = access
      .reachedBy(statements)
      .map((place) => access.resources[place] as ReadResource)
      .filter((each) => isNamedOn(ways.flat(), each));
    const endpoints = ways.flatMap(([way]) => (way?.endpoint === undefined ? [] : [way.endpoint]));
    for (const { resources, actions } of cellsOf(changed, reached, endpoints)) {
      const isToday = ([action]: Alike): boolean =>
        WAYS.some((_, each) => this.#today.allows(caller, resources[0], action, each));
      const said = actions.filter(([action]) => statements.some((each) => each.actions[action] !== "no"));
      const notToday = said.filter((alike) => !isToday(alike));
      for (const [place, way] of WAYS.entries()) {
        const all = notToday.filter(([action]) => this.#changed.allows(caller, resources[0], action, place));
        for (const edit of all.length === 0 ? [] : edits) {
          const added = all.filter(([action]) => !this.#with(edit).allows(caller, resources[0], action, place));
          const names = added.flatMap((alike) => alike.map((each) => `dynamodb:${ACTIONS[each]?.name}`));
          if (names.length === 0) continue;
          const ofEdit = this.#found.get(edit) ?? [];
          this.#found.set(edit, ofEdit);
          ofEdit.push({ caller, actions: names.sort(), resources: resources.map(({ arn }) => arn).sort(), way });
        }
      }
    }
  }

  /** With all edits but one. */
  #with(edit: EditedPolicy): AskedScene {
    const others = [...this.#edits].filter((each) => each !== edit);
    const known =
      this.#without.get(edit) ?? new AskedScene(changedScene(this.#scene, changesOf(this.#scene, others, this.#time)));
    this.#without.set(edit, known);
    return known;
  }
}

/** Places among `ACTIONS`, of which one stands for all. */
type Alike = readonly [number, ...number[]];

/** What stands in one of two documents alone. */
function otherStatements(policy: ReadPolicy, changed: ReadPolicy | undefined): readonly ReadStatement[] {
  const text = ({ compiled: { element } }: ReadStatement): string => JSON.stringify(element);
  const [before, after] = [policy.statements, changed?.statements ?? []].map(
    (statements) => new Map(statements.map((each) => [text(each), each])),
  ) as [Map<string, ReadStatement>, Map<string, ReadStatement>];
  const inOneOf = (one: Map<string, ReadStatement>, other: Map<string, ReadStatement>): readonly ReadStatement[] =>
    [...one].flatMap(([key, statement]) => (other.has(key) ? [] : [statement]));
  return [...inOneOf(before, after), ...inOneOf(after, before)];
}

/** A scene with its two ways. */
class AskedScene {
  readonly access: ReadAccess;
  readonly ways: readonly [before: readonly AskedWay[], after: readonly AskedWay[]];
  #caller: string | undefined;
  #memos = new Map<AskedWay, Memo>();

  constructor({ access, before, after }: Scene) {
    this.access = access;
    this.ways = [waysOf(access, before), waysOf(access, after)];
  }

  /** Whether the same request is allowed here. */
  allows(arn: string, { place }: ReadResource, action: number, way: number): boolean {
    const [caller, own] = [this.access.callerOf(arn), this.access.resources[place]];
    if (caller === undefined || own === undefined) return false;
    if (this.#caller !== arn) this.#memos.clear();
    this.#caller = arn;
    const asked = (this.ways[way] ?? []).map((each) => {
      const memo = this.#memos.get(each) ?? new Memo();
      this.#memos.set(each, memo);
      return new AskedRequest(caller, own, action, each, memo);
    });
    return together(asked).outcome === "allowed";
  }
}
