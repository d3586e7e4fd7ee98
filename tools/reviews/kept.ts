import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { reviewPreview } from "../../cli/review/judge/reviewPreview";
import { readFilePreview } from "../../cli/review/read/readPreview";
import { REVIEW_SCHEMA_VERSION, type Review } from "../../cli/review/review";
import { markdownOf } from "../../cli/review/tell/markdown";
import { terminalText } from "../../cli/review/tell/terminal";
import type { DerivedPreview } from "./situation";

/** Where previews and their reviews are kept. */
export const KEPT = resolve(__dirname, "..", "..", "tests", "cli", "previews");

/** When all kept reviews were made, as they say. */
const NOW = "2026-01-01T00:00:00.000Z";

/** The review of a kept preview: `first-switch.json`, `first-switch.events.jsonl`. */
export async function reviewOf(file: string): Promise<Review> {
  const preview = await readFilePreview(join(KEPT, file));
  return {
    schemaVersion: REVIEW_SCHEMA_VERSION,
    command: "review",
    stacks: [reviewPreview({ ...preview, source: file })],
  };
}

/** What is kept beside a digest: the comment, and what a terminal shows. */
export function textsOf(review: Review): { readonly markdown: string; readonly terminal: string } {
  return { markdown: markdownOf(review, { picture: true, now: NOW }), terminal: terminalText(review, false) };
}

/** The digest that is made of another one that is kept. */
export function derivedDigest({ from, change }: DerivedPreview): string {
  const lines = readFileSync(join(KEPT, `${from}.json`), "utf8").split("\n");
  return lines
    .map((line) => (line.startsWith('{"op"') ? change(line.replace(/,$/, "")) + (/,$/.exec(line)?.[0] ?? "") : line))
    .join("\n");
}
