import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { FindEngineOptions } from "../../tools/engine/engine";
import { silently } from "../../tools/engine/progress";
import { temporaryFolder, writeAt } from "./project";

const LANGUAGE_HOSTS = ["pulumi-language-nodejs", "pulumi-language-yaml"];

/** Says its version, and leaves a mark in whatever it takes for its home. */
const pulumiSaying = (version: string): string => `
const { mkdirSync } = require("node:fs");
mkdirSync((process.env.PULUMI_HOME ?? process.env.HOME + "/.pulumi") + "/touched", { recursive: true });
console.log(${JSON.stringify(version)});`;

/** A machine with nothing installed but the fakes that a test puts on its PATH. */
export class Machine {
  readonly folder = temporaryFolder();
  readonly home = join(this.folder, "home");
  readonly bin = join(this.folder, "installed", "bin");
  readonly cacheFolder = join(this.folder, "cache");
  readonly #log = join(this.folder, "log");
  readonly environment: Record<string, string> = { PATH: this.bin, HOME: this.home };

  constructor() {
    mkdirSync(this.home);
    writeFileSync(this.options.checksumsFile, "");
  }

  get options(): FindEngineOptions & Record<"cacheFolder" | "checksumsFile", string> {
    return {
      environment: this.environment,
      cacheFolder: this.cacheFolder,
      checksumsFile: join(this.folder, "checksums.txt"),
      assemblyFolder: join(this.folder, "assembly"),
      progress: silently,
    };
  }

  /** What the fakes were asked to do, one line each. */
  get log(): readonly string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, "utf8").trim().split("\n") : [];
  }

  /** `script` is JavaScript; `log(line)` in it adds to the log. */
  install(name: string, script: string, folder = this.bin): void {
    const log = `const log = (line) => require("node:fs").appendFileSync(${JSON.stringify(this.#log)}, line + "\\n");`;
    writeAt(join(folder, name), `#!${process.execPath}\n${log}\n${script}`, 0o755);
  }

  installPulumi(version: string, languageHosts = LANGUAGE_HOSTS): void {
    this.install("pulumi", pulumiSaying(version));
    for (const host of languageHosts) this.install(host, "");
  }

  /** A release whose archive is pinned and can be downloaded; `delivered` is what arrives of the archive. */
  installRelease(says = "v3.259.0", delivered = (archive: Buffer): Buffer => archive, commands = "pulumi"): void {
    const release = join(this.folder, "release");
    for (const name of ["pulumi", ...LANGUAGE_HOSTS]) {
      writeAt(join(release, commands, name), `#!${process.execPath}\n${pulumiSaying(says)}`, 0o755);
    }
    const file = join(release, "archive");
    execFileSync("tar", ["-czf", file, "-C", release, "pulumi"]);
    const archive = readFileSync(file);
    const sha256 = createHash("sha256").update(archive).digest("hex");
    const name = `pulumi-v3.259.0-${process.platform}-${process.arch}.tar.gz`;
    writeFileSync(this.options.checksumsFile, `# pinned\n${"0".repeat(64)}  other.zip\n${sha256}  ${name}\n`);
    writeFileSync(file, delivered(archive));
    this.install(
      "curl",
      `
const args = process.argv.slice(2);
log("curl " + args.at(-1) + " token=" + process.env.PULUMI_ACCESS_TOKEN);
require("node:fs").copyFileSync(${JSON.stringify(file)}, args[args.indexOf("--output") + 1]);`,
    );
    const env = JSON.stringify({ PATH: process.env.PATH });
    this.install(
      "tar",
      `require("node:child_process").execFileSync("tar", process.argv.slice(2), { env: ${env}, stdio: "inherit" });`,
    );
  }

  /** What is pinned cannot be reached. */
  installOfflineCurl(): void {
    this.installRelease();
    this.install("curl", `log("curl"); console.error("curl: (6) Could not resolve host"); process.exit(6);`);
  }

  /** A Go that "builds" by writing scripts; `beforeBuild` is JavaScript that may fail, or never end. */
  installGo(beforeBuild = "", version = "go1.26.0", says = "v3.259.0"): void {
    this.install(
      "go",
      `
const { mkdirSync, writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
if (args[0] === "version") { console.log("go version ${version} linux/amd64"); process.exit(); }
const packages = args.slice(args.indexOf("-o") + 2);
log("build " + packages.map((each) => each.split("/").pop()).join(" "));
const folder = args[args.indexOf("-o") + 1];
mkdirSync(folder, { recursive: true });
const write = () => packages.forEach((each) =>
  writeFileSync(folder + each.split("/").pop(), "#!${process.execPath}\\nconsole.log('${says}')", { mode: 0o755 }));
${beforeBuild}
write();`,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
