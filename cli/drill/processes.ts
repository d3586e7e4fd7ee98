import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Whether a process group, or a process that has left it, is still at work. What merely waits to be buried is not. */
export function groupIsAlive(group: number, marker: string): boolean {
  if (process.platform === "linux") return processesOf(group, marker).length > 0;
  return send(-group, 0);
}

/** Ends a process group, and the processes that have left it. */
export function killAll(group: number, marker: string, signal: NodeJS.Signals): void {
  send(-group, signal);
  if (process.platform !== "linux") return;
  for (const pid of processesOf(group, marker)) send(pid, signal);
}

/** The processes of a group, and those that have `marker` in their environment. */
function processesOf(group: number, marker: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => isAtWork(pid, group, marker));
}

/**
 * Where a process group, and what has left it, is connected to, but for `own`: "52.94.5.98:443". Where the system shows
 * it, which is Linux.
 * https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function remoteAddressesOf(group: number, marker: string, own: string): readonly string[] {
  if (process.platform !== "linux") return [];
  const found = processesOf(group, marker).flatMap((pid) => {
    const sockets = socketsOf(pid);
    return ["tcp", "tcp6"].flatMap((table) =>
      linesOf(`/proc/${pid}/net/${table}`).flatMap((line) => {
        const [, , remote = "", state = "", , , , , , inode = ""] = line.trim().split(/\s+/);
        return sockets.has(inode) && CONNECTED.includes(state) ? [addressOf(remote)] : [];
      }),
    );
  });
  return [...new Set(found)].filter((address) => address !== own).sort();
}

/** Established, or on the way to be. */
const CONNECTED: readonly string[] = ["01", "02"];

function socketsOf(pid: number): ReadonlySet<string> {
  try {
    const folder = `/proc/${pid}/fd`;
    const links = readdirSync(folder).flatMap(
      (name) => /^socket:\[(\d+)\]$/.exec(linkAt(`${folder}/${name}`))?.[1] ?? [],
    );
    return new Set(links);
  } catch {
    return new Set();
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n").slice(1);
  } catch {
    return [];
  }
}

/** "0100007F:1F90" is 127.0.0.1:8080: words in the machine's own order, four of them for IPv6. */
function addressOf(hex: string): string {
  const [address = "", port = ""] = hex.split(":");
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).reverse(),
  );
  const isIpv4 = bytes.length === 4 || address.startsWith("0000000000000000FFFF0000");
  const shown = isIpv4
    ? bytes.slice(-4).join(".")
    : `[${(Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? []).join(":")}]`;
  return `${shown}:${parseInt(port, 16)}`;
}

function isAtWork(pid: number, group: number, marker: string): boolean {
  try {
    // "PID (NAME) STATE PARENT GROUP …": https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const [state = "", , itsGroup] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    if (state === "Z" || state === "X") return false;
    return Number(itsGroup) === group || readFileSync(`/proc/${pid}/environ`, "utf8").includes(marker);
  } catch {
    // It has ended, or is somebody else's.
    return false;
  }
}

/** Whether there was somebody to send it to. */
function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch {
    return false;
  }
}
