import {
  all,
  type ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Inputs,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { CheckReport } from "../check/probe/report";
import { checkReports, reconnectChecks } from "../check/reconnectCheck";
import { imports, withImports, type Imports } from "../endpoint/adoption";
import { afterLooking, observe, type Outlook } from "../endpoint/observation";
import { claimRouteTables } from "../endpoint/sharing";
import type { CheckedEndpoint } from "../endpoint/vpcEndpoint";
import { lastOutputs, type LastOutputs } from "../engine/lastOutputs";
import { isSecretInput } from "../engine/plannedValues";
import type { RoutePlan } from "../plan/routePlan";
import { announcements, type Announcements } from "./announcements";
import { recordLedger } from "./recordLedger";
import { withRecord } from "./rolloutRecord";
import { associationIds, switchInStages } from "./switchInStages";

/** A roll-out whose plan is recorded: nothing is changed before that. */
export interface BegunRollout {
  readonly announce: Announcements;
  readonly last: Promise<LastOutputs>;
  /** How what is adopted is imported; `undefined` if nothing is. */
  readonly imported: Imports | undefined;
  readonly planned: Resource;
}

/** Looks at what there is, and records what is about to be switched; refuses what must not be. */
export function beginRollout(
  component: ComponentResource,
  plan: RoutePlan,
  outlook: Outlook,
  dependsOn: ComponentResourceOptions["dependsOn"],
): BegunRollout {
  const last = lastOutputs(component);
  const observed = observe(component, outlook);
  const sharing = claimRouteTables(component, plan);
  const announce = announcements(component, plan, { observed, last, sharing });
  const refused = Promise.all([plan.problems ?? [], sharing.refused]).then((found) => found.flat());
  const planned = recordLedger("plan", component, plan, {
    hooks: announce.plan,
    dependsOn: afterLooking(observed, dependsOn),
    refused,
  });
  all([planned.output, isSecretInput(planned.output)]).apply(([ledger, hasSecrets]) =>
    announce.rememberFirstPlan(ledger, hasSecrets),
  );
  const imported =
    plan.adoptedEndpointId === undefined
      ? undefined
      : imports(component, { vpcEndpointId: plan.adoptedEndpointId, region: plan.region }, last);
  return { announce, last, imported, planned };
}

/** What a roll-out comes to. */
export interface CompletedRollout {
  readonly associationIds: Output<Record<string, string>>;
  readonly checkReports: Output<Record<string, CheckReport>>;
  /** What the component registers: its outputs, and what the next run must know. */
  registered(outputs: Inputs): Inputs | Promise<Inputs>;
}

/** Switches what is planned onto the endpoint, in stages, and records what has been switched. */
export function completeRollout(
  component: ComponentResource,
  plan: RoutePlan,
  { announce, last, imported, planned }: BegunRollout,
  { vpcEndpointId, checked }: { vpcEndpointId: Input<string>; checked: CheckedEndpoint | undefined },
): CompletedRollout {
  const { notes, securityGroup: announceGroup } = announce;
  const checks = reconnectChecks(component, plan, checked, { after: planned, notes, announceGroup, last });
  const { associations, gates } = switchInStages(component, plan, vpcEndpointId, {
    after: planned,
    announce,
    checks,
    imported,
  });
  const switched = recordLedger("switched", component, plan, {
    hooks: announce.switched,
    dependsOn: [planned, ...associations.values(), ...gates],
  });
  return {
    associationIds: associationIds(associations),
    checkReports: checkReports(checks),
    registered: (outputs) => {
      const recorded = withImports(withRecord(outputs, plan, announce, switched), imported);
      return checks?.registered(recorded) ?? recorded;
    },
  };
}
