import type { FailingAction } from "./cloud/faults";
import { INVOKE_ERRORS, type InvokeError } from "./cloud/invokeErrors";
import type { Impairment, Target } from "./dataPlane/impairments";
import type { Lab } from "./lab";
import { labMillis } from "./time";

/** Where a fault happens, and how much of it. What is left out is everywhere, or the fault's default. */
export interface FaultTarget extends Target {
  /** How late, how slow: the fault says its default. */
  readonly milliseconds?: number;
  /** How often, where a fault happens a few times only. */
  readonly times?: number;
}

/** Something that goes wrong in AWS, by name. */
export interface Fault {
  readonly name: FaultName;
  readonly description: string;
  /** What of the real world it is there for. */
  readonly standsFor: string;
  /** Begins it; the answer ends it. */
  readonly apply: (lab: Lab, target?: FaultTarget) => () => void;
}

export type FaultName =
  | "route-late"
  | "route-never"
  | "policy-denies"
  | "policy-late"
  | "role-late"
  | "no-egress"
  | "silent-drop"
  | "cold-start"
  | "evicted"
  | "slow-reconnect"
  | "api-error"
  | "throttle"
  | "limits-spent"
  | "slow-start"
  | "inactive"
  | "creation-fails"
  | "delivered-twice"
  /** The code of an error with which Lambda refuses to invoke a function. */
  | `${string}Exception`;

/** A fault of traffic or functions. */
function impairment(make: (target: FaultTarget) => Impairment): Fault["apply"] {
  return (lab, target = {}) => lab.impairments.add(make(target), placeOf(target));
}

function placeOf({ region, routeTableId, functionName }: FaultTarget): Target {
  return { region, routeTableId, functionName };
}

/** Refuses the calls that associate a route table at which the fault is aimed. */
function refuseAssociations(
  lab: Lab,
  { region, routeTableId, times }: FaultTarget,
  answer: Pick<FailingAction, "code" | "message" | "statusCode">,
): () => void {
  const when: FailingAction["when"] = ({ addRouteTableIds }) =>
    Array.isArray(addRouteTableIds) && (routeTableId === undefined || addRouteTableIds.includes(routeTableId));
  const fault: FailingAction = { service: "ec2", action: "ModifyVpcEndpoint", region, times, when, ...answer };
  lab.cloud.faults.failOn(fault);
  return () => lab.cloud.faults.end(fault);
}

/** What has begun ends together. */
function together(...ends: readonly (() => void)[]): () => void {
  return () => ends.forEach((end) => end());
}

function throttle(lab: Lab, target: FaultTarget, times: number): () => void {
  return together(
    refuseAssociations(lab, target, THROTTLED),
    lab.impairments.add({ kind: "throttledRequests", times }, placeOf(target)),
  );
}

function startSlowly(lab: Lab, target: FaultTarget, delayMillis: number): () => void {
  return together(
    lab.impairments.add({ kind: "newEnvironments", startMillis: 0 }, placeOf(target)),
    lab.impairments.add({ kind: "slowStart", delayMillis }, placeOf(target)),
  );
}

const UNAUTHORIZED = {
  code: "UnauthorizedOperation",
  message: "You are not authorized to perform this operation.",
  statusCode: 403,
};
const THROTTLED = { code: "RequestLimitExceeded", message: "Request limit exceeded.", statusCode: 503 };

/** How often a function cannot be invoked where AWS says that this passes. */
const PASSING_TIMES = 2;

/** Where that is so: how often it is when a test or a user does not say. */
const FIRST_INVOCATIONS = `. The first \`times\` (${PASSING_TIMES}) invocations`;

/** What an idle function takes to wake at the longest, by reports: 40 to 106 seconds. */
const WAKE_SECONDS = 106;

function refusedInvocations(error: InvokeError): Fault {
  const { code, message, passes } = error;
  return {
    name: code as `${string}Exception`,
    description: `Lambda does not invoke functions, and says: ${code}${passes === undefined ? "" : FIRST_INVOCATIONS}.`,
    standsFor: message.endsWith(".") ? message : `${message}.`,
    apply: impairment(({ times = passes === undefined ? Infinity : PASSING_TIMES }) => ({
      kind: "refusedInvocations",
      error,
      times,
    })),
  };
}

/**
 * Everything that a rehearsal can let go wrong, by name. An engine that is killed in mid-rollout is no fault of the
 * lab's: whoever started the engine kills it, as tests/engine/killed.test.ts does.
 */
