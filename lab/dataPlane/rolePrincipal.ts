import { ApiError } from "../cloud/apiError";
import { type Caller, principalContext } from "../cloud/caller";
import type { Role } from "../cloud/iam";
import { ACCOUNT_ID } from "../cloud/identifiers";
import { policiesOf, roleOfArn } from "../cloud/rolePolicies";
import type { Store } from "../cloud/store";
import type { Principal } from "./authorization";

/** A session of a role of the lab: its policies count as they are when a request comes. */
export function rolePrincipal(
  store: Store,
  roleArn: string,
  session: string,
  context?: Principal["context"],
): Principal {
  const name = roleArn.split("/").at(-1) ?? "";
  const role = (): Role => {
    const found = roleOfArn(store, roleArn);
    if (found !== undefined) return found;
    throw new ApiError("UnrecognizedClientException", "The security token included in the request is invalid.");
  };
  return {
    arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}/${session}`,
    roleArn,
    policies: () => policiesOf(store, role()),
    tags: () => role().tags,
    context,
  };
}

/** The same principal where it calls AWS's other APIs. */
export function callerOf(store: Store, { arn, roleArn, policies, context }: Principal): Caller {
  const { roleId = "AROAEXAMPLELABCLIENT", tags = {} } = roleOfArn(store, roleArn) ?? {};
  return {
    arn,
    principalArn: roleArn,
    userId: `${roleId}:${arn.split("/").at(-1) ?? ""}`,
    policies,
    context: { ...principalContext("AssumedRole", tags), ...(context as Caller["context"]) },
  };
}

/** Somebody with one policy, and no role that could be changed: of the lab's account, or of a partner's. */
export function policyPrincipal(policyDocument: string, name: string, accountId = ACCOUNT_ID): Principal {
  return {
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${name}`,
    roleArn: `arn:aws:iam::${accountId}:role/${name}`,
    policies: () => ({ identity: [policyDocument] }),
  };
}
