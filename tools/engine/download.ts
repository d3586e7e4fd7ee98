import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";

import { madeOnce } from "./cache";
import { EXECUTABLE_SUFFIX, isExecutable, run } from "./commands";
import { withoutPulumiSettings } from "./environment";
import { npmCommand } from "./npm.cjs";
import type { Search } from "./search";
import { ENGINE_VERSION } from "./versions";

const DOWNLOAD_TIMEOUT_SECONDS = 1800;

/** Where the download is kept, whether it is there or not. */
export function downloadEntry(search: Search): string {
  return join(search.cacheFolder, ["download", ENGINE_VERSION, process.platform, process.arch].join("-"));
}

/**
 * Downloads Pulumi's own release with every language host, unless that was done before.
 *
 * The npm package `pulumi` does it, with Pulumi's install script; it is told to use a home of its own, so that the
 * user's is not touched.
 */
export async function download(search: Search): Promise<string> {
  return madeOnce(
    downloadEntry(search),
    (partialFolder) =>
      search.progress(`Downloading pulumi ${ENGINE_VERSION} (once)`, () => downloadTo(search, partialFolder)),
    search.progress,
  );
}

async function downloadTo(search: Search, partialFolder: string): Promise<void> {
  const home = join(partialFolder, "home");
  mkdirSync(home, { recursive: true });
  const [command, ...args] = npmCommand(search.environment);
  await run(command, [...args, "exec", "--yes", `--package=pulumi@${ENGINE_VERSION}`, "--", "pulumi", "version"], {
    environment: { ...withoutPulumiSettings(search.environment), PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
    folder: home,
    timeoutSeconds: DOWNLOAD_TIMEOUT_SECONDS,
  });
  const downloaded = join(home, "versions", ENGINE_VERSION, "bin");
  if (!isExecutable(join(downloaded, `pulumi${EXECUTABLE_SUFFIX}`))) {
    throw new Error(existsSync(downloaded) ? "the download is incomplete" : "nothing was downloaded");
  }
  renameSync(downloaded, join(partialFolder, "bin"));
}
