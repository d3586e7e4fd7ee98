import { namedIn } from "../../drill/sdk/identify";
import type { CallsFact, SeenCalls } from "./facts";

/** As much of an event as is looked at: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
interface TrailEvent {
  readonly userIdentity?: UserIdentity | null;
  readonly eventTime?: unknown;
  readonly eventName?: unknown;
  readonly sourceIPAddress?: unknown;
  readonly userAgent?: unknown;
  readonly vpcEndpointId?: unknown;
  readonly requestParameters?: { readonly tableName?: unknown } | null;
  readonly tlsDetails?: { readonly clientProvidedHostHeader?: unknown } | null;
}

interface UserIdentity {
  readonly type?: unknown;
  readonly arn?: unknown;
  readonly accountId?: unknown;
  readonly invokedBy?: unknown;
  readonly sessionContext?: { readonly sessionIssuer?: { readonly arn?: unknown } | null } | null;
}

/** Who called from where, and with what. */
type Place = Omit<SeenCalls, "eventNames" | "tableNames" | "events" | "firstAt" | "lastAt">;

/** What of an event is kept. */
interface Seen {
  readonly place: Place;
  readonly at: string;
  readonly eventName: string;
  readonly tableName?: string;
}

/** Events, each a JSON text, as calls of one principal from one place with one client. */
export function seenIn(events: readonly string[], isCut: boolean): Omit<CallsFact, "from" | "to"> {
  const all = events.flatMap((text) => seenOf(text) ?? []);
  const groups = new Map<string, Seen[]>();
  for (const each of all) {
    const key = JSON.stringify(each.place);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  const [oldest] = all.map(({ at }) => at).sort();
  return {
    events: events.length,
    ...(isCut && oldest !== undefined && { cutAt: oldest }),
    seen: [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => together(group)),
  };
}

/** Of tables that one principal asks about: more say nothing more. */
const MOST_TABLES = 20;

function together(group: readonly Seen[]): SeenCalls {
  const times = group.map(({ at }) => at).sort();
  const { place } = group[0] as Seen;
  return {
    ...place,
    eventNames: distinct(group.map(({ eventName }) => eventName)),
    tableNames: distinct(group.flatMap(({ tableName }) => tableName ?? [])).slice(0, MOST_TABLES),
    events: group.length,
    firstAt: times[0] ?? "",
    lastAt: times.at(-1) ?? "",
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

function seenOf(text: string): Seen | undefined {
  const event = parsed(text);
  const at = fitting(event?.eventTime, TIME);
  const eventName = fitting(event?.eventName, /^\w{1,64}$/);
  const sourceIPAddress = fitting(event?.sourceIPAddress, /^[\w.:-]{1,128}$/);
  const userIdentity = event?.userIdentity ?? {};
  const principal = principalOf(userIdentity);
  if (at === undefined || eventName === undefined || sourceIPAddress === undefined || principal === undefined)
    return undefined;
  const tableName = fitting(event?.requestParameters?.tableName, /^[\w.:/-]{1,1024}$/);
  const place: Place = {
    principal,
    principalType: fitting(userIdentity.type, /^\w{1,64}$/) ?? "unknown",
    sourceIPAddress,
    ...known({
      accountId: fitting(userIdentity.accountId, ACCOUNT),
      vpcEndpointId: fitting(event?.vpcEndpointId, /^vpce-[0-9a-z]{1,40}$/),
      userAgent: typeof event?.userAgent === "string" ? clientOf(event.userAgent) : undefined,
      host: fitting(event?.tlsDetails?.clientProvidedHostHeader, /^[\w.:-]{1,255}$/),
    }),
  };
  return { place, at, eventName, ...(tableName !== undefined && { tableName }) };
}

type Known<T> = { readonly [K in keyof T]?: NonNullable<T[K]> };

function known<T extends object>(fields: T): Known<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ACCOUNT = /^\d{12}$/;

/** What an event has that looks as AWS writes it. Anything else somebody else may have put there. */
function fitting(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

function parsed(text: string): TrailEvent | undefined {
  try {
    const event: unknown = JSON.parse(text);
    return typeof event === "object" && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

const ARN = /^arn:aws[\w-]*:[\w-]+::\d{12}:[\w+=,.@/-]{1,600}$/;

/** A session's role rather than the session, whose name may be anything. */
function principalOf({ type, arn, accountId, invokedBy, sessionContext }: UserIdentity): string | undefined {
  const account = fitting(accountId, ACCOUNT);
  const role = fitting(sessionContext?.sessionIssuer?.arn, ARN);
  if (type === "AssumedRole" || type === "FederatedUser") return role ?? fitting(arn, ARN);
  return fitting(arn, ARN) ?? fitting(invokedBy, /^[\w.-]{1,128}$/) ?? (account && `account ${account}`);
}

const MOST_CHARACTERS = 60;

/** An SDK by the name it gives itself, or a service of AWS. What else clients say may be anything, a secret too. */
function clientOf(userAgent: string): string | undefined {
  const service = fitting(userAgent, /^[\w.-]{1,128}\.amazonaws\.com$/);
  return service ?? namedIn(userAgent)?.slice(0, MOST_CHARACTERS);
}
