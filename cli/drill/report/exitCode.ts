import { type ExitCode, exitCodeWhere } from "../../exit";
import { type FailOn, type Finding, isAtOrAbove } from "../../finding";

/** What a pipeline goes by. */
export function exitCodeOf(
  findings: readonly Finding[],
  failOn: FailOn,
  accepted: ReadonlyMap<string, string>,
): ExitCode {
  return exitCodeWhere(isAtOrAbove(failOn, findings), findings, accepted);
}
