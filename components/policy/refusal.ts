import type { Condition } from "./conditions";
import {
  isJsonObject,
  listOf,
  MAX_POLICY_CHARACTERS,
  VERSION_WITH_VARIABLES,
  VERSION_WITHOUT_VARIABLES,
  type JsonObject,
} from "./document";
import { hasWholeAccount } from "./matching";
import type { PolicyKind } from "./principals";
import { CONDITION_KEYS, type ConditionKeyType } from "./rules/conditionKeys";
import { duplicateKeys, excessiveLength } from "./rules/document";
import type { PolicyFinding, PolicyFindingCode } from "./rules/finding";
import type { OperatorFamily } from "./rules/operators";
import { isStatementElement } from "./rules/policy";
import { everyWildcardHasNeighbours, hasWildcard } from "./rules/wildcards";
import { refusals } from "./validate";

/** Findings for which AWS does not take a document, or does not say that it does: then nothing is in force. */
export const REFUSALS: ReadonlySet<PolicyFindingCode> = new Set<PolicyFindingCode>([
  ...([
    "NotJson",
    "DuplicateKey",
    "TooLong",
    "WrongType",
    "EmptyList",
    "UnknownElement",
    "UnsupportedElement",
    "MissingElement",
    "ConflictingElements",
  ] as const),
  ...([
    "InvalidVersion",
    "InvalidEffect",
    "InvalidSid",
    "DuplicateSid",
    "InvalidPrincipal",
    "PublicAccess",
    "InvalidAction",
    "PartialAccount",
  ] as const),
  ...([
    "UnknownOperator",
    "NullIfExists",
    "OperatorDoesNotFitKey",
    "InvalidConditionKey",
    "RepeatedConditionKey",
    "WildcardInIdentifier",
    "ShortWildcard",
  ] as const),
]);

/** A document, with its text, which has at most `size` characters. */
export interface JudgedDocument {
  readonly document: JsonObject;
  readonly text: () => string;
  readonly size: number;
}

/** A statement as far as a refusal is concerned. */
export interface JudgedStatement {
  readonly element: unknown;
  readonly condition: Condition;
}

/** Why AWS would not take a document with a key that stands twice, which only a text can have. */
export function repetitionIn(text: string, document: JsonObject): string | undefined {
  for (const found of duplicateKeys(text, document)) return problemOf(found);
  return undefined;
}

/**
 * Why AWS would not take a document, in the words of `validatePolicy`, or `undefined` where it would.
 *
 * The rules of `validatePolicy` are many, and nearly every document is sound: they are asked where something is not as
 * in those.
 */
export function refusalOf(
  policy: JudgedDocument,
  statements: readonly JudgedStatement[],
  kind: PolicyKind,
): string | undefined {
  if (isSound(policy, statements, kind)) return undefined;
  const context = { kind };
  const tooLong = policy.size > CHARACTERS_OF_ANY_IDENTITY ? excessiveLength(policy.text(), context) : [];
  for (const findings of [tooLong, refusals(policy.document, context)]) {
    for (const found of findings) if (REFUSALS.has(found.code)) return problemOf(found);
  }
  return undefined;
}

/** A finding in one line, with the code by which docs/policy-findings.md explains it. */
export function problemOf({ path, message, code }: PolicyFinding): string {
  return `${path === "" ? "document" : path}: ${message} (${code})`;
}

const VERSIONS: readonly unknown[] = [undefined, VERSION_WITHOUT_VARIABLES, VERSION_WITH_VARIABLES];
const DOCUMENT_ELEMENTS: ReadonlySet<string> = new Set(["Version", "Statement"]);

/** The shortest limit, of a managed policy. */
const CHARACTERS_OF_ANY_IDENTITY = 6_144;

/** Whether a document is like nearly all, so that no rule refuses it. */
function isSound(
  { document, size }: JudgedDocument,
  statements: readonly JudgedStatement[],
  kind: PolicyKind,
): boolean {
  if (size > (kind === "identity" ? CHARACTERS_OF_ANY_IDENTITY : MAX_POLICY_CHARACTERS)) return false;
  if (statements.length === 0 || !VERSIONS.includes(document.Version)) return false;
  for (const name of Object.keys(document)) if (!DOCUMENT_ELEMENTS.has(name)) return false;
  const sids = new Set<unknown>();
  return statements.every(
    ({ element, condition }) =>
      isJsonObject(element) && isSoundStatement(element, sids, kind) && isSoundCondition(condition, kind),
  );
}

