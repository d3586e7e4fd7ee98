import { findEngine } from "../tools/engine/engine";
import { startKeyService, type KeyService } from "./keyService";

let keys: KeyService | undefined;

export async function mochaGlobalSetup(): Promise<void> {
  // A first build of the engine takes minutes: it must not fall into the time of whichever test comes first.
  await findEngine();
  keys = await startKeyService();
  // The engines of the tests are many and live for a second each: they need not collect their garbage.
  Object.assign(process.env, keys.environment, { GOGC: "400" });
}

export function mochaGlobalTeardown(): void {
  keys?.stop();
}
