import type { Output, Resource } from "@pulumi/pulumi";
import { valueIfKnown } from "./plannedValues";

/**
 * The URN of the one resource that an Output comes from, if that is of one of the types: what comes from several may be
 * anything. Components around that resource do not count: other languages name them too, or in its place.
 */
export async function soleSource(of: Output<string>, types: readonly string[]): Promise<string | undefined> {
  // The SDK has the method in every version, and not in its types.
  const resources = await (of as unknown as { allResources(): Promise<ReadonlySet<Resource>> }).allResources();
  const urns = await urnsOf([...resources]);
  const [source, ...others] = urns.filter(
    (urn) => !urns.some((inner) => typesOf(inner).startsWith(`${typesOf(urn)}$`)),
  );
  if (source === undefined || others.length > 0) return undefined;
  return types.includes(typesOf(source).split("$").at(-1) ?? "") ? source : undefined;
}

export async function urnsOf(resources: readonly Resource[]): Promise<string[]> {
  const urns = await Promise.all(resources.map(({ urn }) => valueIfKnown(urn)));
  return urns.filter((urn) => urn !== undefined);
}

/** `urn:pulumi:STACK::PROJECT::TYPES::NAME`, with the types of the parents before its own, separated by `$`. */
function typesOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}
