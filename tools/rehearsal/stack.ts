import { LocalWorkspace, PulumiCommand, type EngineEvent, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { engineEnvironment, type Engine } from "../engine/engine";
import { StackMaker } from "./newStack";

/** What the engine did, or would do, to one resource. */
export interface Step {
  readonly operation: string;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** The properties that differ; empty for a create or delete. */
  readonly diffs: readonly string[];
}

/** How a Pulumi operation ended and what a person saw of it. */
export interface Outcome {
  readonly ok: boolean;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  /** Everything that is not `same`. */
  readonly steps: readonly Step[];
  /** The stack's outputs, after a deployment. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the terminal showed. */
  readonly text: string;
}

/** A stack on the real engine whose program is a function. A program that is not given is the last one that was. */
export interface RehearsedStack {
  preview(program?: PulumiFn, options?: OperationOptions): Promise<Outcome>;
  up(program?: PulumiFn, options?: OperationOptions): Promise<Outcome>;
  /** With `runProgram` it asks the program first. */
  refresh(program?: PulumiFn, options?: { readonly runProgram: boolean }): Promise<Outcome>;
  destroy(): Promise<Outcome>;
  /** The URNs and ids of the state, and the options that the engine keeps of each. */
  resources(): Promise<readonly ListedResource[]>;
  /** The whole state as it is stored, with what is secret encrypted. */
  state(): Promise<object>;
  /** Changes the state by hand: as another version, or a killed engine, would have left it. */
  rewrite(change: (resource: StateResource) => void): Promise<void>;
  /** `pulumi state delete` of the resources with this name; what depends on them forgets it. */
  forget(name: string): Promise<void>;
}

/** A resource of the state, as far as it is changed by hand. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  /** The names of its hooks, by what they are for: `OnError`. */
  readonly resourceHooks?: Readonly<Record<string, readonly string[]>>;
}

/** A resource of the state. An option that the engine does not keep was not given. */
export interface ListedResource extends KeptOptions {
  readonly urn: string;
  readonly id: string | undefined;
  readonly delete: boolean;
  /** The URNs of what it is made after, and deleted before. */
  readonly dependencies?: readonly string[];
}

/** The options of a resource that outlive the run. */
interface KeptOptions {
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  /** Seconds. */
  readonly customTimeouts?: { readonly create?: number };
  readonly provider?: string;
}

export interface OperationOptions {
  readonly refresh?: boolean;
  readonly diff?: boolean;
  readonly parallel?: number;
  readonly continueOnError?: boolean;
  readonly replace?: string[];
  readonly target?: string[];
  readonly exclude?: string[];
}

