import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { failed, type InvocationAnswer, timedOut } from "../cloud/invocations";
import type { FunctionError } from "../cloud/functionBehaviours";

/** What an execution environment is made from. */
export interface EnvironmentRequest {
  /** Path → text. */
  readonly files: Readonly<Record<string, string>>;
  /** All environment variables but those that name folders. */
  readonly variables: Readonly<Record<string, string>>;
  readonly functionArn: string;
  /** Gets each line that the code writes. */
  readonly onLine: (line: string) => void;
}

type Message =
  { readonly ready: true } | { readonly payload: string } | { readonly error: FunctionError; readonly fatal?: true };

type Outcome = { readonly ready: true } | { readonly answer: InvocationAnswer };

const BOOTSTRAP = join(__dirname, "bootstrap.mjs");

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_MILLIS = 10_000;

/**
 * A Node process with the files of a function: an execution environment, which answers one event after another.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class ExecutionEnvironment {
  readonly #request: EnvironmentRequest;
  readonly #folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-function-"));
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** The process has said that it ends, or has been told to. */
  #isLost = false;
  #initialised: Promise<Outcome> | undefined;

  constructor(request: EnvironmentRequest) {
    this.#request = request;
    const variables = { ...request.variables, ...layOut(this.#folder, request.files) };
    this.#child = spawn(process.execPath, [BOOTSTRAP], {
      cwd: variables.LAMBDA_TASK_ROOT,
      env: variables,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child.on("message", (message: Message) => (this.#isLost ||= "fatal" in message));
    this.#child.on("error", (error) => request.onLine(String(error)));
    this.#exited = new Promise((resolve) => this.#child.once("close", resolve)).then(() =>
      rmSync(this.#folder, { recursive: true, force: true }),
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface(stream).on("line", request.onLine);
    }
  }

  /** Whether it can take another event. */
  get isAlive(): boolean {
    return !this.#isLost && this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Answers one event. It must not be called again before the answer is there. */
  async invoke(payload: string, requestId: string, timeoutMillis: number): Promise<InvocationAnswer> {
    this.#initialised ??= this.#answer(requestId, INIT_MILLIS);
    const initialised = await this.#initialised;
    if ("answer" in initialised) return initialised.answer;
    const answer = this.#answer(requestId, timeoutMillis);
    const { functionArn } = this.#request;
    const deadline = Date.now() + timeoutMillis;
    if (this.#child.connected) this.#child.send({ payload, requestId, deadline, functionArn }, () => undefined);
    const answered = await answer;
    // What the code wrote before it answered is in the pipe already, and read in the next turn of the event loop.
    await setImmediate();
    if ("answer" in answered) return answered.answer;
    throw new Error("an environment is ready once");
  }

  /** Ends the process, whatever it is doing. */
  async end(): Promise<void> {
    this.#isLost = true;
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** What the process says next, or what Lambda answers for a process that says nothing in time or has ended. */
  #answer(requestId: string, limitMillis: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        this.#child.off("message", onMessage).off("exit", onExit);
        resolve(outcome);
      };
      const onMessage = (message: Message): void => settle(outcomeOf(message));
      const onExit = (code: number | null, signal: string | null): void =>
        settle({ answer: failed(exitError(requestId, code, signal)) });
      const timer = setTimeout(() => {
        this.#child.off("exit", onExit);
        void this.end().then(() => settle({ answer: timedOut(limitMillis, requestId) }));
      }, limitMillis);
      this.#child.on("message", onMessage).on("exit", onExit);
      if (!this.isAlive) onExit(this.#child.exitCode, this.#child.signalCode);
    });
  }
}

function outcomeOf(message: Message): Outcome {
  if ("ready" in message) return message;
  return { answer: "error" in message ? failed(message.error) : { statusCode: 200, payload: message.payload } };
}

function exitError(requestId: string, code: number | null, signal: string | null): FunctionError {
  const how =
    signal !== null
      ? `with error: signal: ${signal}`
      : code === 0
        ? "without providing a reason"
        : `with error: exit status ${String(code)}`;
  return { errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: Runtime exited ${how}` };
}

/** Unpacks the files; beside them lies what the runtime brings, and nothing else of this repository. */
function layOut(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const task = join(folder, "var", "task");
  const modules = join(folder, "var", "node_modules");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(task, path)), { recursive: true });
    writeFileSync(join(task, path), text);
  }
  mkdirSync(modules);
  const sdk = dirname(dirname(require.resolve("@aws-sdk/client-dynamodb/package.json")));
  symlinkSync(sdk, join(modules, "@aws-sdk"), "dir");
  return { LAMBDA_TASK_ROOT: task, LAMBDA_RUNTIME_DIR: dirname(BOOTSTRAP), NODE_PATH: modules, HOME: folder };
}
