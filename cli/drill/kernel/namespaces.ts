import { spawn, spawnSync } from "node:child_process";
import { Unjudged } from "../../exit";

/** Set for the drill that runs in namespaces of its own. */
const INSIDE = "DYNAMODB_ENDPOINT_DRILL_INSIDE";

const NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** As root, or as anybody where the kernel lets everybody have user namespaces. */
const WAYS = [NAMESPACES, ["--user", "--map-root-user", ...NAMESPACES]];

/** What a drill does in its namespaces, in the small. */
const ATTEMPTS = [
  ["mount", "-t", "tmpfs", "tmpfs", "/run"],
  ["ip", "link", "add", "left0", "type", "veth", "peer", "name", "right0"],
  ["nft", "add", "table", "ip", "attempt"],
] as const;

export function isInNamespaces(): boolean {
  return process.env[INSIDE] !== undefined;
}

/** Runs the same drill again in namespaces, which are gone with its last process. The answer is its exit code. */
export async function runInNamespaces(): Promise<number> {
  if (process.platform !== "linux")
    throw new Unjudged(
      "--kernel: packets are lost in network namespaces, which only Linux has; without it a drill runs",
    );
  const tried = WAYS.map((way) => ({ way, missing: whatIsMissing(way) }));
  const works = tried.find(({ missing }) => missing === undefined);
  if (works === undefined) {
    throw new Unjudged(
      `--kernel needs unshare (util-linux), ip (iproute2) and nft (nftables), as root or where user namespaces are ` +
        `allowed. Not possible here: ${tried.at(-1)?.missing ?? ""}`,
    );
  }
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...environment(), [INSIDE]: "1" };
  // In a group of its own: a signal then comes to it once, from here.
  const inside = spawn("unshare", [...works.way, ...command], { stdio: "inherit", env, detached: true });
  const forward = (signal: NodeJS.Signals): void => {
    if (inside.pid !== undefined) process.kill(-inside.pid, signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, forward);
  return new Promise((resolve) => inside.once("close", (code) => resolve(code ?? 1)));
}

/** Administrators' programs are not on everybody's path. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };
}

/** The first thing that does not work, in the words of who refused it. */
function whatIsMissing(namespaces: readonly string[]): string | undefined {
  for (const attempt of ATTEMPTS) {
    const tried = spawnSync("unshare", [...namespaces, ...attempt], { encoding: "utf8", env: environment() });
    if (tried.status !== 0) return `\`${attempt.join(" ")}\`: ${tried.error?.message ?? tried.stderr.trim()}`;
  }
  return undefined;
}
