// A bundle of its own, loaded when CloudWatch Logs is asked.
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Facts, FlowsFact, ReadFlowLog } from "./facts";
import { formatOf, type LogFormat, recordsOf, seenTogether, type FlowRecord } from "./flowRecords";
import { isLogOf } from "./ofVpc";
import { isNotTold, readWanted, type Reading, requireTold } from "./reading";

/** Calls for all flow logs together: each looks through some of a log group, whether it finds anything or not. */
const MOST_PAGES = 60;

/** What flow logs in CloudWatch Logs have of packets to DynamoDB, in the time that is looked back on. */
export async function readLogs(reading: Reading): Promise<Partial<Facts>> {
  const client = new CloudWatchLogsClient(reading.settings);
  try {
    return await readWanted(reading.wanted, { flows: () => new FlowReader(client, reading).read() });
  } finally {
    client.destroy();
  }
}

/** Flow logs of one group that have one format: they are read together. */
interface Group {
  readonly name: string;
  readonly format: LogFormat;
  readonly logs: readonly Omit<ReadFlowLog, "outcome" | "records" | "isCut">[];
}

class FlowReader {
  constructor(
    readonly client: CloudWatchLogsClient,
    readonly reading: Reading,
  ) {}

  async read(): Promise<FlowsFact> {
    const groups = new Map<string, Group>();
    const others: ReadFlowLog[] = [];
    for (const log of this.#flowLogs()) {
      const { FlowLogId: flowLogId = "", ResourceId: resourceId = "", LogFormat = "", LogGroupName: name } = log;
      const named = { flowLogId, resourceId };
      const format = formatOf(LogFormat);
      const why = log.TrafficType === "REJECT" ? "rejects" : name === undefined ? "elsewhere" : undefined;
      if (why !== undefined || name === undefined || format === undefined) {
        others.push({ ...named, outcome: why ?? "noField", records: 0, isCut: false });
        continue;
      }
      const key = `${name} ${LogFormat}`;
      groups.set(key, { name, format, logs: [...(groups.get(key)?.logs ?? []), named] });
    }
    const mostPages = Math.max(1, Math.floor(MOST_PAGES / Math.max(1, groups.size)));
    if (groups.size > 0)
      this.reading.announce(`${groups.size} log groups of flow logs: ${mostPages} calls each at most`);
    const read = [];
    for (const group of groups.values()) read.push(await this.#group(group, mostPages));
    return {
      ...this.reading.window,
      logs: [...others, ...read.flatMap(({ logs }) => logs)].sort((one, other) =>
        one.flowLogId < other.flowLogId ? -1 : 1,
      ),
      interfaces: seenTogether(read.map(({ records }) => records)),
    };
  }

  #flowLogs() {
    const { facts, vpcId } = this.reading;
    const all = requireTold(facts.flowLogs);
    return vpcId === undefined ? all : all.filter(isLogOf(facts, vpcId));
  }

  async #group({ name, format, logs }: Group, mostPages: number): Promise<GroupRead> {
    const told = (outcome: ReadFlowLog["outcome"], records: readonly FlowRecord[], isCut: boolean): GroupRead => ({
      logs: logs.map((log) => ({ ...log, outcome, records: records.length, isCut })),
      records,
    });
    const messages = new Set<string>();
    let token: string | undefined;
    try {
      for (let page = 0; page < mostPages; page++) {
        const answer = await this.#page(name, format, token);
        for (const { message } of answer.events ?? []) if (message !== undefined) messages.add(message.trim());
        token = answer.nextToken;
        if (token === undefined || token === "") break;
      }
    } catch (error) {
      if (isNotTold(error) && error.code === "ResourceNotFoundException") return told("noGroup", [], false);
      throw error;
    }
    return told("read", recordsOf([...messages], format), token !== undefined && token !== "");
  }

  #page(logGroupName: string, { pattern: filterPattern }: LogFormat, nextToken: string | undefined) {
    const { calls, window } = this.reading;
    const times = { startTime: Date.parse(window.from), endTime: Date.parse(window.to) };
    return calls.ask("logs:FilterLogEvents", () =>
      this.client.send(new FilterLogEventsCommand({ logGroupName, filterPattern, nextToken, ...times })),
    );
  }
}

interface GroupRead {
  readonly logs: readonly ReadFlowLog[];
  readonly records: readonly FlowRecord[];
}
