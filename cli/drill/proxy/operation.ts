import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Change, type Statement, statementsOf } from "../store/dynamoDb/partiql";

/** What a request asks for: nothing of its content. */
export interface Operation {
  /** Of the API: "GetItem". Empty: it is no request of DynamoDB's API. */
  readonly operation: string;
  readonly isWrite: boolean;
  /** What an SDK's attempts at one call have in common: its own id of the call, else a hash of what is asked. */
  readonly call: string;
  /** Whether `call` is the SDK's own word. */
  readonly isCallKnown: boolean;
  /** From 1, as the SDK counts; absent where it does not tell. */
  readonly attempt?: number | undefined;
  /** Whether it has a token by which DynamoDB knows that it was asked before. */
  readonly hasToken: boolean;
  readonly hasCondition: boolean;
  /** Whether being applied twice changes what is stored: a counter, a list that grows. */
  readonly addsUp: boolean;
  readonly userAgent: string;
}

const WRITES: readonly string[] = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

/** What reads or writes by PartiQL. */
const OF_STATEMENTS: readonly string[] = ["ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"];

export function operationOf(headers: IncomingHttpHeaders): string {
  return String(headers["x-amz-target"] ?? "").split(".")[1] ?? "";
}

/** What the headers and the body of a request tell; of a request that met a broken connection the body is absent. */
export function describeRequest(headers: IncomingHttpHeaders, body: Buffer | undefined): Operation {
  const operation = operationOf(headers);
  const statements = OF_STATEMENTS.includes(operation) ? statementsIn(body) : [];
  const isStatement = statements.some(({ kind }) => kind !== "Select");
  const isWrite = isStatement || WRITES.includes(operation);
  const invocation = headers["amz-sdk-invocation-id"];
  const text = isWrite ? (body?.toString("utf8") ?? "") : "";
  return {
    operation,
    isWrite,
    call: typeof invocation === "string" ? invocation : hashOf(operation, body),
    isCallKnown: typeof invocation === "string",
    attempt: attemptOf(headers),
    hasToken: /"ClientRequestToken"\s*:\s*"/.test(text),
    // A statement that writes is refused where the item is not, or already, there.
    hasCondition: isStatement || /"(?:ConditionExpression|Expected)"\s*:/.test(text),
    addsUp: ADDS_UP.test(text) || statements.some(({ request }) => request?.changes?.some(addsToWhatIsThere)),
    userAgent: userAgentOf(headers),
  };
}

/**
 * An update by what is there already: `ADD`, arithmetic, list_append, or the older form's action.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
const ADDS_UP = /"UpdateExpression"\s*:\s*"[^"]*(?:\bADD\b|\blist_append\b|[+-])|"Action"\s*:\s*"ADD"/i;

function statementsIn(body: Buffer | undefined): readonly Statement[] {
  try {
    return statementsOf(JSON.parse(body?.toString("utf8") ?? "{}") as Readonly<Record<string, unknown>>);
  } catch {
    // No statement, or none that the store takes for one.
    return [];
  }
}

function addsToWhatIsThere({ operator }: Change): boolean {
  return operator !== undefined;
}

/** `attempt=2; max=4`; of the first Java SDK `1/0/490`, which counts retries. */
function attemptOf(headers: IncomingHttpHeaders): number | undefined {
  const attempt = /attempt=(\d+)/.exec(String(headers["amz-sdk-request"] ?? ""))?.[1];
  if (attempt !== undefined) return Number(attempt);
  const retries = /^(\d+)\//.exec(String(headers["amz-sdk-retry"] ?? ""))?.[1];
  return retries === undefined ? undefined : Number(retries) + 1;
}

function hashOf(operation: string, body: Buffer | undefined): string {
  return createHash("sha1")
    .update(operation)
    .update(body ?? "")
    .digest("base64");
}

/** Where an SDK names itself; some say more in a header of their own. */
function userAgentOf(headers: IncomingHttpHeaders): string {
  const own = headers["x-amz-user-agent"];
  return [headers["user-agent"] ?? "", typeof own === "string" ? own : ""].filter((each) => each !== "").join(" ");
}
