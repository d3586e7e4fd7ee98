import { printable } from "../../../components/args/printable";
import { element, type Child, type Markup } from "../../page/markup";
import { counted } from "../../words";
import { clientsOf, counts, possibleClients } from "./counts";
import type { Place, PlacedFinding } from "./place";
import type { RouteTableReport } from "./report";
import { tableName, tableText } from "./words";

/** A drawing is made of parts of so many route tables, each with its ways beside it: a page of paper takes two. */
const MOST_LANES = 6;

/** Of one route table; the rest is counted. */
const MOST_CHIPS = 5;

/** In units of the drawing, from the left. */
const X = {
  today: 0,
  todayEnd: 196,
  frame: 250,
  lane: 266,
  laneEnd: 834,
  frameEnd: 850,
  after: 904,
  width: 1100,
} as const;

const LANE_WIDTH = X.laneEnd - X.lane;

/** A route table, with what is drawn of it. */
interface Lane {
  readonly table: RouteTableReport;
  readonly stage: string | undefined;
  /** Left out of all stages, and not on the endpoint: nothing changes. */
  readonly stays: boolean;
  readonly findings: readonly PlacedFinding[];
}

interface PlacedLane extends Lane {
  readonly y: number;
  readonly height: number;
}

/** Who is in the subnets, by route table; the way to DynamoDB today on the left, after the switch on the right. */
export function picture(place: Place): Child {
  const parts = partsOf(lanesOf(place));
  return [
    headPart(place),
    parts.map((lanes) => lanesPart(place, lanes)),
    svg(`The end of ${place.vpc.vpcId}`, 18, frame(18, "end"), { "aria-hidden": "true" }),
  ];
}

function lanesOf({ vpc, findings }: Place): readonly Lane[] {
  const { routeTables, stages, leftOut } = vpc;
  const stageOf = (id: string): number => stages.findIndex(({ routeTableIds }) => routeTableIds.includes(id));
  const rank = ({ routeTableId }: RouteTableReport): number => {
    const stage = stageOf(routeTableId);
    return stage === -1 ? stages.length : stage;
  };
  const earliest = (way: string): number =>
    Math.min(...routeTables.filter(({ wayToday }) => wayToday === way).map(rank));
  return [...routeTables]
    .sort(
      (a, b) =>
        earliest(a.wayToday) - earliest(b.wayToday) ||
        compared(a.wayToday, b.wayToday) ||
        rank(a) - rank(b) ||
        compared(a.routeTableId, b.routeTableId),
    )
    .map((table) => ({
      table,
      stage: stages[stageOf(table.routeTableId)]?.name,
      stays: table.pathToday !== "endpoint" && leftOut.some(({ routeTableId }) => routeTableId === table.routeTableId),
      findings: findings.filter(({ finding }) => finding.routeTableIds.includes(table.routeTableId)),
    }));
}

