// A bundle of its own, loaded when CloudTrail is asked.
import { setTimeout as sleep } from "node:timers/promises";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import type { CallsFact, Facts } from "./facts";
import { readWanted, type Reading } from "./reading";
import { seenIn } from "./trailEvents";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html: 50 at most. */
const EVENTS_OF_A_PAGE = 50;

/** Events come newest first: what is left out is the oldest. 40 pages take 20 seconds. */
const MOST_PAGES = 40;

/** "The rate of lookup requests is limited to two per second, per account, per Region." */
const MILLIS_BETWEEN = 500;

/** Who has called DynamoDB's API in the time that is looked back on, by the event history: without a trail, too. */
export async function readCloudTrail({ settings, wanted, calls, window, announce }: Reading): Promise<Partial<Facts>> {
  const client = new CloudTrailClient(settings);
  const lookUp = (token: string | undefined): LookupEventsCommand =>
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: "EventSource", AttributeValue: "dynamodb.amazonaws.com" }],
      StartTime: new Date(window.from),
      EndTime: new Date(window.to),
      MaxResults: EVENTS_OF_A_PAGE,
      NextToken: token,
    });
  const read = async (): Promise<CallsFact> => {
    announce(`CloudTrail's events of DynamoDB since ${window.from}: ${MOST_PAGES} calls at most, two a second`);
    const events: string[] = [];
    let token: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      if (page > 0) await sleep(MILLIS_BETWEEN);
      const answer = await calls.ask("cloudtrail:LookupEvents", () => client.send(lookUp(token)));
      for (const { CloudTrailEvent: text } of answer.Events ?? []) if (text !== undefined) events.push(text);
      token = answer.NextToken;
      if (token === undefined || token === "") break;
    }
    return { ...window, ...seenIn(events, token !== undefined && token !== "") };
  };
  try {
    return await readWanted(wanted, { calls: read });
  } finally {
    client.destroy();
  }
}
