import { counted } from "../../words";
import { countedBlocker, counts, possibleClients, seenClients } from "./counts";
import type { PreflightFinding, RouteTableReport, SuggestedStage, VpcReport } from "./report";

export type Staging = Pick<VpcReport, "stages" | "leftOut">;

/**
 * The order in which these route tables can be switched: least at stake first, but never nothing, since a switch that
 * no client could have noticed proves nothing. No stage moves more route tables than have moved before it.
 */
export function suggestedStaging(
  routeTables: readonly RouteTableReport[],
  findings: readonly PreflightFinding[],
): Staging {
  const blockers = findings.filter(countedBlocker);
  const reasonOf = (table: RouteTableReport): string | undefined => leftOutFor(table, blockers);
  const sorted = [...routeTables].sort(byClients);
  const switching = sorted.filter((table) => reasonOf(table) === undefined);
  const open = findings.filter((finding) => finding.severity === "high" && counts(finding));
  const calm = switching.filter(
    ({ routeTableId }) => !open.some(({ routeTableIds }) => routeTableIds.includes(routeTableId)),
  );
  return {
    stages: stagesOf(inOrder(switching, calm), calm),
    leftOut: sorted.flatMap((table) => {
      const reason = reasonOf(table);
      return reason === undefined ? [] : [{ routeTableId: table.routeTableId, reason }];
    }),
  };
}

function leftOutFor(
  { routeTableId, pathToday }: RouteTableReport,
  blockers: readonly PreflightFinding[],
): string | undefined {
  if (pathToday === "endpoint") return "it is on the endpoint already";
  const ids = blockers
    .filter(({ routeTableIds }) => routeTableIds.length === 0 || routeTableIds.includes(routeTableId))
    .map(({ id }) => id);
  return ids.length === 0 ? undefined : `blocked by ${[...new Set(ids)].sort().join(", ")}`;
}

/** Who was seen counts more than who may call. By id where they have as many: the same facts give the same stages. */
function byClients(a: RouteTableReport, b: RouteTableReport): number {
  const difference = seenClients(a) - seenClients(b) || possibleClients(a) - possibleClients(b);
  return difference || (placeOf(a) < placeOf(b) ? -1 : 1);
}

/** Of as many clients by name, as people look for them; of one name by id. */
function placeOf({ name = "", routeTableId }: RouteTableReport): string {
  return `${name}\n${routeTableId}`;
}

/**
 * What proves the switch, then from least to most; last what no subnet uses, and no check can run in. Where something
 * has to be acknowledged, as a route that keeps clients on the old way, another route table proves more.
 */
function inOrder(
  sorted: readonly RouteTableReport[],
  calm: readonly RouteTableReport[],
): readonly (readonly RouteTableReport[])[] {
  const used = sorted.filter(({ subnetIds }) => subnetIds.length > 0);
  const unused = sorted.filter(({ subnetIds }) => subnetIds.length === 0);
  const withClients = used.filter((table) => possibleClients(table) > 0);
  const canary = proving(withClients.filter((table) => calm.includes(table))) ?? proving(withClients) ?? used[0];
  if (canary === undefined) return unused.length === 0 ? [] : [unused];
  const groups = doubling([canary, ...used.filter((table) => table !== canary)]);
  return groups.map((group, i) => (i === groups.length - 1 ? [...group, ...unused] : group));
}

function proving(tables: readonly RouteTableReport[]): RouteTableReport | undefined {
  return tables.find(hasSeenClients) ?? tables.find((table) => !isIsolated(table)) ?? tables[0];
}

/** Its clients cannot be at work: they would notice nothing. */
function isIsolated({ pathToday }: RouteTableReport): boolean {
  return pathToday === "none";
}

function hasSeenClients(table: RouteTableReport): boolean {
  return seenClients(table) > 0;
}

/** 1, 1, 2, 4, 8, … */
function doubling<T>(items: readonly T[]): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (let at = 0; at < items.length;) {
    const size = Math.max(1, at);
    groups.push(items.slice(at, at + size));
    at += size;
  }
  return groups;
}

function stagesOf(
  groups: readonly (readonly RouteTableReport[])[],
  calm: readonly RouteTableReport[],
): readonly SuggestedStage[] {
  const all = groups.flat();
  const hasClients = all.some((table) => possibleClients(table) > 0);
  const isChosen = calm.length < all.length && all.slice(0, 1).every((table) => calm.includes(table));
  const among = `of those that have any${isChosen ? ", and nothing to acknowledge" : ""}`;
  return groups.map((group, i) => ({
    name: groups.length === 1 ? "all" : i === 0 ? "canary" : `stage-${i + 1}`,
    routeTableIds: group.map(({ routeTableId }) => routeTableId),
    subnets: Object.fromEntries(
      group.flatMap(({ routeTableId, subnetIds }) => {
        const [subnet] = [...subnetIds].sort();
        return subnet === undefined ? [] : [[routeTableId, subnet]];
      }),
    ),
    why: i === 0 ? whyFirst(group, groups.length === 1, hasClients, among) : whyNext(group),
  }));
}

function whyFirst(group: readonly RouteTableReport[], isOnly: boolean, hasClients: boolean, among: string): string {
  if (!hasClients) return "No route table has a possible client: this proves the route alone.";
  if (group.some(hasSeenClients))
    return `${clientsText(group)}: calls to DynamoDB were seen from here.${exceptionsText(group)}`;
  if (isOnly) return whyNext(group);
  return `${clientsText(group)}: the fewest ${among}. Without one a switch proves nothing.${exceptionsText(group)}`;
}

function whyNext(group: readonly RouteTableReport[]): string {
  return `${clientsText(group)}.${exceptionsText(group)}`;
}

function exceptionsText(group: readonly RouteTableReport[]): string {
  const unused = group.filter(({ subnetIds }) => subnetIds.length === 0).map(({ routeTableId }) => routeTableId);
  const isolated = group.filter(isIsolated).map(({ routeTableId }) => routeTableId);
  return [
    ...(isolated.length === 0 ? [] : [` Nothing breaks in ${isolated.join(", ")}: there is no path today.`]),
    ...(unused.length === 0 ? [] : [` No subnet uses ${unused.join(", ")}: no check can run there.`]),
  ].join("");
}

function clientsText(group: readonly RouteTableReport[]): string {
  const numbers = group.map(possibleClients);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const each = least === most ? counted(most, "possible client") : `${least} to ${most} possible clients`;
  return group.length === 1 ? `1 route table, ${each}` : `${group.length} route tables, ${each} each`;
}
