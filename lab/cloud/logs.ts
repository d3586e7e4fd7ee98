import { ApiError } from "./apiError";
import type { FrontDoor, Served } from "./frontDoor";
import { regionalArn } from "./identifiers";
import { LOG_GROUP_NAMES, requireName } from "./names";
import type { Collection, Store } from "./store";
import { tagOperations, type Tags } from "./tags";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html */
export interface LogGroup {
  readonly logGroupName: string;
  readonly arn: string;
  readonly logGroupClass: string;
  /** Undefined: for ever. */
  readonly retentionInDays?: number;
  readonly tags: Tags;
}

/** Where the store keeps a Region's log groups. */
export function logGroupsOf(store: Store, region: string): Collection<LogGroup> {
  return store.collection(`${region}/logs/groups`);
}

interface LogGroupName {
  readonly logGroupName: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_OutputLogEvent.html */
export interface LogEvent {
  readonly logStreamName: string;
  /** Unit: milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** What was written into a Region's log groups. It belongs to the running lab: it is not kept in its state file. */
export class LogEvents {
  readonly #groups = new Map<string, LogEvent[]>();

  put(logGroupName: string, event: LogEvent): void {
    const group = this.#groups.get(logGroupName);
    if (group === undefined) this.#groups.set(logGroupName, [event]);
    else group.push(event);
  }

  of(logGroupName: string): readonly LogEvent[] {
    return this.#groups.get(logGroupName) ?? [];
  }

  drop(logGroupName: string): void {
    this.#groups.delete(logGroupName);
  }
}

function operations(store: Store, region: string, events: LogEvents) {
  const groups = logGroupsOf(store, region);
  const groupOf = (logGroupName: string): LogGroup => {
    const group = groups.get(logGroupName);
    if (group === undefined) throw new ApiError("ResourceNotFoundException", "The specified log group does not exist.");
    return group;
  };
  const taggedGroup = (arn: string): LogGroup => groupOf(arn.split(":")[6] ?? "");
  return {
    createLogGroup: ({
      logGroupName,
      logGroupClass = "STANDARD",
      tags = {},
    }: LogGroupName & { readonly logGroupClass?: string; readonly tags?: Tags }): void => {
      requireName(LOG_GROUP_NAMES, logGroupName, "InvalidParameterException");
      if (groups.get(logGroupName) !== undefined) {
        throw new ApiError("ResourceAlreadyExistsException", "The specified log group already exists");
      }
      const arn = regionalArn(region, "logs", `log-group:${logGroupName}`);
      groups.put(logGroupName, { logGroupName, arn, logGroupClass, tags });
    },
    describeLogGroups: ({ logGroupNamePrefix = "" }: { readonly logGroupNamePrefix?: string }): readonly LogGroup[] =>
      groups.all().filter(({ logGroupName }) => logGroupName.startsWith(logGroupNamePrefix)),
    putRetentionPolicy: ({
      logGroupName,
      retentionInDays,
    }: LogGroupName & { readonly retentionInDays: number }): void =>
      groups.put(logGroupName, { ...groupOf(logGroupName), retentionInDays }),
    deleteRetentionPolicy: ({ logGroupName }: LogGroupName): void =>
      groups.put(logGroupName, { ...groupOf(logGroupName), retentionInDays: undefined }),
    ...tagOperations(taggedGroup, (group) => groups.put(group.logGroupName, group)),
    listTagsForResource: ({ resourceArn }: { readonly resourceArn: string }): Tags => taggedGroup(resourceArn).tags,
    deleteLogGroup: ({ logGroupName }: LogGroupName): void => {
      groups.remove(groupOf(logGroupName).logGroupName);
      events.drop(logGroupName);
    },
    /** Without the streams of AWS, which have to be made before. */
    putLogEvents: ({
      logGroupName,
      logStreamName,
      logEvents,
    }: LogGroupName & {
      readonly logStreamName: string;
      readonly logEvents: readonly Omit<LogEvent, "logStreamName">[];
    }): void => {
      for (const event of logEvents) events.put(groupOf(logGroupName).logGroupName, { logStreamName, ...event });
    },
    /** The events of all streams of a group, oldest first. */
    filterLogEvents: ({ logGroupName }: LogGroupName): readonly LogEvent[] =>
      events.of(groupOf(logGroupName).logGroupName),
  };
}

/** Amazon CloudWatch Logs in one Region: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ */
export type Logs = Served<ReturnType<typeof operations>>;

export function logsService(door: FrontDoor, store: Store, region: string, events: LogEvents): Logs {
  return door.serve(region, "logs", operations(store, region, events));
}
