import { execFileSync } from "node:child_process";

/** What git answers; an answer that is no success is an error with git's own words. */
export function git(checkout: string, ...args: readonly string[]): string {
  return gitWith({}, checkout, ...args);
}

export function gitWith(settings: Record<string, string>, checkout: string, ...args: readonly string[]): string {
  const env = { ...process.env, ...settings };
  return execFileSync("git", args, { cwd: checkout, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Whether git answers with success. */
export function gitHolds(checkout: string, ...args: readonly string[]): boolean {
  try {
    git(checkout, ...args);
    return true;
  } catch {
    return false;
  }
}
