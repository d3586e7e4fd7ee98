import type { Answered, Asked, BreakKind, Broken, ClientEnded, DrillEvent } from "../events";
import { type Sdk, sdksOf } from "../sdk/identify";

/** What a run showed. Times are milliseconds; what is null had not happened when the run ended. */
export interface RunReport {
  /** The program that was run, without its arguments: they may have secrets. */
  readonly program: string;
  readonly durationMillis: number;
  /** Why it ended. */
  readonly endedBy: "time" | "client" | "signal" | "notReady";
  readonly readyAt: number | null;
  readonly clientEnd: Omit<ClientEnded, "type"> | null;
  readonly sdks: readonly Sdk[];
  readonly requests: number;
  /** Where a client that asked nothing was connected to. */
  readonly connectedElsewhere: readonly string[];
  readonly tlsHandshakes: number;
  readonly breaks: readonly BreakReport[];
  readonly operations: readonly OperationReport[];
  /** While at least one request waited. */
  readonly longestWithoutAnswerMillis: number;
  readonly repeats: readonly Repeat[];
  readonly denial: Denial | null;
}

export interface BreakReport {
  readonly number: number;
  readonly kind: BreakKind;
  readonly at: number;
  readonly connections: readonly BrokenConnection[];
  /** The longest of its connections; null where one has not got over it, or none met it. */
  readonly interruptionMillis: number | null;
  /** How long it was watched. */
  readonly watchedMillis: number;
}

export interface BrokenConnection {
  readonly connection: number;
  /** The first request that got no answer for the break; null: none met it. */
  readonly met: { readonly operation: string; readonly at: number; readonly wasInFlight: boolean } | null;
  /** How long after that the client closed the connection; null: it did not, or the break closed it. */
  readonly gaveUpAfterMillis: number | null;
  /** The first answer afterwards, on a connection that was opened after the break. */
  readonly answered: {
    readonly connection: number;
    readonly afterMillis: number;
    /** Whether it was the same call of the SDK, tried again. */
    readonly isRetry: boolean;
  } | null;
}

export interface OperationReport {
  readonly operation: string;
  readonly answered: number;
  /** How often the answer was which error. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests that ended with a reset. */
  readonly failed: number;
  /** Requests that were met with silence. */
  readonly hung: number;
  /** Those of them that the client had not given up when the run ended. */
  readonly stillHanging: number;
  /** Requests that the SDK says are another attempt. */
  readonly retries: number;
}

/** A write that was applied, whose answer was lost, and that was asked for again. */
export interface Repeat {
  readonly operation: string;
  readonly at: number;
  /**
   * What became of it: recognised by its token; refused by its condition, so that the client takes it for failed;
   * applied twice with the same result, or added twice; failed for another reason.
   */
  readonly outcome: "token" | "condition" | "same" | "added" | "failed";
  /** Whether the SDK said that it is the same call; otherwise it has the same content. */
  readonly isCallKnown: boolean;
}

export interface Denial {
  readonly at: number;
  readonly requests: number;
  readonly perSecond: number;
}

/** All that a report is made from, found once. */
export interface Course {
  readonly asked: readonly Asked[];
  readonly answers: ReadonlyMap<number, Answered>;
  readonly breaks: readonly Broken[];
  /** By connection. */
  readonly openedAt: ReadonlyMap<number, number>;
  readonly closed: ReadonlyMap<number, { readonly at: number; readonly by: "client" | "drill" }>;
  /** By connection. */
  readonly brokenBy: ReadonlyMap<number, Broken>;
  readonly endedAt: number;
}

