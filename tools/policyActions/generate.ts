import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatedFiles } from "./render";

/** Writes the generated files; `tests/policy/actions.test.ts` fails while they are stale. */
async function main(): Promise<void> {
  for (const { path, text } of await generatedFiles()) writeFileSync(join(__dirname, "../..", path), text);
}

void main();
