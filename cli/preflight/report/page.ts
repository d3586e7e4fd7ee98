import { element, lines, type Child, type Markup } from "../../page/markup";
import { pageText } from "../../page/page";
import {
  badge,
  code,
  dataTable,
  figures,
  findingArticle,
  fold,
  heading,
  link,
  scrolled,
  section,
} from "../../page/parts";
import { counted } from "../../words";
import { FAMILIES } from "../rules/rule";
import { argumentsToPaste } from "./argument";
import { byWhatToDoFirst, clientsOf, counts, interfacesOf, possibleClients } from "./counts";
import { picture, PICTURE_STYLE } from "./picture";
import { placesOf, type Place } from "./place";
import { observedLines } from "./observedWords";
import type { PreflightFinding, PreflightReport, RouteTableReport, VpcReport } from "./report";
import {
  acknowledgedText,
  CALLS,
  FAMILY,
  headsOf,
  hourlyText,
  S3_TOO,
  tableName,
  tableText,
  totalText,
  VPC_NUMBERS,
  vpcCells,
  WHERE_TO_PASTE,
  whoText,
} from "./words";

/** Of one kind of client. */
const MOST_NAMES = 60;

/** More are closed at first. */
const MOST_OPEN = 6;

/** A preflight as one page that needs nothing else. */
export function htmlOf(report: PreflightReport): string {
  const places = placesOf(byWhatToDoFirst(report.vpcs));
  const [only] = places.length === 1 ? places : [];
  const title = only === undefined ? totalText(report.vpcs) : only.vpc.verdict.sentence;
  return pageText({
    title: `Preflight: ${title}`,
    style: PICTURE_STYLE,
    header: [
      element("p", { class: "eyebrow" }, whatFor(report)),
      heading(1, only === undefined ? totalText(report.vpcs) : nameOf(only.vpc)),
      only === undefined ? undefined : whereText(only.vpc),
      element("p", { class: "where" }, `Read ${report.readAt}`),
    ],
    main: [
      only === undefined && places.length > 0 ? rowsOf(places) : undefined,
      unreadText(report.unread),
      only === undefined ? places.map(vpcSection) : vpcParts(only, 2),
    ],
    footer: element("p", {}, "Made by dynamodb-endpoint preflight. What other accounts and Regions have is not seen."),
  });
}

function whatFor({ vpcs }: PreflightReport): string {
  return vpcs.some(({ direction }) => direction === "withdraw")
    ? "Preflight of a withdrawal of DynamoDB traffic from a gateway endpoint"
    : "Preflight of a switch of DynamoDB traffic onto a gateway endpoint";
}

function nameOf({ name, vpcId }: VpcReport): string {
  return name === undefined || name === "" ? vpcId : name;
}

function whereText({ vpcId, account, region }: VpcReport): Markup {
  return element(
    "p",
    { class: "where" },
    [code(vpcId), `account ${account}`, region].map((each) => element("span", {}, each)),
  );
}

function rowsOf(places: readonly Place[]): Markup {
  const vpcs = places.map(({ vpc }) => vpc);
  return section(
    "vpcs",
    2,
    "What to do first",
    dataTable({
      caption: "What can be switched now, then what is not known, then what is blocked; of these what costs most",
      heads: headsOf(vpcs),
      numbers: VPC_NUMBERS,
      rows: places.map(({ vpc, id }) => {
        const [name = "", ...cells] = vpcCells(vpc);
        return [link(`#${id}`, name), ...cells];
      }),
    }),
  );
}

function unreadText(unread: PreflightReport["unread"]): Child {
  if (unread.length === 0) return undefined;
  return section(
    "unread",
    2,
    "Could not be read",
    dataTable({
      caption: "Of these nothing is known",
      heads: ["Account", "Region", "Why"],
      rows: unread.map(({ account = "–", region, reason }) => [account, region, reason]),
    }),
  );
}

