import type { Breaking, Connection } from "../proxy/front";
import { OWN_BREAKING } from "../proxy/ownBreaking";
import { forgetLost, type Lost, lost, loseNewConnections, losePacketsOf } from "./network";

/** Silence is packets that are lost. A reset is one already. */
export function kernelBreaking(): Breaking {
  const silent = new Map<number, Connection>();
  const seen = { asked: new Set<number>(), closed: new Set<number>() };
  forgetLost();
  loseNewConnections(false);
  return {
    ...OWN_BREAKING,
    breakConnections: (kind, connections) => {
      if (kind === "reset") {
        OWN_BREAKING.breakConnections(kind, connections);
        return;
      }
      losePacketsOf(connections.map(({ remotePort }) => remotePort));
      for (const connection of connections) silent.set(connection.remotePort, connection);
    },
    keepWaiting: (delayMillis) => {
      loseNewConnections(true);
      setTimeout(() => loseNewConnections(false), delayMillis);
      return 0;
    },
    watch: (onLost) => {
      const look = (): void => {
        if (silent.size > 0) tellNew(lost(), seen, silent, onLost);
      };
      const timer = setInterval(look, LOOK_MILLIS);
      return () => clearInterval(timer);
    },
  };
}

const LOOK_MILLIS = 50;

function tellNew(
  now: Lost,
  seen: Readonly<Record<keyof Lost, Set<number>>>,
  silent: ReadonlyMap<number, Connection>,
  onLost: Parameters<Breaking["watch"]>[0],
): void {
  for (const what of ["asked", "closed"] as const) {
    for (const port of now[what].filter((each) => !seen[what].has(each))) {
      seen[what].add(port);
      const connection = silent.get(port);
      if (connection !== undefined) onLost(what, connection);
    }
  }
}
