import type * as dynamodb from "@aws-sdk/client-dynamodb";
import { ApiError } from "../../cloud/apiError";
import type { CreateTableRequest, Table, UpdateTableRequest } from "../../cloud/dynamodb";
import { regionalArn } from "../../cloud/identifiers";
import { managedKeyArn } from "../../cloud/kms";
import { NOT_SERVED } from "../../cloud/rolePolicies";
import { operation, type ServedOperations } from "../operations";
import { markedPage, requireRange } from "../pages";
import { tagMap } from "../tags";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html */
const TABLES_OF_A_PAGE = { member: "limit", least: 1, most: 100 };

const READS: ServedOperations = {
  ListTables: operation<dynamodb.ListTablesInput, dynamodb.ListTablesOutput>(
    ["ExclusiveStartTableName", "Limit"],
    async ({ dynamodb }, { ExclusiveStartTableName: marker, Limit: limit = TABLES_OF_A_PAGE.most }) => {
      const most = requireRange(limit, TABLES_OF_A_PAGE, "ValidationException");
      const { items, next } = markedPage(await dynamodb.listTables(), (name) => name, { marker, most });
      return { TableNames: [...items], LastEvaluatedTableName: next };
    },
  ),
  DescribeTable: operation<dynamodb.DescribeTableInput, dynamodb.DescribeTableOutput>(
    ["TableName"],
    async ({ dynamodb }, { TableName: tableName }) => ({
      Table: tableDescription(await dynamodb.describeTable({ tableName: nameOf(tableName) })),
    }),
  ),
  DescribeTimeToLive: operation<dynamodb.DescribeTimeToLiveInput, dynamodb.DescribeTimeToLiveOutput>(
    ["TableName"],
    async ({ dynamodb }, { TableName: tableName }) => ({
      TimeToLiveDescription: {
        TimeToLiveStatus: (await dynamodb.describeTimeToLive({ tableName: nameOf(tableName) })).timeToLiveStatus,
      },
    }),
  ),
};

