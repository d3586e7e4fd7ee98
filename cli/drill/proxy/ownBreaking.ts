import type { Breaking } from "./front";

/**
 * Breaks connections from within: no privilege is needed, and it works everywhere.
 *
 * A reset is what it is in a network. Silence is not: the kernel still acknowledges what the client sends, and answers
 * its keep-alive probes.
 */
export const OWN_BREAKING: Breaking = {
  breakConnections: (kind, connections) => {
    if (kind === "silence") return;
    for (const connection of connections) if (connection.inFlight > 0) resetByDrill(connection);
  },
  meet: (connection) => {
    if (connection.brokenBy === "reset") resetByDrill(connection);
  },
  // The front holds what arrives on a new connection: its kernel has accepted it already.
  keepWaiting: (delayMillis) => delayMillis,
  // All of it arrives.
  watch: () => () => undefined,
};

function resetByDrill({ socket }: Parameters<Breaking["meet"]>[0]): void {
  socket.emit("drill");
  socket.resetAndDestroy();
}
