import { callerArnProblem } from "../callerArns";
import { isJsonObject, listOf, type JsonObject } from "../document";
import { isAccountId } from "../ids";
import { parseArn } from "./arn";
import { finding, quoted, typeName, type PolicyFinding } from "./finding";
import { malformedStrings } from "./grammar";
import { memberPath, type PolicyPath } from "./path";
import { entriesOf, type Condition, type Entry, type Policy, type Statement } from "./policy";
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
    const cure =
      context.kind === "endpoint"
        ? 'write "Principal": "*"'
        : 'name it, for example "Principal": {"AWS": "arn:aws:iam::123456789012:role/NAME"}';
    yield finding("MissingElement", path, `has no "Principal": AWS refuses the document; ${cure}`);
    return;
  }
  if (principal !== undefined && notPrincipal !== undefined) {
    yield finding(
      "ConflictingElements",
      memberPath(path, "NotPrincipal"),
      'stands beside "Principal": AWS refuses the document; keep one of the two',
    );
  }
  if (context.kind === "endpoint") yield* principalOfEndpoint(statement);
  else yield* principalOfResource(statement);
}

/** Whether the statement concerns whoever calls. */
export function concernsEveryone({ element }: Statement, { context }: Policy): boolean {
  return context.kind === "identity" || isEveryone(element.Principal);
}

function isEveryone(principal: unknown): boolean {
  return (
    principal === "*" ||
    (isJsonObject(principal) && Object.keys(principal).length === 1 && listOf(principal.AWS).includes("*"))
  );
}

function* principalOfIdentity({ path, element }: Statement): Iterable<PolicyFinding> {
  for (const name of ["Principal", "NotPrincipal"]) {
    if (element[name] === undefined) continue;
    const message =
      "may not stand in a policy of an identity, which is its principal: AWS refuses the document; remove it";
    yield finding("UnsupportedElement", memberPath(path, name), message);
  }
}

/**
 * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ("Principals for gateway
 * endpoints").
 */
function* principalOfEndpoint({ path, element }: Statement): Iterable<PolicyFinding> {
  const name = element.NotPrincipal === undefined ? "Principal" : "NotPrincipal";
  if (name === "Principal" && isEveryone(element.Principal)) return;
  yield finding(
    "PrincipalNotEveryone",
    memberPath(path, name),
    `must be "Principal": "*" in the policy of a gateway endpoint: ${whatElse(element[name])}`,
  );
}

/** The condition that says for a gateway endpoint what its principal cannot. */
function whatElse(principal: unknown): string {
  const [first] = isJsonObject(principal) ? listOf(principal.AWS) : [principal];
  const name = typeof first === "string" && first.length <= 200 ? first : "arn:aws:iam::123456789012:role/NAME";
  const account = parseArn(name)?.resource === "root" ? parseArn(name)?.account : isAccountId(name) ? name : undefined;
  if (account !== undefined) {
    const condition = JSON.stringify({ StringEquals: { "aws:PrincipalAccount": account } });
    return (
      `an account here means its root user alone, and every role is denied; write "Principal": "*" with ` +
      `"Condition": ${condition}`
    );
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
    const message = 'allows everyone but those it names, anonymous callers included; name who may, in "Principal"';
    yield finding("AllowWithNotPrincipal", memberPath(path, name), message);
  } else if (isEveryone(element.Principal) && !conditions.some(isTrusted)) {
    const message =
      "allows the whole world: DynamoDB refuses policies that make a table public; name who may, or add a condition " +
      "of fixed values (without wildcards, variables, Not and IfExists) on aws:PrincipalOrgID, aws:PrincipalAccount, " +
      "aws:PrincipalArn or aws:SourceVpce";
    yield finding("PublicAccess", memberPath(path, name), message);
  }
}

/**
 * The keys by which DynamoDB tells a policy that is not public.
 *
 * See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-bpa-rbp.html.
 */
const TRUSTED_KEYS: ReadonlySet<string> = new Set(
  [
    ...[
      "PrincipalAccount",
      "PrincipalArn",
      "PrincipalOrgID",
      "PrincipalOrgPaths",
      "PrincipalServiceName",
      "PrincipalServiceNamesList",
      "PrincipalIsAWSService",
      "UserId",
    ],
    ...[
      "SourceAccount",
      "SourceArn",
      "SourceVpc",
      "SourceVpce",
      "SourceOrgID",
      "SourceOrgPaths",
      "Ec2InstanceSourceVpc",
    ],
  ].map((name) => `aws:${name.toLowerCase()}`),
);

