import type { AccessContext, AccessDifference, AccessPolicies } from "./facts";

/**
 * Whose permission flips when requests take another way: which callers are denied `after` what they are allowed
 * `before`, on which tables, by which statement, and the edit of that policy that keeps both ways allowed.
 */
export function accessDifference(
  policies: AccessPolicies,
  before: AccessContext,
  after: AccessContext,
): AccessDifference {
  throw new Error(`not made yet: ${JSON.stringify([policies, before, after]).length}`);
}
