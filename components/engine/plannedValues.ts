import {
  containsUnknowns,
  isSecret,
  isUnknown,
  Output,
  output,
  runtime,
  type Input,
  type Inputs,
  type Resource,
} from "@pulumi/pulumi";

/** The value, once it has settled; `undefined` where a preview cannot know it. */
export async function valueIfKnown<T>(value: Input<T>): Promise<T | undefined> {
  const told = await settledValue(output(value));
  return containsUnknowns(told) ? undefined : (told as T);
}

/**
 * Whether a preview plans to make a resource, anew or in another one's place, told from its `id` and from something
 * that it was asked for: it has what it was asked for, and no id yet. What exists or is imported has both. What
 * `--target` leaves out, or the program of a refresh or a destruction names, has neither.
 */
export async function isPlanned(id: Output<string>, asked: Output<unknown>): Promise<boolean> {
  const registered = Promise.all([settledValue(id), settledValue(asked)]);
  // A resource that cannot be registered fails the preview by itself.
  const [toldId, toldAsked] = await registered.catch(() => []);
  return toldId === undefined && toldAsked !== undefined;
}

/**
 * Whether `isPlanned` knows of the AWS resources of `component`: while a provider's own configuration is unknown, the
 * engine gives back nothing of what it plans. The default provider's comes from the stack, and is always known.
 */
export function previewTellsCreations(component: Resource): boolean {
  return component.getProvider("aws:index:Provider") === undefined;
}

/** Whether a value, or something in it, is secret. */
export function isSecretInput(value: Input<unknown>): Promise<boolean> {
  return isSecret(output(value));
}

/**
 * Properties for a transform to return. The SDK sends them without the context of the program, in which it does not
 * know that the engine takes secrets, and would make plain values of them; so they are marked as they are on the way.
 */
export async function withSecretsMarked(props: Inputs): Promise<Inputs> {
  return (await marked(props)) as Inputs;
}

async function marked(value: unknown): Promise<unknown> {
  if (Output.isInstance(value))
    return (await isSecretInput(value)) ? { [runtime.specialSigKey]: runtime.specialSecretSig, value } : value;
  if (Array.isArray(value)) return Promise.all(value.map(marked));
  if (
    typeof value !== "object" ||
    value === null ||
    isUnknown(value) ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    return value;
  return Object.fromEntries(
    await Promise.all(Object.entries(value).map(async ([key, each]) => [key, await marked(each)] as const)),
  );
}

/**
 * `undefined` if there is no value, an unknown if there will be one: `apply`, which runs for neither, does not tell
 * these apart. The SDK has the method in every version, and not in its types.
 */
export function settledValue(value: Output<unknown>): Promise<unknown> {
  return (value as unknown as { promise(withUnknowns: boolean): Promise<unknown> }).promise(true);
}
