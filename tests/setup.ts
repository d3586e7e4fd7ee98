import { findEngine } from "../tools/engine/engine";

/** A first build of the engine takes minutes: it must not fall into the time of whichever test comes first. */
export async function mochaGlobalSetup(): Promise<void> {
  await findEngine();
}
