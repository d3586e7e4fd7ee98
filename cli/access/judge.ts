import { compileAccess } from "../../components/policy/access/difference";
import type {
  AccessFlip,
  AccessPolicies,
  AccessTable,
  AccessUnknown,
  NamedPolicy,
  OrganizationMembership,
} from "../../components/policy/access/facts";
import { accountOf } from "../arn";
import type { Finding } from "../finding";
import type { FactName, FactValues } from "../preflight/facts/facts";
import { throughInternet } from "../../components/policy/access/ways";
import { isTold } from "../preflight/facts/told";
import type { Scope } from "../preflight/scope";
import { callsSeen, seenHere, whyNotSeen } from "../preflight/seen";
import { counted } from "../words";
import { type CallerFrom, callersBehind, isOn, workloadsIn, workloadsOn } from "./callers";
import { type CallerChoice, chosenCallers, EVERYBODY } from "./chosenCallers";
import type { AccessFacts } from "./facts";
import { membershipIn } from "./organization";
import {
  concernsOthers,
  namesOf,
  PLANNED_ENDPOINT,
  plannedEndpointPolicy,
  type Plan,
  policiesShown,
  withPlan,
} from "./plan";
import { otherTables, unknownOfOthers } from "./otherTables";
import { editInPlan } from "./planEdits";
import { ACCESS_SCHEMA_VERSION, type AccessReport, type FlipShown, type OrganizationShown } from "./report";
import { seenUsers, seenWorkloads } from "./seen";
import { alikeWays, type TwoWays, waysOf } from "./ways";
import { arnOfTable, flipFinding, missingFinding, unknownFinding } from "./findings";

/** What was asked for. */
export interface AccessChoice extends CallerChoice {
  /** Policies that are about to change. */
  readonly plan?: Plan | undefined;
  /** Whether documents are shown. */
  readonly showsPolicies?: boolean | undefined;
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
  const { workloads, missing: ofWorkloads } = workloadsIn(facts.facts);
  const missing = [...ofWorkloads, ...untoldTables(facts), ...untoldCalls(facts)];
  const ways = waysOf(known, scope, endpoint);
  const seen = seenHere(facts.facts, scope);
  const seenRoles = seenWorkloads(seen, known.authorization, workloads, scope.account);
  const behind = callersBehind(known.authorization, [...workloads, ...seenRoles], ways);
  const users = seenUsers(seen, known.authorization);
  const callers = withOthers([...behind.callers, ...users], chosenCallers(known.authorization, choice));
  const { plan } = choice;
  // Whoever calls from elsewhere takes the same way then; what changes is what is planned.
  const concerned = plan !== undefined && concernsOthers(plan) ? chosenCallers(known.authorization, EVERYBODY) : [];
  const elsewhere = concerned.filter(({ caller }) => !callers.some((here) => here.caller.arn === caller.arn));
  const all = [...callers, ...elsewhere].map(({ caller }) => caller);
  const tables = [...tablesOf(facts, scope), ...otherTables(all, readTables(facts), { scope, plan })];
  const accounts = { ...accountsOf(tables, facts), ...asFarAsKnown(organization.membership, scope.account) };
  const today = { callers: all, tables, accounts };
  const policies = plan === undefined ? today : withPlan(today, plan, scope);
  const judging = { policies, direction: scope.direction, isPlanned: plan !== undefined };
  const open = ways.filter(({ isClosed }) => !isClosed);
  const judged = [
    ...judgeWays(open, callers, judging),
    ...(elsewhere.length > 0 ? [judgeElsewhere(elsewhere, judging)] : []),
  ];
  const strangers = behind.unknownRoles.map((role) => ({ dependsOn: `the policies of ${role}`, callers: [role] }));
  const assumed = assumptions([...callers, ...elsewhere], { facts, scope, organization: organization.membership });
  const others = unknownOfOthers(policies, scope);
  const isOfOthers = ({ dependsOn }: AccessUnknown): boolean =>
    others.policies.some((each) => each.dependsOn === dependsOn);
  return {
    ...shown,
    ways: [...ways.map((way) => wayShown(way, callers, scope)), ...wayElsewhere(elsewhere)],
    flips: flipsTogether(judged.flatMap(({ flips }) => flips).map((flip) => withPlanEdits(flip, plan))),
    unknown: [
      ...(missing.length > 0 ? [missingFinding(scope, missing)] : []),
      ...unknownTogether([
        ...judged.flatMap((each) => each.unknown.filter((one) => !isOfOthers(one))),
        ...[...others.policies, ...others.organizations, ...strangers, ...assumed],
      ]),
    ],
    ...(plan !== undefined && { planned: namesOf(plan) }),
    ...(seen !== undefined && { observed: callsSeen(seen) }),
    ...(choice.showsPolicies === true && { policies: policiesShown(policies, endpoint.policy) }),
    callers: today.callers.length,
    tables: tables.length,
  };
}

