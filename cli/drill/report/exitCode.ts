import { EXIT, type ExitCode, Unjudged } from "../../exit";
import { type Finding, SEVERITIES } from "../../finding";
import type { FailOn } from "../settings";

/** What a pipeline goes by: what is found counts more than what is not known, unless that is accepted by its id. */
export function exitCodeOf(findings: readonly Finding[], failOn: FailOn, accepted: readonly string[]): ExitCode {
  if (failOn !== "never") {
    const fatal: readonly string[] = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
    if (findings.some(({ severity }) => fatal.includes(severity))) return EXIT.found;
  }
  const isUnknown = findings.some(({ id, severity }) => severity === "unknown" && !accepted.includes(id));
  return isUnknown ? EXIT.unjudged : EXIT.clean;
}

/** The id of `ID=REASON`. */
export function acceptedId(accepted: string): string {
  const [id = "", reason = ""] = accepted.split(/=(.*)/s);
  if (id !== "" && reason.trim() !== "") return id;
  throw new Unjudged(`--accept-unknown ${accepted}: write ID=REASON`);
}
