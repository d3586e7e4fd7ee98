import type { DynamoDbAction } from "../actions";
import { finding, quoted, type PolicyFinding } from "./finding";
import { hasSeveralValues } from "./keys";
import type { Condition, Policy, Statement } from "./policy";
import { isEndpointKey } from "./reach";

/** Keys that every signed request carries: whether they exist is no question. */
const ALWAYS_PRESENT: ReadonlySet<string> = new Set(
  [
    "PrincipalArn",
    "PrincipalAccount",
    "PrincipalIsAWSService",
    "ViaAWSService",
    "SecureTransport",
    "CurrentTime",
    "EpochTime",
    "RequestedRegion",
  ].map((name) => `aws:${name.toLowerCase()}`),
);

/** Conditions of an Allow that hold where their key is absent: who does not send it, gets in. */
export function* allowsThatHoldWithoutTheirKey({ effect, conditions, covered }: Statement): Iterable<PolicyFinding> {
  if (effect !== "Allow") return;
  const required = new Set(conditions.filter(demandsPresence).map(({ keyId }) => keyId));
  for (const { path, operator, key, keyId } of conditions) {
    if (operator.family === "Null" || required.has(keyId) || ALWAYS_PRESENT.has(keyId)) continue;
    if (operator.set === "ForAllValues") {
      if (!hasSeveralValues(keyId) || (keyId.startsWith("dynamodb:") && !readsItemsWithout(keyId, covered))) continue;
      const message =
        `ForAllValues holds where ${quoted(key)} is absent, and lets such requests in; add "Null": {${quoted(key)}: ` +
        '"false"}';
      yield finding("ForAllValuesInAllow", path, message);
    } else if (operator.ifExists && !operator.negated && !isAbsentByDesign(keyId, covered)) {
      const message =
        `${quoted(`${operator.name}IfExists`)} holds where ${quoted(key)} is absent, and lets such requests in; ` +
        `write "${operator.name}"`;
      yield finding("IfExistsInAllow", path, message);
    }
  }
}

/** Keys that say which items a request is about: without them it can be about any. */
const KEYS_OF_ITEMS: ReadonlySet<string> = new Set(
  [
    "LeadingKeys",
    "FirstPartitionKeyValues",
    "SecondPartitionKeyValues",
    "ThirdPartitionKeyValues",
    "FourthPartitionKeyValues",
  ].map((name) => `dynamodb:${name.toLowerCase()}`),
);

/**
 * Whether some of the requests do not have a key because of what they ask for, and not because somebody left it out: to
 * demand it would deny them. What else than the global keys there is are parameters of requests (`dynamodb:Select` is
 * one of reads, `dynamodb:ReturnValues` of writes), and so are tags in requests, among the global ones.
 */
function isAbsentByDesign(keyId: string, covered: ReadonlySet<DynamoDbAction>): boolean {
  if (KEYS_OF_ITEMS.has(keyId)) return !readsItemsWithout(keyId, covered);
  return !keyId.startsWith("aws:") || keyId === "aws:tagkeys" || keyId.startsWith("aws:requesttag/");
}

/** Whether there are actions on items whose requests never have the key, such as a Scan, which has no leading keys. */
function readsItemsWithout(keyId: string, covered: ReadonlySet<DynamoDbAction>): boolean {
  // The parts of keys of several attributes are carried where the leading key is.
  const carried = KEYS_OF_ITEMS.has(keyId) ? "dynamodb:leadingkeys" : keyId;
  for (const { onItems, conditionKeys } of covered) {
    if (onItems && !conditionKeys.some((key) => key.toLowerCase() === carried)) return true;
  }
  return false;
}

function demandsPresence({ operator, values }: Condition): boolean {
  return operator.family === "Null" && values.length > 0 && values.every(({ text }) => text === "false");
}

/** Keys about the endpoint in the policy of the endpoint itself: each has one value in every request that it sees. */
export function* keysOfTheEndpointItself({ conditions }: Statement, { context }: Policy): Iterable<PolicyFinding> {
  if (context.kind !== "endpoint") return;
  for (const condition of conditions) {
    if (!isEndpointKey(condition)) continue;
    const message =
      `${quoted(condition.key)} is the same in every request that this endpoint sees, so the condition holds always ` +
      "or never; it belongs in policies of roles and tables; here, limit callers with aws:PrincipalAccount or " +
      "aws:PrincipalOrgID";
    yield finding("EndpointKeyInEndpointPolicy", condition.path, message);
  }
}

/**
 * `aws:SourceIp`, which requests through an endpoint do not carry.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip.
 */
export function* sourceAddresses(statement: Statement, { context }: Policy): Iterable<PolicyFinding> {
  for (const condition of statement.conditions) {
    const { path, operator, keyId } = condition;
    if (keyId !== "aws:sourceip" || operator.family === "Null") continue;
    if (context.kind === "endpoint")
      yield finding(
        "SourceIpThroughEndpoint",
        path,
        `${absence(statement, condition)}; write aws:VpcSourceIp with the private addresses`,
      );
    else if (!namesTheNetwork(statement)) {
      const cure =
        'add "StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-…"} to a Deny, or allow aws:VpcSourceIp with ' +
        "aws:SourceVpc in a statement of its own";
      yield finding("SourceIpBesideEndpoint", path, `${absence(statement, condition)}; ${cure}`);
    }
  }
}

/** What becomes of a condition whose key is absent. */
function absence({ effect }: Statement, { operator }: Condition): string {
  const absent = "aws:SourceIp is absent from requests through a VPC endpoint";
  const holds = operator.negated || operator.ifExists;
  if (effect === "Deny")
    return holds ? `${absent}: this Deny begins to hit every one of them` : `${absent}: this Deny hits none of them`;
  return holds ? `${absent}: this Allow lets every one of them in` : `${absent}: this Allow stops matching`;
}

/** A statement that also looks at the endpoint or its VPC knows what it does, as AWS's data perimeter policies do. */
function namesTheNetwork({ conditions }: Statement): boolean {
  return conditions.some((condition) => isEndpointKey(condition) || condition.keyId === "aws:vpcsourceip");
}

/** `aws:SourceVpcArn`, which AWS provides for a list of services on which DynamoDB is not. */
export function* sourceVpcArns({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { path, keyId } of conditions) {
    if (keyId !== "aws:sourcevpcarn") continue;
    yield finding(
      "SourceVpcArnNotSupported",
      path,
      "aws:SourceVpcArn is not provided for DynamoDB: the condition compares nothing; write aws:SourceVpc with the " +
        "VPC's id",
    );
  }
}
