import { RunError } from "@pulumi/pulumi";
import { regionProblem } from "../policy/regions";

/** One thing that is wrong with the arguments: where, what, and what to do. */
export interface Finding {
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
}

/**
 * Ends the program with all findings in one error, without a stack trace; does nothing without findings.
 *
 * A `RunError` is what every Pulumi operation prints clean, locally and from a component provider.
 */
export function refuse(component: string, findings: Iterable<Finding>): void {
  const lines = [...findings].map(findingText);
  if (lines.length === 0) return;
  const count = lines.length === 1 ? "an argument" : `${lines.length} arguments`;
  throw new RunError(`${component}: ${count} cannot be used\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

/** A finding on one line: `path: message; suggestion`. */
export function findingText({ path, message, suggestion }: Finding): string {
  return suggestion === undefined ? `${path}: ${message}` : `${path}: ${message}; ${suggestion}`;
}

/** An id that is known must be of its kind: a subnet's id in place of a route table's is found here, not by AWS. */
export function* idFindings(path: string, id: unknown, prefix: string, kind: string): Iterable<Finding> {
  if (id === undefined || id === null)
    yield { path, message: "is missing", suggestion: `give the id of ${kind} (${prefix}…)` };
  else if (typeof id === "string" && !id.startsWith(prefix)) {
    yield { path, message: `"${id}" is not the id of ${kind}`, suggestion: `it begins with ${prefix}` };
  }
}

/** A Region that is known must be one: every ARN and the service's name have it. */
export function* regionFindings(region: unknown): Iterable<Finding> {
  const problem = typeof region === "string" ? regionProblem(region) : undefined;
  if (problem === undefined) return;
  yield {
    path: "region",
    ...problem,
    ...(region === "" && { suggestion: "leave it out for the Region of the provider" }),
  };
}

/** What a refusal leaves as it was. */
export type Spared =
  "any route was touched" | "any policy was changed" | "anything was imported" | "any association was deleted";

/** Problems that came to light while Pulumi ran, as one text. */
export function refusalText(component: string, spared: Spared, problems: readonly string[]): string {
  return [`${component}: refused before ${spared}`, ...problems.map((problem) => `  ${problem}`)].join("\n");
}
