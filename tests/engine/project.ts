import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { engineEnvironment, findEngine } from "../../tools/engine/engine";

/** How a command of the Pulumi CLI ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Pulumi project in a folder of its own, as a user has it, run by the CLI. */
export interface Project {
  readonly folder: string;
  /** Replaces the program. It is CommonJS and may import the package by its name. */
  write(program: string): void;
  pulumi(...args: string[]): Promise<CommandResult>;
  /** Starts a command and leaves it running. */
  start(...args: string[]): ChildProcess;
  remove(): void;
}

/** Makes a project with a stack. */
export async function userProject(environment: Readonly<Record<string, string>>, stackName = "test"): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-project-"));
  const program = join(folder, "program");
  const engine = await findEngine();
  const env = { ...engineEnvironment(engine, join(folder, "engine")), ...environment };
  mkdirSync(program);
  symlinkSync(resolve("node_modules"), join(program, "node_modules"), "junction");
  writeFileSync(join(program, "package.json"), JSON.stringify({ name: "project", private: true, main: "index.js" }));
  writeFileSync(
    join(program, "Pulumi.yaml"),
    "name: project\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  );
  const start = (...args: string[]): ChildProcess =>
    spawn(join(engine.folder, "pulumi"), [...args, "--non-interactive"], { cwd: program, env });
  const project: Project = {
    folder,
    write: (text) => writeFileSync(join(program, "index.js"), text),
    start,
    pulumi: (...args) => ended(start(...args)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  const { exitCode, stderr } = await project.pulumi("stack", "init", stackName);
  if (exitCode !== 0) throw new Error(`the stack could not be made: ${stderr}`);
  return project;
}

/** Waits until a command has ended. */
export function ended(child: ChildProcess): Promise<CommandResult> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (exitCode) => done({ exitCode, stdout, stderr }));
  });
}
