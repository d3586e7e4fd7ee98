import type {
  DescribeTableInput,
  DescribeTableOutput,
  DescribeTimeToLiveInput,
  DescribeTimeToLiveOutput,
  KeySchemaElement,
  ListTablesInput,
  ListTablesOutput,
  TableDescription,
} from "@aws-sdk/client-dynamodb";
import type { Table } from "../../cloud/dynamodb";
import { operation, type ServedOperations } from "../operations";
import { markedPage, requireRange } from "../pages";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html */
const TABLES_OF_A_PAGE = { member: "limit", least: 1, most: 100 };

/** The control plane: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ */
export const DYNAMODB: ServedOperations = {
  ListTables: operation<ListTablesInput, ListTablesOutput>(
    ["ExclusiveStartTableName", "Limit"],
    async ({ dynamodb }, { ExclusiveStartTableName: marker, Limit: limit = TABLES_OF_A_PAGE.most }) => {
      const most = requireRange(limit, TABLES_OF_A_PAGE, "ValidationException");
      const { items, next } = markedPage(await dynamodb.listTables(), (name) => name, { marker, most });
      return { TableNames: [...items], LastEvaluatedTableName: next };
    },
  ),
  DescribeTable: operation<DescribeTableInput, DescribeTableOutput>(
    ["TableName"],
    async ({ dynamodb }, { TableName: tableName }) => ({
      Table: tableDescription(await dynamodb.describeTable({ tableName: nameOf(tableName) })),
    }),
  ),
  DescribeTimeToLive: operation<DescribeTimeToLiveInput, DescribeTimeToLiveOutput>(
    ["TableName"],
    async ({ dynamodb }, { TableName: tableName }) => ({
      TimeToLiveDescription: {
        TimeToLiveStatus: (await dynamodb.describeTimeToLive({ tableName: nameOf(tableName) })).timeToLiveStatus,
      },
    }),
  ),
};

/** A table may be named by its ARN. */
function nameOf(tableName: string): string {
  return tableName.replace(/^arn:.*:table\//, "");
}

function tableDescription({ readCapacity, writeCapacity, ...table }: Table): TableDescription {
  const throughput = { ReadCapacityUnits: readCapacity, WriteCapacityUnits: writeCapacity, NumberOfDecreasesToday: 0 };
  return {
    TableName: table.tableName,
    TableArn: table.tableArn,
    TableId: table.tableId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    TableStatus: "ACTIVE",
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type as "S" | "N" | "B",
    })),
    KeySchema: keySchema(table),
    ProvisionedThroughput: throughput,
    ...(table.billingMode === "PAY_PER_REQUEST" && { BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" } }),
    ...(table.globalSecondaryIndexes !== undefined && {
      GlobalSecondaryIndexes: table.globalSecondaryIndexes.map((index) => ({
        IndexName: index.indexName,
        IndexArn: `${table.tableArn}/index/${index.indexName}`,
        IndexStatus: "ACTIVE",
        KeySchema: keySchema(index),
        Projection: { ProjectionType: "ALL" },
        ProvisionedThroughput: throughput,
      })),
    }),
    DeletionProtectionEnabled: table.deletionProtectionEnabled,
  };
}

function keySchema({ hashKey, rangeKey }: Pick<Table, "hashKey" | "rangeKey">): KeySchemaElement[] {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" as const }]),
  ];
}
