import type { WatchReport } from "../../components/check/probe/report";
import { applyFault, FAULTS, type FaultName } from "../../lab/faults";
import { SOCKET_TIMEOUT_MILLIS, startLiveClients, type Fortune, type LiveClients } from "./liveClients";
import { narrate, type Narration } from "./narration";
import { exampleNetwork, type ExampleNetwork, type PrivateSubnet } from "./network";
import { configure, expect, NotAsTold, preview, up, upCompletely, type Ending, type Scene } from "./scene";

/** Who takes part from the first chapter on. */
export interface Cast {
  readonly network: ExampleNetwork;
  readonly clients: LiveClients;
  readonly narration: Narration;
  /** The subnets, with their route tables, of the stages that are called so. */
  readonly canary: PrivateSubnet;
  readonly half: PrivateSubnet;
  readonly rest: PrivateSubnet;
}

/**
 * The route of a switch takes effect later than EC2 answers, as it does at AWS. Without this it would often be there
 * before the first request of the watching function, which is invoked beside the association, not before it.
 */
export const ROUTE_DELAY_MILLIS = 700;

/** Enough on this machine, and short where a check fails. The package's default, for AWS, is 120. */
const CHECK_TIMEOUT_SECONDS = 8;

/**
 * A VPC whose clients reach DynamoDB through a NAT gateway, an endpoint without routes, and clients that never stop
 * asking.
 */
export async function today(scene: Scene): Promise<Cast> {
  const { lab, stack, page } = scene;
  applyFault(lab, "route-late", { milliseconds: ROUTE_DELAY_MILLIS });
  await configure(stack, { timeoutSeconds: CHECK_TIMEOUT_SECONDS, step: 1 });
  await upCompletely(scene, { title: "1  A VPC as it is today", command: "step 1 · pulumi up" });
  const cast = await castOf(scene);
  page.text(
    "The endpoint is made, but no route leads to it. In each private subnet a client now asks DynamoDB for an " +
      "item, ten times a second, over one connection that it keeps. It has a socket timeout, of " +
      `${SOCKET_TIMEOUT_MILLIS / 1000} s, as every client should: it then also gets over a connection that is ` +
      "dropped without a word.",
  );
  const fortunes = cast.clients.fortunes();
  page.table(
    cast.network.subnets.map(({ name, routeTableId }, i) => [name, routeTableId, "DynamoDB →", fortunes[i]?.way ?? ""]),
  );
  expect(
    page,
    fortunes.every(({ isServed, way }) => isServed && way.startsWith("nat-")),
    "All three are answered, through the NAT gateway.",
  );
  return cast;
}

async function castOf({ lab, stack, page, atEnd }: Scene): Promise<Cast> {
  const network = await exampleNetwork(lab, stack);
  const [canary, half, rest] = network.subnets;
  if (canary === undefined || half === undefined || rest === undefined)
    throw new NotAsTold("the example has no three private subnets");
  const narration = narrate(lab, page, network);
  atEnd(() => {
    narration.stop();
    return Promise.resolve();
  });
  const clients = await startLiveClients(lab, network, narration);
  atEnd(() => clients.stop());
  return { network, clients, narration, canary, half, rest };
}

/** How late, how slow: more than what every switch takes here. */
const MILLISECONDS: Partial<Record<FaultName, number>> = { "route-late": 2_500, "slow-reconnect": 2_500 };

function descriptionOf(fault: FaultName): string {
  return FAULTS.find(({ name }) => name === fault)?.description ?? "";
}

/** How a roll-out has ended, and how to end what was wrong with it. */
export interface Rollout {
  readonly ending: Ending;
  readonly endFault: () => void;
}

/** A roll-out over all stages while something is wrong with the second one: one stage comes before it, one after. */
export async function rollOut(
  scene: Scene,
  { half, narration }: Cast,
  title: string,
  fault: FaultName,
): Promise<Rollout> {
  await configure(scene.stack, { step: 4 });
  const milliseconds = MILLISECONDS[fault];
  const endFault = applyFault(scene.lab, fault, { routeTableId: half.routeTableId, milliseconds });
  narration.restart();
  const text =
    `Something is wrong with ${half.name}, the route table of stage "half", namely ${fault}: ${descriptionOf(fault)}` +
    (milliseconds === undefined ? "" : ` Here: ${milliseconds}.`);
  const ending = await up(scene, { title, command: "step 4 · pulumi up", text });
  narration.tell("pulumi up", ending.completed ? "complete" : "stops with an error", ending.completed ? "good" : "bad");
  return { ending, endFault };
}

/** A roll-out has stopped at the second stage: what was said, and that neither of the other two stages has suffered. */
export async function stopped(
  { page }: Scene,
  { network, clients, canary, half, rest }: Cast,
  { errorName, text }: Ending & { completed: false },
): Promise<void> {
  page.text("In the component's own words:");
  page.bad(text);
  page.good(
    `${errorName} has stopped the roll-out: ${half.name} ` +
      `${isRouted(network, half) ? "is switched, but not proven" : "is not switched"}.`,
  );
  expect(
    page,
    isRouted(network, canary) && (await clients.become(isServedThroughEndpoint, canary.name)),
    `${canary.name}, switched before, stays on the endpoint.`,
  );
  const isConnected = await clients.become(
    ({ isServed, brokenConnections }) => isServed && brokenConnections === 0,
    rest.name,
  );
  expect(
    page,
    isConnected && !isRouted(network, rest),
    `${rest.name} is untouched: its route is the same, and none of its connections broke.`,
  );
}

