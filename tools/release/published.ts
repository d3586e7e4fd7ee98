import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { addressesOf } from "../addresses";
import { manifestOf } from "./manifest";

/**
 * Writes into a copy of the package what a registry's page needs: the addresses that follow from the repository, and
 * links of the README that lead somewhere from there. Nothing, as long as there is no repository: then nothing is
 * published.
 */
export function writePublished(copy: string): void {
  const manifest = manifestOf(copy);
  const addresses = addressesOf(manifest);
  if (addresses === undefined) return;
  const { homepage, bugs, page } = addresses;
  const write = (file: string, change: (text: string) => string): void =>
    writeFileSync(join(copy, file), change(readFileSync(join(copy, file), "utf8")));
  write("package.json", () => `${JSON.stringify({ ...manifest, homepage, bugs: { url: bugs } }, null, 2)}\n`);
  write("README.md", (readme) => withAbsoluteLinks(readme, page));
}

/** But for those within the page. */
function withAbsoluteLinks(markdown: string, page: (path: string) => string): string {
  return markdown.replace(/\]\((?![a-z]+:|#)([^()\s]+)\)/g, (_, path: string) => `](${page(path)})`);
}
