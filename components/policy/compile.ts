import { conditionOf, keysOf, matchesCondition, type Condition, type Language } from "./conditions";
import {
  isJsonObject,
  listOf,
  MAX_POLICY_CHARACTERS,
  MOST_CHARACTERS_READ,
  plainCopy,
  statementsOf,
  VERSION_WITH_VARIABLES,
  VERSION_WITHOUT_VARIABLES,
  type JsonObject,
  type PolicyDocument,
} from "./document";
import {
  anyOf,
  both,
  hasWholeAccount,
  matchesArnText,
  matchesPattern,
  matchIf,
  namesService,
  not,
  patternOf,
  splitArn,
  type Match,
} from "./matching";
import { matchesNotPrincipal, matchesPrincipal, namedPrincipals, type PolicyKind } from "./principals";
import { problemOf, refusalOf, repetitionIn, type JudgedStatement } from "./refusal";
import type { ReadableRequest, RequestContext, RequestPrincipal } from "./requestContext";
import { readDocument, TOO_LARGE } from "./rules/document";
import { arnWithAnyValue, keysIn, PlainText, resolved, templateOf, type Template } from "./variables";

/** A policy document, read once, which is then asked about any number of requests. */
export interface CompiledPolicy {
  /** Why nothing of it is in force: AWS would not take the document. */
  readonly problem: string | undefined;
  /** What was read; absent where it is no object. */
  readonly document: JsonObject | undefined;
  readonly statements: readonly CompiledStatement[];
  /** The characters of the document. */
  readonly size: number;
}

/**
 * A statement, whose parts are asked one by one. A statement that cannot be read is a Deny: it applies unless one of
 * its parts rules a request out.
 */
export interface CompiledStatement {
  /** `Statement[0]`. */
  readonly path: string;
  /** What stands there. */
  readonly element: unknown;
  readonly effect: "Allow" | "Deny";
  /** `action` in lower case. */
  readonly matchesAction: (action: string) => Match;
  readonly matchesResource: (request: ReadableRequest) => Match;
  /** Whether the resource can match, whatever the values of its variables. */
  readonly mayMatchResource: (request: ReadableRequest) => boolean;
  /** Its principals and its conditions. */
  readonly matchesCaller: (request: ReadableRequest) => Match;
  /** The keys of the variables in its resources. */
  readonly resourceVariables: () => readonly string[];
  readonly condition: Condition;
}

/** Reads a document that may be anything. */
export function compilePolicy(given: string | PolicyDocument | JsonObject, kind?: PolicyKind): CompiledPolicy {
  const read = typeof given === "string" ? readPolicyText(given) : readPolicyObject(given);
  if ("problem" in read) return { problem: read.problem, document: undefined, statements: [], size: 0 };
  const { document, size, text } = read;
  if (kind !== undefined && !KINDS.includes(kind))
    return { problem: `kind: is none of ${KINDS.join(", ")}`, document, statements: [], size };
  const located = statementsOf(document);
  const meant = kind ?? (located.some(({ statement }) => hasPrincipal(statement)) ? "endpoint" : "identity");
  const language = { kind: meant, variables: document.Version === VERSION_WITH_VARIABLES };
  const judged = located.map(({ statement }) => ({
    element: statement,
    condition: conditionOf(isJsonObject(statement) ? statement.Condition : undefined, language),
  }));
  const isVersion = language.variables || (document.Version ?? VERSION_WITHOUT_VARIABLES) === VERSION_WITHOUT_VARIABLES;
  const statements = isVersion
    ? located.map(({ path }, i) => compileStatement(path, judged[i] as JudgedStatement, language))
    : [];
  const problem =
    (typeof given === "string" ? repetitionIn(given, document) : undefined) ??
    refusalOf({ document, text, size }, judged, meant);
  return { problem, document, statements, size };
}

const KINDS: readonly PolicyKind[] = ["endpoint", "identity", "resource"];

/** A document as AWS would get it, or why AWS would get none. */
type ReadPolicy =
  { readonly problem: string } | { readonly document: JsonObject; readonly text: () => string; readonly size: number };

function readPolicyText(given: string): ReadPolicy {
  if (given.length > MOST_CHARACTERS_READ) return { problem: problemOf(TOO_LARGE) };
  const read = readDocument(given);
  return "problem" in read
    ? { problem: problemOf(read.problem) }
    : { document: read.document, text: () => given, size: given.length };
}

/** An object is what JSON makes of it. */
function readPolicyObject(given: unknown): ReadPolicy {
  try {
    const { value, size } = plainCopy(given);
    if (size > MOST_CHARACTERS_READ) return { problem: problemOf(TOO_LARGE) };
    // Escapes, quotation marks and commas make a text longer, but not more than this.
    if (isJsonObject(value) && 6 * size <= MAX_POLICY_CHARACTERS)
      return { document: value, text: () => JSON.stringify(value), size: 6 * size };
    return readPolicyText(JSON.stringify(value));
  } catch (error) {
    return {
      problem:
        "document: is not JSON " +
        `(${error instanceof Error ? error.message.slice(0, 200) : "it cannot be written"}) ` +
        "(NotJson)",
    };
  }
}

/** The keys of a statement's variables, in lower case, one for each place where a value is put in. */
export function variablesOf({ resourceVariables, condition }: CompiledStatement): readonly string[] {
  return [...resourceVariables(), ...keysOf(condition).variables];
}

