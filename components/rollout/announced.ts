import type { Ledger, LedgerChanges, RouteTableId } from "../plan/ledger";

/** A route table as a warning names it. */
export interface NamedTable {
  readonly name: string;
  readonly table: RouteTableId;
}

/** A route table that is about to be switched onto the endpoint. */
export interface SwitchingTable extends NamedTable {
  readonly stage: string;
  readonly isChecked: boolean;
  /** Why no connection breaks: this run makes the route table, or it has no path to DynamoDB today. */
  readonly unused?: "made" | "isolated" | undefined;
}

/** A route table that is about to be withdrawn. */
export interface LeavingTable extends NamedTable {
  /** The route table that has its name from now on. */
  readonly successor?: RouteTableId;
  /** An earlier run was to take it off, and did not come to it. */
  readonly isUnfinished?: boolean;
}

/** What one warning announces of a component's route tables. */
export interface Announced {
  /** The endpoint becomes another one. */
  readonly replacement?: { readonly moves: boolean; readonly oldStays: boolean };
  readonly leaving: readonly LeavingTable[];
  /** Taken out of the program, and retained. */
  readonly staying: readonly NamedTable[];
  /** In the order in which they are switched. */
  readonly switching: readonly SwitchingTable[];
}

export const NOTHING_ANNOUNCED: Announced = { leaving: [], staying: [], switching: [] };

/**
 * What a change from one ledger to the next takes away; `next` names what is switched. With `retainOnDelete`, `named`
 * are the names that the program still has: what is not among them stays.
 */
export function announcedChanges(changes: LedgerChanges, next: Ledger, named?: ReadonlySet<string>): Announced {
  const stays = ({ name }: NamedTable): boolean => named?.has(name) === false;
  return {
    ...(changes.endpointReplaced && {
      replacement: { moves: next.tables.size > 0, oldStays: named !== undefined },
    }),
    leaving: [
      ...changes.reassigned.map(({ name, from, to }) => ({ name, table: from, successor: to })),
      ...changes.withdrawn.filter((table) => !stays(table)),
    ],
    staying: changes.withdrawn.filter(stays),
    switching: [],
  };
}

/**
 * One warning of everything that is announced: what breaks is explained once, then each route table has a short line.
 * `undefined` where there is nothing to warn of.
 */
