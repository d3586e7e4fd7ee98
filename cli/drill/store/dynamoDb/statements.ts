import type { Dynalite } from "./dynalite";
import { DynamoDbError, STATEMENT_NOT_SERVED } from "./dynamoDbError";
import { keyOf, keysOf } from "./keys";
import type { AttributeValue, Change, Condition, Operand, Statement, StatementRequest } from "./partiql";
import type { TransactItem, Transactions } from "./transactions";

type Body = Readonly<Record<string, unknown>>;

/**
 * PartiQL, made of the operations that it stands for.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
 */
export class Statements {
  readonly #dynalite: Dynalite;
  readonly #transactions: Transactions;

  constructor(dynalite: Dynalite, transactions: Transactions) {
    this.#dynalite = dynalite;
    this.#transactions = transactions;
  }

  async execute(statement: Statement): Promise<Body> {
    if (statement.kind === "Select") return { Items: await this.#select(statement) };
    const { kind, item } = await this.#write(statement);
    try {
      await this.#dynalite.perform(`${kind}Item`, item);
    } catch (error) {
      throw isDuplicate(error, statement) ? duplicate() : error;
    }
    return { Items: [] };
  }

  /** One after another; what is wrong with one of them is its own answer. */
  async executeEach(statements: readonly Statement[]): Promise<Body> {
    const responses: Body[] = [];
    for (const statement of statements) {
      try {
        responses.push(answerOf(statement, await this.execute(statement)));
      } catch (error) {
        if (!(error instanceof DynamoDbError) || error.code === STATEMENT_NOT_SERVED) throw error;
        const code = ERROR_CODES[error.code] ?? error.code;
        responses.push({ TableName: statement.table, Error: { Code: code, Message: error.message } });
      }
    }
    return { Responses: responses };
  }

  /** All that is read, or all that is written: DynamoDB takes no statements of both kinds. */
  async executeTogether(statements: readonly Statement[], token: unknown): Promise<Body> {
    const reads = statements.filter(({ kind }) => kind === "Select");
    if (reads.length > 0 && reads.length < statements.length) throw mixed();
    if (reads.length > 0) {
      const responses: Body[] = [];
      for (const statement of statements) responses.push(answerOf(statement, await this.execute(statement)));
      return { Responses: responses };
    }
    const parts: TransactItem[] = [];
    for (const statement of statements) parts.push(await this.#write(statement));
    await this.#transactions.write(parts, token);
    return { Responses: statements.map(({ table }) => ({ TableName: table })) };
  }

  async #select(statement: Statement): Promise<readonly unknown[]> {
    const { table, index } = statement;
    const { conditions = [], attributes = [] } = requestOf(statement);
    const expressions = new Expressions();
    const filter = conditions.map((condition) => expressions.condition(condition)).join(" AND ");
    const projection = attributes.map((attribute) => expressions.name(attribute)).join(", ");
    const items: unknown[] = [];
    let from: unknown;
    do {
      const { Items: page, LastEvaluatedKey: last } = await this.#dynalite.perform("Scan", {
        TableName: table,
        ...(index !== undefined && { IndexName: index }),
        ...(filter !== "" && { FilterExpression: filter }),
        ...(projection !== "" && { ProjectionExpression: projection }),
        ...(from !== undefined && { ExclusiveStartKey: from }),
        ...expressions.placeholders(),
      });
      items.push(...(page as readonly unknown[]));
      from = last;
    } while (from !== undefined);
    return items;
  }

  async #write(statement: Statement): Promise<TransactItem> {
    const { kind, table } = statement;
    const { item, changes = [], conditions = [] } = requestOf(statement);
    const keys = await keysOf(this.#dynalite, table);
    const expressions = new Expressions();
    const key = expressions.name(keys[0] ?? "");
    if (kind === "Insert") {
      const absent = { ConditionExpression: `attribute_not_exists(${key})`, ...expressions.placeholders() };
      return { kind: "Put", item: { TableName: table, Item: item, ...absent } };
    }
    const held = conditions.filter(({ attribute }) => !keys.includes(attribute));
    const further = held.map((condition) => expressions.condition(condition)).join(" AND ");
    const target = { TableName: table, Key: keyGiven(keys, conditions) };
    if (kind === "Update") {
      const update = changes.map((change) => expressions.change(change));
      const condition = [`attribute_exists(${key})`, ...(further === "" ? [] : [further])].join(" AND ");
      const expression = { UpdateExpression: updateExpression(update), ConditionExpression: condition };
      return { kind: "Update", item: { ...target, ...expression, ...expressions.placeholders() } };
    }
    // What is not there is deleted.
    if (further === "") return { kind: "Delete", item: target };
    const condition = { ConditionExpression: `attribute_not_exists(${key}) OR (${further})` };
    return { kind: "Delete", item: { ...target, ...condition, ...expressions.placeholders() } };
  }
}

