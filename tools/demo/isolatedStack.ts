import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../../lab/lab";
import { engineEnvironment, type Engine } from "../engine/engine";

/** How a command of the Pulumi CLI ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** What `pulumi preview --json` announces. */
export interface Preview {
  readonly warnings: readonly string[];
  /**
   * `OPERATION TYPE NAME` of everything that would change; components, whose changes are those of their children, left
   * out.
   */
  readonly changes: readonly string[];
}

/** How `pulumi up --json` ended. */
export interface Update {
  readonly completed: boolean;
  /** What went wrong, in the words of the component or of what it made: the component's first. */
  readonly errors: readonly string[];
}

/** A stack of a project in this checkout, run by the CLI as a user runs it. */
export interface IsolatedStack {
  /** What the CLI needs in its environment to work with this stack, beside what is set already. */
  readonly settings: Readonly<Record<string, string>>;
  /** Before anything else. */
  init(): Promise<void>;
  pulumi(...args: string[]): Promise<CommandResult>;
  /** Ends the command that is running, if one is, and removes everything that the stack has left. */
  remove(): Promise<void>;
}

export interface IsolatedStackOptions {
  readonly engine: Engine;
  readonly lab: Lab;
  /** The folder of the project's Pulumi.yaml. Nothing is written into it. */
  readonly project: string;
  readonly name: string;
  /** What else the CLI needs in its environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

const GRACE_MILLIS = 5_000;

/** A stack whose engine home, state and configuration live in a temporary folder of its own. */
export function isolatedStack({ engine, lab, project, name, environment }: IsolatedStackOptions): IsolatedStack {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dynamodb-endpoint-stack-")));
  const own = join(folder, "project");
  const temporary = join(folder, "tmp");
  for (const each of [own, temporary]) mkdirSync(each);
  const isolation = engineEnvironment(engine, join(folder, "engine"));
  const settings: Record<string, string> = {
    ...Object.fromEntries(Object.entries(isolation).filter(([key]) => key.startsWith("PULUMI_"))),
    ...lab.environment,
    PULUMI_STACK: name,
    // The default is a file beside Pulumi.yaml.
    PULUMI_OPTION_CONFIG_FILE: join(own, `Pulumi.${name}.yaml`),
    // Examples are type-checked with everything else; to do it in every command would take three times as long.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    ...environment,
  };
  const env = { ...isolation, ...settings, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  let running: ChildProcess | undefined;
  const run = (cwd: string, args: readonly string[]): Promise<CommandResult> => {
    running = spawn("pulumi", ["--non-interactive", ...args], { cwd, env });
    return ended(running);
  };
  return {
    settings,
    init: async () => {
      // `stack init` alone has no option for the configuration file: it runs where it may write one.
      copyFileSync(join(project, "Pulumi.yaml"), join(own, "Pulumi.yaml"));
      const { exitCode, stderr } = await run(own, ["stack", "init", name]);
      if (exitCode !== 0) throw new Error(`the stack could not be made: ${stderr}`);
    },
    pulumi: (...args) => run(project, args),
    remove: async () => {
      await stop(running);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Reads what `pulumi preview --json` printed. */
export function readPreview({ exitCode, stdout, stderr }: CommandResult): Preview {
  if (exitCode !== 0) throw new Error(`pulumi preview failed:\n${stdout}${stderr}`);
  const { diagnostics = [], steps } = JSON.parse(stdout) as {
    diagnostics?: readonly { message: string; severity: string }[];
    steps: readonly { op: string; urn: string; newState?: { custom: boolean }; oldState?: { custom: boolean } }[];
  };
  const changes = steps.filter(
    ({ op, newState, oldState }) => op !== "same" && (newState ?? oldState)?.custom === true,
  );
  return {
    warnings: diagnostics
      .filter(({ severity }) => severity === "warning")
      .map(({ message }) => message.replace(/^warning: /, "").trim()),
    changes: changes.map(({ op, urn }) => {
      const [, , types = "", name = ""] = urn.split("::");
      return `${op} ${types.split("$").at(-1) ?? ""} ${name}`;
    }),
  };
}

/** Reads the engine events that `pulumi up --json` printed, one a line. */
export function readUpdate({ exitCode, stdout }: CommandResult): Update {
  const errors = stdout.split("\n").flatMap((line) => {
    const { diagnosticEvent } = (line.startsWith("{") ? JSON.parse(line) : {}) as {
      diagnosticEvent?: { severity: string; message: string; urn?: string };
    };
    return diagnosticEvent?.severity === "error" && diagnosticEvent.urn !== undefined ? [diagnosticEvent] : [];
  });
  const isOfComponent = ({ urn = "" }: { readonly urn?: string }): boolean =>
    urn.split("::")[2]?.startsWith("dynamodb-endpoint:") === true && !urn.includes("$");
  const sorted = [...errors.filter(isOfComponent), ...errors.filter((error) => !isOfComponent(error))];
  return { completed: exitCode === 0, errors: sorted.map(({ message }) => message.trim()) };
}

function ended(child: ChildProcess): Promise<CommandResult> {
  const started = Date.now();
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (exitCode) => done({ exitCode, stdout, stderr, seconds: (Date.now() - started) / 1000 }));
  });
}

/** Asks a command to end, as Ctrl-C does, and ends it if it does not. What it started ends with it. */
async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGINT");
  await Promise.race([closed, sleep(GRACE_MILLIS, undefined, { ref: false })]);
  child.kill("SIGKILL");
}
