import {
  isJsonObject,
  MAX_POLICY_CHARACTERS,
  MOST_CHARACTERS_READ,
  plainCopy,
  statementsOf,
  type JsonObject,
  type LocatedStatement,
} from "../document";
import { finding, typeName, type PolicyFinding } from "./finding";
import { DOCUMENT, itemPath, memberPath, type PolicyPath } from "./path";
import { LONGEST_CONDITION_KEY, type PolicyContext } from "./policy";
import { closest } from "./suggestion";

/** A document as AWS would get it, or why AWS would get none, and then the statements that were meant all the same. */
export type ReadDocument =
  | { readonly text: string; readonly document: JsonObject }
  | { readonly problem: PolicyFinding; readonly statements: readonly LocatedStatement[] };

/**
 * Reads a document that may be anything: an object is written as JSON first, because that is what AWS gets of it, and
 * what cannot be written (a cycle, a getter that throws, more levels than the stack has room for) is found here.
 */
export function readDocument(given: unknown): ReadDocument {
  let text: string;
  let parsed: unknown;
  try {
    if (typeof given === "string") text = given;
    else {
      const { value, size } = plainCopy(given);
      if (size > MOST_CHARACTERS_READ) return { problem: TOO_LARGE, statements: [] };
      text = JSON.stringify(value);
    }
    parsed = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be written";
    return {
      problem: finding(
        "NotJson",
        DOCUMENT,
        `is not JSON (${firstLine(reason)}): AWS refuses it; write it with JSON.stringify`,
      ),
      statements: [],
    };
  }
  if (isJsonObject(parsed)) return { text, document: parsed };
  const message = `is ${typeName(parsed)}, not an object: AWS refuses it; write {"Version": "2012-10-17", "Statement": [...]}`;
  const statements =
    Array.isArray(parsed) && parsed.every(isJsonObject)
      ? parsed.map((statement, i) => ({ path: itemPath(DOCUMENT, i), statement }))
      : [];
  return { problem: finding("WrongType", DOCUMENT, message), statements };
}

/** An object of which no more is read: it can hold one part in many places, and itself. */
export const TOO_LARGE = finding(
  "TooLong",
  DOCUMENT,
  `is larger than any that AWS reads, with ${MOST_CHARACTERS_READ} characters`,
);

/** The statements of a document; also those that stand under a misspelled name, or without the document around them. */
export function meantStatements(document: JsonObject): readonly LocatedStatement[] {
  if (document.Statement !== undefined) return statementsOf(document);
  if (isBareStatement(document)) return [{ path: DOCUMENT, statement: document }];
  const key = Object.keys(document).find((each) => closest(each, ["Statement"]) !== undefined);
  if (key === undefined) return [];
  return statementsOf({ Statement: document[key] }).map(({ path, statement }) => ({
    path: memberPath(DOCUMENT, key) + path.slice("Statement".length),
    statement,
  }));
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n", 1);
  return line.slice(0, 200);
}

/**
 * The longest policies of a role, of a user and of a group, and the longest managed one; white space does not count.
 */
const MAX_IDENTITY_CHARACTERS = { role: 10_240, managed: 6_144 };

/**
 * A document that is longer than AWS takes.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, for endpoints
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html and for tables
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
 */
export function* excessiveLength(text: string, { kind }: PolicyContext): Iterable<PolicyFinding> {
  if (kind !== "identity") {
    const length = text.length <= MAX_POLICY_CHARACTERS ? 0 : compactLength(text);
    if (length <= MAX_POLICY_CHARACTERS) return;
    const message =
      `has ${length} characters without white space between its elements; AWS takes ${MAX_POLICY_CHARACTERS}: join ` +
      "statements, or name tables by a common prefix";
    yield finding("TooLong", DOCUMENT, message);
    return;
  }
  const length = lengthWithoutWhiteSpace(text);
  const { role, managed } = MAX_IDENTITY_CHARACTERS;
  if (length > role)
    yield finding(
      "TooLong",
      DOCUMENT,
      `has ${length} characters without white space; no policy of an identity may have more than ${role}: split it`,
    );
  else if (length > managed) {
    const message =
      `has ${length} characters without white space: only the inline policy of a role may (${role}); a managed ` +
      `policy may have ${managed}`;
    yield finding("TooLongForManagedPolicy", DOCUMENT, message);
  }
}

