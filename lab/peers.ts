import { readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** One end of a connection as this machine's user has it: an IPv4 address and a port. */
export interface End {
  readonly address: string;
  readonly port: number;
}

/** Whose socket the other end of a connection is. */
export interface Peer {
  readonly uid: number;
  /** Absent: no process has the socket any more, and then the kernel does not say truly whose it was. */
  readonly isOpen: boolean;
}

/** A dual-stack socket that is connected to an IPv4 address is in the second one. */
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

const IPV4_IN_IPV6 = /^0000000000000000FFFF0000(?=[0-9A-F]{8}:)/;

/** Whether all users of this machine can be told apart at the other end of a loopback connection. */
export const PEERS_ARE_KNOWN = process.platform === "linux";

/** What a server for this user alone listens with. */
export interface OwnListener {
  readonly port: number;
  close(): void;
}

/**
 * Listens on loopback for this user, and root. Whoever may ask the lab may have it run code as the user who started it,
 * and neither the engine nor AWS's clients know of a secret that they could show: so Linux says who is at the other end
 * of each connection, and that of anybody else is closed before anything is read from it.
 */
export async function listenForOwnUser(port: number, accept: (socket: Socket) => void): Promise<OwnListener> {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    void isOwn(socket).then((own) => {
      if (!own) socket.destroy();
      if (socket.destroyed) return;
      accept(socket);
      socket.resume();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function isOwn({ remoteAddress, remotePort, localAddress, localPort }: Socket): Promise<boolean> {
  if (!PEERS_ARE_KNOWN) return true;
  if (remoteAddress === undefined || remotePort === undefined) return false;
  if (localAddress === undefined || localPort === undefined) return false;
  const peer = { address: remoteAddress, port: remotePort };
  const here = { address: localAddress, port: localPort };
  // One after the other: each takes the kernel a while, and nearly everybody is in the first.
  for (const table of TABLES) {
    const found = peerIn(await readFile(table, "utf8").catch(() => ""), peer, here);
    if (found !== undefined) return mayAsk(found, process.getuid?.());
  }
  return false;
}

export function mayAsk(peer: Peer | undefined, ownUid: number | undefined): boolean {
  return peer !== undefined && peer.isOpen && (peer.uid === ownUid || peer.uid === 0);
}

/** Who has the socket at `peer` that is connected to `here`: https://docs.kernel.org/networking/proc_net_tcp.html */
export function peerIn(table: string, peer: End, here: End): Peer | undefined {
  for (const line of table.split("\n")) {
    const [, local = "", remote = "", , , , , uid, , inode] = line.trim().split(/\s+/);
    if (local.replace(IPV4_IN_IPV6, "") !== endText(peer) || remote.replace(IPV4_IN_IPV6, "") !== endText(here))
      continue;
    return { uid: Number(uid), isOpen: inode !== "0" };
  }
  return undefined;
}

/** `0100007F:1092` for port 4242 of 127.0.0.1: the address as the machine has it in memory. */
function endText({ address, port }: End): string {
  const bytes = address.split(".").map(Number);
  const inMemory = endianness() === "LE" ? bytes.reverse() : bytes;
  return `${inMemory.map((byte) => hex(byte, 2)).join("")}:${hex(port, 4)}`;
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, "0");
}
