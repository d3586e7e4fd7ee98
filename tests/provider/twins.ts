import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lab } from "../../lab/lab";
import { engineEnvironment, findEngine } from "../../tools/engine/engine";
import { ended, type CommandResult } from "../engine/project";
import { CHECKOUT } from "../../tools/provider/process";

/**
 * A resource that both programs declare. `${name.property}` stands for another's output, `${name}` for the resource,
 * and `{"fn::secret": text}` for a secret.
 */
export interface Declared {
  readonly name: string;
  /** A component of this package, or one of `AWS`. */
  readonly type: string;
  readonly properties?: object;
  readonly options?: object;
}

/** The types of Pulumi's own that programs may declare, and what TypeScript calls them. */
const AWS: Readonly<Record<string, string>> = {
  "aws:ec2:Vpc": 'require("@pulumi/aws/ec2").Vpc',
  "aws:ec2:RouteTable": 'require("@pulumi/aws/ec2").RouteTable',
  "pulumi:providers:aws": 'require("@pulumi/aws/provider").Provider',
};

/** What a preview announces of a resource: everything that the engine keeps of it. */
export type Planned = Readonly<Record<string, unknown>>;

export interface TwinPreview {
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  /** `operation type` by name: `create aws:ec2/vpcEndpoint:VpcEndpoint`. */
  readonly operations: Readonly<Record<string, string>>;
  /** By URN. */
  readonly resources: Readonly<Record<string, Planned>>;
}

/** A resource in a stack's state. */
export interface Kept {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly provider?: string;
}

export type Language = "typescript" | "yaml";

/** One stack, and one declaration of its resources as a program in two languages. */
export interface Twins {
  declare(...resources: readonly Declared[]): void;
  preview(language: Language): Promise<TwinPreview>;
  up(language: Language): Promise<CommandResult>;
  /** What the engine has kept of the last deployment. */
  kept(): Promise<readonly Kept[]>;
  /** The command lines of what engines, programs and providers of this stack are running now. */
  running(): readonly string[];
  remove(): void;
}

export async function twins(lab: Lab): Promise<Twins> {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-twins-"));
  const engine = await findEngine();
  const env = { ...engineEnvironment(engine, join(folder, "engine")), ...lab.environment, TMPDIR: folder };
  for (const language of ["typescript", "yaml"]) mkdirSync(join(folder, language));
  symlinkSync(join(CHECKOUT, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "typescript", "package.json"), "{}");
  const run = (language: Language, ...args: string[]): Promise<CommandResult> =>
    ended(spawn("pulumi", [...args, "--non-interactive", "--stack", "dev"], { cwd: join(folder, language), env }));
  const declare = (...resources: readonly Declared[]): void => {
    writeFileSync(
      join(folder, "typescript", "Pulumi.yaml"),
      JSON.stringify({ name: "twins", runtime: { name: "nodejs", options: { typescript: false } } }),
    );
    writeFileSync(join(folder, "typescript", "index.js"), nodeProgram(resources));
    writeFileSync(join(folder, "yaml", "Pulumi.yaml"), yamlProgram(resources));
  };
  declare();
  const { exitCode, stderr } = await run("yaml", "stack", "init");
  if (exitCode !== 0) throw new Error(`the stack could not be made: ${stderr}`);
  return {
    declare,
    running: () => processesWith(`TMPDIR=${folder}`),
    preview: async (language) => readPreview(await run(language, "preview", "--json")),
    up: (language) => run(language, "up", "--yes", "--skip-preview"),
    kept: async () => {
      const { stdout } = await run("yaml", "stack", "export");
      return (JSON.parse(stdout) as { deployment: { resources: readonly Kept[] } }).deployment.resources;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Processes by a variable of their environment. */
function processesWith(variable: string): readonly string[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      return "";
    }
  };
  return readdirSync("/proc")
    .filter((pid) => read(pid, "environ").split("\0").includes(variable))
    .map((pid) => read(pid, "cmdline").replaceAll("\0", " "));
}

/** The diagnostics that a command printed, without the random ends of hooks' names. */
export function diagnosticsOf({ stdout, stderr }: CommandResult): readonly string[] {
  const [, diagnostics = ""] = (stdout + stderr).split(/^Diagnostics:$/m);
  const [shown = ""] = diagnostics.split(/^(?:Outputs|Resources):$/m);
  return shown
    .replace(/ \([0-9a-f]{6}\)/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** The program that a TypeScript user writes, in JavaScript. */
function nodeProgram(resources: readonly Declared[]): string {
  const classOf = (type: string): string => AWS[type] ?? `require("pulumi-dynamodb-endpoint").${type}`;
  return resources
    .map(
      ({ name, type, properties = {}, options = {} }) =>
        `const ${identifier(name)} = new (${classOf(type)})(${JSON.stringify(name)}, ${withReferences(properties)}, ` +
        `${withReferences(options)});`,
    )
    .join("\n");
}

function identifier(name: string): string {
  return name.replaceAll("-", "_");
}

function withReferences(value: object): string {
  const text = JSON.stringify(value).replace(/\{"fn::secret":("[^"]*")\}/g, 'require("@pulumi/pulumi").secret($1)');
  return text.replace(
    /"\$\{([\w-]+)(\.\w+)?\}"/g,
    (_whole, name: string, property = "") => `${identifier(name)}${property as string}`,
  );
}

/** JSON is YAML. Every map is turned round: its order must not matter. */
function yamlProgram(resources: readonly Declared[]): string {
  const entries = resources.map(({ name, type, properties, options }) => {
    const token = type in AWS ? type : `dynamodb-endpoint:${type}`;
    return [
      name,
      {
        type: token,
        properties: turnedRound(properties ?? {}),
        options: { ...(type.startsWith("aws:") && { version: "7.48.0" }), ...options },
      },
    ] as const;
  });
  const plugins = { providers: [{ name: "dynamodb-endpoint", path: CHECKOUT }] };
  return JSON.stringify({ name: "twins", runtime: "yaml", plugins, resources: Object.fromEntries(entries) }, null, 1);
}

function turnedRound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedRound);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, turnedRound(each)]),
  );
}

