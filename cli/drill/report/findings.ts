import type { Finding } from "../../finding";
import type { Schedule } from "../settings";
import { factsOf } from "../sdk/identify";
import { SDKS } from "../sdk/facts";
import { STATEMENT_NOT_SERVED, UNKNOWN_OPERATION } from "../store/dynamoDb/dynamoDbError";
import type { BreakReport, Repeat, RunReport } from "./report";
import { seconds } from "./words";

const ENDPOINTS_PAGE = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html";
const RETRIES_PAGE = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html";

/** What a run showed of the client that its owner should know before a switch. */
export function findingsOf(report: RunReport, schedule: Schedule): readonly Finding[] {
  return [
    ...notJudged(report),
    ...ending(report),
    ...report.breaks.flatMap((each) => interruption(each, report, schedule)),
    ...hanging(report),
    ...repeated(report),
    ...denied(report),
    ...notServed(report),
  ];
}

/** Why a run says nothing of the client. */
function notJudged(report: RunReport): readonly Finding[] {
  const { program: subject, clientEnd, endedBy, breaks, requests, tlsHandshakes } = report;
  const unknown = { severity: "unknown", subject } as const;
  if (tlsHandshakes > 0 && requests === 0) return [tls(report)];
  if (clientEnd !== null && breaks.length === 0) {
    return [
      {
        ...unknown,
        id: "drill-client-ended-early",
        message: `It ended before a connection was broken: ${endOf(clientEnd)}.`,
        evidence: [`requests until then: ${requests}`],
        remedy:
          requests === 0
            ? `What it printed is above. If it does not use the endpoint of the drill: ${redirection()}`
            : "Run something that keeps asking, in a loop; --every 2s breaks its connections sooner.",
        reference: requests === 0 ? ENDPOINTS_PAGE : undefined,
      },
    ];
  }
  if (endedBy === "notReady" && requests === 0) return [ignored(report)];
  if (endedBy === "notReady") {
    return [
      {
        ...unknown,
        id: "drill-not-ready",
        message: "It was not ready in the time of --for, or no request of it was answered.",
        evidence: [`requests: ${requests}`],
        remedy: "Give it more time with --for, or say by --ready when it is at work.",
      },
    ];
  }
  const unmet = breaks.filter(({ connections }) => connections.every(({ met }) => met === null));
  if (breaks.length > 0 && unmet.length < breaks.length) return [];
  return [
    {
      ...unknown,
      id: "drill-break-not-met",
      message: "No request of it met a broken connection.",
      evidence: unmet.map(({ number, connections }) => `break ${number}: ${connections.length} connections`),
      remedy: "Let it ask more often, or watch it for longer with --every and --for.",
    },
  ];
}

function tls({ program, tlsHandshakes }: RunReport): Finding {
  return {
    id: "drill-client-on-tls",
    severity: "unknown",
    subject: program,
    message: "It speaks TLS to the drill, which is served over HTTP on loopback.",
    evidence: [`TLS handshakes: ${tlsHandshakes}`],
    remedy:
      "Let it use the URL of AWS_ENDPOINT_URL_DYNAMODB as it is, with http://; some SDKs have a switch of their own " +
      "for that (use_ssl, UseHttp, sslEnabled).",
    reference: ENDPOINTS_PAGE,
  };
}

function ignored({ program, durationMillis, connectedElsewhere }: RunReport): Finding {
  return {
    id: "drill-no-request",
    severity: "unknown",
    subject: program,
    message: `No request came in ${seconds(durationMillis)}: it does not use AWS_ENDPOINT_URL_DYNAMODB, or asks nothing.`,
    evidence: connectedElsewhere.map((address) => `it is connected to ${address}`),
    remedy: `Take an endpoint that is set in its code or its profile away, or redirect it: ${redirection()}`,
    reference: ENDPOINTS_PAGE,
  };
}

/** Of the SDKs that have no such variable, or had none in older versions. */
function redirection(): string {
  return SDKS.flatMap(({ name, redirect }) => (redirect === undefined ? [] : [`${name}: ${redirect}`])).join("; ");
}

