import { isIP } from "node:net";
import { isJsonObject } from "../document";
import { parseArn } from "./arn";
import { CONDITION_KEYS, type ConditionKeyType } from "./conditionKeys";
import { finding, quoted, type PolicyFinding } from "./finding";
import { meantOperator, parseOperator, type Operator, type OperatorFamily } from "./operators";
import { memberPath } from "./path";
import { LONGEST_CONDITION_KEY, type Condition, type Entry, type Policy, type Statement } from "./policy";
import { isAccountId } from "./principals";
import { didYouMean } from "./suggestion";
import { hasWildcard } from "./wildcards";

/** Operators that are none, and the one combination that AWS refuses. */
export function* unknownOperators({ element, path }: Statement): Iterable<PolicyFinding> {
  if (!isJsonObject(element.Condition)) return;
  for (const text of Object.keys(element.Condition)) {
    const operator = parseOperator(text);
    if (operator !== undefined && !(operator.family === "Null" && operator.ifExists)) continue;
    const operatorPath = memberPath(memberPath(path, "Condition"), text);
    if (operator === undefined) {
      const message = `${quoted(text)} is no condition operator: AWS refuses the document${suggestedOperator(text)}`;
      yield finding("UnknownOperator", operatorPath, message);
    } else {
      yield finding("NullIfExists", operatorPath, '"Null" asks whether a key exists and takes no IfExists: AWS refuses the document; write "Null"');
    }
  }
}

function suggestedOperator(text: string): string {
  const meant = meantOperator(text);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  return text.includes(":") ? "; before a colon stands ForAllValues or ForAnyValue" : "";
}

/** Keys that are none, or that no request to DynamoDB carries. */
export function* unknownKeys({ element, path, conditions }: Statement): Iterable<PolicyFinding> {
  if (!isJsonObject(element.Condition)) return;
  for (const [operator, keys] of Object.entries(element.Condition)) {
    if (!isJsonObject(keys) || operator.length > LONGEST_CONDITION_KEY) continue;
    for (const key of Object.keys(keys)) {
      if (key.length <= LONGEST_CONDITION_KEY && key.includes(":") && !key.includes(" ")) continue;
      const message = `${quoted(key)} is no condition key: AWS refuses the document; write it as in "aws:PrincipalArn"${didYouMean(key, keyNames())}`;
      yield finding("InvalidConditionKey", memberPath(memberPath(memberPath(path, "Condition"), operator), key), message);
    }
  }
  for (const condition of conditions) yield* unknownKey(condition);
}

function* unknownKey({ path, key, keyId }: Condition): Iterable<PolicyFinding> {
  if (!(keyId.startsWith("aws:") || keyId.startsWith("dynamodb:")) || key.includes(" ")) return;
  if (typeOf(keyId) !== undefined) return;
  yield finding("UnknownConditionKey", path, `${quoted(key)} is no key that requests to DynamoDB carry: the condition compares nothing${didYouMean(key, keyNames())}`);
}

function* keyNames(): Iterable<string> {
  for (const { name } of CONDITION_KEYS.values()) yield name;
}

/** The type of a key, in lower case; a key that ends in the key of a tag is looked up without it. */
function typeOf(keyId: string): ConditionKeyType | undefined {
  const slash = keyId.indexOf("/");
  return CONDITION_KEYS.get(slash < 0 ? keyId : keyId.slice(0, slash + 1))?.type;
}

/** Keys that stand twice below one operator, because their case does not matter. */
export function* repeatedKeys({ conditions }: Statement): Iterable<PolicyFinding> {
  const first = new Map<string, string>();
  for (const { path, operator, key, keyId } of conditions) {
    const place = `${operator.set ?? ""}:${operator.name}:${String(operator.ifExists)}:${keyId}`;
    const same = first.get(place);
    if (same === undefined) first.set(place, key);
    else yield finding("RepeatedConditionKey", path, `is ${quoted(same)} again: their case does not matter, and AWS refuses keys that stand twice; join the values in one list`);
  }
}

/** The operators that compare values of a type as what they are. Text can be compared with any of them. */
const FAMILIES_OF_TYPES: Readonly<Record<ConditionKeyType, readonly OperatorFamily[]>> = {
  ARN: ["Arn"],
  ArrayOfARN: ["Arn"],
  ArrayOfString: ["Binary"],
  Bool: ["Bool"],
  Date: ["Date", "Numeric"],
  IPAddress: ["IpAddress"],
  Numeric: ["Numeric"],
  String: ["Binary"],
};

/** Operators that cannot compare the values of their key. */
export function* unsuitableOperators({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { path, operator, key, keyId } of conditions) {
    const type = typeOf(keyId);
    if (type === undefined || keyId.includes("/") || keyId === "aws:sourcevpcarn" || ["Null", "String"].includes(operator.family)) continue;
    if (FAMILIES_OF_TYPES[type].includes(operator.family)) continue;
    const family = type === "String" || type === "ArrayOfString" ? "String" : FAMILIES_OF_TYPES[type].join(" or ");
    const message = `${quoted(operator.name)} cannot compare ${quoted(key)}, which has values of type ${type}: the condition never holds as meant; use an operator that begins with ${family}`;
    yield finding("OperatorDoesNotFitKey", path, message);
  }
}

/** Values that their operator cannot read. */
export function* unreadableValues({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { operator, values } of conditions) {
    for (const { path, text } of values) {
      if (text.includes("${") || isReadable(operator, text)) continue;
      yield finding("InvalidConditionValue", path, `${quoted(text)} is not what ${quoted(operator.name)} compares: AWS refuses it or it never matches; write ${EXAMPLES[operator.family]}`);
    }
  }
}

