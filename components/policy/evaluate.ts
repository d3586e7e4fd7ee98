import { matchesCondition } from "./conditions";
import { documentObject, isJsonObject, listOf, statementsOf, type JsonObject, type PolicyDocument } from "./document";
import { allOf, anyOf, matchesPattern, matchesResource, matchIf, not, patternOf, splitArn, type Match } from "./matching";
import { matchesNotPrincipal, matchesPrincipal } from "./principals";
import { requestContext, type PolicyRequest, type RequestContext } from "./requestContext";
import { resolvedPattern, resolveVariables } from "./variables";

export type { PolicyRequest, RequestPrincipal } from "./requestContext";

/** What a policy says: AWS's own words for the three outcomes. */
export type PolicyDecision = "allowed" | "explicitlyDenied" | "implicitlyDenied";

/** What one policy says about a request. */
export interface PolicyVerdict {
  /** What the policy says about the request. */
  readonly decision: PolicyDecision;
  /** The statement that decided, the first if several did: `Statement[1]`. Absent where none applies. */
  readonly statement?: string | undefined;
}

const VERSION_WITHOUT_VARIABLES = "2008-10-17";
const VERSION_WITH_VARIABLES = "2012-10-17";

/** The elements of a statement; one with any other cannot be read: a misspelt `Condition` must not allow everything. */
const STATEMENT_ELEMENTS: ReadonlySet<string> = new Set([
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
]);

/**
 * What a policy document says about a request: an endpoint policy, a table's resource-based policy, or the policy of
 * an identity that makes the request (which has no `Principal`).
 *
 * It is the verdict of this one policy and not of IAM as a whole: AWS allows a request only if nothing denies it in
 * any of the policies that concern it, and the endpoint policy and IAM both allow it.
 *
 * `allowed` means that AWS's documents promise it. What cannot be read, or what they leave open, counts against the
 * request: such an Allow does not apply, such a Deny applies unless another of its elements rules the request out. So
 *
 * - a document that is no policy (not JSON, an unknown `Version`) allows nothing and denies nothing explicitly;
 * - a statement that is no object, or whose `Effect` is neither `Allow` nor `Deny`, denies;
 * - an operator, an element or a value that AWS does not know is taken to match in a Deny and not to match in an Allow.
 *
 * Nothing is thrown, whatever the document. `validatePolicy` says what is wrong with it.
 *
 * @example
 * evaluatePolicy(policy, {
 *   principal: { arn: "arn:aws:iam::111122223333:role/stock", organization: "o-a1b2c3d4e5" },
 *   action: "dynamodb:GetItem",
 *   resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/StockTable",
 * }); // { decision: "allowed", statement: "Statement[0]" }
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html.
 */
export function evaluatePolicy(document: string | PolicyDocument, request: PolicyRequest): PolicyVerdict {
  const policy = documentObject(document);
  if (policy === undefined) return { decision: "implicitlyDenied" };
  const version = policy.Version ?? VERSION_WITHOUT_VARIABLES;
  if (version !== VERSION_WITHOUT_VARIABLES && version !== VERSION_WITH_VARIABLES) return { decision: "implicitlyDenied" };
  const context = requestContext(request);
  const call: Call = { request, context, variables: version === VERSION_WITH_VARIABLES ? context : undefined };

  let allowedBy: string | undefined;
  for (const { path, statement } of statementsOf(policy)) {
    if (!isJsonObject(statement)) return { decision: "explicitlyDenied", statement: path };
    const allows = statement.Effect === "Allow";
    if (allows && allowedBy !== undefined) continue;
    const applies = matchesStatement(statement, call);
    if (!allows && applies !== "no") return { decision: "explicitlyDenied", statement: path };
    if (allows && applies === "yes") allowedBy = path;
  }
  return allowedBy === undefined ? { decision: "implicitlyDenied" } : { decision: "allowed", statement: allowedBy };
}

interface Call {
  readonly request: PolicyRequest;
  readonly context: RequestContext;
  readonly variables: RequestContext | undefined;
}

function matchesStatement(statement: JsonObject, call: Call): Match {
  return allOf(statementMatches(statement, call));
}

/** Lazily, the cheap ones first: most statements of a long policy concern another action or table. */
function* statementMatches(statement: JsonObject, call: Call): Iterable<Match> {
  const { Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  yield eitherOr(Action, NotAction, "unknown", (element, negated) => matchesAction(element, negated, call));
  yield eitherOr(Resource, NotResource, "unknown", (element, negated) => matchesResources(element, negated, call));
  yield eitherOr(Principal, NotPrincipal, "yes", (element, negated) => {
    return (negated ? matchesNotPrincipal : matchesPrincipal)(element, call.request.principal, call.context);
  });
  yield matchesCondition(Condition, call.context, call.variables);
  if (Object.keys(statement).some((element) => !STATEMENT_ELEMENTS.has(element))) yield "unknown";
}

/** Of an element and its negation a statement has one; both cannot be read together. */
function eitherOr(element: unknown, negation: unknown, neither: Match, matches: (element: unknown, negated: boolean) => Match): Match {
  if (element !== undefined && negation !== undefined) return "unknown";
  if (element !== undefined) return matches(element, false);
  return negation === undefined ? neither : matches(negation, true);
}

/** See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html. */
function matchesAction(element: unknown, negated: boolean, { request }: Call): Match {
  const action = request.action.toLowerCase();
  const listed = anyText(element, (text) => matchIf(matchesPattern(patternOf(text.toLowerCase()), action)));
  return negated ? not(listed) : listed;
}

/**
 * Resources are ARNs, or `*`. Variables may stand in the resource, after the fifth colon. A resource with a variable that the request does not
 * have is no resource at all; that everything else is then meant by `NotResource` is not promised.
 */
function matchesResources(element: unknown, negated: boolean, { request, variables }: Call): Match {
  const listed = anyText(element, (text) => {
    if (text === "*") return "yes";
    if (!text.startsWith("arn:") && !text.startsWith("*")) return "unknown";
    if (variables !== undefined && hasEarlyVariable(text)) return "unknown";
    const resolved = resolveVariables(text, variables);
    if (resolved.kind === "unresolved") return negated ? "unknown" : "no";
    if (resolved.kind === "unreadable") return "unknown";
    return matchIf(matchesResource(resolvedPattern(resolved.pieces), request.resource));
  });
  return negated ? not(listed) : listed;
}

/** Whether a variable stands before the fifth colon of an ARN, where AWS takes none. */
function hasEarlyVariable(text: string): boolean {
  const start = text.indexOf("${");
  return start >= 0 && splitArn(text.slice(0, start)) === undefined;
}

/** A text or a list of texts, one of which matches; an empty list is nothing that AWS takes. */
function anyText(element: unknown, matches: (text: string) => Match): Match {
  const texts = listOf(element);
  if (texts.length === 0) return "unknown";
  return anyOf(texts.map((text) => (typeof text === "string" ? matches(text) : "unknown")));
}
