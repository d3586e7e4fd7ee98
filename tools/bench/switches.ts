import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BreakMode } from "../../lab/dataPlane/dataPlane";
import { startLab, type Lab } from "../../lab/lab";
import { watchLag, type Lag } from "./eventLoopLag";
import { interruptionMillis, interruptionOf, largestShare, percentile, type Interruption } from "./interruptions";
import type { Bench } from "./measure";
import { buildNetwork, type Network } from "./network";
import { makeProject } from "./project";
import {
  startClients,
  type ClientKind,
  type ClientsProcess,
  type ClientsReport,
  type ClientsTask,
} from "./switchClients";

/** In stages with a gate each, as the package does without further arguments; or all route tables in one call. */
export type Approach = "staged" | "all at once";

/** What is switched, and how long it is observed. */
export interface SwitchSchedule {
  readonly tables: number;
  /** Half of them with the SDK's defaults, half with a socket timeout. */
  readonly clientsPerTable: number;
  /** From one request of a client to its next. */
  readonly periodMillis: number;
  /** After the last route table has switched and every client has asked again. */
  readonly observedSeconds: number;
  readonly breakModes: readonly BreakMode[];
}

export const SWITCH_SCHEDULES: Readonly<Record<"full" | "quick", SwitchSchedule>> = {
  full: { tables: 24, clientsPerTable: 20, periodMillis: 3000, observedSeconds: 20, breakModes: ["reset", "silence"] },
  // Shows that everything works; too little to judge by.
  quick: { tables: 2, clientsPerTable: 2, periodMillis: 500, observedSeconds: 2, breakModes: ["silence"] },
};

/** How the clients of one kind fared in one deployment. */
export interface SwitchFigures {
  readonly clientKind: ClientKind;
  readonly clients: number;
  /** The largest share that was broken at one moment; 0 to 1. */
  readonly largestShare: number;
  /** The same of the first stage alone: what is broken at worst where somebody looks, and stops, after it. */
  readonly largestShareInFirstStage: number;
  /** `null`: longer than the clients were observed. */
  readonly p50Millis: number | null;
  readonly p99Millis: number | null;
  /** The share that was still without an answer when the observation was over; 0 to 1. */
  readonly stillHangingShare: number;
  /** Requests that ended without an answer. The application was told, and asked again. */
  readonly failedRequests: number;
  /** How long the requests took that met no broken connection: what is measured, and not due to the switch. */
  readonly undisturbedP50Millis: number;
  readonly undisturbedP99Millis: number;
  readonly clientsLag: Lag;
}

/** One deployment, and how the clients of both kinds fared in it. */
export interface SwitchMeasured {
  readonly breakMode: BreakMode;
  readonly approach: Approach;
  readonly upSeconds: number;
  /** From the first route that changed to the last one. */
  readonly switchSeconds: number;
  readonly dynamoDbLag: Lag;
  readonly figures: readonly SwitchFigures[];
}

const PROGRAMS: Readonly<Record<Approach, string>> = { staged: "checkedComponent", "all at once": "allAtOnce" };
const KINDS: readonly ClientKind[] = ["SDK defaults", "socket timeout"];

/** Measures each way to break a connection with both approaches, in the same kind of cloud; each is new. */
export async function measureSwitches(bench: Bench, schedule: SwitchSchedule): Promise<readonly SwitchMeasured[]> {
  const measured: SwitchMeasured[] = [];
  for (const breakMode of schedule.breakModes) {
    for (const approach of ["all at once", "staged"] as const) {
      measured.push(
        await bench.progress(`${approach}, ${breakMode}`, () => measureSwitch(bench, schedule, breakMode, approach)),
      );
    }
  }
  return measured;
}

