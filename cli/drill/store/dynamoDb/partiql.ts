import { DynamoDbError } from "./dynamoDbError";

/** A value in DynamoDB's JSON: `{"S": "text"}`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** A PartiQL statement, as far as it is understood. */
export interface Statement {
  /** The end of the action's name: `PartiQLSelect`. */
  readonly kind: "Select" | "Insert" | "Update" | "Delete";
  readonly table: string;
  readonly index?: string | undefined;
  /** What it asks for; absent where that is more than is understood. */
  readonly request?: StatementRequest | undefined;
}

export interface StatementRequest {
  /** Of a SELECT; empty: all. */
  readonly attributes?: readonly string[];
  /** All of them have to hold. */
  readonly conditions?: readonly Condition[];
  /** Of an INSERT. */
  readonly item?: Readonly<Record<string, AttributeValue>>;
  /** Of an UPDATE. */
  readonly changes?: readonly Change[];
}

export interface Condition {
  readonly attribute: string;
  readonly operator: string;
  readonly value: AttributeValue;
}

/** `SET attribute = left`, `SET attribute = left + right`, or, without an operand, `REMOVE attribute`. */
export interface Change {
  readonly attribute: string;
  readonly operands: readonly Operand[];
  readonly operator?: "+" | "-";
}

export type Operand = { readonly attribute: string } | { readonly value: AttributeValue };

/** The statements of a request, one or several. */
export function statementsOf(body: Readonly<Record<string, unknown>>): readonly Statement[] {
  const parts = (body.Statements ?? body.TransactStatements ?? [body]) as readonly Readonly<Record<string, unknown>>[];
  return parts.map(({ Statement: text, Parameters: parameters }) =>
    parseStatement(typeof text === "string" ? text : "", (parameters ?? []) as readonly AttributeValue[]),
  );
}

const TOKENS = /\s*('(?:[^']|'')*'|"[^"]*"|-?\d+(?:\.\d+)?|<=|>=|<>|[=<>?.,:{}[\]*+()-]|[A-Za-z_][\w-]*)/y;

/**
 * Reads `SELECT *|a, b FROM "T"[."I"] [WHERE a = 'x' AND b > 1]`, `INSERT INTO "T" VALUE {'a': 'x', 'b': ?}`,
 * `UPDATE "T" SET a = a + 1 REMOVE b WHERE …` and `DELETE FROM "T" WHERE …`. Of other statements only what policies ask
 * about: the kind and the table.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
 */
function parseStatement(text: string, parameters: readonly AttributeValue[]): Statement {
  const reader = new Reader(text, parameters);
  const kind = reader.next().toUpperCase();
  switch (kind) {
    case "SELECT": {
      const attributes = reader.names();
      while (!reader.takes("FROM")) reader.next();
      const source = reader.source();
      const conditions = attributes && reader.conditions();
      return { kind: "Select", ...source, request: conditions && { attributes, conditions } };
    }
    case "INSERT": {
      reader.expect("INTO");
      const source = reader.source();
      const item = reader.takes("VALUE") ? reader.map() : undefined;
      return { kind: "Insert", ...source, request: item && reader.isAtEnd() ? { item } : undefined };
    }
    case "UPDATE": {
      const source = reader.source();
      const changes = reader.changes();
      const conditions = changes && reader.conditions();
      return { kind: "Update", ...source, request: conditions && { changes, conditions } };
    }
    case "DELETE": {
      reader.expect("FROM");
      const source = reader.source();
      const conditions = reader.conditions();
      return { kind: "Delete", ...source, request: conditions && { conditions } };
    }
    default:
      throw invalid();
  }
}

function invalid(): DynamoDbError {
  return new DynamoDbError("ValidationException", "Statement wasn't well formed, can't be processed: Unexpected token");
}

class Reader {
  readonly #tokens: readonly string[];
  readonly #parameters: AttributeValue[];
  #position = 0;

