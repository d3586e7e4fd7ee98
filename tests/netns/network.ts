import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/**
 * A VPC in the small. The client is the process that builds it.
 *
 *     client 10.77.1.10 ── vpc ── nat ── ddb 198.18.0.80      today: the server sees 198.18.1.10
 *                            └─────────── ddb                 with the endpoint: it sees 10.77.1.10
 */
const CLIENT = "10.77.1.10";
const SUBNET = "10.77.1.0/24";
const NAT = "198.18.1.10";
const DYNAMODB = "198.18.0.80";
const ENDPOINT = "10.77.3.2";

/** What DynamoDB's side does with packets of connections that it does not know: nobody says what AWS does. */
export type UnknownFlows = "reset" | "silence";

export interface Network {
  readonly url: string;
  /** For connections that are opened afterwards. */
  meetUnknownFlowsWith(reaction: UnknownFlows): void;
  /** What AWS does when a route table is associated with the endpoint. */
  routeThroughEndpoint(): void;
  /** What AWS does when the association is removed. */
  routeThroughNat(): void;
  stop(): Promise<void>;
}

/** Builds the network in the namespaces of this process: they are its own, see run.ts. */
export async function buildNetwork(): Promise<Network> {
  run("mount", "-t", "tmpfs", "tmpfs", "/run");
  for (const namespace of ["vpc", "nat", "ddb"]) {
    run("ip", "netns", "add", namespace);
    run("ip", "-n", namespace, "link", "set", "lo", "up");
  }
  connect(["client", `${CLIENT}/24`], ["vpc", "10.77.1.1/24"]);
  connect(["vpc", "10.77.2.1/24"], ["nat", "10.77.2.2/24"]);
  connect(["nat", `${NAT}/24`], ["ddb", "198.18.1.80/24"]);
  connect(["vpc", "10.77.3.1/24"], ["ddb", `${ENDPOINT}/24`]);

  run("ip", "route", "add", "default", "via", "10.77.1.1");
  run("ip", "-n", "vpc", "route", "add", "default", "via", "10.77.2.2");
  run("ip", "-n", "nat", "route", "add", SUBNET, "via", "10.77.2.1");
  run("ip", "-n", "nat", "route", "add", `${DYNAMODB}/32`, "via", "198.18.1.80");
  run("ip", "-n", "ddb", "address", "add", `${DYNAMODB}/32`, "dev", "lo");
  run("ip", "-n", "ddb", "route", "add", SUBNET, "via", "10.77.3.1");
  for (const router of ["vpc", "nat"]) within(router, ["tee", "/proc/sys/net/ipv4/ip_forward"], "1");
  within(
    "nat",
    ["nft", "-f", "-"],
    `
    table ip nat {
      chain leaving { type nat hook postrouting priority srcnat; ip daddr ${DYNAMODB} snat to ${NAT}; }
    }`,
  );

  const server = await startServer();
  const route = [`${DYNAMODB}/32`, "via", ENDPOINT];
  return {
    url: `http://${DYNAMODB}:${server.port}`,
    meetUnknownFlowsWith: (reaction) => within("ddb", ["nft", "-f", "-"], unknownFlowsTable(reaction)),
    routeThroughEndpoint: () => run("ip", "-n", "vpc", "route", "add", ...route),
    routeThroughNat: () => run("ip", "-n", "vpc", "route", "delete", ...route),
    stop: server.stop,
  };
}

/** A cable between two namespaces. */
function connect(...ends: readonly [End, End]): void {
  const [left, right] = [`${ends[0][0]}-${ends[1][0]}`, `${ends[1][0]}-${ends[0][0]}`];
  run("ip", "link", "add", left, "type", "veth", "peer", "name", right);
  plugIn(left, ends[0]);
  plugIn(right, ends[1]);
}

/** A namespace and the address there. */
type End = readonly [namespace: string, address: string];

function plugIn(device: string, [namespace, address]: End): void {
  const ip = namespace === "client" ? [] : ["-n", namespace];
  if (namespace !== "client") run("ip", "link", "set", device, "netns", namespace);
  run("ip", ...ip, "address", "add", address, "dev", device);
  run("ip", ...ip, "link", "set", device, "up");
}

/** A kernel resets what it does not know by itself. */
function unknownFlowsTable(reaction: UnknownFlows): string {
  const rule = reaction === "silence" ? "tcp flags & (syn | ack) != syn ct state { new, invalid } drop;" : "";
  return `
    add table ip unknown
    delete table ip unknown
    table ip unknown {
      chain arriving { type filter hook input priority filter; ${rule} }
    }`;
}

async function startServer(): Promise<{ port: string; stop: () => Promise<void> }> {
  const program = [process.execPath, "-r", "ts-node/register", join(__dirname, "server.ts"), CLIENT];
  const server = spawn("ip", ["netns", "exec", "ddb", ...program], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "close");
  const died = ended.then(() => Promise.reject(new Error("The server did not start.")));
  const [port] = (await Promise.race([once(server.stdout, "data"), died])) as [Buffer];
  return {
    port: port.toString().trim(),
    stop: async () => {
      server.kill();
      await ended;
    },
  };
}

function within(namespace: string, command: readonly string[], input: string): void {
  execFileSync("ip", ["netns", "exec", namespace, ...command], { input, stdio: ["pipe", "ignore", "pipe"] });
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
}
