import type { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2";
import type * as pulumi from "@pulumi/pulumi";
import type { RunNotes } from "../check/attempts";
import { checkTeardownWarnings, REPLACED_GROUP_WARNING } from "../check/checkTeardown";
import { functionPlaceFindings } from "../check/functionPlaces";
import { explainAwsError } from "../endpoint/awsErrors";
import { observeEndpoint, vpcOfRouteTable, type Observation } from "../endpoint/observation";
import type { Sharing } from "../endpoint/sharing";
import { errorsAreExplained, explainedErrors, hookMaker, warn, type HookEvent, type HookMaker } from "../engine/hooks";
import type { LastOutputs } from "../engine/lastOutputs";
import { previewTellsCreations, valueIfKnown } from "../engine/plannedValues";
import { NOTHING_SWITCHED, readLedger, type Ledger, type RouteTableId } from "../plan/ledger";
import type { RoutePlan } from "../plan/routePlan";
import { sharedIdFindings } from "../plan/validateArgs";
import { allNoted, noting, refuseAfterLost, routeTableId } from "./lostRoutes";
import { placeFindings } from "./placeFindings";
import { readRecord } from "./rolloutRecord";
import { Run } from "./run";
import { failedDeletionText, failedSwitchText, UNEXPLAINED_ERRORS_WARNING, type PlannedSwitch } from "./warnings";

/** The hooks that warn and refuse, in previews and in deployments. Without them, as under mocks, nothing is said. */
export interface Announcements {
  readonly plan?: pulumi.ResourceHookBinding;
  readonly endpoint?: pulumi.ResourceHookBinding;
  readonly association?: pulumi.ResourceHookBinding;
  readonly securityGroup?: pulumi.ResourceHookBinding;
  /** To be told of each association, in their order, and of the endpoint that it is planned for. */
  readonly declared?: (
    routeTable: string,
    association: VpcEndpointRouteTableAssociation,
    vpcEndpointId: pulumi.Input<string>,
  ) => void;
  readonly switched?: pulumi.ResourceHookBinding;
  /** What the hooks note for the checks. */
  readonly notes: RunNotes;
  /** What is about to leave the endpoint, by name; complete when the last ledger is registered, and all is told. */
  readonly leaving: ReadonlyMap<string, RouteTableId>;
  /**
   * To be asked when every association is declared; settled when all is told that is known without a hook. No run ends
   * before, nor is its record written.
   */
  readonly told: () => Promise<unknown>;
  /** What was planned when the plan's ledger was first written; tell it as soon as that is known. */
  readonly rememberFirstPlan: (ledger: unknown, hasSecrets: boolean) => void;
}

/**
 * What a roll-out says, and refuses, before something happens to its resources. `sharing` is what other components must
 * not have.
 */
export function announcements(
  component: pulumi.ComponentResource,
  plan: RoutePlan,
  { observed, last, sharing }: { observed: Promise<Observation>; last: Promise<LastOutputs>; sharing: Sharing },
): Announcements {
  const hook = hookMaker();
  const run = new Run(component, plan, async () => readRecord(await last), observed);
  let firstPlan: () => Ledger = () => NOTHING_SWITCHED;
  // Read where it is needed: in a hook, what cannot be read is refused in plain words.
  const rememberFirstPlan = (ledger: unknown, hasSecrets: boolean): void =>
    void (firstPlan = () => readLedger(ledger, hasSecrets));
  const notes = noNotes();
  if (hook === undefined) return { notes, leaving: run.leaving, told: () => Promise.resolve(), rememberFirstPlan };
  // What fails here fails what is registered, too, and there it is told in plain words.
  const unfinished = announceUnfinished(component, plan, { run, last }).catch(() => undefined);
  const told = async (): Promise<void> => {
    await unfinished;
    await allNoted(notes, [...notes.noted.keys()]);
    await run.tellPreview();
  };
  const announcing = { hook, run, notes, observed, last };
  const switched = hook(`comparing what ${plan.name} has switched`, async (event) => {
    const { before, next } = ledgersIn(event);
    const known = before ?? (await run.lostLedger("switched", next)) ?? firstPlan();
    const changes = await run.judge(known, next, "any association was deleted");
    await allNoted(notes, changes.switching);
    // What merely was not recorded has been switched: there is nothing to hold back.
    if (changes.switching.some((name) => notes.heldBack.has(name))) await run.refuseOutsideWindow(run.windowAtStart);
  });
  return {
    plan: onCreateAndUpdate(planHook(announcing, sharing)),
    ...endpointAndGroup(announcing),
    ...switches(announcing),
    switched: onCreateAndUpdate(switched),
    notes,
    leaving: run.leaving,
    told,
    rememberFirstPlan,
  };
}

function noNotes(): RunNotes {
  return { made: new Set(), changed: new Set(), lost: new Set(), heldBack: new Set(), noted: new Map() };
}

function onCreateAndUpdate(hook: pulumi.ResourceHook): pulumi.ResourceHookBinding {
  return { beforeCreate: [hook], beforeUpdate: [hook] };
}

/** What the hooks are made of. */
interface Announcing {
  readonly hook: HookMaker;
  readonly run: Run;
  readonly notes: RunNotes;
  readonly observed: Promise<Observation>;
  readonly last: Promise<LastOutputs>;
}

/** On the plan's ledger: before anything else happens. */
function planHook({ hook, run, observed }: Announcing, sharing: Sharing): pulumi.ResourceHook {
  const { component, plan } = run;
  const vpcOf = async (id: string): Promise<string | undefined> =>
    vpcOfRouteTable(component, await valueIfKnown(plan.region), id);
  return hook(`announcing what ${plan.name} changes`, async (event) => {
    // What was asked of a Region that is none was asked of another: its answers are not to be judged.
    run.refuse("any route was touched", [...((await plan.problems) ?? []), ...(await sharing.ask())]);
    const { before: recorded, next } = ledgersIn(event);
    const before = recorded ?? (await run.lostLedger("plan", next)) ?? NOTHING_SWITCHED;
    run.refuse("any route was touched", [
      ...sharedIdFindings(next.tables, plan.tablesArgument),
      ...(await placeFindings({ observed: await observed, before, next, vpcOf })),
      ...(await functionPlaceFindings(component, plan, next)),
    ]);
    const changes = await run.judge(before, next, "any route was touched");
    if (changes.switching.length === 0) return;
    await run.refuseConnected(changes.switching, next.tables);
    await run.refuseOutsideWindow(run.windowAtStart);
    if (!(await errorsAreExplained())) await warn(UNEXPLAINED_ERRORS_WARNING, component);
  });
}

/** On the endpoint, and on the security group of the check. */
function endpointAndGroup({ hook, run, notes, last }: Announcing): Pick<Announcements, "endpoint" | "securityGroup"> {
  const { component, plan } = run;
  const endpoint = hook(`asking whether ${plan.name} may switch now`, () =>
    plan.stages.length > 0 ? run.refuseOutsideWindow(run.windowAtStart) : undefined,
  );
  const policy = hook(`noting whether the policy of ${plan.name} changes`, ({ oldInputs, newInputs }) => {
    if (oldInputs?.policy !== newInputs?.policy)
      for (const name of Object.keys(plan.routeTables)) notes.changed.add(name);
  });
  const securityGroup = hook(`announcing what the check of ${plan.name} waits for`, async () =>
    announceReplacedGroup(component, await last),
  );
  return {
    endpoint: { beforeCreate: [endpoint], beforeUpdate: [policy] },
    securityGroup: { beforeCreate: [securityGroup] },
  };
}

/** On each association. */
function switches({ hook, run, notes, observed }: Announcing): Pick<Announcements, "association" | "declared"> {
  const { component, plan } = run;
  // A call per association is a tenth of a large preview's time: only where the preview does not tell by itself.
  const inPreviews = !previewTellsCreations(component);
  const association = hook(
    `announcing a switch of ${plan.name}`,
    async ({ name, newInputs, secrets }) => {
      const made = run.switchOf(name)?.table;
      // One that moves has lost its route by now: to stop here would leave it without one.
      if (run.isNewcomer(name)) await refuseAfterLost(plan, notes, made);
      await run.announceSwitch(name, routeTableId(newInputs?.routeTableId, secrets.has("routeTableId")));
      if (made !== undefined) notes.made.add(made);
    },
    { inPreviews },
  );
  const explained = explainedErrors(component, "explaining errors of the switches", ({ name, error, isDeletion }) =>
    failureText(isDeletion ? undefined : run.switchOf(name), explainAwsError(error)),
  );
  const note = noting(plan, { run, notes, observed, tellsInPreviews: !inPreviews });
  return {
    association: { beforeCreate: [association], ...explained },
    declared: (routeTable, made, endpoint) => {
      const noted = note(routeTable, made, endpoint).catch(() => undefined);
      notes.noted.set(routeTable, noted);
    },
  };
}

/** What is no planned switch has failed to be deleted. */
function failureText(failed: PlannedSwitch | undefined, meaning: string | undefined): string {
  return failed === undefined ? failedDeletionText(meaning) : failedSwitchText(failed, meaning);
}

/** A security group that is created where a run has ended with one takes its place. */
async function announceReplacedGroup(component: pulumi.ComponentResource, last: LastOutputs): Promise<void> {
  if (readRecord(last).ledger?.check?.hasSecurityGroup === true) await warn(REPLACED_GROUP_WARNING, component);
}

/**
 * What an earlier run was to take off the endpoint, and AWS says is still on it: this run resumes that. And what an
 * earlier version has made for a check, of which no ledger knows.
 */
async function announceUnfinished(
  component: pulumi.ComponentResource,
  plan: RoutePlan,
  { run, last }: { run: Pick<Run, "announceUnfinished" | "warnOnce">; last: Promise<LastOutputs> },
): Promise<void> {
  const { leaving, earlierCheck } = readRecord(await last);
  if (plan.check === undefined)
    for (const text of checkTeardownWarnings({ check: earlierCheck }, {}, {})) await run.warnOnce(text);
  if (leaving.size === 0) return;
  const planned = plan.stages.flatMap(({ routeTables }) => routeTables.map((name) => plan.routeTables[name]));
  const ids = new Set(await Promise.all(planned.map((id) => valueIfKnown(id))));
  const { vpcEndpointId = plan.endpoint } = (await last).values as { vpcEndpointId?: string };
  const endpoint = await observeEndpoint(component, { vpcEndpointId, region: plan.region });
  const onEndpoint = new Set(typeof endpoint === "object" ? endpoint.routeTableIds : []);
  for (const [name, table] of leaving)
    if (table.id !== undefined && !ids.has(table.id) && onEndpoint.has(table.id))
      await run.announceUnfinished(name, table);
}

/** The ledger as it was, unless there was none, and as it is about to be. */
function ledgersIn({ oldInputs, newInputs, secrets }: HookEvent): { before: Ledger | undefined; next: Ledger } {
  const hasSecrets = secrets.has("input");
  return {
    before: oldInputs && readLedger(oldInputs.input, hasSecrets),
    next: readLedger(newInputs?.input, hasSecrets),
  };
}
