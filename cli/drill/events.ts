import type { Operation } from "./proxy/operation";

/** What is done to the connections that are open. */
export type BreakKind = "reset" | "silence";

/** Milliseconds since the drill began. */
interface Timed {
  readonly at: number;
}

/** A request arrived. */
export interface Asked extends Timed, Operation {
  readonly type: "asked";
  /** Counts the requests of a run. */
  readonly request: number;
  readonly connection: number;
  /** Where it came to: the store, a connection that is broken, or a denial. */
  readonly met: "store" | "broken" | "denial";
}

/** What the store, or a denial, answered. */
export interface Answered extends Timed {
  readonly type: "answered";
  readonly request: number;
  readonly statusCode: number;
  /** "ConditionalCheckFailedException"; absent where it succeeded. */
  readonly errorCode?: string | undefined;
  /** Whether the client got it: its connection may have been broken before, or closed by the client. */
  readonly isDelivered: boolean;
}

/** Connections are broken. */
export interface Broken extends Timed {
  readonly type: "broken";
  /** Counts the breaks of a run, from 1. */
  readonly number: number;
  readonly kind: BreakKind;
  readonly connections: readonly number[];
}

export interface ClientEnded extends Timed {
  readonly type: "clientEnded";
  /** Null: a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Whether it left processes that work on. */
  readonly hasLeftOthers: boolean;
}

/** What happens in a run, as it is seen from the proxy and from the process that was started. */
export type DrillEvent =
  | (Timed & { readonly type: "clientStarted" })
  | (Timed & { readonly type: "ready" })
  | (Timed & { readonly type: "connectionOpened"; readonly connection: number })
  | (Timed & { readonly type: "connectionClosed"; readonly connection: number; readonly by: "client" | "drill" })
  | (Timed & { readonly type: "spokeTls"; readonly connection: number })
  | Asked
  | Answered
  | Broken
  | (Timed & { readonly type: "denying" })
  | ClientEnded
  /** Seen of a client that asked nothing: it may have an endpoint of its own. */
  | (Timed & { readonly type: "connectedElsewhere"; readonly addresses: readonly string[] })
  /** The drill ends: nothing that happens afterwards is the client's doing. */
  | (Timed & { readonly type: "finished"; readonly by: "time" | "client" | "signal" | "notReady" });

/** An event before it gets its time. */
export type Happening = DrillEvent extends infer Event ? (Event extends Timed ? Omit<Event, "at"> : never) : never;
