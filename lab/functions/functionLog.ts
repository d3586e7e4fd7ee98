import { randomBytes } from "node:crypto";
import type { CloudInside } from "../cloud/cloud";
import type { FunctionConfiguration } from "../cloud/functionConfiguration";
import { regionalArn } from "../cloud/identifiers";
import { logGroupsOf } from "../cloud/logs";
import { roleMay, roleOfArn } from "../cloud/rolePolicies";

/** Where an execution environment writes. */
export interface FunctionLog {
  readonly logStreamName: string;
  readonly write: (line: string) => void;
}

/**
 * The log stream of a new environment, in the function's log group. What the role may not write is lost without a word,
 * as is what has no log group. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
 */
export function functionLog(
  inside: CloudInside,
  region: string,
  { role: arn, logging }: FunctionConfiguration,
): FunctionLog {
  const { logGroup } = logging;
  const day = new Date().toISOString().slice(0, "2026-01-31".length).replaceAll("-", "/");
  const logStreamName = `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
  const streamArn = regionalArn(region, "logs", `log-group:${logGroup}:log-stream:${logStreamName}`);

  const mayWrite = (): boolean => {
    const role = roleOfArn(inside.store, arn);
    const groups = logGroupsOf(inside.store, region);
    if (role === undefined || groups.get(logGroup) === undefined) return false;
    return ["logs:CreateLogStream", "logs:PutLogEvents"].every((action) =>
      roleMay(inside.store, role, action, streamArn),
    );
  };
  return {
    logStreamName,
    write: (message) => {
      if (mayWrite()) inside.logEventsOf(region).put(logGroup, { logStreamName, timestamp: Date.now(), message });
    },
  };
}
