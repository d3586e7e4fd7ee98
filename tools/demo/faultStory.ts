import type { FaultName } from "../../lab/faults";
import { allThroughEndpoint, costs, goOn, reports, rollOut, stopped, today, unchanged } from "./chapters";
import type { Scene } from "./scene";

/** Tells how a roll-out ends in which one fault happens, on a stack of examples/staged that is still empty. */
export async function tellFault(scene: Scene, fault: FaultName): Promise<void> {
  const cast = await today(scene);
  const { ending, endFault } = await rollOut(scene, cast, `2  A roll-out with the fault ${fault}`, fault);
  if (ending.completed) {
    await allThroughEndpoint(
      scene,
      cast,
      `The roll-out completes in spite of ${fault}: all three clients go through the endpoint.`,
    );
    await reports(scene, cast);
    endFault();
    await unchanged(scene, "3  The fault has ended: nothing is left to do");
  } else {
    await stopped(scene, cast, ending);
    await goOn(scene, cast, "3  The cause is gone: the roll-out resumes", endFault);
    await reports(scene, cast);
  }
  await costs(scene, cast);
}