function hasPrincipal(statement: unknown): boolean {
  return isJsonObject(statement) && (statement.Principal !== undefined || statement.NotPrincipal !== undefined);
}

const UNREADABLE = (): Match => "unknown";

function compileStatement(
  path: string,
  { element, condition }: JudgedStatement,
  language: Language,
): CompiledStatement {
  if (!isJsonObject(element))
    return {
      path,
      element,
      effect: "Deny",
      matchesAction: UNREADABLE,
      matchesResource: UNREADABLE,
      mayMatchResource: () => true,
      matchesCaller: UNREADABLE,
      resourceVariables: () => [],
      condition,
    };
  const { Effect, Action, NotAction, Resource, NotResource } = element;
  const resources = eitherOr(Resource, NotResource, (texts, negated) => resourcesMatcher(texts, negated, language));
  const matchesPrincipals = principalsMatcher(element, language.kind);
  const matchesCaller = ({ principal, context }: ReadableRequest): Match => {
    const named = matchesPrincipals(principal, context);
    return named === "no" ? "no" : both(named, matchesCondition(condition, context));
  };
  return {
    path,
    element,
    effect: Effect === "Allow" ? "Allow" : "Deny",
    matchesAction: eitherOr(Action, NotAction, actionsMatcher) ?? UNREADABLE,
    matchesResource: resources?.matches ?? UNREADABLE,
    mayMatchResource: resources?.mayMatch ?? (() => true),
    matchesCaller,
    resourceVariables: resources?.variables ?? (() => []),
    condition,
  };
}

/** Of an element and its negation a statement has one; both cannot be read together. */
function eitherOr<Matcher>(
  element: unknown,
  negation: unknown,
  matcher: (texts: readonly unknown[], negated: boolean) => Matcher,
): Matcher | undefined {
  if ((element === undefined) === (negation === undefined)) return undefined;
  const texts = listOf(element ?? negation);
  // An empty list is nothing that AWS takes.
  return texts.length === 0 ? undefined : matcher(texts, element === undefined);
}

/**
 * `SERVICE:ACTION`, where wildcards stand in the action alone, or `*`.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html.
 */
function actionsMatcher(texts: readonly unknown[], negated: boolean): (action: string) => Match {
  const patterns = texts.map((text) =>
    typeof text === "string" && ACTION.test(text) ? patternOf(text.toLowerCase()) : undefined,
  );
  return (action) => {
    const listed = anyOf(patterns, (pattern) =>
      pattern === undefined ? "unknown" : matchIf(matchesPattern(pattern, action)),
    );
    return negated ? not(listed) : listed;
  };
}

const ACTION = /^(\*|[\w-]+:[\w*?]+)$/;

interface ResourcesMatcher {
  readonly matches: (request: ReadableRequest) => Match;
  readonly mayMatch: (request: ReadableRequest) => boolean;
  readonly variables: () => readonly string[];
}

/**
 * Resources are ARNs, or `*`. Variables may stand in the resource, after the fifth colon. A resource with a variable
 * that the request does not have is no resource at all; that everything else is then meant by `NotResource` is not
 * promised.
 */
function resourcesMatcher(texts: readonly unknown[], negated: boolean, language: Language): ResourcesMatcher {
  const templates = texts.map((text) => (text === "*" ? text : resourceTemplate(text, language)));
  const matches = (request: ReadableRequest): Match => {
    const listed = anyOf(templates, (template): Match => {
      if (template === "*") return "yes";
      const replaced = template === undefined ? "unreadable" : resolved(template, request.context);
      if (replaced === "unresolved") return negated ? "unknown" : "no";
      if (replaced === "unreadable") return "unknown";
      // Most resources of a long policy are others, and are so from the beginning.
      if (!request.resource.startsWith(replaced.beginning)) return "no";
      return matchIf(matchesArnText(replaced.arn, request.resource, request.resourceParts));
    });
    return negated ? not(listed) : listed;
  };
  const mayMatch = ({ resource, resourceParts }: ReadableRequest): boolean =>
    negated ||
    templates.some(
      (template) =>
        template === undefined ||
        template === "*" ||
        matchesArnText(arnWithAnyValue(template), resource, resourceParts),
    );
  return {
    matches,
    mayMatch,
    variables: () =>
      templates.flatMap((template) => (template === undefined || template === "*" ? [] : keysIn(template))),
  };
}

function resourceTemplate(text: unknown, { kind, variables }: Language): Template | undefined {
  if (typeof text !== "string" || !namesService(text)) return undefined;
  if (kind === "endpoint" && !hasWholeAccount(text)) return undefined;
  const template = templateOf(text, variables);
  // AWS takes no variable before the fifth colon.
  return template instanceof PlainText || splitArn(text.slice(0, text.indexOf("${"))) !== undefined
    ? template
    : undefined;
}

/** A policy without principals is that of an identity, and concerns whoever has it. */
function principalsMatcher(
  { Principal, NotPrincipal }: JsonObject,
  kind: PolicyKind,
): (principal: RequestPrincipal, context: RequestContext) => Match {
  if (Principal === undefined && NotPrincipal === undefined) return () => "yes";
  if (Principal !== undefined && NotPrincipal !== undefined) return UNREADABLE;
  const named = namedPrincipals(Principal ?? NotPrincipal);
  const matches = Principal === undefined ? matchesNotPrincipal : matchesPrincipal;
  return (principal, context) => matches(named, kind, principal, context);
}
