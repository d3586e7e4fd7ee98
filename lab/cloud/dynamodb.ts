import { ApiError } from "./apiError";
import type { FrontDoor, Served } from "./frontDoor";
import { identifiers, regionalArn } from "./identifiers";
import { resourcePoliciesOf, resourcePolicyOperations } from "./resourcePolicies";
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
  readonly createdAt?: string;
  /** The newest stream, also when it is disabled again. */
  readonly streamArn?: string;
  /** The other Regions in which the table is. */
  readonly replicaRegions?: readonly string[];
  readonly tags: Tags;
}

/** An index that projects all attributes. */
export interface SecondaryIndex {
  readonly indexName: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
}

export type CreateTableRequest = Omit<Table, "tableArn" | "tableId" | "createdAt" | "streamArn" | "tags"> & {
  readonly tags?: Tags;
  readonly resourcePolicy?: string;
};

/** Where the store keeps a Region's tables. */
export function tablesOf(store: Store, region: string): Collection<Table> {
  return store.collection(`${region}/dynamodb/tables`);
}

export interface TableSettings {
  readonly billingMode: string;
  readonly readCapacity: number;
  readonly writeCapacity: number;
  readonly deletionProtectionEnabled: boolean;
  /** What a stream shows of an item that changes. Absent: there is no stream. */
  readonly streamViewType?: string;
  /** The key of KMS with which the table is encrypted. Absent: DynamoDB's own key. */
  readonly kmsKeyArn?: string;
}

/** A change of a table. `false` turns something off. */
export interface UpdateTableRequest extends Partial<Omit<TableSettings, "streamViewType" | "kmsKeyArn">> {
  readonly tableName: string;
  readonly streamViewType?: string | false;
  readonly kmsKeyArn?: string | false;
  readonly addReplicaRegions?: readonly string[];
  readonly removeReplicaRegions?: readonly string[];
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
  const policies = resourcePolicyOperations(store, region, (arn) => requireTableOrStream(tables, arn));
  return {
    createTable: ({ tags = {}, resourcePolicy, ...request }: CreateTableRequest): Table => {
      const { tableName, streamViewType } = request;
      if (tables.get(tableName) !== undefined) {
        throw new ApiError("ResourceInUseException", `Table already exists: ${tableName}`);
      }
      requireKeys(request);
      const tableArn = regionalArn(region, "dynamodb", `table/${tableName}`);
      const createdAt = new Date().toISOString();
      const streamArn = streamViewType === undefined ? undefined : newStreamArn(tableArn);
      const table: Table = { ...request, tags, tableArn, tableId: nextDigits("table", 32), createdAt, streamArn };
      tables.put(tableName, table);
      if (resourcePolicy !== undefined) policies.putResourcePolicy({ resourceArn: tableArn, policy: resourcePolicy });
      return table;
    },
    listTables: (): readonly string[] => tables.all().map(({ tableName }) => tableName),
    /** No table of the lab lets items expire. */
    describeTimeToLive: ({ tableName }: { readonly tableName: string }): { readonly timeToLiveStatus: "DISABLED" } => {
      tableOf(tableName);
      return { timeToLiveStatus: "DISABLED" };
    },
    describeTable: ({ tableName }: { readonly tableName: string }): Table => tableOf(tableName),
    updateTable: ({ tableName, ...change }: UpdateTableRequest): Table => {
      const table = changed(tableOf(tableName), change);
      tables.put(tableName, table);
      for (const other of change.addReplicaRegions ?? []) replicate(store, table, other);
      return table;
    },
    ...tagOperations(taggedTable, (table) => tables.put(table.tableName, table)),
    deleteTable: ({ tableName }: { readonly tableName: string }): Table => {
      const table = tableOf(tableName);
      if (table.deletionProtectionEnabled) {
        throw new ApiError(
          "ValidationException",
          "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection " +
            "first.",
        );
      }
      tables.remove(tableName);
      for (const arn of [table.tableArn, table.streamArn ?? ""]) resourcePoliciesOf(store, region).remove(arn);
      return table;
    },
    ...policies,
  };
}

function newStreamArn(tableArn: string): string {
  return `${tableArn}/stream/${new Date().toISOString().replace(/Z$/, "")}`;
}

function requireTableOrStream(tables: Collection<Table>, arn: string): void {
  if (tables.all().some(({ tableArn, streamArn }) => arn === tableArn || arn === streamArn)) return;
  throw new ApiError("ResourceNotFoundException", `Requested resource not found: ResourceArn: ${arn} not found`);
}

function changed(
  table: Table,
  {
    streamViewType,
    kmsKeyArn,
    addReplicaRegions = [],
    removeReplicaRegions = [],
    ...settings
  }: Omit<UpdateTableRequest, "tableName">,
): Table {
  return {
    ...table,
    ...settings,
    ...(streamViewType !== undefined && switchedStream(table, streamViewType)),
    ...(kmsKeyArn !== undefined && { kmsKeyArn: kmsKeyArn === false ? undefined : kmsKeyArn }),
    replicaRegions: [...new Set([...(table.replicaRegions ?? []), ...addReplicaRegions])].filter(
      (region) => !removeReplicaRegions.includes(region),
    ),
  };
}

/** `StreamSpecification` of https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html */
function switchedStream({ tableName, tableArn, streamViewType: before }: Table, after: string | false): Partial<Table> {
  if (after === false) {
    if (before !== undefined) return { streamViewType: undefined };
    throw new ApiError("ValidationException", `Table has no stream to disable: TableName: ${tableName}`);
  }
  if (before === undefined) return { streamViewType: after, streamArn: newStreamArn(tableArn) };
  throw new ApiError("ValidationException", `Table already has an enabled stream: TableName: ${tableName}`);
}

/** The table in another Region, without what is in it. */
function replicate(store: Store, { streamViewType, ...table }: Table, region: string): void {
  const tableArn = regionalArn(region, "dynamodb", `table/${table.tableName}`);
  const replicaRegions = [table.tableArn.split(":")[3] ?? "", ...(table.replicaRegions ?? [])];
  tablesOf(store, region).put(table.tableName, {
    ...table,
    tableArn,
    streamViewType,
    streamArn: streamViewType === undefined ? undefined : newStreamArn(tableArn),
    replicaRegions: replicaRegions.filter((other) => other !== region),
  });
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
