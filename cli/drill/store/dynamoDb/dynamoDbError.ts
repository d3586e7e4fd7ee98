/** What DynamoDB answers when it refuses a request. */
export class DynamoDbError extends Error {
  override readonly name = "DynamoDbError";

  constructor(
    /** "ResourceNotFoundException". */
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    /** What else the answer has, beside the message. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The code of a statement that DynamoDB would serve, and this store does not. */
export const STATEMENT_NOT_SERVED = "StatementNotServed";

/** The code of an operation that there is not, or not here. */
export const UNKNOWN_OPERATION = "UnknownOperationException";