function compared(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Route tables with the same way today together, and no more than a look takes. */
function partsOf(lanes: readonly Lane[]): readonly (readonly Lane[])[] {
  const parts: Lane[][] = [];
  for (const lane of lanes) {
    const last = parts.at(-1);
    if (last !== undefined && last.length < MOST_LANES && last[0]?.table.wayToday === lane.table.wayToday)
      last.push(lane);
    else parts.push([lane]);
  }
  return parts;
}

function headPart({ vpc, findings }: Place): Markup {
  const ofAll = findings.filter(({ finding }) => finding.routeTableIds.length === 0);
  const height = ofAll.length === 0 ? 62 : 92;
  const name = vpc.name === undefined || vpc.name === "" ? vpc.vpcId : vpc.name;
  return svg(
    `${name}: what concerns all of it`,
    height,
    [
      frame(height, "start"),
      text(X.today, 36, "column", "Today"),
      text(X.lane, 36, "name", fitting(name, 420)),
      text(X.laneEnd, 36, "quiet end", counted(vpc.routeTables.length, "route table")),
      text(X.after, 36, "column", vpc.direction === "switch" ? "After the switch" : "After the withdrawal"),
      chips(ofAll, X.lane, 52),
    ],
    {},
  );
}

function lanesPart(place: Place, lanes: readonly Lane[]): Markup {
  let y = 6;
  const placed = lanes.map((lane) => {
    const at = { ...lane, y, height: lane.findings.length === 0 ? 84 : 114 };
    y += at.height + 12;
    return at;
  });
  const [first] = lanes;
  return svg(
    `Route tables whose way to DynamoDB today is: ${first?.table.wayToday ?? ""}`,
    y,
    [
      frame(y, "middle"),
      way(
        X.today,
        X.todayEnd,
        placed,
        first?.table.wayToday ?? "",
        first?.table.pathToday === "none" ? "none" : "today",
      ),
      runsOf(placed).map((run) => way(X.after, X.width, run, run[0]?.table.wayAfter ?? "", "after")),
      placed.map((lane) => laneGroup(place, lane)),
    ],
    {},
  );
}

/** Neighbours that have the same way afterwards; what stays as it is parts them. */
function runsOf(lanes: readonly PlacedLane[]): readonly (readonly PlacedLane[])[] {
  const runs: PlacedLane[][] = [];
  let previous: PlacedLane | undefined;
  for (const lane of lanes) {
    if (!lane.stays) {
      const continues = previous !== undefined && !previous.stays && previous.table.wayAfter === lane.table.wayAfter;
      if (continues) runs.at(-1)?.push(lane);
      else runs.push([lane]);
    }
    previous = lane;
  }
  return runs;
}

/** What these route tables lead to. */
function way(
  x: number,
  end: number,
  lanes: readonly PlacedLane[],
  name: string,
  kind: "today" | "none" | "after",
): Child {
  const [first, last] = [lanes[0], lanes.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const height = last.y + last.height - first.y;
  return element(
    "g",
    { class: `way ${kind}` },
    element("rect", { x: x + 1, y: first.y, width: end - x - 2, height, rx: 10 }),
    wrapped(name, end - x - 28, 3).map((line, i) => text(x + 14, first.y + 30 + i * 19, "way-name", line)),
    element("title", {}, name),
  );
}

function laneGroup({ vpc, tables }: Place, lane: PlacedLane): Markup {
  const { table, stage, stays, findings, y, height } = lane;
  const { routeTableId, subnetIds, isMain, wayToday, wayAfter } = table;
  const possible = possibleClients(table);
  const total = clientsOf(vpc);
  const share = total === 0 ? 0 : possible / total;
  const label = [
    tableText(routeTableId, [table]),
    counted(subnetIds.length, "subnet"),
    counted(possible, "possible client"),
    `today ${wayToday}`,
    stays ? "stays as it is" : `then ${wayAfter}`,
    ...(stage === undefined ? [] : [`stage ${stage}`]),
  ].join(", ");
  return element(
    "g",
    { role: "group", "aria-label": label, class: `lane${stays ? " stays" : ""}` },
    arrows(lane),
    element("rect", { class: "box", x: X.lane, y, width: LANE_WIDTH, height, rx: 10 }),
    element(
      "a",
      { href: `#${tables.get(routeTableId) ?? ""}`, "aria-label": `Who uses ${tableText(routeTableId, [table])}` },
      text(X.lane + 16, y + 27, "name", fitting(tableName(table), 340)),
    ),
    stageTag(
      stage ?? (table.pathToday === "endpoint" ? "on the endpoint" : "in no stage"),
      y + 10,
      stage !== undefined,
    ),
    text(
      X.lane + 16,
      y + 47,
      "quiet",
      fitting(`${routeTableId}${isMain ? " (main)" : ""}; ${subnetsText(subnetIds)}`, LANE_WIDTH - 32),
    ),
    text(X.lane + 16, y + 69, "who", fitting(whoText(table), 340)),
    shareBar(share, y + 59),
    chips(findings, X.lane + 16, y + 80),
  );
}

function subnetsText(subnetIds: readonly string[]): string {
  const count = counted(subnetIds.length, "subnet");
  return subnetIds.length === 0 ? count : `${count}: ${subnetIds.join(", ")}`;
}

function whoText({ clients }: RouteTableReport): string {
  if (clients.length === 0) return "no interfaces";
  const text = (calls: boolean): string =>
    clients
      .filter(({ callsDynamoDb }) => (callsDynamoDb !== "no") === calls)
      .map(({ kind, interfaces }) => `${interfaces} ${kind}`)
      .join(", ");
  return text(true) === "" ? `no clients: ${text(false)}` : text(true);
}

function shareBar(share: number, y: number): Child {
  const percent = share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(share * 100)} %`;
  const [start, width] = [X.laneEnd - 196, 110];
  return [
    element("rect", { class: "track", x: start, y, width, height: 8, rx: 4 }),
    share === 0
      ? undefined
      : element("rect", { class: "bar", x: start, y, width: Math.max(4, Math.round(width * share)), height: 8, rx: 4 }),
    text(X.laneEnd - 16, y + 10, "quiet end", percent),
  ];
}

/** Dashed where the way ends with the switch. */
function arrows({ table, stays, y, height }: PlacedLane): Child {
  const middle = y + height / 2;
  const head = (tip: number, back: number): string =>
    `M${tip} ${middle} L${back} ${middle - 6} L${back} ${middle + 6} Z`;
  const today =
    table.pathToday === "none"
      ? undefined
      : element(
          "g",
          { class: "arrow today" },
          element("path", { d: `M${X.lane} ${middle} H${X.todayEnd + 12}` }),
          element("path", { class: "head", d: head(X.todayEnd + 3, X.todayEnd + 14) }),
        );
  if (stays) return [today, text(X.frameEnd + 10, middle + 5, "quiet", "stays")];
  return [
    today,
    element(
      "g",
      { class: "arrow after" },
      element("path", { d: `M${X.laneEnd} ${middle} H${X.after - 12}` }),
      element("path", { class: "head", d: head(X.after - 3, X.after - 14) }),
    ),
  ];
}

function stageTag(name: string, y: number, isStage: boolean): Child {
  const shown = fitting(name, 150);
  const width = widthOf(shown, 12) + 22;
  const x = X.laneEnd - 12 - width;
  return element(
    "g",
    { class: isStage ? "tag" : "tag none" },
    element("rect", { x, y, width, height: 23, rx: 11.5 }),
    text(x + width / 2, y + 16, "tag-text", shown),
  );
}

/** The findings at their place, each with its severity, and a way to what is said of it. */
function chips(findings: readonly PlacedFinding[], start: number, y: number): Child {
  let x = start;
  const shown = findings.slice(0, MOST_CHIPS).map(({ finding, anchor }) => {
    const kind = counts(finding) ? finding.severity : "acknowledged";
    const label = `${fitting(finding.id, 90)} ${kind}`;
    const width = widthOf(label, 12) + 24;
    const at = x;
    x += width + 8;
    return element(
      "a",
      { href: `#${anchor}`, class: `chip ${kind}`, "aria-label": `${finding.id}, ${kind}: ${finding.subject}` },
      element("rect", { x: at, y, width, height: 24, rx: 12 }),
      text(at + width / 2, y + 16.5, "chip-text", label),
      element("title", {}, finding.message),
    );
  });
  const rest = findings.length - shown.length;
  return [shown, rest > 0 ? text(x + 2, y + 16.5, "quiet", `and ${rest} more`) : undefined];
}

