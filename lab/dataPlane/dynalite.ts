import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../cloud/apiError";
import { ACCOUNT_ID } from "../cloud/identifiers";

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
  readonly body?: { readonly __type: string; readonly message?: string };
};

const load = createRequire(__filename);

/** The operations that are dynalite's own. Tables are made and deleted through the control plane alone. */
export const DYNALITE_OPERATIONS: readonly string[] = [
  ...["BatchGetItem", "BatchWriteItem", "DeleteItem", "DescribeTable", "DescribeTimeToLive"],
  ...["GetItem", "ListTables", "PutItem", "Query", "Scan", "UpdateItem"],
];

/**
 * The DynamoDB of one Region, in memory. It is called without its web server, which could know one Region only, and
 * loaded when it is needed first: most labs serve no traffic.
 */
export class Dynalite {
  readonly #db = load("dynalite/db") as DynaliteDb;
  readonly #validations = load("dynalite/validations") as Validations;
  readonly #store: DynaliteStore;

  constructor(region: string) {
    this.#store = this.#db.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.#store.tableDb.awsRegion = region;
    this.#store.tableDb.awsAccountId = ACCOUNT_ID;
  }

  /** One operation, validated. Rejects with an `ApiError` where DynamoDB answers with an error. */
  async perform(operation: string, body: Body): Promise<Body> {
    const name = lowerFirst(operation);
    const data = this.#validated(operation, body);
    return new Promise((resolve, reject) => {
      (load(`dynalite/actions/${name}`) as Action)(this.#store, data, (error, answer = {}) => {
        if (error) reject(apiError(error));
        else resolve(answer);
      });
    });
  }

  /** Why the condition of a write does not hold for the item as it is; undefined if it does. */
  conditionError(operation: string, body: Body, item: unknown): Error | undefined {
    const error = this.#db.checkConditional(this.#validated(operation, body), item);
    return error ? apiError(error) : undefined;
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

  #validated(operation: string, body: Body): Body {
    const validation = load(`dynalite/validations/${lowerFirst(operation)}`) as Validation;
    try {
      const data = this.#validations.checkTypes(structuredClone(body), validation.types);
      this.#validations.checkValidations(data, validation.types, validation.custom, this.#store);
      return data;
    } catch (error) {
      throw apiError(error as DynaliteError);
    }
  }
}

function lowerFirst(operation: string): string {
  return operation.charAt(0).toLowerCase() + operation.slice(1);
}

function apiError(error: DynaliteError): Error {
  if (error.statusCode === undefined || error.body === undefined) return error;
  const code = error.body.__type.split("#").at(-1) ?? "InternalServerError";
  return new ApiError(code, error.body.message ?? "", error.statusCode);
}
