import type * as cloudtrail from "@aws-sdk/client-cloudtrail";
import { ApiError } from "../../cloud/apiError";
import type { TrailEvent } from "../../cloud/cloudTrail";
import { NOT_SERVED } from "../../cloud/rolePolicies";
import { operation, type ServedOperations } from "../operations";
import { opened, sealed } from "../pages";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const EVENTS_OF_A_PAGE = 50;

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/ */
export const CLOUDTRAIL: ServedOperations = {
  LookupEvents: operation<cloudtrail.LookupEventsRequest, cloudtrail.LookupEventsResponse>(
    ["LookupAttributes", "StartTime", "EndTime", "MaxResults", "NextToken"],
    async (region, { LookupAttributes, StartTime, EndTime, MaxResults: most = EVENTS_OF_A_PAGE, NextToken: token }) => {
      const eventSource = sourceIn(LookupAttributes);
      const all = await region.cloudTrail.lookupEvents({ eventSource, startTime: StartTime, endTime: EndTime });
      const after = opened(token, () => new ApiError("InvalidNextTokenException", "The token is not valid."));
      // Newer events come before: who asks for the next page still gets what follows the last one.
      const first = after === undefined ? 0 : all.findIndex(({ eventId }) => eventId === after) + 1;
      const page = all.slice(first, first + most);
      const last = page.at(-1);
      const isMore = first + page.length < all.length;
      return { Events: page.map(item), NextToken: sealed(isMore ? last?.eventId : undefined) };
    },
  ),
};

function sourceIn(attributes: readonly cloudtrail.LookupAttribute[] = []): string | undefined {
  const [attribute, ...others] = attributes;
  if (others.length > 0)
    throw new ApiError("InvalidLookupAttributesException", "Only one lookup attribute can be specified.");
  if (attribute === undefined) return undefined;
  if (attribute.AttributeKey !== "EventSource")
    throw new ApiError(NOT_SERVED, `The lookup attribute ${attribute.AttributeKey ?? ""} is not served by the lab.`);
  return attribute.AttributeValue;
}

function item(event: TrailEvent): cloudtrail.Event {
  return {
    EventId: event.eventId,
    EventName: event.eventName,
    ReadOnly: String(event.readOnly),
    AccessKeyId: event.accessKeyId,
    EventTime: new Date(event.eventTime),
    EventSource: event.eventSource,
    Username: event.username,
    Resources:
      event.tableName === undefined ? [] : [{ ResourceType: "AWS::DynamoDB::Table", ResourceName: event.tableName }],
    CloudTrailEvent: event.cloudTrailEvent,
  };
}
