/** GitHub takes 65,536 in a comment. */
const MOST_CHARACTERS = 60_000;

/** The first of ever shorter comments that a comment's length allows. */
export function firstThatFits(everShorter: readonly (() => string)[]): string {
  let comment = "";
  for (const shorter of everShorter) {
    comment = shorter();
    if (comment.length <= MOST_CHARACTERS) return comment;
  }
  return cutBetweenLines(comment);
}

/** A comment never ends in the middle of a line. */
function cutBetweenLines(comment: string): string {
  const rest = "\n\n**This is not all of it**: `--json` has the rest.\n";
  const room = comment.slice(0, MOST_CHARACTERS - rest.length);
  return `${room.slice(0, room.lastIndexOf("\n"))}${rest}`;
}

/** Cells that are Markdown already. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Nothing where there is nothing to unfold. */
export function fold(title: string, text: string | undefined): string {
  return text === undefined || text === "" ? "" : `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}
