import { execFileSync } from "node:child_process";

/** A client in a namespace of its own, with one cable to the drill. */
const CLIENT = "client";
export const DRILL_ADDRESS = "10.77.9.1";
const CLIENT_ADDRESS = "10.77.9.2";

/**
 * What is lost of the connections that are silent. A request is told from a probe by its length, and what has been
 * asked or closed on them is kept in sets: it does not arrive.
 */
const RULES = `
table ip drill {
  set silent { type inet_service; }
  set asked { type inet_service; flags dynamic; size 65535; }
  set closed { type inet_service; flags dynamic; size 65535; }
  chain opening { }
  chain arriving {
    type filter hook input priority filter;
    tcp flags & (syn | ack) == syn jump opening
    tcp sport @silent tcp flags & (fin | rst) != 0 add @closed { tcp sport }
    tcp sport @silent ip length > 120 add @asked { tcp sport }
    tcp sport @silent drop
  }
  chain leaving {
    type filter hook output priority filter;
    tcp dport @silent drop
  }
}`;

/** What happened on connections that are silent, by the client's ports. */
export interface Lost {
  readonly asked: readonly number[];
  readonly closed: readonly number[];
}

/** Builds the network, in the namespaces of this process. */
export function buildNetwork(): void {
  run("mount", "-t", "tmpfs", "tmpfs", "/run");
  run("ip", "link", "set", "lo", "up");
  run("ip", "netns", "add", CLIENT);
  run("ip", "link", "add", "drill0", "type", "veth", "peer", "name", "client0", "netns", CLIENT);
  run("ip", "address", "add", `${DRILL_ADDRESS}/24`, "dev", "drill0");
  run("ip", "link", "set", "drill0", "up");
  run("ip", "-n", CLIENT, "address", "add", `${CLIENT_ADDRESS}/24`, "dev", "client0");
  for (const device of ["client0", "lo"]) run("ip", "-n", CLIENT, "link", "set", device, "up");
  execFileSync("nft", ["-f", "-"], { input: RULES, stdio: ["pipe", "ignore", "pipe"] });
}

/** The command, where its packets can be lost. */
export function inClientsNamespace(command: readonly string[]): readonly string[] {
  return ["ip", "netns", "exec", CLIENT, ...command];
}

/** From now on nothing passes of connections from these ports. */
export function losePacketsOf(ports: readonly number[]): void {
  if (ports.length > 0) run("nft", "add", "element", "ip", "drill", "silent", `{ ${ports.join(", ")} }`);
}

/** Whether new connections are lost. */
export function loseNewConnections(isLost: boolean): void {
  if (isLost) run("nft", "add", "rule", "ip", "drill", "opening", "drop");
  else run("nft", "flush", "chain", "ip", "drill", "opening");
}

/** A new run begins: ports may come again. */
export function forgetLost(): void {
  for (const set of ["silent", "asked", "closed"]) run("nft", "flush", "set", "ip", "drill", set);
}

export function lost(): Lost {
  return { asked: elementsOf("asked"), closed: elementsOf("closed") };
}

function elementsOf(set: string): readonly number[] {
  const listed = JSON.parse(run("nft", "-j", "list", "set", "ip", "drill", set)) as {
    nftables: readonly { set?: { elem?: readonly number[] } }[];
  };
  return listed.nftables.flatMap((each) => each.set?.elem ?? []);
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
