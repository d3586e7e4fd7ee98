import * as assert from "node:assert/strict";
import { REGION } from "../network";
import { everyOperation, present, refusedWith, wire } from "./wire";

describe("KMS for AWS's own client", () => {
  const on = wire();
  const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [] });

  async function createKey(Policy?: string): Promise<string> {
    return present((await on.kms.createKey({ Policy })).KeyMetadata?.Arn);
  }
  const policyOf = async (KeyId: string) => (await on.kms.getKeyPolicy({ KeyId })).Policy;

  everyOperation("kms", on, {
    CreateKey: async () => {
      const { KeyMetadata: key } = await on.kms.createKey({ Description: "of orders", Policy: POLICY });
      assert.equal(key?.Arn, `arn:aws:kms:${REGION}:123456789012:key/${present(key?.KeyId)}`);
      assert.match(present(key.KeyId), /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
      assert.deepEqual([key.Description, key.KeyManager, key.Enabled], ["of orders", "CUSTOMER", true]);
      await refusedWith(on.kms.createKey({ Policy: "{" }), "MalformedPolicyDocumentException");
      await refusedWith(on.kms.createKey({ Policy: `"${"x".repeat(32 * 1024)}"` }), "LimitExceededException");
      await refusedWith(on.kms.createKey({ MultiRegion: true }), "NotServedByTheLab");
    },
    DescribeKey: async () => {
      const arn = await createKey();
      const KeyId = present(arn.split("/")[1]);
      for (const id of [KeyId, arn]) assert.equal((await on.kms.describeKey({ KeyId: id })).KeyMetadata?.Arn, arn);
      for (const id of ["none", arn.replace(REGION, "eu-west-3")])
        await refusedWith(on.kms.describeKey({ KeyId: id }), "NotFoundException", /^Key 'arn:.*' does not exist$/);
    },
    GetKeyPolicy: async () => {
      assert.equal(await policyOf(await createKey(POLICY)), POLICY);
      assert.match(present(await policyOf(await createKey())), /"arn:aws:iam::123456789012:root"/);
      await refusedWith(on.kms.getKeyPolicy({ KeyId: await createKey(), PolicyName: "x" }), "NotFoundException");
    },
    PutKeyPolicy: async () => {
      const KeyId = await createKey();
      await on.kms.putKeyPolicy({ KeyId, Policy: POLICY, PolicyName: "default" });
      assert.equal(await policyOf(KeyId), POLICY);
      await refusedWith(on.kms.putKeyPolicy({ KeyId, Policy: "{" }), "MalformedPolicyDocumentException");
    },
  });

  it("has the key that AWS manages for DynamoDB, which nobody changes", async () => {
    await on.dynamodb.createTable({
      TableName: "managed",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      SSESpecification: { Enabled: true },
    });
    const { Table } = await on.dynamodb.describeTable({ TableName: "managed" });
    const KeyId = present(Table?.SSEDescription?.KMSMasterKeyArn);
    assert.equal((await on.kms.describeKey({ KeyId })).KeyMetadata?.KeyManager, "AWS");
    await refusedWith(on.kms.putKeyPolicy({ KeyId, Policy: POLICY }), "AccessDeniedException");
  });
});
