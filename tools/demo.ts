// The life of an endpoint in five steps, on the real Pulumi engine and a cloud of its own: `npm run demo`.
import { delimiter, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startLab } from "../lab/lab";
import { isolatedStack, type IsolatedStack } from "./demo/isolatedStack";
import { pageOn } from "./demo/page";
import { tellStory } from "./demo/story";
import { findEngine, type Engine } from "./engine/engine";

const USAGE = `npm run demo [-- --keep]

  Shows, on the real Pulumi engine, what a reviewer sees when route tables move onto a DynamoDB
  endpoint. AWS is stood in for on loopback: no account is used, and nothing is left behind.

  --keep   keeps the cloud and the stack until Ctrl-C, and says how to run pulumi against them
  --help   shows this
`;

const EXAMPLE = resolve(__dirname, "..", "examples", "minimal");

/** Somebody pressed Ctrl-C, or the terminal is gone. */
class Interrupted extends Error {}

/** What has been opened, in order, and whether the story has been told to its end. */
interface Demonstration {
  readonly closers: (() => Promise<void>)[];
  told: boolean;
}

async function main(): Promise<void> {
  const { keep, help } = options();
  if (help) return void process.stdout.write(USAGE);
  const demonstration: Demonstration = { closers: [], told: false };
  const interrupted = interruption();
  try {
    await Promise.race([demonstrate(demonstration, { keep }), interrupted]);
    if (keep) await interrupted;
  } catch (error) {
    if (!(error instanceof Interrupted) || !demonstration.told) throw error;
  } finally {
    for (const close of demonstration.closers.reverse()) await close();
  }
}

async function demonstrate(demonstration: Demonstration, { keep }: { readonly keep: boolean }): Promise<void> {
  const started = Date.now();
  const page = pageOn(process.stdout);
  const engine = await findEngine();
  const lab = await startLab();
  demonstration.closers.push(() => lab.stop());
  const stack = isolatedStack({ engine, lab, project: EXAMPLE, name: "demo" });
  demonstration.closers.push(() => stack.remove());
  page.text(`Pulumi ${engine.version} runs examples/minimal, and a stand-in for AWS on loopback answers it. No account is used.`);
  await stack.init();
  await tellStory({ lab, stack, page });
  demonstration.told = true;
  page.blank();
  page.text(`Told in ${Math.round((Date.now() - started) / 1000)} s; each ✓ was looked up in the stand-in or in what the engine printed.`);
  if (!keep) return;
  page.text("To go on by hand, in another shell:");
  page.blank();
  page.verbatim(commandsByHand(engine, stack));
  page.blank();
  page.text("Ctrl-C ends it here and removes everything.");
}

/** Lines to copy into a shell. */
function commandsByHand(engine: Engine, stack: IsolatedStack): readonly string[] {
  const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  return [
    `cd ${quoted(EXAMPLE)}`,
    `export PATH=${quoted(engine.folder)}${delimiter}"$PATH"`,
    ...Object.entries(stack.settings).map(([name, value]) => `export ${name}=${quoted(value)}`),
    "pulumi preview                         # announces the withdrawal once more",
    "pulumi config set throughStage none    # or rest, or canary",
    "pulumi up",
  ];
}

/** Never settles unless the process is asked to end. */
function interruption(): Promise<never> {
  const asked = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => reject(new Interrupted()));
  });
  asked.catch(() => undefined);
  return asked;
}

function options(): { readonly keep: boolean; readonly help: boolean } {
  try {
    const { values } = parseArgs({ options: { keep: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
    return { keep: values.keep ?? false, help: values.help ?? false };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

main().catch((error: unknown) => {
  // Something may still be under way: what it has started ends with this process.
  if (error instanceof Interrupted) process.exit(130);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