const EXAMPLES: Readonly<Record<OperatorFamily, string>> = {
  String: "text",
  Numeric: "a number",
  Date: "a date such as 2026-11-23T22:00:00Z",
  Bool: '"true" or "false"',
  Binary: "Base64",
  IpAddress: "an address or a range such as 10.0.0.0/16",
  Arn: 'an ARN such as "arn:aws:iam::123456789012:role/NAME"',
  Null: '"true" (the key is absent) or "false"',
};

function isReadable({ family }: Operator, text: string): boolean {
  switch (family) {
    case "Bool":
    case "Null":
      return text.toLowerCase() === "true" || text.toLowerCase() === "false";
    case "Numeric":
      return text.length <= 64 && text.trim() !== "" && Number.isFinite(Number(text));
    case "Date":
      return text.length <= 64 && (/^\d+$/.test(text) || !Number.isNaN(Date.parse(text)));
    case "IpAddress":
      return isAddressRange(text);
    case "Arn":
      return text === "*" || parseArn(text) !== undefined || (hasWildcard(text) && text.startsWith("arn:"));
    case "String":
    case "Binary":
      return true;
  }
}

function isAddressRange(text: string): boolean {
  if (text.length > 64) return false;
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const bits = slash < 0 ? "0" : text.slice(slash + 1);
  const version = isIP(address);
  return version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Keys whose values AWS makes up, with what these values look like. */
const IDENTIFIERS: ReadonlyMap<string, { readonly form: string; readonly fits: (value: string) => boolean }> = new Map(
  (
    [
      ["aws:SourceVpce", "vpce-…", (value) => value.startsWith("vpce-")],
      ["aws:SourceVpc", "vpc-…", (value) => value.startsWith("vpc-")],
      ["aws:Ec2InstanceSourceVpc", "vpc-…", (value) => value.startsWith("vpc-")],
      ...["Principal", "Resource", "Source", "Vpce"].map((whose) => [`aws:${whose}Account`, "12 digits", isAccountId] as const),
      ...["Principal", "Resource", "Source", "Vpce"].map((whose) => [`aws:${whose}OrgID`, "o-…", (value: string) => value.startsWith("o-")] as const),
    ] satisfies readonly (readonly [string, string, (value: string) => boolean])[]
  ).map(([key, form, fits]) => [key.toLowerCase(), { form, fits }]),
);

/** Values that the key never has: the id of a VPC for that of an endpoint, a session's ARN for a role's. */
export function* impossibleIdentifiers({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { key, keyId, operator, values } of conditions) {
    for (const entry of values) {
      const problem = keyId === "aws:principalarn" && operator.family !== "Null" ? sessionProblem(entry) : identifierProblem(keyId, operator, entry);
      if (problem === undefined) continue;
      const outcome = operator.negated ? "the condition holds for every request" : "the condition never holds";
      yield finding("WrongIdentifier", entry.path, `${quoted(entry.text)} is never the value of ${quoted(key)}: ${outcome}; ${problem}`);
    }
  }
}

function identifierProblem(keyId: string, operator: Operator, { text }: Entry): string | undefined {
  const identifier = IDENTIFIERS.get(keyId);
  if (identifier === undefined || operator.family !== "String" || text.includes("${") || (operator.wildcards && hasWildcard(text))) return undefined;
  return identifier.fits(text) ? undefined : `write an id of the form ${identifier.form}`;
}

/** For an assumed role the key holds the ARN of the role. */
function sessionProblem({ text }: Entry): string | undefined {
  const arn = parseArn(text);
  if (arn?.service !== "sts" || !arn.resource.startsWith("assumed-role/")) return undefined;
  const [, role = "NAME"] = arn.resource.split("/", 2);
  return `it holds the role's own ARN: write "arn:${arn.partition}:iam::${arn.account}:role/${role.slice(0, 64)}"`;
}

/** See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ("Considerations"). */
export function* wildcardsThatEndpointsRefuse({ conditions }: Statement, { context }: Policy): Iterable<PolicyFinding> {
  if (context.kind !== "endpoint") return;
  for (const { key, keyId, operator, values } of conditions) {
    if (operator.family !== "String" || !operator.wildcards) continue;
    for (const { path, text } of values) {
      if (!hasWildcard(text)) continue;
      if (IDENTIFIERS.has(keyId)) {
        yield finding("WildcardInIdentifier", path, `${quoted(text)} has a wildcard, which endpoint policies do not take for ${quoted(key)}; write each id in full`);
      } else if (!everyWildcardHasNeighbours(text)) {
        const message = `${quoted(text)} has a wildcard with fewer than six characters on both of its sides, which endpoint policies do not take; write more of the text, or use an Arn operator for ARNs`;
        yield finding("ShortWildcard", path, message);
      }
    }
  }
}

const FEWEST_NEIGHBOURS = 6;

/** Whether six characters that are no wildcards stand before or after every wildcard. */
function everyWildcardHasNeighbours(text: string): boolean {
  const runs = text.split(/[*?]/).map((run) => run.length >= FEWEST_NEIGHBOURS);
  return runs.slice(1).every((long, i) => long || runs[i]);
}

/** Wildcards that an operator takes as the characters themselves. */
export function* wildcardsTakenLiterally({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { operator, values } of conditions) {
    if (operator.family !== "String" || operator.wildcards) continue;
    for (const { path, text } of values) {
      if (!hasWildcard(text) || text.includes("${")) continue;
      const like = operator.negated ? "StringNotLike" : "StringLike";
      const outcome = operator.negated ? "the condition holds for nearly every request" : "nothing matches";
      yield finding("WildcardWithoutLike", path, `${quoted(text)} is compared character by character by ${quoted(operator.name)}: ${outcome}; write "${like}"`);
    }
  }
}
