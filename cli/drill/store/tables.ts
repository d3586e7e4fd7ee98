import { readFileSync } from "node:fs";
import { Unjudged } from "../../exit";
import { ACCESS_KEY_ID } from "../environment";
import type { Store } from "./store";

type Json = Readonly<Record<string, unknown>>;

/** What of a table matters to a client: its keys and indexes. Capacity and encryption are left out. */
const SHAPE = ["TableName", "AttributeDefinitions", "KeySchema"] as const;
const INDEXES = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] as const;
const INDEX_SHAPE = ["IndexName", "KeySchema", "Projection"] as const;

/** The tables that a store is to have, as CreateTable asks for them. */
export function tablesFrom(file: string): readonly Json[] {
  const read = json(file);
  const all: readonly unknown[] = Array.isArray(read) ? read : [read];
  return all.map((each) => {
    const table = tableShape(isObject(each) && isObject(each.Table) ? each.Table : each);
    if (table === undefined)
      throw new Unjudged(
        `${file}: a table needs TableName, AttributeDefinitions and KeySchema, as CreateTable has them`,
      );
    return table;
  });
}

/** A table of CreateTable's or DescribeTable's form, by its shape alone; undefined: it is none. */
export function tableShape(table: unknown): Json | undefined {
  if (!isObject(table) || SHAPE.some((name) => table[name] === undefined)) return undefined;
  const indexes = INDEXES.flatMap((name) => {
    const given = table[name];
    if (!Array.isArray(given) || given.length === 0) return [];
    return [[name, given.map((index: unknown) => (isObject(index) ? picked(index, INDEX_SHAPE) : index))] as const];
  });
  return { ...picked(table, SHAPE), ...Object.fromEntries(indexes), BillingMode: "PAY_PER_REQUEST" };
}

/** Items as BatchWriteItem asks for them, by table; or what Scan answered, for the one table there is. */
export function itemsFrom(file: string, tables: readonly Json[]): readonly (readonly [table: string, item: Json])[] {
  const read = json(file);
  const [only] = tables;
  const wrong = new Unjudged(
    `${file}: items are written as {"TABLE": [{"PutRequest": {"Item": {…}}}]}, or {"Items": [{…}]} where there is one table`,
  );
  if (!isObject(read)) throw wrong;
  if (Array.isArray(read.Items) && tables.length === 1 && typeof only?.TableName === "string")
    return read.Items.map((item) => [only.TableName as string, item as Json] as const);
  return Object.entries(read).flatMap(([table, requests]) => {
    if (!Array.isArray(requests)) throw wrong;
    return requests.map((request: unknown) => {
      const put = isObject(request) ? request.PutRequest : undefined;
      if (!isObject(put) || !isObject(put.Item)) throw wrong;
      return [table, put.Item] as const;
    });
  });
}

/** Creates the tables that a store does not have, waits for them, and writes the items. */
export async function fillStore(
  store: Store,
  region: string,
  tables: readonly Json[],
  items: readonly (readonly [table: string, item: Json])[],
): Promise<void> {
  const ask = (operation: string, body: Json): Promise<Json> => call(store, region, operation, body);
  for (const table of tables) {
    try {
      await ask("CreateTable", table);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "ResourceInUseException") throw error;
    }
    const isActive = async (): Promise<boolean> => {
      const { Table: described } = await ask("DescribeTable", { TableName: table.TableName });
      return isObject(described) && described.TableStatus === "ACTIVE";
    };
    while (!(await isActive())) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const [table, item] of items) await ask("PutItem", { TableName: table, Item: item });
}

class Refused extends Unjudged {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The signature is for show: neither the store inside nor DynamoDB Local validates it. */
async function call(store: Store, region: string, operation: string, body: Json): Promise<Json> {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${ACCESS_KEY_ID}/${now.slice(0, 8)}/${region}/dynamodb/aws4_request`;
  const text = Buffer.from(JSON.stringify(body));
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(text.length),
    "x-amz-target": `DynamoDB_20120810.${operation}`,
    "x-amz-date": now,
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature=${"0".repeat(64)}`,
  };
  const answer = await store.answer({ method: "POST", url: "/", headers }, text);
  const said = answer.body.toString("utf8");
  if (answer.errorCode !== undefined) {
    const { message = "", Message = message } = parsed(said);
    throw new Refused(answer.errorCode, `the store refused ${operation}: ${answer.errorCode}: ${String(Message)}`);
  }
  return parsed(said);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

function json(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // What stands in the file is not repeated.
    throw new Unjudged(code === undefined ? `${file} is not JSON` : `${file} cannot be read: ${message}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function picked(from: Record<string, unknown>, names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}
