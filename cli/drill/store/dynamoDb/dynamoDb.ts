import { Dynalite, DYNALITE_OPERATIONS } from "./dynalite";
import { DynamoDbError } from "./dynamoDbError";
import { type Statement, statementsOf } from "./partiql";
import { Statements } from "./statements";
import { transactItemsOf, Transactions } from "./transactions";

type Body = Readonly<Record<string, unknown>>;

/** The operations that are made of others. */
const TRANSLATED: readonly string[] = [
  ...["BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction", "TransactGetItems", "TransactWriteItems"],
];

/** Whether a store has an operation of DynamoDB's API. */
export function isServed(operation: string): boolean {
  return DYNALITE_OPERATIONS.includes(operation) || TRANSLATED.includes(operation);
}

/**
 * A DynamoDB in memory: dynalite, with transactions and PartiQL, which it lacks, made of its operations. The drill's
 * client and the lab's roles and functions are served by the same.
 */
export class DynamoDb {
  readonly dynalite: Dynalite;
  readonly #transactions: Transactions;
  readonly #statements: Statements;

  constructor(region: string, accountId: string) {
    this.dynalite = new Dynalite(region, accountId);
    this.#transactions = new Transactions(this.dynalite);
    this.#statements = new Statements(this.dynalite, this.#transactions);
  }

  /** Rejects with a `DynamoDbError` where DynamoDB answers with an error. */
  async perform(operation: string, body: Body): Promise<Body> {
    switch (operation) {
      case "TransactGetItems":
        return { Responses: await this.#transactions.get(transactItemsOf(body)) };
      case "TransactWriteItems":
        await this.#transactions.write(transactItemsOf(body), body.ClientRequestToken);
        return {};
      case "ExecuteStatement":
        return this.#statements.execute(onlyOf(statementsOf(body)));
      case "BatchExecuteStatement":
        return this.#statements.executeEach(statementsOf(body));
      case "ExecuteTransaction":
        return this.#statements.executeTogether(statementsOf(body), body.ClientRequestToken);
      default:
        return this.dynalite.perform(operation, body);
    }
  }
}

function onlyOf(statements: readonly Statement[]): Statement {
  const [statement] = statements;
  if (statement === undefined) throw new DynamoDbError("ValidationException", "Statement should not be empty");
  return statement;
}
