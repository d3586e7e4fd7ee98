import type { Answer } from "./answers";
import { PROBE_VERSION, type ProbeErrorName, type ProbeEvent } from "./report";

/** What a gate met that did not pass. Of each kind the last. */
export interface GateSeen {
  /** How many requests took the endpoint. */
  throughEndpoint: number;
  longestRow: number;
  /** The answer to a conditional call that was not allowed; that it was throttled only where there is no other. */
  conditional?: Answer;
  /** The answer to the last control call, or that one was allowed where later ones were throttled. */
  control?: Answer;
  /** When it was sent, as `performance.now()` counts. */
  controlledAt?: number;
  /** A request without an answer. */
  silence?: Answer;
}

const WORDS = {
  denied: "denied",
  throttled: "throttled",
  failed: "answered with an error",
  reset: "reset",
  timedOut: "timed out",
  unreachable: "not reached",
};

/** A private hosted zone, or a resolver of one's own, may lead past the endpoint without an error, or nowhere. */
const NAMES =
  "that DynamoDB's name resolves to addresses of its prefix list there (a private hosted zone of the VPC, or " +
  "resolvers of your own, may lead elsewhere)";

const NETWORK_CHECKS =
  "that the function's security group lets it out on port 443, that the subnet's network ACL lets the answers in " +
  `(ports 1024-65535), ${NAMES}`;

/** Nothing was answered before the switch. */
export function noPathToday(event: ProbeEvent, requests: number, silence: Answer | undefined): Error {
  return refusal(
    "NoPath",
    `${event.routeTable}: none of ${requests} requests to DynamoDB was answered${last(silence)}. ` +
      `Check ${NETWORK_CHECKS}, and that the route table has a route to a NAT gateway. ` +
      "If it is to have no path to DynamoDB before its first switch, name it in rollout.isolated.",
  );
}

/** A request was answered before the switch of a route table that is said to be isolated. */
export function pathExists({ routeTable }: ProbeEvent, answer: Answer): Error {
  return refusal(
    "PathExists",
    `${routeTable}: DynamoDB answered (${wordsFor(answer)}), but rollout.isolated says that there is no path to it. ` +
      "Clients may have connections, which break at the switch: remove the route table from rollout.isolated, and " +
      "read its warning in the preview.",
  );
}

/** The time was over before several requests had been without an answer. */
export function isolationUnproven({ routeTable }: ProbeEvent, requests: number): Error {
  return refusal(
    "UnknownDenial",
    `${routeTable}: none of ${requests} requests was answered, as rollout.isolated says, but the time was too short ` +
      "for a proof. Raise rollout.check.timeoutSeconds.",
  );
}

/** The control call was refused before the switch. */
export function refusedToday(event: ProbeEvent, requests: number, answer: Answer): Error {
  if (isDeniedBy("endpointPolicy", answer)) {
    return deniedByEndpointPolicy(event, "the endpoint that it takes today", answer);
  }
  if (isDeniedBy("identity", answer)) return deniedByRole(event, answer);
  return refusal(
    "UnknownDenial",
    `${event.routeTable}: DynamoDB answers, but did not steadily allow the ${requests} control ` +
      `calls${last(answer)}. The path is not proven as long as a control call is refused. See the function's role, ` +
      "its permissions boundary, the organization's policies and the table's resource policy.",
  );
}

/** The table is not there. Permission is decided first: the requests were allowed. */
export function tableNotFound(event: ProbeEvent): Error {
  return refusal(
    "TableNotFound",
    `${event.routeTable}: the requests were allowed, but there is no DynamoDB table "${event.table}" in this ` +
      "account and Region. Check its name, and create it before its route tables are checked.",
  );
}

/** New connections are not proven to take the endpoint. */
export function gateRefusal(event: ProbeEvent, requests: number, seen: GateSeen): Error {
  const { routeTable, vpcEndpointId } = event;
  if (seen.throughEndpoint > 0 && !isDeniedBy("endpointPolicy", seen.conditional))
    return reconnectTimedOut(event, requests, seen);
  if (seen.conditional === undefined) {
    return refusal(
      "NoPath",
      `${routeTable}: none of ${requests} requests to DynamoDB was answered after the switch${last(seen.silence)}. ` +
        `Check ${NETWORK_CHECKS}, that both admit the prefix list of DynamoDB (security groups) and its ` +
        `addresses (network ACLs), and that ${vpcEndpointId} is available.`,
    );
  }
  const denial = [seen.conditional, seen.control].find((answer) => isDeniedBy("endpointPolicy", answer));
  if (denial !== undefined) return deniedByEndpointPolicy(event, vpcEndpointId, denial, seen.throughEndpoint);
  if (isDeniedBy("identity", seen.conditional) && isDeniedBy("identity", seen.control))
    return deniedByRole(event, seen.conditional);
  // To be throttled is to be answered, too.
  const isReached = seen.control?.kind === "allowed" || seen.control?.kind === "throttled";
  const pathIsDenied = isDeniedBy("identity", seen.conditional) && isReached;
  return pathIsDenied ? notThroughEndpoint(event, requests) : unknownDenial(event, requests, seen);
}

