import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { type Parts, assemble, assembled } from "./assembly";
import { build, buildEntry } from "./build";
import { EXECUTABLE_SUFFIX, findCommand, isExecutable, pathFolders } from "./commands";
import type { Engine, Search } from "./search";
import { OLDEST_ENGINE_VERSION, atLeast, versionOf } from "./versions";

/** The engine that the user has installed, completed with the language hosts that it lacks. */
export async function engineOnPath(search: Search): Promise<Engine> {
  const pulumi = findCommand("pulumi", search.environment);
  if (pulumi === undefined) throw new Error("pulumi is not installed");
  const parts = partsAround(search, pulumi);
  return assembled(search, parts) ?? (await assembleAround(search, parts));
}

async function assembleAround(search: Search, parts: Parts): Promise<Engine> {
  const version = await versionOf(parts.pulumi, search);
  if (!atLeast(version, OLDEST_ENGINE_VERSION)) {
    throw new Error(`${parts.pulumi} is too old: ${version} (${OLDEST_ENGINE_VERSION} or later is needed)`);
  }
  if (!existsSync(parts.yamlHost)) await buildYamlHost(search, parts.pulumi);
  const engine = assemble(search, parts, version);
  // A wrapper script may not survive being moved away from what it wraps.
  await versionOf(join(engine.folder, `pulumi${EXECUTABLE_SUFFIX}`), search);
  return engine;
}

async function buildYamlHost(search: Search, pulumi: string): Promise<void> {
  try {
    await build(search, ["pulumi-language-yaml"]);
  } catch (error) {
    const reason = `${pulumi} has no pulumi-language-yaml beside it, and none can be built`;
    throw new Error(`${reason}: ${(error as Error).message}`, { cause: error });
  }
}

function partsAround(search: Search, pulumi: string): Parts {
  const folders = [dirname(realpathSync(pulumi)), dirname(pulumi), ...pathFolders(search.environment)];
  const host = (name: string): string | undefined =>
    folders.map((folder) => join(folder, name + EXECUTABLE_SUFFIX)).find(isExecutable);
  const builtYamlHost = join(
    buildEntry(search, ["pulumi-language-yaml"]),
    "bin",
    `pulumi-language-yaml${EXECUTABLE_SUFFIX}`,
  );
  return {
    origin: "path",
    pulumi,
    nodeHost: host("pulumi-language-nodejs"),
    yamlHost: host("pulumi-language-yaml") ?? builtYamlHost,
  };
}
