import { performance } from "node:perf_hooks";
import Mocha from "mocha";
import type { Survey, SurveyedTest } from "./protocol";
import { RAN } from "./regions";

/** Longer than any test here takes on a busy machine: one that hangs fails then. */
const TIMEOUT_MILLIS = 60_000;

/** Tests with so long a rest wait for something, which on a busy machine may not come in time. */
const WAIT_MILLIS = 1000;

/** What a part of a run took, and the regions that ran in it. */
interface Part {
  readonly millis: number;
  readonly cpuMillis: number;
  readonly regions: ReadonlySet<string>;
}

/** Runs a file's tests as things are, and writes down what each of them takes and covers. */
export async function survey(path: string, testFile: string): Promise<Survey> {
  const idle = performance.eventLoopUtilization();
  const loading = beginPart();
  const mocha = loaded(path);
  // They load none of the files that are looked at.
  if (loading().regions.size === 0) return { testFile, tests: [], failing: [], waits: false };
  const parts: (readonly [Mocha.Test, Part])[] = [];
  const hookParts: (readonly [Mocha.Suite, Part])[] = [];
  const failing: string[] = [];
  await run(mocha, (runner) => {
    let end = loading;
    runner.on("hook", () => (end = beginPart()));
    runner.on("test", () => (end = beginPart()));
    runner.on("hook end", ({ parent }) => parent && hookParts.push([parent, end()]));
    runner.on("test end", (test) => parts.push([test, end()]));
    runner.on("fail", (test, error: Error) => failing.push(`${test.fullTitle()}: ${error.message}`));
  });
  const { regions } = loading();
  const waits = performance.eventLoopUtilization(idle).idle > WAIT_MILLIS;
  return { testFile, failing, waits, tests: parts.map(([test, part]) => withHooks(test, part, hookParts, regions)) };
}

/** Runs a file's tests until the first that fails, and returns its title. */
export async function ask(path: string, skipped: ReadonlySet<string>): Promise<string | undefined> {
  Object.assign(globalThis, { [RAN]: () => undefined });
  try {
    const mocha = loaded(path);
    mocha.bail(true);
    leaveOut(mocha.suite, skipped);
    let failed: string | undefined;
    await run(mocha, (runner) => runner.on("fail", (test) => (failed ??= test.fullTitle())));
    return failed;
  } catch (error) {
    return `does not load: ${String(error)}`;
  }
}

function beginPart(): () => Part {
  const regions = new Set<string>();
  Object.assign(globalThis, { [RAN]: (key: string) => void regions.add(key) });
  const [startMillis, startCpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(startCpu);
    return { millis: performance.now() - startMillis, cpuMillis: (user + system) / 1000, regions };
  };
}

/** `run` would load the files by itself, but what the tests are is to be seen before. */
class LoadedMocha extends Mocha {
  load(path: string): void {
    this.addFile(path);
    this.loadFiles();
  }
}

/** Another reporter would write, and compare what a failing test got with what it expected. */
class Silent {
  readonly isSilent = true;
}

function loaded(path: string): Mocha {
  const mocha = new LoadedMocha({ reporter: Silent as unknown as Mocha.ReporterConstructor, timeout: TIMEOUT_MILLIS });
  mocha.load(path);
  return mocha;
}

async function run(mocha: Mocha, listen: (runner: Mocha.Runner) => unknown): Promise<void> {
  await new Promise<void>((resolve) => listen(mocha.run(() => resolve())));
  mocha.dispose();
}

function leaveOut(suite: Mocha.Suite, skipped: ReadonlySet<string>): void {
  suite.tests = suite.tests.filter((test) => !skipped.has(test.fullTitle()));
  for (const inner of suite.suites) leaveOut(inner, skipped);
}

/** What hooks run, runs for every test of their suite; what they take is shared among them. */
function withHooks(
  test: Mocha.Test,
  part: Part,
  hookParts: readonly (readonly [Mocha.Suite, Part])[],
  loading: ReadonlySet<string>,
): SurveyedTest {
  const suites = suitesOf(test);
  const hooks = hookParts.filter(([suite]) => suites.includes(suite));
  const shared = (of: (part: Part) => number): number =>
    hooks.reduce((sum, [suite, hook]) => sum + of(hook) / Math.max(1, suite.total()), 0);
  return {
    title: test.fullTitle(),
    millis: part.millis + shared(({ millis }) => millis),
    cpuMillis: part.cpuMillis + shared(({ cpuMillis }) => cpuMillis),
    regions: [...new Set([...loading, ...part.regions, ...hooks.flatMap(([, hook]) => [...hook.regions])])],
  };
}

function suitesOf({ parent }: Mocha.Runnable | Mocha.Suite): readonly Mocha.Suite[] {
  return parent === undefined ? [] : [parent, ...suitesOf(parent)];
}