/** The event is not one of this version. */
export function unknownEvent(event: unknown): Error {
  const { version, phase } = (event ?? {}) as Partial<Record<string, unknown>>;
  return refusal(
    "UnknownEvent",
    `this function understands the phases before, during and after of version ${PROBE_VERSION}, with a routeTable, ` +
      `a table and a vpcEndpointId; it was invoked with version ${JSON.stringify(version)}, phase ` +
      `${JSON.stringify(phase)}. The function and the program that invokes it may come from different versions of ` +
      "the package.",
  );
}

function notThroughEndpoint({ routeTable, vpcEndpointId }: ProbeEvent, requests: number): Error {
  return refusal(
    "NotThroughEndpoint",
    `requests from ${routeTable} still do not take ${vpcEndpointId}: in ${requests} requests, DynamoDB answered ` +
      "the control calls and denied every call that is allowed through the endpoint alone. Check that the subnet of " +
      `this check uses ${routeTable} (see its explicit association; without one it uses the main route table), that ` +
      `the route table has no static route with DynamoDB's own range, ${NAMES}, and that the role's condition on ` +
      `aws:SourceVpce names ${vpcEndpointId}.`,
  );
}

function deniedByRole({ routeTable, table, vpcEndpointId }: ProbeEvent, denial: Answer): Error {
  return refusal(
    "DeniedByRole",
    `${routeTable}: the function's role does not allow the check${last(denial)}. It needs ` +
      "dynamodb:DescribeContinuousBackups on " +
      `"${table}" always, and dynamodb:DescribeTable through ${vpcEndpointId}; a changed role can take minutes to act.`,
  );
}

function deniedByEndpointPolicy({ routeTable }: ProbeEvent, endpoint: string, denial: Answer, allowed = 0): Error {
  const times = allowed === 0 ? "" : `, though not always (it allowed ${allowed} of its requests)`;
  return refusal(
    "DeniedByEndpointPolicy",
    `${routeTable}: the policy of ${endpoint} denies the function${times}${last(denial)}. Other clients of the ` +
      "endpoint may be denied, too. Allow what they need, and dynamodb:DescribeTable and " +
      "dynamodb:DescribeContinuousBackups on the table for the function's role; a changed policy can take minutes to " +
      "take effect.",
  );
}

function unknownDenial(event: ProbeEvent, requests: number, { conditional, control }: GateSeen): Error {
  const controlSaid = control === undefined ? "was not answered" : `was ${wordsFor(control)}`;
  return refusal(
    "UnknownDenial",
    `${event.routeTable}: DynamoDB answers, but none of ${requests} requests is proven to take ` +
      `${event.vpcEndpointId}${last(conditional)}. The control call beside it ${controlSaid}. Look for the reason in ` +
      "these words; where they name none, compare the function's role, its permissions boundary, the organization's " +
      "policies and the table's resource policy with what the check needs: dynamodb:DescribeContinuousBackups " +
      "always, dynamodb:DescribeTable through the endpoint.",
  );
}

function reconnectTimedOut(event: ProbeEvent, requests: number, seen: GateSeen): Error {
  const others = [seen.conditional, seen.silence].filter((answer) => answer !== undefined);
  const met = others.length === 0 ? "The time was too short" : `Beside them: ${others.map(wordsFor).join("; ")}`;
  return refusal(
    "ReconnectTimedOut",
    `${event.routeTable}: ${seen.throughEndpoint} of ${requests} requests took ${event.vpcEndpointId}, but at most ` +
      `${seen.longestRow} in a row. ${met}. The route may still be taking effect: check again. If it stays so, see ` +
      "whether the name of DynamoDB also resolves to addresses that the endpoint's prefix list does not hold, IPv6 " +
      "for example.",
  );
}

function isDeniedBy(denier: "identity" | "endpointPolicy", answer: Answer | undefined): boolean {
  return answer?.kind === "denied" && answer.by === denier;
}

function last(answer: Answer | undefined): string {
  return answer === undefined ? "" : ` (the last: ${wordsFor(answer)})`;
}

function wordsFor(answer: Answer): string {
  return "said" in answer ? `${WORDS[answer.kind]}: ${answer.said}` : answer.kind;
}

/** Without a stack: Lambda's answer holds it, and the engine would print it in the middle of the explanation. */
function refusal(name: ProbeErrorName, message: string): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = "";
  return error;
}
