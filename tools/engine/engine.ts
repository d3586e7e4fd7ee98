import { existsSync } from "node:fs";
import { join } from "node:path";

import { type Parts, assemble, assembled } from "./assembly";
import { OLDEST, OLDEST_GO_VERSION, build, buildEntry } from "./build";
import { EXECUTABLE_SUFFIX } from "./commands";
import { download, downloadEntry } from "./download";
import { engineOnPath } from "./onPath";
import { type Engine, type FindEngineOptions, type Search, searchWith } from "./search";
import { ENGINE_VERSION, OLDEST_ENGINE_VERSION, versionOf } from "./versions";

export { engineEnvironment } from "./environment";
export type { Engine, FindEngineOptions } from "./search";

const BUILT_COMMANDS = ["pulumi", "pulumi-language-yaml"] as const;

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
  const search = searchWith(options);
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
  const search = searchWith(options);
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
  const downloaded = { name: `downloaded (pulumi ${ENGINE_VERSION})`, find: downloadedEngine };
  const built = { name: "built with Go", find: builtEngine };
  const isBuilt = existsSync(buildEntry(search, BUILT_COMMANDS)) && !isDownloaded(search);
  return isBuilt ? [path, built, downloaded] : [path, downloaded, built];
}

function isDownloaded(search: Search): boolean {
  const entry = downloadEntry(search);
  return entry !== undefined && existsSync(entry);
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
