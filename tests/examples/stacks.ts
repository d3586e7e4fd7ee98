import assert from "node:assert/strict";
import { resolve } from "node:path";
import { startLab, type Lab } from "../../lab/lab";
import { isolatedStack, type IsolatedStack } from "../../tools/demo/isolatedStack";
import { findEngine, type Engine } from "../../tools/engine/engine";

export const CHECKOUT = resolve(__dirname, "..", "..");

/** A machine without an engine builds one first. No engine at all is a failure, never a reason to skip. */
const ENGINE_TIMEOUT_MILLIS = 30 * 60_000;

/** Stacks of the projects in this checkout, each with a lab of its own. */
export interface ExampleStacks {
  /** Makes a stack of the project in `folder`, relative to the checkout. */
  make(folder: string, lab?: Lab): Promise<IsolatedStack>;
  /** Starts a lab that ends with the tests. */
  lab(): Promise<Lab>;
}

/** Ends what the tests of the surrounding `describe` have made, after them. */
export function exampleStacks(): ExampleStacks {
  let engine: Engine | undefined;
  const closers: (() => Promise<void>)[] = [];
  before(async function () {
    this.timeout(ENGINE_TIMEOUT_MILLIS);
    engine = await findEngine();
  });
  after(async () => {
    for (const close of closers.reverse()) await close();
  });
  const lab = async (): Promise<Lab> => {
    const started = await startLab();
    closers.push(() => started.stop());
    return started;
  };
  return {
    lab,
    make: async (folder, given) => {
      if (engine === undefined) throw new Error("the engine is found by the hook before the tests");
      const stack = isolatedStack({
        engine,
        lab: given ?? (await lab()),
        project: resolve(CHECKOUT, folder),
        name: "dev",
      });
      closers.push(() => stack.remove());
      await stack.init();
      return stack;
    },
  };
}

/** Sets configuration values of a stack, as `pulumi config set` does. */
export async function configure(stack: IsolatedStack, values: Readonly<Record<string, string>>): Promise<void> {
  const { exitCode, stderr } = await stack.pulumi(
    "config",
    "set-all",
    ...Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]),
  );
  assert.equal(exitCode, 0, stderr);
}
