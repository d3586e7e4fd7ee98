import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { madeOnce } from "./cache";
import { EXECUTABLE_SUFFIX, findCommand, run } from "./commands";
import type { Search } from "./engine";
import { withoutPulumiSettings } from "./environment";
import { ENGINE_VERSION, atLeast } from "./versions";

/** What go.mod asks for, said before a build that would fail with less to go by. */
export const OLDEST_GO_VERSION = "1.25.11";
const BUILD_TIMEOUT_SECONDS = 1800;

/** The Go packages of the commands that can be built; go.mod and go.sum beside this file pin their versions. */
const PACKAGES = {
  pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  "pulumi-language-yaml": "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
} as const;
export type BuiltCommand = keyof typeof PACKAGES;

/** Without a version the Automation API refuses the CLI. */
const LINKER_FLAGS = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`;
const BUILD_FLAGS = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", LINKER_FLAGS];

/** Where a build of these commands is kept, whether it is there or not. */
export function buildEntry(search: Search, commands: readonly BuiltCommand[]): string {
  const hash = createHash("sha256").update(JSON.stringify([commands, BUILD_FLAGS]));
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(__dirname, file)));
  const name = ["build", ENGINE_VERSION, process.platform, process.arch, hash.digest("hex").slice(0, 12)].join("-");
  return join(search.cacheFolder, name);
}

/** Builds the commands from their Go modules, unless that was done before. */
export async function build(search: Search, commands: readonly BuiltCommand[]): Promise<string> {
  return madeOnce(
    buildEntry(search, commands),
    async (partialFolder) => {
      await requireGo(search);
      await search.progress(`Building ${commands.join(" and ")} ${ENGINE_VERSION} (once, takes minutes)`, () =>
        goBuild(search, commands, join(partialFolder, "bin")),
      );
    },
    search.progress,
  );
}

/**
 * Builds the generator of packages for other languages (`sdk/`), of the modules that the engine is built from. Go itself tells
 * whether there is anything to do.
 */
export async function buildSdkGenerator(): Promise<string> {
  const executable = join(__dirname, "../../node_modules/.cache", `generate-sdk${EXECUTABLE_SUFFIX}`);
  const environment = { ...withoutPulumiSettings(process.env), CGO_ENABLED: "0" };
  await run(`go${EXECUTABLE_SUFFIX}`, ["build", ...BUILD_FLAGS, "-o", executable, "./sdk"], { environment, folder: __dirname, timeoutSeconds: BUILD_TIMEOUT_SECONDS });
  return executable;
}

async function goBuild(search: Search, commands: readonly BuiltCommand[], folder: string): Promise<void> {
  const outputs = commands.map((command) => PACKAGES[command]);
  await go(search, ["build", ...BUILD_FLAGS, "-o", `${folder}/`, ...outputs], BUILD_TIMEOUT_SECONDS);
}

/** Asked where go.mod is: Go switches to the toolchain that it names, where the user's GOTOOLCHAIN allows that. */
async function requireGo(search: Search): Promise<void> {
  if (findCommand("go", search.environment) === undefined) {
    throw new Error(`Go is not installed (${OLDEST_GO_VERSION} or later is needed)`);
  }
  const answer = await go(search, ["version"], 120);
  const version = /go(\d+(?:\.\d+)+)/.exec(answer)?.[1] ?? "0";
  if (!atLeast(version, OLDEST_GO_VERSION)) {
    throw new Error(`Go ${version} is too old (${OLDEST_GO_VERSION} or later is needed)`);
  }
}

function go(search: Search, args: readonly string[], timeoutSeconds: number): Promise<string> {
  const environment = { ...withoutPulumiSettings(search.environment), CGO_ENABLED: "0" };
  return run(`go${EXECUTABLE_SUFFIX}`, args, { environment, folder: __dirname, timeoutSeconds });
}
