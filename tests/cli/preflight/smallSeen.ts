import type { CallsFact, FlowsFact, ReadFlowLog, SeenCalls, SeenFlows } from "../../../cli/preflight/facts/facts";
import { ACCOUNT } from "./smallFacts";

/** Calls of the role `app` from the address of the NAT gateway. */
export function seenCalls(more: Partial<SeenCalls> = {}): SeenCalls {
  return {
    principal: `arn:aws:iam::${ACCOUNT}:role/app`,
    principalType: "AssumedRole",
    accountId: ACCOUNT,
    sourceIPAddress: "198.51.100.7",
    userAgent: "Boto3/1.34.0",
    eventNames: ["DescribeTable"],
    tableNames: ["Orders"],
    events: 2,
    firstAt: "2026-01-31T10:00:00Z",
    lastAt: "2026-01-31T11:00:00Z",
    ...more,
  };
}

export function calls(...seen: readonly SeenCalls[]): CallsFact {
  const events = seen.reduce((sum, each) => sum + each.events, 0);
  return { from: "2026-01-30T12:00:00.000Z", to: "2026-01-31T12:00:00.000Z", events, seen };
}

export function flows(
  interfaces: readonly Partial<SeenFlows>[],
  logs: readonly Partial<ReadFlowLog>[] = [{}],
): FlowsFact {
  return {
    from: "2026-01-30T12:00:00.000Z",
    to: "2026-01-31T12:00:00.000Z",
    logs: logs.map((log) => ({
      ...{ flowLogId: "fl-1", resourceId: "vpc-1", outcome: "read" as const, records: 2, isCut: false },
      ...log,
    })),
    interfaces: interfaces.map((seen) => ({
      networkInterfaceId: "eni-a",
      bytes: 4096,
      firstAt: "2026-01-31T10:00:00.000Z",
      lastAt: "2026-01-31T11:00:00.000Z",
      trafficPaths: ["1"],
      ...seen,
    })),
  };
}