  constructor(text: string, parameters: readonly AttributeValue[]) {
    const tokens: string[] = [];
    const pattern = new RegExp(TOKENS);
    let end = 0;
    for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
      tokens.push(found[1] ?? "");
      end = pattern.lastIndex;
    }
    // What is no token of it is one that nothing takes.
    if (text.slice(end).trim() !== "") tokens.push(text.slice(end));
    this.#tokens = tokens;
    this.#parameters = [...parameters];
  }

  next(): string {
    const token = this.#tokens[this.#position++];
    if (token === undefined) throw invalid();
    return token;
  }

  takes(token: string): boolean {
    const taken = this.#peek() === token;
    if (taken) this.#position += 1;
    return taken;
  }

  expect(token: string): void {
    if (!this.takes(token)) throw invalid();
  }

  isAtEnd(): boolean {
    return this.#position === this.#tokens.length;
  }

  /** `"T"` or `"T"."I"`. */
  source(): Pick<Statement, "table" | "index"> {
    const table = unquoted(this.next());
    return { table, index: this.takes(".") ? unquoted(this.next()) : undefined };
  }

  /** `*`, which is none, or names; undefined where there are expressions. */
  names(): readonly string[] | undefined {
    if (this.takes("*")) return [];
    const names: string[] = [];
    do names.push(unquoted(this.next()));
    while (this.takes(","));
    return this.#peek() === "FROM" ? names : undefined;
  }

  /** Undefined where there is more than is understood. */
  conditions(): readonly Condition[] | undefined {
    if (this.isAtEnd()) return [];
    if (!this.takes("WHERE")) return undefined;
    const conditions: Condition[] = [];
    do {
      const attribute = unquoted(this.next());
      const operator = this.next();
      if (!["=", "<", "<=", ">", ">=", "<>"].includes(operator)) return undefined;
      conditions.push({ attribute, operator, value: this.#value() });
    } while (this.takes("AND"));
    return this.isAtEnd() ? conditions : undefined;
  }

  /** Undefined where there is more than is understood. */
  changes(): readonly Change[] | undefined {
    const changes: Change[] = [];
    for (;;) {
      if (this.takes("SET")) {
        do {
          const attribute = unquoted(this.next());
          if (!this.takes("=")) return undefined;
          const left = this.#operand();
          const operator = (["+", "-"] as const).find((each) => this.takes(each));
          changes.push(
            operator === undefined
              ? { attribute, operands: [left] }
              : { attribute, operands: [left, this.#operand()], operator },
          );
        } while (this.takes(","));
      } else if (this.takes("REMOVE")) changes.push({ attribute: unquoted(this.next()), operands: [] });
      else return changes.length > 0 && this.#peek() === "WHERE" ? changes : undefined;
    }
  }

  map(): Readonly<Record<string, AttributeValue>> {
    const map: Record<string, AttributeValue> = {};
    this.expect("{");
    if (this.takes("}")) return map;
    do {
      const attribute = unquoted(this.next());
      this.expect(":");
      map[attribute] = this.#value();
    } while (this.takes(","));
    this.expect("}");
    return map;
  }

  #operand(): Operand {
    return /^(?:"|[A-Za-z_])/.test(this.#tokens[this.#position] ?? "") && !isWord(this.#peek())
      ? { attribute: unquoted(this.next()) }
      : { value: this.#value() };
  }

  #value(): AttributeValue {
    if (this.#peek() === "{") return { M: this.map() };
    const token = this.next();
    if (token === "?") {
      const parameter = this.#parameters.shift();
      if (parameter === undefined) throw invalid();
      return parameter;
    }
    if (token === "[") return { L: this.#list() };
    if (token.startsWith("'")) return { S: unquoted(token).replaceAll("''", "'") };
    if (/^-?\d/.test(token)) return { N: token };
    const word = token.toUpperCase();
    if (!isWord(word)) throw invalid();
    return word === "NULL" ? { NULL: true } : { BOOL: word === "TRUE" };
  }

  #list(): readonly AttributeValue[] {
    const list: AttributeValue[] = [];
    if (this.takes("]")) return list;
    do list.push(this.#value());
    while (this.takes(","));
    this.expect("]");
    return list;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position]?.toUpperCase();
  }
}

/** A value that is written as a word. */
function isWord(token: string | undefined): boolean {
  return token === "TRUE" || token === "FALSE" || token === "NULL";
}

function unquoted(token: string): string {
  return /^['"]/.test(token) ? token.slice(1, -1) : token;
}
