import { together, waysOf } from "./askedWays";
import { cellsOf } from "./cells";
import { AskedRequest, type AskedWay } from "./decide";
import type { NewlyAllowed } from "./facts";
import { ACTIONS } from "./readDocuments";
import { readPolicies, type ReadAccess, type ReadCaller, type ReadResource } from "./readPolicies";
import type { Scene } from "./scene";

/**
 * What callers may do in one scene and not in the other, on either way, and were allowed on neither. A changed scene
 * has all statements of the other with the same actions and resources, so that what stands for all there does here.
 */
export function newlyAllowed(unchanged: Scene, changed: Scene, today: Scene): readonly NewlyAllowed[] {
  const [was, is, now] = [unchanged, changed, today].map((scene) => new AskedScene(scene)) as [
    AskedScene,
    AskedScene,
    AskedScene,
  ];
  const found: NewlyAllowed[] = [];
  for (const caller of is.access.callers) {
    const endpoints = is.ways.flatMap(([way]) => (way?.endpoint === undefined ? [] : [way.endpoint]));
    for (const { resources, actions } of cellsOf(caller, is.access.resources, endpoints))
      for (const [place, way] of (["before", "after"] as const).entries()) {
        const isNew = ([action]: readonly [number, ...number[]]): boolean =>
          is.allows(caller, resources[0], action, place) &&
          !was.allows(caller, resources[0], action, place) &&
          ![0, 1].some((each) => now.allows(caller, resources[0], action, each));
        const names = actions.filter(isNew).flatMap((alike) => alike.map((each) => `dynamodb:${ACTIONS[each]?.name}`));
        if (names.length === 0) continue;
        const arns = resources.map(({ arn }) => arn);
        found.push({ caller: caller.arn, actions: names.sort(), resources: arns.sort(), way });
      }
  }
  return found;
}

/** A scene that was read, with its two ways. */
class AskedScene {
  readonly access: ReadAccess;
  readonly ways: readonly [before: readonly AskedWay[], after: readonly AskedWay[]];
  readonly #callers: ReadonlyMap<string, ReadCaller>;
  readonly #resources: ReadonlyMap<string, ReadResource>;

  constructor({ policies, before, after }: Scene) {
    this.access = readPolicies(policies);
    this.ways = [waysOf(this.access, before), waysOf(this.access, after)];
    this.#callers = new Map(this.access.callers.map((caller) => [caller.arn, caller]));
    this.#resources = new Map(
      this.access.resources.map((resource) => [`${resource.account} ${resource.arn}`, resource]),
    );
  }

  /** Whether the same request is allowed here. */
  allows({ arn }: ReadCaller, resource: ReadResource, action: number, way: number): boolean {
    const caller = this.#callers.get(arn);
    const own = this.#resources.get(`${resource.account} ${resource.arn}`);
    if (caller === undefined || own === undefined) return false;
    const asked = (this.ways[way] ?? []).map((each) => new AskedRequest(caller, own, action, each));
    return together(asked).outcome === "allowed";
  }
}
