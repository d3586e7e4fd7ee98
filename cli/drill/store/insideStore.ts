import { randomUUID } from "node:crypto";
import { operationOf } from "../proxy/operation";
import { DynamoDb, isServed } from "./dynamoDb/dynamoDb";
import { DynamoDbError, UNKNOWN_OPERATION } from "./dynamoDb/dynamoDbError";
import type { Answer, Store } from "./store";

type Body = Readonly<Record<string, unknown>>;

/** Whose account it is, in the names of its tables. */
const ACCOUNT_ID = "123456789012";

/** A DynamoDB in this process, in memory. It is asked without a connection: a second hop would halve what it serves. */
export function insideStore(region: string): Store {
  const dynamoDb = new DynamoDb(region, ACCOUNT_ID);
  return {
    answer: async ({ headers }, body) => {
      try {
        const operation = operationOf(headers);
        if (!isServed(operation))
          throw new DynamoDbError(UNKNOWN_OPERATION, `The drill's store has no operation "${operation}"`);
        return answerOf(200, await dynamoDb.perform(operation, parsed(body)));
      } catch (error) {
        return refusalOf(error);
      }
    },
    stop: () => Promise.resolve(),
  };
}

function parsed(body: Buffer): Body {
  try {
    return JSON.parse(body.toString("utf8")) as Body;
  } catch {
    throw new DynamoDbError("SerializationException", "The request is not JSON");
  }
}

function refusalOf(error: unknown): Answer {
  const { code, message, statusCode, details } =
    error instanceof DynamoDbError ? error : new DynamoDbError("InternalServerError", String(error), 500);
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...details };
  return { ...answerOf(statusCode, body), errorCode: code };
}

function answerOf(statusCode: number, body: Body): Answer {
  const text = Buffer.from(JSON.stringify(body));
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(text.length),
    "x-amzn-requestid": randomUUID(),
    // Some SDKs take its absence for a zero.
    "x-amz-crc32": String(crc32(text)),
  };
  return { statusCode, headers, body: text };
}

/** Node's own is younger than the oldest Node that this runs on. https://www.rfc-editor.org/rfc/rfc1952#section-8 */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_OF_BYTES[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const CRC_OF_BYTES = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});