function vpcSection(place: Place): Markup {
  return section(place.id, 2, nameOf(place.vpc), whereText(place.vpc), vpcParts(place, 3));
}

function vpcParts(place: Place, level: number): Child {
  const { vpc, id } = place;
  const parts: readonly (readonly [id: string, title: string, body: Child])[] = [
    [
      `${id}-picture`,
      "The VPC today and after the switch",
      vpc.routeTables.length === 0 ? undefined : pictureOf(place),
    ],
    [`${id}-stages`, "Stages", stagesOf(vpc, level)],
    [`${id}-findings`, "Findings", findingsOf(place, level)],
    [`${id}-clients`, "Who is in these subnets", clientsText(place)],
    [`${id}-observed`, "Who really calls", observedText(vpc)],
    [`${id}-rest`, "What is fine, and what costs", restOf(vpc)],
  ];
  const shown = parts.filter(([, , body]) => body !== undefined);
  return [
    answerOf(vpc),
    figuresOf(vpc),
    element(
      "nav",
      { class: "contents", "aria-label": `Contents: ${nameOf(vpc)}` },
      element(
        "ul",
        {},
        shown.map(([part, title]) => element("li", {}, link(`#${part}`, title))),
      ),
    ),
    shown.map(([part, title, body]) => section(part, level, title, body)),
  ];
}

function answerOf({ verdict }: VpcReport): Markup {
  const kind = { true: "yes", false: "no", unknown: "open" }[`${verdict.canSwitch}`];
  return element("p", { class: `answer ${kind}` }, verdict.sentence);
}

function figuresOf(vpc: VpcReport): Markup {
  const { verdict, stages, natGateways } = vpc;
  return figures([
    ["Stages", stages.length],
    ["Blockers", verdict.blockers],
    ["To acknowledge", verdict.toAcknowledge],
    ["Unknown", verdict.unknown],
    ["Possible clients", clientsOf(vpc)],
    ["Interfaces", interfacesOf(vpc)],
    [`${counted(natGateways.length, "NAT gateway")}, an hour`, hourlyText(vpc)],
  ]);
}

function pictureOf(place: Place): Markup {
  return element(
    "figure",
    { class: "picture" },
    scrolled("Picture of the VPC", picture(place)),
    element(
      "figcaption",
      {},
      "In the middle the route tables, with who uses them and what was found. " +
        "On the left the way to DynamoDB today, on the right the way after the switch. " +
        "A bar is the share that a route table has of all possible clients.",
    ),
  );
}

function stagesOf(vpc: VpcReport, level: number): Child {
  if (vpc.stages.length === 0 && vpc.leftOut.length === 0) return undefined;
  const { routeTables } = vpc;
  return [
    vpc.stages.length === 0
      ? undefined
      : [
          dataTable({
            caption: "The order that is suggested: no stage moves more route tables than have moved before it",
            heads: ["Stage", "Route tables", "Why here"],
            rows: vpc.stages.map(({ name, routeTableIds, why }) => [
              name,
              element(
                "ul",
                { class: "plain" },
                routeTableIds.map((id) => element("li", {}, tableText(id, routeTables))),
              ),
              why,
            ]),
          }),
          heading(level + 1, "To paste"),
          element("p", {}, WHERE_TO_PASTE),
          scrolled("Arguments to paste", element("pre", {}, element("code", {}, lines(argumentsToPaste(vpc))))),
        ],
    vpc.leftOut.length === 0
      ? undefined
      : [
          heading(level + 1, "In no stage"),
          dataTable({
            caption: "Route tables that stay as they are",
            heads: ["Route table", "Why"],
            rows: vpc.leftOut.map(({ routeTableId, reason }) => [tableText(routeTableId, routeTables), reason]),
          }),
        ],
  ];
}

