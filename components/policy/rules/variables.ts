import { VERSION_WITH_VARIABLES } from "../document";
import { resourceStart } from "./arn";
import { finding, quoted, type PolicyFinding, type PolicyFindingCode } from "./finding";
import { hasSeveralValues, isOfDynamoDb, keyNames, typeOfKey } from "./keys";
import type { Condition, Entry, Policy, Statement } from "./policy";
import { didYouMean } from "./suggestion";

/** A variable cut out of a text: where it begins, and what stands between the braces; no closing brace, no `name`. */
interface Variable {
  readonly at: number;
  readonly name: string | undefined;
}

/** Policy variables that AWS does not resolve, in the places where it could and in those where it never does. */
export function* unresolvedVariables(statement: Statement, policy: Policy): Iterable<PolicyFinding> {
  for (const entries of [statement.actions, statement.notActions]) {
    for (const entry of entries) if (mayHaveVariables(entry)) yield* unsupported(entry, 0, "an action");
  }
  for (const entries of [statement.resources, statement.notResources]) {
    for (const entry of entries) {
      if (!mayHaveVariables(entry)) continue;
      const findings = [...judged(entry, policy)];
      yield* findings.length > 0
        ? findings
        : unsupported(entry, resourceStart(entry.text), "the service, Region or account of an ARN");
    }
  }
  for (const condition of statement.conditions) {
    for (const entry of condition.values) if (mayHaveVariables(entry)) yield* inCondition(entry, condition, policy);
  }
}

function mayHaveVariables({ text }: Entry): boolean {
  return text.includes("${");
}

/** Where operators do not compare text or ARNs, variables are none, whatever they name. */
function inCondition(entry: Entry, { operator }: Condition, policy: Policy): Iterable<PolicyFinding> {
  if (operator.family === "String" || operator.family === "Arn") return judged(entry, policy);
  const message =
    `${quoted(entry.text)} has a variable under ${quoted(operator.name)}, and AWS resolves them under String and Arn ` +
    "operators alone; write the value itself";
  return [finding("VariableNotSupported", entry.path, message, "Invalid variable for operator")];
}

function* judged(entry: Entry, { document }: Policy): Iterable<PolicyFinding> {
  for (const { name } of variablesOf(entry.text)) {
    const problem = problemOf(name);
    if (problem !== undefined) {
      yield finding(problem.code, entry.path, problem.message, problem.check);
      return;
    }
    if (document.Version === VERSION_WITH_VARIABLES) continue;
    const message =
      `\${${shortened(name)}} stays this very text, because policy variables need Version 2012-10-17: nothing ` +
      'matches; write "Version": "2012-10-17"';
    yield finding("VariableNotResolved", entry.path, message);
    return;
  }
}

function shortened(name: string | undefined): string {
  return (name ?? "").slice(0, 80);
}

interface VariableProblem {
  readonly code: PolicyFindingCode;
  readonly message: string;
  readonly check?: string;
}

/**
 * Why a variable is none: `${*}`, `${?}` and `${$}` are the characters themselves, every other one is a condition key
 * of one value, with a default in quotes after a comma.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
 */
function problemOf(name: string | undefined): VariableProblem | undefined {
  if (name === undefined)
    return malformed("opens a policy variable with ${ and does not close it", "Missing brace in variable");
  if (name === "*" || name === "?" || name === "$") return undefined;
  const comma = name.indexOf(",");
  const key = comma < 0 ? name : name.slice(0, comma).trimEnd();
  const written = `\${${shortened(name)}}`;
  if (key.includes(" "))
    return malformed(`has ${written}, with a blank in the name of the key`, "Unsupported space in variable");
  const colon = key.indexOf(":");
  if (colon <= 0 || colon === key.length - 1)
    return malformed(`has ${written}, which is no condition key`, key === "" ? "Empty variable" : undefined);
  if (key.endsWith("/")) return malformed(`has ${written}, which does not say which tag`);
  if (comma >= 0 && !/^\s*'[^']*'$/.test(name.slice(comma + 1))) {
    return {
      code: "MalformedVariable",
      message:
        `has ${written}, whose default has no quotes around it: nothing matches; write \${${shortened(key)}, ` +
        "'default'}",
      check: "Missing quote in variable",
    };
  }
  return isOfDynamoDb(key.toLowerCase()) ? keyProblem(key, written) : undefined;
}

function malformed(what: string, check?: string): VariableProblem {
  const cure = "write ${aws:username} for a policy variable; if this was to be replaced by your program, it was not";
  return {
    code: "MalformedVariable",
    message: `${what}: nothing matches; ${cure}`,
    ...(check === undefined ? {} : { check }),
  };
}

function keyProblem(key: string, written: string): VariableProblem | undefined {
  if (typeOfKey(key.toLowerCase()) === undefined) {
    return {
      code: "UnknownVariable",
      message:
        `has ${written}, which is no key that requests to DynamoDB carry: nothing ` +
        `matches${didYouMean(key, keyNames())}`,
    };
  }
  if (!hasSeveralValues(key.toLowerCase())) return undefined;
  return {
    code: "VariableOfSeveralValues",
    message:
      `has ${written}, a key that can have several values, which is no variable: nothing matches; write a key of one ` +
      "value, or the values themselves",
  };
}

function* unsupported(entry: Entry, before: number, where: string): Iterable<PolicyFinding> {
  for (const { at } of variablesOf(entry.text)) {
    if (before !== 0 && at >= before) return;
    const message =
      `${quoted(entry.text)} has a variable in ${where}, where AWS resolves none: nothing matches; write the value ` +
      "itself, or a wildcard";
    yield finding("VariableNotSupported", entry.path, message);
    return;
  }
}

function* variablesOf(text: string): Iterable<Variable> {
  for (let at = text.indexOf("${"); at >= 0;) {
    const close = text.indexOf("}", at);
    if (close < 0) {
      yield { at, name: undefined };
      return;
    }
    yield { at, name: text.slice(at + 2, close) };
    at = text.indexOf("${", close);
  }
}
