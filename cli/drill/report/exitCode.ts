import { type ExitCode, exitCodeWhere } from "../../exit";
import { type Finding, SEVERITIES } from "../../finding";
import type { FailOn } from "../settings";

/** What a pipeline goes by. */
export function exitCodeOf(
  findings: readonly Finding[],
  failOn: FailOn,
  accepted: ReadonlyMap<string, string>,
): ExitCode {
  return exitCodeWhere(isFatal(findings, failOn), findings, accepted);
}

/** Whether something is at or above `--fail-on`. */
function isFatal(findings: readonly Finding[], failOn: FailOn): boolean {
  if (failOn === "never") return false;
  const fatal: readonly string[] = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  return findings.some(({ severity }) => fatal.includes(severity));
}
