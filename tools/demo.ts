// The life of an endpoint in seven steps, with live clients, on the real Pulumi engine and a cloud of its own: `npm run
// demo`.
import { delimiter, resolve } from "node:path";
import { FAULTS } from "../lab/faults";
import { startLab } from "../lab/lab";
import { ROUTE_DELAY_MILLIS } from "./demo/chapters";
import { wished, type Wish } from "./demo/commandLine";
import { tellFault } from "./demo/faultStory";
import { isolatedStack, type IsolatedStack } from "./demo/isolatedStack";
import { pageOn, type Page } from "./demo/page";
import type { Scene } from "./demo/scene";
import { tellStory } from "./demo/story";
import { findEngine, type Engine } from "./engine/engine";

const USAGE = `npm run demo [-- [--fault NAME] [--keep]]

  Shows, on the real Pulumi engine, what a reviewer sees when route tables move onto a DynamoDB
  endpoint, what live clients see of it, and how a stage that does not recover stops the roll-out.
  AWS is stood in for on loopback: no account is used, and nothing is left behind.

  --fault NAME   shows instead how a roll-out ends in which one thing goes wrong
  --fault        lists what can go wrong
  --keep         keeps the cloud and the stack until Ctrl-C, and says how to run pulumi against them
  --help         shows this
`;

const EXAMPLE = resolve(__dirname, "..", "examples", "staged");

/** Somebody pressed Ctrl-C, or the terminal is gone. */
class Interrupted extends Error {}

/** What has been opened, in order, and whether the story has been told to its end. */
interface Demonstration {
  readonly closers: (() => Promise<void>)[];
  told: boolean;
}

async function main(): Promise<void> {
  const wish = wished(process.argv.slice(2));
  if (wish.kind === "answer") {
    answer(wish);
    return;
  }
  const demonstration: Demonstration = { closers: [], told: false };
  const interrupted = interruption();
  try {
    await Promise.race([demonstrate(demonstration, wish), interrupted]);
    if (wish.keep) await interrupted;
  } catch (error) {
    if (!(error instanceof Interrupted) || !demonstration.told) throw error;
  } finally {
    for (const close of demonstration.closers.reverse()) await close();
  }
}

async function demonstrate(
  demonstration: Demonstration,
  { keep, fault }: Extract<Wish, { kind: "story" }>,
): Promise<void> {
  const started = Date.now();
  const page = pageOn(process.stdout);
  const engine = await findEngine();
  const lab = await startLab();
  demonstration.closers.push(() => lab.stop());
  const stack = isolatedStack({ engine, lab, project: EXAMPLE, name: "demo" });
  demonstration.closers.push(() => stack.remove());
  page.text(
    `Pulumi ${engine.version} runs examples/staged, and a stand-in for AWS on loopback answers it. No account is ` +
      `used. Sockets, clients and functions are real; a new route takes effect ${ROUTE_DELAY_MILLIS / 1000} s after ` +
      "EC2 has accepted it.",
  );
  await stack.init();
  const scene: Scene = { lab, stack, page, atEnd: (close) => void demonstration.closers.push(close) };
  await (fault === undefined ? tellStory(scene) : tellFault(scene, fault));
  demonstration.told = true;
  page.blank();
  page.text(
    `Told in ${Math.round((Date.now() - started) / 1000)} s; each ✓ was looked up in the stand-in or in what the ` +
      "engine printed.",
  );
  if (!keep) return;
  page.text("To continue by hand, in another shell:");
  page.blank();
  page.verbatim(commandsByHand(engine, stack));
  page.blank();
  page.text("The clients keep asking, and what happens to them is told here. Ctrl-C ends it and removes everything.");
}

/** Lines to copy into a shell. */
function commandsByHand(engine: Engine, stack: IsolatedStack): readonly string[] {
  const quoted = (text: string): string =>
    /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return [
    `cd ${quoted(EXAMPLE)}`,
    `export PATH=${quoted(engine.folder)}${delimiter}"$PATH"`,
    ...Object.entries(stack.settings).map(([name, value]) => `export ${name}=${quoted(value)}`),
    "pulumi config set step 2    # 1: no route; 2: canary; 3: and half; 4: and rest",
    "pulumi preview",
    "pulumi up",
  ];
}

/** Never settles unless the process is asked to end. */
function interruption(): Promise<never> {
  const asked = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => reject(new Interrupted()));
  });
  asked.catch(() => undefined);
  return asked;
}

function answer({ show, refusal }: Extract<Wish, { kind: "answer" }>): void {
  const stream = refusal === undefined ? process.stdout : process.stderr;
  if (refusal !== undefined) {
    stream.write(`${refusal}\n\n`);
    process.exitCode = 2;
  }
  if (show === "help") stream.write(USAGE);
  else showFaults(pageOn(stream));
}

function showFaults(page: Page): void {
  page.text("What can go wrong, for npm run demo -- --fault NAME:");
  for (const { name, description, standsFor } of FAULTS) {
    page.blank();
    page.text(name);
    page.note(description);
    page.note(`Stands for: ${standsFor}`);
  }
}

main().catch((error: unknown) => {
  // Something may still be under way: what it has started ends with this process.
  if (error instanceof Interrupted) process.exit(130);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
