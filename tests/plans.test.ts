import assert from "node:assert/strict";
import fc from "fast-check";
import { ledgerChanges, NOTHING_SWITCHED, type Ledger } from "../components/plan/ledger";
import { deployments, switchedNames, withdrawn, type Deployment, type PlanVersion } from "../tools/soak/plans";

/**
 * The engine's order of events, without the engine: the plan's ledger, the associations (a replacement deletes first),
 * the ledger of what was switched, and last the deletions of what the program no longer has.
 */
class SimulatedStack {
  plan = NOTHING_SWITCHED;
  firstPlan = NOTHING_SWITCHED;
  switched: Ledger | undefined;
  /** Route table name → what its association joins. */
  readonly associations = new Map<string, { endpoint: string; id: string }>();
  /** Route table id → endpoint. */
  readonly routes = new Map<string, string>();

  /** Deploys; says what was announced before, and which routes changed. */
  deploy({ version, fault }: Deployment): {
    outcome: "succeeded" | "failed" | "refused";
    announced: Set<string>;
    changed: Set<string>;
  } {
    const before = new Map(this.routes);
    const next = ledgerOf(version);
    const announced = new Set<string>();
    const outcome = this.#run(next, switchedNames(version), fault, announced);
    const ids = new Set([...before.keys(), ...this.routes.keys()]);
    return { outcome, announced, changed: new Set([...ids].filter((id) => before.get(id) !== this.routes.get(id))) };
  }

  #run(
    next: Ledger,
    order: readonly string[],
    fault: Deployment["fault"],
    announced: Set<string>,
  ): "succeeded" | "failed" | "refused" {
    const seen = [this.plan, this.switched ?? this.firstPlan].map((ledger) => ({
      ledger,
      changes: ledgerChanges(ledger, next),
    }));
    for (const { changes, ledger } of seen) announce(changes, ledger, announced);
    const replaced = order.filter((name) => !sameAssociation(this.associations.get(name), next, name));
    for (const name of replaced) announced.add(idOf(next, name));
    if (seen.some(({ changes }) => changes.moved.length > 0)) return "refused";
    if (this.plan === NOTHING_SWITCHED) this.firstPlan = next;
    this.plan = next;
    for (const name of replaced) if (!this.#associate(name, next, fault)) return "failed";
    this.switched = next;
    for (const [name, { id }] of this.associations) {
      if (order.includes(name)) continue;
      this.routes.delete(id);
      this.associations.delete(name);
    }
    return "succeeded";
  }

  #associate(name: string, next: Ledger, fault: Deployment["fault"]): boolean {
    const [endpoint, id] = [next.endpoint ?? "", idOf(next, name)];
    const old = this.associations.get(name);
    if (old !== undefined) this.routes.delete(old.id);
    this.associations.delete(name);
    const taken = this.routes.get(id);
    if (
      (taken !== undefined && taken !== endpoint) ||
      (typeof fault === "object" && id.endsWith(`-${fault.associating}`))
    )
      return false;
    this.routes.set(id, endpoint);
    this.associations.set(name, { endpoint, id });
    return true;
  }
}

function ledgerOf(version: PlanVersion): Ledger {
  const tables = switchedNames(version).map(
    (name) => [name, { id: `rtb-${version.vpc}-${version.tables[name]}`, isSecret: false }] as const,
  );
  return { endpoint: `vpc-${version.vpc}`, tables: new Map(tables), adopted: new Set() };
}

function idOf({ tables }: Ledger, name: string): string {
  return tables.get(name)?.id ?? "";
}

function sameAssociation(
  association: { endpoint: string; id: string } | undefined,
  next: Ledger,
  name: string,
): boolean {
  return association?.endpoint === next.endpoint && association?.id === idOf(next, name);
}

function announce(changes: ReturnType<typeof ledgerChanges>, before: Ledger, announced: Set<string>): void {
  const left = [
    ...changes.withdrawn.map(({ table }) => table),
    ...changes.reassigned.map(({ from }) => from),
    ...(changes.endpointReplaced ? before.tables.values() : []),
  ];
  for (const { id } of left) announced.add(id ?? "");
}

describe("a sequence of plans", () => {
  it("ends with the routes of the last successful program, and changes none that was not announced", () => {
    const outcomes = { succeeded: 0, failed: 0, refused: 0 };
    fc.assert(
      fc.property(deployments(8), (sequence) => {
        const stack = new SimulatedStack();
        let announced = new Set<string>();
        let unfinished = false;
        const deploy = (deployment: Deployment): void => {
          const result = stack.deploy(deployment);
          outcomes[result.outcome] += 1;
          announced = new Set([...announced, ...result.announced]);
          for (const id of result.changed) assert.ok(announced.has(id), `${id} changed without an announcement`);
          if (result.outcome === "refused") assert.equal(result.changed.size, 0);
          if (result.outcome === "failed") unfinished = true;
          if (result.outcome !== "succeeded") {
            if (unfinished && deployment.fault === undefined)
              deploy({ ...deployment, version: withdrawn(deployment.version) });
            return;
          }
          unfinished = false;
          announced = new Set();
          const { endpoint, tables } = ledgerOf(deployment.version);
          assert.deepEqual(
            new Map([...stack.routes].sort()),
            new Map([...tables.values()].map(({ id }) => [id ?? "", endpoint ?? ""] as const).sort()),
          );
        };
        sequence.forEach(deploy);
      }),
      { numRuns: 5_000 },
    );
    // The property says nothing unless all three happen often.
    for (const count of Object.values(outcomes)) assert.ok(count > 1_000, JSON.stringify(outcomes));
  });
});