function withPlanEdits(flip: FlipShown, plan: Plan | undefined): FlipShown {
  if (plan === undefined) return flip;
  return { ...flip, edits: flip.edits.map((edit) => editInPlan(edit, flip.caller, plan)) };
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
  { vpcEndpointId, direction }: Scope,
  { plan }: AccessChoice,
): NamedPolicy {
  // On the way back it is today's that counts: then nobody goes by it.
  const planned = plan === undefined || direction === "withdraw" ? undefined : plannedEndpointPolicy(plan);
  const existing = endpoints.find(({ VpcEndpointId: id }) => id !== undefined && id === vpcEndpointId);
  if (planned !== undefined) return { name: PLANNED_ENDPOINT, document: planned };
  if (existing !== undefined)
    return { name: `endpoint policy of ${existing.VpcEndpointId ?? ""}`, document: existing.PolicyDocument };
  return { name: "endpoint policy of the new endpoint (full access)", document: FULL_ACCESS };
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

/** Those behind the subnets, where they are; and those that were asked for, who call from anywhere. */
function withOthers(behind: readonly CallerFrom[], named: readonly CallerFrom[]): readonly CallerFrom[] {
  const arns = new Set(named.map(({ caller }) => caller.arn));
  const known = new Set(behind.map(({ caller }) => caller.arn));
  return [
    ...behind.map((each) => (arns.has(each.caller.arn) ? { ...each, isEverywhere: true } : each)),
    ...named.filter(({ caller }) => !known.has(caller.arn)),
  ];
}

/** What nobody here can read is taken to limit nothing, and is one unknown beside what is judged so: never a pass. */
function assumptions(
  callers: readonly CallerFrom[],
  { facts, scope, organization }: Surroundings,
): readonly AccessUnknown[] {
  const arns = callers.map(({ caller }) => caller.arn);
  // The keys of a user have no session policies.
  const named = callers
    .filter(({ caller, isEverywhere }) => isEverywhere && caller.arn.includes(":role/"))
    .map(({ caller }) => caller.arn);
  const seen = callers.filter(isSeenAlone).map(({ caller }) => caller.arn);
  const unread = untoldTables(facts).length > 0 ? 0 : unreadTables(facts, scope).length;
  const isMember = organization === undefined || (organization !== "none" && organization.isManagementAccount !== true);
  const isOpen = isMember && organization?.levels === undefined;
  return [
    ...(isOpen ? [{ dependsOn: `organization policies of account ${scope.account}`, callers: arns }] : []),
    ...(unread > 0 ? [{ dependsOn: `resource policies of ${counted(unread, "table")} not read`, callers: arns }] : []),
    { dependsOn: `session policies of ${counted(named.length, "role")} asked for`, callers: named },
    { dependsOn: `session policies of ${counted(seen.length, "role")} seen in CloudTrail`, callers: seen },
  ];
}

/** A role of whose sessions CloudTrail alone tells. A user has none. */
function isSeenAlone({ caller, workloads, isEverywhere }: CallerFrom): boolean {
  if (isEverywhere || !caller.arn.includes(":role/")) return false;
  return workloads.length > 0 && workloads.every(({ isSeen }) => isSeen === true);
}

/** Only where somebody asked for them. */
function untoldCalls({ facts: { calls } }: AccessFacts): readonly string[] {
  const why = whyNotSeen(calls);
  return why === undefined ? [] : [why.permission];
}

interface Surroundings {
  readonly facts: AccessFacts;
  readonly scope: Scope;
  readonly organization: OrganizationMembership | "none" | undefined;
}

/** Of other accounts what the export has: the others may be in an organization whose policies nobody here knows. */
function accountsOf(
  tables: readonly AccessTable[],
  { exported }: AccessFacts,
): Readonly<Record<string, OrganizationMembership | "none">> {
  const known = (account: string): OrganizationMembership | "none" =>
    exported?.accounts[account] === undefined ? { levels: [] } : membershipIn(exported, account);
  return Object.fromEntries(tables.map(({ arn }) => [accountOf(arn), known(accountOf(arn))]));
}

function asFarAsKnown(
  organization: OrganizationMembership | "none" | undefined,
  account: string,
): Readonly<Record<string, OrganizationMembership | "none">> {
  if (organization === undefined) return { [account]: { levels: [] } };
  return { [account]: organization === "none" ? organization : { levels: [], ...organization } };
}

/** What would tell the tables and their policies, where it was denied: what was left out is said by itself. */
function untoldTables({ facts: { tables, tableNames } }: AccessFacts): readonly string[] {
  return [tableNames, tables].flatMap((told) =>
    isTold<unknown>(told) || told.missing.reason === "leftOut" ? [] : [told.missing.permission],
  );
}

/** Of the account's own tables, by their ARNs. */
function unreadTables(facts: AccessFacts, scope: Scope): readonly string[] {
  const { tableNames } = facts.facts;
  const read = new Set(readTables(facts).map(({ TableArn: arn }) => arn));
  return isTold(tableNames)
    ? tableNames.value.map((name) => arnOfTable(scope, name)).filter((arn) => !read.has(arn))
    : [];
}

function readTables({ facts: { tables } }: AccessFacts): FactValues["tables"] {
  return isTold(tables) ? tables.value : [];
}

function tablesOf(facts: AccessFacts, scope: Scope): readonly AccessTable[] {
  const ownArn = arnOfTable(scope, "");
  const described = readTables(facts).flatMap(({ TableArn: arn = "", ResourcePolicy: document }) => {
    if (!arn.startsWith(ownArn)) return [];
    const name = `resource policy of ${arn.slice(ownArn.length)}`;
    return [{ arn, ...(document !== undefined && { policy: { name, document } }) }];
  });
  const byArn = new Map(described.map((table) => [table.arn, table]));
  return [...byArn.values(), ...unreadTables(facts, scope).map((arn) => ({ arn }))];
}

interface Judged {
  readonly flips: readonly FlipShown[];
  readonly unknown: readonly AccessUnknown[];
}

interface Judging {
  readonly policies: AccessPolicies;
  readonly direction: Scope["direction"];
  readonly isPlanned: boolean;
}

/** Policies are read once, and decided once for all ways whose requests look alike to them. */
function judgeWays(
  ways: readonly TwoWays[],
  callers: readonly CallerFrom[],
  { policies, direction, isPlanned }: Judging,
): readonly Judged[] {
  const compiled = compileAccess(policies);
  return alikeWays(ways, (key, way) => compiled.reads(key, way)).map(({ ways: alike, publicly, byEndpoint }) => {
    const [before, next] = direction === "switch" ? [publicly, byEndpoint] : [byEndpoint, publicly];
    const after = { ...next, arePoliciesPlanned: isPlanned };
    const here = callers.filter((from) => alike.some((way) => isOn(from, way)));
    const arns = new Set(here.map(({ caller }) => caller.arn));
    const difference = compiled.difference(before, after);
    const ofCallers = difference.flips.filter(({ caller }) => arns.has(caller));
    const flips = compiled.withEdits(ofCallers, before, after, arns);
    return {
      flips: flips.flatMap((flip) => flipsShown(flip, here, alike)),
      unknown: difference.unknown.flatMap(({ dependsOn, callers: all }) => {
        const concerned = all.filter((arn) => arns.has(arn));
        return concerned.length === 0 ? [] : [{ dependsOn, callers: concerned }];
      }),
    };
  });
}

/** With what is planned for them. */
function callersIn({ callers }: AccessPolicies, arns: ReadonlySet<string>): AccessPolicies["callers"] {
  return callers.filter(({ arn }) => arns.has(arn));
}

/** Of requests through the internet, from addresses that nobody here knows: a pipeline, the console, another VPC. */
function judgeElsewhere(callers: readonly CallerFrom[], { policies }: Judging): Judged {
  const arns = new Set(callers.map(({ caller }) => caller.arn));
  const before = throughInternet({});
  const own = { ...policies, callers: callersIn(policies, arns) };
  const after = { ...before, arePoliciesPlanned: true };
  const compiled = compileAccess(own);
  const { flips, unknown } = compiled.difference(before, after);
  return {
    flips: compiled
      .withEdits(flips, before, after)
      .map((flip) => flipFinding(flip, { routeTableIds: [], workloads: [] })),
    unknown,
  };
}

function wayElsewhere(callers: readonly CallerFrom[]): AccessReport["ways"] {
  if (callers.length === 0) return [];
  const internet = "from elsewhere, through the internet";
  return [{ routeTableIds: [], before: internet, after: internet, callers: callers.map(({ caller }) => caller.arn) }];
}

/** A flip on each way that its caller takes. */
function flipsShown(flip: AccessFlip, callers: readonly CallerFrom[], ways: readonly TwoWays[]): readonly FlipShown[] {
  const from = callers.find(({ caller }) => caller.arn === flip.caller);
  if (from === undefined) return [];
  return ways
    .filter((way) => isOn(from, way))
    .map((way) => flipFinding(flip, { routeTableIds: way.routeTableIds, workloads: workloadsOn(from, way) }));
}

function wayShown(
  way: TwoWays,
  callers: readonly CallerFrom[],
  { direction, vpcEndpointId = "a new gateway endpoint" }: Scope,
): AccessReport["ways"][number] {
  const [before, after] = direction === "switch" ? [way.publicWay, vpcEndpointId] : [vpcEndpointId, way.publicWay];
  const here = callers.filter((from) => isOn(from, way)).map(({ caller }) => caller.arn);
  return { routeTableIds: way.routeTableIds, before, after, callers: here };
}

/**
 * A flip that several ways have alike is told once, with the route tables and the workloads of all. What may go
 * afterwards differs with the way: each has its NAT gateway's address.
 */
function flipsTogether(flips: readonly FlipShown[]): readonly FlipShown[] {
  const byContent = new Map<string, FlipShown>();
  for (const flip of flips) {
    const { routeTableIds, workloads, edits, ...content } = flip;
    const key = JSON.stringify([content, edits.map(({ policy, during }) => [policy, during])]);
    const known = byContent.get(key);
    byContent.set(key, {
      ...flip,
      routeTableIds: [...new Set([...(known?.routeTableIds ?? []), ...routeTableIds])].sort(),
      workloads: [...new Set([...(known?.workloads ?? []), ...workloads])].sort(),
      edits: distinct([...(known?.edits ?? []), ...edits]),
    });
  }
  const isDenied = ({ before }: FlipShown): number => (before.outcome === "allowed" ? 0 : 1);
  return [...byContent.values()].sort((one, other) => isDenied(one) - isDenied(other));
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function unknownTogether(all: readonly AccessUnknown[]): readonly Finding[] {
  const unknown = all.filter(({ callers }) => callers.length > 0);
  const names = [...new Set(unknown.map(({ dependsOn }) => dependsOn))].sort();
  return names.map((dependsOn) =>
    unknownFinding(dependsOn, [
      ...new Set(unknown.filter((each) => each.dependsOn === dependsOn).flatMap(({ callers }) => callers)),
    ]),
  );
}
