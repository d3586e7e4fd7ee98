import { wrapped } from "../demo/page";
import type { Engine } from "../engine/engine";
import type { Lag } from "./eventLoopLag";
import { surroundings, type Surroundings } from "./surroundings";
import type { SwitchMeasured, SwitchSchedule } from "./switches";
import { aligned, sectionsText, surroundingsLines, WIDTH } from "./text";

/** Everything that a run of the switch benchmark tells; what `--json` writes. */
export interface SwitchReport extends Surroundings {
  readonly method: readonly string[];
  readonly notShown: readonly string[];
  readonly schedule: SwitchSchedule;
  readonly deployments: readonly SwitchMeasured[];
}

export function switchReport(
  engine: Engine,
  schedule: SwitchSchedule,
  deployments: readonly SwitchMeasured[],
): SwitchReport {
  return { method: methodOf(schedule), notShown: NOT_SHOWN, ...surroundings(engine), schedule, deployments };
}

function methodOf({ tables, clientsPerTable, periodMillis, observedSeconds }: SwitchSchedule): readonly string[] {
  return [
    `${tables} route tables with ${clientsPerTable} clients each: DynamoDBClients of the AWS SDK for JavaScript ` +
      `v3, each with one connection, asking every ${periodMillis / 1000} s, evenly spread. Half of them have the ` +
      "SDK's defaults, half a socketTimeout of 1 s.",
    '"staged": DynamoDbEndpoint with a rollout.check and no further arguments, each route table a stage with a ' +
      'gate of its own. "all at once": aws.ec2.VpcEndpoint with all routeTableIds. Each is one `pulumi up` in a ' +
      "new cloud.",
    "A client is broken from the moment when the route of its subnet changes until its next answer, whether it " +
      "notices or not. The largest share is over all moments; that of the first stage is what is broken at worst if " +
      "somebody stops after it (rollout.throughStage).",
    "An interruption lasts from the sending of the first request that meets the broken connection until an answer, " +
      "the SDK's own attempts included. " +
      `Denials, throttles and time-outs are no answers. Observed until ${observedSeconds} s after the last switch: ` +
      `longer is "> ${observedSeconds} s".`,
    '"undisturbed" is how long requests took that met no broken connection (median, and 99th percentile in ' +
      'brackets), "lag" how late the event loops were ' +
      "(99th percentile, and the highest), of both kinds of clients and of the process that stands in for AWS. " +
      "Where they are not small beside an interruption, " +
      "the machine was too busy to measure it.",
  ];
}

const NOT_SHOWN = [
  "AWS is stood in for on loopback: a route changes at once, where AWS takes seconds, and a round trip takes no " +
    "time. Retransmissions, keep-alive probes and time-outs of the kernel do not happen here; `npm run test:netns` " +
    "shows those with real routes.",
  "No stage mends a client that has no socket timeout: where connections are dropped in silence, it hangs after " +
    "either approach. Stages decide how many do before somebody sees it.",
];

/** The report as a person reads it on a terminal. */
export function switchReportText(report: SwitchReport): string {
  return sectionsText([
    report.method.flatMap((sentence) => wrapped(sentence, WIDTH)),
    report.notShown.flatMap((sentence) => wrapped(sentence, WIDTH)),
    surroundingsLines(report),
    ["broken connections, and interruptions in milliseconds", ...aligned([FIGURES, ...figureRows(report)])],
    ["deployments", ...aligned([DEPLOYMENTS, ...report.deployments.map(deploymentRow)])],
  ]);
}

const FIGURES = [
  "connections end by",
  "clients",
  "switched",
  "largest share",
  "in the first stage",
  "p50",
  "p99",
  "still hanging",
  "failed requests",
];

function figureRows({ schedule, deployments }: SwitchReport): readonly (readonly string[])[] {
  const millis = (value: number | null): string =>
    value === null ? `> ${schedule.observedSeconds} s` : value.toFixed(0);
  const rows = deployments.flatMap(({ breakMode, approach, figures }) =>
    figures.map((each) => [
      breakMode,
      `${each.clients} with ${each.clientKind}`,
      approach,
      percent(each.largestShare),
      percent(each.largestShareInFirstStage),
      millis(each.p50Millis),
      millis(each.p99Millis),
      percent(each.stillHangingShare),
      String(each.failedRequests),
    ]),
  );
  // What is to be compared is one below the other.
  const subject = ([breakMode = "", clients = ""]: readonly string[]): string => `${breakMode} ${clients}`;
  return rows.sort((a, b) => subject(a).localeCompare(subject(b)));
}

const DEPLOYMENTS = [
  "connections end by",
  "switched",
  "`up`, in s",
  "first to last switch, in s",
  "undisturbed, in ms",
  "lag of the clients, in ms",
  "lag of DynamoDB, in ms",
];

function deploymentRow({
  breakMode,
  approach,
  upSeconds,
  switchSeconds,
  figures,
  dynamoDbLag,
}: SwitchMeasured): readonly string[] {
  const undisturbed = figures
    .map(
      ({ undisturbedP50Millis, undisturbedP99Millis }) =>
        `${undisturbedP50Millis.toFixed(0)} (${undisturbedP99Millis.toFixed(0)})`,
    )
    .join(", ");
  const lag = figures.map(({ clientsLag }) => lagText(clientsLag)).join(", ");
  return [breakMode, approach, upSeconds.toFixed(1), switchSeconds.toFixed(1), undisturbed, lag, lagText(dynamoDbLag)];
}

function lagText({ p99Millis, highestMillis }: Lag): string {
  return `${p99Millis.toFixed(0)} (${highestMillis.toFixed(0)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
