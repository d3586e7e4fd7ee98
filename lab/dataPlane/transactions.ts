import { ApiError } from "../cloud/apiError";
import type { Table } from "../cloud/dynamodb";
import { transactItems } from "./actions";
import type { Dynalite } from "./dynalite";

type Body = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html, item after item. */
export async function transactGet(dynalite: Dynalite, body: Body): Promise<Body> {
  const responses: Body[] = [];
  for (const { item } of transactItems(body)) {
    const { Item: found } = await dynalite.perform("GetItem", item);
    responses.push({ Item: found });
  }
  return { Responses: responses };
}

/**
 * Every condition first, then the writes one after another. Another request can come in between: nothing is locked.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function transactWrite(dynalite: Dynalite, body: Body, tableOf: (name: string) => Table): Promise<Body> {
  const parts = transactItems(body);
  const failures: (Error | undefined)[] = [];
  for (const { kind, item } of parts) {
    const table = String(item.TableName);
    const key = item.Key ?? keyOf(tableOf(table), item.Item as Body);
    const { Item: found } = await dynalite.perform("GetItem", { TableName: table, Key: key, ConsistentRead: true });
    failures.push(dynalite.conditionError(kind === "ConditionCheck" ? "DeleteItem" : `${kind}Item`, item, found));
  }
  if (failures.some((failure) => failure !== undefined)) throw new TransactionCanceled(failures);
  for (const { kind, item } of parts) {
    if (kind !== "ConditionCheck") await dynalite.perform(`${kind}Item`, item);
  }
  return {};
}

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
 */
export class TransactionCanceled extends ApiError {
  readonly reasons: readonly { readonly Code: string; readonly Message?: string }[];

  constructor(failures: readonly (Error | undefined)[]) {
    const reasons = failures.map((failure) =>
      failure === undefined ? { Code: "None" } : { Code: "ConditionalCheckFailed", Message: failure.message },
    );
    const codes = reasons.map(({ Code: code }) => code).join(", ");
    super(
      "TransactionCanceledException",
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    );
    this.reasons = reasons;
  }
}

function keyOf({ hashKey, rangeKey }: Table, item: Body): Body {
  const keys = [hashKey, rangeKey].filter((key) => key !== undefined);
  return Object.fromEntries(keys.map((key) => [key, item[key]]));
}
