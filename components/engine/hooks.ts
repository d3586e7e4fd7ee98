import { AsyncResource } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import sdk from "@pulumi/pulumi/package.json";
import { requirePulumiVersion } from "@pulumi/pulumi/runtime";
import { settledValue } from "./plannedValues";
import { isAtLeast } from "./versions";

/** The inputs of a resource by property. A value that a preview cannot know is told by `isUnknown`. */
export type HookInputs = Readonly<Record<string, unknown>>;

/** What a hook is told: secrets are values like any other, to be compared and judged, and never to be shown. */
export interface HookEvent {
  readonly name: string;
  /** Absent where a resource is created, also in another one's place. */
  readonly oldInputs: HookInputs | undefined;
  readonly newInputs: HookInputs | undefined;
  /**
   * The properties with something secret in their old or their new value. The SDK tells no more precisely than that.
   */
  readonly secrets: ReadonlySet<string>;
}

/** Makes hooks that run before a resource is created or updated, unless told otherwise in previews too. */
export type HookMaker = (
  purpose: string,
  callback: (event: HookEvent) => void | Promise<void>,
  options?: { inPreviews: boolean },
) => pulumi.ResourceHook;

/**
 * A maker of hooks, or `undefined` under mocks, where creating a hook takes the resource down.
 *
 * `supportsResourceHooks` of the SDK is true under mocks too; whether the monitor can register one tells the truth.
 */
export function hookMaker(): HookMaker | undefined {
  if (!hooksWork()) return undefined;
  return (purpose, callback, { inPreviews } = { inPreviews: true }) => {
    const told = async (args: pulumi.ResourceHookArgs): Promise<void> => callback(await revealed(args));
    // A component provider loses the async context of the constructor when the engine calls a hook.
    return new pulumi.ResourceHook(uniqueHookName(purpose), AsyncResource.bind(told), { onDryRun: inPreviews });
  };
}

type ToldInputs = Readonly<Record<string, unknown>> | undefined;

/** The SDK makes an Output of each property with a secret anywhere in it, whatever it was in the program. */
async function revealed({
  name,
  oldInputs,
  newInputs,
}: {
  name: string;
  oldInputs?: ToldInputs;
  newInputs?: ToldInputs;
}): Promise<HookEvent> {
  const secrets = [oldInputs, newInputs].flatMap((inputs = {}) =>
    Object.keys(inputs).filter((property) => pulumi.Output.isInstance(inputs[property])),
  );
  return {
    name,
    oldInputs: await settledInputs(oldInputs),
    newInputs: await settledInputs(newInputs),
    secrets: new Set(secrets),
  };
}

async function settledInputs(inputs: ToldInputs): Promise<HookInputs | undefined> {
  return inputs && ((await settledValue(pulumi.output(inputs))) as HookInputs);
}

/** The text without what is secret among the inputs: a provider's error may quote them. */
function withoutSecrets(text: string, { oldInputs, newInputs, secrets }: HookEvent): string {
  const secretValues = [...secrets].flatMap((property) => [oldInputs?.[property], newInputs?.[property]]);
  return secretValues.reduce<string>(
    (shown, value) => (typeof value === "string" && value !== "" ? shown.replaceAll(value, "[secret]") : shown),
    text,
  );
}

/** Whether an engine runs hooks, which it does not under mocks. */
export function hooksWork(): boolean {
  return monitorHas("registerResourceHook");
}

/** What an error of a resource means, and what to do; `undefined` if it speaks for itself. */
export type ErrorExplanation = (failed: FailedOperation) => string | undefined | Promise<string | undefined>;

/** An operation that failed: in the provider's words, without what is secret in its inputs. */
export interface FailedOperation extends HookEvent {
  readonly urn: string;
  readonly error: string;
  /** How often it has failed in this run, this time included. */
  readonly failures: number;
  /** Whether what failed is the way out: a deletion takes no new route. */
  readonly isDeletion: boolean;
}

/** How long to wait before a failed operation is repeated; `undefined`: it is not. */
export type Repetition = (failed: FailedOperation) => number | undefined | Promise<number | undefined>;

/**
 * Explains errors where they occur, after having repeated what is worth it: what AWS was merely too busy for, unless
 * told otherwise. It changes one endpoint one step at a time, and the engine deletes associations at once that do not
 * depend on each other.
 *
 * Empty where the SDK or the engine has no error hooks: the errors then appear as AWS words them.
 */
