import { execFile } from "node:child_process";

/** How a benchmark's command ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program of an `npm run bench` of the folder tools/bench. */
export function bench(program: string, ...options: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, ["-r", "ts-node/register", `tools/bench/${program}`, ...options], (error, stdout, stderr) =>
      done({ exitCode: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr }),
    );
  });
}
