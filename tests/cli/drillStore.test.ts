import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { insideStore } from "../../cli/drill/store/insideStore";
import { fillStore } from "../../cli/drill/store/tables";

type Json = Readonly<Record<string, unknown>>;

const keySchema = (...names: readonly string[]): readonly object[] =>
  names.map((name, i) => ({ AttributeName: name, KeyType: i === 0 ? "HASH" : "RANGE" }));
const table = (name: string, ...keys: readonly string[]): Json => ({
  TableName: name,
  KeySchema: keySchema(...keys),
  AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: "S" })),
  BillingMode: "PAY_PER_REQUEST",
});
const item = (id: string, count: number, more: Json = {}): Json => ({
  id: { S: id },
  count: { N: `${count}` },
  ...more,
});

describe("the store inside a drill", () => {
  let store: ReturnType<typeof insideStore>;
  const ask = async (operation: string, body: Json | string): Promise<Json> => {
    const headers = { "x-amz-target": `DynamoDB_20120810.${operation}` };
    const text = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const answer = await store.answer({ method: "POST", url: "/", headers }, text);
    return { ...(JSON.parse(answer.body.toString()) as Json), ...(answer.errorCode && { code: answer.errorCode }) };
  };
  const execute = (statement: string, ...parameters: readonly Json[]): Promise<Json> =>
    ask("ExecuteStatement", { Statement: statement, ...(parameters.length > 0 && { Parameters: parameters }) });
  const stored = async (id: string): Promise<unknown> =>
    (await ask("GetItem", { TableName: "Stock", Key: { id: { S: id } } })).Item;

  beforeEach(async () => {
    store = insideStore("us-east-1");
    await fillStore(
      store,
      "us-east-1",
      [table("Stock", "id"), table("Orders", "id", "line")],
      [
        ["Stock", item("1", 5, { shelf: { S: "A" } })],
        ["Stock", item("2", 7, { shelf: { S: "B" } })],
      ],
    );
  });

  const put = (id: string, more: Json = {}): Json => ({ Put: { TableName: "Stock", Item: item(id, 1), ...more } });
  const add = { TableName: "Stock", Key: { id: { S: "1" } }, UpdateExpression: "ADD #n :one" };
  const adding: Json = {
    ...{ ...add, ExpressionAttributeNames: { "#n": "count" }, ExpressionAttributeValues: { ":one": { N: "1" } } },
  };
  const transact = (parts: readonly Json[], token?: string): Promise<Json> =>
    ask("TransactWriteItems", { TransactItems: parts, ...(token !== undefined && { ClientRequestToken: token }) });

  it("applies a transaction once for a token, and refuses the token for another one", async () => {
    for (let asked = 0; asked < 2; asked++) assert.deepEqual(await transact([{ Update: adding }], "t"), {});
    assert.deepEqual(await stored("1"), item("1", 6, { shelf: { S: "A" } }));
    assert.equal((await transact([put("3")], "t")).code, "IdempotentParameterMismatchException");
    await transact([{ Update: adding }], "other");
    await transact([{ Update: adding }]);
    assert.deepEqual(await stored("1"), item("1", 8, { shelf: { S: "A" } }));
  });

  it("takes a token for a new one ten minutes after its transaction", async () => {
    const { now } = Date;
    try {
      for (const [minutes, count] of [
        [0, 6],
        [9, 6],
        [11, 7],
      ] as const) {
        Date.now = () => now() + minutes * 60_000;
        await transact([{ Update: adding }], "t");
        assert.deepEqual(await stored("1"), item("1", count, { shelf: { S: "A" } }));
      }
    } finally {
      Date.now = now;
    }
  });

  it("says of a token whose transaction is not done that it is in progress", async () => {
    const both = await Promise.all([transact([put("3")], "t"), transact([put("3")], "t")]);
    assert.deepEqual(
      both.map(({ code }) => code),
      [undefined, "TransactionInProgressException"],
    );
  });

  it("applies nothing of a transaction of which a condition does not hold, and takes its token again", async () => {
    const check = {
      ConditionCheck: {
        TableName: "Stock",
        Key: { id: { S: "3" } },
        ConditionExpression: "attribute_exists(id)",
      },
    };
    const absent = { ConditionExpression: "attribute_not_exists(id)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    const parts = [{ Update: adding }, check, put("2", absent)];
    const { code, CancellationReasons: reasons } = await transact(parts, "t");
    assert.equal(code, "TransactionCanceledException");
    const failed = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
    const found = { Item: item("2", 7, { shelf: { S: "B" } }) };
    assert.deepEqual(reasons, [{ Code: "None" }, failed, { ...failed, ...found }]);
    assert.deepEqual(await stored("1"), item("1", 5, { shelf: { S: "A" } }));
    await transact([put("3"), { Delete: { TableName: "Stock", Key: { id: { S: "2" } } } }]);
    assert.deepEqual(await transact(parts, "t"), {});
  });

  it("refuses two parts of a transaction on one item", async () => {
    assert.match(String((await transact([put("1"), { Update: adding }])).message), /multiple operations on one item/);
  });

  it("reads several items at once", async () => {
    const get = (id: string): Json => ({ Get: { TableName: "Stock", Key: { id: { S: id } } } });
    const { Responses: responses } = await ask("TransactGetItems", { TransactItems: [get("2"), get("9")] });
    assert.deepEqual(responses, [{ Item: item("2", 7, { shelf: { S: "B" } }) }, {}]);
  });

  for (const [statement, ids] of [
    [`SELECT * FROM "Stock" WHERE id = '1'`, ["1"]],
    [`select id from Stock where count >= 5 and shelf <> 'A'`, ["2"]],
    [`SELECT id, shelf FROM Stock WHERE "count" < -1`, []],
    [`SELECT * FROM Stock`, ["1", "2"]],
  ] as const)
    it(`answers ${statement}`, async () => {
      const { Items: items } = (await execute(statement)) as { Items: readonly { id: { S: string } }[] };
      assert.deepEqual(items.map(({ id }) => id.S).sort(), ids);
    });

  it("answers with the attributes that are asked for", async () => {
    assert.deepEqual(await execute(`SELECT shelf FROM Stock WHERE id = ?`, { S: "1" }), {
      Items: [{ shelf: { S: "A" } }],
    });
  });

  for (const [statement, id, after] of [
    [`INSERT INTO Stock VALUE {'id': 'it''s', 'count': 1}`, "it's", item("it's", 1)],
    [
      `INSERT INTO Stock VALUE {'id': '3', 'count': 0, 'm': {'l': [true, null, {}, []]}}`,
      "3",
      item("3", 0, { m: { M: { l: { L: [{ BOOL: true }, { NULL: true }, { M: {} }, { L: [] }] } } } }),
    ],
    [`UPDATE Stock SET "count" = "count" + 2 WHERE id = '1'`, "1", item("1", 7, { shelf: { S: "A" } })],
    [`UPDATE Stock SET count = 3 - count, shelf = 'C' WHERE id = '1'`, "1", item("1", -2, { shelf: { S: "C" } })],
    [
      `UPDATE Stock SET count=0 SET a=false REMOVE shelf WHERE id='1' AND count=5`,
      "1",
      item("1", 0, { a: { BOOL: false } }),
    ],
    [`DELETE FROM Stock WHERE id = '1' AND shelf = 'A'`, "1", undefined],
    [`DELETE FROM Stock WHERE id = '9' AND shelf = 'A'`, "9", undefined],
  ] as const)
    it(`applies ${statement}`, async () => {
      assert.deepEqual(await execute(statement), { Items: [] });
      assert.deepEqual(await stored(id), after);
    });

  for (const [statement, code] of [
    [`INSERT INTO Stock VALUE {'id': '1'}`, "DuplicateItemException"],
    [`UPDATE Stock SET count = 1 WHERE id = '9'`, "ConditionalCheckFailedException"],
    [`UPDATE Stock SET count = 1 WHERE id = '1' AND shelf = 'B'`, "ConditionalCheckFailedException"],
    [`DELETE FROM Stock WHERE id = '1' AND shelf = 'B'`, "ConditionalCheckFailedException"],
    [`UPDATE Orders SET count = 1 WHERE id = '1'`, "ValidationException"],
    [`SELECT * FROM Nothing`, "ResourceNotFoundException"],
    [`SELECT`, "ValidationException"],
    [`INSERT INTO Stock VALUE {'id': ?}`, "ValidationException"],
    [`SELECT * FROM Stock WHERE id = 'open`, "ValidationException"],
    [`DROP TABLE Stock`, "ValidationException"],
    [`SELECT * FROM Stock WHERE begins_with(id, '1')`, "StatementNotServed"],
    [`SELECT * FROM Stock WHERE id = '1' ORDER BY id`, "StatementNotServed"],
    [`SELECT count(id) FROM Stock`, "StatementNotServed"],
    [`SELECT * FROM Stock WHERE id = '1' #`, "StatementNotServed"],
    [`UPDATE Stock SET m.a = 1 WHERE id = '1'`, "StatementNotServed"],
    [`UPDATE Stock SET count = 1 WHERE id = '1' RETURNING ALL NEW *`, "StatementNotServed"],
    [`DELETE FROM Stock WHERE id = '1' RETURNING ALL OLD *`, "StatementNotServed"],
  ] as const)
    it(`answers ${statement} with ${code}`, async () => {
      assert.equal((await execute(statement)).code, code);
      assert.deepEqual(await stored("1"), item("1", 5, { shelf: { S: "A" } }));
    });

  const statements = (...texts: readonly string[]): readonly Json[] => texts.map((text) => ({ Statement: text }));

  it("answers each statement of a batch for itself", async () => {
    const texts = [
      `SELECT * FROM Stock WHERE id = '2'`,
      `INSERT INTO Stock VALUE {'id': '1'}`,
      `UPDATE Orders SET a = 1 WHERE id = '1'`,
    ];
    const { Responses: responses } = await ask("BatchExecuteStatement", { Statements: statements(...texts) });
    const [read, written, wrong] = responses as readonly { readonly Error?: { readonly Code: string } }[];
    assert.deepEqual(read, { TableName: "Stock", Item: item("2", 7, { shelf: { S: "B" } }) });
    assert.equal(written?.Error?.Code, "DuplicateItem");
    assert.equal(wrong?.Error?.Code, "ValidationError");
    const unserved = [...texts, `SELECT count(id) FROM Stock`];
    assert.equal(
      (await ask("BatchExecuteStatement", { Statements: statements(...unserved) })).code,
      "StatementNotServed",
    );
  });

  it("answers a SELECT with more than goes into one page", async () => {
    const large = { note: { S: "x".repeat(390_000) } };
    for (const id of ["a", "b", "c", "d"])
      await ask("PutItem", { TableName: "Stock", Item: { id: { S: id }, ...large } });
    const { Items: items } = await execute(`SELECT id FROM Stock`);
    assert.equal((items as readonly unknown[]).length, 6);
  });

  it("applies statements together or not at all, and once for a token", async () => {
    const together = (token: string, ...texts: readonly string[]): Promise<Json> =>
      ask("ExecuteTransaction", { TransactStatements: statements(...texts), ClientRequestToken: token });
    const update = `UPDATE Stock SET count = count + 1 WHERE id = '1'`;
    const insert = `INSERT INTO Stock VALUE {'id': '2'}`;
    assert.equal((await together("a", update, insert)).code, "TransactionCanceledException");
    assert.deepEqual(await stored("1"), item("1", 5, { shelf: { S: "A" } }));
    const other = `DELETE FROM Stock WHERE id = '2'`;
    for (let asked = 0; asked < 2; asked++)
      assert.deepEqual(await together("b", update, other), {
        Responses: [{ TableName: "Stock" }, { TableName: "Stock" }],
      });
    assert.deepEqual(await stored("1"), item("1", 6, { shelf: { S: "A" } }));
    assert.equal(await stored("2"), undefined);
    const read = `SELECT shelf FROM Stock WHERE id = '1'`;
    assert.deepEqual(await together("c", read), { Responses: [{ TableName: "Stock", Item: { shelf: { S: "A" } } }] });
    assert.match(String((await together("d", read, update)).message), /both read and write/);
  });

  it("answers with the checksum that SDKs compare", async () => {
    const headers = { "x-amz-target": "DynamoDB_20120810.ListTables" };
    const answer = await store.answer({ method: "POST", url: "/", headers }, Buffer.from("{}"));
    assert.equal(answer.headers["x-amz-crc32"], String(crc32(answer.body)));
  });

  it("names what it has not, and refuses what is no JSON", async () => {
    assert.equal((await ask("ExportTableToPointInTime", {})).code, "UnknownOperationException");
    assert.equal((await ask("GetItem", "{")).code, "SerializationException");
  });
});