export function explainedErrors(
  component: pulumi.ComponentResource,
  purpose: string,
  explanation: ErrorExplanation,
  repetition: Repetition = whileBusy,
): pulumi.ResourceHookBinding {
  if (!monitorHas("registerErrorHook")) return {};
  stayForHooks();
  const explain = async (args: pulumi.ErrorHookArgs): Promise<boolean> => {
    const { name, urn, errors, failedOperation } = args;
    const event = await revealed(args);
    const failed = {
      ...event,
      urn,
      error: withoutSecrets(errors[0] ?? "", event),
      failures: errors.length,
      isDeletion: failedOperation === "delete",
    };
    const pauseMillis = await repetition(failed);
    if (pauseMillis !== undefined) {
      await sleep(pauseMillis);
      return true;
    }
    const text = await explanation(failed);
    if (text !== undefined) await pulumi.log.error(`${name}: ${text}`, component);
    return false;
  };
  return { onError: [new pulumi.ErrorHook(lastingHookName(`${purpose} of`, component), AsyncResource.bind(explain))] };
}

/**
 * Whether a failing resource's error hooks are called. Before 3.245 the engine left some out, and the SDK dropped those
 * of the resources of packages, without a word: https://github.com/pulumi/pulumi/issues/23344.
 */
export async function errorsAreExplained(): Promise<boolean> {
  if (!isAtLeast(sdk.version, [3, 245])) return false;
  return requirePulumiVersion(">=3.245.0").then(
    () => true,
    () => false,
  );
}

/**
 * Lets the program answer once more when it is interrupted. Ctrl-C makes the engine cancel what is under way, whose
 * error hooks are the program's, and its language host interrupt the program, which ends at once: all that is left to
 * show is that gRPC has lost the program. The second Ctrl-C ends everything, as ever.
 *
 * Only a language host hands over PULUMI_CONFIG. A program within another process (the Automation API) is not
 * interrupted by the engine, and how that process ends is not ours to say.
 */
function stayForHooks(): void {
  if (process.env.PULUMI_CONFIG !== undefined && !process.listeners("SIGINT").includes(endSoon))
    process.once("SIGINT", endSoon);
}

function endSoon(): void {
  const end = (): void => {
    if (process.listenerCount("SIGINT") === 0) process.kill(process.pid, "SIGINT");
  };
  setTimeout(end, INTERRUPTED_MILLIS).unref();
}

/** Language hosts grant an interrupted program a few seconds; the hooks of what was cancelled are called within one. */
const INTERRUPTED_MILLIS = 3_000;

/**
 * Shows a warning of a component; resolved when the engine has it.
 *
 * The SDK keeps a stack trace of each message, mapped through source maps, for a report of leaks that is seldom asked
 * for.
 * It costs more than the message, and a preview of a large roll-out has hundreds.
 */
export function warn(text: string, component: pulumi.ComponentResource): Promise<void> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return pulumi.log.warn(text, component);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Shows what is worth knowing, and no reason to stop. */
export function inform(text: string, component: pulumi.ComponentResource): Promise<void> {
  return pulumi.log.info(text, component);
}

/** Another change is under way. */
const BUSY = /OperationInProgress/;

/** With pauses of up to eight seconds: a minute or two. */
const BUSY_RETRIES = 15;

/** Doubling, and spread, so that several that were refused together do not come back together. */
function whileBusy({ error, failures }: FailedOperation): number | undefined {
  if (!BUSY.test(error) || failures > BUSY_RETRIES) return undefined;
  return Math.min(8_000, 250 * 2 ** failures) * (0.5 + Math.random() / 2);
}

/**
 * A deletion calls the hook that the state names, so this name must be the same in every run, and still be the only
 * one:
 * it names the component with its parents.
 */
function lastingHookName(purpose: string, component: pulumi.Resource): string {
  const { __pulumiType, __name, __parentResource } = component as pulumi.Resource & {
    __pulumiType?: string;
    __name?: string;
    __parentResource?: pulumi.Resource;
  };
  if (__pulumiType === undefined || __name === undefined) return uniqueHookName(purpose);
  const name = `${purpose} ${__pulumiType} ${__name}`;
  return __parentResource === undefined ? name : lastingHookName(`${name} in`, __parentResource);
}

/** The hooks of both bindings, the first's before the second's. */
export function bothHooks(
  first: pulumi.ResourceHookBinding,
  second: pulumi.ResourceHookBinding = {},
): pulumi.ResourceHookBinding {
  return {
    ...first,
    ...second,
    beforeCreate: [...(first.beforeCreate ?? []), ...(second.beforeCreate ?? [])],
    beforeUpdate: [...(first.beforeUpdate ?? []), ...(second.beforeUpdate ?? [])],
  };
}

function monitorHas(method: "registerResourceHook" | "registerErrorHook"): boolean {
  const monitor = pulumi.runtime.getMonitor() as Partial<Record<typeof method, unknown>> | undefined;
  return typeof monitor?.[method] === "function";
}

/** Hook names are engine-wide, and a second one of the same name ends the program; errors show them to people. */
function uniqueHookName(purpose: string): string {
  return `${purpose} (${randomBytes(3).toString("hex")})`;
}
