import { readdirSync, readFileSync } from "node:fs";

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
