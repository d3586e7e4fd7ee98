import {
  output,
  type ComponentResource,
  type ComponentResourceOptions,
  type Inputs,
  type Output,
  type provider,
  type Resource,
} from "@pulumi/pulumi";
import * as components from "../index";
import { readInputs } from "./inputs";
import type { Schema } from "./schema";

/** What the engine asks for: a component by its type, with what the program gives it. */
export interface Construction {
  readonly name: string;
  readonly type: string;
  readonly inputs: Inputs;
  readonly options: ComponentResourceOptions;
}

type Component = new (name: string, args: never, options: ComponentResourceOptions) => ComponentResource;

/**
 * Makes a component for a program in another language: the class that TypeScript programs use, with the same arguments.
 *
 * What it refuses, and what it returns, is what it refuses and returns there.
 */
export async function construct(
  schema: Schema,
  { name, type, inputs, options }: Construction,
): Promise<provider.ConstructResult> {
  const spec = schema.resources[type];
  if (spec === undefined)
    throw new Error(`${type} is not a component of this version; there is ${Object.keys(schema.resources).join(", ")}`);
  const args = await readInputs(schema, spec.inputProperties, inputs);
  if (options.parent !== undefined) await nameParent(options.parent);
  if (options.deletedWith !== undefined) await nameDeletedWith(options.deletedWith as Identified);
  const component = new (components[classOf(type) as keyof typeof components] as unknown as Component)(
    name,
    args as never,
    options,
  );
  const outputs = component as unknown as Readonly<Record<string, unknown>>;
  return {
    urn: component.urn,
    state: Object.fromEntries(Object.keys(spec.properties).map((output) => [output, outputs[output]])),
  };
}

/** A component as errors name it. */
export function componentTitle(type: string, name: string): string {
  return `${classOf(type)} "${name}"`;
}

function classOf(type: string): string {
  return type.split(":").at(-1) ?? "";
}

/**
 * Hooks that a stack's state refers to are named after their component and its parents, so that the next run finds
 * them.
 * Of a parent in another process only the URN is known: it tells type and name.
 */
async function nameParent(parent: Resource): Promise<void> {
  const [, , type, ...name] = (await valueOf(parent.urn)).split("::");
  Object.assign(parent, { __pulumiType: type, __name: name.join("::") });
}

/** A resource of another process, as far as it is known here. */
interface Identified extends Resource {
  readonly id: Output<string>;
}

/**
 * The SDK reads this option, a URN, as if it were the reference to a provider, which is a URN and an id: it takes the
 * name at the end for the id, and what is left is refused by the engine.
 */
async function nameDeletedWith(resource: Identified): Promise<void> {
  const urn = await valueOf(resource.urn);
  const [, , , name] = urn.split("::");
  if (name === undefined) Object.assign(resource, { urn: output(`${urn}::${await valueOf(resource.id)}`) });
}

function valueOf(text: Output<string>): Promise<string> {
  return new Promise((resolve) => text.apply(resolve));
}
