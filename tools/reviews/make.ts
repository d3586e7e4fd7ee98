import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { type LiveVpc, vpcs } from "../../examples/several-vpcs/vpcs";
import { startLab, type Lab } from "../../lab/lab";
import { isolatedStack, type CommandResult, type IsolatedStack } from "../demo/isolatedStack";
import type { Engine } from "../engine/engine";
import { checkedNetwork, createCheckedTable, REGION } from "../rehearsal/network";
import type { Language, LanguageChange, Place, ProgramChange, ProjectChange, Resources, Situation } from "./situation";
import { steadied, type Steadied } from "./steadied";

const CHECKOUT = resolve(__dirname, "..", "..");
const STACK = "dev";
const PLUGINS = { providers: [{ name: "dynamodb-endpoint", path: CHECKOUT }] };

/** Makes the preview of a situation on the real engine, in a lab of its own. */
export async function makePreview(engine: Engine, situation: Situation): Promise<Steadied> {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-review-"));
  const startedAt = new Date();
  const started = await startLab();
  // The event log is an option for those who debug the engine.
  const lab = { ...started, environment: { ...started.environment, PULUMI_DEBUG_COMMANDS: "true" } };
  try {
    // What a check sees is no part of a review.
    lab.cloud.functions.behave(/-check-/, { outcome: "succeed", result: passingReport });
    const { of } = situation;
    if ("from" in of) throw new Error(`${situation.name} is made of ${of.from}, not by the engine`);
    const events = join(folder, "events.jsonl");
    const args = [...argsOf(situation), "--event-log", events];
    const printed =
      "language" in of
        ? await previewOfLanguage(engine, lab, situation, of, folder, args)
        : "project" in of
          ? await previewOfProject(engine, lab, situation, of, args)
          : await previewOfProgram(engine, lab, situation, of, folder, args);
    if (!printed.stdout.startsWith("{")) throw new Error(`no preview: ${printed.stdout}${printed.stderr}`);
    return steadied({
      digest: printed.stdout,
      events: readFileSync(events, "utf8"),
      startedAt,
      checkout: CHECKOUT,
    });
  } finally {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function argsOf({ args = [], isDestroy }: Situation): readonly string[] {
  const command = isDestroy ? ["destroy", "--preview-only"] : ["preview", "--show-sames"];
  return [...command, "--json", "--parallel", "1", ...args];
}

async function previewOfProgram(
  engine: Engine,
  lab: Lab,
  situation: Situation,
  { before, after, between }: ProgramChange,
  folder: string,
  args: readonly string[],
): Promise<CommandResult> {
  const place = await placeOf(lab, situation);
  const project = join(folder, "project");
  mkdirSync(project);
  writeProgram(project, before?.(place) ?? {});
  const stack = isolatedStack({ engine, lab, project, name: STACK });
  try {
    await stack.init();
    if (before !== undefined) await deployed(stack);
    await between?.(stack, folder);
    writeProgram(project, after(place));
    return await stack.pulumi(...args);
  } finally {
    await stack.remove();
  }
}

async function previewOfLanguage(
  engine: Engine,
  lab: Lab,
  situation: Situation,
  { language, after }: LanguageChange,
  folder: string,
  args: readonly string[],
): Promise<CommandResult> {
  const project = join(folder, "project");
  writeLanguageProject(language, project);
  // The language's host is found on the PATH.
  const environment = { PULUMI_IGNORE_AMBIENT_PLUGINS: "false" };
  const stack = isolatedStack({ engine, lab, project, name: STACK, environment });
  try {
    await stack.init();
    if (language === "java") await addSources(stack, folder);
    succeeded(await stack.pulumi("install"));
    await configure(stack, after(await placeOf(lab, situation)));
    return await stack.pulumi(...args);
  } finally {
    await stack.remove();
  }
}

async function placeOf(lab: Lab, { endpoints = [], isIsolated }: Situation): Promise<Place> {
  const { ec2 } = lab.cloud.region(REGION);
  const network = await checkedNetwork(lab, ["private-a", "private-b", "private-c"]);
  await createCheckedTable(lab, "StockTable");
  if (isIsolated)
    for (const routeTableId of Object.values(network.routeTables))
      await ec2.deleteRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0" });
  const made = endpoints.map((names) =>
    ec2.createVpcEndpoint({
      vpcId: network.vpcId,
      serviceName: `com.amazonaws.${REGION}.dynamodb`,
      routeTableIds: names.map((name) => network.routeTables[name] ?? ""),
    }),
  );
  return { ...network, endpoints: (await Promise.all(made)).map(({ vpcEndpointId }) => vpcEndpointId) };
}

function writeProgram(folder: string, resources: Resources): void {
  const program = {
    name: "shop",
    runtime: "yaml",
    plugins: PLUGINS,
    resources,
  };
  // YAML reads JSON.
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(program));
}

/** Java's host may be one that cannot link a package: Maven compiles its sources with the program. */
async function addSources(stack: IsolatedStack, folder: string): Promise<void> {
  const sdk = join(folder, "sdk");
  succeeded(await stack.pulumi("package", "gen-sdk", CHECKOUT, "--local", "--language", "java", "--out", sdk));
  cpSync(join(sdk, "java"), join(folder, "project", "sdks", "dynamodb-endpoint"), { recursive: true });
}

/** The language's example, whose package is this checkout's. */
function writeLanguageProject(language: Language, folder: string): void {
  const example = join(CHECKOUT, "examples", language);
  cpSync(example, folder, { recursive: true, filter: (path) => !WRITTEN_BY_INSTALL.has(relative(example, path)) });
  const runtime = language === "python" ? { name: language, options: { virtualenv: "venv" } } : language;
  const from = language === "java" ? { plugins: PLUGINS } : { packages: { "dynamodb-endpoint": CHECKOUT } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "shop", runtime, ...from }));
}

