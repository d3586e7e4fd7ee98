import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import { ApiError } from "../../cloud/apiError";
import type { LogEvent } from "../../cloud/logs";
import { NOT_SERVED } from "../../cloud/rolePolicies";
import { operation, type ServedOperations } from "../operations";
import { opened, sealed } from "../pages";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const EVENTS_OF_A_PAGE = 10_000;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ */
export const LOGS: ServedOperations = {
  FilterLogEvents: operation<logs.FilterLogEventsRequest, logs.FilterLogEventsResponse>(
    ["logGroupName", "startTime", "endTime", "filterPattern", "nextToken", "limit"],
    async (region, { logGroupName = "", startTime = 0, endTime = Infinity, filterPattern, nextToken, limit }) => {
      if (logGroupName === "")
        throw new ApiError("InvalidParameterException", "Either logGroupName or logGroupIdentifier is required.");
      const isWanted = filterOf(filterPattern);
      const after = opened(
        nextToken,
        () => new ApiError("InvalidParameterException", "The specified nextToken is invalid."),
      );
      const first = after === undefined ? 0 : Number(after);
      const all = (await region.logs.filterLogEvents({ logGroupName })).filter(
        ({ timestamp, message }) => startTime <= timestamp && timestamp <= endTime && isWanted(message),
      );
      const page = all.slice(first, first + (limit ?? EVENTS_OF_A_PAGE));
      const next = first + page.length;
      return {
        events: page.map((event, i) => item(event, first + i)),
        nextToken: sealed(next < all.length ? String(next) : undefined),
        searchedLogStreams: [],
      };
    },
  ),
};

function item({ logStreamName, timestamp, message }: LogEvent, place: number): logs.FilteredLogEvent {
  return { logStreamName, timestamp, message, ingestionTime: timestamp, eventId: String(place).padStart(56, "0") };
}

/**
 * Of the patterns of https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html those for
 * words between spaces that name every field, some with a value: `[version, f2=eni-1, f3]`.
 */
function filterOf(pattern = ""): (message: string) => boolean {
  if (pattern.trim() === "") return () => true;
  const [, inside] = /^\s*\[([^\]]*)\]\s*$/.exec(pattern) ?? [];
  const fields = inside?.split(",").map((field) => /^\s*\w+\s*(?:=\s*"?([\w.-]+)"?\s*)?$/.exec(field));
  if (fields === undefined || fields.includes(null))
    throw new ApiError(NOT_SERVED, `The filter pattern ${pattern} is not served by the lab.`);
  return (message) => {
    const words = message.trim().split(/ +/);
    return (
      words.length === fields.length && fields.every((field, i) => field?.[1] === undefined || field[1] === words[i])
    );
  };
}
