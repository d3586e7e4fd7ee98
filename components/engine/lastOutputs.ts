import * as pulumi from "@pulumi/pulumi";
import { hooksWork } from "./hooks";
import { isSecretInput, valueIfKnown } from "./plannedValues";

/**
 * What a component had registered when the last run ended that came to its end: the one thing that is told of the state
 * before anything of it is registered again.
 */
export interface LastOutputs {
  /** As they are to be registered again: secrets stay secret. */
  readonly outputs: pulumi.Inputs;
  /** Their values. Empty where no run has ended, and under mocks. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The SDK does not tell which of them are. */
  readonly hasSecrets: boolean;
}

/** The engine's answer to a component that was just registered is what it was, until it registers its outputs. */
export async function lastOutputs(component: pulumi.Resource): Promise<LastOutputs> {
  const nothing: LastOutputs = { outputs: {}, values: {}, hasSecrets: false };
  // A component that cannot be registered fails the run by itself.
  return hooksWork() ? askedOutputs(component).catch(() => nothing) : nothing;
}

async function askedOutputs(component: pulumi.Resource): Promise<LastOutputs> {
  const urn = await valueIfKnown(component.urn);
  const state = pulumi.runtime
    .invokeOutput<{ state: pulumi.Inputs }>("pulumi:pulumi:getResource", { urn })
    .apply((resource) => resource.state);
  const values = (await valueIfKnown(state)) ?? {};
  const outputs = Object.fromEntries(
    Object.keys(values).map((name) => [name, state.apply((all) => all[name] as unknown)]),
  );
  return { outputs, values, hasSecrets: await isSecretInput(state) };
}
