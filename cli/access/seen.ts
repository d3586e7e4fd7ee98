import { accountOf } from "../arn";
import type { SeenHere } from "../preflight/seen";
import type { Authorization } from "../preflight/facts/facts";
import { type CallerFrom, OF_A_CHECK, type Workload } from "./callers";
import { userCaller } from "./principals";

/** What CloudTrail has seen of roles in these subnets, as workloads: also where no interface tells of them. */
export function seenWorkloads(
  seen: SeenHere | undefined,
  { RoleDetailList: roles }: Authorization,
  others: readonly Workload[],
  account: string,
): readonly Workload[] {
  const known = new Set(roles.map(({ Arn }) => Arn));
  return workloadsOf(seen).filter(({ roleArn }) => {
    if (!/^arn:aws[\w-]*:iam::\d{12}:role\//.test(roleArn) || roleArn.includes(":role/aws-service-role/")) return false;
    // A role of this account that there is no more has no permissions that could flip.
    if (accountOf(roleArn) === account && !known.has(roleArn)) return false;
    const own = others.filter((other) => other.roleArn === roleArn);
    return own.length === 0 || !own.every(({ name }) => name.endsWith(OF_A_CHECK));
  });
}

/** Users with keys in these subnets: no service tells of them. */
export function seenUsers(seen: SeenHere | undefined, authorization: Authorization): readonly CallerFrom[] {
  const workloads = workloadsOf(seen);
  return [...new Set(workloads.map(({ roleArn }) => roleArn))].flatMap((arn): readonly CallerFrom[] => {
    const caller = userCaller(authorization, arn);
    if (caller === undefined) return [];
    return [{ caller, workloads: workloads.filter(({ roleArn }) => roleArn === arn), isEverywhere: false }];
  });
}

/** One for each principal and address. Nobody knows how the sessions were made. */
function workloadsOf(seen: SeenHere | undefined): readonly Workload[] {
  const found = new Map<string, { readonly subnetIds: readonly string[]; readonly clients: Set<string> }>();
  for (const { calls, subnetIds } of seen?.here ?? []) {
    const key = JSON.stringify([calls.principal, calls.sourceIPAddress]);
    const known = found.get(key) ?? { subnetIds, clients: new Set() };
    if (calls.userAgent !== undefined) known.clients.add(calls.userAgent);
    found.set(key, known);
  }
  return [...found].map(([key, { subnetIds, clients }]) => {
    const [roleArn = "", address = ""] = JSON.parse(key) as readonly string[];
    const name = [`seen in CloudTrail from ${address}`, ...[...clients].sort()].join(", ");
    return { name, roleArn, subnetIds, sessions: { mayHaveSessionPolicies: false, mayHaveTags: true }, isSeen: true };
  });
}
