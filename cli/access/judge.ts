import { accessDifference } from "../../components/policy/access/difference";
import type {
  AccessFlip,
  AccessPolicies,
  AccessTable,
  AccessUnknown,
  NamedPolicy,
  OrganizationMembership,
} from "../../components/policy/access/facts";
import type { Finding } from "../finding";
import type { Authorization, FactName, FactValues } from "../preflight/facts/facts";
import { isTold } from "../preflight/facts/told";
import type { Scope } from "../preflight/scope";
import { type CallerFrom, callersFrom, workloadsIn } from "./callers";
import type { AccessFacts } from "./facts";
import { membershipIn } from "./organization";
import { roleCaller } from "./principals";
import { ACCESS_SCHEMA_VERSION, type AccessReport, type FlipShown, type OrganizationShown } from "./report";
import { type TwoWays, waysOf } from "./ways";
import { arnOfTable, flipFinding, missingFinding, unknownFinding } from "./findings";

/** What was asked for. */
export interface AccessChoice {
  /** Names of roles, `*` for any part; beside those behind the subnets. */
  readonly roles: readonly string[];
  /** Every role of the account. */
  readonly isForAll: boolean;
  /** The policy of an endpoint that is yet to be made. Default: full access, as AWS gives it. */
  readonly endpointPolicy?: string;
}

const FULL_ACCESS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

/** What has to be known, or nothing can be judged. */
const NEEDED = ["authorization", "routeTables", "subnets", "natGateways", "prefixLists", "vpcEndpoints"] as const;

/** Whose permission flips when the route tables of the scope are switched, or withdrawn. Pure. */
export function judgeAccess(facts: AccessFacts, scope: Scope, choice: AccessChoice): AccessReport {
  const organization = organizationOf(facts, scope);
  const shown = { ...headOf(scope), organization: organization.shown };
  const lacking = NEEDED.flatMap((name) => missingOf(facts, name));
  if (lacking.length > 0)
    return { ...shown, ways: [], flips: [], unknown: [missingFinding(scope, lacking)], callers: 0, tables: 0 };

  const known = knownOf(facts);
  const endpoint = {
    existing: known.vpcEndpoints.find(({ VpcEndpointId: id }) => id !== undefined && id === scope.vpcEndpointId),
    policy: endpointPolicyOf(known.vpcEndpoints, scope, choice),
    organization: organization.membership,
  };
  const { workloads, missing } = workloadsIn(facts.facts);
  const others = rolesNamed(known.authorization, choice);
  const tables = tablesOf(facts, scope);
  const accounts = organization.membership === undefined ? {} : { [scope.account]: organization.membership };
  const judged = waysOf(known, scope, endpoint).map((ways) => {
    const behind = callersFrom(known.authorization, workloads, ways.subnetIds);
    const callers = [...behind.callers, ...others.filter((other) => !isAmong(behind.callers, other))];
    return judgeWays(ways, callers, behind.unknownRoles, { tables, accounts }, scope);
  });
  const unknown = [
    ...(missing.length > 0 ? [missingFinding(scope, missing)] : []),
    ...unknownTogether(judged.flatMap((each) => each.unknown)),
  ];
  return {
    ...shown,
    ways: judged.map(({ way }) => way),
    flips: flipsTogether(judged.flatMap(({ flips }) => flips)),
    unknown,
    callers: new Set(judged.flatMap(({ way }) => way.callers)).size,
    tables: tables.length,
  };
}

function headOf({ account, region, vpcId, direction }: Scope) {
  return { schemaVersion: ACCESS_SCHEMA_VERSION, command: "access", account, region, vpcId, direction } as const;
}

function missingOf({ facts }: AccessFacts, name: FactName): readonly string[] {
  const told = facts[name];
  return isTold<unknown>(told) ? [] : [told.missing.permission];
}

function knownOf({ facts }: AccessFacts): Pick<FactValues, (typeof NEEDED)[number]> {
  const entries = NEEDED.map((name) => [name, (facts[name] as { readonly value: unknown }).value]);
  return Object.fromEntries(entries) as Pick<FactValues, (typeof NEEDED)[number]>;
}

function endpointPolicyOf(
  endpoints: FactValues["vpcEndpoints"],
  { vpcEndpointId }: Scope,
  { endpointPolicy }: AccessChoice,
): NamedPolicy {
  const existing = endpoints.find(({ VpcEndpointId: id }) => id !== undefined && id === vpcEndpointId);
  if (endpointPolicy !== undefined) return { name: "the endpoint's policy that is planned", document: endpointPolicy };
  if (existing !== undefined)
    return { name: `the policy of ${existing.VpcEndpointId ?? ""}`, document: existing.PolicyDocument };
  return { name: "the policy of the new endpoint (full access)", document: FULL_ACCESS };
}

