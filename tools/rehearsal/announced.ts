/** A route table that the warnings of a preview or a deployment name, and what they say of it. */
export interface AnnouncedTable {
  readonly name: string;
  /** As it is shown: an id, or why there is none. Absent of one whose name becomes another route table's. */
  readonly id?: string | undefined;
  readonly what: "switches" | "withdrawn" | "stays";
  /** Of one that switches; as the heading has it where each is a stage of its own. */
  readonly stage?: string | undefined;
  readonly isChecked?: boolean | undefined;
}

/** The route tables that warnings announce, in the order in which they stand there. */
export function announcedIn(warnings: readonly string[]): readonly AnnouncedTable[] {
  return warnings.flatMap((warning) => announcedLines(warning.split("\n")));
}

/** The names of those that switch, are withdrawn, or stay. */
export function announcedNames(warnings: readonly string[], what: AnnouncedTable["what"]): readonly string[] {
  return announcedIn(warnings).flatMap((table) => (table.what === what ? [table.name] : []));
}

/** What begins a list says what happens to all that follow it, and a line on a stage in which one. */
function announcedLines(lines: readonly string[]): readonly AnnouncedTable[] {
  const found: AnnouncedTable[] = [];
  let what: AnnouncedTable["what"] | undefined;
  let stage: string | undefined;
  for (const line of lines) {
    const several = /^\d+ route tables (switch|are withdrawn|stay) /.exec(line)?.[1];
    const heading = /^ {2}(?:stage "([^"]*)"|(each in a stage of its own, in this order)):$/.exec(line);
    if (several !== undefined) what = SEVERAL[several];
    else if (heading !== null) stage = heading[1] ?? heading[2];
    else found.push(...only(line), ...(what === undefined ? [] : [...listed(line, what, stage), ...onOneLine(line)]));
  }
  return found;
}

const SEVERAL: Readonly<Record<string, AnnouncedTable["what"]>> = {
  switch: "switches",
  "are withdrawn": "withdrawn",
  stay: "stays",
};

function only(line: string): readonly AnnouncedTable[] {
  const [, renamed] = /^(\S+) becomes another route table/.exec(line) ?? [];
  if (renamed !== undefined) return [{ name: renamed, what: "withdrawn" }];
  const [, name, id, what] =
    /^(\S+) \(([^)]*)\) (switches to|is withdrawn from|stays on) the endpoint/.exec(line) ?? [];
  if (name === undefined || what === undefined) return [];
  const stage = /in stage "([^"]*)"/.exec(line)?.[1];
  if (what !== "switches to") return [{ name, id, what: what === "stays on" ? "stays" : "withdrawn" }];
  return [{ name, id, what: "switches", stage, isChecked: isChecked(line) }];
}

function listed(line: string, what: AnnouncedTable["what"], stage: string | undefined): readonly AnnouncedTable[] {
  const [, name, id] = /^ {2,4}(\S+) \(([^)]*)\)/.exec(line) ?? [];
  if (name === undefined) return [];
  return [{ name, id, what, ...(what === "switches" && { stage, isChecked: isChecked(line) }) }];
}

/** All of a stage of whom the same is said, where there are many. */
function onOneLine(line: string): readonly AnnouncedTable[] {
  const [, stage, remark = "", tables = ""] = /^ {2}stage "([^"]*)", ([^()]*) \(\d+\): (.*)$/.exec(line) ?? [];
  return [...tables.matchAll(/(\S+) \(([^)]*)\)/g)].map(([, name = "", id]) => ({
    name,
    id,
    what: "switches",
    stage,
    isChecked: isChecked(remark),
  }));
}

function isChecked(line: string): boolean {
  return /checked afterwards/i.test(line);
}