export interface StackOptions {
  readonly engine: Engine;
  /** The engine's home and state, nobody else's. */
  readonly folder: string;
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

const PROJECT = "rehearsal";

// Of the many engines that a process meets some get the port of one before. The connections that a failed program
// leaves behind must not be taken for theirs: the program would end at once, and that without an error.
const { grpcClientOptions } = settings as unknown as { grpcClientOptions: Record<string, unknown> };
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

/** Makes a stack with a file backend of its own. */
export async function rehearsedStack(options: StackOptions): Promise<RehearsedStack> {
  const { engine, folder, name } = options;
  const envVars = { ...engineEnvironment(engine, folder), ...options.environment };
  const workDir = join(folder, name);
  mkdirSync(workDir, { recursive: true });
  // The command asks for its version with this process's environment: it must not find the user's Pulumi home there.
  process.env.PULUMI_HOME = envVars.PULUMI_HOME;
  const workspace = await LocalWorkspace.create({
    workDir,
    program: () => Promise.resolve(),
    pulumiCommand: await commandOf(engine),
    envVars,
    pulumiHome: envVars.PULUMI_HOME,
    projectSettings: { name: PROJECT, runtime: "nodejs", backend: { url: envVars.PULUMI_BACKEND_URL ?? "" } },
  });
  const stack = { project: PROJECT, name, state: join(folder, "state"), workspace };
  return operations(withoutQuestionsAfterwards(await makerOf(engine).make(stack)));
}

const makers = new Map<string, StackMaker>();

/** Each version of the engine makes its own stacks. */
function makerOf({ folder }: Engine): StackMaker {
  const maker = makers.get(folder) ?? new StackMaker();
  makers.set(folder, maker);
  return maker;
}

const commands = new Map<string, Promise<PulumiCommand>>();

/** The Automation API runs the CLI to learn its version: once for each engine is enough. */
function commandOf({ folder }: Engine): Promise<PulumiCommand> {
  const command = commands.get(folder) ?? PulumiCommand.get({ root: dirname(folder), skipVersionCheck: true });
  commands.set(folder, command);
  return command;
}

/** The Automation API runs the CLI three times more after an operation, for what the events told already. */
function withoutQuestionsAfterwards(stack: Stack): Stack {
  return Object.assign(stack, { outputs: () => Promise.resolve({}), info: () => Promise.resolve(undefined) });
}

function operations(stack: Stack): RehearsedStack {
  const run = async (
    program: PulumiFn | undefined,
    operate: (callbacks: Listener["callbacks"] & { color: "never" }) => Promise<unknown>,
  ): Promise<Outcome> => {
    if (program !== undefined) stack.workspace.program = program;
    const listener = new Listener();
    try {
      await operate({ ...listener.callbacks, color: "never" });
      return listener.outcome();
    } catch (error) {
      return listener.outcome(error);
    }
  };
  return {
    preview: (program, options) => run(program, (callbacks) => stack.preview({ ...options, ...callbacks })),
    up: (program, options) => run(program, (callbacks) => stack.up({ ...options, ...callbacks })),
    refresh: (program, options) => run(program, (callbacks) => stack.refresh({ ...options, ...callbacks })),
    destroy: () => run(undefined, (callbacks) => stack.destroy(callbacks)),
    async resources() {
      const exported = (await stack.exportStack()) as {
        deployment: { resources?: (KeptOptions & { urn: string; id?: string; delete?: boolean })[] };
      };
      const listed = exported.deployment.resources ?? [];
      return listed.map((resource) => ({ ...resource, id: resource.id, delete: resource.delete ?? false }));
    },
    state: async () => (await stack.exportStack()).deployment as object,
    async rewrite(change) {
      const exported = await stack.exportStack();
      for (const resource of (exported.deployment as { resources: StateResource[] }).resources) change(resource);
      await stack.importStack(exported);
    },
    async forget(name) {
      const exported = await stack.exportStack();
      const deployment = exported.deployment as {
        resources?: { urn: string; dependencies?: string[]; propertyDependencies?: Record<string, string[]> }[];
      };
      const isKept = (urn: string): boolean => urn.split("::").at(-1) !== name;
      deployment.resources = (deployment.resources ?? []).filter(({ urn }) => isKept(urn));
      for (const resource of deployment.resources) {
        resource.dependencies = resource.dependencies?.filter(isKept);
        for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {}))
          (resource.propertyDependencies ?? {})[property] = urns.filter(isKept);
      }
      await stack.importStack(exported);
    },
  };
}

class Listener {
  readonly #warnings: string[] = [];
  readonly #errors: string[] = [];
  readonly #steps: Step[] = [];
  #outputs: Readonly<Record<string, unknown>> = {};
  #text = "";

  readonly callbacks = {
    onEvent: (event: EngineEvent): void => this.#hear(event),
    onOutput: (text: string): void => void (this.#text += text),
    onError: (text: string): void => void (this.#text += text),
  };

  outcome(failure?: unknown): Outcome {
    // An error before the first event, such as a locked stack, is on the terminal alone.
    if (failure instanceof Error && this.#errors.length === 0) this.#errors.push(failure.message);
    return {
      ok: failure === undefined,
      warnings: this.#warnings,
      errors: this.#errors,
      steps: this.#steps,
      outputs: this.#outputs,
      text: this.#text,
    };
  }

  #hear({ diagnosticEvent, resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    if (diagnosticEvent?.severity === "warning") this.#warnings.push(plain(diagnosticEvent.message));
    if (diagnosticEvent?.severity === "error") this.#errors.push(plain(diagnosticEvent.message));
    const { metadata: ended } = resOutputsEvent ?? {};
    if (ended?.type === "pulumi:pulumi:Stack")
      this.#outputs = (ended.new?.outputs as Record<string, unknown> | undefined) ?? {};
    const { metadata: begun } = resourcePreEvent ?? {};
    if (begun === undefined || begun.op === "same") return;
    const { op: operation, type, urn, detailedDiff } = begun;
    this.#steps.push({
      operation,
      type,
      urn,
      name: urn.split("::").at(-1) ?? "",
      diffs: Object.keys(detailedDiff ?? {}),
    });
  }
}

/** A diagnostic without colours and without the word that the engine puts in front. */
function plain(message: string): string {
  return message
    .replace(/<\{%[^%]*%\}>/g, "")
    .replace(/^(warning|error): /, "")
    .trim();
}
