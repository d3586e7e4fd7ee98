import type { DynamoDbAction } from "./actions";
import type { CompiledPolicy, CompiledStatement } from "./compile";
import { keysOf } from "./conditions";
import { isJsonObject, statementsOf, VERSION_WITH_VARIABLES } from "./document";
import { both, type Match } from "./matching";
import { readRequest, type RequestWithAllKeys, type RequestContext, type RequestPrincipal } from "./requestContext";

/** A resource that two policies are asked about, and the actions that concern it. */
export interface AskedResource {
  readonly example: string;
  readonly concerned: readonly DynamoDbAction[];
}

/** The actions on a resource that one policy allows and the other does not. */
export interface ChangedActions {
  readonly lost: readonly DynamoDbAction[];
  readonly gained: readonly DynamoDbAction[];
}

const UNCHANGED: ChangedActions = { lost: [], gained: [] };

/** What changes for a principal, on each resource in their order. */
export type Changes = readonly ChangedActions[];

/**
 * The changes for each principal, in their order; principals to whom the same happens share one list.
 *
 * A statement is asked about each principal, each resource and each action by itself, and not about their combinations,
 * unless principal and resource meet in its variables. Principals and resources to which the same statements apply are
 * one case then, and a case to which no statement applies that only one of the policies has is no change.
 */
export function changesFor(
  before: CompiledPolicy,
  next: CompiledPolicy,
  principals: readonly RequestPrincipal[],
  resources: readonly AskedResource[],
): readonly Changes[] {
  const statements = comparedStatements(before, next);
  if (!statements.some(isChanged)) return principals.map(() => []);
  const callers = principals.map((principal) => requestOf(principal, "*"));
  const targets = resources.map(({ example }) => requestOf({}, example));
  const asked = statements.map((statement) => askStatement(statement, callers, targets));
  const actionsOf = changedActions(statements);
  const targetKinds = kindsOf(resources, ({ concerned }, i) => [
    concerned.map(({ name }) => name),
    ...asked.map(({ ofTarget }) => ofTarget[i]),
  ]);
  const changes = new Map<number, Changes>();
  return kindsOf(principals, (_, i) => asked.map(({ ofCaller }) => ofCaller[i])).map((caller) => {
    const known = changes.get(caller) ?? changesOf(caller);
    changes.set(caller, known);
    return known;
  });

  function changesOf(caller: number): Changes {
    const possible = asked.filter(({ ofCaller }) => ofCaller[caller] !== "no");
    const ofKind = new Map<number, ChangedActions>();
    return targetKinds.map((target) => {
      const known =
        ofKind.get(target) ?? actionsOf(applying(possible, caller, target), resources[target]?.concerned ?? []);
      ofKind.set(target, known);
      return known;
    });
  }
}

/** A statement of one of the policies, or of both, where it changes nothing by itself. */
interface ComparedStatement extends CompiledStatement {
  readonly inBefore: boolean;
  readonly inNext: boolean;
}

function isChanged({ inBefore, inNext }: ComparedStatement): boolean {
  return inBefore !== inNext;
}

/** Each statement once, whatever its `Sid` and place. */
function comparedStatements(before: CompiledPolicy, next: CompiledPolicy): readonly ComparedStatement[] {
  const [had, has] = [before, next].map(statementsInForce) as [
    ReadonlyMap<string, CompiledStatement>,
    ReadonlyMap<string, CompiledStatement>,
  ];
  return [...new Map([...had, ...has])].map(([meaning, statement]) => ({
    ...statement,
    inBefore: had.has(meaning),
    inNext: has.has(meaning),
  }));
}

/** By what they say. */
function statementsInForce({ problem, document, statements }: CompiledPolicy): ReadonlyMap<string, CompiledStatement> {
  if (problem !== undefined || document === undefined) return new Map();
  const located = statementsOf(document);
  return new Map(
    statements.map((compiled, i) => [
      JSON.stringify([document.Version === VERSION_WITH_VARIABLES, withoutSid(located[i]?.statement)]),
      compiled,
    ]),
  );
}

function withoutSid(statement: unknown): unknown {
  return isJsonObject(statement)
    ? Object.entries(statement)
        .filter(([name]) => name !== "Sid")
        .sort()
    : statement;
}

/** What a statement answers about principals and resources. */
interface AskedStatement {
  readonly statement: ComparedStatement;
  /**
   * Equal for principals that are the same to the statement, whatever the resource: `no`, where it does not concern
   * them.
   */
  readonly ofCaller: readonly string[];
  /** The same for resources, whatever the principal. */
  readonly ofTarget: readonly string[];
  readonly match: (caller: number, target: number) => Match;
}

/**
 * Where principal and resource meet, it is in the account of the resource, which conditions may name, and in the
 * variables of resources: each account and each value is asked about once.
 */