export const FAULTS: readonly Fault[] = [
  {
    name: "route-late",
    description: "The route of a switch takes effect after the API has answered: `milliseconds` later (500).",
    standsFor: "Route changes are applied by the network, which is not the API that accepts them.",
    apply: impairment(({ milliseconds = 500 }) => ({ kind: "lateRoute", delayMillis: milliseconds })),
  },
  {
    name: "route-never",
    description: "The route of a switch is there for the API, and traffic does not take it until the fault ends.",
    standsFor: "A subnet whose traffic goes elsewhere: another route table, another Region's name, a proxy.",
    apply: impairment(() => ({ kind: "lateRoute", delayMillis: Infinity })),
  },
  {
    name: "policy-denies",
    description: "The policy in force at the endpoint denies every request, whatever the API says that it is.",
    standsFor: "Somebody replaced the policy by hand, or another one took effect minutes late.",
    apply: impairment(() => ({ kind: "denyingPolicy" })),
  },
  {
    name: "policy-late",
    description:
      "The policy of an endpoint acts `milliseconds` (500) after the API has accepted it: until then the one " +
      "before, and at a new endpoint none.",
    standsFor: "Endpoint policies, which AWS says may take a few minutes to take effect.",
    apply: impairment(({ milliseconds = 500 }) => ({ kind: "latePolicy", delayMillis: milliseconds })),
  },
  {
    name: "role-late",
    description:
      "What changes of a role's policies acts `milliseconds` (500) after the API has accepted it; a new role may do " +
      "nothing until then.",
    standsFor: "IAM, whose changes are copied around the world, and are seen by services seconds to minutes later.",
    apply: impairment(({ milliseconds = 500 }) => ({ kind: "lateRole", delayMillis: milliseconds })),
  },
  {
    name: "no-egress",
    description: "Connections get no answer, as if no security group let them out.",
    standsFor: "A security group without egress to the prefix list, a network ACL without the ranges.",
    apply: impairment(() => ({ kind: "noEgress" })),
  },
  {
    name: "silent-drop",
    description: "Connections that a switch breaks stay open and are never answered, instead of being reset.",
    standsFor: "Firewalls that drop the packets of flows they do not know.",
    apply: impairment(() => ({ kind: "silentDrop" })),
  },
  {
    name: "cold-start",
    description: "Each invocation gets a new execution environment, which takes `milliseconds` (300) more to start.",
    standsFor: "Lambda promises no reuse; large code and network interfaces take time.",
    apply: impairment(({ milliseconds = 300 }) => ({ kind: "newEnvironments", startMillis: milliseconds })),
  },
  {
    name: "evicted",
    description: "Each invocation gets a new execution environment.",
    standsFor: "Lambda takes environments back between two phases of a check.",
    apply: impairment(() => ({ kind: "newEnvironments", startMillis: 0 })),
  },
  {
    name: "slow-reconnect",
    description: "After a switch, new connections of its subnets get no answer for `milliseconds` (500).",
    standsFor: "Routes that reach some hosts before others.",
    apply: impairment(({ milliseconds = 500 }) => ({ kind: "slowReconnect", delayMillis: milliseconds })),
  },
  {
    name: "api-error",
    description: "EC2 fails to associate a route table: the first `times` (1) calls.",
    standsFor: "A quota, a permission, a conflict: an error in the middle of a roll-out.",
    apply: (lab, { times = 1, ...target } = {}) => refuseAssociations(lab, { ...target, times }, UNAUTHORIZED),
  },
  {
    name: "throttle",
    description: "EC2 and DynamoDB throttle the first `times` (3) associations, and as many requests.",
    standsFor: "The rate limits of APIs that an account shares: clients have to ask again.",
    apply: (lab, { times = 3, ...target } = {}) => throttle(lab, { ...target, times }, times),
  },
  {
    name: "limits-spent",
    description:
      "DynamoDB throttles the operations whose calls are limited for an account: DescribeContinuousBackups, " +
      "DescribeTimeToLive.",
    standsFor: "Other tools of the account that read the settings of its tables: a plan of Terraform, a scanner.",
    apply: impairment(() => ({ kind: "spentLimits" })),
  },
  {
    name: "slow-start",
    description:
      "Each invocation gets a new execution environment, whose first connections get no answer for `milliseconds` " +
      "(500).",
    standsFor: "A small function whose SDK and TLS start on a fraction of a processor.",
    apply: (lab, { milliseconds = 500, ...target } = {}) => startSlowly(lab, target, milliseconds),
  },
  {
    name: "inactive",
    description:
      "The next invocation of each function finds it inactive, and fails, as do those that follow until it is " +
      "awake: `milliseconds` later (106).",
    standsFor: "Lambda takes the network interfaces back of functions that were not used for 14 days.",
    apply: impairment(({ milliseconds = labMillis(WAKE_SECONDS) }) => ({
      kind: "inactiveFunctions",
      wakeMillis: milliseconds,
    })),
  },
  {
    name: "creation-fails",
    description: "Functions that are created end in the state Failed, in which they stay.",
    standsFor: "A role that may not make network interfaces yet, a subnet without a free address.",
    apply: impairment(() => ({ kind: "failingSetup" })),
  },
  {
    name: "delivered-twice",
    description: "Each invocation is delivered twice, one after the other; the second answer is the one that counts.",
    standsFor: "The provider's SDK asks again where an answer was lost on its way.",
    apply: impairment(() => ({ kind: "deliveredTwice" })),
  },
  ...INVOKE_ERRORS.map(refusedInvocations),
];

/** Begins a fault; the answer ends it. */
export function applyFault(lab: Lab, name: FaultName, target?: FaultTarget): () => void {
  const fault = FAULTS.find((known) => known.name === name);
  if (fault === undefined)
    throw new Error(`there is no fault "${name}", but ${FAULTS.map((known) => known.name).join(", ")}`);
  return fault.apply(lab, target);
}
