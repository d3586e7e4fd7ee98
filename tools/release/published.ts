import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";

import { type Addresses, addressesOf } from "../addresses";
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
  const { homepage, bugs } = addresses;
  const write = (file: string, change: (text: string) => string): void =>
    writeFileSync(join(copy, file), change(readFileSync(join(copy, file), "utf8")));
  write("package.json", () => `${JSON.stringify({ ...manifest, homepage, bugs: { url: bugs } }, null, 2)}\n`);
  const fromRoot = (path: string): string => posix.join(manifest.repository?.directory ?? "", path);
  write("README.md", (readme) => withAbsoluteLinks(readme, addresses, fromRoot));
}

/** But for those within the page. A picture is shown by the file itself, not by its page. */
function withAbsoluteLinks(markdown: string, { page, raw }: Addresses, fromRoot: (path: string) => string): string {
  return markdown
    .replace(
      /(!\[[^\]]*)\]\((?![a-z]+:)([^()\s]+)\)/g,
      (_, text: string, path: string) => `${text}](${raw(fromRoot(path))})`,
    )
    .replace(/\]\((?![a-z]+:|#)([^()\s]+)\)/g, (_, path: string) => `](${page(fromRoot(path))})`);
}
