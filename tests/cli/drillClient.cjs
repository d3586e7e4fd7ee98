"use strict";
// A client of DynamoDB without an SDK, which behaves as its first argument says.
const { spawn } = require("node:child_process");
const http = require("node:http");
const net = require("node:net");
const https = require("node:https");
const { randomUUID } = require("node:crypto");
const { URL } = require("node:url");

const [, script, behaviour, ...rest] = process.argv;
const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
const connection = () => new http.Agent({ keepAlive: true, maxSockets: 1 });
const ONE = connection();

function ask({ operation, body, invocation = randomUUID(), attempt = 1, timeoutMillis = 0, agent = ONE }) {
  return new Promise((resolve, reject) => {
    const request = http.request(endpoint, {
      method: "POST",
      agent,
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        "x-amz-date": "20260101T000000Z",
        "user-agent": "drill-test/1.0",
        "amz-sdk-invocation-id": invocation,
        "amz-sdk-request": `attempt=${attempt}; max=9`,
        authorization:
          `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/20260101/us-east-1/dynamodb/aws4_request, ` +
          "SignedHeaders=host;x-amz-date, Signature=0",
      },
    });
    if (timeoutMillis > 0) request.setTimeout(timeoutMillis, () => request.destroy(new Error("time-out")));
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ statusCode: response.statusCode, text }));
    });
    request.end(JSON.stringify(body));
  });
}

const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const LIST = { operation: "ListTables", body: {} };

async function retrying(call) {
  const invocation = randomUUID();
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask({ ...call, invocation, attempt, timeoutMillis: 250 });
    } catch {
      await sleep(10);
    }
  }
}

const BEHAVIOURS = {
  /** Has a time-out, and tries again. */
  well: async () => {
    for (;;) {
      await retrying(LIST);
      await sleep(20);
    }
  },
  /** Has no time-out, on as many connections as it is told. */
  hangs: async () => {
    const work = async (agent, i) => {
      for (;;) {
        await ask({ ...LIST, agent }).catch(({ code }) => console.log(`lost ${code}`));
        // The second is seldom busy when the first is.
        await sleep(20 + 130 * i);
      }
    };
    await Promise.all(Array.from({ length: Number(rest[0]) }, connection).map(work));
  },
  /** Puts its things away before it ends. */
  tidies: async () => {
    process.on("SIGTERM", () => {
      console.log("tidied up");
      process.exit(0);
    });
    await BEHAVIOURS.well();
  },
  crashes: async () => {
    for (;;) {
      await ask(LIST).catch(() => process.exit(3));
      await sleep(20);
    }
  },
  ignores: () => setInterval(() => undefined, 1000),
  /** Has an endpoint of its own. */
  goesElsewhere: () => net.connect(Number(rest[0]), "127.0.0.1"),
  speaksTls: async () => {
    const { hostname, port } = new URL(endpoint);
    for (;;) {
      await new Promise((resolve) => https.get({ hostname, port }).on("error", resolve));
      await sleep(20);
    }
  },
  ends: () => ask(LIST).then(() => process.exit(0)),
  /** Leaves its process group, and goes on. */
  daemonises: async () => {
    const daemon = spawn(process.execPath, [script, "well"], { detached: true, stdio: "ignore" });
    console.log(`daemon ${daemon.pid}`);
    daemon.unref();
  },
  /** Is asked to end, and does not. */
  stays: async () => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => undefined);
    console.log(`client ${process.pid}`);
    await BEHAVIOURS.well();
  },
  /** Asks before it is warm. */
  warmsUp: async () => {
    for (let i = 0; i < 10; i++) await retrying(LIST);
    console.log("warm at last");
    await BEHAVIOURS.well();
  },
  /** Counts, with what is there already. */
  counts: async () => {
    const [table, id] = rest;
    for (;;) {
      const { text } = await retrying({
        operation: "UpdateItem",
        body: {
          TableName: table,
          Key: { id: { S: id } },
          UpdateExpression: "ADD seen :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
          ReturnValues: "ALL_NEW",
        },
      });
      console.log(`seen ${JSON.parse(text).Attributes.note?.S}`);
      await sleep(20);
    }
  },
  /** By transactions and PartiQL, in turn, on one item. */
  composes: async () => {
    const key = { TableName: rest[0], Key: { id: { S: "1" } } };
    const statement = { Statement: `UPDATE "${rest[0]}" SET seen = 1 WHERE id = '1'` };
    await ask({ operation: "PutItem", body: { TableName: rest[0], Item: key.Key } });
    for (;;) {
      for (const [operation, body] of [
        [
          "TransactWriteItems",
          { TransactItems: [{ ConditionCheck: { ...key, ConditionExpression: "attribute_exists(id)" } }] },
        ],
        ["TransactGetItems", { TransactItems: [{ Get: key }] }],
        ["ExecuteStatement", statement],
        ["BatchExecuteStatement", { Statements: [statement] }],
        ["ExecuteTransaction", { TransactStatements: [statement] }],
      ])
        await retrying({ operation, body });
      await sleep(20);
    }
  },
};

void BEHAVIOURS[behaviour]();
