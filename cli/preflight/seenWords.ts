import { counted } from "../words";
import { listed } from "./network";
import type { CallerSeen, CallsSeen } from "./seen";

/** Of clients, calls and tables in one line. */
const MOST_NAMES = 5;

/** "arn:…: 12 calls (DescribeTable) by Boto3/1.34.0 from NAT gateway nat-… (203.0.113.7), last 2026-01-31T00:00:00Z" */
export function callerText(caller: CallerSeen): string {
  const { principal, events, eventNames, clients, ways, tableNames, lastAt, hosts } = caller;
  // These names have addresses of IPv6, too, which no gateway endpoint serves.
  const dualStack = hosts.filter((host) => host.endsWith(".api.aws"));
  const asking = dualStack.length === 0 ? "" : `, asking for ${listed(dualStack, MOST_NAMES)}`;
  const by = clients.length === 0 ? "" : ` by ${listed(clients, MOST_NAMES)}`;
  const on = tableNames.length === 0 ? "" : ` on ${listed(tableNames, MOST_NAMES)}`;
  const what = `${counted(events, "call")} (${listed(eventNames, MOST_NAMES)})${on}`;
  return `${principal}: ${what}${by} from ${listed(ways, MOST_NAMES)}${asking}; the last at ${lastAt}`;
}

/** What was read, how far it reaches, and what nobody can conclude from it. */
export function historyText({ events, elsewhere, cutAt, from, to }: CallsSeen): string {
  const cut = cutAt === undefined ? "" : ` It was cut off there: what happened before ${cutAt} was not read.`;
  return (
    `${counted(events, "event")} of DynamoDB in CloudTrail's event history from ${from} to ${to}, ` +
    `${elsewhere} of them from other addresses.${cut} ${ABSENCE}`
  );
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html */
export const ABSENCE =
  "It holds management events alone. Calls of items (GetItem, Query and their kin) are data events, which it " +
  "does not hold: whoever is not seen here may call all the same.";
