import { EventEmitter } from "node:events";
import dynalite from "dynalite";
import { errorCodeOf, type Answer, type Store } from "./store";

/**
 * A DynamoDB in this process, in memory. https://github.com/architect/dynalite
 *
 * Its server is asked without a connection: a second hop would halve what a busy client gets. Nothing is to be closed,
 * which would break what is still being written.
 */
export function insideStore(): Store {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  return {
    answer: ({ method, url, headers }, body) =>
      new Promise((resolve) => {
        const request = Object.assign(new EventEmitter(), { method, url, headers });
        server.emit("request", request, responseFor(resolve));
        if (body.length > 0) request.emit("data", body);
        request.emit("end");
      }),
    stop: () => Promise.resolve(),
  };
}

/** What of a response dynalite uses. */
function responseFor(resolve: (answer: Answer) => void): object {
  const headers: Record<string, string> = {};
  return {
    statusCode: 200,
    setHeader(name: string, value: string | number): void {
      if (name !== "Transfer-Encoding") headers[name.toLowerCase()] = String(value);
    },
    end(this: { statusCode: number }, text = ""): void {
      const { statusCode } = this;
      const body = Buffer.from(text);
      headers["content-length"] = String(body.length);
      resolve({ statusCode, errorCode: errorCodeOf(statusCode, body), headers, body });
    },
  };
}
