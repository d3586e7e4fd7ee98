import type { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { isMade, type RunNotes } from "../check/attempts";
import { lostRouteWarning } from "../check/warnings";
import type { Observation } from "../endpoint/observation";
import { isSecretInput, valueIfKnown } from "../engine/plannedValues";
import type { RouteTableId } from "../plan/ledger";
import { associationName, type RoutePlan } from "../plan/routePlan";
import type { Run } from "./run";

/** Notes of an association whether it is made, and says what is not said by its hook. */
export function noting(
  plan: RoutePlan,
  {
    run,
    notes,
    observed,
    tellsInPreviews,
  }: {
    run: Pick<Run, "announceSwitch" | "announceLost">;
    notes: RunNotes;
    observed: Promise<Observation>;
    tellsInPreviews: boolean;
  },
): (
  routeTable: string,
  association: VpcEndpointRouteTableAssociation,
  vpcEndpointId: pulumi.Input<string>,
) => Promise<void> {
  return async (routeTable, association, vpcEndpointId) => {
    const isNew = await isMade(routeTable, association, notes);
    if (!isNew && (await isHeldBack(association, [vpcEndpointId, plan.routeTables[routeTable]])))
      notes.heldBack.add(routeTable);
    if (!isNew && (await isLost(association, await observed))) await run.announceLost(notes, routeTable);
    if (!isNew || !pulumi.runtime.isDryRun() || !tellsInPreviews) return;
    const asked = association.routeTableId;
    await run.announceSwitch(
      associationName(plan, routeTable),
      routeTableId(await valueIfKnown(asked), await isSecretInput(asked)),
    );
  };
}

/** Whether an association is still of another endpoint, or of another route table, than it is planned for. */
async function isHeldBack(
  { vpcEndpointId, routeTableId: table }: VpcEndpointRouteTableAssociation,
  planned: readonly (pulumi.Input<string> | undefined)[],
): Promise<boolean> {
  const has = await Promise.all([vpcEndpointId, table].map((id) => valueIfKnown(id))).catch(() => []);
  const wanted = await Promise.all(planned.map((id) => valueIfKnown(id)));
  return has.some((id, i) => id !== undefined && id !== wanted[i]);
}

/** Whether the state has an association and AWS, which was asked before, no route of it. */
async function isLost(
  { id, routeTableId: asked }: VpcEndpointRouteTableAssociation,
  { routedTables }: Observation,
): Promise<boolean> {
  const [made, table] = await Promise.all([valueIfKnown(id), valueIfKnown(asked)]).catch(() => []);
  return made !== undefined && table !== undefined && routedTables?.has(table) === false;
}

/** No route table is added after one whose route is gone: its stage is not what it was when it was proven. */
export async function refuseAfterLost(plan: RoutePlan, notes: RunNotes, routeTable: string | undefined): Promise<void> {
  const order = plan.stages.flatMap(({ routeTables }) => routeTables);
  const earlier = order.slice(0, Math.max(0, order.indexOf(routeTable ?? "")));
  // They are registered by now: the association depends on them.
  await allNoted(notes, earlier);
  const gone = earlier.filter((table) => notes.lost.has(table));
  if (gone.length > 0 && !pulumi.runtime.isDryRun())
    throw new pulumi.RunError(`${routeTable} is not switched: ${lostRouteWarning(...gone)}`);
}

export async function allNoted({ noted }: RunNotes, routeTables: readonly string[]): Promise<void> {
  await Promise.all(routeTables.map((table) => noted.get(table) ?? Promise.resolve()));
}

/** The id of a route table, as a hook or a resource tells it. */
export function routeTableId(id: unknown, isSecret: boolean): RouteTableId {
  return { id: typeof id === "string" ? id : undefined, isSecret };
}
