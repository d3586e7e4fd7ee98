import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import type { Adoption, RouteTablesArgs } from "../args/args";
import { namedMap } from "../args/namedMap";
import { inheritedOptions, type InheritedOptions } from "../engine/inheritedOptions";
import { checkPlan, type CheckPlan } from "./checkPlan";
import type { LateArguments } from "./lateArguments";
import { checkedSubnets, type TablesArgument } from "./subnets";
import { allStages, plannedStages, plannedWindow, type PlannedStage, type PlannedWindow } from "./stages";

type Tags = Input<Record<string, Input<string>>>;

/** What a component is about to switch: its arguments, validated and put into the terms of the roll-out. */
export interface RoutePlan {
  /** The component's name: the prefix of every resource name. */
  readonly name: string;
  /** What identifies the endpoint; known in a preview wherever possible, and known before the endpoint exists. */
  readonly endpoint: Input<string>;
  readonly region: Input<string> | undefined;
  /** What is wrong with arguments that are Outputs: the plan's ledger is refused for it. */
  readonly problems: LateArguments["problems"];
  readonly routeTables: Readonly<Record<string, Input<string>>>;
  readonly tablesArgument: TablesArgument;
  /** Switched or not. */
  readonly allStages: readonly PlannedStage[];
  /** Only the stages that are to be switched. */
  readonly stages: readonly PlannedStage[];
  /** The names of those that have no path to DynamoDB before they switch, as the program says. */
  readonly isolated: ReadonlySet<string>;
  readonly window: PlannedWindow | undefined;
  readonly check: CheckPlan | undefined;
  /** Of everything that the check makes. */
  readonly tags: Tags | undefined;
  /** New name → former name. */
  readonly formerNames: Readonly<Record<string, string>>;
  /** The endpoint whose associations are imported. */
  readonly adoptedEndpointId: string | undefined;
  readonly adoptedTables: ReadonlySet<string>;
  readonly inherited: InheritedOptions;
}

/** The arguments, with a route table for each name, given or found. */
export interface FoundTables extends RouteTablesArgs {
  routeTables: Record<string, Input<string>>;
}

/** The plan that `args` ask for. Assumes that they are valid. */
export function routePlan(
  name: string,
  endpoint: Input<string>,
  args: FoundTables & LateArguments & { adopt?: Adoption; tags?: Tags },
  opts?: ComponentResourceOptions,
): RoutePlan {
  return {
    name,
    endpoint,
    region: args.region,
    problems: args.problems,
    routeTables: namedMap(args.routeTables),
    tablesArgument: args.subnets === undefined ? "routeTables" : "subnets",
    allStages: allStages(Object.keys(args.routeTables), args.rollout),
    stages: plannedStages(Object.keys(args.routeTables), args.rollout),
    isolated: new Set(args.rollout?.isolated),
    window: plannedWindow(args.rollout?.window),
    check: checkPlan(args.rollout?.check, checkedSubnets(args)),
    tags: args.tags,
    formerNames: namedMap(args.formerNames ?? {}),
    adoptedEndpointId: args.adopt?.vpcEndpointId,
    adoptedTables: new Set(args.adopt?.routeTables),
    inherited: inheritedOptions(opts),
  };
}

/** The name of the association of a route table. Never the stage: moving between stages must touch nothing. */
export function associationName(plan: Pick<RoutePlan, "name">, routeTable: string): string {
  return `${plan.name}-${routeTable}`;
}

/**
 * What the association, or with `suffix` something that belongs to it, was named before its route table was renamed.
 */
export function formerAliases(
  plan: Pick<RoutePlan, "name" | "formerNames">,
  routeTable: string,
  suffix = "",
): { name: string }[] | undefined {
  const former = plan.formerNames[routeTable];
  return former === undefined ? undefined : [{ name: `${associationName(plan, former)}${suffix}` }];
}
