import { createHash, randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { EXECUTABLE_SUFFIX, isExecutable } from "./commands";
import type { Engine, Origin, Search } from "./search";

/** The executables that make up an engine, wherever they are. */
export interface Parts {
  readonly origin: Origin;
  readonly pulumi: string;
  readonly yamlHost: string;
  /** Pulumi's own language host for Node; without one the folder gets ours. */
  readonly nodeHost: string | undefined;
}

const WINDOWS = process.platform === "win32";
const OUR_NODE_HOST = join(__dirname, "languageHost.cjs");
const RECORD = "engine.json";

/** The engine that was put together from these very parts before. */
export function assembled(search: Search, parts: Parts): Engine | undefined {
  const folder = assemblyOf(search, parts);
  const bin = join(folder, "bin");
  const commands = [executable("pulumi"), executable("pulumi-language-yaml"), nodeHostName(parts)];
  if (!existsSync(join(folder, RECORD)) || !commands.every((name) => isExecutable(join(bin, name)))) return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, RECORD), "utf8")) as { version: string };
  return { folder: bin, version, origin: parts.origin };
}

/**
 * Puts the parts into one folder, under a name that says which parts they are: a folder that someone works with is
 * never changed under them.
 */
export function assemble(search: Search, parts: Parts, version: string): Engine {
  const folder = assemblyOf(search, parts);
  const aside = `${folder}.partial-${randomUUID()}`;
  const bin = join(aside, "bin");
  mkdirSync(bin, { recursive: true });
  try {
    placePulumi(parts, join(bin, executable("pulumi")));
    place(parts.yamlHost, join(bin, executable("pulumi-language-yaml")));
    if (parts.nodeHost === undefined) writeNodeHost(join(bin, nodeHostName(parts)));
    else place(parts.nodeHost, join(bin, nodeHostName(parts)));
    writeFileSync(join(aside, RECORD), JSON.stringify({ version, ...parts }, null, 2));
    moveInto(folder, aside, search, parts);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return { folder: join(folder, "bin"), version, origin: parts.origin };
}

/** Another process may have been faster, or a part of an older assembly may be gone. */
function moveInto(folder: string, aside: string, search: Search, parts: Parts): void {
  if (assembled(search, parts) !== undefined) return;
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(aside, folder);
  } catch (error) {
    if (assembled(search, parts) === undefined) throw error;
  }
}

function assemblyOf(search: Search, parts: Parts): string {
  const identity = [parts.pulumi, parts.yamlHost, parts.nodeHost].map((file) => file && fingerprint(file));
  const hash = createHash("sha256").update(JSON.stringify([parts.origin, identity, process.execPath, OUR_NODE_HOST]));
  return join(search.assemblyFolder, hash.digest("hex").slice(0, 16));
}

/** Changes when the executable is upgraded in place. */
function fingerprint(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return `${file} ${stats?.size ?? 0} ${stats?.mtimeMs ?? 0}`;
}

/**
 * The engine looks for language hosts beside its own executable, behind all links; one that it finds on the PATH
 * instead draws a warning at every run. So with hosts from elsewhere it becomes a file of its own.
 */
function placePulumi(parts: Parts, target: string): void {
  const home = dirname(realpathSync(parts.pulumi));
  const hosts = [parts.yamlHost, parts.nodeHost];
  if (hosts.every((host) => host !== undefined && dirname(realpathSync(host)) === home)) place(parts.pulumi, target);
  else duplicate(realpathSync(parts.pulumi), target);
}

function place(source: string, target: string): void {
  // Links need a privilege on Windows.
  if (WINDOWS) duplicate(source, target);
  else symlinkSync(source, target);
}

/** A hard link where the file system allows one, otherwise a copy. */
function duplicate(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

/** Node's own warnings about the host are not the user's business; they would show in every preview. */
function writeNodeHost(target: string): void {
  const command = [process.execPath, "--no-warnings", OUR_NODE_HOST];
  const script = WINDOWS
    ? `@${command.map((word) => `"${word}"`).join(" ")} %*\r\n`
    : `#!/bin/sh\nexec ${command.map(shellQuoted).join(" ")} "$@"\n`;
  writeFileSync(target, script, { mode: 0o755 });
}

function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function nodeHostName(parts: Parts): string {
  return parts.nodeHost === undefined && WINDOWS ? "pulumi-language-nodejs.cmd" : executable("pulumi-language-nodejs");
}

function executable(name: string): string {
  return name + EXECUTABLE_SUFFIX;
}
