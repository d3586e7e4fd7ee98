#!/usr/bin/env node
// The entry: it knows each command's arguments and help, and loads a command when it is called.
import { CommanderError } from "commander";
import { EXIT, isUnjudged } from "./exit";
import { program } from "./program";

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    process.exitCode = exitCodeFor(error);
  }
}

/** What was to be told has been told by commander for its own errors; help and version are no failure. */
function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.unjudged;
  if (!isUnjudged(error)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  return EXIT.unjudged;
}

// A reader that has seen enough (`… | head`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});
void main();