/** Whether a condition lets in none but those it names. */
function isTrusted({ keyId, operator, values }: Condition): boolean {
  if (
    !TRUSTED_KEYS.has(keyId) ||
    operator.negated ||
    operator.ifExists ||
    operator.family === "Null" ||
    operator.set === "ForAllValues"
  )
    return false;
  if (keyId === "aws:principalisawsservice" && !values.every(({ text }) => text.toLowerCase() === "true")) return false;
  return values.length > 0 && values.every(({ text }) => !hasWildcard(text) && !text.includes("${"));
}

function* malformedPrincipal(path: PolicyPath, principal: unknown): Iterable<PolicyFinding> {
  if (principal === "*") return;
  if (!isJsonObject(principal)) {
    const message =
      `is ${typeof principal === "string" ? quoted(principal) : typeName(principal)}: AWS refuses the document; ` +
      'write "*" or {"AWS": "arn:aws:iam::123456789012:role/NAME"}';
    yield finding("InvalidPrincipal", path, message);
    return;
  }
  if (Object.keys(principal).length === 0)
    yield finding(
      "InvalidPrincipal",
      path,
      'names nobody: AWS refuses the document; name who may, as in {"AWS": "123456789012"}',
    );
  for (const kind of Object.keys(principal)) {
    if (PRINCIPAL_KINDS.includes(kind)) yield* malformedPrincipals(principal, path, kind);
    else {
      const message =
        `${quoted(kind)} is no kind of principal that DynamoDB takes: AWS refuses the ` +
        `document${didYouMean(kind, PRINCIPAL_KINDS)}`;
      yield finding("InvalidPrincipal", memberPath(path, kind), message);
    }
  }
}

function* malformedPrincipals(principal: JsonObject, path: PolicyPath, kind: string): Iterable<PolicyFinding> {
  yield* malformedStrings(path, principal, kind);
  for (const entry of entriesOf(principal, path, kind)) {
    const problem =
      kind === "AWS" ? awsPrincipalProblem(entry) : kind === "Service" ? serviceProblem(entry) : undefined;
    if (problem !== undefined)
      yield finding(
        "InvalidPrincipal",
        entry.path,
        problem,
        hasWildcard(entry.text) ? "Unsupported wildcard in principal" : undefined,
      );
  }
}

function awsPrincipalProblem({ text }: Entry): string | undefined {
  if (text === "*" || isAccountId(text) || isUniqueId(text) || isSession(text)) return undefined;
  if (hasWildcard(text)) {
    return (
      `${quoted(text)} has a wildcard, which AWS refuses in a principal; name the account, and limit it with ` +
      `"ArnLike": {"aws:PrincipalArn": ${quoted(text)}}`
    );
  }
  const arn = parseArn(text);
  if (arn !== undefined && ["iam", "sts"].includes(arn.service) && !isAccountId(arn.account)) {
    return `${quoted(text)} is in no account: AWS refuses the document; write the account's 12 digits`;
  }
  if (arn?.resource.startsWith("assumed-role/") === true) {
    return (
      `${quoted(text)} is a role's session without its name: AWS refuses the document; write the session's name ` +
      "behind the role's, or the role's own ARN"
    );
  }
  const problem = callerArnProblem(text);
  return problem === undefined ? undefined : `${problem.message}, and AWS refuses the document; ${problem.suggestion}`;
}

/**
 * Whether `text` is the ARN of a role's session, with the names of both: a principal can be one, unlike
 * `aws:PrincipalArn`.
 */
function isSession(text: string): boolean {
  return /^arn:[^:]+:sts::\d{12}:assumed-role\/[^/*?\s]+\/[^/*?\s]+$/.test(text);
}

function serviceProblem({ text }: Entry): string | undefined {
  if (!hasWildcard(text) && text.includes(".amazonaws.com")) return undefined;
  return `${quoted(text)} is no service: AWS refuses the document; write its name as in "lambda.amazonaws.com"`;
}

/** The id that takes the place of the ARN of a role or user that was deleted. */
function isUniqueId(text: string): boolean {
  return /^A[A-Z0-9]{15,127}$/.test(text);
}
