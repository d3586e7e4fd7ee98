import { AsyncResource } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { explainAwsError } from "./awsErrors";

/** Makes hooks that run in previews too, before a resource is created or updated. */
export type HookMaker = (purpose: string, callback: pulumi.ResourceHookFunction) => pulumi.ResourceHook;

/**
 * A maker of hooks, or `undefined` under mocks, where creating a hook takes the resource down.
 *
 * `supportsResourceHooks` of the SDK is true under mocks too; whether the monitor can register one tells the truth.
 */
export function hookMaker(): HookMaker | undefined {
  if (!monitorHas("registerResourceHook")) return undefined;
  return (purpose, callback) =>
    // A component provider loses the async context of the constructor when the engine calls a hook.
    new pulumi.ResourceHook(uniqueHookName(purpose), AsyncResource.bind(callback), { onDryRun: true });
}

/** Two waits are enough for another change of the same endpoint to end; a third failure has another cause. */
const RETRY_AFTER_MILLIS = [2_000, 8_000];

/**
 * Explains AWS errors that have a known remedy where they occur, and repeats what AWS was merely too busy for.
 *
 * Empty where the SDK or the engine has no error hooks: the errors then appear as AWS words them.
 */
export function explainedErrors(component: pulumi.ComponentResource, aftermath = ""): pulumi.ResourceHookBinding {
  if (!monitorHas("registerErrorHook")) return {};
  const explain = async ({ name, errors }: pulumi.ErrorHookArgs): Promise<boolean> => {
    const latest = errors[0] ?? "";
    const wait = latest.includes("OperationInProgress") ? RETRY_AFTER_MILLIS[errors.length - 1] : undefined;
    if (wait !== undefined) {
      await sleep(wait);
      return true;
    }
    const text = [explainAwsError(latest), aftermath].filter(Boolean).join(" ");
    if (text !== "") await pulumi.log.error(`${name}: ${text}`, component);
    return false;
  };
  return { onError: [new pulumi.ErrorHook(uniqueHookName(`explaining an error`), AsyncResource.bind(explain))] };
}

/** The hooks of both bindings, the first's before the second's. */
export function bothHooks(first: pulumi.ResourceHookBinding, second: pulumi.ResourceHookBinding = {}): pulumi.ResourceHookBinding {
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
