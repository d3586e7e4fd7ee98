/** The longest endpoint policy that AWS takes, white space included (quota L-3248932A). */
export const MAX_POLICY_CHARACTERS = 20_480;

/**
 * The policy that an endpoint has when nothing else is said, exactly as AWS writes it, so that an adopted endpoint
 * that was never given another one does not differ.
 *
 * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ("Default endpoint policy").
 */
export const FULL_ACCESS = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

/** Why `document` cannot be a policy at all, or `undefined` if it can. What it allows is not judged. */
export function documentProblem(document: string): string | undefined {
  if (document.length > MAX_POLICY_CHARACTERS) {
    return `has ${document.length} characters; AWS takes ${MAX_POLICY_CHARACTERS}, white space included`;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch (error) {
    return `is not JSON (${(error as SyntaxError).message})`;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return "is JSON, but not an object";
  if (!("Statement" in parsed)) return 'has no "Statement"';
  return undefined;
}
