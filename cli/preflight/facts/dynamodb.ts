// A bundle of its own, loaded when DynamoDB is asked.
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  ListTablesCommand,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import type { Facts, TableFact } from "./facts";
import { plain } from "./plain";
import { allOf, leftOut, isNotTold, readWanted, type Reading } from "./reading";

export async function readDynamoDb(reading: Reading): Promise<Partial<Facts>> {
  const client = new DynamoDBClient(reading.settings);
  try {
    return await new TableReader(client, reading).read();
  } finally {
    client.destroy();
  }
}

class TableReader {
  #names: Promise<readonly string[]> | undefined;

  constructor(
    readonly client: DynamoDBClient,
    readonly reading: Reading,
  ) {}

  read(): Promise<Partial<Facts>> {
    return readWanted(this.reading.wanted, {
      tableNames: () => this.#tableNames(),
      tables: async () => {
        const names = await this.#chosen();
        const { region } = this.reading.settings;
        const others = (this.reading.tables.arns ?? []).filter((arn) => arn.split(":")[3] === region);
        this.reading.announce(`${names.length} tables: two calls each`);
        return allOf([...names.map((name) => this.#table(name)), ...others.map((arn) => this.#otherTable(arn))]);
      },
    });
  }

  #tableNames(): Promise<readonly string[]> {
    this.#names ??= this.reading.calls.pages(
      "dynamodb:ListTables",
      (ExclusiveStartTableName) => this.client.send(new ListTablesCommand({ ExclusiveStartTableName })),
      { items: ({ TableNames }) => TableNames, next: ({ LastEvaluatedTableName }) => LastEvaluatedTableName },
    );
    return this.#names;
  }

  async #chosen(): Promise<readonly string[]> {
    const { names, most } = this.reading.tables;
    if (names !== undefined) return names;
    const all = await this.#tableNames();
    if (all.length > most) throw leftOut("dynamodb:DescribeTable", `${all.length} tables`, most);
    return all;
  }

  async #table(TableName: string): Promise<TableFact> {
    const { calls } = this.reading;
    const described = await calls.ask("dynamodb:DescribeTable", () =>
      this.client.send(new DescribeTableCommand({ TableName })),
    );
    const table: TableDescription = described.Table ?? { TableName };
    const policy = await this.#policyOf(table.TableArn ?? TableName);
    return { ...plain(table), ...(policy !== undefined && { ResourcePolicy: policy }) };
  }

  /** Another account says what it likes: what it does not tell hides nothing else. */
  async #otherTable(TableArn: string): Promise<TableFact> {
    // As AWS takes it for its name, which tables of several accounts may share.
    const own = { TableName: TableArn, TableArn };
    try {
      const policy = await this.#policyOf(TableArn);
      return { ...own, ...(policy !== undefined && { ResourcePolicy: policy }) };
    } catch (error) {
      if (isNotTold(error)) return { ...own, ResourcePolicyMissing: error.missing };
      throw error;
    }
  }

  async #policyOf(ResourceArn: string): Promise<string | undefined> {
    try {
      const { Policy } = await this.reading.calls.ask("dynamodb:GetResourcePolicy", () =>
        this.client.send(new GetResourcePolicyCommand({ ResourceArn })),
      );
      return Policy;
    } catch (error) {
      if (isNotTold(error) && error.code === "PolicyNotFoundException") return undefined;
      throw error;
    }
  }
}