/** How a client ended by itself after a break. */
function ending(report: RunReport): readonly Finding[] {
  const { clientEnd, program: subject, breaks } = report;
  if (clientEnd === null || breaks.length === 0) return [];
  const evidence = [`${endOf(clientEnd)}, ${seconds(clientEnd.at - (breaks.at(-1)?.at ?? 0))} after the last break`];
  if (clientEnd.hasLeftOthers) {
    return [
      {
        id: "drill-client-left-processes",
        severity: "info",
        subject,
        message: "It ended and left processes that work on: these were watched.",
        evidence,
        remedy: "Run it in the foreground, so that the drill sees how it ends.",
      },
    ];
  }
  const hasFailed = clientEnd.exitCode !== 0;
  const isOver = breaks.at(-1)?.interruptionMillis !== null;
  return [
    {
      id: hasFailed ? "drill-client-crashed" : "drill-client-ended",
      severity: hasFailed ? "blocker" : isOver ? "info" : "high",
      subject,
      message: hasFailed
        ? "It ended with a failure after its connection was broken."
        : isOver
          ? "It ended by itself, after it had answers again."
          : "It ended by itself after a break, without an answer since.",
      evidence,
      remedy: hasFailed
        ? "Catch what a lost connection throws where it is called, and ask again; what it printed is above."
        : "Run something that keeps asking, in a loop.",
      reference: hasFailed ? RETRIES_PAGE : undefined,
    },
  ];
}

function endOf({ exitCode, signal }: NonNullable<RunReport["clientEnd"]>): string {
  return signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
}

/** A break that took too long, or was not over at the end. */
function interruption(broken: BreakReport, report: RunReport, schedule: Schedule): readonly Finding[] {
  const { number, kind, interruptionMillis, watchedMillis, connections } = broken;
  const met = connections.filter((each) => each.met !== null);
  const hasEnded = report.clientEnd !== null && !report.clientEnd.hasLeftOthers;
  if (met.length === 0 || hasEnded) return [];
  const subject = `${report.program}, break ${number} (${kind})`;
  const advice = { remedy: settingFor(report), reference: sourceOf(report) };
  if (interruptionMillis === null) {
    const lost = met.filter(({ answered }) => answered === null);
    const isAll = lost.length === met.length;
    const isLongEnough = watchedMillis >= schedule.maxInterruptionMillis;
    return [
      {
        id: isLongEnough ? "drill-no-reconnect" : "drill-cut-short",
        severity: isLongEnough ? (isAll ? "blocker" : "high") : "unknown",
        subject,
        message:
          `${isAll ? "What was asked" : `What was asked on ${lost.length} of ${met.length} connections`} had no answer ` +
          `in the ${seconds(watchedMillis)} that it was watched.`,
        evidence: lost.map(({ connection, met: first }) => `connection ${connection}: ${first?.operation ?? ""}`),
        ...advice,
      },
    ];
  }
  if (interruptionMillis <= schedule.maxInterruptionMillis) return [];
  return [
    {
      id: "drill-interruption",
      severity: "high",
      subject,
      message: `It took ${seconds(interruptionMillis)} to an answer: more than ${seconds(schedule.maxInterruptionMillis)}.`,
      evidence: met.map(
        ({ connection, answered }) => `connection ${connection}: ${seconds(answered?.afterMillis ?? 0)}`,
      ),
      ...advice,
    },
  ];
}

function settingFor({ sdks }: RunReport): string {
  const known = sdks.flatMap((sdk) => factsOf(sdk) ?? []);
  if (known.length === 0) return "Set a time-out for each attempt, of seconds, and let the call be tried again.";
  return known.map(({ name, setting }) => `${name}: ${setting}`).join("; ");
}

function sourceOf({ sdks }: RunReport): string | undefined {
  return sdks.flatMap((sdk) => factsOf(sdk)?.sources.setting ?? [])[0];
}

