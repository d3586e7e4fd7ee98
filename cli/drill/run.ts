import { basename } from "node:path";
import { acceptedUnknown } from "../acceptedUnknown";
import { isColoured } from "../colour";
import { Unjudged, type ExitCode } from "../exit";
import { Progress } from "./progress";
import { kernelBreaking } from "./kernel/kernelBreaking";
import { isInNamespaces, runInNamespaces } from "./kernel/namespaces";
import { buildNetwork, DRILL_ADDRESS, inClientsNamespace } from "./kernel/network";
import { OWN_BREAKING } from "./proxy/ownBreaking";
import { rehearse } from "./rehearse";
import { exitCodeOf } from "./report/exitCode";
import { type DrillModel, type JudgedRun, judgedRun, limitsOf } from "./report/model";
import { reportOf } from "./report/report";
import { textOf } from "./report/text";
import { type DrillOptions, type Schedule, scheduleOf } from "./settings";
import { endpointStore } from "./store/endpointStore";
import { insideStore } from "./store/insideStore";
import type * as liveTablesModule from "./store/liveTables";
import type { Store } from "./store/store";
import { fillStore, itemsFrom, tablesFrom } from "./store/tables";

/** Breaks the connections of a client that runs for this, and tells what it did. */
export async function run(command: readonly string[], options: DrillOptions): Promise<ExitCode> {
  if (process.platform === "win32")
    throw new Unjudged("a drill needs process groups, which Windows does not have: run it in WSL, or in a container");
  const schedule = scheduleOf(options);
  if (options.kernel === true && !isInNamespaces()) {
    refuseOutside(options);
    return (await runInNamespaces()) as ExitCode;
  }
  const accepted = acceptedUnknown(options.acceptUnknown);
  const region = options.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "us-east-1";
  const progress = new Progress((text) => process.stderr.write(text));
  const tables = await tablesOf(options);
  const items = options.items === undefined ? [] : itemsFrom(options.items, tables);

  const interrupted = interruption();
  if (options.kernel === true) buildNetwork();
  const commands = [command, ...(options.compare === undefined ? [] : [["/bin/sh", "-c", options.compare]])];
  const runs: JudgedRun[] = [];
  for (const [i, each] of commands.entries()) {
    if (commands.length > 1) progress.say(`run ${i + 1}`);
    const store = storeOf(options.endpoint, region);
    try {
      await fillStore(store, region, tables, items);
      const events = await rehearse({
        command: options.kernel === true ? inClientsNamespace(each) : each,
        region,
        schedule,
        store,
        ...(options.kernel === true
          ? { breaking: kernelBreaking(), host: DRILL_ADDRESS }
          : { breaking: OWN_BREAKING, host: "127.0.0.1" }),
        stop: interrupted,
        onEvent: (event) => progress.event(event),
        onLine: (line) => progress.line(line),
      });
      runs.push(judgedRun(reportOf(programOf(each, i), events), schedule));
    } finally {
      await store.stop();
    }
    if (interrupted.aborted) break;
  }
  tell(runs, schedule, options);
  // With --compare the client with the setting is what is meant to be switched.
  return exitCodeOf(runs.at(-1)?.findings ?? [], options.failOn, accepted);
}

/** In namespaces of its own a drill reaches nothing else. */
function refuseOutside({ endpoint, like }: DrillOptions): void {
  if (endpoint !== undefined) throw new Unjudged("--kernel: a drill in namespaces of its own cannot reach --endpoint");
  if (like.length === 0) return;
  throw new Unjudged(
    `--kernel: a drill in namespaces of its own cannot reach your account: keep the shape first, by \`aws dynamodb ` +
      `describe-table --table-name ${like[0] ?? ""} > table.json\`, and give it with --tables`,
  );
}

/** Without its arguments: they may have secrets. */
function programOf([program = ""]: readonly string[], index: number): string {
  return index === 0 ? basename(program) : "the command of --compare";
}

function tell(runs: readonly JudgedRun[], schedule: Schedule, options: DrillOptions): void {
  const breaking = options.kernel === true ? "kernel" : "proxy";
  const model: DrillModel = {
    schemaVersion: 1,
    command: "drill",
    maxInterruptionMillis: schedule.maxInterruptionMillis,
    breaking,
    runs,
    limits: limitsOf(breaking, schedule),
  };
  const isColored = isColoured(options.color);
  process.stdout.write(options.json === true ? `${JSON.stringify(model, null, 2)}\n` : textOf(model, isColored));
}

/** From a file, and from an account, whose Region is not always the client's. */
async function tablesOf({
  tables,
  like,
  profile,
  region,
}: DrillOptions): ReturnType<typeof liveTablesModule.liveTables> {
  const given = tables === undefined ? [] : tablesFrom(tables);
  if (like.length === 0) return given;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { liveTables } = require("./store/liveTables") as typeof liveTablesModule;
  return [...given, ...(await liveTables(like, { region, profile }))];
}

function storeOf(endpoint: string | undefined, region: string): Store {
  if (endpoint === undefined) return insideStore(region);
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw new Unjudged(`--endpoint: "${endpoint}" is no URL: write http://localhost:8000`);
  if (/\.(?:amazonaws\.com(?:\.cn)?|aws|api\.aws)$/.test(url.hostname))
    throw new Unjudged("--endpoint: a drill is not for DynamoDB itself: it signs with credentials that nobody has");
  return endpointStore(url);
}

/** The first wish to end ends the client and tells what was seen; a second one ends at once, with the client. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}
