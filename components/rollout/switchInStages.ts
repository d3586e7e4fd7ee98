import { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2";
import {
  output,
  runtime,
  type ComponentResource,
  type CustomResourceOptions,
  type ID,
  type Input,
  type Output,
  type Resource,
  type ResourceTransform,
} from "@pulumi/pulumi";
import type { ReconnectChecks } from "../check/reconnectCheck";
import type { Imports } from "../endpoint/adoption";
import { changingOptions } from "../engine/changingOptions";
import { associationOptions } from "../engine/inheritedOptions";
import { valueIfKnown } from "../engine/plannedValues";
import { associationName, formerAliases, type RoutePlan } from "../plan/routePlan";
import { windowState } from "../plan/stages";
import type { Announcements } from "./announcements";
import { keepers } from "./keepers";

/** The associations of a roll-out by route table name, in the order in which they are made. */
export type Associations = ReadonlyMap<string, VpcEndpointRouteTableAssociation>;

/** What a roll-out has made: the associations, and the gates of its checked route tables. */
export interface SwitchedStages {
  readonly associations: Associations;
  readonly gates: readonly Input<Resource>[];
}

/**
 * Associates the planned route tables with the endpoint, stage by stage and, within a stage, one after another:
 * AWS answers parallel changes of one endpoint with `OperationInProgress`. A stage begins when every gate of the one
 * before has passed.
 */
export function switchInStages(
  parent: ComponentResource,
  plan: RoutePlan,
  vpcEndpointId: Input<string>,
  options: {
    after: Resource;
    announce: Pick<Announcements, "association" | "declared">;
    checks?: ReconnectChecks;
    imported: Imports | undefined;
  },
): SwitchedStages {
  const { announce, checks, imported } = options;
  const associations = new Map<string, VpcEndpointRouteTableAssociation>();
  const gates: Input<Resource>[] = [];
  const kept = keepers(parent, plan, options.after);
  let previous = options.after;
  let proven: readonly Input<Resource>[] = [];
  for (const { routeTables } of plan.stages) {
    const stageGates: Input<Resource>[] = [];
    for (const table of routeTables) {
      const due = [previous, ...proven];
      const begun = checks?.begin(table, due) ?? [];
      // Every later switch follows the first: none begins that a function would be missing for.
      const made = associations.size === 0 ? (checks?.made ?? []) : [];
      const association = associate(parent, plan, table, vpcEndpointId, {
        imported,
        dependsOn: [...due, ...made, ...begun],
        hooks: announce.association,
        ...associationOptions(plan.inherited, kept.get(table), options.after),
      });
      announce.declared?.(table, association, vpcEndpointId);
      stageGates.push(...(checks?.prove(table, association) ?? []));
      associations.set(table, association);
      previous = association;
    }
    proven = stageGates;
    gates.push(...stageGates);
  }
  return { associations, gates };
}

/** The ids of the associations by route table name. */
export function associationIds(associations: Associations): Output<Record<string, string>> {
  return output(Object.fromEntries([...associations].map(([table, association]) => [table, association.id])));
}

function associate(
  parent: ComponentResource,
  plan: RoutePlan,
  table: string,
  vpcEndpointId: Input<string>,
  { imported, ...options }: CustomResourceOptions & { imported: Imports | undefined },
): VpcEndpointRouteTableAssociation {
  return new VpcEndpointRouteTableAssociation(
    associationName(plan, table),
    { vpcEndpointId, routeTableId: plan.routeTables[table] as Input<string>, region: plan.region },
    {
      parent,
      ...options,
      // A table has one route per service: the one to the old endpoint must go before the one to the new can come.
      deleteBeforeReplace: true,
      aliases: formerAliases(plan, table),
      ignoreChanges: refusesToSwitch(plan) ? ["vpcEndpointId", "routeTableId", "region"] : undefined,
      transforms: [
        ...(options.transforms ?? []),
        ...(plan.adoptedTables.has(table) ? [importing(plan.adoptedEndpointId, imported)] : []),
      ],
    },
  );
}

/**
 * Outside the window nothing is switched. A replacement would delete the old association before a hook could refuse
 * the new one, so it is not even planned; the ledgers refuse the deployment. Previews show what is outstanding.
 */
function refusesToSwitch(plan: RoutePlan): boolean {
  return !runtime.isDryRun() && windowState(plan.window, Date.now()) !== "open";
}

/** Imports an association. As a transform, because the route table's id may be an Output, which `import` cannot be. */
function importing(vpcEndpointId: ID | undefined, imported: Imports | undefined): ResourceTransform {
  return changingOptions(async (opts, props) => {
    const routeTableId = await valueIfKnown((props as { routeTableId: Input<string> }).routeTableId);
    return {
      ...opts,
      import:
        routeTableId === undefined ? undefined : `${vpcEndpointId}/${routeTableId}${(await imported?.suffix) ?? ""}`,
    };
  });
}
