import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { endpointStore } from "./endpointStore";
import type { Store } from "./store";

/** A DynamoDB in this process, in memory. https://github.com/architect/dynalite */
export async function insideStore(): Promise<Store> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const store = endpointStore(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return {
    ...store,
    stop: async () => {
      await store.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
