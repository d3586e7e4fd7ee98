import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A page that people read in the repository. */
export interface Page {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

const FOLDERS = ["docs", "cli", "lab", "components", "examples"];

/** The pages in the root of a repository, and all below the folders that have some. */
export function pagesOf(root = "."): readonly Page[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  );
  return [...readdirSync(root), ...inFolders]
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md") && !path.includes("node_modules/") && !path.includes("/sdks/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** What people read as prose: without code, comments, and the head that registries read. */
export function proseOf(text: string): string {
  return withoutFences(text.replace(/^---\n[^]*?\n---\n/, ""))
    .replace(/<!--[^]*?-->/g, "")
    .replace(CODE, "`…`");
}

/** Where each heading is found, as GitHub writes its anchors. */
export function anchorsOf(text: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...withoutFences(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = ""]) => {
    const anchor = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

/** The addresses of a page's links and pictures; also of those that a comment keeps for the release. */
export function linksOf(text: string): readonly string[] {
  const shown = withoutFences(text).replace(CODE, "");
  return [...shown.matchAll(LINK)].map(([, inline, html, reference]) => inline ?? html ?? reference ?? "");
}

/** `[text](address)`, `href="address"`, and `[name]: address` on a line of its own. */
const LINK = /\]\(\s*<?([^)>\s]+)|(?:href|src|srcset)=["']([^"']+)["']|^ {0,3}\[[^\]\n]+\]:\s*<?([^>\s]+)/gm;

/** It ends with as many backticks as it began with, and within its paragraph: one that does not is no code. */
const CODE = /(?<!`)(`+)(?!`)(?:(?!\n\s*\n)[^])*?(?<!`)\1(?!`)/g;

function withoutFences(text: string): string {
  return text.replace(/^ *(```+).*\n[^]*?^ *\1 *$/gm, "");
}