/** Each part has a piece of it, and they meet. */
function frame(height: number, part: "start" | "middle" | "end"): Child {
  const [left, right, round] = [X.frame, X.frameEnd, 14];
  const [top, bottom] = [part === "start" ? 8 : 0, part === "end" ? height - 2 : height];
  const line = {
    start: `M${left} ${bottom} V${top + round} q0 -${round} ${round} -${round} H${right - round} q${round} 0 ${round} ${round} V${bottom}`,
    middle: `M${left} ${top} V${bottom} M${right} ${bottom} V${top}`,
    end: `M${left} ${top} V${bottom - round} q0 ${round} ${round} ${round} H${right - round} q${round} 0 ${round} -${round} V${top}`,
  }[part];
  return [
    part === "middle"
      ? element("rect", { class: "ground", x: left, y: top - 1, width: right - left, height: bottom + 1 })
      : element("path", { class: "ground", d: line }),
    element("path", { class: "frame", d: line }),
  ];
}

function svg(name: string, height: number, content: Child, attributes: Readonly<Record<string, string>>): Markup {
  return element(
    "svg",
    { viewBox: `0 0 ${X.width} ${height}`, role: "group", "aria-label": name, ...attributes },
    content,
  );
}

function text(x: number, y: number, kind: string, content: string): Markup {
  return element("text", { x, y, class: kind }, content);
}

