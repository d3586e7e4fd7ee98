import * as assert from "node:assert/strict";
import {
  type CreateTableCommandInput,
  paginateListTables,
  type TableDescription,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { REGION } from "../network";
import { everyOperation, present, refusedWith, wire } from "./wire";

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:GetItem", Resource: "*" }],
});

describe("DynamoDB's control plane for AWS's own client", () => {
  const on = wire();
  async function createTable(TableName: string, request: Partial<CreateTableCommandInput> = {}): Promise<string> {
    const { TableDescription: made } = await on.dynamodb.createTable({
      TableName,
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
      ],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-time",
          KeySchema: [{ AttributeName: "at", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
      ...request,
    });
    return present(made?.TableArn);
  }
  const describe = async (TableName: string): Promise<TableDescription> =>
    present((await on.dynamodb.describeTable({ TableName })).Table);
  const policyOf = async (ResourceArn: string) => (await on.dynamodb.getResourcePolicy({ ResourceArn })).Policy;
  const noPolicy = (ResourceArn: string) =>
    refusedWith(policyOf(ResourceArn), "PolicyNotFoundException", new RegExp(`ResourceArn: ${ResourceArn}$`));

  everyOperation("dynamodb", on, {
    ListTables: async () => {
      for (const name of ["orders", "items", "stock"]) await createTable(name);
      const pages: (readonly string[])[] = [];
      for await (const { TableNames = [] } of paginateListTables({ client: on.dynamodb, pageSize: 2 }, {}))
        pages.push(TableNames);
      assert.deepEqual(pages, [["items", "orders"], ["stock"]]);
      await on.lab.cloud.region(REGION).dynamodb.deleteTable({ tableName: "orders" });
      assert.deepEqual((await on.dynamodb.listTables({ Limit: 100 })).TableNames, ["items", "stock"]);
      await refusedWith(on.dynamodb.listTables({ Limit: 101 }), "ValidationException", /less than or equal to 100/);
    },
    CreateTable: async () => {
      await createTable("made", {
        DeletionProtectionEnabled: true,
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
        SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: "11111111-2222-3333-4444-555555555555" },
        ResourcePolicy: POLICY,
      });
      await waitUntilTableExists({ client: on.dynamodb, maxWaitTime: 60 }, { TableName: "made" });
      const made = await describe("made");
      const arn = `arn:aws:dynamodb:${REGION}:123456789012:table/made`;
      assert.deepEqual([made.TableArn, made.DeletionProtectionEnabled], [arn, true]);
      assert.deepEqual(made.StreamSpecification, { StreamEnabled: true, StreamViewType: "KEYS_ONLY" });
      assert.equal(made.LatestStreamArn, `${arn}/stream/${present(made.LatestStreamLabel)}`);
      assert.deepEqual(made.SSEDescription, {
        Status: "ENABLED",
        SSEType: "KMS",
        KMSMasterKeyArn: `arn:aws:kms:${REGION}:123456789012:key/11111111-2222-3333-4444-555555555555`,
      });
      assert.equal(await policyOf(arn), POLICY);
      await refusedWith(createTable("made"), "ResourceInUseException", "Table already exists: made");
      const projected = [
        { IndexName: "by-at", KeySchema: made.KeySchema ?? [], Projection: { ProjectionType: "KEYS_ONLY" as const } },
      ];
      await refusedWith(createTable("projected", { GlobalSecondaryIndexes: projected }), "NotServedByTheLab");
    },
    DescribeTable: async () => {
      await createTable("described");
      const table = await describe("described");
      assert.deepEqual(table.KeySchema, [{ AttributeName: "id", KeyType: "HASH" }]);
      assert.equal(table.GlobalSecondaryIndexes?.[0]?.IndexArn, `${present(table.TableArn)}/index/by-time`);
      assert.deepEqual(
        [table.LatestStreamArn, table.SSEDescription, table.Replicas],
        [undefined, undefined, undefined],
      );
      assert.deepEqual(await describe(present(table.TableArn)), table);
      await refusedWith(describe("none"), "ResourceNotFoundException");
    },
    UpdateTable: async () => {
      const TableName = "changed";
      await createTable(TableName);
      const stream = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" as const };
      await on.dynamodb.updateTable({ TableName, StreamSpecification: stream, SSESpecification: { Enabled: true } });
      const { StreamSpecification, LatestStreamArn, SSEDescription } = await describe(TableName);
      assert.deepEqual([StreamSpecification, SSEDescription?.SSEType], [stream, "KMS"]);
      await refusedWith(on.dynamodb.updateTable({ TableName, StreamSpecification: stream }), "ValidationException");
      const off = { TableName, StreamSpecification: { StreamEnabled: false } };
      await on.dynamodb.updateTable(off);
      const after = await describe(TableName);
      assert.deepEqual([after.StreamSpecification, after.LatestStreamArn], [undefined, LatestStreamArn]);
      await refusedWith(on.dynamodb.updateTable(off), "ValidationException", /no stream to disable/);

      await on.dynamodb.updateTable({ TableName, ReplicaUpdates: [{ Create: { RegionName: "eu-west-1" } }] });
      assert.deepEqual((await describe(TableName)).Replicas, [{ RegionName: "eu-west-1", ReplicaStatus: "ACTIVE" }]);
      const replica = await on.lab.cloud.region("eu-west-1").dynamodb.describeTable({ tableName: TableName });
      assert.deepEqual(
        [replica.tableArn, replica.replicaRegions],
        [`arn:aws:dynamodb:eu-west-1:123456789012:table/${TableName}`, [REGION]],
      );
    },
    DeleteTable: async () => {
      const ResourceArn = await createTable("deleted", { DeletionProtectionEnabled: true, ResourcePolicy: POLICY });
      const request = { TableName: "deleted" };
      await refusedWith(on.dynamodb.deleteTable(request), "ValidationException", /protected against deletion/);
      await on.dynamodb.updateTable({ ...request, DeletionProtectionEnabled: false });
      await on.dynamodb.deleteTable(request);
      await waitUntilTableNotExists({ client: on.dynamodb, maxWaitTime: 60 }, request);
      await createTable("deleted");
      await noPolicy(ResourceArn);
    },
    DescribeTimeToLive: async () => {
      await refusedWith(on.dynamodb.describeTimeToLive({ TableName: "late" }), "ResourceNotFoundException");
      await createTable("late");
      const { TimeToLiveDescription } = await on.dynamodb.describeTimeToLive({ TableName: "late" });
      assert.deepEqual(TimeToLiveDescription, { TimeToLiveStatus: "DISABLED" });
    },
    PutResourcePolicy: async () => {
      const ResourceArn = await createTable("shared", {
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      });
      const put = (request: object) => on.dynamodb.putResourcePolicy({ ResourceArn, Policy: POLICY, ...request });
      const { RevisionId } = await put({ ExpectedRevisionId: "NO_POLICY" });
      assert.equal((await put({})).RevisionId, RevisionId);
      await refusedWith(put({ ExpectedRevisionId: "NO_POLICY" }), "PolicyNotFoundException");
      await refusedWith(put({ ExpectedRevisionId: "1" }), "PolicyNotFoundException");
      const other = await put({ Policy: POLICY.replace("GetItem", "Query"), ExpectedRevisionId: RevisionId });
      assert.notEqual(other.RevisionId, RevisionId);
      assert.equal(await policyOf(ResourceArn), POLICY.replace("GetItem", "Query"));
      await refusedWith(put({ Policy: "{" }), "ValidationException");
      await refusedWith(put({ Policy: POLICY + " ".repeat(20_480) }), "ValidationException");
      const { LatestStreamArn: stream } = await describe("shared");
      await put({ ResourceArn: stream });
      assert.equal(await policyOf(present(stream)), POLICY);
      await refusedWith(put({ ResourceArn: `${ResourceArn}/index/by-time` }), "ResourceNotFoundException");
    },
    GetResourcePolicy: async () => {
      const ResourceArn = await createTable("read");
      await noPolicy(ResourceArn);
      const { RevisionId } = await on.dynamodb.putResourcePolicy({ ResourceArn, Policy: POLICY });
      const { $metadata, ...answer } = await on.dynamodb.getResourcePolicy({ ResourceArn });
      assert.deepEqual([answer, $metadata.attempts], [{ Policy: POLICY, RevisionId }, 1]);
      await refusedWith(policyOf(`${ResourceArn}-none`), "ResourceNotFoundException");
    },
    DeleteResourcePolicy: async () => {
      const ResourceArn = await createTable("unshared");
      assert.equal((await on.dynamodb.deleteResourcePolicy({ ResourceArn })).RevisionId, "");
      const { RevisionId } = await on.dynamodb.putResourcePolicy({ ResourceArn, Policy: POLICY });
      const wrong = on.dynamodb.deleteResourcePolicy({ ResourceArn, ExpectedRevisionId: "1" });
      await refusedWith(wrong, "PolicyNotFoundException");
      assert.equal((await on.dynamodb.deleteResourcePolicy({ ResourceArn })).RevisionId, RevisionId);
      await noPolicy(ResourceArn);
    },
  });
});
