// A bundle of its own: the AWS SDK is loaded where a table of an account is asked for.
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Unjudged } from "../../exit";
import { tableShape } from "./tables";

interface Account {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** The shapes of tables in an account. Nothing but DescribeTable is called. */
export async function liveTables(
  names: readonly string[],
  { region, profile }: Account,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new DynamoDBClient({ region, profile });
  try {
    return await Promise.all(names.map((name) => describe(client, name)));
  } finally {
    client.destroy();
  }
}

async function describe(client: DynamoDBClient, name: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
    const shape = tableShape(table);
    if (shape !== undefined) return shape;
  } catch (error) {
    const { name: code, message } = error as Error;
    throw new Unjudged(`--like ${name}: DescribeTable: ${code}: ${message}`);
  }
  throw new Unjudged(`--like ${name}: DescribeTable told no keys of it`);
}
