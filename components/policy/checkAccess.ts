import { compilePolicy } from "./compile";
import { documentObject, isJsonObject, listOf, statementsOf, type JsonObject } from "./document";
import { askPolicy } from "./evaluate";
import { PATH_CHECK_ACTIONS, PATH_CHECK_SID } from "./presets";

/** The function that checks the path, as far as it is known before it exists. */
export interface CheckingPrincipal {
  /** The ARN of its role, or one like it. */
  readonly roleArn: string;
  /** The ARN of the table that its requests name. */
  readonly tableArn: string;
}

/**
 * The requests of a check that an endpoint policy denies; none where the policy lets the check through, nor where AWS
 * would not take the policy, which is found by itself.
 *
 * Conditions on what is unknown before a request is made (organizations, tags, addresses) count in favour of the check:
 * what is found here is certain to fail.
 */
export function deniedToCheck(document: string, { roleArn, tableArn }: CheckingPrincipal): readonly string[] {
  if (compilePolicy(document, "endpoint").problem !== undefined) return [];
  const benevolent = compilePolicy(
    JSON.stringify({
      ...documentObject(document),
      Statement: statementsOf(document).flatMap(({ statement }) => inFavour(statement)),
    }),
    "endpoint",
  );
  return PATH_CHECK_ACTIONS.filter(
    (action) =>
      askPolicy(benevolent, { principal: { arn: roleArn }, action, resource: tableArn }).decision !== "allowed",
  );
}

/** Whether a document has such a statement, by its Sid. */
export function hasCheckStatement(document: string): boolean {
  return statementsOf(document).some(({ statement }) => isJsonObject(statement) && statement.Sid === PATH_CHECK_SID);
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principaltype",
  "aws:principalisawsservice",
  "aws:resourceaccount",
]);

/** A statement as it reads if everything that is unknown turns out well. */
function inFavour(statement: unknown): readonly unknown[] {
  if (!isJsonObject(statement) || !isJsonObject(statement.Condition)) return [statement];
  const conditions = Object.entries(statement.Condition).map(
    ([operator, keys]) => [operator, isJsonObject(keys) ? knownKeys(keys) : keys] as const,
  );
  const isKnown = conditions.every(([operator, keys]) => sameKeys(keys, (statement.Condition as JsonObject)[operator]));
  if (!isKnown && statement.Effect === "Deny") return [];
  return [
    {
      ...statement,
      Condition: Object.fromEntries(
        conditions.filter(([, keys]) => !isJsonObject(keys) || Object.keys(keys).length > 0),
      ),
    },
  ];
}

function knownKeys(keys: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(keys).filter(([key, values]) => KNOWN_KEYS.has(key.toLowerCase()) && !hasVariable(values)),
  );
}

function hasVariable(values: unknown): boolean {
  return listOf(values).some((value) => typeof value === "string" && value.includes("${"));
}

function sameKeys(one: unknown, other: unknown): boolean {
  return !isJsonObject(one) || !isJsonObject(other) || Object.keys(one).length === Object.keys(other).length;
}
