import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildSdkGenerator } from "../engine/build";
import { run } from "../engine/commands";
import { CHECKOUT } from "./process";

/**
 * The languages whose generators are parts of Pulumi's own Go modules. Those of C# and Java are not: their language
 * hosts bring them.
 */
export type GeneratedLanguage = "go" | "python" | "nodejs";

/** Which command would write the package: `add` stands for `pulumi package add` and `pulumi install`. */
export type SdkCommand = "add" | "gen-sdk";

/** Writes the package that programs in a language import, as Pulumi's CLI does. Needs Go. */
export async function generateSdk(language: GeneratedLanguage, command: SdkCommand, folder: string): Promise<void> {
  const generator = await buildSdkGenerator();
  mkdirSync(folder, { recursive: true });
  await run(generator, [language, join(CHECKOUT, "schema.json"), folder, command], {
    environment: process.env,
    folder,
    timeoutSeconds: 60,
  });
}
