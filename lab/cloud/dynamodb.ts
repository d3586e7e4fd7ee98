import { ApiError } from "./apiError";
import type { Tags } from "./ec2/network";
import type { FrontDoor, Served } from "./frontDoor";
import { regionalArn } from "./identifiers";
import type { Collection, Store } from "./store";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
export interface Table extends TableSettings {
  readonly tableName: string;
  readonly tableArn: string;
  readonly attributes: readonly { readonly name: string; readonly type: string }[];
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly tags: Tags;
}

export interface TableSettings {
  readonly billingMode: string;
  readonly readCapacity: number;
  readonly writeCapacity: number;
  readonly deletionProtectionEnabled: boolean;
}

function operations(store: Store, region: string) {
  const tables: Collection<Table> = store.collection(`${region}/dynamodb/tables`);
  const tableOf = (tableName: string): Table => {
    const table = tables.get(tableName);
    if (table !== undefined) return table;
    throw new ApiError("ResourceNotFoundException", `Requested resource not found: Table: ${tableName} not found`);
  };
  const taggedTable = (arn: string): Table => tableOf(arn.split("/").at(-1) ?? "");
  return {
    createTable: ({ tags = {}, ...request }: Omit<Table, "tableArn" | "tags"> & { readonly tags?: Tags }): Table => {
      const { tableName } = request;
      if (tables.get(tableName) !== undefined) {
        throw new ApiError("ResourceInUseException", `Table already exists: ${tableName}`);
      }
      requireKeys(request);
      const table = { ...request, tags, tableArn: regionalArn(region, "dynamodb", `table/${tableName}`) };
      tables.put(tableName, table);
      return table;
    },
    describeTable: ({ tableName }: { readonly tableName: string }): Table => tableOf(tableName),
    updateTable: ({ tableName, ...settings }: TableSettings & { readonly tableName: string }): void =>
      tables.put(tableName, { ...tableOf(tableName), ...settings }),
    tagResource: ({ resourceArn, tags }: { readonly resourceArn: string; readonly tags: Tags }): void => {
      const table = taggedTable(resourceArn);
      tables.put(table.tableName, { ...table, tags: { ...table.tags, ...tags } });
    },
    untagResource: ({
      resourceArn,
      tagKeys,
    }: {
      readonly resourceArn: string;
      readonly tagKeys: readonly string[];
    }): void => {
      const table = taggedTable(resourceArn);
      const kept = Object.entries(table.tags).filter(([key]) => !tagKeys.includes(key));
      tables.put(table.tableName, { ...table, tags: Object.fromEntries(kept) });
    },
    deleteTable: ({ tableName }: { readonly tableName: string }): void => {
      if (tableOf(tableName).deletionProtectionEnabled) {
        throw new ApiError(
          "ValidationException",
          "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
        );
      }
      tables.remove(tableName);
    },
  };
}

function requireKeys({ attributes, hashKey, rangeKey }: Pick<Table, "attributes" | "hashKey" | "rangeKey">): void {
  for (const key of [hashKey, rangeKey]) {
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
