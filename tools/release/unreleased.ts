import { readFileSync } from "node:fs";
import { join } from "node:path";

import { git } from "./git";
import type { Manifest } from "./manifest";

/** What stands in pages, examples and the schema only until there is a release, and what a release needs there. */
const UNTIL_THEN: readonly (readonly [text: string, instead: string])[] = [
  ["<!-- before the release -->", "put in what `<!-- since the release` says, and take both marks away"],
  ["<!-- since the release", "put in what it says, and take the mark away"],
  ["https://REPOSITORY@VERSION", "write the repository's address"],
  ["OWNER/REPOSITORY", "write the repository's name"],
  ["example.com/pulumi-dynamodb-endpoint", "run `npm run schema`, and write Go's import path as the schema has it"],
];

/** What a reader of a released version could not use, or would take for the state of things. */
export function unreleased(checkout: string, { version }: Pick<Manifest, "version">): readonly string[] {
  const files = git(checkout, "ls-files", "--", "*.md", "examples", "schema.json").split("\n");
  const read = (file: string): string => readFileSync(join(checkout, file), "utf8");
  const left = files
    .filter((file) => file !== "" && file !== "CONTRIBUTING.md")
    .flatMap((file) =>
      UNTIL_THEN.filter(([text]) => read(file).includes(text)).map(
        ([text, instead]) => `${file} has ${text}: ${instead}`,
      ),
    );
  const heading = `## [${version}] - `;
  const dated = read("CHANGELOG.md")
    .split("\n")
    .some((line) => line.startsWith(heading) && /^\d{4}-\d{2}-\d{2}$/.test(line.slice(heading.length)));
  return dated ? left : [...left, `CHANGELOG.md has no heading "${heading}YYYY-MM-DD"`];
}
