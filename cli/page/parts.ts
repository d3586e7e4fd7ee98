import type { Finding } from "../finding";
import { element, type Child, type Markup } from "./markup";

/** `level` 2 to 6, as it stands below the headings around it. */
export function heading(level: number, ...children: readonly Child[]): Markup {
  return element(`h${Math.min(level, 6)}`, {}, ...children);
}

/** A part of a page with a heading, to which an address can lead. */
export function section(id: string, level: number, title: Child, ...children: readonly Child[]): Markup {
  return element(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    element(`h${Math.min(level, 6)}`, { id: `${id}-title` }, title),
    ...children,
  );
}

export function badge(severity: Finding["severity"] | "acknowledged" | "passed"): Markup {
  return element("span", { class: `badge ${severity}` }, severity);
}

export function code(text: string): Markup {
  return element("code", {}, text);
}

export function link(href: string, ...children: readonly Child[]): Markup {
  return element("a", { href }, ...children);
}

/** What unfolds, open or not at first. */
export function fold(
  summary: Child,
  body: Child,
  { isOpen = false, id }: { readonly isOpen?: boolean; readonly id?: string } = {},
): Markup {
  return element(
    "details",
    { id, ...(isOpen && { open: "" }) },
    element("summary", {}, summary),
    element("div", { class: "folded" }, body),
  );
}

/** As wide as it has to be, and never wider than the page: what is more is scrolled, by keyboard too. */
export function scrolled(name: string, ...children: readonly Child[]): Markup {
  return element("div", { class: "scrolled", role: "region", "aria-label": name, tabindex: 0 }, ...children);
}

export interface DataTable {
  readonly caption: string;
  readonly heads: readonly string[];
  /** The first cell of each heads its row. */
  readonly rows: readonly (readonly Child[])[];
  /** The columns of numbers. */
  readonly numbers?: readonly number[];
}

export function dataTable({ caption, heads, rows, numbers = [] }: DataTable): Markup {
  const classOf = (i: number): { readonly class?: string } => (numbers.includes(i) ? { class: "number" } : {});
  return scrolled(
    caption,
    element(
      "table",
      {},
      element("caption", {}, caption),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          heads.map((head, i) => element("th", { scope: "col", ...classOf(i) }, head)),
        ),
      ),
      element(
        "tbody",
        {},
        rows.map((cells) =>
          element(
            "tr",
            {},
            cells.map((cell, i) => (i === 0 ? element("th", { scope: "row" }, cell) : element("td", classOf(i), cell))),
          ),
        ),
      ),
    ),
  );
}

/** Numbers that stand for the whole, each with what it counts. */
export function figures(all: readonly (readonly [label: string, value: Child])[]): Markup {
  return element(
    "dl",
    { class: "figures" },
    all.map(([label, value]) => element("div", {}, element("dt", {}, label), element("dd", {}, value))),
  );
}

/** A finding of any command; `notes` are lines of the command's own. */
export function findingArticle(
  finding: Finding,
  { id, level, notes = [], isAcknowledged = false }: FindingPlace,
): Markup {
  const { severity, subject, message, evidence, remedy, reference } = finding;
  return element(
    "article",
    { id, class: `finding ${isAcknowledged ? "acknowledged" : severity}`, "aria-labelledby": `${id}-title` },
    element(
      `h${Math.min(level, 6)}`,
      { id: `${id}-title` },
      isAcknowledged ? [badge("acknowledged"), " "] : undefined,
      badge(severity),
      " ",
      element("span", { class: "rule" }, finding.id),
      " ",
      code(subject),
    ),
    element("p", {}, message),
    notes.map((note) => element("p", { class: "note" }, note)),
    remedy === "" ? undefined : element("p", { class: "remedy" }, element("strong", {}, "What helps: "), remedy),
    evidence.length === 0
      ? undefined
      : fold(
          "Seen by",
          element(
            "ul",
            { class: "evidence" },
            evidence.map((each) => element("li", {}, code(each))),
          ),
        ),
    reference === undefined ? undefined : element("p", { class: "reference" }, link(reference, reference)),
  );
}

export interface FindingPlace {
  readonly id: string;
  readonly level: number;
  readonly notes?: readonly Child[];
  readonly isAcknowledged?: boolean;
}
