import { join, resolve } from "node:path";

import { type Progress, progressOn } from "./progress";
import { userFolder } from "./userFolder.cjs";

/** A Pulumi engine that is ready to run programs in Node and YAML. */
export interface Engine {
  /** Absolute, named `bin`; holds `pulumi` and its language hosts. Put it in front of the PATH. */
  readonly folder: string;
  readonly version: string;
  readonly origin: Origin;
}

/** Found on the PATH, downloaded as Pulumi's own release, or built from Pulumi's Go modules. */
export type Origin = "path" | "download" | "build";

export interface FindEngineOptions {
  /** Whose PATH, proxies, Go and npm settings count. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Where downloads and builds are kept. Default: the user's cache. */
  readonly cacheFolder?: string;
  /** What a download has to be: checksums as sha256sum writes them. Default: those that are pinned in this folder. */
  readonly checksumsFile?: string;
  /** Where the folder that is handed out is put together. Default: this checkout's node_modules/.cache. */
  readonly assemblyFolder?: string;
  /** Default: lines on stderr. */
  readonly progress?: Progress;
}

/** The options with their defaults. */
export type Search = Required<FindEngineOptions>;

export function searchWith(options: FindEngineOptions): Search {
  const environment = options.environment ?? process.env;
  const checkout = resolve(__dirname, "..", "..");
  return {
    environment,
    cacheFolder: resolve(options.cacheFolder ?? userFolder(environment, "engine")),
    checksumsFile: resolve(options.checksumsFile ?? join(__dirname, "checksums.txt")),
    assemblyFolder: resolve(options.assemblyFolder ?? join(checkout, "node_modules", ".cache", "engine")),
    progress: options.progress ?? progressOn(process.stderr),
  };
}
