import fc from "fast-check";

/** The route tables of each VPC of the rehearsal, by position. */
export const TABLES_PER_VPC = 4;

/** One version of the program, as a team would commit it. */
export interface PlanVersion {
  /** Which of the two VPCs. */
  readonly vpc: number;
  /** Route table name → position of the route table in its VPC. */
  readonly tables: Readonly<Record<string, number>>;
  /** How the names fall into stages, in order. */
  readonly stages: readonly (readonly string[])[];
  /** How many stages are switched. */
  readonly through: number;
  /** The names whose ids are inside secrets. */
  readonly secrets: readonly string[];
  /** Whether the VPC's id is. */
  readonly hidesVpc: boolean;
}

/** One deployment: a version, what has happened to the stack before it, and what goes wrong while it is deployed. */
export interface Deployment {
  readonly version: PlanVersion;
  readonly disturbance: Disturbance | undefined;
  readonly fault: Fault | undefined;
}

/** A route that somebody removes by hand, which a refresh finds; or ledgers that are no longer in the state. */
export type Disturbance =
  { readonly removedRoute: number } | { readonly lostLedgers: readonly ("plan" | "switched")[] };

/** An API call that AWS refuses once: the association of a route table, or the creation of an endpoint. */
export type Fault = { readonly associating: number } | "createEndpoint";

const NAMES = ["a", "b", "c", "d", "e"];

const version: fc.Arbitrary<PlanVersion> = fc
  .record({
    vpc: fc.nat({ max: 1 }),
    names: fc.shuffledSubarray(NAMES, { minLength: 1, maxLength: TABLES_PER_VPC }),
    ids: fc.shuffledSubarray(
      Array.from({ length: TABLES_PER_VPC }, (_, i) => i),
      { minLength: TABLES_PER_VPC },
    ),
    mostlyTheSame: fc.boolean(),
    cuts: fc.subarray([1, 2, 3]),
    through: fc.nat({ max: TABLES_PER_VPC }),
    secrets: fc.subarray(NAMES),
    hidesVpc: fc.boolean(),
  })
  .map(({ vpc, names, ids, mostlyTheSame, cuts, through, secrets, hidesVpc }) => {
    const tables = Object.fromEntries(
      names.map((name, i) => [name, mostlyTheSame ? NAMES.indexOf(name) % TABLES_PER_VPC : (ids[i] ?? 0)]),
    );
    const edges = [0, ...cuts.filter((cut) => cut < names.length), names.length];
    const stages = edges.slice(1).map((edge, i) => names.slice(edges[i], edge));
    return {
      vpc,
      tables,
      stages,
      through: Math.min(through, stages.length),
      secrets: secrets.filter((name) => names.includes(name)),
      hidesVpc,
    };
  })
  .filter(({ tables }) => new Set(Object.values(tables)).size === Object.keys(tables).length);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ associating: fc.nat({ max: TABLES_PER_VPC - 1 }) }) },
  { weight: 1, arbitrary: fc.constant("createEndpoint" as const) },
);

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  fc.record({ removedRoute: fc.nat({ max: TABLES_PER_VPC - 1 }) }),
  fc.record({ lostLedgers: fc.subarray(["plan" as const, "switched" as const], { minLength: 1 }) }),
);

const deployment: fc.Arbitrary<Deployment> = fc.record({
  version,
  disturbance: fc.option(disturbance, { nil: undefined, freq: 2 }),
  fault: fc.option(fault, { nil: undefined, freq: 2 }),
});

/**
 * Deployments one after another. What follows a fault is a retry, or another version that meets none: a route table
 * that one failed run added and the next failed run dropped is remembered by no ledger.
 */
export function deployments(maxLength: number): fc.Arbitrary<readonly Deployment[]> {
  return fc.array(fc.tuple(deployment, version, fc.boolean()), { minLength: 1, maxLength }).map((drawn) =>
    drawn.flatMap(([each, another, retry]) => {
      if (each.fault === undefined) return [each];
      return [each, { version: retry ? each.version : another, disturbance: undefined, fault: undefined }];
    }),
  );
}

/** The version that always gets out: nothing is switched. */
export function withdrawn(version: PlanVersion): PlanVersion {
  return { ...version, through: 0 };
}

/** The names that a version switches, in the order in which it switches them. */
export function switchedNames({ stages, through }: PlanVersion): readonly string[] {
  return stages.slice(0, through).flat();
}