/** The cause is gone, and the next `pulumi up` does the rest. */
export async function goOn(scene: Scene, cast: Cast, title: string, endFault: () => void): Promise<void> {
  cast.narration.restart();
  endFault();
  await upCompletely(scene, { title, command: "pulumi up", text: "The fault has ended. Nothing else was changed." });
  cast.narration.tell("pulumi up", "complete", "good");
  await allThroughEndpoint(scene, cast, "Complete: all three clients go through the endpoint.");
}

export async function allThroughEndpoint({ page }: Scene, { network, clients }: Cast, told: string): Promise<void> {
  expect(
    page,
    network.subnets.every((subnet) => isRouted(network, subnet)) && (await clients.become(isServedThroughEndpoint)),
    told,
  );
}

/** Whether EC2 says so; whether traffic goes there is another question. */
function isRouted(network: ExampleNetwork, subnet: PrivateSubnet): boolean {
  return network.routeOf(subnet).startsWith("vpce-");
}

function isServedThroughEndpoint({ isServed, isThroughEndpoint }: Fortune): boolean {
  return isServed && isThroughEndpoint;
}

/** An element of the example's output `proven`. */
interface Proven extends Pick<WatchReport, "routeTable" | "interruptionMillis"> {
  readonly requestsThroughEndpoint: number;
  readonly openConnection: WatchReport["heldConnection"];
}

/** What is not to be expected of a watching function, and why it may be so. */
const NOTES: Partial<Record<WatchReport["heldConnection"], string>> = {
  noSwitchSeen: "noSwitchSeen: while it watched, no request was allowed as one that took the endpoint.",
  tooLate: "tooLate: when it began to watch, the new route was there.",
  unknown: "unknown: when the route changed could not be told; unknownBecause says why.",
};

/** What the functions of the check saw in their subnets. */
export async function reports({ stack, page }: Scene, { network }: Cast): Promise<void> {
  const { stdout } = await stack.pulumi("stack", "output", "proven", "--json");
  const proven = JSON.parse(stdout) as readonly Proven[];
  page.text("The check's own client in each subnet reports (pulumi stack output proven):");
  page.table([
    ["route table", "open connection", "without an answer", "proven by"],
    ...proven.map(({ routeTable, openConnection, interruptionMillis, requestsThroughEndpoint }) => [
      routeTable,
      openConnection,
      `${interruptionMillis} ms`,
      `${requestsThroughEndpoint} requests`,
    ]),
  ]);
  for (const note of new Set(proven.map(({ openConnection }) => NOTES[openConnection])))
    if (note !== undefined) page.text(note);
  const areProven = network.subnets.every(({ name }) =>
    proven.some(({ routeTable, requestsThroughEndpoint }) => routeTable === name && requestsThroughEndpoint > 0),
  );
  expect(page, areProven, "Each stage is proven by requests that took the endpoint.");
}

export async function unchanged(scene: Scene, title: string): Promise<void> {
  const { warnings, changes } = await preview(scene, { title, command: "pulumi preview" });
  expect(scene.page, warnings.length === 0 && changes.length === 0, "Silent: no warning, no change.");
}

/** What it has cost: by the clients' own clocks, and by the log of the wire. */
export async function costs({ page }: Scene, { clients, narration }: Cast): Promise<void> {
  const areOver = await clients.become(
    ({ isServed, brokenConnections, noticedBreaks, interruptionMillis }) =>
      isServed && noticedBreaks >= brokenConnections && interruptionMillis.length === noticedBreaks,
  );
  page.blank();
  page.text("What the live clients have seen in all of this:");
  const fortunes = clients.fortunes();
  page.table([
    ["route table", "connections broken", "interruption", "through the endpoint"],
    ...fortunes.map(({ name, brokenConnections, interruptionMillis, isThroughEndpoint }) => [
      name,
      String(brokenConnections),
      interruptionMillis.length === 0 ? "none" : `${interruptionMillis.join(", ")} ms`,
      isThroughEndpoint ? "yes" : "no",
    ]),
  ]);
  for (const { name, refusedMillis } of fortunes.filter((fortune) => fortune.refusedMillis.length > 0)) {
    page.text(`Besides, requests of ${name} were answered with an error, for ${refusedMillis.join(" and ")} ms.`);
  }
  if (fortunes.some(({ brokenConnections, noticedBreaks }) => noticedBreaks > brokenConnections)) {
    page.text(
      "More interruptions than broken connections: this machine was too busy to answer within the clients' socket " +
        "timeout.",
    );
  }
  expect(page, areOver, "The clients noticed every break in the log of the wire, and got over each.");
  // Whoever keeps the cloud up to continue by hand reads times from here on.
  narration.restart();
}
