import type { SeenFlows } from "./facts";

/** How the records of a flow log are read. */
export interface LogFormat {
  /** Its fields, in their order. */
  readonly fields: readonly string[];
  /** What finds its records of packets to DynamoDB: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
  readonly pattern: string;
}

/** What tells that a packet is for DynamoDB: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html */
export const TELLING_FIELD = "pkt-dst-aws-service";

/** Without these nobody could say who sent what, and when. */
const NEEDED = [TELLING_FIELD, "interface-id", "bytes", "start", "end"];

/** What a field must have, where a format has that field. */
const CONDITIONS: Readonly<Record<string, string>> = {
  [TELLING_FIELD]: "DYNAMODB",
  "flow-direction": "egress",
  action: "ACCEPT",
};

/** Of a format such as `${version} ${interface-id} …`; `undefined` where it lacks what tells. */
export function formatOf(logFormat: string): LogFormat | undefined {
  const fields = [...logFormat.matchAll(/\$\{([\w-]+)\}/g)].map(([, field = ""]) => field);
  if (NEEDED.some((field) => !fields.includes(field))) return undefined;
  const words = fields.map((field, i) => {
    const condition = CONDITIONS[field];
    return condition === undefined ? `f${i + 1}` : `f${i + 1}=${condition}`;
  });
  return { fields, pattern: `[${words.join(", ")}]` };
}

/** Packets that an interface sent to DynamoDB in some seconds. */
export interface FlowRecord {
  readonly networkInterfaceId: string;
  readonly bytes: number;
  /** Seconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly trafficPath: string | undefined;
}

export function recordsOf(messages: readonly string[], { fields }: LogFormat): readonly FlowRecord[] {
  const at = (values: readonly string[], field: string): string | undefined => values[fields.indexOf(field)];
  return messages.flatMap((message) => {
    const values = message.split(/ +/);
    const [bytes, start, end] = ["bytes", "start", "end"].map((field) => numberIn(at(values, field)));
    const networkInterfaceId = at(values, "interface-id") ?? "";
    if (values.length !== fields.length || !/^eni-[0-9a-z]{1,40}$/.test(networkInterfaceId)) return [];
    if (bytes === undefined || start === undefined || end === undefined) return [];
    const path = at(values, "traffic-path");
    return [{ networkInterfaceId, bytes, start, end, trafficPath: /^\d{1,2}$/.test(path ?? "") ? path : undefined }];
  });
}

function numberIn(text = ""): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** By interface. Two flow logs may have the same packets: of one interface the one counts that has most. */
export function seenTogether(logs: readonly (readonly FlowRecord[])[]): readonly SeenFlows[] {
  const most = new Map<string, SeenFlows>();
  for (const records of logs)
    for (const seen of byInterface(records)) {
      const known = most.get(seen.networkInterfaceId);
      if (known === undefined || known.bytes < seen.bytes) most.set(seen.networkInterfaceId, seen);
    }
  return [...most.values()].sort((one, other) => (one.networkInterfaceId < other.networkInterfaceId ? -1 : 1));
}

function byInterface(records: readonly FlowRecord[]): readonly SeenFlows[] {
  const groups = new Map<string, FlowRecord[]>();
  for (const record of records) {
    const group = groups.get(record.networkInterfaceId);
    if (group === undefined) groups.set(record.networkInterfaceId, [record]);
    else group.push(record);
  }
  return [...groups].map(([networkInterfaceId, own]) => ({
    networkInterfaceId,
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    firstAt: instant(own.reduce((first, { start }) => Math.min(first, start), Infinity)),
    lastAt: instant(own.reduce((last, { end }) => Math.max(last, end), 0)),
    trafficPaths: [...new Set(own.flatMap(({ trafficPath }) => trafficPath ?? []))].sort(),
  }));
}

/** The largest that a date can have. */
const MOST_SECONDS = 8_640_000_000_000;

function instant(seconds: number): string {
  return new Date(Math.min(seconds, MOST_SECONDS) * 1000).toISOString();
}
