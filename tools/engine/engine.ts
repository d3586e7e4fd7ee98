import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { type Parts, assemble, assembled } from "./assembly";
import { OLDEST, OLDEST_GO_VERSION, build, buildEntry } from "./build";
import { userCacheFolder } from "./cache";
import { EXECUTABLE_SUFFIX } from "./commands";
import { download, downloadEntry } from "./download";
import { engineOnPath } from "./onPath";
import { type Progress, progressOn } from "./progress";
import { ENGINE_VERSION, OLDEST_ENGINE_VERSION, versionOf } from "./versions";

export { engineEnvironment } from "./environment";

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
  /** Where the folder that is handed out is put together. Default: this checkout's node_modules/.cache. */
  readonly assemblyFolder?: string;
  /** Default: lines on stderr. */
  readonly progress?: Progress;
}

const BUILT_COMMANDS = ["pulumi", "pulumi-language-yaml"] as const;

/** The options with their defaults. */
export type Search = Required<FindEngineOptions>;

/** No engine could be found or made: the message names what was tried and what to install. */
export class EngineNotFound extends Error {
  constructor(attempts: readonly string[]) {
    super(
      [
        "No Pulumi engine could be found or made:",
        ...attempts.map((attempt) => `  - ${attempt}`),
        `Install the Pulumi CLI ${OLDEST_ENGINE_VERSION} or later (https://www.pulumi.com/docs/install/),`,
        `or Go ${OLDEST_GO_VERSION} or later (https://go.dev/dl/), with which the engine is built from source.`,
      ].join("\n"),
    );
    this.name = "EngineNotFound";
  }
}

/**
 * Finds a Pulumi engine, or makes one: installed on the PATH, else downloaded, else built.
 *
 * What was downloaded or built once is used again without asking the network. Never touches the user's Pulumi home.
 */
export async function findEngine(options: FindEngineOptions = {}): Promise<Engine> {
  const search = withDefaults(options);
  const attempts: string[] = [];
  for (const source of sources(search)) {
    try {
      return await source.find(search);
    } catch (error) {
      attempts.push(`${source.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new EngineNotFound(attempts);
}

/** The oldest engine that is used, built, with the language hosts of the one that is found. */
export async function oldestEngine(options: FindEngineOptions = {}): Promise<Engine> {
  const search = withDefaults(options);
  const { folder } = await findEngine(options);
  const host = (language: string): string => join(folder, `pulumi-language-${language}${EXECUTABLE_SUFFIX}`);
  const pulumi = join(await build(search, ["pulumi"], OLDEST), "bin", `pulumi${EXECUTABLE_SUFFIX}`);
  return engineFrom(search, { origin: "build", pulumi, yamlHost: host("yaml"), nodeHost: host("nodejs") });
}

interface Source {
  readonly name: string;
  readonly find: (search: Search) => Promise<Engine>;
}

function sources(search: Search): readonly Source[] {
  const path = { name: "installed", find: engineOnPath };
  const downloaded = { name: `downloaded with npm (pulumi@${ENGINE_VERSION})`, find: downloadedEngine };
  const built = { name: "built with Go", find: builtEngine };
  const isBuilt = existsSync(buildEntry(search, BUILT_COMMANDS)) && !existsSync(downloadEntry(search));
  return isBuilt ? [path, built, downloaded] : [path, downloaded, built];
}

async function downloadedEngine(search: Search): Promise<Engine> {
  const bin = join(await download(search), "bin");
  const [pulumi, yamlHost, nodeHost] = ["pulumi", "pulumi-language-yaml", "pulumi-language-nodejs"].map((name) =>
    join(bin, name + EXECUTABLE_SUFFIX),
  ) as [string, string, string];
  return engineFrom(search, { origin: "download", pulumi, yamlHost, nodeHost });
}

async function builtEngine(search: Search): Promise<Engine> {
  const bin = join(await build(search, BUILT_COMMANDS), "bin");
  const [pulumi, yamlHost] = BUILT_COMMANDS.map((name) => join(bin, name + EXECUTABLE_SUFFIX)) as [string, string];
  return engineFrom(search, { origin: "build", pulumi, yamlHost, nodeHost: undefined });
}

async function engineFrom(search: Search, parts: Parts): Promise<Engine> {
  return assembled(search, parts) ?? assemble(search, parts, await versionOf(parts.pulumi, search));
}

function withDefaults(options: FindEngineOptions): Search {
  const environment = options.environment ?? process.env;
  const checkout = resolve(__dirname, "..", "..");
  return {
    environment,
    cacheFolder: resolve(options.cacheFolder ?? userCacheFolder(environment)),
    assemblyFolder: resolve(options.assemblyFolder ?? join(checkout, "node_modules", ".cache", "engine")),
    progress: options.progress ?? progressOn(process.stderr),
  };
}
