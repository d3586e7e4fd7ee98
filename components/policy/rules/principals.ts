import { isJsonObject, listOf, type JsonObject } from "../document";
import { parseArn } from "./arn";
import { finding, quoted, typeName, type PolicyFinding } from "./finding";
import { malformedStrings } from "./grammar";
import { entriesOf, type Entry, type Policy, type Statement } from "./policy";
import { memberPath, type PolicyPath } from "./path";
import { didYouMean } from "./suggestion";
import { hasWildcard } from "./wildcards";

/** Principals that the kind of policy does not take, or does not read as they are meant. */
export function* unsuitablePrincipal(statement: Statement, { context }: Policy): Iterable<PolicyFinding> {
  if (context.kind === "identity") {
    yield* principalOfIdentity(statement);
    return;
  }
  const { path, element } = statement;
  const { Principal: principal, NotPrincipal: notPrincipal } = element;
  if (principal === undefined && notPrincipal === undefined) {
    const cure = context.kind === "endpoint" ? 'write "Principal": "*"' : 'name it, for example "Principal": {"AWS": "arn:aws:iam::123456789012:role/NAME"}';
    yield finding("MissingElement", path, `has no "Principal": AWS refuses the document; ${cure}`);
    return;
  }
  if (principal !== undefined && notPrincipal !== undefined) {
    yield finding("ConflictingElements", memberPath(path, "NotPrincipal"), 'stands beside "Principal": AWS refuses the document; keep one of the two');
  }
  if (context.kind === "endpoint") yield* principalOfEndpoint(statement);
  else yield* principalOfResource(statement);
}

/** Whether the statement concerns whoever calls. */
export function concernsEveryone({ element }: Statement, { context }: Policy): boolean {
  return context.kind === "identity" || isEveryone(element.Principal);
}

function isEveryone(principal: unknown): boolean {
  return principal === "*" || (isJsonObject(principal) && Object.keys(principal).length === 1 && listOf(principal.AWS).includes("*"));
}

function* principalOfIdentity({ path, element }: Statement): Iterable<PolicyFinding> {
  for (const name of ["Principal", "NotPrincipal"]) {
    if (element[name] === undefined) continue;
    const message = "may not stand in a policy of an identity, which is its principal: AWS refuses the document; remove it";
    yield finding("UnsupportedElement", memberPath(path, name), message);
  }
}

/** See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ("Principals for gateway endpoints"). */
function* principalOfEndpoint({ path, element }: Statement): Iterable<PolicyFinding> {
  const name = element.NotPrincipal === undefined ? "Principal" : "NotPrincipal";
  if (name === "Principal" && isEveryone(element.Principal)) return;
  yield finding("PrincipalNotEveryone", memberPath(path, name), `must be "Principal": "*" in the policy of a gateway endpoint: ${whatElse(element[name])}`);
}

/** The condition that says for a gateway endpoint what its principal cannot. */
function whatElse(principal: unknown): string {
  const [first] = isJsonObject(principal) ? listOf(principal.AWS) : [principal];
  const name = typeof first === "string" && first.length <= 200 ? first : "arn:aws:iam::123456789012:role/NAME";
  const account = parseArn(name)?.resource === "root" ? parseArn(name)?.account : isAccountId(name) ? name : undefined;
  if (account !== undefined) {
    const condition = JSON.stringify({ StringEquals: { "aws:PrincipalAccount": account } });
    return `an account here means its root user alone, and every role is denied; write "Principal": "*" with "Condition": ${condition}`;
  }
  const condition = JSON.stringify({ ArnEquals: { "aws:PrincipalArn": name } });
  return `others are refused or never match; write "Principal": "*" with "Condition": ${condition}`;
}

const PRINCIPAL_KINDS = ["AWS", "Service", "Federated"];

function* principalOfResource({ path, element, effect, conditions }: Statement): Iterable<PolicyFinding> {
  const name = element.NotPrincipal === undefined ? "Principal" : "NotPrincipal";
  yield* malformedPrincipal(memberPath(path, name), element[name]);
  if (effect !== "Allow") return;
  if (name === "NotPrincipal") {
    const message = "allows everyone but those it names, anonymous callers included; name who may, in \"Principal\"";
    yield finding("AllowWithNotPrincipal", memberPath(path, name), message);
  } else if (isEveryone(element.Principal) && conditions.length === 0) {
    const message = "allows the whole world: DynamoDB refuses policies that make a table public; name who may, or add a condition such as aws:PrincipalOrgID";
    yield finding("PublicAccess", memberPath(path, name), message);
  }
}

function* malformedPrincipal(path: PolicyPath, principal: unknown): Iterable<PolicyFinding> {
  if (principal === "*") return;
  if (!isJsonObject(principal)) {
    const message = `is ${typeof principal === "string" ? quoted(principal) : typeName(principal)}: AWS refuses the document; write "*" or {"AWS": "arn:aws:iam::123456789012:role/NAME"}`;
    yield finding("InvalidPrincipal", path, message);
    return;
  }
  for (const kind of Object.keys(principal)) {
    if (PRINCIPAL_KINDS.includes(kind)) yield* malformedPrincipals(principal, path, kind);
    else {
      const message = `${quoted(kind)} is no kind of principal that DynamoDB takes: AWS refuses the document${didYouMean(kind, PRINCIPAL_KINDS)}`;
      yield finding("InvalidPrincipal", memberPath(path, kind), message);
    }
  }
}

function* malformedPrincipals(principal: JsonObject, path: PolicyPath, kind: string): Iterable<PolicyFinding> {
  yield* malformedStrings(path, principal, kind);
  for (const entry of entriesOf(principal, path, kind)) {
    const problem = kind === "AWS" ? awsPrincipalProblem(entry) : kind === "Service" ? serviceProblem(entry) : undefined;
    if (problem !== undefined) yield finding("InvalidPrincipal", entry.path, `${quoted(entry.text)} ${problem}`);
  }
}

function awsPrincipalProblem({ text }: Entry): string | undefined {
  if (text === "*" || isAccountId(text) || isUniqueId(text)) return undefined;
  if (hasWildcard(text)) return 'has a wildcard, which AWS refuses in a principal; write "*" and limit it with a condition on aws:PrincipalArn';
  const service = parseArn(text)?.service;
  if (service === "iam" || service === "sts") return undefined;
  return 'is no principal: AWS refuses the document; write an ARN such as "arn:aws:iam::123456789012:role/NAME", or an account of 12 digits';
}

function serviceProblem({ text }: Entry): string | undefined {
  if (!hasWildcard(text) && text.includes(".amazonaws.com")) return undefined;
  return 'is no service: AWS refuses the document; write its name as in "lambda.amazonaws.com"';
}

/** Whether `text` is the id of an account. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** The id that takes the place of the ARN of a role or user that was deleted. */
function isUniqueId(text: string): boolean {
  return /^A[A-Z0-9]{15,127}$/.test(text);
}
