import { DynamoDb, isServed } from "../../cli/drill/store/dynamoDb/dynamoDb";
import type { CloudInside } from "../cloud/cloud";
import { type Table, tablesOf } from "../cloud/dynamodb";
import { ApiError } from "../cloud/apiError";
import { ACCOUNT_ID, dnsSuffixOf, regionalArn } from "../cloud/identifiers";
import { NOT_SERVED } from "../cloud/rolePolicies";

type Body = Readonly<Record<string, unknown>>;

/** What the control plane answers. */
const OF_THE_CONTROL_PLANE = ["DescribeContinuousBackups", "DescribeEndpoints"];

/** Tables are changed through the control plane alone. */
const OF_TABLES = [
  ...["CreateTable", "DeleteTable", "UpdateTable", "ListTagsOfResource", "TagResource", "UntagResource"],
];

/** Refuses an operation that the lab does not have, by its name. */
export function requireServed(operation: string): void {
  if (OF_THE_CONTROL_PLANE.includes(operation)) return;
  if (isServed(operation) && !OF_TABLES.includes(operation)) return;
  throw new ApiError(
    NOT_SERVED,
    `The lab's DynamoDB does not serve the operation ${operation || "of a request without X-Amz-Target"}.`,
  );
}

/** The data of one Region's tables. Which tables there are is the control plane's word; what is in them is not kept. */
export class DynamoDbData {
  readonly #dynamoDb: DynamoDb;
  readonly #inside: CloudInside;
  readonly #region: string;
  /** Table name → id of the tables that dynalite has. */
  readonly #made = new Map<string, string>();
  #making: Promise<void> = Promise.resolve();

  constructor(inside: CloudInside, region: string) {
    this.#inside = inside;
    this.#region = region;
    this.#dynamoDb = new DynamoDb(region, ACCOUNT_ID);
  }

  /** Performs a request that is allowed. Rejects with an `ApiError` or `DynamoDbError` where DynamoDB has an error. */
  async perform(operation: string, request: Body): Promise<Body> {
    const body = tablesByName(request, regionalArn(this.#region, "dynamodb", "table/"));
    this.#making = this.#making.then(() => this.#followTables());
    await this.#making;
    switch (operation) {
      case "DescribeEndpoints":
        return {
          Endpoints: [{ Address: `dynamodb.${this.#region}.${dnsSuffixOf(this.#region)}`, CachePeriodInMinutes: 1440 }],
        };
      case "DescribeContinuousBackups":
        return this.#describeBackups(String(body.TableName));
      case "DescribeTable":
        return this.#describe(body);
      default:
        return this.#dynamoDb.perform(operation, body);
    }
  }

  /** Makes and deletes what the control plane has made and deleted since the last request. */
  async #followTables(): Promise<void> {
    const wanted = new Map(
      tablesOf(this.#inside.store, this.#region)
        .all()
        .map((table) => [table.tableName, table]),
    );
    for (const [name, id] of this.#made) {
      if (wanted.get(name)?.tableId === id) continue;
      await this.#dynamoDb.dynalite.deleteTable(name);
      this.#made.delete(name);
    }
    for (const [name, table] of wanted) {
      if (this.#made.has(name)) continue;
      await this.#dynamoDb.dynalite.createTable(createRequest(table));
      this.#made.set(name, table.tableId);
    }
  }

  /** Dynalite's description, with what UpdateTable may have changed. */
  async #describe(body: Body): Promise<Body> {
    const { Table: described } = await this.#dynamoDb.perform("DescribeTable", body);
    const { billingMode, readCapacity, writeCapacity, deletionProtectionEnabled, tableId } = this.#table(
      String(body.TableName),
    );
    return {
      Table: {
        ...(described as Body),
        TableId: tableId,
        BillingModeSummary: { BillingMode: billingMode },
        ProvisionedThroughput: {
          NumberOfDecreasesToday: 0,
          ReadCapacityUnits: readCapacity,
          WriteCapacityUnits: writeCapacity,
        },
        DeletionProtectionEnabled: deletionProtectionEnabled,
      },
    };
  }

  /**
   * Of a table that is made by the lab:
   * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
   */
  #describeBackups(tableName: string): Body {
    if (tablesOf(this.#inside.store, this.#region).get(tableName) === undefined) {
      throw new ApiError("TableNotFoundException", `Table not found: ${tableName}`);
    }
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
      },
    };
  }

  #table(name: string): Table {
    const table = tablesOf(this.#inside.store, this.#region).get(name);
    if (table !== undefined) return table;
    throw new ApiError("ResourceNotFoundException", "Requested resource not found");
  }
}

/** A request may name tables by their ARNs, which dynalite does not take. */
function tablesByName(request: Body, prefix: string): Body {
  const nameOf = (table: unknown): unknown =>
    typeof table === "string" && table.startsWith(prefix) ? table.slice(prefix.length) : table;
  const part = (body: Body): Body => ("TableName" in body ? { ...body, TableName: nameOf(body.TableName) } : body);
  const { RequestItems: batch, TransactItems: transaction } = request;
  return {
    ...part(request),
    ...(batch !== undefined && {
      RequestItems: Object.fromEntries(Object.entries(batch as Body).map(([table, each]) => [nameOf(table), each])),
    }),
    ...(transaction !== undefined && {
      TransactItems: (transaction as readonly Readonly<Record<string, Body>>[]).map((item) =>
        Object.fromEntries(Object.entries(item).map(([kind, body]) => [kind, part(body)])),
      ),
    }),
  };
}

function createRequest({ tableName, attributes, globalSecondaryIndexes, ...table }: Table): Body {
  const keySchema = ({ hashKey, rangeKey }: Pick<Table, "hashKey" | "rangeKey">): readonly Body[] => [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" }]),
  ];
  return {
    TableName: tableName,
    AttributeDefinitions: attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keySchema(table),
    // Capacity is for the description alone: nothing is throttled by it.
    BillingMode: "PAY_PER_REQUEST",
    GlobalSecondaryIndexes: globalSecondaryIndexes?.map((index) => ({
      IndexName: index.indexName,
      KeySchema: keySchema(index),
      Projection: { ProjectionType: "ALL" },
    })),
  };
}
