import type { AccessEdit, JsonPatchOperation, PolicyEdit } from "../../components/policy/access/facts";
import { patched } from "../../components/policy/access/jsonPatch";
import { isNamed } from "./named";
import { type Plan, planned, PLANNED_ENDPOINT, type PlannedPolicy } from "./plan";

/** The same edit, of the plan's file where it changes what is planned: `/policies/0/document/Statement/…`. */
export function editInPlan(edit: AccessEdit, caller: string, { policies }: Plan): AccessEdit {
  if (edit.isPlanned !== true && edit.policy !== PLANNED_ENDPOINT) return edit;
  const index = policies.reduce((last, policy, i) => (isOf(policy, edit, caller) ? i : last), -1);
  const policy = policies[index];
  if (policy === undefined) return edit;
  const moved = (each: PolicyEdit): PolicyEdit => ({ ...each, patch: patchInPlan(each.patch, policy, index) });
  return { ...edit, isPlanned: true, during: moved(edit.during), afterwards: moved(edit.afterwards) };
}

function isOf(policy: PlannedPolicy, { kind, policy: name }: AccessEdit, caller: string): boolean {
  switch (policy.kind) {
    case "endpoint":
      return kind === "endpoint";
    case "inline":
      return kind === "identity" && isOwner(policy, caller) && name.endsWith(`/${policy.name}`);
    case "managed":
      return (kind === "identity" || kind === "boundary") && name === policy.arn;
    case "boundary":
      return kind === "boundary" && isOwner(policy, caller);
    case "table":
      return kind === "table" && name.split(" ").includes(policy.table.split("/").at(-1) ?? "");
    default:
      return kind === policy.kind && (name === policy.name || name.split(/ \(|\)$/).includes(policy.name));
  }
}

function isOwner({ role, user }: { readonly role?: string; readonly user?: string }, caller: string): boolean {
  const [owner, kind] = user === undefined ? [role ?? "*", "role"] : [user, "user"];
  return caller.includes(`:${kind}/`) && isNamed(caller.split("/").at(-1) ?? "", owner);
}

/** A document may be a statement or several, and a text, which is replaced whole. */
function patchInPlan(
  patch: readonly JsonPatchOperation[],
  { document }: PlannedPolicy,
  index: number,
): readonly JsonPatchOperation[] {
  const at = `/policies/${index}/document`;
  const { isText, isWrapped, policy } = planned(document);
  if (isText) return [{ op: "replace", path: at, value: JSON.stringify(patched(policy, patch)) }];
  return patch.map((operation) => ({
    ...operation,
    path: at + (isWrapped ? operation.path.replace(/^\/Statement/, "") : operation.path),
  }));
}
