import { ACCOUNT, tableFact } from "../smallFacts";
import type { RuleCase } from "./case";

const ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
const ARN = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${ID}`;
const KeyMetadata = { KeyId: ID, Arn: ARN, KeyManager: "CUSTOMER" } as const;

const encrypted = (...names: readonly string[]): RuleCase["facts"] => ({
  tables: names.map((TableName) => tableFact({ TableName, SSEDescription: { KMSMasterKeyArn: ARN } })),
});

const withPolicy = (Policy: string): RuleCase["facts"] => ({
  ...encrypted("StockTable"),
  keys: [{ KMSMasterKeyArn: ARN, KeyMetadata, Policy }],
});

const USE = {
  Effect: "Allow",
  Principal: { AWS: "*" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
  Resource: "*",
};

/** A statement that uses the key, changed, beside the one that every key has. */
const statement = (changes: object): RuleCase["facts"] =>
  withPolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Id: "key-policy",
      Statement: [
        { Sid: "Enable IAM policies", Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "kms:*", Resource: "*" },
        { ...USE, ...changes },
      ],
    }),
  );

const BY_ADDRESS = { "aws:SourceIp": "198.51.100.7" };
const VIA_DYNAMODB = { "kms:ViaService": "dynamodb.eu-west-1.amazonaws.com" };

const KEYS = ["SourceIp", "SourceVpc", "SourceVpce", "VpcSourceIp", "VpceAccount", "VpceOrgID", "VpceOrgPaths"];

const found = (title: string, changes: object, ...says: readonly string[]): RuleCase => ({
  rule: "P4",
  title,
  facts: statement(changes),
  finds: [`medium ${ID}`],
  says: [...says, "not documented by AWS", "StockTable: SSEDescription.KMSMasterKeyArn"],
});

const fine = (title: string, changes: object): RuleCase => ({
  rule: "P4",
  title,
  facts: statement(changes),
  finds: [],
});

export const KEY_CASES: readonly RuleCase[] = [
  ...KEYS.map((key) =>
    found(`a key whose policy reads aws:${key}`, { Condition: { StringLike: { [`AWS:${key}`]: "x" } } }, `aws:${key}`),
  ),
  found(
    "a Deny with a Sid, by any operator",
    { Sid: "Only from known addresses", Effect: "Deny", Condition: { NotIpAddressIfExists: BY_ADDRESS } },
    "Statement[1] (Only from known addresses): aws:SourceIp",
  ),
  found("whether a key is there", { Condition: { Null: { "aws:SourceVpce": "true" } } }),
  found("a policy variable", { Condition: { StringEquals: { "aws:PrincipalTag/vpc": "${aws:sourceVpc}" } } }),
  found("calls by DynamoDB alone", { Condition: { StringEquals: VIA_DYNAMODB, IpAddress: BY_ADDRESS } }),
  found("calls by services alone", { Condition: { Bool: { "aws:ViaAWSService": "true" }, IpAddress: BY_ADDRESS } }),
  found("all but some actions", { NotAction: "kms:Put*", Action: undefined, Condition: { IpAddress: BY_ADDRESS } }),
  found("everybody but one", {
    NotPrincipal: { AWS: ACCOUNT },
    Principal: undefined,
    Condition: { IpAddress: BY_ADDRESS },
  }),
  found("one of two services", {
    Condition: { StringLike: { "kms:ViaService": ["s3.*", "dynamodb.*"] }, IpAddress: BY_ADDRESS },
  }),
  {
    rule: "P4",
    title: "a key of two tables is found once, and names both",
    facts: { ...statement({ Condition: { IpAddress: BY_ADDRESS } }), ...encrypted("A", "B") },
    finds: [`medium ${ID}`],
    says: ["encrypts A, B", "A: SSEDescription", "B: SSEDescription", "kms:ViaService"],
  },
  fine("no condition", {}),
  fine("conditions that say nothing of the way", {
    Condition: { StringEquals: { ...VIA_DYNAMODB, "kms:CallerAccount": ACCOUNT } },
  }),
  fine("calls by another service", {
    Condition: { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" }, IpAddress: BY_ADDRESS },
  }),
  fine("calls by DynamoDB of another Region", {
    Condition: { StringEquals: { "kms:ViaService": "dynamodb.eu-west-2.amazonaws.com" }, IpAddress: BY_ADDRESS },
  }),
  fine("a Deny that spares calls of services", {
    Effect: "Deny",
    Condition: { NotIpAddress: BY_ADDRESS, BoolIfExists: { "aws:ViaAWSService": "false" } },
  }),
  fine("what administrators do", {
    Action: ["kms:Put*", "kms:ScheduleKeyDeletion"],
    Condition: { IpAddress: BY_ADDRESS },
  }),
  fine("all but what DynamoDB does", { NotAction: "kms:*", Action: undefined, Condition: { IpAddress: BY_ADDRESS } }),
  fine("services that call for themselves", {
    Principal: { Service: ["cloudtrail.amazonaws.com"] },
    Condition: { IpAddress: BY_ADDRESS },
  }),
  fine("a key of a condition that only looks alike", { Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } } }),
  { rule: "P4", title: "a table with DynamoDB's own key", facts: { tables: [tableFact()] }, finds: [] },
  {
    rule: "P4",
    title: "a key that AWS manages",
    facts: {
      ...encrypted("StockTable"),
      keys: [{ KMSMasterKeyArn: ARN, KeyMetadata: { ...KeyMetadata, KeyManager: "AWS" } }],
    },
    finds: [],
  },
  ...["{", "[]", "{}", '{"Version":"2012-10-17","Statement":[]}', '{"Version":"2030-01-01","Statement":[]}'].map(
    (policy): RuleCase => ({
      rule: "P4",
      title: `a policy that cannot be read: ${policy}`,
      facts: withPolicy(policy),
      finds: [`unknown ${ID}`],
      says: ["the policy cannot be read", "get-key-policy"],
    }),
  ),
  {
    rule: "P4",
    title: "a statement that cannot be read",
    facts: statement({ Condition: { Between: { "aws:CurrentTime": "x" } } }),
    finds: [`unknown ${ID}`],
    says: ["Statement[1] cannot be read"],
  },
  {
    rule: "P4",
    title: "a policy as long as KMS takes one",
    facts: statement({ Sid: "x".repeat(32_000), Condition: { IpAddress: BY_ADDRESS } }),
    finds: [`medium ${ID}`],
  },
  {
    rule: "P4",
    title: "a key that may not be read, beside one that may",
    facts: {
      tables: ["1", "2"].map((id) => tableFact({ TableName: `T${id}`, SSEDescription: { KMSMasterKeyArn: ARN + id } })),
      keys: [
        { KMSMasterKeyArn: `${ARN}1`, KeyMetadata, Policy: JSON.stringify({ Statement: USE }) },
        {
          KMSMasterKeyArn: `${ARN}2`,
          KeyMetadata: { ...KeyMetadata, KeyId: `${ID}2` },
          missing: { permission: "kms:GetKeyPolicy", reason: "throttled", message: "kms:GetKeyPolicy: slow down" },
        },
      ],
    },
    finds: [`unknown ${ID}2`],
    says: ["kms:GetKeyPolicy: slow down", "T2"],
  },
  {
    rule: "P4",
    title: "a key of another account",
    facts: {
      tables: [
        tableFact({ SSEDescription: { KMSMasterKeyArn: `arn:aws:kms:eu-west-1:444455556666:key/${ID}` } }),
        tableFact({ SSEDescription: { KMSMasterKeyArn: `arn:aws:kms:eu-west-2:${ACCOUNT}:key/other` } }),
      ],
    },
    finds: [`unknown ${ID}`, "unknown other"],
    says: ["another account or Region"],
  },
  {
    rule: "P4",
    title: "a key that is not among the facts",
    facts: { ...encrypted("StockTable"), keys: [] },
    finds: [`unknown ${ID}`],
  },
];
