import { resourceStart } from "./arn";
import { finding, quoted, type PolicyFinding } from "./finding";
import type { Entry, Policy, Statement } from "./policy";

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
  for (const entry of [...statement.resources, ...statement.notResources].filter(mayHaveVariables)) {
    const findings = [...judged(entry, policy)];
    yield* findings.length > 0 ? findings : unsupported(entry, resourceStart(entry.text), "the service, Region or account of an ARN");
  }
  for (const { values } of statement.conditions) for (const entry of values.filter(mayHaveVariables)) yield* judged(entry, policy);
}

function mayHaveVariables({ text }: Entry): boolean {
  return text.includes("${");
}

function* judged(entry: Entry, { document }: Policy): Iterable<PolicyFinding> {
  for (const { name } of variablesOf(entry.text)) {
    if (name === undefined || !isVariable(name)) {
      yield malformed(entry, name);
      return;
    }
    if (document.Version === "2012-10-17") continue;
    const message = `\${${name.slice(0, 80)}} stays this very text, because policy variables need Version 2012-10-17: nothing matches; write "Version": "2012-10-17"`;
    yield finding("VariableNotResolved", entry.path, message);
    return;
  }
}

function malformed(entry: Entry, name: string | undefined): PolicyFinding {
  const what = name === undefined ? "opens a policy variable with ${ and does not close it" : `has \${${name.slice(0, 80)}}, which is no condition key`;
  const cure = "write ${aws:username} for a policy variable; if this was to be replaced by your program, it was not";
  return finding("MalformedVariable", entry.path, `${what}: nothing matches; ${cure}`);
}

function* unsupported(entry: Entry, before: number, where: string): Iterable<PolicyFinding> {
  for (const { at } of variablesOf(entry.text)) {
    if (before !== 0 && at >= before) return;
    const message = `${quoted(entry.text)} has a variable in ${where}, where AWS resolves none: nothing matches; write the value itself, or a wildcard`;
    yield finding("VariableNotSupported", entry.path, message);
    return;
  }
}

function* variablesOf(text: string): Iterable<Variable> {
  for (let at = text.indexOf("${"); at >= 0; ) {
    const close = text.indexOf("}", at);
    if (close < 0) {
      yield { at, name: undefined };
      return;
    }
    yield { at, name: text.slice(at + 2, close) };
    at = text.indexOf("${", close);
  }
}

/** `${*}`, `${?}` and `${$}` are the characters themselves; every other variable is a condition key, with a default after a comma. */
function isVariable(name: string): boolean {
  if (name === "*" || name === "?" || name === "$") return true;
  const comma = name.indexOf(",");
  const key = comma < 0 ? name : name.slice(0, comma).trimEnd();
  const colon = key.indexOf(":");
  return colon > 0 && colon < key.length - 1 && !key.includes(" ");
}
