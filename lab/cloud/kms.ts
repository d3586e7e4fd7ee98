import { ApiError } from "./apiError";
import type { FrontDoor, Served } from "./frontDoor";
import { ACCOUNT_ID, identifiers, partitionOf, regionalArn } from "./identifiers";
import type { Collection, Store } from "./store";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html, with the policy that every key has. */
export interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly keyManager: "AWS" | "CUSTOMER";
  readonly description: string;
  readonly createdAt: string;
  readonly policy: string;
}

interface KeyRequest {
  /** The id of a key, or its ARN. */
  readonly keyId: string;
}

/** The id of the key that AWS manages for DynamoDB in each Region. */
const MANAGED_KEY = "00000000-0000-4000-8000-00000000000d";

/** The key of a table that names none of its own. */
export function managedKeyArn(region: string): string {
  return regionalArn(region, "kms", `key/${MANAGED_KEY}`);
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html#key-policy-limit */
const LONGEST_POLICY = 32 * 1024;

function operations(store: Store, region: string) {
  const keys: Collection<Key> = store.collection(`${region}/kms/keys`);
  const { nextDigits } = identifiers(store, region);
  const made = (keyId: string, about: Pick<Key, "keyManager" | "description" | "policy">): Key => {
    return { keyId, arn: regionalArn(region, "kms", `key/${keyId}`), createdAt: new Date().toISOString(), ...about };
  };
  const managed = made(MANAGED_KEY, {
    keyManager: "AWS",
    description: "Default key that protects my DynamoDB data when no other key is defined",
    policy: policyOf("auto-dynamodb-1", {
      Sid: "Allow access through Amazon DynamoDB",
      Principal: { AWS: "*" },
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"],
      Condition: {
        StringEquals: {
          "kms:CallerAccount": ACCOUNT_ID,
          "kms:ViaService": `dynamodb.${region}.amazonaws.com`,
        },
      },
    }),
  });
  const keyOf = ({ keyId: given }: KeyRequest): Key => {
    const keyId = given.replace(/^arn:.*:key\//, "");
    const key = keyId === MANAGED_KEY ? managed : keys.get(keyId);
    if (key !== undefined && (!given.startsWith("arn:") || given === key.arn)) return key;
    const arn = given.startsWith("arn:") ? given : regionalArn(region, "kms", `key/${keyId}`);
    throw new ApiError("NotFoundException", `Key '${arn}' does not exist`);
  };
  return {
    createKey: ({ description = "", policy }: { readonly description?: string; readonly policy?: string }): Key => {
      if (policy !== undefined) requireDocument(policy);
      const key = made(uuidOf(nextDigits("key", 32)), {
        keyManager: "CUSTOMER",
        description,
        policy: policy ?? defaultPolicy(region),
      });
      keys.put(key.keyId, key);
      return key;
    },
    describeKey: keyOf,
    getKeyPolicy: keyOf,
    putKeyPolicy: ({ policy, ...request }: KeyRequest & { readonly policy: string }): void => {
      const key = keyOf(request);
      if (key.keyManager === "AWS")
        throw new ApiError("AccessDeniedException", "The policy of a key that AWS manages cannot be changed.");
      requireDocument(policy);
      keys.put(key.keyId, { ...key, policy });
    },
  };
}

function uuidOf(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function defaultPolicy(region: string): string {
  return policyOf("key-default-1", {
    Sid: "Enable IAM User Permissions",
    Principal: { AWS: `arn:${partitionOf(region)}:iam::${ACCOUNT_ID}:root` },
    Action: "kms:*",
  });
}

function policyOf(Id: string, statement: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id,
    Statement: [{ ...statement, Effect: "Allow", Resource: "*" }],
  });
}

function requireDocument(policy: string): void {
  if (Buffer.byteLength(policy) > LONGEST_POLICY)
    throw new ApiError("LimitExceededException", `A key policy has at most ${LONGEST_POLICY} bytes.`);
  try {
    JSON.parse(policy);
  } catch {
    throw new ApiError("MalformedPolicyDocumentException", "The request was rejected: the policy is not JSON.");
  }
}

/** The keys of AWS KMS and their policies, which nobody is held to: https://docs.aws.amazon.com/kms/latest/APIReference/ */
export type Kms = Served<ReturnType<typeof operations>>;

export function kmsService(door: FrontDoor, store: Store, region: string): Kms {
  return door.serve(region, "kms", operations(store, region));
}
