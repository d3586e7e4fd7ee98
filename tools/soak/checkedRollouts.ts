import fc from "fast-check";
import { FAULTS, type FaultName, type FaultTarget } from "../../lab/faults";

/** A roll-out whose stages are checked, in a VPC of its own, and how it is deployed, one time after another. */
export interface CheckedRollout {
  /** In order; of each stage at least one route table is checked. */
  readonly stages: readonly (readonly StagedTable[])[];
  readonly deployments: readonly CheckedDeployment[];
}

export interface StagedTable {
  readonly name: string;
  readonly isChecked: boolean;
}

/** One deployment, what is wrong meanwhile, and what the user does then. */
export interface CheckedDeployment {
  /** How many stages are switched. */
  readonly through: number;
  readonly fault: TargetedFault | undefined;
  /** One operation at a time: nobody can watch a switch then. */
  readonly isSerial: boolean;
  readonly continueOnError: boolean;
  /**
   * `retry`: after a failure the fault ends, and the same is deployed again. `withdraw`: everything, in spite of the
   * fault.
   */
  readonly then: "retry" | "withdraw";
  /** After that, somebody removes the route of a route table, and the user goes on to the last stage. */
  readonly removed: RemovedRoute | undefined;
}

export interface RemovedRoute {
  readonly at: string;
  /** Whether the user refreshes before. */
  readonly isRefreshed: boolean;
}

/** A fault of the lab, at one route table of the roll-out or at all of them. */
export interface TargetedFault extends Pick<FaultTarget, "milliseconds" | "times"> {
  readonly name: FaultName;
  /** The name of the route table; absent: all of them. */
  readonly at: string | undefined;
}

const NAMES = ["a", "b", "c", "d", "e"];

const stages: fc.Arbitrary<CheckedRollout["stages"]> = fc
  .tuple(fc.shuffledSubarray(NAMES, { minLength: 2 }), fc.subarray(NAMES), fc.subarray([1, 2, 3, 4], { minLength: 1 }))
  .map(([names, checked, cuts]) => {
    const edges = [0, ...cuts.filter((cut) => cut < names.length), names.length];
    return edges.slice(1).map((edge, i) => stage(names.slice(edges[i], edge), checked));
  });

/** Where none would be checked, the first is: validation demands one of each stage. */
function stage(names: readonly string[], checked: readonly string[]): readonly StagedTable[] {
  const isUnchecked = names.every((name) => !checked.includes(name));
  return names.map((name, i) => ({ name, isChecked: checked.includes(name) || (isUnchecked && i === 0) }));
}

/** Lambda has many errors, which are all alike: most faults are of another kind. */
const isRefusal = (name: FaultName): boolean => name.endsWith("Exception");
const REFUSALS = FAULTS.map(({ name }) => name).filter(isRefusal);
const TROUBLES = FAULTS.map(({ name }) => name).filter((name) => !isRefusal(name));

const fault = (tables: readonly string[]): fc.Arbitrary<TargetedFault> =>
  fc.record({
    name: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...TROUBLES) },
      { weight: 1, arbitrary: fc.constantFrom(...REFUSALS) },
    ),
    at: fc.option(fc.constantFrom(...tables), { nil: undefined, freq: 2 }),
    milliseconds: fc.integer({ min: 100, max: 2_500 }),
    times: fc.integer({ min: 1, max: 3 }),
  });

const seldom = fc.nat({ max: 4 }).map((drawn) => drawn === 4);

const deployment = (stages: CheckedRollout["stages"]): fc.Arbitrary<CheckedDeployment> =>
  fc.record({
    through: fc.integer({ min: 1, max: stages.length }),
    fault: fc.option(fault(stages.flat().map(({ name }) => name)), { nil: undefined, freq: 5 }),
    isSerial: seldom,
    continueOnError: seldom,
    then: fc.constantFrom("retry", "withdraw"),
    removed: fc.option(
      fc.record({ at: fc.constantFrom(...stages.flat().map(({ name }) => name)), isRefreshed: fc.boolean() }),
      { nil: undefined, freq: 2 },
    ),
  });

/** Roll-outs that are deployed up to so many times. */
export function checkedRollouts(maxDeployments: number): fc.Arbitrary<CheckedRollout> {
  return stages.chain((drawn) =>
    fc.record({
      stages: fc.constant(drawn),
      deployments: fc.array(deployment(drawn), { minLength: 1, maxLength: maxDeployments }),
    }),
  );
}
