import {
  allThroughEndpoint,
  costs,
  goOn,
  reports,
  rollOut,
  stopped,
  today,
  unchanged,
  type Cast,
  type Rollout,
} from "./chapters";
import { announcedIn, type AnnouncedTable } from "../rehearsal/announced";
import { preflight } from "./preflight";
import { configure, expect, NotAsTold, preview, type Scene } from "./scene";

/**
 * Tells the life of an endpoint, on a stack of examples/staged that is still empty. Ends with the last two stages'
 * withdrawal announced.
 */
export async function tellStory(scene: Scene): Promise<void> {
  const cast = await today(scene);
  await preflight(scene, cast);
  await announcedSwitch(scene, cast);
  const { endFault } = await stoppedRollout(scene, cast);
  await goOn(scene, cast, "5  The cause is gone: the roll-out resumes", endFault);
  await reports(scene, cast);
  await unchanged(scene, "6  The same program again");
  await announcedWithdrawal(scene, cast);
  await costs(scene, cast);
}

async function announcedSwitch(scene: Scene, { network, clients }: Cast): Promise<void> {
  const { lab, page } = scene;
  const mark = lab.cloud.lastSequence;
  const warnings = await warnedOf(scene, {
    title: "3  What will the switch break?",
    step: 4,
    introduction: "All stages are to be switched, each with a check. The reviewer of this change sees:",
  });
  expect(
    page,
    announces(
      warnings,
      network.subnets.map(({ name }) => name),
      "switches",
    ),
    "One warning, with each route table's name, id and stage.",
  );
  const untouched =
    lab.cloud.mutationsSince(mark).length === 0 &&
    clients.fortunes().every(({ brokenConnections }) => brokenConnections === 0);
  expect(page, untouched, "Nothing has been touched, and no connection broke.");
}

/** Canary is switched and proven, half is switched and does not recover, rest waits. */
async function stoppedRollout(scene: Scene, cast: Cast): Promise<Rollout> {
  const rollout = await rollOut(scene, cast, "4  The roll-out, and a stage that does not recover", "route-never");
  if (rollout.ending.completed)
    throw new NotAsTold("not as told: the roll-out was to stop at a stage that does not recover, but it completed");
  await stopped(scene, cast, rollout.ending);
  return rollout;
}

async function announcedWithdrawal(scene: Scene, cast: Cast): Promise<void> {
  const { half, rest } = cast;
  const warnings = await warnedOf(scene, {
    title: "7  Withdrawing the last two stages",
    step: 2,
    introduction: "That breaks connections too, and is announced:",
  });
  expect(
    scene.page,
    announces(warnings, [half.name, rest.name], "withdrawn"),
    `One warning, of each route table that is withdrawn; ${cast.canary.name} is not named.`,
  );
  await allThroughEndpoint(scene, cast, "It was a preview: all three still go through the endpoint.");
}

/** Previews a step of the example, and shows what the reviewer of that change is warned of. */
async function warnedOf(
  scene: Scene,
  { title, step, introduction }: { readonly title: string; readonly step: number; readonly introduction: string },
): Promise<readonly string[]> {
  const { stack, page } = scene;
  await configure(stack, { step });
  const { warnings } = await preview(scene, { title, command: `step ${step} · pulumi preview` });
  page.text(introduction);
  for (const warning of warnings) page.warning(warning);
  return warnings;
}

/** Whether one warning names these route tables, in this order, and no other. */
function announces(warnings: readonly string[], tables: readonly string[], what: AnnouncedTable["what"]): boolean {
  const announced = announcedIn(warnings).map((table) => `${table.name} ${table.what}`);
  return warnings.length === 1 && announced.join() === tables.map((name) => `${name} ${what}`).join();
}
