import assert from "node:assert/strict";
import type { SeenCalls } from "../../../cli/preflight/facts/facts";
import { seenIn } from "../../../cli/preflight/facts/trailEvents";
import { HOSTILE } from "../hostileTexts";

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/apps/orders`;
const KEY = "ASIAIOSFODNN7EXAMPLE";

const SESSION = {
  type: "AssumedRole",
  principalId: "AROAEXAMPLE:i-0abc",
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/orders/i-0abc`,
  accountId: ACCOUNT,
  accessKeyId: KEY,
  sessionContext: { sessionIssuer: { type: "Role", arn: ROLE, accountId: ACCOUNT, userName: "orders" } },
};

/** As CloudTrail has them, in as much as is looked at. */
const event = (more: object = {}): string =>
  JSON.stringify({
    userIdentity: SESSION,
    eventTime: "2026-01-31T10:00:00Z",
    eventSource: "dynamodb.amazonaws.com",
    eventName: "DescribeTable",
    sourceIPAddress: "198.51.100.7",
    userAgent: "Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux#6.1",
    requestParameters: { tableName: "Orders" },
    ...more,
  });

const seen = (...events: readonly string[]): readonly SeenCalls[] => seenIn(events, false).seen;

/** What is kept of one event. */
const KEPT: readonly { readonly title: string; readonly event: object; readonly keeps: Partial<SeenCalls> }[] = [
  {
    title: "a session's role",
    event: {},
    keeps: { principal: ROLE, principalType: "AssumedRole", accountId: ACCOUNT },
  },
  {
    title: "a user",
    event: { userIdentity: { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/ann`, accountId: ACCOUNT } },
    keeps: { principal: `arn:aws:iam::${ACCOUNT}:user/ann`, principalType: "IAMUser" },
  },
  {
    title: "the root user",
    event: { userIdentity: { type: "Root", arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT } },
    keeps: { principal: `arn:aws:iam::${ACCOUNT}:root`, principalType: "Root" },
  },
  {
    title: "a service of AWS",
    event: {
      userIdentity: { type: "AWSService", invokedBy: "backup.amazonaws.com" },
      sourceIPAddress: "backup.amazonaws.com",
      userAgent: "backup.amazonaws.com",
    },
    keeps: { principal: "backup.amazonaws.com", userAgent: "backup.amazonaws.com" },
  },
  {
    title: "another account, of which no more is told",
    event: { userIdentity: { type: "AWSAccount", principalId: "AROAX:s", accountId: "999988887777" } },
    keeps: { principal: "account 999988887777", accountId: "999988887777" },
  },
  {
    title: "the endpoint that it came through",
    event: { vpcEndpointId: "vpce-0abc", sourceIPAddress: "10.0.1.5" },
    keeps: { vpcEndpointId: "vpce-0abc", sourceIPAddress: "10.0.1.5" },
  },
  { title: "the SDK and its version alone", event: {}, keeps: { userAgent: "Boto3/1.34.0" } },
  {
    title: "the AWS CLI, as CloudTrail writes it",
    event: { userAgent: "[aws-cli/2.15.30 md/awscrt#0.19.19 ua/2.0 exec-env/CloudShell]" },
    keeps: { userAgent: "aws-cli/2.15.30" },
  },
  {
    title: "nothing of a client that names no SDK",
    event: { userAgent: "hunter2-secret/1.0" },
    keeps: { userAgent: undefined },
  },
  {
    title: "the name that was asked for",
    event: { tlsDetails: { clientProvidedHostHeader: "dynamodb.eu-west-1.api.aws" } },
    keeps: { host: "dynamodb.eu-west-1.api.aws" },
  },
  { title: "no table, where none is named", event: { requestParameters: null }, keeps: { tableNames: [] } },
];

describe("what is kept of CloudTrail's events", () => {
  for (const { title, event: more, keeps } of KEPT)
    it(title, () => {
      const [one, ...others] = seen(event(more));
      assert.deepEqual(others, []);
      for (const [name, value] of Object.entries(keeps)) assert.deepEqual(one?.[name as keyof SeenCalls], value, name);
    });

  it("is told once for each principal, address, endpoint, client and name", () => {
    const later = { eventTime: "2026-01-31T11:00:00Z", eventName: "ListTables", requestParameters: null };
    const apart = { userAgent: "aws-sdk-js/3.600.0", eventTime: "2026-01-31T09:00:00Z" };
    const [boto, js, ...others] = seen(event(later), event(apart), event());
    assert.deepEqual(others, []);
    assert.equal(js?.userAgent, "aws-sdk-js/3.600.0");
    const { eventNames, tableNames, events, firstAt, lastAt } = boto ?? ({} as SeenCalls);
    assert.deepEqual(
      [eventNames, tableNames, events, firstAt, lastAt],
      [["DescribeTable", "ListTables"], ["Orders"], 2, "2026-01-31T10:00:00Z", "2026-01-31T11:00:00Z"],
    );
  });

  it("is in one order, whatever AWS's is", () => {
    const events = ["198.51.100.9", "198.51.100.7", "198.51.100.8"].map((sourceIPAddress) =>
      event({ sourceIPAddress }),
    );
    assert.deepEqual(seenIn(events, true), seenIn([...events].reverse(), true));
  });

  it("says from when on, where the rest was not read", () => {
    const events = [event(), event({ eventTime: "2026-01-31T08:00:00Z" })];
    assert.equal(seenIn(events, true).cutAt, "2026-01-31T08:00:00Z");
    assert.equal(seenIn(events, false).cutAt, undefined);
    assert.equal(seenIn(events, false).events, 2);
  });

  it("has no key, and no parameter but a table's name", () => {
    const parameters = { tableName: "Orders", tags: [{ key: "password", value: "hunter2" }] };
    const text = JSON.stringify(seen(event({ requestParameters: parameters })));
    for (const secret of [KEY, "hunter2", "password", "i-0abc"]) assert.ok(!text.includes(secret), secret);
  });

  it("is nothing that an event's texts could forge", () => {
    for (const hostile of HOSTILE) {
      const fields = ["eventName", "sourceIPAddress", "vpcEndpointId", "userAgent", "eventTime"];
      for (const field of fields) {
        const text = JSON.stringify(
          seen(event({ [field]: field === "userAgent" ? `Boto3/1.34.0${hostile}` : hostile })),
        );
        assert.match(text, /^[\w\s[\]{}":,./+-]*$/, field);
      }
      const table = seen(event({ requestParameters: { tableName: hostile } }));
      assert.deepEqual(table[0]?.tableNames, []);
      const arn = `arn:aws:iam::${ACCOUNT}:role/${hostile}`;
      assert.deepEqual(seen(event({ userIdentity: { type: "IAMUser", arn } })), []);
    }
    for (const wrong of ["", "null", "[]", "{", "7", '{"userIdentity":null}']) assert.deepEqual(seen(wrong), []);
  });
});