/** What happened until the drill ended the client: what comes after that is not the client's doing. */
export function courseOf(events: readonly DrillEvent[]): Course {
  const finished = events.findIndex(({ type }) => type === "finished");
  const seen = finished < 0 ? events : events.slice(0, finished + 1);
  const of = <T extends DrillEvent["type"]>(type: T): readonly Extract<DrillEvent, { type: T }>[] =>
    seen.filter((event): event is Extract<DrillEvent, { type: T }> => event.type === type);
  const breaks = of("broken");
  return {
    asked: of("asked"),
    answers: new Map(of("answered").map((answer) => [answer.request, answer])),
    breaks,
    openedAt: new Map(of("connectionOpened").map(({ connection, at }) => [connection, at])),
    closed: new Map(of("connectionClosed").map((each) => [each.connection, each])),
    brokenBy: new Map(breaks.flatMap((each) => each.connections.map((connection) => [connection, each]))),
    endedAt: seen.at(-1)?.at ?? 0,
  };
}

export function reportOf(program: string, events: readonly DrillEvent[]): RunReport {
  const course = courseOf(events);
  const find = <T extends DrillEvent["type"]>(type: T): Extract<DrillEvent, { type: T }> | undefined =>
    events.find((event): event is Extract<DrillEvent, { type: T }> => event.type === type);
  const clientEnd = find("clientEnded");
  const finished = find("finished");
  const isOfTheClient = clientEnd !== undefined && (finished === undefined || clientEnd.at <= finished.at);
  return {
    program,
    durationMillis: course.endedAt,
    endedBy: finished?.by ?? "client",
    readyAt: find("ready")?.at ?? null,
    clientEnd: isOfTheClient ? clientEnd : null,
    sdks: sdksOf(course.asked.map(({ userAgent }) => userAgent)),
    requests: course.asked.length,
    connectedElsewhere: find("connectedElsewhere")?.addresses ?? [],
    tlsHandshakes: events.filter(({ type }) => type === "spokeTls").length,
    breaks: course.breaks.map((each) => breakReport(each, course)),
    operations: operationReports(course),
    longestWithoutAnswerMillis: longestWithoutAnswer(course),
    repeats: repeatsOf(course),
    denial: denialOf(find("denying")?.at, course),
  };
}

function breakReport(broken: Broken, course: Course): BreakReport {
  const connections = broken.connections.map((connection) => brokenConnection(connection, broken, course));
  const met = connections.filter((each) => each.met !== null);
  const isOver = met.length > 0 && met.every(({ answered }) => answered !== null);
  const { number, kind, at } = broken;
  return {
    number,
    kind,
    at,
    connections,
    interruptionMillis: isOver ? Math.max(...met.map(({ answered }) => answered?.afterMillis ?? 0)) : null,
    watchedMillis: course.endedAt - at,
  };
}

/** Whether a request got no answer because of a break. */
export function isLost({ request, connection, met }: Asked, { answers, brokenBy }: Course): boolean {
  if (met === "broken") return true;
  return brokenBy.has(connection) && answers.get(request)?.isDelivered !== true;
}

function brokenConnection(connection: number, broken: Broken, course: Course): BrokenConnection {
  const first = course.asked.find((asked) => asked.connection === connection && isLost(asked, course));
  if (first === undefined) return { connection, met: null, gaveUpAfterMillis: null, answered: null };
  const metAt = Math.max(first.at, broken.at);
  const closed = course.closed.get(connection);
  const givenUpAt = closed?.by === "client" ? closed.at : undefined;
  const freeFrom = broken.kind === "reset" ? metAt : (givenUpAt ?? Infinity);
  return {
    connection,
    met: { operation: first.operation, at: metAt, wasInFlight: first.at < broken.at },
    gaveUpAfterMillis: broken.kind === "reset" || givenUpAt === undefined ? null : Math.max(0, givenUpAt - metAt),
    answered: firstAnswer(first, broken, metAt, freeFrom, course),
  };
}