/**
 * The length of what is sent: the provider writes the document anew, without white space around what it consists of.
 */
function compactLength(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const end = text[at] === '"' ? endOfString(text, at) : at + 1;
    if (text.charCodeAt(at) > 32) length += end - at;
    at = end - 1;
  }
  return length;
}

function lengthWithoutWhiteSpace(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 32) length++;
  return length;
}

/**
 * `Statement[0].Condition.StringEquals["aws:SourceVpce"]` is five levels below the document: what is deeper is no
 * policy.
 */
const DEEPEST_LEVEL = 6;

/** The objects and lists around a place in a text. Below a key that is too long, or too deep, nothing is remembered. */
interface Level {
  readonly path: PolicyPath | undefined;
  readonly keys: Set<string> | undefined;
  key: string;
  index: number;
}

/**
 * Keys that stand twice in one object: parsers keep the last, AWS refuses the document. `document` is what `text` says.
 */
export function* duplicateKeys(text: string, document: JsonObject): Iterable<PolicyFinding> {
  // No key was lost in parsing: nearly every document is spared the search for its places.
  if (mostKeys(text) === numberOfKeys(document)) return;
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const level = levels.at(-1);
    if (character === '"') {
      const end = endOfString(text, at);
      if (level?.keys !== undefined && expectsKey(text, end))
        yield* repeatedKey(level, JSON.parse(text.slice(at, end)) as string);
      at = end - 1;
    } else if (character === "{" || character === "[") levels.push(below(levels, character === "{"));
    else if (character === "}" || character === "]") levels.pop();
    else if (character === "," && level !== undefined) level.index++;
  }
}

/**
 * As many keys as `text` can have: a quotation mark before a colon ends one, unless it begins a value or is a part of
 * one.
 */
function mostKeys(text: string): number {
  return text.match(/"\s*:/g)?.length ?? 0;
}

/** The keys of all objects in a document, however deep: a list of what is left instead of the stack. */
function numberOfKeys(document: JsonObject): number {
  let keys = 0;
  const left: object[] = [document];
  for (let object = left.pop(); object !== undefined; object = left.pop()) {
    const values: unknown[] = Array.isArray(object) ? object : Object.values(object);
    if (values !== object) keys += values.length;
    for (const value of values) if (typeof value === "object" && value !== null) left.push(value);
  }
  return keys;
}

function* repeatedKey(level: Level, key: string): Iterable<PolicyFinding> {
  level.key = key;
  if (!level.keys?.has(key)) level.keys?.add(key);
  else {
    const message =
      "stands twice in one object: AWS refuses that, and parsers drop all but the last; join the values in one " +
      "list, or remove one";
    yield finding("DuplicateKey", memberPath(level.path ?? DOCUMENT, key), message);
  }
}

function below(levels: readonly Level[], object: boolean): Level {
  const parent = levels.at(-1);
  const path = levels.length < DEEPEST_LEVEL ? placeIn(parent) : undefined;
  return { path, keys: object && path !== undefined ? new Set() : undefined, key: "", index: 0 };
}

function placeIn(parent: Level | undefined): PolicyPath | undefined {
  if (parent === undefined) return DOCUMENT;
  if (parent.path === undefined || parent.key.length > LONGEST_CONDITION_KEY) return undefined;
  return parent.keys === undefined ? itemPath(parent.path, parent.index) : memberPath(parent.path, parent.key);
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Whether the string that ends before `end` is a key: a colon follows. */
function expectsKey(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 32) at++;
  return text[at] === ":";
}

/** Whether the document is one statement without the document around it, as AWS prints some of its examples. */
export function isBareStatement(document: JsonObject): boolean {
  return !("Statement" in document) && ("Effect" in document || "Action" in document);
}
