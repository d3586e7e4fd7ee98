import type { Finding } from "./findings";
import { regionIfRight } from "./policy/regions";
import { validatePolicy, type PolicyFinding } from "./policy/validate";

/** What is wrong with the policy document of an endpoint: its errors, not its warnings. Nothing while it is unknown. */
export function* policyFindings(policy: unknown, region: unknown): Iterable<Finding> {
  if (typeof policy !== "string") return;
  for (const found of validatePolicy(policy, { kind: "endpoint", region: regionIfRight(region) }))
    if (found.severity === "error") yield policyFinding(found);
}

/** What was found in the policy document, with its path below the argument. */
export function policyFinding({ path, message, code }: PolicyFinding): Finding {
  return {
    path: path === "" || path.startsWith("[") ? `policy${path}` : `policy.${path}`,
    message: `${message} (${code})`,
  };
}
