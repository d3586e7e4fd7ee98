import * as assert from "node:assert/strict";

import type { Answer } from "../../components/check/probe/answers";
import {
  gateRefusal,
  noPathToday,
  refusedToday,
  tableNotFound,
  unknownEvent,
} from "../../components/check/probe/refusals";
import type { ProbeEvent } from "../../components/check/probe/report";

const EVENT: ProbeEvent = { version: 1, phase: "after", routeTable: "a", table: "Stock", vpcEndpointId: "vpce-1" };
const denied = (by: "identity" | "endpointPolicy" | "unknown"): Answer => ({ kind: "denied", by, said: by });
const NOTHING = { throughEndpoint: 0, longestRow: 0 };

const NAMES =
  "that DynamoDB's name resolves to addresses of its prefix list there (a private hosted zone of the VPC, or " +
  "resolvers of your own, may lead elsewhere)";
const CHECK =
  "Check that the function's security group lets it out on port 443, that the subnet's network ACL lets the answers " +
  `in (ports 1024-65535), ${NAMES}`;
const ALLOW =
  "Other clients of the endpoint may be denied, too. Allow what they need, and dynamodb:DescribeTable and " +
  "dynamodb:DescribeContinuousBackups on the table for the function's role; " +
  "a changed policy can take minutes to take effect.";
const ROLE =
  'It needs dynamodb:DescribeContinuousBackups on "Stock" always, and dynamodb:DescribeTable through vpce-1; a ' +
  "changed role can take minutes to act.";
const COMPARE =
  "Look for the reason in these words; where they name none, compare the function's role, its permissions boundary, " +
  "the organization's policies and the table's resource policy with what the " +
  "check needs: dynamodb:DescribeContinuousBackups always, dynamodb:DescribeTable through the endpoint.";

