import { execFile } from "node:child_process";

/** How a benchmark's command ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run bench`. */
export function bench(...options: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, ["-r", "ts-node/register", "tools/bench/main.ts", ...options], (error, stdout, stderr) =>
      done({ exitCode: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr }),
    );
  });
}
