import type { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2";
import { runtime, type ComponentResource, type Input } from "@pulumi/pulumi";
import { observeEndpoint } from "../endpoint/observation";
import { warn } from "../engine/hooks";
import { isPlanned, valueIfKnown } from "../engine/plannedValues";
import type { RoutePlan } from "../plan/routePlan";
import { unwatchedSwitchWarning } from "./warnings";

/**
 * Which switches a run attempts. An association's id does not tell: one that was removed by hand and is made again has
 * the same. What is attempted again must be watched and proven again.
 *
 * AWS tells before, by the route tables that the endpoint has: early enough to watch. The hook of the association tells
 * when it is made, whatever AWS had told.
 */
export interface SwitchAttempts {
  /** When this run began, ISO 8601: among the triggers of what is invoked again because of an attempt. */
  readonly startedAt: string;
  /**
   * Whether the endpoint lacks a route table that the plan has: this run is to associate it, unless the state says that
   * it is.
   */
  isOutstanding(routeTable: string): Promise<boolean>;
  /** The switch of a route table; says of one that nobody watches that it is so. */
  of(
    routeTable: string,
    association: VpcEndpointRouteTableAssociation,
    isWatched: () => Promise<boolean>,
  ): SwitchAttempt;
}

/** What is known of a switch once its association is registered. */
export interface SwitchAttempt {
  /** Whether this run makes the association, and nobody watches. */
  readonly isUnwatched: () => Promise<boolean>;
  /** Whether this run makes the association, or has changed the endpoint's policy: what was proven before is past. */
  readonly isChanged: () => Promise<boolean>;
}

/** What hooks note in a run, by the names of route tables. */
export interface RunNotes {
  /** Their associations are made in this run. */
  readonly made: Set<string>;
  /** What is known of them from before holds no longer: the endpoint's policy has changed. */
  readonly changed: Set<string>;
  /** The state has their associations, and AWS knows nothing of them: this run does not bring them back. */
  readonly lost: Set<string>;
  /** Outside the window: their associations stay as they are, though they are planned to be replaced. */
  readonly heldBack: Set<string>;
  /** By route table: settled when what is known of its association has been noted, and said. */
  readonly noted: Map<string, Promise<void>>;
}

/** Whether this run makes the association; known once it is registered. */
export async function isMade(
  routeTable: string,
  { id, routeTableId }: VpcEndpointRouteTableAssociation,
  notes: RunNotes,
): Promise<boolean> {
  // A preview need not have called the association's hook, but its answer tells.
  if (runtime.isDryRun()) return isPlanned(id, routeTableId);
  // One that cannot be registered fails the run by itself.
  return valueIfKnown(id).then(
    () => notes.made.has(routeTable),
    () => false,
  );
}

export function switchAttempts(
  component: ComponentResource,
  plan: RoutePlan,
  vpcEndpointId: Input<string>,
  notes: RunNotes,
): SwitchAttempts {
  const observed = observeEndpoint(component, { vpcEndpointId, region: plan.region });
  const isOutstanding = async (routeTable: string): Promise<boolean> => {
    const [endpoint, id] = [await observed, await valueIfKnown(plan.routeTables[routeTable])];
    return (
      typeof endpoint === "object" &&
      endpoint.routeTableIds !== undefined &&
      id !== undefined &&
      !endpoint.routeTableIds.includes(id)
    );
  };
  return {
    startedAt: new Date().toISOString(),
    isOutstanding,
    of: (routeTable, association, isWatched) => {
      const made = isMade(routeTable, association, notes);
      const unwatched = made.then(async (isNew) => isNew && !(await isWatched()));
      const told = unwatched.then((isUnwatched) =>
        isUnwatched ? warn(unwatchedSwitchWarning(routeTable), component) : undefined,
      );
      return {
        isUnwatched: async () => told.then(() => unwatched),
        isChanged: async () => told.then(async () => (await made) || notes.changed.has(routeTable)),
      };
    },
  };
}
