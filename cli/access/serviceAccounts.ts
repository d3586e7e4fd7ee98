import { isJsonObject, listOf, statementsOf, type JsonObject } from "../../components/policy/document";
import { matchesPattern, patternOf } from "../../components/policy/matching";
import type { Authorization } from "../preflight/facts/facts";
import { decoded } from "./principals";

/** Service accounts of Kubernetes that may take a role. */
export interface TrustedServiceAccounts {
  readonly roleArn: string;
  /** `NAMESPACE/NAME`, `*` for any part; empty where the role's trust policy names none. */
  readonly names: readonly string[];
}

/**
 * The roles that service accounts of a cluster may take, by its issuer: EKS calls them IAM roles for service accounts.
 *
 * See https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html.
 */
export function rolesOfIssuers(
  { RoleDetailList: roles }: Authorization,
  issuers: readonly string[],
): ReadonlyMap<string, readonly TrustedServiceAccounts[]> {
  const found = new Map<string, TrustedServiceAccounts[]>(issuers.map((issuer) => [issuer, []]));
  for (const { Arn: roleArn, AssumeRolePolicyDocument: encoded } of roles) {
    const trust = decoded(encoded);
    // Most roles trust a service of AWS: their policies are not read.
    if (roleArn === undefined || trust?.includes(":oidc-provider/") !== true) continue;
    const elements = statementsOf(trust).flatMap(({ statement }) => (isJsonObject(statement) ? [statement] : []));
    for (const [issuer, ofIssuer] of found) {
      const trusting = elements.filter((element) => trusts(element, issuer));
      if (trusting.length === 0) continue;
      const names = trusting.map((element) => serviceAccountsIn(element, issuer));
      // A statement that names none is for all of the cluster.
      const isForAll = names.some((each) => each.length === 0);
      ofIssuer.push({ roleArn, names: isForAll ? [] : [...new Set(names.flat())].sort() });
    }
  }
  return found;
}

function trusts({ Effect, Action, Principal }: JsonObject, issuer: string): boolean {
  const federated = isJsonObject(Principal) ? listOf(Principal.Federated) : [];
  const isMeant = (action: unknown): boolean =>
    typeof action === "string" && matchesPattern(patternOf(action.toLowerCase()), "sts:assumerolewithwebidentity");
  return (
    Effect === "Allow" &&
    listOf(Action).some(isMeant) &&
    federated.some((arn) => typeof arn === "string" && arn.endsWith(`:oidc-provider/${issuer}`))
  );
}

/** `ISSUER:sub` of `system:serviceaccount:NAMESPACE:NAME`: exactly, or as a pattern. */
function serviceAccountsIn({ Condition }: JsonObject, issuer: string): readonly string[] {
  if (!isJsonObject(Condition)) return [];
  const key = `${issuer}:sub`.toLowerCase();
  return Object.entries(Condition).flatMap(([operator, tests]) => {
    if (!isJsonObject(tests) || !/^(?:ForA\w+:)?String(?:Equals|Like)(?:IgnoreCase)?(?:IfExists)?$/i.test(operator))
      return [];
    return Object.entries(tests)
      .filter(([tested]) => tested.toLowerCase() === key)
      .flatMap(([, values]) => listOf(values))
      .flatMap((value) => (typeof value === "string" ? [nameOf(value)] : []));
  });
}

function nameOf(subject: string): string {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(subject) ?? [];
  return namespace === undefined || name === undefined ? subject : `${namespace}/${name}`;
}
