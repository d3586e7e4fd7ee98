import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { madeOnce } from "./cache";
import { EXECUTABLE_SUFFIX, findCommand, run } from "./commands";
import { withoutPulumiSettings } from "./environment";
import type { Search } from "./search";
import { ENGINE_VERSION, OLDEST_ENGINE_VERSION, atLeast, requireVersion } from "./versions";

/** What go.mod asks for, said before a build that would fail with less to go by. */
export const OLDEST_GO_VERSION = "1.25.11";
const BUILD_TIMEOUT_SECONDS = 1800;

/** The Go packages of the commands that can be built; go.mod and go.sum of a version's folder pin theirs. */
const PACKAGES = {
  pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  "pulumi-language-yaml": "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
} as const;
export type BuiltCommand = keyof typeof PACKAGES;

/** A version that can be built, and where its go.mod is. */
export interface Buildable {
  readonly version: string;
  readonly folder: string;
}
export const DEVELOPED_WITH: Buildable = { version: ENGINE_VERSION, folder: __dirname };
export const OLDEST: Buildable = { version: OLDEST_ENGINE_VERSION, folder: join(__dirname, "oldest") };

/** Without a version the Automation API refuses the CLI. */
const buildFlags = ({ version }: Buildable): string[] => {
  const linkerFlags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  return ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", linkerFlags];
};

/** Where a build of these commands is kept, whether it is there or not. */
export function buildEntry(search: Search, commands: readonly BuiltCommand[], what = DEVELOPED_WITH): string {
  const hash = createHash("sha256").update(JSON.stringify([commands, buildFlags(what)]));
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(what.folder, file)));
  const name = ["build", what.version, process.platform, process.arch, hash.digest("hex").slice(0, 12)].join("-");
  return join(search.cacheFolder, name);
}

/** Builds the commands from their Go modules, unless that was done before. */
export async function build(search: Search, commands: readonly BuiltCommand[], what = DEVELOPED_WITH): Promise<string> {
  return madeOnce(
    buildEntry(search, commands, what),
    async (partialFolder) => {
      await requireGo(search);
      await search.progress(`Building ${commands.join(" and ")} ${what.version} (once, takes minutes)`, () =>
        goBuild(search, commands, join(partialFolder, "bin"), what),
      );
      const pulumi = join(partialFolder, "bin", `pulumi${EXECUTABLE_SUFFIX}`);
      if (commands.includes("pulumi")) await requireVersion(search, pulumi, what.version);
    },
    search.progress,
  );
}

/**
 * Builds the generator of packages for other languages (`sdk/`), of the modules that the engine is built from. Go
 * itself tells whether there is anything to do.
 */
export async function buildSdkGenerator(): Promise<string> {
  const executable = join(__dirname, "../../node_modules/.cache", `generate-sdk${EXECUTABLE_SUFFIX}`);
  const environment = { ...withoutPulumiSettings(process.env), CGO_ENABLED: "0" };
  await run(`go${EXECUTABLE_SUFFIX}`, ["build", ...buildFlags(DEVELOPED_WITH), "-o", executable, "./sdk"], {
    environment,
    folder: __dirname,
    timeoutSeconds: BUILD_TIMEOUT_SECONDS,
  });
  return executable;
}

async function goBuild(
  search: Search,
  commands: readonly BuiltCommand[],
  folder: string,
  what: Buildable,
): Promise<void> {
  const outputs = commands.map((command) => PACKAGES[command]);
  await go(search, ["build", ...buildFlags(what), "-o", `${folder}/`, ...outputs], BUILD_TIMEOUT_SECONDS, what.folder);
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

function go(search: Search, args: readonly string[], timeoutSeconds: number, folder = __dirname): Promise<string> {
  const environment = { ...withoutPulumiSettings(search.environment), CGO_ENABLED: "0" };
  return run(`go${EXECUTABLE_SUFFIX}`, args, { environment, folder, timeoutSeconds });
}
