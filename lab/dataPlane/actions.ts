import { regionalArn } from "../cloud/identifiers";
import { statementsOf } from "../../cli/drill/store/dynamoDb/partiql";
import { transactItemsOf } from "../../cli/drill/store/dynamoDb/transactions";

/** One question to the policies that concern a request. */
export interface Access {
  /** With its prefix: "dynamodb:GetItem". */
  readonly action: string;
  readonly resource: string;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * What a request of DynamoDB's API has to be allowed to do. Transactions and PartiQL have no actions of their own.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function accessesOf(region: string, operation: string, body: Body): readonly Access[] {
  const access = (action: string, table: unknown, index?: unknown): Access => ({
    action: `dynamodb:${action}`,
    resource: resourceArn(region, String(table), index),
  });
  switch (operation) {
    case "DescribeEndpoints":
    case "ListTables":
      return [{ action: `dynamodb:${operation}`, resource: "*" }];
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys((body.RequestItems ?? {}) as Body).map((table) => access(operation, table));
    case "TransactGetItems":
      return distinct(transactItemsOf(body).map(({ kind, item }) => access(`${kind}Item`, item.TableName)));
    case "TransactWriteItems":
      return distinct(
        transactItemsOf(body).map(({ kind, item }) =>
          access(kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`, item.TableName),
        ),
      );
    case "ExecuteStatement":
    case "BatchExecuteStatement":
    case "ExecuteTransaction":
      return distinct(statementsOf(body).map(({ kind, table, index }) => access(`PartiQL${kind}`, table, index)));
    default:
      return [access(operation, body.TableName, body.IndexName)];
  }
}

function resourceArn(region: string, table: string, index: unknown): string {
  const tableArn = table.startsWith("arn:") ? table : regionalArn(region, "dynamodb", `table/${table}`);
  return typeof index === "string" ? `${tableArn}/index/${index}` : tableArn;
}

function distinct(accesses: readonly Access[]): readonly Access[] {
  return [...new Map(accesses.map((access) => [`${access.action} ${access.resource}`, access])).values()];
}
