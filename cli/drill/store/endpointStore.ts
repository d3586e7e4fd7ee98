import * as http from "node:http";
import * as https from "node:https";
import { buffer } from "node:stream/consumers";
import { errorCodeOf, type Answer, type Store } from "./store";

/** A DynamoDB that is reached by its URL. */
export function endpointStore(url: URL): Store {
  const { Agent, request: open } = url.protocol === "https:" ? https : http;
  const agent = new Agent({ keepAlive: true });
  return {
    // Never given up: what the client no longer waits for reaches a store all the same.
    answer: ({ method, url: path, headers }, body) =>
      new Promise((resolve) => {
        const request = open(new URL(path ?? "/", url), { agent, method, headers: { ...headers, host: url.host } });
        request.once("error", (error) => resolve(unreachable(error)));
        request.once("response", (response) => {
          buffer(response).then(
            (answer) => resolve(answerOf(response, answer)),
            (error: unknown) => resolve(unreachable(error as Error)),
          );
        });
        request.end(body);
      }),
    stop: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

/** What is not for the client's own connection. */
const OF_THE_CONNECTION: readonly string[] = ["connection", "keep-alive", "transfer-encoding"];

function answerOf({ statusCode = 500, headers }: http.IncomingMessage, body: Buffer): Answer {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  const errorCode = errorCodeOf(statusCode, body);
  return {
    statusCode,
    errorCode,
    headers: { ...Object.fromEntries(kept), "content-length": String(body.length) },
    body,
  };
}

/** The store's failure is no break: the client is told so. */
function unreachable(error: Error): Answer {
  const body = Buffer.from(JSON.stringify({ __type: STORE_UNREACHABLE, message: error.message }));
  return {
    statusCode: 500,
    errorCode: STORE_UNREACHABLE,
    headers: { "content-type": "application/x-amz-json-1.0", "content-length": String(body.length) },
    body,
  };
}

/** The name under which a request that never came to the store is recorded. */
export const STORE_UNREACHABLE = "DrillStoreUnreachable";