/** Names and values of an expression, by their placeholders. */
class Expressions {
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, AttributeValue> = {};

  name(attribute: string): string {
    const known = Object.entries(this.#names).find(([, name]) => name === attribute);
    if (known !== undefined) return known[0];
    const placeholder = `#n${Object.keys(this.#names).length}`;
    this.#names[placeholder] = attribute;
    return placeholder;
  }

  condition({ attribute, operator, value }: Condition): string {
    return `${this.name(attribute)} ${operator} ${this.#value(value)}`;
  }

  change({ attribute, operands, operator = "+" }: Change): {
    readonly clause: "SET" | "REMOVE";
    readonly text: string;
  } {
    const name = this.name(attribute);
    if (operands.length === 0) return { clause: "REMOVE", text: name };
    return { clause: "SET", text: `${name} = ${operands.map((each) => this.#operand(each)).join(` ${operator} `)}` };
  }

  placeholders(): Body {
    return {
      ...(Object.keys(this.#names).length > 0 && { ExpressionAttributeNames: this.#names }),
      ...(Object.keys(this.#values).length > 0 && { ExpressionAttributeValues: this.#values }),
    };
  }

  #operand(operand: Operand): string {
    return "attribute" in operand ? this.name(operand.attribute) : this.#value(operand.value);
  }

  #value(value: AttributeValue): string {
    const placeholder = `:v${Object.keys(this.#values).length}`;
    this.#values[placeholder] = value;
    return placeholder;
  }
}

function updateExpression(changes: readonly { readonly clause: string; readonly text: string }[]): string {
  return ["SET", "REMOVE"]
    .map((clause) => [clause, changes.filter((each) => each.clause === clause).map(({ text }) => text)] as const)
    .filter(([, texts]) => texts.length > 0)
    .map(([clause, texts]) => `${clause} ${texts.join(", ")}`)
    .join(" ");
}

function keyGiven(keys: readonly string[], conditions: readonly Condition[]): Body {
  const equal = Object.fromEntries(
    conditions.filter(({ operator }) => operator === "=").map(({ attribute, value }) => [attribute, value]),
  );
  if (keys.every((name) => name in equal)) return keyOf(keys, equal);
  throw new DynamoDbError(
    "ValidationException",
    "Where clause does not contain a mandatory equality on all key attributes",
  );
}

function requestOf({ kind, table, request }: Statement): StatementRequest {
  if (request !== undefined) return request;
  throw new DynamoDbError(
    STATEMENT_NOT_SERVED,
    `Of PartiQL this store serves SELECT of attributes, INSERT, UPDATE and DELETE, with conditions such as ` +
      `"WHERE a = … AND b > …": not this ${kind.toUpperCase()} on ${table}.`,
  );
}

/** Of one of several statements. */
function answerOf({ table }: Statement, { Items: items }: Body): Body {
  const [item] = items as readonly unknown[];
  return { TableName: table, ...(item !== undefined && { Item: item }) };
}

function isDuplicate(error: unknown, { kind }: Statement): boolean {
  return kind === "Insert" && error instanceof DynamoDbError && error.code === "ConditionalCheckFailedException";
}

function duplicate(): DynamoDbError {
  return new DynamoDbError("DuplicateItemException", "Duplicate primary key exists in table");
}

function mixed(): DynamoDbError {
  return new DynamoDbError(
    "ValidationException",
    "ExecuteTransaction API does not support both read and write operations",
  );
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html */
const ERROR_CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  DuplicateItemException: "DuplicateItem",
  ResourceNotFoundException: "ResourceNotFound",
  ValidationException: "ValidationError",
};
