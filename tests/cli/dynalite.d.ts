/** What of dynalite 4.0.0 is used here. */
declare module "dynalite" {
  import type { Server } from "node:http";
  function dynalite(options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): Server;
  export = dynalite;
}
