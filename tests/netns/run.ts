/**
 * Runs the tests of this folder in network namespaces of their own: as root, or as anybody where user namespaces are
 * allowed. All that they make belongs to the namespaces, and is gone with the last of their processes, however it ends.
 */
import { spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";

const CHECKOUT = dirname(dirname(__dirname));

/** Administrators' programs are not on everybody's path. */
process.env["PATH"] = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;

const NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--kill-child"];
const AS_ROOT = NAMESPACES;
const AS_ANYBODY = ["--user", "--map-root-user", ...NAMESPACES];

/** What the tests do in their namespaces, in the small. */
const ATTEMPTS = [
  ["mount", "-t", "tmpfs", "tmpfs", "/run"],
  ["ip", "link", "add", "left0", "type", "veth", "peer", "name", "right0"],
  ["nft", "add", "table", "ip", "attempt"],
] as const;

const asRoot = whatIsMissing(AS_ROOT);
const asAnybody = asRoot === undefined ? undefined : whatIsMissing(AS_ANYBODY);
if (asAnybody === undefined) runTests(asRoot === undefined ? AS_ROOT : AS_ANYBODY);
else cannotRun(process.getuid?.() === 0 ? (asRoot ?? asAnybody) : asAnybody);

/** The first thing that does not work in such namespaces, with the words of who refused it. */
function whatIsMissing(namespaces: readonly string[]): string | undefined {
  for (const attempt of ATTEMPTS) {
    const { status, error, stderr } = spawnSync("unshare", [...namespaces, ...attempt], { encoding: "utf8" });
    if (status !== 0) return `\`${attempt.join(" ")}\`: ${error?.message ?? stderr.trim()}`;
  }
  return undefined;
}

function runTests(namespaces: readonly string[]): void {
  const mocha = join(CHECKOUT, "node_modules", "mocha", "bin", "mocha.js");
  const command = [process.execPath, mocha, "--config", join(__dirname, ".mocharc.json")];
  const tests = spawn("unshare", [...namespaces, ...command], { cwd: CHECKOUT, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // Its namespaces end with it: nothing has to be tidied up.
    process.once(signal, () => {
      tests.kill("SIGKILL");
      process.exitCode = 1;
    });
  }
  tests.once("close", (status) => (process.exitCode ??= status ?? 1));
}

function cannotRun(missing: string): void {
  const isCi = ![undefined, "", "false"].includes(process.env["CI"]);
  console.error(
    `${isCi ? "Cannot run" : "Skipped"}: the tests in network namespaces need Linux with unshare (util-linux), ip ` +
      `and nft, as root or with user namespaces. Not possible here: ${missing}\nOn Debian and Ubuntu: apt-get ` +
      "install util-linux iproute2 nftables",
  );
  if (isCi) process.exitCode = 1;
}
