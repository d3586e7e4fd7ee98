import type { Dynalite } from "./dynalite";

type Body = Readonly<Record<string, unknown>>;

/** The attributes of a table's key, the partition key first. */
export async function keysOf(dynalite: Dynalite, table: string): Promise<readonly string[]> {
  const { Table: described } = await dynalite.perform("DescribeTable", { TableName: table });
  return (described as { readonly KeySchema: readonly { readonly AttributeName: string }[] }).KeySchema.map(
    ({ AttributeName: name }) => name,
  );
}

/** The key of an item. */
export function keyOf(keys: readonly string[], item: Body): Body {
  return Object.fromEntries(keys.map((key) => [key, item[key]]));
}
