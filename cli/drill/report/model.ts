import type { Finding } from "../../finding";
import type { Schedule } from "../settings";
import { factsOf } from "../sdk/identify";
import type { SdkFacts } from "../sdk/facts";
import { findingsOf } from "./findings";
import type { RunReport } from "./report";

/** A drill as `--json` prints it; drill.schema.json describes it. */
export interface DrillModel {
  readonly schemaVersion: 1;
  readonly command: "drill";
  readonly maxInterruptionMillis: number;
  /** Whether packets were lost by the kernel, or connections broken by the drill itself. */
  readonly breaking: "kernel" | "proxy";
  /** One; with --compare a second. */
  readonly runs: readonly JudgedRun[];
  readonly limits: readonly string[];
}

/** How it is recognised is nobody's business. */
type ToldFacts = Omit<SdkFacts, "userAgent">;

export interface JudgedRun extends RunReport {
  readonly sdkFacts: readonly ToldFacts[];
  readonly findings: readonly Finding[];
  /** The worst of its breaks; null: one was not over, or nothing was met. */
  readonly longestInterruptionMillis: number | null;
}

export function judgedRun(report: RunReport, schedule: Schedule): JudgedRun {
  const met = report.breaks.filter(({ connections }) => connections.some((each) => each.met !== null));
  const isOver = met.length > 0 && met.every(({ interruptionMillis }) => interruptionMillis !== null);
  const facts = [...new Set(report.sdks.flatMap((sdk) => factsOf(sdk) ?? []))];
  return {
    ...report,
    sdkFacts: facts.map(toldFacts),
    findings: findingsOf(report, schedule),
    longestInterruptionMillis: isOver ? Math.max(...met.map((each) => each.interruptionMillis ?? 0)) : null,
  };
}

function toldFacts({ id, name, defaults, attempts, setting, redirect, sources }: SdkFacts): ToldFacts {
  return { id, name, defaults, attempts, setting, redirect, sources };
}

/** What a drill cannot show. */
export function limitsOf(
  breaking: DrillModel["breaking"],
  schedule: Schedule,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const limits = [
    "The client talks HTTP within this machine: no TLS handshake, no DNS, no round trip is in these times.",
  ];
  if (breaking === "proxy" && schedule.kinds.includes("silence")) {
    limits.push(
      "Silence over loopback is not a lost packet: the kernel acknowledges what the client sends and answers its " +
        "keep-alive probes. A client that only these would save waits longer here than in a network.",
    );
  }
  if (breaking === "proxy" && schedule.reconnectDelayMillis > 0) {
    limits.push(
      "With --reconnect-delay a new connection is accepted at once and its requests wait; in a network the " +
        "connection itself would wait, for as long as the client's connect time-out lets it.",
    );
  }
  if (platform !== "linux") {
    limits.push(
      "Only Linux shows which processes have left the client's process group, as daemons do, and where a client is " +
        "connected to: here such processes are neither watched nor ended.",
    );
  }
  return limits;
}
