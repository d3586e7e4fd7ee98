import { output, type Inputs, type Resource } from "@pulumi/pulumi";
import { checkOfReports } from "../check/checkTeardown";
import type { LastOutputs } from "../engine/lastOutputs";
import { ledgerInput, readLedger, type Ledger, type RecordedCheck, type RouteTableId } from "../plan/ledger";
import type { RoutePlan } from "../plan/routePlan";

/**
 * What a run that comes to its end leaves to the next one, in the outputs of the component: the ledger once more, for
 * one that is lost, and which route tables it was about to take off the endpoint. Deletions come after everything else,
 * and one that fails is in no ledger any more.
 */
export interface RolloutRecord {
  /** Whether a run of this component has come to its end. */
  readonly isComplete: boolean;
  /** Absent also where that run was one of an earlier version. */
  readonly ledger: Ledger | undefined;
  /** By name, what was about to leave. */
  readonly leaving: ReadonlyMap<string, RouteTableId>;
  /** A check that an earlier version has made, which did not record it. */
  readonly earlierCheck: RecordedCheck | undefined;
}

/** By the output in which it is kept. */
const RECORD = "rollout";

export function readRecord({ values, hasSecrets }: LastOutputs): RolloutRecord {
  const record = values[RECORD] as { ledger: unknown; leaving?: Readonly<Record<string, RouteTableId>> } | undefined;
  const ledger = record && readLedger(record.ledger, hasSecrets);
  return {
    isComplete: "associationIds" in values,
    ledger,
    earlierCheck: ledger?.check === undefined ? checkOfReports(values.checkReports) : undefined,
    leaving: new Map(Object.entries(record?.leaving ?? {})),
  };
}

/** The outputs with the record; `leaving` is complete when the last ledger is registered, and all is told. */
export function withRecord(
  outputs: Inputs,
  plan: RoutePlan,
  { leaving, told }: { leaving: ReadonlyMap<string, RouteTableId>; told: () => Promise<unknown> },
  lastLedger: Resource,
): Inputs {
  return {
    ...outputs,
    [RECORD]: {
      ledger: ledgerInput(plan),
      leaving: output(lastLedger.urn).apply(async () => {
        await told();
        return Object.fromEntries(leaving);
      }),
    },
  };
}
