import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { engineEnvironment, type Engine } from "../engine/engine";
import type { Network } from "./network";
import { watchPeak } from "./peakMemory";

/** A program as a project that the CLI runs, with a stack, an engine home and a state of its own. */
export interface Project {
  /** Runs a command of the CLI and measures it. An exit code that is not 0 is an error. */
  measure(environment: Readonly<Record<string, string>>, ...command: readonly string[]): Promise<Usage>;
  /** What the stack consists of, once it is deployed. */
  resources(): Promise<readonly DeployedResource[]>;
  /** What a preview says that the stack will consist of; what is not known yet is unknown here, too. */
  plannedResources(environment: Readonly<Record<string, string>>): Promise<readonly DeployedResource[]>;
}

/** What one command of the CLI has used. */
export interface Usage {
  /** From the start of the CLI's process to its end. */
  readonly seconds: number;
  /** Of the program's process: user and system. */
  readonly programCpuSeconds: number;
  readonly programPeakMebibytes: number;
  /** Of the CLI, which is the engine's process, too. `undefined` where the system does not tell. */
  readonly enginePeakMebibytes: number | undefined;
}

/** A resource of a stack, as far as the two variants must agree on it. */
export interface DeployedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: unknown;
  /** `TYPE NAME` of the resources that it waited for. */
  readonly dependencies: readonly string[];
}

export interface ProjectOptions {
  readonly engine: Engine;
  /** Created; nobody else's. */
  readonly folder: string;
  /** One of the folder `programs`, without its ending. */
  readonly program: string;
  readonly network: Network;
}

const CHECKOUT = resolve(__dirname, "..", "..");
const PROGRAMS = join(__dirname, "programs");

/** Makes the project. The program's process differs from a user's in one file that is loaded in front. */
export async function makeProject({ engine, folder, program, network }: ProjectOptions): Promise<Project> {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(PROGRAMS, `${program}.cjs`), join(folder, "index.js"));
  symlinkSync(join(CHECKOUT, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "network.json"), JSON.stringify(network));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bench", private: true, main: "index.js" }));
  const options = { typescript: false, nodeargs: `--require ${JSON.stringify(join(PROGRAMS, "usage.cjs"))}` };
  // Names without a random part: the same in every stack, so that inputs can be compared.
  const config = { "pulumi:autonaming": { value: { mode: "verbatim" } } };
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    JSON.stringify({ name: "bench", runtime: { name: "nodejs", options }, config }),
  );
  const usageFile = join(folder, "usage.json");
  const env = { ...engineEnvironment(engine, join(folder, "engine")), BENCH_USAGE_FILE: usageFile };
  const start = (command: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(join(engine.folder, "pulumi"), [...command, "--non-interactive"], {
      cwd: folder,
      env: { ...env, ...environment },
    });

  await output(start(["stack", "init", "bench"]));
  return {
    measure: async (environment, ...command) => {
      rmSync(usageFile, { force: true });
      const started = performance.now();
      const child = start(command, environment);
      const peak = watchPeak(child.pid);
      await output(child).finally(peak.stop);
      const seconds = (performance.now() - started) / 1000;
      return { seconds, ...programUsage(usageFile), enginePeakMebibytes: peak.mebibytes() };
    },
    resources: async () => {
      const { deployment } = JSON.parse(await output(start(["stack", "export"]))) as {
        deployment: { resources: readonly StateResource[] };
      };
      return resourcesOf(deployment.resources);
    },
    plannedResources: async (environment) => {
      const { steps } = JSON.parse(await output(start(["preview", "--json"], environment))) as {
        steps: readonly { newState: StateResource }[];
      };
      return resourcesOf(steps.map(({ newState }) => newState));
    },
  };
}

function programUsage(file: string): Pick<Usage, "programCpuSeconds" | "programPeakMebibytes"> {
  const { peakKibibytes, cpuMicros } = JSON.parse(readFileSync(file, "utf8")) as {
    peakKibibytes: number;
    cpuMicros: number;
  };
  return { programCpuSeconds: cpuMicros / 1_000_000, programPeakMebibytes: peakKibibytes / 1024 };
}

/** Waits for a command to end well and returns what it printed. */
function output(child: ChildProcess): Promise<string> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const end = (): boolean => child.kill();
  process.once("exit", end);
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (exitCode) => {
      process.off("exit", end);
      if (exitCode === 0) done(stdout);
      else fail(new Error(`${child.spawnargs.slice(1).join(" ")} failed:\n${stdout}${stderr}`));
    });
  });
}

/** Without the stack, its providers and the component, which owns the resources but is none of AWS's. */
function resourcesOf(resources: readonly StateResource[]): readonly DeployedResource[] {
  return resources
    .filter(({ type, custom }) => custom && !type.startsWith("pulumi:providers:"))
    .map(({ type, urn, inputs, dependencies = [] }) => ({
      type,
      name: nameOf(urn),
      inputs: withoutTimes(inputs),
      dependencies: dependencies.map(nameOf).sort(),
    }))
    .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
}

/** Each program runs at a time of its own. */
function withoutTimes(inputs: unknown): unknown {
  return inputs && (JSON.parse(JSON.stringify(inputs).replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"NOW"')) as unknown);
}

interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly custom: boolean;
  readonly inputs?: unknown;
  readonly dependencies?: readonly string[];
}

function nameOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1) ?? ""} ${name}`;
}
