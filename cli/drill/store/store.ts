import type { IncomingMessage } from "node:http";

/** An answer of DynamoDB, as it goes over the wire. */
export interface Answer {
  readonly statusCode: number;
  /** "ResourceNotFoundException"; absent where it succeeded. */
  readonly errorCode?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** A DynamoDB that has the client's tables. */
export interface Store {
  answer(request: Pick<IncomingMessage, "method" | "url" | "headers">, body: Buffer): Promise<Answer>;
  stop(): Promise<void>;
}

/** "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" without its namespace. */
export function errorCodeOf(statusCode: number, body: Buffer): string | undefined {
  if (statusCode < 400) return undefined;
  return /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(body.toString("utf8"))?.[1] ?? `HTTP ${statusCode}`;
}