async function measureSwitch(
  bench: Bench,
  schedule: SwitchSchedule,
  breakMode: BreakMode,
  approach: Approach,
): Promise<SwitchMeasured> {
  const lab = await startLab({ breakMode });
  const clients: ClientsProcess[] = [];
  try {
    const network = await buildNetwork(lab, schedule.tables);
    const folder = join(bench.folder, `${breakMode}-${approach.replaceAll(" ", "-")}`);
    const project = await makeProject({ engine: bench.engine, folder, program: PROGRAMS[approach], network });
    for (const kind of KINDS) clients.push(await clientsIn(lab, network, schedule, kind));
    const lag = watchLag();
    const { seconds } = await project.measure(lab.environment, "up", "--yes", "--skip-preview");
    await sleep(schedule.periodMillis + 1000 * schedule.observedSeconds);
    const dynamoDbLag = lag();
    const breaks = breaksOf(lab, network);
    const reports = await Promise.all(clients.map((each) => each.report()));
    const figures = reports.map((report, i) => ({
      clientKind: KINDS[i] as ClientKind,
      ...figuresOf(report, breaks, firstStageOf(approach, network)),
    }));
    const times = [...breaks.values()];
    return {
      breakMode,
      approach,
      upSeconds: seconds,
      switchSeconds: (Math.max(...times) - Math.min(...times)) / 1000,
      dynamoDbLag,
      figures,
    };
  } finally {
    for (const each of clients) each.kill();
    await lab.stop();
  }
}

async function clientsIn(
  lab: Lab,
  network: Network,
  { clientsPerTable, periodMillis }: SwitchSchedule,
  kind: ClientKind,
): Promise<ClientsProcess> {
  const places: Record<string, ClientsTask["places"][string]> = {};
  for (const [routeTable, subnetId] of Object.entries(network.subnets)) {
    const { endpointUrl, region, credentials } = await lab.attachClient({ subnetId });
    places[routeTable] = { endpointUrl, region, credentials };
  }
  return startClients({
    kind,
    table: network.table,
    places,
    clientsPerTable: clientsPerTable / KINDS.length,
    periodMillis,
  });
}

/** Without stages, everything is in the first. */
function firstStageOf(approach: Approach, { routeTables }: Network): readonly string[] {
  return Object.keys(routeTables).slice(0, approach === "staged" ? 1 : undefined);
}

/** Route table name → when the open connections of its subnet broke. */
function breaksOf(lab: Lab, network: Network): ReadonlyMap<string, number> {
  const broken = (routeTable: string, subnetId: string): number => {
    const first = lab.traffic.connections.find((each) => each.subnetId === subnetId && each.broken !== undefined);
    if (first?.broken === undefined)
      throw new Error(`${routeTable} was deployed, but no connection of its subnet broke`);
    return first.broken.at;
  };
  return new Map(
    Object.entries(network.subnets).map(([routeTable, subnetId]) => [routeTable, broken(routeTable, subnetId)]),
  );
}

function figuresOf(
  { clients, lag }: ClientsReport,
  breaks: ReadonlyMap<string, number>,
  firstStage: readonly string[],
): Omit<SwitchFigures, "clientKind"> {
  const interruption = ({ routeTable, requests }: ClientsReport["clients"][number]): Interruption =>
    interruptionOf(requests, breaks.get(routeTable) ?? Infinity);
  const interruptions = clients.map(interruption);
  const millis = interruptions.map(interruptionMillis);
  const requests = clients.flatMap((client) => client.requests);
  const undisturbed = requests.flatMap(({ sentAt, endedAt, isAnswered, attempts }) =>
    endedAt !== undefined && isAnswered && attempts === 1 ? [endedAt - sentAt] : [],
  );
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    clients: clients.length,
    largestShare: largestShare(interruptions, clients.length),
    largestShareInFirstStage: largestShare(
      clients.filter(({ routeTable }) => firstStage.includes(routeTable)).map(interruption),
      clients.length,
    ),
    p50Millis: finite(percentile(millis, 0.5)),
    p99Millis: finite(percentile(millis, 0.99)),
    stillHangingShare: millis.filter((each) => each === Infinity).length / clients.length,
    failedRequests: requests.filter(({ endedAt, isAnswered }) => endedAt !== undefined && !isAnswered).length,
    undisturbedP50Millis: percentile(undisturbed, 0.5),
    undisturbedP99Millis: percentile(undisturbed, 0.99),
    clientsLag: lag,
  };
}
