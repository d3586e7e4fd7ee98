import type { CloudInside } from "../cloud/cloud";
import { type Table, tablesOf } from "../cloud/dynamodb";
import { ApiError } from "../cloud/apiError";
import { dnsSuffixOf, regionalArn } from "../cloud/identifiers";
import { NOT_SERVED } from "../cloud/rolePolicies";
import { statementsOf } from "./actions";
import { Dynalite, DYNALITE_OPERATIONS } from "./dynalite";
import { type Statement, unservedStatement } from "./partiql";
import { transactGet, transactWrite } from "./transactions";

type Body = Readonly<Record<string, unknown>>;

const TRANSLATED = [
  ...[
    "BatchExecuteStatement",
    "DescribeContinuousBackups",
    "DescribeEndpoints",
    "ExecuteStatement",
    "ExecuteTransaction",
  ],
  ...["TransactGetItems", "TransactWriteItems"],
];

/** Refuses an operation that the lab does not have, by its name. */
export function requireServed(operation: string): void {
  if (DYNALITE_OPERATIONS.includes(operation) || TRANSLATED.includes(operation)) return;
  throw new ApiError(
    NOT_SERVED,
    `The lab's DynamoDB does not serve the operation ${operation || "of a request without X-Amz-Target"}.`,
  );
}

/** The data of one Region's tables. Which tables there are is the control plane's word; what is in them is not kept. */
export class DynamoDbData {
  readonly #dynalite: Dynalite;
  readonly #inside: CloudInside;
  readonly #region: string;
  /** Table name → id of the tables that dynalite has. */
  readonly #made = new Map<string, string>();
  #making: Promise<void> = Promise.resolve();

  constructor(inside: CloudInside, region: string) {
    this.#inside = inside;
    this.#region = region;
    this.#dynalite = new Dynalite(region);
  }

  /** Performs a request that is allowed. Rejects with an `ApiError` where DynamoDB answers with an error. */
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
      case "TransactGetItems":
        return transactGet(this.#dynalite, body);
      case "TransactWriteItems":
        return transactWrite(this.#dynalite, body, (table) => this.#table(table));
      case "ExecuteStatement":
        return this.#execute(onlyOf(statementsOf(body)));
      case "BatchExecuteStatement":
      case "ExecuteTransaction":
        return { Responses: await this.#executeAll(statementsOf(body)) };
      default:
        return this.#dynalite.perform(operation, body);
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
      await this.#dynalite.deleteTable(name);
      this.#made.delete(name);
    }
    for (const [name, table] of wanted) {
      if (this.#made.has(name)) continue;
      await this.#dynalite.createTable(createRequest(table));
      this.#made.set(name, table.tableId);
    }
  }

  /** Dynalite's description, with what UpdateTable may have changed. */
  async #describe(body: Body): Promise<Body> {
    const { Table: described } = await this.#dynalite.perform("DescribeTable", body);
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

  async #execute(statement: Statement): Promise<Body> {
    const { kind, table, index, conditions, item } = statement;
    if (kind === "Select" && conditions !== undefined) {
      const { Items: items } = await this.#dynalite.perform("Scan", {
        TableName: table,
        IndexName: index,
        ...filterOf(conditions),
      });
      return { Items: items };
    }
    if (kind === "Insert" && item !== undefined) {
      await this.#insert(table, item);
      return { Items: [] };
    }
    throw unservedStatement(statement);
  }

  async #insert(table: string, item: NonNullable<Statement["item"]>): Promise<void> {
    const absent = {
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": this.#table(table).hashKey },
    };
    try {
      await this.#dynalite.perform("PutItem", { TableName: table, Item: item, ...absent });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "ConditionalCheckFailedException") throw error;
      throw new ApiError("DuplicateItemException", "Duplicate primary key exists in table");
    }
  }

  async #executeAll(statements: readonly Statement[]): Promise<readonly Body[]> {
    const responses: Body[] = [];
    for (const statement of statements) {
      const { Items: items } = await this.#execute(statement);
      responses.push({ TableName: statement.table, Item: (items as readonly unknown[])[0] });
    }
    return responses;
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

function onlyOf(statements: readonly Statement[]): Statement {
  const [statement] = statements;
  if (statement === undefined) throw new ApiError("ValidationException", "Statement should not be empty");
  return statement;
}

function filterOf(conditions: NonNullable<Statement["conditions"]>): Body {
  if (conditions.length === 0) return {};
  return {
    FilterExpression: conditions.map(({ operator }, i) => `#a${i} ${operator} :v${i}`).join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(conditions.map(({ attribute }, i) => [`#a${i}`, attribute])),
    ExpressionAttributeValues: Object.fromEntries(conditions.map(({ value }, i) => [`:v${i}`, value])),
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
