import type * as kms from "@aws-sdk/client-kms";
import { ApiError } from "../../cloud/apiError";
import { ACCOUNT_ID } from "../../cloud/identifiers";
import type { Key } from "../../cloud/kms";
import { operation, type ServedOperations } from "../operations";

/** https://docs.aws.amazon.com/kms/latest/APIReference/ */
export const KMS: ServedOperations = {
  CreateKey: operation<kms.CreateKeyRequest, kms.CreateKeyResponse>(
    ["Policy", "Description"],
    async (region, { Policy: policy, Description: description }) => ({
      KeyMetadata: metadata(await region.kms.createKey({ policy, description })),
    }),
  ),
  DescribeKey: operation<kms.DescribeKeyRequest, kms.DescribeKeyResponse>(
    ["KeyId"],
    async (region, { KeyId: keyId }) => ({ KeyMetadata: metadata(await region.kms.describeKey({ keyId })) }),
  ),
  GetKeyPolicy: operation<kms.GetKeyPolicyRequest, kms.GetKeyPolicyResponse>(
    ["KeyId", "PolicyName"],
    async (region, { KeyId: keyId, PolicyName: name }) => {
      requireDefault(name);
      return { Policy: (await region.kms.getKeyPolicy({ keyId })).policy, PolicyName: DEFAULT };
    },
  ),
  PutKeyPolicy: operation<kms.PutKeyPolicyRequest, object>(
    ["KeyId", "PolicyName", "Policy"],
    async (region, { KeyId: keyId, PolicyName: name, Policy: policy }) => {
      requireDefault(name);
      await region.kms.putKeyPolicy({ keyId, policy });
      return {};
    },
  ),
};

/** "The only valid value is default." */
const DEFAULT = "default";

function requireDefault(name = DEFAULT): void {
  if (name !== DEFAULT) throw new ApiError("NotFoundException", `No such policy exists: ${name}`);
}

function metadata({ keyId, arn, keyManager, description, createdAt }: Key): kms.KeyMetadata {
  return {
    AWSAccountId: ACCOUNT_ID,
    KeyId: keyId,
    Arn: arn,
    CreationDate: new Date(createdAt),
    Enabled: true,
    Description: description,
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: "Enabled",
    Origin: "AWS_KMS",
    KeyManager: keyManager,
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
  };
}
