// Makes a fresh clone ready: installs the pinned packages and builds dist/. The npm scripts that need either start with
// it, because .npmrc turns npm's own pre and post scripts off. Silent and quick when there is nothing to do.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const { withLock } = require("./engine/lock.cjs");
const { npmCommand } = require("./engine/npm.cjs");
const { userFolder } = require("./engine/userFolder.cjs");

const CHECKOUT = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(CHECKOUT, ...parts);
/** What the last successful steps worked from. */
const RECORD = at("node_modules", ".ready.json");
const BUILD_CONFIGURATION = "tsconfig.build.json";
/** What programs and tests load, and what Lambda runs. The provider, which the engine runs, is bundled apart. */
const ENTRIES = ["index.ts", "policy.ts", "components/check/probe/handler.ts"];

if (!(isInstalled() && isBuilt())) {
  try {
    // Outside the checkout: npm ci removes node_modules, with whatever lies in it.
    await withLock(join(userFolder(process.env, "ready"), `${hash(CHECKOUT)}.lock`), makeReady, {
      onWait: () => say("Waiting for another process that is preparing this checkout"),
    });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function makeReady() {
  if (!isInstalled()) {
    await step("Installing packages", () => run([...npmCommand(process.env), "ci", "--no-audit", "--no-fund"]));
    record({ packages: packagesFingerprint() });
  }
  if (!isBuilt()) {
    const sources = sourcesFingerprint();
    await step("Building dist", build);
    record({ sources });
  }
}

/** Installed by this script, or by hand to the same effect. */
function isInstalled() {
  if (!existsSync(at("node_modules", ".package-lock.json"))) return false;
  return recorded().packages === packagesFingerprint() || matchesLock();
}

/** Whether what npm has put into node_modules is what package-lock.json asks for on this platform. */
function matchesLock() {
  const wanted = readJson(at("package-lock.json")).packages;
  const installed = readJson(at("node_modules", ".package-lock.json")).packages;
  const same = Object.entries(installed).every(([path, entry]) => sameContent(entry, wanted[path]));
  const complete = Object.entries(wanted).every(([path, entry]) => path === "" || path in installed || entry.optional);
  if (same && complete) record({ packages: packagesFingerprint() });
  return same && complete;
}

function sameContent(installed, wanted) {
  return wanted !== undefined && installed.version === wanted.version && installed.integrity === wanted.integrity;
}

function isBuilt() {
  return (
    existsSync(at("dist", "index.js")) &&
    existsSync(at("cli", "dist", "main.js")) &&
    recorded().sources === sourcesFingerprint()
  );
}

/**
 * Declarations, and each entry in one file: a program that imports 60 files waits twice as long as for one.
 * Emptied first, so that nothing survives whose source is gone; nothing is left of a build that failed.
 */
async function build() {
  const built = [at("dist"), at("cli", "dist")];
  for (const folder of built) rmSync(folder, { recursive: true, force: true });
  const tsc = at("node_modules", "typescript", "bin", "tsc");
  const esbuild = at("node_modules", "esbuild", "bin", "esbuild");
  try {
    await run([process.execPath, tsc, "-p", BUILD_CONFIGURATION, "--noEmitOnError"]);
    const runtime = ["--platform=node", "--target=node20", "--format=cjs", "--packages=external"];
    await run([
      process.execPath,
      esbuild,
      ...ENTRIES,
      "--bundle",
      ...runtime,
      "--outdir=dist",
      "--outbase=.",
      "--log-level=warning",
    ]);
    await run([process.execPath, at("tools", "bundle.mjs")]);
    await run([process.execPath, at("tools", "bundleCli.mjs")]);
  } catch (error) {
    for (const folder of built) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function packagesFingerprint() {
  return hash(readFileSync(at("package-lock.json")));
}

/** Of names, sizes and times: a removed file counts as a change, too; what is written about the sources does not. */
function sourcesFingerprint() {
  const configurations = readdirSync(CHECKOUT).filter((name) => /^tsconfig.*\.json$/.test(name));
  const folders = ["components", "provider", "cli"].flatMap((folder) =>
    readdirSync(at(folder), { recursive: true })
      .map((name) => join(folder, name))
      .filter((name) => !/^cli[\\/](?:dist|node_modules)/.test(name)),
  );
  const described = [
    "index.ts",
    "policy.ts",
    "tools/ready.mjs",
    "tools/bundle.mjs",
    "tools/bundleCli.mjs",
    "tools/bundled.mjs",
    "tools/licences.cjs",
    ...configurations,
    ...folders,
  ]
    .filter((name) => !name.endsWith(".md"))
    .sort()
    .map((name) => {
      const stats = statSync(at(name), { throwIfNoEntry: false });
      return stats?.isFile() ? `${name} ${stats.size} ${stats.mtimeMs}` : name;
    });
  return hash(described.join("\n"));
}

function hash(content) {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

function recorded() {
  return existsSync(RECORD) ? readJson(RECORD) : {};
}

function record(facts) {
  mkdirSync(dirname(RECORD), { recursive: true });
  writeFileSync(RECORD, JSON.stringify({ ...recorded(), ...facts }));
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

async function step(title, work) {
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  try {
    await work();
    say(`${title}: done in ${elapsed()}`);
  } catch (error) {
    throw new Error(`${title} failed after ${elapsed()}:\n${error.message}`, { cause: error });
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a command in the checkout and keeps its output to itself, unless it fails. */
function run([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: CHECKOUT, stdio: ["ignore", "pipe", "pipe"] });
    const end = () => child.kill();
    process.once("exit", end);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", end);
      if (code === 0) resolve();
      else reject(new Error(output.trim() || `${command} ended with ${signal ?? code}`));
    });
  });
}