/** What people read at three in the morning: what was seen, what it means, and where to look. */
describe("a phase that is not passed", () => {
  const cases: readonly (readonly [title: string, error: Error, name: string, message: string])[] = [
    [
      "without an answer today",
      noPathToday(EVENT, 4, { kind: "unreachable", said: "ENOTFOUND" }),
      "NoPath",
      `a: none of 4 requests to DynamoDB was answered (the last: not reached: ENOTFOUND). ${CHECK}, and that the ` +
        "route table has a route to a NAT gateway. " +
        "If it is to have no path to DynamoDB before its first switch, name it in rollout.isolated.",
    ],
    [
      "denied by the policy of today's endpoint",
      refusedToday(EVENT, 4, denied("endpointPolicy")),
      "DeniedByEndpointPolicy",
      "a: the policy of the endpoint that it takes today denies the function (the last: denied: endpointPolicy). " +
        ALLOW,
    ],
    [
      "denied by its role today",
      refusedToday(EVENT, 4, denied("identity")),
      "DeniedByRole",
      `a: the function's role does not allow the check (the last: denied: identity). ${ROLE}`,
    ],
    [
      "denied today, nobody says by what",
      refusedToday(EVENT, 4, denied("unknown")),
      "UnknownDenial",
      "a: DynamoDB answers, but did not steadily allow the 4 control calls (the last: denied: unknown). The path is " +
        "not proven as long as a control call is refused. " +
        "See the function's role, its permissions boundary, the organization's policies and the table's resource " +
        "policy.",
    ],
    [
      "without its table",
      tableNotFound(EVENT),
      "TableNotFound",
      'a: the requests were allowed, but there is no DynamoDB table "Stock" in this account and Region. Check its ' +
        "name, and create it before its route tables are checked.",
    ],
    [
      "without an answer",
      gateRefusal(EVENT, 4, { ...NOTHING, silence: { kind: "reset", said: "ECONNRESET" } }),
      "NoPath",
      `a: none of 4 requests to DynamoDB was answered after the switch (the last: reset: ECONNRESET). ${CHECK}, ` +
        "that both admit the prefix list of DynamoDB (security groups) and its addresses (network ACLs), and that " +
        "vpce-1 is available.",
    ],
    [
      "denied by the endpoint's policy",
      gateRefusal(EVENT, 4, { ...NOTHING, conditional: denied("endpointPolicy") }),
      "DeniedByEndpointPolicy",
      `a: the policy of vpce-1 denies the function (the last: denied: endpointPolicy). ${ALLOW}`,
    ],
    [
      "whose control call alone is denied by the endpoint's policy",
      gateRefusal(EVENT, 4, { ...NOTHING, conditional: denied("unknown"), control: denied("endpointPolicy") }),
      "DeniedByEndpointPolicy",
      `a: the policy of vpce-1 denies the function (the last: denied: endpointPolicy). ${ALLOW}`,
    ],
    [
      "denied by the endpoint's policy now and then",
      gateRefusal(EVENT, 4, { throughEndpoint: 2, longestRow: 1, conditional: denied("endpointPolicy") }),
      "DeniedByEndpointPolicy",
      "a: the policy of vpce-1 denies the function, though not always (it allowed 2 of its requests) (the last: " +
        `denied: endpointPolicy). ${ALLOW}`,
    ],
    [
      "denied by its role",
      gateRefusal(EVENT, 4, { ...NOTHING, conditional: denied("identity"), control: denied("identity") }),
      "DeniedByRole",
      `a: the function's role does not allow the check (the last: denied: identity). ${ROLE}`,
    ],
    ...(["allowed", "throttled"] as const).map((kind): readonly [string, Error, string, string] => [
      `on the old path, whose control call is ${kind}`,
      gateRefusal(EVENT, 4, {
        ...NOTHING,
        conditional: denied("identity"),
        control: kind === "allowed" ? { kind } : { kind, said: "ThrottlingException" },
      }),
      "NotThroughEndpoint",
      "requests from a still do not take vpce-1: in 4 requests, DynamoDB answered the control calls and denied " +
        "every call that is allowed through the endpoint alone. " +
        "Check that the subnet of this check uses a (see its explicit association; without one it uses the main " +
        `route table), that the route table has no static route with DynamoDB's own range, ${NAMES}, ` +
        "and that the role's condition on aws:SourceVpce names vpce-1.",
    ]),
    [
      "denied, nobody says by what",
      gateRefusal(EVENT, 4, {
        ...NOTHING,
        conditional: denied("identity"),
        control: { kind: "failed", said: "InternalServerError" },
      }),
      "UnknownDenial",
      "a: DynamoDB answers, but none of 4 requests is proven to take vpce-1 (the last: denied: identity). The " +
        `control call beside it was answered with an error: InternalServerError. ${COMPARE}`,
    ],
    [
      "denied, without a word of the control call",
      gateRefusal(EVENT, 4, { ...NOTHING, conditional: { kind: "throttled", said: "ThrottlingException" } }),
      "UnknownDenial",
      "a: DynamoDB answers, but none of 4 requests is proven to take vpce-1 (the last: throttled: " +
        `ThrottlingException). The control call beside it was not answered. ${COMPARE}`,
    ],
    [
      "that took the endpoint now and then",
      gateRefusal(EVENT, 4, { throughEndpoint: 3, longestRow: 2, silence: { kind: "timedOut", said: "TimeoutError" } }),
      "ReconnectTimedOut",
      "a: 3 of 4 requests took vpce-1, but at most 2 in a row. Beside them: timed out: TimeoutError. The route may " +
        "still be taking effect: check again. " +
        "If it stays so, see whether the name of DynamoDB also resolves to addresses that the endpoint's prefix " +
        "list does not hold, IPv6 for example.",
    ],
    ...[{ version: 2, phase: "later" }, undefined].map((event): readonly [string, Error, string, string] => [
      `asked with ${JSON.stringify(event)}`,
      unknownEvent(event),
      "UnknownEvent",
      "this function understands the phases before, during and after of version 1, with a routeTable, a table and a " +
        `vpcEndpointId; it was invoked with version ${event?.version}, phase ` +
        `${JSON.stringify(event?.phase)}. The function and the program that invokes it may come from different ` +
        "versions of the package.",
    ]),
  ];
  for (const [title, error, name, message] of cases) {
    it(`says so: ${title}`, () => assert.deepEqual([error.name, error.message, error.stack], [name, message, ""]));
  }
});
