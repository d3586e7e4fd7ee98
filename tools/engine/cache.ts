import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { withLock } from "./lock.cjs";
import type { Progress } from "./progress";

/**
 * The folder `entry`, made by `make` unless it is there already.
 *
 * `make` fills a folder beside it, which becomes `entry` in one step when it is complete: an interrupted process leaves
 * nothing that anyone would take for an engine. Of several processes one makes it, the others wait for it.
 */
export async function madeOnce(
  entry: string,
  make: (partialFolder: string) => Promise<void>,
  progress: Progress,
): Promise<string> {
  if (existsSync(entry)) return entry;
  let waited: (() => void) | undefined;
  const acquired = new Promise<void>((resolve) => (waited = resolve));
  const onWait = (): void => void progress("Waiting for another process that is getting the engine", () => acquired);
  await withLock(
    `${entry}.lock`,
    async () => {
      waited?.();
      if (!existsSync(entry)) await makeAside(entry, make);
    },
    { onWait },
  );
  return entry;
}

async function makeAside(entry: string, make: (partialFolder: string) => Promise<void>): Promise<void> {
  removePartials(entry);
  const partialFolder = `${entry}.partial-${randomUUID()}`;
  const remove = (): void => rmSync(partialFolder, { recursive: true, force: true });
  process.once("exit", remove);
  mkdirSync(partialFolder, { recursive: true });
  try {
    await make(partialFolder);
    renameSync(partialFolder, entry);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** What killed processes left behind: whoever holds the lock is the only one at work. */
function removePartials(entry: string): void {
  const folder = dirname(entry);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${basename(entry)}.partial-`)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