const CHANGES: ServedOperations = {
  CreateTable: operation<dynamodb.CreateTableInput, dynamodb.CreateTableOutput>(
    [
      ...(["TableName", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"] as const),
      ...(["ProvisionedThroughput", "StreamSpecification", "SSESpecification", "Tags"] as const),
      ...(["DeletionProtectionEnabled", "ResourcePolicy"] as const),
    ],
    async (region, input) => ({
      TableDescription: tableDescription(await region.dynamodb.createTable(creation(region.name, input)), "CREATING"),
    }),
  ),
  UpdateTable: operation<dynamodb.UpdateTableInput, dynamodb.UpdateTableOutput>(
    [
      ...(["TableName", "BillingMode", "ProvisionedThroughput", "StreamSpecification"] as const),
      ...(["SSESpecification", "DeletionProtectionEnabled", "ReplicaUpdates"] as const),
    ],
    async (region, input) => ({
      TableDescription: tableDescription(await region.dynamodb.updateTable(update(region.name, input)), "UPDATING"),
    }),
  ),
  DeleteTable: operation<dynamodb.DeleteTableInput, dynamodb.DeleteTableOutput>(
    ["TableName"],
    async ({ dynamodb }, { TableName: tableName }) => ({
      TableDescription: tableDescription(await dynamodb.deleteTable({ tableName: nameOf(tableName) }), "DELETING"),
    }),
  ),
};

const RESOURCE_POLICIES: ServedOperations = {
  PutResourcePolicy: operation<dynamodb.PutResourcePolicyInput, dynamodb.PutResourcePolicyOutput>(
    // The lab's administrator stays able to change a policy: there is nothing to confirm.
    ["ResourceArn", "Policy", "ExpectedRevisionId", "ConfirmRemoveSelfResourceAccess"],
    async (region, { ResourceArn: resourceArn, Policy: policy, ExpectedRevisionId: expectedRevisionId }) => {
      const request = { resourceArn, policy, expectedRevisionId };
      return { RevisionId: (await region.dynamodb.putResourcePolicy(request)).revisionId };
    },
  ),
  GetResourcePolicy: operation<dynamodb.GetResourcePolicyInput, dynamodb.GetResourcePolicyOutput>(
    ["ResourceArn"],
    async (region, { ResourceArn: resourceArn }) => {
      const { policy, revisionId } = await region.dynamodb.getResourcePolicy({ resourceArn });
      return { Policy: policy, RevisionId: revisionId };
    },
  ),
  DeleteResourcePolicy: operation<dynamodb.DeleteResourcePolicyInput, dynamodb.DeleteResourcePolicyOutput>(
    ["ResourceArn", "ExpectedRevisionId"],
    async (region, { ResourceArn: resourceArn, ExpectedRevisionId: expectedRevisionId }) => ({
      RevisionId: (await region.dynamodb.deleteResourcePolicy({ resourceArn, expectedRevisionId })).revisionId,
    }),
  ),
};

/** The control plane: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ */
export const DYNAMODB: ServedOperations = { ...READS, ...CHANGES, ...RESOURCE_POLICIES };

/** A table may be named by its ARN. */
function nameOf(tableName: string): string {
  return tableName.replace(/^arn:.*:table\//, "");
}

function creation(region: string, input: dynamodb.CreateTableInput): CreateTableRequest {
  const { AttributeDefinitions: attributes = [], GlobalSecondaryIndexes: indexes, KeySchema: keys } = input;
  return {
    tableName: input.TableName ?? "",
    attributes: attributes.map(({ AttributeName: name = "", AttributeType: type = "" }) => ({ name, type })),
    ...keysOf(keys),
    globalSecondaryIndexes: indexes?.map(secondaryIndex),
    billingMode: input.BillingMode ?? "PROVISIONED",
    readCapacity: input.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
    writeCapacity: input.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
    deletionProtectionEnabled: input.DeletionProtectionEnabled ?? false,
    streamViewType: streamOf(input.StreamSpecification) || undefined,
    kmsKeyArn: keyOf(region, input.SSESpecification) || undefined,
    tags: tagMap(input.Tags),
    resourcePolicy: input.ResourcePolicy,
  };
}

function secondaryIndex({ IndexName: indexName = "", KeySchema: keys, Projection: projection }: SecondaryIndexInput) {
  if (projection?.ProjectionType !== "ALL") {
    throw new ApiError(NOT_SERVED, `The projection of the index ${indexName} is not served by the lab, which has ALL.`);
  }
  return { indexName, ...keysOf(keys) };
}

type SecondaryIndexInput = dynamodb.GlobalSecondaryIndex;

function keysOf(schema: readonly dynamodb.KeySchemaElement[] = []): Pick<Table, "hashKey" | "rangeKey"> {
  const key = (kind: string): string | undefined => schema.find(({ KeyType: type }) => type === kind)?.AttributeName;
  const hashKey = key("HASH");
  if (hashKey !== undefined) return { hashKey, rangeKey: key("RANGE") };
  throw new ApiError("ValidationException", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
}

function streamOf(stream: dynamodb.StreamSpecification | undefined): string | false | undefined {
  if (stream?.StreamEnabled !== true) return stream && false;
  if (stream.StreamViewType !== undefined) return stream.StreamViewType;
  throw new ApiError(
    "ValidationException",
    "One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true",
  );
}

function keyOf(region: string, encryption: dynamodb.SSESpecification | undefined): string | false | undefined {
  if (encryption?.Enabled !== true) return encryption && false;
  const key = encryption.KMSMasterKeyId ?? managedKeyArn(region);
  if (key.startsWith("arn:")) return key;
  if (!key.startsWith("alias/")) return regionalArn(region, "kms", `key/${key}`);
  throw new ApiError(NOT_SERVED, `The key ${key} is not served by the lab: name a key by its id or ARN.`);
}

function update(region: string, input: dynamodb.UpdateTableInput): UpdateTableRequest {
  const { ProvisionedThroughput: throughput, ReplicaUpdates: replicas = [], BillingMode: billingMode } = input;
  return {
    tableName: nameOf(input.TableName ?? ""),
    ...(billingMode !== undefined && { billingMode }),
    ...(throughput !== undefined && {
      readCapacity: throughput.ReadCapacityUnits,
      writeCapacity: throughput.WriteCapacityUnits,
    }),
    ...(billingMode === "PAY_PER_REQUEST" && { readCapacity: 0, writeCapacity: 0 }),
    ...(input.DeletionProtectionEnabled !== undefined && {
      deletionProtectionEnabled: input.DeletionProtectionEnabled,
    }),
    streamViewType: streamOf(input.StreamSpecification),
    kmsKeyArn: keyOf(region, input.SSESpecification),
    addReplicaRegions: replicas.flatMap(({ Create: made }) => made?.RegionName ?? []),
    removeReplicaRegions: replicas.flatMap(({ Delete: left }) => left?.RegionName ?? []),
  };
}

function tableDescription(table: Table, status: dynamodb.TableStatus = "ACTIVE"): dynamodb.TableDescription {
  const throughput = {
    ReadCapacityUnits: table.readCapacity,
    WriteCapacityUnits: table.writeCapacity,
    NumberOfDecreasesToday: 0,
  };
  return {
    TableName: table.tableName,
    TableArn: table.tableArn,
    TableId: table.tableId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    TableStatus: status,
    ...(table.createdAt !== undefined && { CreationDateTime: new Date(table.createdAt) }),
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
    ...streamDescription(table),
    ...encryptionDescription(table),
    ...replicaDescriptions(table),
    DeletionProtectionEnabled: table.deletionProtectionEnabled,
  };
}

function streamDescription({ streamViewType, streamArn }: Table): dynamodb.TableDescription {
  return {
    ...(streamViewType !== undefined && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: streamViewType as dynamodb.StreamViewType },
    }),
    ...(streamArn !== undefined && {
      LatestStreamArn: streamArn,
      LatestStreamLabel: streamArn.replace(/^.*\/stream\//, ""),
    }),
  };
}

/** Absent for a table that has DynamoDB's own key. */
function encryptionDescription({ kmsKeyArn }: Table): dynamodb.TableDescription {
  if (kmsKeyArn === undefined) return {};
  return { SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: kmsKeyArn } };
}

function replicaDescriptions({ replicaRegions = [] }: Table): dynamodb.TableDescription {
  if (replicaRegions.length === 0) return {};
  return {
    GlobalTableVersion: "2019.11.21",
    Replicas: replicaRegions.map((RegionName) => ({ RegionName, ReplicaStatus: "ACTIVE" })),
  };
}

function keySchema({ hashKey, rangeKey }: Pick<Table, "hashKey" | "rangeKey">): dynamodb.KeySchemaElement[] {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" as const }]),
  ];
}
