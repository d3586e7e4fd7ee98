/* eslint-disable @typescript-eslint/no-require-imports --
   Each module of dynalite is named, so that a bundler finds it, and loaded when the first store is made: a lab in which
   nothing is stored does without. */
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDbError } from "./dynamoDbError";

type Body = Readonly<Record<string, unknown>>;

/** What of dynalite's modules is used here: https://github.com/architect/dynalite, version 4.0.0. */
interface Validation {
  readonly types: unknown;
  readonly custom?: unknown;
}
type Action = (store: DynaliteStore, data: Body, answer: (error: DynaliteError | null, data?: Body) => void) => void;
interface DynaliteStore {
  readonly tableDb: { awsRegion: string; awsAccountId: string };
}
interface DynaliteDb {
  create(options: object): DynaliteStore;
  checkConditional(data: Body, item: unknown): DynaliteError | null | undefined;
}
interface Validations {
  checkTypes(data: Body, types: unknown): Body;
  checkValidations(data: Body, types: unknown, custom: unknown, store: DynaliteStore): void;
}
type DynaliteError = Error & {
  readonly statusCode?: number;
  readonly body?: { readonly __type: string; readonly message?: string; readonly Message?: string };
};
type Operation = readonly [action: Action, validation: Validation];

const OPERATIONS: Readonly<Record<string, () => readonly [action: unknown, validation: unknown]>> = {
  BatchGetItem: () => [require("dynalite/actions/batchGetItem"), require("dynalite/validations/batchGetItem")],
  BatchWriteItem: () => [require("dynalite/actions/batchWriteItem"), require("dynalite/validations/batchWriteItem")],
  CreateTable: () => [require("dynalite/actions/createTable"), require("dynalite/validations/createTable")],
  DeleteItem: () => [require("dynalite/actions/deleteItem"), require("dynalite/validations/deleteItem")],
  DeleteTable: () => [require("dynalite/actions/deleteTable"), require("dynalite/validations/deleteTable")],
  DescribeTable: () => [require("dynalite/actions/describeTable"), require("dynalite/validations/describeTable")],
  DescribeTimeToLive: () => [
    require("dynalite/actions/describeTimeToLive"),
    require("dynalite/validations/describeTimeToLive"),
  ],
  GetItem: () => [require("dynalite/actions/getItem"), require("dynalite/validations/getItem")],
  ListTables: () => [require("dynalite/actions/listTables"), require("dynalite/validations/listTables")],
  ListTagsOfResource: () => [
    require("dynalite/actions/listTagsOfResource"),
    require("dynalite/validations/listTagsOfResource"),
  ],
  PutItem: () => [require("dynalite/actions/putItem"), require("dynalite/validations/putItem")],
  Query: () => [require("dynalite/actions/query"), require("dynalite/validations/query")],
  Scan: () => [require("dynalite/actions/scan"), require("dynalite/validations/scan")],
  TagResource: () => [require("dynalite/actions/tagResource"), require("dynalite/validations/tagResource")],
  UntagResource: () => [require("dynalite/actions/untagResource"), require("dynalite/validations/untagResource")],
  UpdateItem: () => [require("dynalite/actions/updateItem"), require("dynalite/validations/updateItem")],
  UpdateTable: () => [require("dynalite/actions/updateTable"), require("dynalite/validations/updateTable")],
};

/** The operations that are dynalite's own. */
export const DYNALITE_OPERATIONS: readonly string[] = Object.keys(OPERATIONS);

/** The DynamoDB of one Region, in memory. It is called without its web server, which could know one Region only. */
export class Dynalite {
  readonly #db = require("dynalite/db") as DynaliteDb;
  readonly #validations = require("dynalite/validations") as Validations;
  readonly #operations = new Map<string, Operation>();
  readonly #store: DynaliteStore;

  constructor(region: string, accountId: string) {
    this.#store = this.#db.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.#store.tableDb.awsRegion = region;
    this.#store.tableDb.awsAccountId = accountId;
  }

  /** One operation, validated. Rejects with a `DynamoDbError` where DynamoDB answers with an error. */
  async perform(operation: string, body: Body): Promise<Body> {
    const [action] = this.#operation(operation);
    const data = this.#validated(operation, body);
    return new Promise((resolve, reject) => {
      action(this.#store, data, (error, answer = {}) => {
        if (error) reject(dynamoDbError(error));
        else resolve(answer);
      });
    });
  }

  /** Why the condition of a write does not hold for the item as it is; undefined if it does. */
  conditionError(operation: string, body: Body, item: unknown): Error | undefined {
    const error = this.#db.checkConditional(this.#validated(operation, body), item);
    return error ? dynamoDbError(error) : undefined;
  }

  /** Creates a table, and waits until it is active. */
  async createTable(request: Body): Promise<void> {
    await this.perform("CreateTable", request);
    const status = async (): Promise<unknown> => {
      const { Table: table } = await this.perform("DescribeTable", { TableName: request.TableName });
      return (table as Body).TableStatus;
    };
    while ((await status()) !== "ACTIVE") await sleep(1);
  }

  /** Deletes a table, and waits until it is gone. */
  async deleteTable(tableName: string): Promise<void> {
    await this.perform("DeleteTable", { TableName: tableName });
    const exists = async (): Promise<boolean> =>
      ((await this.perform("ListTables", {})).TableNames as readonly string[]).includes(tableName);
    while (await exists()) await sleep(1);
  }

  #operation(name: string): Operation {
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    const load = OPERATIONS[name];
    if (load === undefined) throw new Error(`dynalite has no operation ${name}`);
    const operation = load() as Operation;
    this.#operations.set(name, operation);
    return operation;
  }

  #validated(operation: string, body: Body): Body {
    const [, { types, custom }] = this.#operation(operation);
    try {
      const data = this.#validations.checkTypes(structuredClone(body), types);
      this.#validations.checkValidations(data, types, custom, this.#store);
      return data;
    } catch (error) {
      throw dynamoDbError(error as DynaliteError);
    }
  }
}

function dynamoDbError(error: DynaliteError): Error {
  const { statusCode, body } = error;
  if (statusCode === undefined || body === undefined) return error;
  const { __type: type, message = body.Message ?? "" } = body;
  return new DynamoDbError(type.split("#").at(-1) ?? "InternalServerError", message, statusCode);
}