/** What whoever runs an example where it is has in its folder. */
const WRITTEN_BY_INSTALL: ReadonlySet<string> = new Set(["sdks", "venv", "target", "__pycache__"]);

async function previewOfProject(
  engine: Engine,
  lab: Lab,
  situation: Situation,
  { project, before, after }: ProjectChange,
  args: readonly string[],
): Promise<CommandResult> {
  if (project === "examples/several-vpcs") await makeVpcs(lab, vpcs);
  const stack = isolatedStack({ engine, lab, project: resolve(CHECKOUT, project), name: STACK });
  try {
    await stack.init();
    if (before !== undefined) {
      await configure(stack, before);
      await deployed(stack);
    }
    await configure(stack, typeof after === "function" ? after(await placeOf(lab, situation)) : after);
    return await stack.pulumi(...args);
  } finally {
    await stack.remove();
  }
}

async function makeVpcs(lab: Lab, all: readonly LiveVpc[]): Promise<void> {
  for (const region of new Set(all.map((vpc) => vpc.region))) await createCheckedTable(lab, "StockTable", region);
  for (const { routeTables, region } of all) await checkedNetwork(lab, Object.keys(routeTables), region);
}

async function configure(stack: IsolatedStack, values: Readonly<Record<string, string>>): Promise<void> {
  const pairs = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  if (pairs.length > 0) succeeded(await stack.pulumi("config", "set-all", ...pairs));
}

async function deployed(stack: IsolatedStack): Promise<void> {
  succeeded(await stack.pulumi("up", "--yes", "--skip-preview", "--parallel", "1"));
}

function succeeded({ exitCode, stdout, stderr }: CommandResult): void {
  if (exitCode !== 0) throw new Error(`what comes before the preview failed:\n${stdout}${stderr}`);
}

/** What a check's function answers that finds nothing wrong. */
function passingReport(event: unknown): object {
  const proven = { heldConnection: "reset", interruptionMillis: 20, reconnected: true, provenRequests: 3 };
  return { ...(event as object), ...proven };
}
