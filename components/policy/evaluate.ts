import { compilePolicy, variablesOf, type CompiledPolicy, type CompiledStatement } from "./compile";
import type { PolicyDocument } from "./document";
import { both, type Match } from "./matching";
import type { PolicyKind } from "./principals";
import { readRequest, type PolicyRequest, type ReadableRequest } from "./requestContext";

export type { PolicyKind } from "./principals";
export type { PolicyRequest, RequestPrincipal } from "./requestContext";

/** What a policy says: AWS's own words for the three outcomes. */
export type PolicyDecision = "allowed" | "explicitlyDenied" | "implicitlyDenied";

/** What one policy says about a request. */
export interface PolicyVerdict {
  /** What the policy says about the request. */
  readonly decision: PolicyDecision;
  /** The statement that decided, the first if several did: `Statement[1]`. Absent where none applies. */
  readonly statement?: string | undefined;
  /**
   * Why nothing is allowed, whatever the document says: AWS would not take it, so that it cannot be in force, or the
   * request cannot be evaluated. Absent where neither is so.
   */
  readonly problem?: string | undefined;
}

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
 * - a document that AWS would not take allows nothing, and `problem` says why;
 * - a statement that is no object, or whose `Effect` is neither `Allow` nor `Deny`, denies;
 * - an operator, an element or a value that AWS does not know is taken to match in a Deny and not to match in an Allow.
 *
 * Nothing is thrown, whatever document and request are. What is larger than AWS takes is not evaluated: nothing is
 * allowed, and `problem` says so. `validatePolicy` says all that is wrong with a document.
 *
 * @param kind Where the policy takes effect: an account as `Principal` means everyone in it in the policy of a table,
 * and its root user alone in that of an endpoint. Default: `identity` where no statement has a `Principal`, else
 * `endpoint`.
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
export function evaluatePolicy(
  document: string | PolicyDocument,
  request: PolicyRequest,
  kind?: PolicyKind,
): PolicyVerdict {
  return askPolicy(compilePolicy(document, kind), request);
}

/** The same of a policy that was read before, for whoever has several requests. */
export function askPolicy(policy: CompiledPolicy, request: PolicyRequest): PolicyVerdict {
  const read = readRequest(request);
  if ("problem" in read) return { decision: "implicitlyDenied", problem: read.problem };
  if (steps(policy, read) > MOST_STEPS)
    return {
      decision: "implicitlyDenied",
      problem: "the request cannot be evaluated: with its values the document is too large",
    };
  const verdict = verdictOf(policy, read);
  if (policy.problem === undefined) return verdict;
  return { ...(verdict.decision === "allowed" ? { decision: "implicitlyDenied" } : verdict), problem: policy.problem };
}

/** The longest endpoint policy and a request of 25,000 characters are far from it. */
const MOST_STEPS = 512_000_000;

/** A variable has at least so many characters, in whose place a value of the request is put. */
const SHORTEST_VARIABLE = "${a}".length;

/** How often a character of the document, with its variables replaced, is at most compared with one of the request. */
function steps({ size, statements }: CompiledPolicy, request: ReadableRequest): number {
  const most = size * (1 + request.size / SHORTEST_VARIABLE) * request.size;
  if (most <= MOST_STEPS) return most;
  const replaced = statements
    .flatMap(variablesOf)
    .reduce((sum, key) => sum + (request.context.get(key)?.[0]?.length ?? 0), size);
  return replaced * request.size;
}

function verdictOf({ statements }: CompiledPolicy, request: ReadableRequest): PolicyVerdict {
  let allowedBy: string | undefined;
  for (const statement of statements) {
    const { path, effect } = statement;
    if (effect === "Allow" && allowedBy !== undefined) continue;
    const applies = appliesTo(statement, request);
    if (effect === "Deny" && applies !== "no") return { decision: "explicitlyDenied", statement: path };
    if (applies === "yes") allowedBy = path;
  }
  return allowedBy === undefined ? { decision: "implicitlyDenied" } : { decision: "allowed", statement: allowedBy };
}

/** The cheap parts first: most statements of a long policy concern another action or table. */
function appliesTo(statement: CompiledStatement, request: ReadableRequest): Match {
  const action = statement.matchesAction(request.action);
  if (action === "no") return "no";
  const call = both(action, statement.matchesResource(request));
  return call === "no" ? "no" : both(call, statement.matchesCaller(request));
}