export function announcement({ replacement, leaving, staying, switching: all }: Announced): string | undefined {
  const switching = all.filter(({ unused }) => unused === undefined);
  const texts = [
    ...(replacement === undefined ? [] : [replacementText(replacement)]),
    ...(leaving.length === 0 ? [] : [leavingText(leaving)]),
    ...(staying.length === 0 ? [] : [stayingText(staying)]),
    ...(switching.length === 0 ? [] : [switchingText(switching)]),
  ];
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** What is no warning: route tables of which no connection breaks. `undefined` where there are none. */
export function gains({ switching }: Announced): string | undefined {
  const tables = switching.filter(({ unused }) => unused !== undefined);
  const [only, ...others] = tables;
  if (only === undefined) return undefined;
  return others.length === 0
    ? `${tableText(only)} gains access to DynamoDB through the endpoint in stage "${only.stage}": no connection ` +
        `breaks. ${sentence(remarkOn(only))}`
    : [
        `${tables.length} route tables gain access to DynamoDB through the endpoint: no connection breaks.`,
        ...stageLines(tables),
      ].join("\n");
}

/** What a deployment says of a switch when it makes it: what that breaks, its preview has explained. */
export function switchLine(table: SwitchingTable): string {
  return `${switches(table)}. ${sentence(checkRemark(table))}`;
}

function replacementText({ moves, oldStays }: NonNullable<Announced["replacement"]>): string {
  const moving = moves ? "the route tables move to the new one, stage by stage" : "no route table moves to the new one";
  return (
    `the endpoint is replaced: ${moving}; each is without an endpoint route while it moves. ` +
    (oldStays
      ? "The old endpoint stays, because of retainOnDelete, without these route tables, and this stack forgets it."
      : "The old endpoint is deleted last.")
  );
}

function switchingText(tables: readonly SwitchingTable[]): string {
  const [only, ...others] = tables;
  if (only !== undefined && others.length === 0)
    return `${switches(only)}: its ${BREAK}. ${BEHIND_THE_ENDPOINT} ${sentence(remarkOn(only))}`;
  return [
    `${tables.length} route tables switch to the endpoint: their ${BREAK}. ${BEHIND_THE_ENDPOINT}`,
    ...stageLines(tables),
  ].join("\n");
}

function switches({ name, table, stage }: SwitchingTable): string {
  return `${tableText({ name, table })} switches to the endpoint in stage "${stage}"`;
}

function remarkOn(table: SwitchingTable): string {
  const checked = checkRemark(table);
  if (table.unused === undefined) return checked;
  if (table.unused === "made") return `made in this run, ${checked}`;
  if (table.isChecked) return "isolated, checked before and afterwards";
  const { id } = table.table;
  return id === undefined ? `isolated if its routes show so, ${checked}` : `isolated by its routes, ${checked}`;
}

function checkRemark({ isChecked }: SwitchingTable): string {
  return isChecked ? "checked afterwards" : "no check follows";
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** The route tables below their stages; where there are many, all of a stage on one line. */
function stageLines(tables: readonly SwitchingTable[]): readonly string[] {
  const stages = stagesOf(tables);
  if (tables.length > MOST_LINES) return stages.flatMap(stageOnOneLine);
  return stages.flatMap((stage) => [
    `  ${headingOf(stage)}:`,
    ...stage.map((table) => `    ${tableText(table)}: ${remarkOn(table)}`),
  ]);
}

/** A line for all of a stage of whom the same is said. */
function stageOnOneLine(stage: readonly SwitchingTable[]): readonly string[] {
  const remarks = new Set(stage.map(remarkOn));
  return [...remarks].map((remark) => {
    const tables = stage.filter((table) => remarkOn(table) === remark);
    return `  ${headingOf(stage)}, ${remark} (${tables.length}): ${tables.map(tableText).join(", ")}`;
  });
}

/** Successive route tables of one stage, or of stages that each have the name of their one route table. */
function stagesOf(tables: readonly SwitchingTable[]): readonly (readonly SwitchingTable[])[] {
  const stages: SwitchingTable[][] = [];
  for (const table of tables) {
    const last = stages.at(-1);
    const before = last?.at(-1);
    if (before?.stage === table.stage || (before !== undefined && isOwnStage(before) && isOwnStage(table)))
      last?.push(table);
    else stages.push([table]);
  }
  return stages;
}

function isOwnStage({ name, stage }: SwitchingTable): boolean {
  return name === stage;
}

function headingOf(stage: readonly SwitchingTable[]): string {
  const names = new Set(stage.map((table) => table.stage));
  return names.size > 1 ? "each in a stage of its own, in this order" : `stage "${[...names].join()}"`;
}

function leavingText(tables: readonly LeavingTable[]): string {
  const [only, ...others] = tables;
  if (only !== undefined && others.length === 0) return `${leaves(only)} Its ${LEAVING} its ${WITHOUT_THE_ENDPOINT}`;
  const remarked = tables.map((each) => ({ ...each, remark: leavingRemark(each) }));
  return [
    `${tables.length} route tables are withdrawn from the endpoint. Their ${LEAVING} their ${WITHOUT_THE_ENDPOINT}`,
    ...tableLines(remarked),
  ].join("\n");
}

function leaves({ name, table, successor, isUnfinished = false }: LeavingTable): string {
  if (successor !== undefined) return reassignmentText(name, table, successor);
  return `${tableText({ name, table })} is withdrawn from the endpoint${isUnfinished ? `: ${UNFINISHED}` : ""}.`;
}

function leavingRemark({ table, successor, isUnfinished = false }: LeavingTable): string | undefined {
  if (successor !== undefined)
    return table.isSecret || successor.isSecret
      ? "another route table takes its place"
      : `${successorText(successor)} takes its place`;
  return isUnfinished ? UNFINISHED : undefined;
}

function reassignmentText(name: string, from: RouteTableId, to: RouteTableId): string {
  if (from.isSecret || to.isSecret)
    return `${name} becomes another route table (its id is secret): the former one is withdrawn from the endpoint.`;
  return (
    `${name} becomes another route table: ${successorText(to)} takes the place of ${from.id}. ${from.id} is withdrawn ` +
    "from the endpoint."
  );
}

function successorText({ id }: RouteTableId): string {
  return id ?? "one whose id is known after deployment";
}

function stayingText(tables: readonly NamedTable[]): string {
  const [only, ...others] = tables;
  const [what, them] =
    only !== undefined && others.length === 0
      ? [`${tableText(only)} stays on the endpoint`, "it"]
      : [`${tables.length} route tables stay on the endpoint`, "one"];
  const why =
    `${what}, because of retainOnDelete: nothing breaks, and this stack forgets ` +
    `${them === "it" ? "its association" : "their associations"}. To withdraw ${them} instead, keep its name and ` +
    "lower rollout.throughStage; to manage it again later, name it in adopt.routeTables.";
  return [why, ...(others.length === 0 ? [] : tableLines(tables))].join("\n");
}

/** A line for each; where there are many, one for all of whom there is nothing more to say. */
function tableLines(tables: readonly (NamedTable & { readonly remark?: string | undefined })[]): readonly string[] {
  const line = (table: (typeof tables)[number]): string =>
    `  ${tableText(table)}${table.remark === undefined ? "" : `: ${table.remark}`}`;
  if (tables.length <= MOST_LINES) return tables.map(line);
  const plain = tables.filter(({ remark }) => remark === undefined);
  return [
    ...tables.filter(({ remark }) => remark !== undefined).map(line),
    ...(plain.length === 0 ? [] : [`  ${plain.map(tableText).join(", ")}`]),
  ];
}

/** A route table as a reader recognises it: `private-a (rtb-0a1)`. */
function tableText({ name, table: { id, isSecret } }: NamedTable): string {
  return `${name} (${isSecret ? "its id is secret" : (id ?? "id known after deployment")})`;
}

/** As many as a reader takes in one by one. */
const MOST_LINES = 24;

const UNFINISHED = "an earlier run did not come to it";

const BREAK =
  "open TCP connections to DynamoDB break and are not resumed, and a client without a socket timeout can hang for " +
  "minutes";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip */
const BEHIND_THE_ENDPOINT =
  "DynamoDB then sees private source addresses: conditions on aws:SourceIp stop matching, and a Deny with " +
  "NotIpAddress begins to deny.";

const LEAVING = "open TCP connections to DynamoDB break and are not resumed;";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce */
const WITHOUT_THE_ENDPOINT =
  "traffic takes the default route again, or fails where there is no NAT gateway. DynamoDB then sees public " +
  "source addresses: conditions on aws:SourceVpce stop matching, and a Deny with StringNotEquals (" +
  '"only through the endpoint") begins to deny: take such statements away first.';
