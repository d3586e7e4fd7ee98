import type { TableSettings } from "../../cloud/dynamodb";
import {
  autonamed,
  computed,
  defaulted,
  type InputsOf,
  optional,
  optionalComputed,
  resourceType,
} from "../resourceType";
import { boolean, needed, number, object, set, string } from "../shapes";

const attribute = object("dynamodb/TableAttribute", { name: needed(string), type: needed(string) });

const properties = {
  name: autonamed(255),
  attributes: optionalComputed(set(attribute)),
  hashKey: optionalComputed(string, { replaces: true }),
  rangeKey: optional(string, { replaces: true }),
  billingMode: defaulted(string, "PROVISIONED"),
  readCapacity: optionalComputed(number),
  writeCapacity: optionalComputed(number),
  deletionProtectionEnabled: optional(boolean),
  arn: computed(string),
} as const;

export const table = resourceType({
  token: "aws:dynamodb/table:Table",
  what: "DynamoDB Table",
  subject: ({ name }) => name,
  properties,
  refused: [
    "globalSecondaryIndexes",
    "globalTableWitness",
    "importTable",
    "localSecondaryIndexes",
    "onDemandThroughput",
    "pointInTimeRecovery",
    "replicas",
    "restoreBackupArn",
    "restoreDateTime",
    "restoreSourceName",
    "restoreSourceTableArn",
    "restoreToLatestTime",
    "serverSideEncryption",
    "streamArn",
    "streamEnabled",
    "streamLabel",
    "streamViewType",
    "tableClass",
    "ttl",
    "warmThroughput",
  ],
  exactlyOneOf: [["hashKey"]],
  goneCodes: ["ResourceNotFoundException"],

  create: async ({ aws, inputs, tags }) => {
    const { name: tableName, hashKey = "", rangeKey, attributes = [] } = inputs;
    await aws.dynamodb.createTable({ tableName, hashKey, rangeKey, attributes, ...settingsOf(inputs), tags });
    return tableName;
  },

  read: async ({ aws, id }) => {
    const found = await aws.dynamodb.describeTable({ tableName: id });
    return { ...found, name: found.tableName, arn: found.tableArn };
  },

  update: async ({ aws, id, inputs }) => {
    await aws.dynamodb.updateTable({ tableName: id, ...settingsOf(inputs) });
  },

  delete: async ({ aws, id }) => {
    await aws.dynamodb.deleteTable({ tableName: id });
  },

  retag: async ({ aws, known: { arn: resourceArn = "" }, change }) => {
    if (change.removed.length > 0) await aws.dynamodb.untagResource({ resourceArn, tagKeys: change.removed });
    if (Object.keys(change.set).length > 0) await aws.dynamodb.tagResource({ resourceArn, tags: change.set });
  },
});

function settingsOf({
  billingMode,
  readCapacity,
  writeCapacity,
  deletionProtectionEnabled,
}: InputsOf<typeof properties>): TableSettings {
  const provisioned = billingMode === "PROVISIONED";
  return {
    billingMode,
    readCapacity: provisioned ? (readCapacity ?? 1) : 0,
    writeCapacity: provisioned ? (writeCapacity ?? 1) : 0,
    deletionProtectionEnabled: deletionProtectionEnabled ?? false,
  };
}
