import { containsUnknowns, output, type Input, type Output, type Resource } from "@pulumi/pulumi";

/** The value, once it has settled; `undefined` where a preview cannot know it. */
export async function valueIfKnown<T>(value: Input<T>): Promise<T | undefined> {
  const told = await settled(output(value));
  return containsUnknowns(told) ? undefined : (told as T);
}

/** Whether a value is a secret, or made from one: it must not be shown. */
export function isSecret(value: Input<unknown>): Promise<boolean> {
  return (output(value) as unknown as { readonly isSecret: Promise<boolean> }).isSecret;
}

/**
 * Whether a preview plans to make a resource, anew or in another one's place, told from its `id` and from something that
 * it was asked for: it has what it was asked for, and no id yet. What exists or is imported has both. What `--target`
 * leaves out, or the program of a refresh or a destruction names, has neither.
 */
export async function isPlanned(id: Output<string>, asked: Output<unknown>): Promise<boolean> {
  const registered = Promise.all([settled(id), settled(asked)]);
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

/**
 * `undefined` if there is no value, an unknown if there will be one: `apply`, which runs for neither, does not tell these
 * apart. The SDK has the method in every version, and not in its types.
 */
function settled(value: Output<unknown>): Promise<unknown> {
  return (value as unknown as { promise(withUnknowns: boolean): Promise<unknown> }).promise(true);
}