function askStatement(
  statement: ComparedStatement,
  callers: readonly RequestWithAllKeys[],
  targets: readonly RequestWithAllKeys[],
): AskedStatement {
  const { condition } = statement;
  const resourceVariables = statement.resourceVariables();
  const { tested, variables } = keysOf(condition);
  const isBound = [...tested, ...variables].includes(RESOURCE_ACCOUNT);
  const accounts = placesOf(targets, ({ context }) => (isBound ? valuesOf(context, [RESOURCE_ACCOUNT]) : ""));
  const forCaller = accounts.firsts.map((first) =>
    callers.map((caller) => statement.matchesCaller(withAccount(caller, targets[first] as RequestWithAllKeys))),
  );
  const values = placesOf([...callers.entries()], ([i, { context }]) =>
    forCaller.some((matches) => matches[i] !== "no") ? valuesOf(context, resourceVariables) : "",
  );
  const mayMatch = targets.map(statement.mayMatchResource);
  const onTarget = values.firsts.map((first) =>
    targets.map((target, i) =>
      mayMatch[i]
        ? statement.matchesResource({ ...target, context: (callers[first] as RequestWithAllKeys).context })
        : "no",
    ),
  );
  return {
    statement,
    ofCaller: callers.map((_, i) =>
      signature(
        forCaller.map((matches) => matches[i]),
        values.places[i],
      ),
    ),
    ofTarget: targets.map((_, i) =>
      signature(
        onTarget.map((matches) => matches[i]),
        accounts.places[i],
      ),
    ),
    match: (caller, target) =>
      both(
        forCaller[accounts.places[target] as number]?.[caller] as Match,
        onTarget[values.places[caller] as number]?.[target] as Match,
      ),
  };
}

const RESOURCE_ACCOUNT = "aws:resourceaccount";

/** A place among those that are asked about matters to whom the statement may concern. */
function signature(matches: readonly (Match | undefined)[], place: number | undefined): string {
  return matches.every((match) => match === "no") ? "no" : JSON.stringify([matches, place]);
}

function valuesOf(context: RequestContext, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => context.get(key)));
}

/** The request of a caller, for resources of the account of another request. */
function withAccount(caller: RequestWithAllKeys, { context }: RequestWithAllKeys): RequestWithAllKeys {
  const account = context.get(RESOURCE_ACCOUNT);
  return account === undefined
    ? caller
    : { ...caller, context: new Map([...caller.context, [RESOURCE_ACCOUNT, account]]) };
}

/** The different values among some items: for each item its place among them, and where each comes first. */
function placesOf<Item>(
  items: readonly Item[],
  value: (item: Item) => string,
): { readonly places: readonly number[]; readonly firsts: readonly number[] } {
  const known = new Map<string, number>();
  const firsts: number[] = [];
  const places = items.map((item, i) => {
    const text = value(item);
    const place = known.get(text) ?? firsts.push(i) - 1;
    known.set(text, place);
    return place;
  });
  return { places, firsts };
}

function requestOf(principal: RequestPrincipal, resource: string): RequestWithAllKeys {
  const read = readRequest({ principal, action: "", resource });
  // A document may name what is longer than any ARN.
  return "problem" in read ? (readRequest({ principal: {}, action: "", resource: "" }) as RequestWithAllKeys) : read;
}

/** For each item the first that is like it. */
function kindsOf<Item>(
  items: readonly Item[],
  likeness: (item: Item, i: number) => readonly unknown[],
): readonly number[] {
  const { places, firsts } = placesOf([...items.entries()], ([i, item]) => likeness(item, i).join());
  return places.map((place) => firsts[place] as number);
}

interface ApplyingStatement {
  readonly statement: ComparedStatement;
  readonly match: Match;
}

function applying(asked: readonly AskedStatement[], caller: number, target: number): readonly ApplyingStatement[] {
  return asked
    .map(({ statement, match }) => ({ statement, match: match(caller, target) }))
    .filter(({ match }) => match !== "no");
}

/**
 * What the statements that apply to some principal and resource decide about the actions, each of which they are asked
 * about once.
 */
function changedActions(
  statements: readonly ComparedStatement[],
): (applying: readonly ApplyingStatement[], concerned: readonly DynamoDbAction[]) => ChangedActions {
  const answers = new Map(statements.map((statement) => [statement, new Map<string, Match>()]));
  const matches = (statement: ComparedStatement, name: string): Match => {
    const known = answers.get(statement)?.get(name) ?? statement.matchesAction(`dynamodb:${name}`.toLowerCase());
    answers.get(statement)?.set(name, known);
    return known;
  };
  return (found, concerned) => {
    if (!found.some(({ statement }) => isChanged(statement))) return UNCHANGED;
    const allows =
      (isIn: (statement: ComparedStatement) => boolean) =>
      ({ name }: DynamoDbAction): boolean => {
        const deciding = found
          .filter(({ statement }) => isIn(statement))
          .map(({ statement, match }) => ({ ...statement, match: both(match, matches(statement, name)) }));
        return (
          deciding.some(({ match }) => match === "yes") &&
          !deciding.some(({ effect, match }) => effect === "Deny" && match !== "no")
        );
      };
    const [was, is] = [allows(({ inBefore }) => inBefore), allows(({ inNext }) => inNext)];
    return {
      lost: concerned.filter((action) => was(action) && !is(action)),
      gained: concerned.filter((action) => is(action) && !was(action)),
    };
  };
}
