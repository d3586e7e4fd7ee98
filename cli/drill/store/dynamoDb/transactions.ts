import { createHash } from "node:crypto";
import type { Dynalite } from "./dynalite";
import { DynamoDbError } from "./dynamoDbError";
import { keyOf, keysOf } from "./keys";

type Body = Readonly<Record<string, unknown>>;

/** A part of a transaction, with what is to be done: "Put", "Update", "Delete", "ConditionCheck" or "Get". */
export interface TransactItem {
  readonly kind: string;
  readonly item: Body;
}

export function transactItemsOf(body: Body): readonly TransactItem[] {
  return ((body.TransactItems ?? []) as readonly Readonly<Record<string, Body>>[]).flatMap((part) =>
    Object.entries(part).map(([kind, item]) => ({ kind, item })),
  );
}

/** Transactions, made of single operations. Another request can come in between: nothing is locked. */
export class Transactions {
  readonly #dynalite: Dynalite;
  readonly #tokens = new Map<string, { readonly request: string; validUntil: number }>();

  constructor(dynalite: Dynalite) {
    this.#dynalite = dynalite;
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html, item after item. */
  async get(parts: readonly TransactItem[]): Promise<readonly Body[]> {
    const responses: Body[] = [];
    for (const { item } of parts) {
      const { Item: found } = await this.#dynalite.perform("GetItem", item);
      responses.push({ Item: found });
    }
    return responses;
  }

  /**
   * Every condition first, then the writes one after another; not again where a token tells that they were done.
   * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
   */
  async write(parts: readonly TransactItem[], token: unknown): Promise<void> {
    if (typeof token !== "string") return this.#write(parts);
    const request = createHash("sha1").update(JSON.stringify(parts)).digest("base64");
    const known = this.#tokens.get(token);
    if (known !== undefined && known.validUntil > Date.now()) {
      if (known.request !== request) throw mismatch();
      if (known.validUntil === Infinity) throw inProgress();
      return;
    }
    const entry = { request, validUntil: Infinity };
    this.#tokens.set(token, entry);
    try {
      await this.#write(parts);
      entry.validUntil = Date.now() + TOKEN_MILLIS;
    } catch (error) {
      // Nothing was done: it may be asked for again.
      this.#tokens.delete(token);
      throw error;
    }
  }

  async #write(parts: readonly TransactItem[]): Promise<void> {
    const seen = new Set<string>();
    const reasons: CancellationReason[] = [];
    for (const { kind, item } of parts) {
      const table = String(item.TableName);
      const key = (item.Key ?? keyOf(await keysOf(this.#dynalite, table), item.Item as Body)) as Body;
      const id = JSON.stringify([table, Object.entries(key).sort()]);
      if (seen.has(id)) throw severalOperations();
      seen.add(id);
      const { Item: found } = await this.#dynalite.perform("GetItem", {
        TableName: table,
        Key: key,
        ConsistentRead: true,
      });
      const failure = this.#dynalite.conditionError(
        kind === "ConditionCheck" ? "DeleteItem" : `${kind}Item`,
        item,
        found,
      );
      reasons.push(reasonOf(failure, item, found));
    }
    if (reasons.some(({ Code: code }) => code !== "None")) throw cancelled(reasons);
    for (const { kind, item } of parts) {
      if (kind !== "ConditionCheck") await this.#dynalite.perform(`${kind}Item`, item);
    }
  }
}

/** From when its transaction was completed. */
const TOKEN_MILLIS = 10 * 60_000;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html */
interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

function reasonOf(failure: Error | undefined, asked: Body, found: unknown): CancellationReason {
  if (failure === undefined) return { Code: "None" };
  const isShown = asked.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && found !== undefined;
  return { Code: "ConditionalCheckFailed", Message: failure.message, ...(isShown && { Item: found }) };
}

function cancelled(reasons: readonly CancellationReason[]): DynamoDbError {
  const codes = reasons.map(({ Code: code }) => code).join(", ");
  return new DynamoDbError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

function mismatch(): DynamoDbError {
  return new DynamoDbError(
    "IdempotentParameterMismatchException",
    "The provided client token is already in use for a different request",
  );
}

function inProgress(): DynamoDbError {
  return new DynamoDbError(
    "TransactionInProgressException",
    "The transaction with the given request token is already in progress",
  );
}

function severalOperations(): DynamoDbError {
  return new DynamoDbError("ValidationException", "Transaction request cannot include multiple operations on one item");
}
