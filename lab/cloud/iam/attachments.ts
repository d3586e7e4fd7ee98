import { ApiError } from "../apiError";
import { declared } from "../declared";
import { requireName, ROLE_POLICY_NAMES } from "../names";
import type { Attachments } from "../rolePolicies";
import type { Collection, Store } from "../store";
import { requirePolicy } from "./managedPolicies";

/** Those of one kind that policies are attached to. */
export interface Holders<H extends Attachments> {
  readonly what: "role" | "user" | "group";
  readonly of: (name: string) => H;
  readonly change: (name: string, changed: (holder: H) => Partial<H>) => void;
}

export function holders<H extends Attachments>(what: Holders<H>["what"], records: Collection<H>): Holders<H> {
  const of = (name: string): H => {
    const holder = records.get(name);
    if (holder !== undefined) return holder;
    throw noSuchEntity(`The ${what} with name ${name} cannot be found.`);
  };
  const change: Holders<H>["change"] = (name, changed) => {
    const holder = of(name);
    records.put(name, { ...holder, ...changed(holder) });
  };
  return { what, of, change };
}

export interface NamedPolicy {
  readonly policyName: string;
}

/** Inline and attached policies and the boundary, which roles, users and groups have in the same way. */
export const attachmentOperations = declared((store: Store, { what, of, change }: Holders<Attachments>) => {
  const changed = (name: string, attachments: Partial<Attachments>): void => change(name, () => attachments);
  const noInline = (policyName: string): ApiError =>
    noSuchEntity(`The ${what} policy with name ${policyName} cannot be found.`);
  return {
    put: (name: string, { policyName, policyDocument }: NamedPolicy & { readonly policyDocument: string }): void => {
      requireName(ROLE_POLICY_NAMES, policyName);
      const inlinePolicies = { ...of(name).inlinePolicies, [policyName]: acceptedDocument(policyDocument) };
      changed(name, { inlinePolicies });
    },
    get: (name: string, { policyName }: NamedPolicy): { readonly policyDocument: string } => {
      const policyDocument = of(name).inlinePolicies[policyName];
      if (policyDocument === undefined) throw noInline(policyName);
      return { policyDocument };
    },
    names: (name: string): readonly string[] => Object.keys(of(name).inlinePolicies),
    remove: (name: string, { policyName }: NamedPolicy): void => {
      const { [policyName]: removed, ...inlinePolicies } = of(name).inlinePolicies;
      if (removed === undefined) throw noInline(policyName);
      changed(name, { inlinePolicies });
    },
    attach: (name: string, policyArn: string): void => {
      const { attachedPolicyArns } = of(name);
      requirePolicy(store, policyArn);
      changed(name, { attachedPolicyArns: [...new Set([...attachedPolicyArns, policyArn])] });
    },
    attached: (name: string): readonly string[] => of(name).attachedPolicyArns,
    detach: (name: string, policyArn: string): void => {
      const { attachedPolicyArns } = of(name);
      if (!attachedPolicyArns.includes(policyArn)) throw noSuchEntity(`Policy ${policyArn} was not found.`);
      changed(name, { attachedPolicyArns: attachedPolicyArns.filter((arn) => arn !== policyArn) });
    },
    bound: (name: string, permissionsBoundary: string): void => {
      of(name);
      requirePolicy(store, permissionsBoundary, "Scope ARN:");
      changed(name, { permissionsBoundary });
    },
    unbound: (name: string): void => changed(name, { permissionsBoundary: undefined }),
    /** What is deleted must have nothing attached. */
    requireBare: (name: string): void => {
      const { inlinePolicies, attachedPolicyArns } = of(name);
      if (attachedPolicyArns.length > 0) throw deleteConflict("must detach all policies first");
      if (Object.keys(inlinePolicies).length > 0) throw deleteConflict("must delete policies first");
    },
  };
});

export function noSuchEntity(message: string): ApiError {
  return new ApiError("NoSuchEntity", message, 404);
}

export function alreadyExists(message: string): ApiError {
  return new ApiError("EntityAlreadyExists", message, 409);
}

export function deleteConflict(reason: string): ApiError {
  return new ApiError("DeleteConflict", `Cannot delete entity, ${reason}.`, 409);
}

export function acceptedDocument(document: string): string {
  try {
    JSON.parse(document);
    return document;
  } catch {
    throw new ApiError("MalformedPolicyDocument", "This policy contains invalid Json");
  }
}