/** Requests that still hang while the client as a whole goes on. */
function hanging({ program, operations, breaks }: RunReport): readonly Finding[] {
  const stuck = operations.filter(({ stillHanging }) => stillHanging > 0);
  const isTold = breaks.some(({ interruptionMillis }) => interruptionMillis === null);
  if (stuck.length === 0 || isTold) return [];
  return [
    {
      id: "drill-request-hung",
      severity: "medium",
      subject: program,
      message:
        "Requests were still waiting on broken connections at the end, though their calls had gone on elsewhere.",
      evidence: stuck.map(({ operation, stillHanging }) => `${operation}: ${stillHanging}`),
      remedy: "Close a connection whose request is given up: they are held until the kernel gives up, in minutes.",
    },
  ];
}

const REPEATS: Readonly<
  Partial<Record<Repeat["outcome"], Pick<Finding, "id" | "severity" | "message" | "remedy" | "reference">>>
> = {
  added: {
    id: "drill-added-twice",
    severity: "medium",
    message: "An update that adds to what is there was applied, its answer was lost, and it was applied again.",
    remedy:
      "Make it a write that can be repeated: with a condition, with a version, or in TransactWriteItems with a " +
      "ClientRequestToken.",
    reference: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html",
  },
  same: {
    id: "drill-written-twice",
    severity: "info",
    message: "A write was applied, its answer was lost, and it was applied again with the same result.",
    remedy: "Nothing, unless somebody else may write the same item in between.",
    reference: RETRIES_PAGE,
  },
  token: {
    id: "drill-known-by-token",
    severity: "info",
    message:
      "A transaction was applied, its answer was lost, and the next attempt was known by its token: applied once.",
    remedy: "Nothing.",
    reference: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html",
  },
  condition: {
    id: "drill-told-it-failed",
    severity: "medium",
    message:
      "A write with a condition was applied, its answer was lost, and the next attempt was refused by the condition.",
    remedy: "Read the item before ConditionalCheckFailedException is taken for a failure after a lost connection.",
    reference: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html",
  },
};

function repeated({ program: subject, repeats }: RunReport): readonly Finding[] {
  return (Object.keys(REPEATS) as Repeat["outcome"][]).flatMap((outcome) => {
    const finding = REPEATS[outcome];
    const found = repeats.filter((each) => each.outcome === outcome);
    if (finding === undefined || found.length === 0) return [];
    const evidence = found.map(
      ({ operation, at, isCallKnown }) =>
        `${operation} at ${seconds(at)}${isCallKnown ? "" : ", by its content: its SDK does not tell"}`,
    );
    return [{ ...finding, subject, evidence }];
  });
}

function denied({ program, denial, clientEnd }: RunReport): readonly Finding[] {
  if (denial === null) return [];
  const isRush = denial.perSecond > MANY_PER_SECOND;
  return [
    {
      id: "drill-denied",
      severity: isRush ? "medium" : "info",
      subject: program,
      message: `While every request was denied, it asked ${denial.perSecond.toFixed(1)} times a second${
        clientEnd !== null ? " and ended" : ""
      }.`,
      evidence: [`requests that were denied: ${denial.requests}`],
      remedy: isRush
        ? "Wait longer between attempts: a denial passes when somebody changes a policy, not in milliseconds."
        : "Conditions on aws:SourceIp do not match through a gateway endpoint: change them before the switch.",
      reference:
        "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html#gateway-endpoint-considerations-ddb",
    },
  ];
}

/** A client that does so with a denied request does it for minutes. */
const MANY_PER_SECOND = 100;

/** Operations that the drill's own store does not have. */
function notServed({ program, operations }: RunReport): readonly Finding[] {
  const codes: readonly string[] = [UNKNOWN_OPERATION, STATEMENT_NOT_SERVED];
  const missing = operations.filter(({ errors }) => codes.some((code) => code in errors));
  if (missing.length === 0) return [];
  return [
    {
      id: "drill-operation-not-served",
      severity: "unknown",
      subject: program,
      message: "It uses operations, or statements of PartiQL, that the store inside does not have.",
      evidence: missing.map(({ operation }) => operation || "no operation of DynamoDB"),
      remedy: "Run DynamoDB Local and give its URL with --endpoint.",
      reference: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.html",
    },
  ];
}
