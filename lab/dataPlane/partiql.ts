import { ApiError } from "../cloud/apiError";
import { NOT_SERVED } from "../cloud/rolePolicies";

/** A value in DynamoDB's JSON: `{"S": "text"}`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** A PartiQL statement, as far as the lab needs to understand it. */
export interface Statement {
  /** The end of the action's name: `PartiQLSelect`. */
  readonly kind: "Select" | "Insert" | "Update" | "Delete";
  readonly table: string;
  readonly index?: string;
  /** Of a SELECT that the lab can serve: its conditions, all of which have to hold. */
  readonly conditions?: readonly Condition[];
  /** Of an INSERT that the lab can serve. */
  readonly item?: Readonly<Record<string, AttributeValue>>;
}

export interface Condition {
  readonly attribute: string;
  readonly operator: string;
  readonly value: AttributeValue;
}

const TOKENS = /\s*('(?:[^']|'')*'|"[^"]*"|-?\d+(?:\.\d+)?|<=|>=|<>|[=<>?.,:{}*]|[A-Za-z_][\w-]*)/y;

/**
 * Reads `SELECT * FROM "T"[."I"] [WHERE a = 'x' AND b > 1]` and `INSERT INTO "T" VALUE {'a': 'x', 'b': ?}`. Of other
 * statements only what policies ask about: the kind and the table.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
 */
export function parseStatement(text: string, parameters: readonly AttributeValue[]): Statement {
  const reader = new Reader(text, parameters);
  const kind = reader.keyword();
  switch (kind) {
    case "SELECT": {
      const all = reader.takes("*");
      while (!reader.takes("FROM")) reader.next();
      const source = reader.source();
      return { kind: "Select", ...source, conditions: all ? reader.conditions() : undefined };
    }
    case "INSERT": {
      reader.expect("INTO");
      const source = reader.source();
      return { kind: "Insert", ...source, item: reader.takes("VALUE") ? reader.item() : undefined };
    }
    case "UPDATE":
      return { kind: "Update", ...reader.source() };
    case "DELETE":
      reader.expect("FROM");
      return { kind: "Delete", ...reader.source() };
    default:
      throw reader.invalid();
  }
}

/** The refusal of a statement that DynamoDB would serve. */
export function unservedStatement({ kind, table }: Statement): ApiError {
  return new ApiError(
    NOT_SERVED,
    `The lab serves of PartiQL "SELECT * FROM … WHERE a = … AND …" and "INSERT INTO … VALUE {…}" alone, not this ` +
      `${kind.toUpperCase()} on ${table}.`,
  );
}

class Reader {
  readonly #tokens: readonly string[];
  readonly #parameters: AttributeValue[];
  #position = 0;

  constructor(text: string, parameters: readonly AttributeValue[]) {
    const tokens: string[] = [];
    const pattern = new RegExp(TOKENS);
    for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) tokens.push(found[1] ?? "");
    this.#tokens = tokens;
    this.#parameters = [...parameters];
  }

  invalid(): ApiError {
    return new ApiError("ValidationException", "Statement wasn't well formed, can't be processed: Unexpected token");
  }

  next(): string {
    const token = this.#tokens[this.#position++];
    if (token === undefined) throw this.invalid();
    return token;
  }

  keyword(): string {
    return this.next().toUpperCase();
  }

  takes(token: string): boolean {
    const taken = this.#tokens[this.#position]?.toUpperCase() === token;
    if (taken) this.#position += 1;
    return taken;
  }

  expect(token: string): void {
    if (!this.takes(token)) throw this.invalid();
  }

  /** `"T"` or `"T"."I"`. */
  source(): Pick<Statement, "table" | "index"> {
    const table = unquoted(this.next());
    return { table, index: this.takes(".") ? unquoted(this.next()) : undefined };
  }

  /** Undefined where there is more than the lab understands. */
  conditions(): readonly Condition[] | undefined {
    if (this.#isAtEnd()) return [];
    if (!this.takes("WHERE")) return undefined;
    const conditions: Condition[] = [];
    do {
      const attribute = unquoted(this.next());
      const operator = this.next();
      if (!["=", "<", "<=", ">", ">=", "<>"].includes(operator)) return undefined;
      conditions.push({ attribute, operator, value: this.#value() });
    } while (this.takes("AND"));
    return this.#isAtEnd() ? conditions : undefined;
  }

  item(): Readonly<Record<string, AttributeValue>> {
    const item: Record<string, AttributeValue> = {};
    this.expect("{");
    do {
      const attribute = unquoted(this.next());
      this.expect(":");
      item[attribute] = this.#value();
    } while (this.takes(","));
    this.expect("}");
    return item;
  }

  #value(): AttributeValue {
    const token = this.next();
    if (token === "?") {
      const parameter = this.#parameters.shift();
      if (parameter === undefined) throw this.invalid();
      return parameter;
    }
    if (token.startsWith("'")) return { S: unquoted(token).replaceAll("''", "'") };
    if (/^-?\d/.test(token)) return { N: token };
    if (/^(true|false)$/i.test(token)) return { BOOL: token.toLowerCase() === "true" };
    throw this.invalid();
  }

  #isAtEnd(): boolean {
    return this.#position === this.#tokens.length;
  }
}

function unquoted(token: string): string {
  return /^['"]/.test(token) ? token.slice(1, -1) : token;
}
