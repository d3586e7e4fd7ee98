import { createHash } from "node:crypto";
import { createReadStream, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { madeOnce } from "./cache";
import { EXECUTABLE_SUFFIX, isExecutable, run } from "./commands";
import { withoutPulumiSettings } from "./environment";
import type { Search } from "./search";
import { ENGINE_VERSION, requireVersion } from "./versions";

const RELEASES = "https://get.pulumi.com/releases/sdk";
const DOWNLOAD_TIMEOUT_SECONDS = 1800;
/** A network that lets nothing through does not say so: a build need not wait for that. */
const CONNECT_TIMEOUT_SECONDS = 20;

/** A release's archive for this platform, and what it has to be. */
interface Archive {
  readonly name: string;
  readonly sha256: string;
}

/** Where the download is kept, whether it is there or not; nowhere, if nothing says what it has to be. */
export function downloadEntry(search: Search): string | undefined {
  const sha256 = pinnedSha256(search, archiveName());
  if (sha256 === undefined) return undefined;
  const name = ["download", ENGINE_VERSION, process.platform, process.arch, sha256.slice(0, 12)].join("-");
  return join(search.cacheFolder, name);
}

/**
 * Downloads Pulumi's own release with every language host, unless that was done before. Like a Go module without an
 * entry in go.sum, an archive without a pinned checksum is not used.
 */
export async function download(search: Search): Promise<string> {
  const name = archiveName();
  const [entry, sha256] = [downloadEntry(search), pinnedSha256(search, name)];
  if (entry === undefined || sha256 === undefined)
    throw new Error(`${search.checksumsFile} has no checksum of ${name}`);
  return madeOnce(
    entry,
    (partialFolder) =>
      search.progress(`Downloading pulumi ${ENGINE_VERSION} (once)`, () =>
        downloadTo(search, { name, sha256 }, partialFolder),
      ),
    search.progress,
  );
}

function archiveName(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return `pulumi-v${ENGINE_VERSION}-${platform}-${process.arch}.${platform === "windows" ? "zip" : "tar.gz"}`;
}

/** Of a file as sha256sum writes it, which is how Pulumi publishes its checksums. */
function pinnedSha256(search: Search, name: string): string | undefined {
  const lines = readFileSync(search.checksumsFile, "utf8").split("\n");
  return lines.map((line) => /^([0-9a-f]{64}) [ *](\S+)$/.exec(line)).find((match) => match?.[2] === name)?.[1];
}

async function downloadTo(search: Search, { name, sha256 }: Archive, partialFolder: string): Promise<void> {
  const [url, file] = [`${RELEASES}/${name}`, join(partialFolder, name)];
  const options = {
    environment: withoutPulumiSettings(search.environment),
    folder: partialFolder,
    timeoutSeconds: DOWNLOAD_TIMEOUT_SECONDS,
  };
  const quietly = ["--fail", "--silent", "--show-error", "--location", "--proto", "=https"];
  // Unlike Node's own client it goes by the user's proxies and certificates.
  const patience = ["--connect-timeout", String(CONNECT_TIMEOUT_SECONDS)];
  await run(`curl${EXECUTABLE_SUFFIX}`, [...quietly, ...patience, "--output", file, url], options);
  const got = await sha256Of(file);
  if (got !== sha256) throw new Error(`${url} is not what is pinned: its SHA-256 is ${got}, not ${sha256}`);
  await run(`tar${EXECUTABLE_SUFFIX}`, ["-xf", file, "-C", partialFolder], options);
  const unpacked = join(partialFolder, "pulumi");
  // The archives for Windows have a folder more.
  const commands = [join(unpacked, "bin"), unpacked].find((folder) => isExecutable(pulumiIn(folder)));
  if (commands === undefined) throw new Error(`${url} has no pulumi`);
  const bin = join(partialFolder, "bin");
  renameSync(commands, bin);
  for (const left of [file, unpacked]) rmSync(left, { recursive: true, force: true });
  await requireVersion(search, pulumiIn(bin), ENGINE_VERSION);
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function pulumiIn(folder: string): string {
  return join(folder, `pulumi${EXECUTABLE_SUFFIX}`);
}
