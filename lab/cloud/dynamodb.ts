import { ApiError } from "./apiError";
import type { FrontDoor, Served } from "./frontDoor";
import { identifiers, regionalArn } from "./identifiers";
import type { Collection, Store } from "./store";
import { tagOperations, type Tags } from "./tags";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
export interface Table extends TableSettings {
  readonly tableName: string;
  readonly tableArn: string;
  /** Tells a table from an earlier one of the same name. */
  readonly tableId: string;
  readonly attributes: readonly { readonly name: string; readonly type: string }[];
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly globalSecondaryIndexes?: readonly SecondaryIndex[];
  readonly tags: Tags;
}

/** An index that projects all attributes. */
export interface SecondaryIndex {
  readonly indexName: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
}

export type CreateTableRequest = Omit<Table, "tableArn" | "tableId" | "tags"> & { readonly tags?: Tags };

/** Where the store keeps a Region's tables. */
export function tablesOf(store: Store, region: string): Collection<Table> {
  return store.collection(`${region}/dynamodb/tables`);
}

export interface TableSettings {
  readonly billingMode: string;
  readonly readCapacity: number;
  readonly writeCapacity: number;
  readonly deletionProtectionEnabled: boolean;
}

function operations(store: Store, region: string) {
  const tables = tablesOf(store, region);
  const { nextDigits } = identifiers(store, region);
  const tableOf = (tableName: string): Table => {
    const table = tables.get(tableName);
    if (table !== undefined) return table;
    throw new ApiError("ResourceNotFoundException", `Requested resource not found: Table: ${tableName} not found`);
  };
  const taggedTable = (arn: string): Table => tableOf(arn.split("/").at(-1) ?? "");
  return {
    createTable: ({ tags = {}, ...request }: CreateTableRequest): Table => {
      const { tableName } = request;
      if (tables.get(tableName) !== undefined) {
        throw new ApiError("ResourceInUseException", `Table already exists: ${tableName}`);
      }
      requireKeys(request);
      const tableArn = regionalArn(region, "dynamodb", `table/${tableName}`);
      const table: Table = { ...request, tags, tableArn, tableId: nextDigits("table", 32) };
      tables.put(tableName, table);
      return table;
    },
    listTables: (): readonly string[] => tables.all().map(({ tableName }) => tableName),
    /** No table of the lab lets items expire. */
    describeTimeToLive: ({ tableName }: { readonly tableName: string }): { readonly timeToLiveStatus: "DISABLED" } => {
      tableOf(tableName);
      return { timeToLiveStatus: "DISABLED" };
    },
    describeTable: ({ tableName }: { readonly tableName: string }): Table => tableOf(tableName),
    updateTable: ({ tableName, ...settings }: TableSettings & { readonly tableName: string }): void =>
      tables.put(tableName, { ...tableOf(tableName), ...settings }),
    ...tagOperations(taggedTable, (table) => tables.put(table.tableName, table)),
    deleteTable: ({ tableName }: { readonly tableName: string }): void => {
      if (tableOf(tableName).deletionProtectionEnabled) {
        throw new ApiError(
          "ValidationException",
          "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection " +
            "first.",
        );
      }
      tables.remove(tableName);
    },
  };
}

function requireKeys({ attributes, globalSecondaryIndexes = [], ...keys }: CreateTableRequest): void {
  for (const key of [keys, ...globalSecondaryIndexes].flatMap(({ hashKey, rangeKey }) => [hashKey, rangeKey])) {
    if (key !== undefined && !attributes.some(({ name }) => name === key)) {
      throw new ApiError(
        "ValidationException",
        "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions.",
      );
    }
  }
}

/** Amazon DynamoDB's tables in one Region: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ */
export type DynamoDb = Served<ReturnType<typeof operations>>;

export function dynamoDbService(door: FrontDoor, store: Store, region: string): DynamoDb {
  return door.serve(region, "dynamodb", operations(store, region));
}
