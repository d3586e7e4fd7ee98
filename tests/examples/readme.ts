import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { IsolatedStack } from "../../tools/demo/isolatedStack";

/** A command of a README's `console` blocks, and what the README says that it prints. */
interface ShownCommand {
  readonly words: readonly string[];
  readonly output: readonly string[];
}

/** The commands of a README, in order: lines that begin with `$`, each with the lines up to the next one. */
export function commandsOf(readme: string): readonly ShownCommand[] {
  const commands: { words: string[]; output: string[] }[] = [];
  for (const [, block = ""] of readme.matchAll(/^```console\n(.*?)^```$/gms)) {
    for (const line of block.trimEnd().split("\n")) {
      if (line.startsWith("$ ")) commands.push({ words: line.slice(2).split(" "), output: [] });
      else commands.at(-1)?.output.push(line);
    }
  }
  return commands;
}

/** Asserts that a command that fails prints what the README in `folder` shows as text. */
export function assertTextShown(folder: string, printed: string): void {
  const [, shown = ""] = /^```text\n(.*?)^```$/ms.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? [];
  assert.notEqual(shown, "");
  const [expected, actual] = [normalised(shown), normalised(printed.replace(/^ {4}/gm, ""))];
  if (!actual.includes(expected)) assert.equal(actual, expected, "the README is not up to date");
}

/**
 * Does what the README in `folder` tells a user to do, and compares what the engine prints with what the README shows.
 *
 * `configuration` has the values that the user would look up. Packages are installed already, and the stack is made.
 */
export async function followReadme(
  folder: string,
  stack: IsolatedStack,
  configuration: Readonly<Record<string, string>> = {},
): Promise<void> {
  const commands = commandsOf(readFileSync(join(folder, "README.md"), "utf8"));
  assert.ok(
    commands.some(({ output }) => output.length > 0),
    `${folder}/README.md shows nothing`,
  );
  for (const { words, output } of commands) {
    const line = words.join(" ");
    if (line === "npm install" || line === "pulumi stack init dev") continue;
    assert.equal(words[0], "pulumi", `a command that nobody checks: ${line}`);
    const { exitCode, stdout, stderr } = await stack.pulumi(...argumentsOf(words, configuration));
    assert.equal(exitCode, 0, `${line}\n${stdout}${stderr}`);
    if (output.length > 0) assertShown(line, output, stdout);
  }
}

function argumentsOf(
  [, ...words]: readonly string[],
  configuration: Readonly<Record<string, string>>,
): readonly string[] {
  const [command, verb, key = "", value = ""] = words;
  if (command === "up") return [...words, "--yes", "--skip-preview"];
  if (command === "config" && verb === "set") return [command, verb, key, configuration[key] ?? value];
  return words;
}

/**
 * `…` alone on a line stands for any number of lines, and within one, behind a blank, for any words of it. Every other
 * line must be there, and no further one.
 */
function assertShown(command: string, shown: readonly string[], printed: string): void {
  const expected = normalised(shown.join("\n"));
  const pattern = expected
    .split("\n")
    .map((line) => (line === "…" ? "(?:.*\\n)*?" : `${escaped(line).replace(/ …(?= |$)/g, " .+")}\\n`));
  const actual = normalised(printed);
  if (new RegExp(`^${pattern.join("")}$`).test(`${actual}\n`)) return;
  assert.equal(actual, expected, `the README is not up to date: ${command}`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/**
 * Without what differs from run to run: the digits of ids, durations, counts of requests, the engine's dots while it
 * works, blanks at the end.
 */
function normalised(text: string): string {
  const lines = text
    .replace(/\b(interruptionMillis"? *: *)\d+/g, "$1MILLIS")
    .replace(/\bin \d+ requests\b/g, "in COUNT requests")
    .replace(/\ba-vpce-[0-9a-f]+/g, "a-vpce-ID")
    .replace(/\b(vpc|vpce|rtb|subnet|pl)-[0-9a-f]{8,17}\b/g, "$1-ID")
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => !line.startsWith("@ ") && !line.startsWith("Duration: "));
  return lines.join("\n").trimEnd();
}
