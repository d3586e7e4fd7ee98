import { CONDITION_KEYS, type ConditionKeyType } from "./conditionKeys";

/**
 * The type of a key, in lower case, or `undefined` where it is unknown; a key that ends in the key of a tag is looked
 * up without it.
 */
export function typeOfKey(keyId: string): ConditionKeyType | undefined {
  const slash = keyId.indexOf("/");
  return CONDITION_KEYS.get(slash < 0 ? keyId : keyId.slice(0, slash + 1))?.type;
}

/** Whether a key, in lower case, can have several values in one request. */
export function hasSeveralValues(keyId: string): boolean {
  const type = typeOfKey(keyId);
  return type === "ArrayOfString" || type === "ArrayOfARN";
}

/** Whether a key, in lower case, is one of AWS's global ones or DynamoDB's, all of which are known. */
export function isOfDynamoDb(keyId: string): boolean {
  return keyId.startsWith("aws:") || keyId.startsWith("dynamodb:");
}

export function* keyNames(): Iterable<string> {
  for (const { name } of CONDITION_KEYS.values()) yield name;
}
