import {
  output,
  type ComponentResource,
  type ComponentResourceOptions,
  type Inputs,
  type Output,
  type provider,
  type Resource,
} from "@pulumi/pulumi";
import { refuse, type Finding } from "../components/args/findings";
import {
  dynamoDbEndpointFindings,
  endpointPolicyFindings,
  gatewayEndpointFindings,
  routeRolloutFindings,
} from "../components/plan/validateArgs";
import * as components from "../index";
import { readInputs, type ReadInputs } from "./inputs";
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
  const className = classOf(type);
  const { values, findings } = await readInputs(schema, { properties: spec.inputProperties }, inputs);
  if (findings.length > 0)
    refuse(componentTitle(type, name), [...findings, ...furtherFindings(className, values, findings)]);
  if (options.parent !== undefined) await nameParent(options.parent);
  if (options.deletedWith !== undefined) await nameDeletedWith(options.deletedWith as Identified);
  const component = new (components[className as keyof typeof components] as unknown as Component)(
    name,
    values as never,
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

/** What the components say of their arguments. */
const FINDINGS: Readonly<Record<string, (args: never) => Iterable<Finding>>> = {
  DynamoDbEndpoint: dynamoDbEndpointFindings,
  GatewayEndpoint: gatewayEndpointFindings,
  RouteRollout: routeRolloutFindings,
  EndpointPolicy: endpointPolicyFindings,
};

/**
 * What is wrong besides values of another type: in other arguments, unless they are about those that cannot be read.
 */
function furtherFindings(
  className: string,
  values: ReadInputs["values"],
  unreadable: readonly Finding[],
): readonly Finding[] {
  const unread = new Set(unreadable.map(({ path }) => argumentOf(path)));
  const dependent = unread.has("routeTables") ? ["rollout", "adopt", "formerNames"] : [];
  const left = Object.fromEntries(
    Object.entries(values).filter(([argument]) => !unread.has(argument) && !dependent.includes(argument)),
  );
  const found = [...(FINDINGS[className]?.(left as never) ?? [])];
  return found.filter(({ path }) => !unread.has(argumentOf(path)));
}

function argumentOf(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
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
