import { all, ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { announcements } from "./announcements";
import type { RouteRolloutArgs } from "./args";
import { refuse } from "./findings";
import { lateArguments } from "./lateArguments";
import { recordLedger } from "./ledger";
import { afterLooking, observe } from "./observation";
import { isSecretInput } from "./plannedValues";
import type { CheckReport } from "./probe/report";
import { checkReports, reconnectChecks } from "./reconnectCheck";
import { routePlan } from "./routePlan";
import { associationIds, switchInStages } from "./switchInStages";
import { routeRolloutFindings } from "./validateArgs";
import { IGNORED_BY_ROLLOUT, optionFindings } from "./validateOptions";
import { existingEndpoint } from "./vpcEndpoint";

/**
 * Switches route tables onto a DynamoDB gateway endpoint, in stages.
 *
 * A preview warns of each route table that is about to switch, and of each that leaves. If a switch fails, nothing is
 * rolled back: what was switched stays switched, what was not is untouched, and the next `up` goes on.
 * Targeted updates, `pulumi destroy` and the removal of the whole component are not announced.
 */
export class RouteRollout extends ComponentResource {
  /** Route table name → id of its association, for the route tables that are switched. */
  public readonly associationIds: Output<Record<string, string>>;
  /** Route table name → what the gate of `rollout.check` reported; for the checked route tables that are switched. */
  public readonly checkReports: Output<Record<string, CheckReport>>;

  constructor(name: string, args: RouteRolloutArgs, opts?: ComponentResourceOptions) {
    refuse(`RouteRollout "${name}"`, [...routeRolloutFindings(args), ...optionFindings(opts, IGNORED_BY_ROLLOUT)]);
    super("dynamodb-endpoint:index:RouteRollout", name, {}, opts);

    const given = { ...args, ...lateArguments(args) };
    const plan = routePlan(name, args.vpcEndpointId, given, opts);
    const observed = observe(this, { vpcEndpointId: args.vpcEndpointId, region: given.region });
    const announce = announcements(this, plan, observed);
    const planned = recordLedger("plan", this, plan, { hooks: announce.plan, dependsOn: afterLooking(observed, opts?.dependsOn) });
    all([planned.output, isSecretInput(planned.output)]).apply(([ledger, hasSecrets]) => announce.rememberFirstPlan(ledger, hasSecrets));
    const checks = reconnectChecks(this, plan, existingEndpoint(this, given), { after: planned, notes: announce.notes });
    const { associations, gates } = switchInStages(this, plan, args.vpcEndpointId, { after: planned, announce, checks });
    recordLedger("switched", this, plan, { hooks: announce.switched, dependsOn: [planned, ...associations.values(), ...gates] });

    this.associationIds = associationIds(associations);
    this.checkReports = checkReports(checks);
    const outputs = { associationIds: this.associationIds, checkReports: this.checkReports };
    this.registerOutputs(checks?.registered(outputs) ?? outputs);
  }
}