/** The whole organization where it is exported; else as much as every account may ask. */
function organizationOf(
  { facts: { organization }, exported }: AccessFacts,
  { account }: Scope,
): { readonly shown: OrganizationShown; readonly membership: OrganizationMembership | "none" | undefined } {
  if (exported !== undefined) {
    const shown = { id: exported.id, policies: "given", exportedAt: exported.exportedAt } as const;
    return { shown, membership: membershipIn(exported, account) };
  }
  if (!isTold(organization)) return { shown: { policies: "unknown" }, membership: undefined };
  const { Id: id, MasterAccountId: managementAccountId } = organization.value;
  if (id === undefined) return { shown: { policies: "none" }, membership: "none" };
  return {
    shown: { id, policies: "unknown" },
    membership: { id, isManagementAccount: managementAccountId === account },
  };
}

/** Roles that were asked for by name are taken by people and pipelines too, whose sessions nobody can know. */
function rolesNamed(authorization: Authorization, { roles, isForAll }: AccessChoice): readonly CallerFrom[] {
  const patterns = roles.map((pattern) => new RegExp(`^${pattern.split("*").map(quoted).join(".*")}$`));
  return authorization.RoleDetailList.flatMap(({ RoleName: name = "", Arn: arn = "", Path: path = "/" }) => {
    // Nobody takes the role of an AWS service but that service.
    if (path.startsWith("/aws-service-role/")) return [];
    if (!isForAll && !patterns.some((pattern) => pattern.test(name))) return [];
    const caller = roleCaller(authorization, arn, { mayHaveSessionPolicies: true, mayHaveTags: true });
    return caller === undefined ? [] : [{ caller, workloads: [] }];
  });
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function isAmong(callers: readonly CallerFrom[], { caller }: CallerFrom): boolean {
  return callers.some((known) => known.caller.arn === caller.arn);
}

/** A table whose policy was not read has one that is not known. */
function tablesOf({ facts: network }: AccessFacts, scope: Scope): readonly AccessTable[] {
  const read = isTold(network.tables) ? network.tables.value : [];
  const names = isTold(network.tableNames) ? network.tableNames.value : [];
  const described = read.map(({ TableArn: arn = "", TableName: name = "", ResourcePolicy: document }) => ({
    arn,
    ...(document !== undefined && { policy: { name: `the resource policy of ${name}`, document } }),
  }));
  const unread = names
    .filter((name) => !read.some((table) => table.TableName === name))
    .map((name) => ({ arn: arnOfTable(scope, name), policy: { name: `the resource policy of ${name}` } }));
  return [...described, ...unread];
}

interface Judged {
  readonly way: AccessReport["ways"][number];
  readonly flips: readonly FlipShown[];
  readonly unknown: readonly AccessUnknown[];
}

function judgeWays(
  { publicly, publicWay, byEndpoint, routeTableIds }: TwoWays,
  callers: readonly CallerFrom[],
  unknownRoles: readonly string[],
  policies: Omit<AccessPolicies, "callers">,
  { direction, vpcEndpointId = "a new gateway endpoint" }: Scope,
): Judged {
  const isSwitch = direction === "switch";
  const [before, after] = isSwitch ? [publicly, byEndpoint] : [byEndpoint, publicly];
  const [wayBefore, wayAfter] = isSwitch ? [publicWay, vpcEndpointId] : [vpcEndpointId, publicWay];
  const difference = accessDifference({ ...policies, callers: callers.map(({ caller }) => caller) }, before, after);
  const shown = (flip: AccessFlip): FlipShown => {
    const from = callers.find(({ caller }) => caller.arn === flip.caller);
    return flipFinding(flip, { routeTableIds, workloads: from?.workloads ?? [] });
  };
  const strangers = unknownRoles.map((role) => ({ dependsOn: `the policies of ${role}`, callers: [role] }));
  return {
    way: { routeTableIds, before: wayBefore, after: wayAfter, callers: callers.map(({ caller }) => caller.arn) },
    flips: difference.flips.map(shown),
    unknown: [...difference.unknown, ...strangers],
  };
}

/** A flip that several ways have alike is told once, with the route tables of all. */
function flipsTogether(flips: readonly FlipShown[]): readonly FlipShown[] {
  const byContent = new Map<string, FlipShown>();
  for (const flip of flips) {
    const { routeTableIds, ...content } = flip;
    const key = JSON.stringify(content);
    const known = byContent.get(key);
    byContent.set(
      key,
      known === undefined ? flip : { ...known, routeTableIds: [...known.routeTableIds, ...routeTableIds] },
    );
  }
  const isDenied = ({ before }: FlipShown): number => (before.outcome === "allowed" ? 0 : 1);
  return [...byContent.values()].sort((one, other) => isDenied(one) - isDenied(other));
}

function unknownTogether(unknown: readonly AccessUnknown[]): readonly Finding[] {
  const names = [...new Set(unknown.map(({ dependsOn }) => dependsOn))].sort();
  return names.map((dependsOn) =>
    unknownFinding(dependsOn, [
      ...new Set(unknown.filter((each) => each.dependsOn === dependsOn).flatMap(({ callers }) => callers)),
    ]),
  );
}
