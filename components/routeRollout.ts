import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { RouteRolloutArgs } from "./args/args";
import { refuse } from "./args/findings";
import type { CheckReport } from "./check/probe/report";
import { withRouteTables } from "./endpoint/subnetTables";
import { existingEndpoint } from "./endpoint/vpcEndpoint";
import { lateArguments } from "./plan/lateArguments";
import { routePlan } from "./plan/routePlan";
import { routeRolloutFindings } from "./plan/validateArgs";
import { IGNORED_BY_ROLLOUT, optionFindings } from "./plan/validateOptions";
import { beginRollout, completeRollout } from "./rollout/rollOut";

/**
 * Switches route tables onto a DynamoDB gateway endpoint, in stages.
 *
 * A preview warns of each route table that is about to switch, and of each that is withdrawn. If a switch fails, what
 * was switched stays switched, what was not is untouched, and the next `up` resumes.
 * Targeted updates, `pulumi destroy` and the removal of the whole component are not announced.
 */
export class RouteRollout extends ComponentResource {
  /** The id of each association, by the name of its route table; of the route tables that are switched. */
  public readonly associationIds: Output<Record<string, string>>;
  /** What the gate of `rollout.check` reported, by route table name; of the checked ones that are switched. */
  public readonly checkReports: Output<Record<string, CheckReport>>;

  constructor(name: string, args: RouteRolloutArgs, opts?: ComponentResourceOptions) {
    refuse(`RouteRollout "${name}"`, [...routeRolloutFindings(args), ...optionFindings(opts, IGNORED_BY_ROLLOUT)]);
    super("dynamodb-endpoint:index:RouteRollout", name, {}, opts);

    const given = withRouteTables(this, { ...args, ...lateArguments(args) }, opts?.dependsOn);
    const plan = routePlan(name, args.vpcEndpointId, given, opts);
    const begun = beginRollout(
      this,
      plan,
      { vpcEndpointId: args.vpcEndpointId, region: given.region },
      opts?.dependsOn,
    );
    const rollout = completeRollout(this, plan, begun, {
      vpcEndpointId: args.vpcEndpointId,
      checked: existingEndpoint(this, given),
    });

    this.associationIds = rollout.associationIds;
    this.checkReports = rollout.checkReports;
    this.registerOutputs(rollout.registered({ associationIds: this.associationIds, checkReports: this.checkReports }));
  }
}
