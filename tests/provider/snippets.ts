import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../../tools/provider/process";
import type { Language } from "./vocabulary";

const EXAMPLES: Readonly<Record<Language, string>> = {
  python: "examples/python/__main__.py",
  go: "examples/go/main.go",
  csharp: "examples/csharp/Program.cs",
  java: "examples/java/src/main/java/dynamodbendpoint/App.java",
  yaml: "examples/yaml/Pulumi.yaml",
};

const PAGES = ["docs/_index.md", "docs/installation-configuration.md"];

/** A program that people copy: an example, or one in a page. */
export interface Snippet {
  readonly where: string;
  readonly program: string;
}

/** The example of a language, and after it the programs of the pages. */
export function snippets(language: Language): readonly Snippet[] {
  const inPages = PAGES.flatMap((page) =>
    [...text(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, program = ""], i) => ({
      where: `${page}, ${language} ${i + 1}`,
      program,
    })),
  );
  return [{ where: EXAMPLES[language], program: text(EXAMPLES[language]) }, ...inPages];
}

function text(path: string): string {
  return readFileSync(join(CHECKOUT, path), "utf8");
}
