/** Names as options take them: between commas, blanks, or both. */
export function separated(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((each) => each !== "");
}

/** "1 connection", "2 connections". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
