import { isJsonObject, listOf, type JsonObject } from "../document";
import { parseOperator, type Operator } from "../rules/operators";
import type { AccessContext, JsonPatchOperation } from "./facts";
import { pointer } from "./jsonPatch";
import { WAY_KEYS } from "./keys";

/** A change of a document: what to do, and how people say it. */
export interface DocumentChange {
  readonly patch: readonly JsonPatchOperation[];
  readonly words: string;
}

/** A change for while both ways are in use, and the one for afterwards. */
export interface ProposedChange {
  readonly during: DocumentChange;
  readonly afterwards: DocumentChange;
  /** Of a statement that spares some callers: so that several of them are one list. */
  readonly exception?: CallersException;
}

interface CallersException {
  readonly place: string;
  /** ARNs. */
  readonly callers: readonly string[];
  readonly of: (callers: readonly string[]) => ProposedChange;
}

/** A statement in its document. */
export interface PlacedStatement {
  readonly element: JsonObject;
  /** `Statement[1]`, or `Statement` where there is no list. */
  readonly path: string;
}

/** What tells a way from others in a condition. */
interface WayTest {
  readonly key: string;
  readonly values: readonly string[];
  readonly positive: string;
  readonly negative: string;
}

/** The most general first: a VPC outlives its endpoints. */
const KEYS_IN_ORDER = ["aws:SourceVpc", "aws:SourceVpce", "aws:VpceAccount", "aws:VpceOrgID", "aws:SourceIp"];

function valuesOn({ keys, oneOf = {} }: AccessContext, key: string): readonly string[] {
  const name = key.toLowerCase();
  for (const [given, values] of Object.entries({ ...oneOf, ...keys }))
    if (given.toLowerCase() === name) return typeof values === "string" ? [values] : values;
  return [];
}

/** By the VPC, or by the addresses of NAT gateways. */
function wayTest(way: AccessContext): WayTest | undefined {
  const ofVpc = valuesOn(way, "aws:SourceVpc");
  if (ofVpc.length > 0)
    return { key: "aws:SourceVpc", values: ofVpc, positive: "StringEquals", negative: "StringNotEqualsIfExists" };
  const addresses = valuesOn(way, "aws:SourceIp");
  return addresses.length === 0
    ? undefined
    : { key: "aws:SourceIp", values: addresses, positive: "IpAddress", negative: "NotIpAddressIfExists" };
}

/** One test of a statement's condition, where it stands. */
interface PlacedTest {
  readonly name: string;
  readonly operator: Operator;
  /** As the statement writes it. */
  readonly key: string;
  readonly value: unknown;
}

function testsIn({ Condition }: JsonObject): readonly PlacedTest[] {
  if (!isJsonObject(Condition)) return [];
  return Object.entries(Condition).flatMap(([name, keys]) => {
    const operator = parseOperator(name);
    if (operator === undefined || !isJsonObject(keys)) return [];
    return Object.entries(keys).map(([key, value]) => ({ name, operator, key, value }));
  });
}

/**
 * Changes after which a Deny spares the new way, the least first.
 *
 * @param caller Who may be made an exception where nothing tells the way from others.
 */
export function* changesOfDeny(
  { element, path }: PlacedStatement,
  before: AccessContext,
  after: AccessContext,
  caller?: string,
): Iterable<ProposedChange> {
  const tests = testsIn(element);
  const at = pointerOf(path);
  for (const key of KEYS_IN_ORDER)
    for (const test of tests) {
      const values = valuesOn(after, key);
      if (test.key.toLowerCase() !== key.toLowerCase() || values.length === 0) continue;
      if (!test.operator.negated) continue;
      yield withAfterwards(added(at, path, test, values), element, path, before);
    }
  const test = wayTest(after);
  if (test === undefined && caller !== undefined && isJsonObject(element.Condition))
    yield sparing({ element, path }, [caller]);
  const deniesTheWay = tests.some(
    ({ key, operator }) => isKeyOfEndpoints(key) && !operator.negated && operator.family !== "Null",
  );
  if (test === undefined || deniesTheWay || !isJsonObject(element.Condition)) return;
  const block = element.Condition[test.negative];
  const patch: JsonPatchOperation = isJsonObject(block)
    ? { op: "add", path: at + pointer("Condition", test.negative, test.key), value: oneOrMore(test.values) }
    : { op: "add", path: at + pointer("Condition", test.negative), value: { [test.key]: oneOrMore(test.values) } };
  const words = `${path}: add ${test.negative} ${test.key} ${test.values.join(", ")} to its condition`;
  yield withAfterwards({ patch: [patch], words }, element, path, before);
}

