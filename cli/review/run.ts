import { acceptedUnknown } from "../acceptedUnknown";
import { isColoured } from "../colour";
import { exitCodeWhere, type ExitCode } from "../exit";
import { reviewPreview } from "./judge/reviewPreview";
import { readFilePreview, readPreview, STANDARD_INPUT } from "./read/readPreview";
import { REVIEW_SCHEMA_VERSION, type Review } from "./review";
import { markdownOf } from "./tell/markdown";
import { terminalText } from "./tell/terminal";

export interface ReviewOptions {
  readonly markdown?: boolean;
  readonly json?: boolean;
  readonly failOn: "never" | "unannounced" | "switch" | "finding";
  /** `ID=reason` each. */
  readonly acceptUnknown: readonly string[];
  readonly commit?: string;
  readonly picture: boolean;
  readonly color: boolean;
}

export async function run(files: readonly string[], options: ReviewOptions): Promise<ExitCode> {
  const accepted = acceptedUnknown(options.acceptUnknown);
  const previews =
    files.length === 0
      ? [await readPreview(STANDARD_INPUT, process.stdin)]
      : await inTurn(files, (file) =>
          file === "-" ? readPreview(STANDARD_INPUT, process.stdin) : readFilePreview(file),
        );
  const review: Review = {
    schemaVersion: REVIEW_SCHEMA_VERSION,
    command: "review",
    stacks: previews.map(reviewPreview),
    ...(options.commit !== undefined && { commit: options.commit }),
  };
  process.stdout.write(textOf(review, options));
  return exitCodeFor(review, options.failOn, accepted);
}

/** One after the other: each may be large. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function textOf(review: Review, { json, markdown, picture, color }: ReviewOptions): string {
  if (json === true) return `${JSON.stringify(review, null, 2)}\n`;
  if (markdown === true) return markdownOf(review, { picture, now: new Date().toISOString() });
  return terminalText(review, isColoured(color));
}

function exitCodeFor(
  { stacks }: Review,
  failOn: ReviewOptions["failOn"],
  accepted: ReadonlyMap<string, string>,
): ExitCode {
  const breaking = stacks.flatMap(({ switches }) => switches).filter(({ breaks }) => breaks);
  const findings = stacks.flatMap((stack) => stack.findings);
  // Nothing announces that requests are denied.
  const isDenied = findings.some(({ severity }) => severity === "blocker");
  const found = {
    never: false,
    unannounced: isDenied || breaking.some(({ isAnnounced }) => !isAnnounced),
    switch: isDenied || breaking.length > 0,
    finding: findings.some(({ severity }) => severity !== "unknown"),
  };
  return exitCodeWhere(found[failOn], findings, accepted);
}