interface PreviewJson {
  readonly diagnostics?: readonly { readonly message: string; readonly severity: string; readonly urn?: string }[];
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly newState?: Planned;
    readonly oldState?: Planned;
  }[];
}

function readPreview({ stdout, stderr }: CommandResult): TwinPreview {
  let json: PreviewJson;
  try {
    json = JSON.parse(stdout) as PreviewJson;
  } catch (error) {
    throw new Error(`the preview printed no JSON:\n${stdout}\n${stderr}`, { cause: error });
  }
  const { diagnostics = [], steps = [] } = json;
  const texts = (severity: string): string[] =>
    diagnostics
      .filter((each) => each.severity === severity)
      .map(({ message }) => message.trim().replace(/^(warning|error): /, ""));
  // What the languages' own SDKs declare is not ours to compare: the stack, and the settings of a provider.
  const kept = steps.filter(({ urn }) => !/::pulumi:(pulumi:Stack|providers:aws)::/.test(urn));
  return {
    warnings: texts("warning").sort(),
    errors: texts("error"),
    operations: Object.fromEntries(kept.map(({ op, urn }) => [urn.split("::").slice(2).join(" "), op])),
    resources: Object.fromEntries(kept.map(({ urn, newState = {} }) => [urn, comparable(newState)])),
  };
}

/**
 * Without what differs from run to run, and without two things that the engine and the SDKs of other languages make of
 * every component provider: a component's own list of what its arguments depend on, and that whoever uses an output of
 * a component depends on the component, where in TypeScript it depends on the resource inside that has it.
 */
function comparable({ dependencies, ...state }: Planned): Planned {
  const passing = ["created", "modified", "sourcePosition", "stackTrace"];
  const kept = { ...state, ...(state.custom === true && { dependencies }) };
  const text = JSON.stringify(kept, (key, value: unknown) =>
    passing.includes(key) ? undefined : isListOfUrns(value) ? value.map(ofComponent).sort() : value,
  );
  return JSON.parse(
    text
      .replace(/ \([0-9a-f]{6}\)/g, "")
      .replace(/-[0-9a-f]{7}"/g, '-RANDOM"')
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"NOW"'),
  ) as Planned;
}

function isListOfUrns(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string" && each.startsWith("urn:pulumi:"));
}

function ofComponent(urn: string): string {
  return urn.replace("index:GatewayEndpoint$aws:ec2/vpcEndpoint:VpcEndpoint::", "index:GatewayEndpoint::");
}