function isSoundStatement(element: JsonObject, sids: Set<unknown>, kind: PolicyKind): boolean {
  for (const name of Object.keys(element)) if (!isStatementElement(name)) return false;
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = element;
  if (Effect !== "Allow" && Effect !== "Deny") return false;
  if (Sid !== undefined && (typeof Sid !== "string" || !/^[A-Za-z0-9]+$/.test(Sid) || sids.size === sids.add(Sid).size))
    return false;
  if (
    !areStrings(Action, NotAction, isSoundAction) ||
    !areStrings(Resource, NotResource, kind === "endpoint" ? hasWholeAccount : () => true)
  )
    return false;
  if (kind === "identity") return Principal === undefined && NotPrincipal === undefined;
  if (kind === "endpoint") return NotPrincipal === undefined && Principal !== undefined;
  if ((Principal === undefined) === (NotPrincipal === undefined)) return false;
  // What DynamoDB calls public depends on all of a statement.
  return namesSound(Principal ?? NotPrincipal, Effect === "Allow" && NotPrincipal === undefined);
}

/** Whether all principals are of the usual forms; everyone is not where a statement could be public. */
function namesSound(principal: unknown, mayBePublic: boolean): boolean {
  if (principal === "*") return !mayBePublic;
  if (!isJsonObject(principal)) return false;
  const kinds = Object.keys(principal);
  return kinds.length > 0 && kinds.every((kind) => areSound(listOf(principal[kind]), kind, mayBePublic));
}

function areSound(names: readonly unknown[], kind: string, mayBePublic: boolean): boolean {
  const form = FORMS_OF_PRINCIPALS.get(kind);
  if (form === undefined || names.length === 0) return false;
  for (const name of names)
    if (typeof name !== "string" || (name === "*" ? kind !== "AWS" || mayBePublic : !form.test(name))) return false;
  return true;
}

const FORMS_OF_PRINCIPALS: ReadonlyMap<string, RegExp> = new Map([
  [
    "AWS",
    /^(\d{12}|arn:aws:iam::\d{12}:(root|(role|user)\/[\w/-]+)|arn:aws:sts::\d{12}:assumed-role\/[\w-]+\/[\w-]+)$/,
  ],
  ["Service", /^[a-z0-9-]+\.amazonaws\.com$/],
]);

/** Of an element and its negation one must be there, with strings. */
function areStrings(element: unknown, negation: unknown, isSoundText: (text: string) => boolean): boolean {
  if ((element === undefined) === (negation === undefined)) return false;
  const value = element ?? negation;
  if (Array.isArray(value))
    return value.length > 0 && value.every((text) => typeof text === "string" && isSoundText(text));
  return typeof value === "string" && isSoundText(value);
}

function isSoundAction(text: string): boolean {
  return text === "*" || /^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(text);
}

/** The types of keys that the operators compare as what they are. */
const TYPES_OF_OPERATORS: Readonly<Record<OperatorFamily, readonly ConditionKeyType[]>> = {
  String: ["String", "ArrayOfString", "ARN", "ArrayOfARN"],
  Arn: ["ARN", "ArrayOfARN"],
  Bool: ["Bool"],
  IpAddress: ["IPAddress"],
  Numeric: ["Numeric"],
  Date: ["Date"],
  Binary: [],
  Null: ["String", "ArrayOfString", "ARN", "ArrayOfARN", "Bool", "IPAddress", "Numeric", "Date"],
};

function isSoundCondition({ tests, readable }: Condition, kind: PolicyKind): boolean {
  if (!readable) return false;
  for (const { key, operator, expected } of tests) {
    const { family, ifExists } = operator;
    if (!isSoundKey(key, family) || expected.length === 0 || (family === "Null" && ifExists)) return false;
    const isTaken = (text: string): boolean =>
      kind !== "endpoint" ||
      !operator.wildcards ||
      !hasWildcard(text) ||
      (family === "Arn" ? hasWholeAccount(text) : !isIdentifier(key) && everyWildcardHasNeighbours(text));
    if (!expected.every((value) => value !== undefined && isTaken(value.text))) return false;
  }
  return true;
}

/** The values of tags are compared with any operator. A key that ends with a slash does not say which tag. */
function isSoundKey(key: string, family: OperatorFamily): boolean {
  const type = CONDITION_KEYS.get(key)?.type;
  if (type === undefined) return isTagKey(key);
  return !key.endsWith("/") && TYPES_OF_OPERATORS[family].includes(type);
}

/** Keys of accounts, organizations and VPCs: there endpoints take no wildcard. */
function isIdentifier(key: string): boolean {
  return /account|org|vpc|owner/.test(key);
}

function isTagKey(key: string): boolean {
  return /^aws:(principal|request|resource)tag\/\S+$/.test(key);
}
