// A process in which tests run again and again, each time with another mutation of the sources.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { mutated, type Mutation } from "./mutations";
import type { Asked, Request, Survey, Verdict } from "./protocol";
import { instrumented } from "./regions";
import { ask, survey } from "./testRun";
import { loadFrom } from "./sources";
import { startWatchdog, withinCpuMillis } from "./watchdog";

const root = process.cwd();

// The same cases each time, so that two scores can be compared; and no search for the smallest case of a failure.
fc.configureGlobal({ seed: 1, endOnFailure: true });

startWatchdog();

// What a test leaves behind may fail when it is over: that is not for the next one.
process.on("unhandledRejection", () => undefined);

process.on("message", (request: Request) => {
  void answer(request).then((result) => process.send?.(result));
});

async function answer(request: Request): Promise<Survey | Verdict> {
  if (request.kind === "survey") return surveyed(request.files, request.testFile);
  return withinCpuMillis(request.cpuMillis, () => verdict(request.mutation, request.asked));
}

async function surveyed(files: readonly string[], testFile: string): Promise<Survey> {
  const texts = new Map(files.map((file) => [file, instrumented(file, readFileSync(file, "utf8")).text]));
  loadFrom(root, texts);
  return survey(resolve(root, testFile), testFile);
}

/** File → what the compiler makes of it as it is. */
const meanings = new Map<string, string | undefined>();

async function verdict(mutation: Mutation, asked: readonly Asked[]): Promise<Verdict> {
  const original = readFileSync(mutation.file, "utf8");
  const changed = mutated(original, mutation);
  if (!meanings.has(mutation.file)) meanings.set(mutation.file, meaningOf(original));
  const meaning = meaningOf(changed);
  if (meaning === undefined || meaning === meanings.get(mutation.file)) return "no change";
  for (const { testFile, skipped, waits } of asked) {
    const failing = (): Promise<string | undefined> => {
      loadFrom(root, new Map([[mutation.file, changed]]));
      return ask(resolve(root, testFile), new Set(skipped));
    };
    const first = await failing();
    const failed = first !== undefined && waits ? await failing() : first;
    if (failed !== undefined) return { noticed: `${testFile}: ${failed}` };
  }
  return "survived";
}

/** What the compiler makes of it in the end, or undefined if it is no program. */
function meaningOf(text: string): string | undefined {
  try {
    return transformSync(text, {
      loader: "ts",
      format: "cjs",
      target: "node20",
      minifySyntax: true,
      logLevel: "silent",
    }).code;
  } catch {
    return undefined;
  }
}