/** Changes after which what an Allow gave on the old way is given on both, the least first. */
export function* changesOfAllow(
  { element, path }: PlacedStatement,
  before: AccessContext,
  after: AccessContext,
  isList: boolean,
): Iterable<ProposedChange> {
  const tests = testsIn(element);
  const at = pointerOf(path);
  for (const key of KEYS_IN_ORDER)
    for (const test of tests) {
      const values = valuesOn(after, key);
      if (test.key.toLowerCase() !== key.toLowerCase() || values.length === 0) continue;
      if (test.operator.negated || test.operator.family === "Null") continue;
      const change = added(at, path, test, values);
      yield { during: change, afterwards: change };
    }
  const test = wayTest(after);
  if (test === undefined || !isJsonObject(element.Condition)) return;
  const beside = besideOf(element, test);
  const instead = `${test.positive} ${test.key} ${test.values.join(", ")} instead of its conditions on the way`;
  const words = `${path}: a statement like it beside it, with ${instead}`;
  const during: JsonPatchOperation = isList
    ? { op: "add", path: pointer("Statement", "-"), value: beside }
    : { op: "replace", path: pointer("Statement"), value: [element, beside] };
  const afterwards = {
    patch: [{ op: "replace" as const, path: at + pointer("Condition"), value: beside.Condition }],
    words: `${path}: ${instead}`,
  };
  const isOnlyForBefore = tests.every(
    ({ key, value }) =>
      !WAY_KEYS.has(key.toLowerCase()) || listOf(value).every((each) => isOf(each, valuesOn(before, key))),
  );
  // Where a list has others than the old way, they keep what they have.
  yield { during: { patch: [during], words }, afterwards: isOnlyForBefore ? afterwards : { patch: [during], words } };
}

/** A new statement of an endpoint's policy, for one caller. */
export function allowThroughEndpoint(
  { caller, actions, resources }: { caller: string; actions: readonly string[]; resources: readonly string[] },
  document: JsonObject,
): ProposedChange {
  const statement = {
    Effect: "Allow",
    Principal: "*",
    Action: oneOrMore(actions),
    Resource: oneOrMore(resources),
    Condition: { ArnEquals: { "aws:PrincipalArn": caller } },
  };
  const change: DocumentChange = {
    patch: [oneStatementMore(document, statement)],
    words: `a statement more: Allow ${caller} ${actions.join(", ")} on ${resources.join(", ")}`,
  };
  return { during: change, afterwards: change };
}

/** A Deny of anybody but these callers. */
function sparing({ element, path }: PlacedStatement, callers: readonly string[]): ProposedChange {
  const at = pointerOf(path);
  const known = testsIn(element).find(
    ({ key, operator: { negated, family } }) =>
      key.toLowerCase() === PRINCIPAL_ARN.toLowerCase() && negated && family !== "Null",
  );
  const block = isJsonObject(element.Condition) ? element.Condition[NOT_OF] : undefined;
  const value = oneOrMore(callers);
  const words = `${path}: add ${NOT_OF} ${PRINCIPAL_ARN} ${callers.join(", ")} to its condition`;
  const change =
    known !== undefined
      ? added(at, path, known, callers)
      : isJsonObject(block)
        ? { patch: [{ op: "add" as const, path: at + pointer("Condition", NOT_OF, PRINCIPAL_ARN), value }], words }
        : {
            patch: [{ op: "add" as const, path: at + pointer("Condition", NOT_OF), value: { [PRINCIPAL_ARN]: value } }],
            words,
          };
  const of = (all: readonly string[]): ProposedChange => sparing({ element, path }, all);
  return { during: change, afterwards: change, exception: { place: `${path} sparing`, callers, of } };
}

const PRINCIPAL_ARN = "aws:PrincipalArn";
const NOT_OF = "ArnNotEquals";

