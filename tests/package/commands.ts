import { execFile } from "node:child_process";
import { npmCommand } from "../../tools/engine/npm.cjs";

/** What npm prints. */
export function npm(folder: string, ...args: readonly string[]): Promise<string> {
  const [command, ...first] = npmCommand(process.env);
  return output(command, [...first, ...args], folder);
}

/** What a command prints to stdout; a failure shows that too, because tools tell there what is wrong. */
export function output(command: string, args: readonly string[], folder: string): Promise<string> {
  return new Promise((done, fail) => {
    execFile(command, args, { cwd: folder }, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else fail(new Error(`${args.join(" ")}\n${stdout}${stderr}`));
    });
  });
}
