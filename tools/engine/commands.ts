import { type ExecFileException, execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";

/** What a command needs to run: nothing is taken from this process unless the caller passes it on. */
export interface CommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly timeoutSeconds: number;
}

export const EXECUTABLE_SUFFIX = process.platform === "win32" ? ".exe" : "";

/** Where the PATH has a command, as a shell would find it. */
export function findCommand(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  return pathFolders(environment)
    .map((folder) => join(folder, name + EXECUTABLE_SUFFIX))
    .find(isExecutable);
}

export function pathFolders(environment: NodeJS.ProcessEnv): readonly string[] {
  return (environment[pathKey(environment)] ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** `PATH`, which Windows also spells `Path`. */
export function pathKey(environment: NodeJS.ProcessEnv): string {
  return Object.keys(environment).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a command without a shell and returns what it printed to stdout.
 *
 * A failure is one line, the last that the command printed to stderr: that is where tools name the cause.
 * The command ends with this process, also when that one is interrupted.
 */
export function run(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      {
        cwd: options.folder,
        env: options.environment,
        timeout: options.timeoutSeconds * 1000,
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        process.off("exit", end);
        if (error === null) resolve(stdout.trim());
        else reject(new Error(failure(command, error, stderr, options.timeoutSeconds)));
      },
    );
    const end = (): boolean => child.kill();
    process.once("exit", end);
  });
}

function failure(command: string, error: ExecFileException, stderr: string, timeoutSeconds: number): string {
  const name = basename(command);
  if (error.code === "ENOENT") return `${name} is not installed`;
  if (error.killed === true) return `${name} did not end within ${timeoutSeconds} s`;
  return lastLine(stderr) ?? `${name} ended with ${error.signal ?? `exit code ${error.code ?? "unknown"}`}`;
}

function lastLine(text: string): string | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").at(-1);
}