function findingsOf({ vpc, findings, tables }: Place, level: number): Child {
  if (findings.length === 0) return element("p", {}, "Nothing was found.");
  return FAMILIES.map((family) => {
    const ofFamily = findings.filter(({ finding }) => finding.family === family);
    if (ofFamily.length === 0) return undefined;
    return [
      heading(level + 1, FAMILY[family]),
      ofFamily.map(({ finding, anchor }) =>
        findingArticle(finding, {
          id: anchor,
          level: level + 2,
          isAcknowledged: !counts(finding),
          notes: [
            ...(finding.acknowledged === undefined ? [] : [acknowledgedText(finding.acknowledged)]),
            ...(finding.routeTableIds.length === 0 ? [] : [concerns(finding, vpc, tables)]),
          ],
        }),
      ),
    ];
  });
}

function concerns({ routeTableIds }: PreflightFinding, { routeTables }: VpcReport, tables: Place["tables"]): Child {
  const named = routeTableIds.map((id) => {
    const anchor = tables.get(id);
    const text = tableText(id, routeTables);
    return anchor === undefined ? text : link(`#${anchor}`, text);
  });
  return ["Concerns ", named.flatMap((each, i) => (i === 0 ? [each] : [", ", each]))];
}

function clientsText({ vpc, tables }: Place): Child {
  if (vpc.routeTables.length === 0) return undefined;
  const isOpen = vpc.routeTables.length <= MOST_OPEN;
  return vpc.routeTables.map((table) =>
    element("div", { class: "card route-table", id: tables.get(table.routeTableId) }, tableFold(table, isOpen)),
  );
}

function tableFold(table: RouteTableReport, isOpen: boolean): Markup {
  const { routeTableId, isMain, subnetIds, wayToday, wayAfter, clients } = table;
  const total = clients.reduce((sum, { interfaces }) => sum + interfaces, 0);
  const numbers = `${counted(possibleClients(table), "possible client")} of ${counted(total, "interface")}`;
  return fold(
    [
      element("strong", {}, tableName(table)),
      " ",
      element("span", { class: "quiet" }, `${isMain ? "main route table, " : ""}${numbers}`),
    ],
    [
      element(
        "p",
        { class: "note" },
        `${routeTableId}, `,
        `${counted(subnetIds.length, "subnet")}: ${subnetIds.join(", ")}. Today: ${wayToday}. Then: ${wayAfter}.`,
      ),
      clients.length === 0
        ? element("p", {}, "No interfaces.")
        : dataTable({
            caption: `Interfaces that use ${tableText(routeTableId, [table])}`,
            heads: ["Kind", "Interfaces", "Clients", "Who"],
            numbers: [1],
            rows: clients.map((group) => [
              group.kind,
              group.interfaces,
              CALLS[group.callsDynamoDb],
              whoText(group, MOST_NAMES),
            ]),
          }),
    ],
    { isOpen },
  );
}

function observedText({ observed, routeTables }: VpcReport): Child {
  if (observed === undefined) return undefined;
  return element(
    "ul",
    {},
    observedLines(observed, routeTables).map((line) => element("li", {}, line)),
  );
}

function restOf(vpc: VpcReport): Child {
  const { passed, natGateways } = vpc;
  const s3 = S3_TOO[String(vpc.lacksS3Endpoint)];
  if (passed.length === 0 && natGateways.length === 0 && s3 === undefined) return undefined;
  return [
    s3 === undefined ? undefined : element("p", {}, s3),
    natGateways.length === 0
      ? undefined
      : fold(
          `${counted(natGateways.length, "NAT gateway")}; an hour: ${hourlyText(vpc)}`,
          element(
            "ul",
            {},
            natGateways.map(({ id, usdPerHour }) =>
              element(
                "li",
                {},
                code(id),
                usdPerHour === undefined ? ": price not known" : `: $${usdPerHour.toFixed(3)}`,
              ),
            ),
          ),
        ),
    passed.length === 0
      ? undefined
      : fold(
          `${counted(passed.length, "check")} passed`,
          element(
            "ul",
            {},
            passed.map(({ id, title }) => element("li", {}, badge("passed"), ` ${id}: ${title}`)),
          ),
        ),
  ];
}
