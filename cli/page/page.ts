import { createHash } from "node:crypto";
import { element, type Child, type Markup } from "./markup";
import { STYLE } from "./style";

export interface Page {
  readonly title: string;
  /** What stands above all of it: the first heading, and where and when it was read. */
  readonly header: Child;
  readonly main: Child;
  readonly footer: Child;
  /** Rules beside those that all pages share. */
  readonly style?: string;
}

/**
 * One file with everything in it: it asks for nothing from anywhere and runs no script, and the browser holds it to
 * that, whatever the texts in it say. https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
 */
export function pageText({ title, header, main, footer, style = "" }: Page): string {
  const rules = `${STYLE}${style}`;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(rules).digest("base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const page = element(
    "html",
    { lang: "en" },
    element(
      "head",
      {},
      element("meta", { charset: "utf-8" }),
      element("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
      element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      element("meta", { name: "color-scheme", content: "light dark" }),
      element("meta", { name: "referrer", content: "no-referrer" }),
      element("title", {}, title),
      // Rules are ours alone, and are no text that could be escaped.
      { markup: `<style>${rules}</style>` },
    ),
    body(header, main, footer),
  );
  return `<!doctype html>\n${page.markup}\n`;
}

function body(header: Child, main: Child, footer: Child): Markup {
  return element(
    "body",
    {},
    element("a", { class: "skip", href: "#main" }, "To the content"),
    element("header", {}, header),
    element("main", { id: "main", tabindex: -1 }, main),
    element("footer", {}, footer),
  );
}
