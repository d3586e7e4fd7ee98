import { WAY_KEYS } from "../../../components/policy/access/keys";
import { compilePolicy, variablesOf, type CompiledStatement } from "../../../components/policy/compile";
import { keysOf, matchesCondition } from "../../../components/policy/conditions";
import { isJsonObject } from "../../../components/policy/document";
import { namedPrincipals } from "../../../components/policy/principals";
import { NOT_KNOWN, type RequestContext } from "../../../components/policy/requestContext";
import { CONDITION_KEYS } from "../../../components/policy/rules/conditionKeys";

/** What a key's policy says of the way that a caller of DynamoDB takes. */
export interface KeyPolicyReading {
  /** Of the policy of a key, what reads a key of a condition that is another one on the other way. */
  readonly reads: readonly { readonly statement: string; readonly key: string }[];
  /** What cannot be read: all of it, or a statement. */
  readonly unreadable: readonly string[];
}

/** Reads a document, which may be anything. */
export function readKeyPolicy(policy: string, region: string): KeyPolicyReading {
  const { document, statements } = compilePolicy(policy, "resource");
  if (document === undefined || statements.length === 0) return { reads: [], unreadable: ["the policy"] };
  const concerned = statements.filter((statement) => mayConcernDynamoDb(statement, region));
  const reads = concerned.flatMap((statement) =>
    wayKeysOf(statement).map((key) => ({ statement: nameOf(statement), key })),
  );
  const unreadable = concerned.filter((statement) => !isReadable(statement) && wayKeysOf(statement).length === 0);
  return { reads, unreadable: unreadable.map(({ path }) => path) };
}

/**
 * What DynamoDB asks of KMS on behalf of whoever calls it.
 *
 * See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html.
 */
const ACTIONS = [
  ...["Decrypt", "DescribeKey", "CreateGrant", "Encrypt", "ReEncryptFrom", "ReEncryptTo"],
  ...["GenerateDataKey", "GenerateDataKeyWithoutPlaintext"],
].map((action) => `kms:${action.toLowerCase()}`);

/** Whether it can concern these calls. Principals that are services call by themselves, and on nobody's behalf. */
function mayConcernDynamoDb({ element, matchesAction, condition }: CompiledStatement, region: string): boolean {
  if (!isJsonObject(element)) return true;
  const { Principal: principal } = element;
  if (principal !== undefined && namedPrincipals(principal).every(({ kind }) => kind === "Service")) return false;
  if (ACTIONS.every((action) => matchesAction(action) === "no")) return false;
  return suffixesIn(region).some((suffix) => matchesCondition(condition, calledBy(region, suffix)) !== "no");
}

function suffixesIn(region: string): readonly string[] {
  return region.startsWith("cn-") ? ["amazonaws.com.cn", "amazonaws.com"] : ["amazonaws.com"];
}

/**
 * What is certain of a request that DynamoDB makes for somebody else.
 *
 * See https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html.
 */
function calledBy(region: string, suffix: string): RequestContext {
  const known = new Map([
    ["kms:viaservice", [`dynamodb.${region}.${suffix}`]],
    ["aws:viaawsservice", ["true"]],
    ["aws:principalisawsservice", ["false"]],
  ]);
  return { get: (key) => known.get(key) ?? NOT_KNOWN };
}

function wayKeysOf(statement: CompiledStatement): readonly string[] {
  const keys = [...keysOf(statement.condition).tested, ...variablesOf(statement)];
  return [...new Set(keys)].filter((key) => WAY_KEYS.has(key)).map((key) => CONDITION_KEYS.get(key)?.name ?? key);
}

function isReadable({ element, condition, matchesAction }: CompiledStatement): boolean {
  return isJsonObject(element) && condition.readable && ACTIONS.every((action) => matchesAction(action) !== "unknown");
}

/** By its place, and by its Sid where it has one. */
function nameOf({ path, element }: CompiledStatement): string {
  const sid = isJsonObject(element) ? element.Sid : undefined;
  return typeof sid === "string" ? `${path} (${sid})` : path;
}