/** The call itself, tried again; where the SDK does not tell, what is asked first when the client is free again. */
function firstAnswer(
  lost: Asked,
  broken: Broken,
  metAt: number,
  freeFrom: number,
  course: Course,
): BrokenConnection["answered"] {
  const isAnswer = (asked: Asked): boolean =>
    asked.request !== lost.request &&
    (course.openedAt.get(asked.connection) ?? 0) >= broken.at &&
    course.answers.get(asked.request)?.isDelivered === true;
  const retry = course.asked.find((asked) => asked.isCallKnown && asked.call === lost.call && isAnswer(asked));
  const next = retry ?? course.asked.find((asked) => asked.at >= freeFrom && isAnswer(asked));
  if (next === undefined) return null;
  const answeredAt = course.answers.get(next.request)?.at ?? next.at;
  return { connection: next.connection, afterMillis: answeredAt - metAt, isRetry: next === retry };
}

function operationReports(course: Course): readonly OperationReport[] {
  const names = [...new Set(course.asked.map(({ operation }) => operation))].sort();
  return names.map((operation) => {
    const asked = course.asked.filter((each) => each.operation === operation);
    const answers = asked.flatMap(({ request }) => course.answers.get(request) ?? []);
    const errors: Record<string, number> = {};
    for (const { errorCode, isDelivered } of answers)
      if (errorCode !== undefined && isDelivered) errors[errorCode] = (errors[errorCode] ?? 0) + 1;
    const lost = asked.filter((each) => isLost(each, course));
    const hung = lost.filter(({ connection }) => course.brokenBy.get(connection)?.kind === "silence");
    return {
      operation,
      answered: answers.filter(({ isDelivered }) => isDelivered).length,
      errors,
      failed: lost.length - hung.length,
      hung: hung.length,
      stillHanging: hung.filter(({ connection }) => !course.closed.has(connection)).length,
      retries: asked.filter(({ attempt = 1 }) => attempt > 1).length,
    };
  });
}

function longestWithoutAnswer({ asked, answers, endedAt }: Course): number {
  const moments = [
    ...asked.map(({ at }) => ({ at, isAnswer: false })),
    ...[...answers.values()].filter(({ isDelivered }) => isDelivered).map(({ at }) => ({ at, isAnswer: true })),
  ].sort((a, b) => a.at - b.at);
  let waitingSince: number | undefined;
  let longest = 0;
  for (const { at, isAnswer } of moments) {
    if (!isAnswer) waitingSince ??= at;
    else if (waitingSince !== undefined) {
      longest = Math.max(longest, at - waitingSince);
      waitingSince = undefined;
    }
  }
  return waitingSince === undefined ? longest : Math.max(longest, endedAt - waitingSince);
}

function repeatsOf(course: Course): readonly Repeat[] {
  const writes = course.asked.filter(({ isWrite, met }) => isWrite && met === "store");
  return writes.flatMap((asked, i) => {
    const first = course.answers.get(asked.request);
    if (first === undefined || first.isDelivered || first.errorCode !== undefined) return [];
    const again = writes.slice(i + 1).find(({ call }) => call === asked.call);
    if (again === undefined) return [];
    const { operation, isCallKnown } = asked;
    return [{ operation, at: again.at, outcome: outcomeOf(asked, course.answers.get(again.request)), isCallKnown }];
  });
}

function outcomeOf({ hasToken, hasCondition, addsUp }: Asked, again: Answered | undefined): Repeat["outcome"] {
  if (again?.errorCode === undefined) return hasToken ? "token" : addsUp ? "added" : "same";
  return REFUSED_BY_A_CONDITION.includes(again.errorCode) && hasCondition ? "condition" : "failed";
}

const REFUSED_BY_A_CONDITION: readonly string[] = [
  ...["ConditionalCheckFailedException", "DuplicateItemException", "TransactionCanceledException"],
];

function denialOf(at: number | undefined, { asked, endedAt }: Course): Denial | null {
  if (at === undefined) return null;
  const requests = asked.filter(({ met }) => met === "denial").length;
  return { at, requests, perSecond: endedAt > at ? requests / ((endedAt - at) / 1000) : 0 };
}
