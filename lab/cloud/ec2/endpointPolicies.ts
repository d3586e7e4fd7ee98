import { ApiError } from "../apiError";

/** https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy */
export const FULL_ACCESS = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

/** L-3248932A, white space included. */
const POLICY_CHARACTERS = 20_480;

/** The quota and the grammar that EC2 checks; what the policy means is judged when a request comes. */
export function acceptedPolicy(policyDocument: string): string {
  const invalid = (reason: string): ApiError => new ApiError("InvalidPolicyDocument", reason);
  if (policyDocument.length > POLICY_CHARACTERS) {
    throw invalid(
      `The policy document is ${policyDocument.length} characters long; the limit is ${POLICY_CHARACTERS}.`,
    );
  }
  let policy: unknown;
  try {
    policy = JSON.parse(policyDocument);
  } catch {
    throw invalid("This policy contains invalid Json");
  }
  if (typeof policy !== "object" || policy === null || !("Statement" in policy)) {
    throw invalid("The policy failed legacy parsing: it has no Statement");
  }
  const statements: unknown[] = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  for (const statement of statements) requireStatement(statement, invalid);
  return policyDocument;
}

function requireStatement(statement: unknown, invalid: (reason: string) => ApiError): void {
  if (typeof statement !== "object" || statement === null) throw invalid("A statement is not an object");
  const { Effect: effect } = statement as { readonly Effect?: unknown };
  if (effect !== "Allow" && effect !== "Deny") throw invalid("The Effect of a statement is neither Allow nor Deny");
  if (!("Action" in statement) && !("NotAction" in statement)) throw invalid("A statement has no Action");
  if (!("Resource" in statement) && !("NotResource" in statement)) throw invalid("A statement has no Resource");
  if (!("Principal" in statement) && !("NotPrincipal" in statement)) throw invalid("A statement has no Principal");
}