/** On lines of a width, as many as there may be. */
function wrapped(content: string, width: number, mostLines: number): readonly string[] {
  const all: string[] = [];
  for (const word of printable(content, 400).split(" ")) {
    const longer = all.length === 0 ? word : `${all.at(-1) ?? ""} ${word}`;
    if (all.length > 0 && widthOf(longer, 13) <= width) all[all.length - 1] = longer;
    else all.push(word);
  }
  const shown = all.slice(0, mostLines).map((line) => fitting(line, width));
  return all.length <= mostLines ? shown : [...shown.slice(0, -1), fitting(`${shown.at(-1) ?? ""} …`, width)];
}

/** As much of a text as has room, in letters of 13 units. */
function fitting(content: string, width: number): string {
  const shown = Array.from(printable(content, 400));
  let taken = 0;
  let used = 0;
  for (; taken < shown.length; taken++) {
    used += widthOf(shown[taken] ?? "", 13);
    if (used > width) break;
  }
  if (taken === shown.length) return shown.join("");
  return `${shown.slice(0, Math.max(0, taken - 1)).join("")}…`;
}

/** Whoever draws it has fonts of their own: this is on the wide side. */
function widthOf(content: string, size: number): number {
  let width = 0;
  for (const character of content) width += WIDE.test(character) ? 1.05 : 0.62;
  return width * size;
}

/** As wide as high. */
const WIDE = /[\u1100-\u1fff\u2e80-\u{3ffff}]/u;

/** Rules of the drawing, for {@link Page.style}. */
export const PICTURE_STYLE = `
.picture { margin: 0; }
.picture .scrolled { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem; }
.picture svg { display: block; width: 100%; min-width: 60rem; height: auto; overflow: visible; break-inside: avoid; }
.picture figcaption { color: var(--muted); font-size: .875rem; margin-top: .6rem; }
.picture text { fill: var(--text); font-size: 13px; }
.picture .name { font-weight: 650; font-size: 14px; }
.picture a .name { fill: var(--accent); text-decoration: underline; }
.picture .column { font-weight: 650; font-size: 14px; }
.picture .quiet { fill: var(--muted); font-size: 12.5px; }
.picture .end { text-anchor: end; }
.picture .ground { fill: var(--soft); }
.picture .frame { fill: none; stroke: var(--line); stroke-width: 1.5; }
.picture .box { fill: var(--card); stroke: var(--line); stroke-width: 1.25; }
.picture .stays .box { stroke-dasharray: 5 4; }
.picture .way rect { fill: var(--soft); stroke: var(--line); stroke-width: 1.25; }
.picture .way.after rect { fill: var(--accent-soft); stroke: var(--accent); }
.picture .way.none rect { fill: none; stroke-dasharray: 5 4; }
.picture .way-name { font-weight: 600; }
.picture .arrow path { fill: none; stroke: var(--muted); stroke-width: 2; }
.picture .arrow.today path { stroke-dasharray: 5 4; }
.picture .arrow.after path { stroke: var(--accent); stroke-width: 2.5; }
.picture .arrow .head { fill: var(--muted); stroke: none; }
.picture .arrow.after .head { fill: var(--accent); stroke: none; }
.picture .track { fill: var(--line); }
.picture .bar { fill: var(--accent); }
.picture .tag rect { fill: var(--accent-soft); stroke: var(--accent); }
.picture .tag-text, .picture .chip-text { text-anchor: middle; font-size: 12px; font-weight: 600; }
.picture .tag .tag-text { fill: var(--accent); }
.picture .tag.none rect { fill: none; stroke: var(--line); }
.picture .tag.none .tag-text { fill: var(--muted); }
.picture .chip rect { stroke-width: 1.25; }
${["blocker", "high", "medium", "info", "unknown"].map(chipRules).join("")}
.picture .chip.acknowledged rect { fill: var(--passed-soft); stroke: var(--passed); }
.picture .chip.acknowledged text { fill: var(--passed); }
@media print {
  .picture svg { min-width: 0; }
  .picture .scrolled { padding: 0; border: 0; }
}
`;

function chipRules(kind: string): string {
  return `.picture .chip.${kind} rect { fill: var(--${kind}-soft); stroke: var(--${kind}); }
.picture .chip.${kind} text { fill: var(--${kind}); }
`;
}
