import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Draws which room imports which into CONTRIBUTING.md (`npm run rooms`), as dependency-cruiser reads it from the
 * imports.
 */

const CHECKOUT = resolve(__dirname, "..");
const PAGE = join(CHECKOUT, "CONTRIBUTING.md");
const DRAWING = /(<!-- rooms: npm run rooms -->\n)[^]*?(<!-- end of rooms -->)/;

interface Cruised {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
}

/** The page with today's drawing in it. */
export function pageWithRooms(page: string): string {
  return page.replace(
    DRAWING,
    (_, begin: string, end: string) => `${begin}\`\`\`mermaid\n${drawing()}\n\`\`\`\n${end}`,
  );
}

function drawing(): string {
  const arrows = new Set<string>();
  for (const { source, dependencies } of cruised().modules)
    for (const { resolved } of dependencies) {
      const [from, to] = [roomOf(source), roomOf(resolved)];
      if (from !== undefined && to !== undefined && from !== to) arrows.add(`  ${from} --> ${to}`);
    }
  return ["flowchart TD", ...[...arrows].sort()].join("\n");
}

/** Where a file of the package lies; `undefined` for others. */
function roomOf(file: string): string | undefined {
  if (file.startsWith("components/check/probe/")) return "probe";
  return /^components\/(\w+)\//.exec(file)?.[1] ?? /^(components|provider|index)(?=[/.])/.exec(file)?.[1];
}

function cruised(): Cruised {
  const program = join(CHECKOUT, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
  const args = [program, "index.ts", "components", "provider", "--config", "--output-type", "json"];
  const json = execFileSync(process.execPath, args, { cwd: CHECKOUT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(json) as Cruised;
}

if (require.main === module) writeFileSync(PAGE, pageWithRooms(readFileSync(PAGE, "utf8")));
