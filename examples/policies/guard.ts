import { RunError } from "@pulumi/pulumi";
import {
  evaluatePolicy,
  validatePolicy,
  type PolicyContext,
  type PolicyDocument,
  type PolicyRequest,
} from "pulumi-dynamodb-endpoint";

/** Ends the program, before anything changes, unless the policy is sound and allows everything that is needed. */
export function requireAllowed(
  title: string,
  policy: PolicyDocument,
  context: PolicyContext,
  needs: readonly PolicyRequest[],
): void {
  const errors = validatePolicy(policy, context)
    .filter(({ severity }) => severity === "error")
    .map(({ path, message, code }) => `${path}: ${message} (${code})`);
  const denials = needs.flatMap((request) => {
    const { decision } = evaluatePolicy(policy, request);
    return decision === "allowed"
      ? []
      : [`${request.action} on ${request.resource}: ${decision} for ${request.principal.arn ?? "anyone"}`];
  });
  const problems = [...errors, ...denials];
  if (problems.length > 0)
    throw new RunError(
      [`${title} would not let the application work`, ...problems.map((problem) => `  ${problem}`)].join("\n"),
    );
}