/** A statement of today's document in the one that is planned, for no more than what is denied by its lack. */
export function statementKept(
  element: JsonObject,
  { actions, resources }: { readonly actions: readonly string[]; readonly resources: readonly string[] },
  document: JsonObject,
): ProposedChange {
  const { Effect, Principal, Condition } = element;
  const statement = {
    Effect,
    ...(Principal !== undefined && { Principal }),
    Action: oneOrMore(actions),
    Resource: oneOrMore(resources),
    ...(Condition !== undefined && { Condition }),
  };
  const words = `a statement more, as today: Allow ${actions.join(", ")} on ${resources.join(", ")}`;
  const change: DocumentChange = { patch: [oneStatementMore(document, statement)], words };
  return { during: change, afterwards: change };
}

function oneStatementMore({ Statement: existing }: JsonObject, statement: object): JsonPatchOperation {
  return Array.isArray(existing)
    ? { op: "add", path: pointer("Statement", "-"), value: statement }
    : {
        op: "replace",
        path: pointer("Statement"),
        value: existing === undefined ? [statement] : [existing, statement],
      };
}

function added(at: string, path: string, { name, key, value }: PlacedTest, values: readonly string[]): DocumentChange {
  const place = at + pointer("Condition", name, key);
  const missing = values.filter((each) => !listOf(value).includes(each));
  return {
    patch: Array.isArray(value)
      ? missing.map((each) => ({ op: "add", path: `${place}/-`, value: each }))
      : [{ op: "replace", path: place, value: [value, ...missing] }],
    words: `${path}: add ${missing.join(", ")} to ${key} of ${name}`,
  };
}

/** Afterwards the exceptions of the old way go: its addresses, where they are listed one by one. */
function withAfterwards(
  during: DocumentChange,
  element: JsonObject,
  path: string,
  before: AccessContext,
): ProposedChange {
  const patch: JsonPatchOperation[] = [];
  const words: string[] = [];
  for (const { name, operator, key, value } of testsIn(element)) {
    const old = valuesOn(before, key);
    const [kept, gone] = [false, true].map((isGone) => listOf(value).filter((each) => isOf(each, old) === isGone));
    // The last value of a list stays: without any the statement would be another one.
    const place = pointerOf(path) + pointer("Condition", name, key);
    // What was added to this list comes with it.
    const isLengthened = during.patch.some((operation) => operation.path.startsWith(place));
    if (!operator.negated || !WAY_KEYS.has(key.toLowerCase()) || isLengthened) continue;
    if (gone === undefined || gone.length === 0 || kept === undefined || kept.length === 0) continue;
    patch.push({ op: "replace", path: place, value: oneOrMore(kept) });
    words.push(`take ${gone.join(", ")} out of ${key} of ${name}`);
  }
  return {
    during,
    afterwards: { patch: [...during.patch, ...patch], words: [during.words, ...words].join("; ") },
  };
}

function besideOf(element: JsonObject, test: WayTest): JsonObject {
  const condition: Record<string, Record<string, unknown>> = {};
  for (const { name, key, value } of testsIn(element))
    if (!WAY_KEYS.has(key.toLowerCase())) condition[name] = { ...condition[name], [key]: value };
  condition[test.positive] = { ...condition[test.positive], [test.key]: oneOrMore(test.values) };
  const { Sid, ...rest } = element;
  return {
    ...(typeof Sid === "string" && { Sid: `${Sid}ThroughOtherWay` }),
    ...rest,
    Condition: condition,
  };
}

function isOf(value: unknown, values: readonly string[]): boolean {
  return values.some((each) => value === each || value === `${each}/32`);
}

function isKeyOfEndpoints(key: string): boolean {
  return WAY_KEYS.has(key.toLowerCase()) && key.toLowerCase() !== "aws:sourceip";
}

function oneOrMore<Value>(values: readonly Value[]): Value | readonly Value[] {
  return values.length === 1 ? (values[0] as Value) : values;
}

function pointerOf(path: string): string {
  const [, index] = /\[(\d+)\]/.exec(path) ?? [];
  return index === undefined ? pointer("Statement") : pointer("Statement", index);
}
