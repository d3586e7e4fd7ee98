import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
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
  }

  get options(): FindEngineOptions & { readonly cacheFolder: string } {
    return {
      environment: this.environment,
      cacheFolder: this.cacheFolder,
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

  /** An npm whose `pulumi` package downloads a release of the given version. */
  installNpm(): void {
    this.install(
      "npm",
      `
const { mkdirSync, writeFileSync } = require("node:fs");
log("npm " + process.argv.slice(2).join(" ") + " token=" + process.env.PULUMI_ACCESS_TOKEN);
const version = process.argv.find((argument) => argument.startsWith("--package=pulumi@")).split("@")[1];
const folder = process.env.PULUMI_HOME + "/versions/" + version + "/bin";
mkdirSync(folder, { recursive: true });
for (const name of ["pulumi", ${LANGUAGE_HOSTS.map((host) => JSON.stringify(host)).join()}]) {
  writeFileSync(folder + "/" + name, "#!${process.execPath}\\nconsole.log('v' + '" + version + "')", { mode: 0o755 });
}`,
    );
  }

  installOfflineNpm(): void {
    this.install("npm", `log("npm"); console.error("Downloading...\\npulumi: fetch failed"); process.exit(1);`);
  }

  /** A Go that "builds" by writing scripts; `beforeBuild` is JavaScript that may fail, or never end. */
  installGo(beforeBuild = "", version = "go1.26.0"): void {
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
  writeFileSync(folder + each.split("/").pop(), "#!${process.execPath}\\nconsole.log('v3.259.0')", { mode: 0o755 }));
${beforeBuild}
write();`,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
