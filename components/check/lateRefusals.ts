import { functionError } from "./invokeErrors";

/** What lets a check through. */
export type Permission = "role" | "policy";

/** A refusal that passes once a permission acts. */
export interface LateRefusal {
  /** The name of the function's error. */
  readonly code: string;
  readonly waitsFor: string;
}

const REFUSALS: Readonly<Record<string, { readonly permission: Permission; readonly waitsFor: string }>> = {
  DeniedByRole: {
    permission: "role",
    waitsFor: "the check's role is new or was changed in this run, and does not act yet",
  },
  DeniedByEndpointPolicy: {
    permission: "policy",
    waitsFor: "the endpoint's policy is new or was changed, and does not act yet",
  },
};

/** What a function's refusal waits for, where a permission that is `changed` may be the reason. */
export function lateRefusal(error: string, changed: ReadonlySet<Permission>): LateRefusal | undefined {
  const code = functionError(error)?.split(":")[0] ?? "";
  const refusal = REFUSALS[code];
  return refusal !== undefined && changed.has(refusal.permission) ? { code, waitsFor: refusal.waitsFor } : undefined;
}
