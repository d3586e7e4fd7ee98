import * as assert from "node:assert/strict";
import {
  BatchExecuteStatementCommand,
  CreateTableCommand,
  DescribeEndpointsCommand,
  DescribeTableCommand,
  DescribeContinuousBackupsCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { endpointPolicy, TableAccess } from "../../index";
import type { Connection, Request } from "../../lab/dataPlane/traffic";
import { REGION, SERVICE } from "./network";
import { type TrafficLab, trafficLab, IMPATIENT } from "./trafficNetwork";

const TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/stock";

function newest({ lab }: TrafficLab): Request {
  return lab.traffic.requests.at(-1) ?? assert.fail("no request");
}

function connectionsOf({ lab }: TrafficLab, subnetId: string): readonly Connection[] {
  return lab.traffic.connections.filter((connection) => connection.subnetId === subnetId);
}

async function describeStock(client: DynamoDBClient): Promise<void> {
  await client.send(new DescribeTableCommand({ TableName: "stock" }));
}

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("traffic on the lab", () => {
  const on = trafficLab();

  it("takes the NAT gateway, then the endpoint, and only the switched subnet's connections break", async () => {
    const { a, b, publicIp, vpcEndpointId } = on.net;
    const [inA, inB] = [await on.client({ subnetId: a.subnetId }), await on.client({ subnetId: b.subnetId })];
    await inA.send(new PutItemCommand({ TableName: "stock", Item: { id: { S: "1" } } }));
    assert.deepEqual([newest(on).sourceAddress, newest(on).vpcEndpointId], [publicIp, undefined]);
    await describeStock(inB);

    await on.associate(a);
    const { Item: item } = await inA.send(new GetItemCommand({ TableName: "stock", Key: { id: { S: "1" } } }));
    assert.deepEqual(item, { id: { S: "1" } });
    assert.deepEqual([newest(on).sourceAddress, newest(on).vpcEndpointId], ["10.0.1.4", vpcEndpointId]);
    await describeStock(inB);
    assert.deepEqual([newest(on).sourceAddress, newest(on).vpcEndpointId], [publicIp, undefined]);
    assert.deepEqual(
      connectionsOf(on, a.subnetId).map(({ way, broken }) => [way, broken?.by]),
      [
        ["natGateway", "reset"],
        ["endpoint", undefined],
      ],
    );
    assert.deepEqual(
      connectionsOf(on, b.subnetId).map(({ broken }) => broken),
      [undefined],
    );
  });

  it(
    "breaks whenever the way changes: another route table, a route that goes, " + "an endpoint that is deleted",
    async () => {
      const { ec2 } = on.region;
      const { subnetId } = await ec2.createSubnet({ vpcId: on.net.vpcId, cidrBlock: "10.0.3.0/24" });
      const { routeTableAssociationId } = await ec2.associateRouteTable({
        subnetId,
        routeTableId: on.net.b.routeTableId,
      });
      const client = await on.client({ subnetId });
      await describeStock(client);
      const { routeTableId: other } = await ec2.createRouteTable({ vpcId: on.net.vpcId });
      const { vpcEndpointId } = await ec2.createVpcEndpoint({
        vpcId: on.net.vpcId,
        serviceName: SERVICE,
        routeTableIds: [other],
      });
      assert.equal(connectionsOf(on, subnetId)[0]?.broken, undefined, "its own route table is as it was");

      await ec2.replaceRouteTableAssociation({ associationId: routeTableAssociationId, routeTableId: other });
      await describeStock(client);
      assert.equal(newest(on).vpcEndpointId, vpcEndpointId);
      await ec2.deleteVpcEndpoints({ vpcEndpointIds: [vpcEndpointId] });
      await assert.rejects(describeStock(await on.client({ subnetId }, IMPATIENT)), { name: "TimeoutError" });
      assert.deepEqual(
        connectionsOf(on, subnetId).map(({ way, broken, sourceAddress }) => [way, broken?.by, sourceAddress]),
        [
          ["natGateway", "reset", on.net.publicIp],
          ["endpoint", "reset", "10.0.3.4"],
          ["none", undefined, undefined],
        ],
      );
    },
  );

  it("is let out by a security group only, to the prefix list or its ranges", async () => {
    const { ec2 } = on.region;
    const { groupId } = await ec2.createSecurityGroup({ vpcId: on.net.vpcId, groupName: "closed", description: "-" });
    const [open] = await ec2.describeSecurityGroupRules({ filters: { "group-id": [groupId] } });
    await ec2.revokeSecurityGroupEgress({ groupId, securityGroupRuleIds: [open?.securityGroupRuleId ?? ""] });
    const request = { subnetId: on.net.b.subnetId, securityGroupIds: [groupId] };
    const closed = await on.client(request, IMPATIENT);
    await assert.rejects(describeStock(closed), { name: "TimeoutError" });

    const [list] = await ec2.describePrefixLists({ filters: { "prefix-list-name": [SERVICE] } });
    const tcp = { ipProtocol: "tcp", fromPort: 443, toPort: 443, prefixListId: list?.prefixListId };
    await ec2.authorizeSecurityGroupEgress({ groupId, permissions: [tcp] });
    await describeStock(await on.client(request));
  });

  it("goes where a private zone of the VPC says, if that covers DynamoDB's name", async () => {
    const { ec2, route53 } = on.region;
    const { vpcId } = on.net;
    const ask = async () => describeStock(await on.client({ subnetId: on.net.b.subnetId }, IMPATIENT));
    const vpc = { vpcId, vpcRegion: REGION };
    const { id } = await route53.createHostedZone({ name: `${REGION}.amazonaws.com`, callerReference: "1", vpc });
    await ask();
    await ec2.modifyVpcAttribute({ vpcId, enableDnsHostnames: true });
    await assert.rejects(ask(), { name: "TimeoutError" });
    const point = (name: string, value: string) =>
      route53.changeResourceRecordSets({
        hostedZoneId: id,
        changes: [{ action: "UPSERT", record: { name, type: "A", values: [value] } }],
      });
    await point(`dynamodb.${REGION}.amazonaws.com.`, "10.0.1.9");
    await assert.rejects(ask(), { name: "TimeoutError" });
    const [list] = await ec2.describePrefixLists({ filters: { "prefix-list-name": [SERVICE] } });
    await point(`dynamodb.${REGION}.amazonaws.com.`, (list?.cidrs[0] ?? "").replace(/\.0\/.*$/, ".7"));
    await ask();
    await route53.createHostedZone({ name: `dynamodb.${REGION}.amazonaws.com`, callerReference: "2", vpc });
    await assert.rejects(ask(), { name: "TimeoutError" });
    await ec2.modifyVpcAttribute({ vpcId, enableDnsHostnames: false });
  });

  it("leaves a broken connection without an answer where the lab is silent", async () => {
    const silent = on.lab.impairments.add({ kind: "silentDrop" }, {});
    const client = await on.client({ subnetId: on.net.b.subnetId }, IMPATIENT);
    await describeStock(client);
    const { id } = on.lab.traffic.connections.at(-1) ?? assert.fail();
    await on.associate(on.net.b);
    silent();
    await assert.rejects(describeStock(client), { name: "TimeoutError" });
    await describeStock(client);
    assert.equal(on.lab.traffic.connections[id - 1]?.broken?.by, "silence");
    assert.equal(newest(on).vpcEndpointId, on.net.vpcEndpointId);
    await on.dissociate(on.net.b);
  });
});

describe("requests on the lab", () => {
  const on = trafficLab();
  before(() => on.associate(on.net.a));
  const inA = (policy?: string): Promise<DynamoDBClient> => on.client({ subnetId: on.net.a.subnetId, policy });
  const inB = (policy?: string): Promise<DynamoDBClient> => on.client({ subnetId: on.net.b.subnetId, policy });
  const denied = (reason: string, action = "DescribeTable", resource = TABLE): object => ({
    name: "AccessDeniedException",
    message:
      `User: arn:aws:sts::123456789012:assumed-role/client/client is not authorized to perform: dynamodb:${action} ` +
      `on resource: ${resource} ${reason}`,
  });
  const allow = (...actions: readonly string[]): object => ({
    Effect: "Allow",
    Action: actions.map((action) => `dynamodb:${action}`),
    Resource: [TABLE, `${TABLE}/index/*`],
  });

  it("are denied in AWS's words, by the identity's policies or the endpoint's", async () => {
    const { vpcEndpointId } = on.net;
    const onlyThroughEndpoint = {
      ...allow("DescribeTable"),
      Condition: { StringEquals: { "aws:SourceVpce": vpcEndpointId } },
    };
    const probe = policy(allow("DescribeContinuousBackups"), onlyThroughEndpoint);
    await describeStock(await inA(probe));
    const outside = await inB(probe);
    await outside.send(new DescribeContinuousBackupsCommand({ TableName: "stock" }));
    await assert.rejects(
      describeStock(outside),
      denied("because no identity-based policy allows the dynamodb:DescribeTable action"),
    );
    const byAddress = policy({
      ...allow("DescribeTable"),
      Condition: { IpAddress: { "aws:SourceIp": on.net.publicIp } },
    });
    await describeStock(await inB(byAddress));
    await assert.rejects(describeStock(await inA(byAddress)), { name: "AccessDeniedException" });
    const byUserAgent = policy({
      ...allow("DescribeTable"),
      Condition: { StringLike: { "aws:UserAgent": "* of-a-client" } },
    });
    await assert.rejects(describeStock(await inA(byUserAgent)), { name: "AccessDeniedException" });
    await describeStock(
      await on.client({ subnetId: on.net.a.subnetId, policy: byUserAgent }, { customUserAgent: "of-a-client" }),
    );
    const denying = policy(allow("*"), { ...allow("DescribeTable"), Effect: "Deny" });
    await assert.rejects(
      describeStock(await inA(denying)),
      denied("with an explicit deny in an identity-based policy"),
    );

    const { modifyVpcEndpoint } = on.region.ec2;
    const client = await inA();
    const getting = { ...allow("GetItem"), Principal: "*" };
    await modifyVpcEndpoint({ vpcEndpointId, policyDocument: policy(getting) });
    await assert.rejects(
      describeStock(client),
      denied("because no VPC endpoint policy allows the dynamodb:DescribeTable action"),
    );
    await describeStock(await inB());
    await modifyVpcEndpoint({
      vpcEndpointId,
      policyDocument: policy({ ...allow("*"), Principal: "*", Effect: "Deny" }),
    });
    await assert.rejects(describeStock(client), denied("with an explicit deny in a VPC endpoint policy"));
    await modifyVpcEndpoint({ vpcEndpointId, resetPolicy: true });
    await describeStock(client);
  });

  it("ask for the index, and for the item actions of transactions and PartiQL", async () => {
    const client = await inA(
      policy(allow("PutItem", "ConditionCheckItem", "GetItem", "PartiQLSelect", "PartiQLInsert", "Query")),
    );
    const Key = { id: { S: "1" } };
    const exists = { TableName: "stock", Key, ConditionExpression: "attribute_exists(id)" };
    const put = { TableName: "stock", Item: { ...Key, shelf: { S: "A" } } };
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }] }));
    const write = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { ...put, Item: { id: { S: "2" } } } },
        { ConditionCheck: { ...exists, Key: { id: { S: "0" } } } },
      ],
    });
    await assert.rejects(client.send(write), { name: "TransactionCanceledException" });
    assert.deepEqual(newest(on).actions, ["dynamodb:PutItem", "dynamodb:ConditionCheckItem"]);
    const { Responses: got } = await client.send(
      new TransactGetItemsCommand({
        TransactItems: [{ Get: { TableName: "stock", Key } }, { Get: { TableName: "stock", Key: { id: { S: "2" } } } }],
      }),
    );
    assert.deepEqual(
      got?.map(({ Item: item }) => item?.id?.S),
      ["1", undefined],
    );

    await client.send(
      new ExecuteStatementCommand({
        Statement: `INSERT INTO "stock" VALUE {'id': 'it''s 3', 'shelf': ?}`,
        Parameters: [{ S: "A" }],
      }),
    );
    const { Items: selected } = await client.send(
      new ExecuteStatementCommand({ Statement: `SELECT * FROM "stock"."by-shelf" WHERE shelf = 'A' AND id <> '1'` }),
    );
    assert.deepEqual(
      selected?.map(({ id }) => id?.S),
      ["it's 3"],
    );
    assert.deepEqual(newest(on).resources, [`${TABLE}/index/by-shelf`]);
    await client.send(
      new QueryCommand({
        TableName: "stock",
        IndexName: "by-shelf",
        KeyConditionExpression: "shelf = :s",
        ExpressionAttributeValues: { ":s": { S: "A" } },
      }),
    );
    assert.deepEqual([newest(on).actions, newest(on).resources], [["dynamodb:Query"], [`${TABLE}/index/by-shelf`]]);
    const statements = new BatchExecuteStatementCommand({
      Statements: [{ Statement: `DELETE FROM "stock" WHERE id = '1'` }],
    });
    await assert.rejects(
      client.send(statements),
      denied("because no identity-based policy allows the dynamodb:PartiQLDelete action", "PartiQLDelete"),
    );
    const all = await inA();
    await all.send(statements);
    assert.equal((await all.send(new GetItemCommand({ TableName: "stock", Key }))).Item, undefined);
    const returning = `DELETE FROM "stock" WHERE id = '1' RETURNING ALL OLD *`;
    await assert.rejects(all.send(new ExecuteStatementCommand({ Statement: returning })), {
      name: "StatementNotServed",
      message: /not this DELETE on stock/,
    });
  });

  it(
    "are allowed and denied table by table under the policy that `access` makes, on " + "whatever way they name it",
    async () => {
      const { vpcEndpointId } = on.net;
      const document = endpointPolicy(
        { tables: [{ name: "stock", access: TableAccess.ReadWrite }] },
        { region: REGION, account: "123456789012" },
      );
      await on.region.ec2.modifyVpcEndpoint({ vpcEndpointId, policyDocument: JSON.stringify(document) });
      const client = await inA();
      const query = {
        IndexName: "by-shelf",
        KeyConditionExpression: "shelf = :s",
        ExpressionAttributeValues: { ":s": { S: "B" } },
      };
      const put = { Item: { id: { S: "4" }, shelf: { S: "B" } } };
      const transaction = (...tables: string[]): TransactWriteItemsCommand =>
        new TransactWriteItemsCommand({ TransactItems: tables.map((TableName) => ({ Put: { ...put, TableName } })) });
      const select = (table: string): ExecuteStatementCommand =>
        new ExecuteStatementCommand({ Statement: `SELECT * FROM "${table}"."by-shelf" WHERE shelf = 'B'` });
      await client.send(transaction("stock"));
      for (const { Items: items } of [
        await client.send(new QueryCommand({ TableName: "stock", ...query })),
        await client.send(select("stock")),
      ]) {
        assert.deepEqual(
          items?.map(({ id }) => id?.S),
          ["4"],
        );
      }

      const prices = TABLE.replace("stock", "prices");
      const deniedHere = (action: string, resource = prices): object =>
        denied(`because no VPC endpoint policy allows the dynamodb:${action} action`, action, resource);
      await assert.rejects(
        client.send(new GetItemCommand({ TableName: "prices", Key: { id: { S: "1" } } })),
        deniedHere("GetItem"),
      );
      await assert.rejects(client.send(transaction("stock", "prices")), deniedHere("PutItem"));
      await assert.rejects(
        client.send(new QueryCommand({ TableName: "prices", ...query })),
        deniedHere("Query", `${prices}/index/by-shelf`),
      );
      await assert.rejects(client.send(select("prices")), deniedHere("PartiQLSelect", `${prices}/index/by-shelf`));
      await on.region.ec2.modifyVpcEndpoint({ vpcEndpointId, resetPolicy: true });
    },
  );

  it("are answered, or refused by name where the lab does not serve them", async () => {
    const client = await inA();
    const { Endpoints: endpoints } = await client.send(new DescribeEndpointsCommand({}));
    assert.equal(endpoints?.[0]?.Address, "dynamodb.us-east-1.amazonaws.com");
    assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, ["stock"]);
    await assert.rejects(
      client.send(new CreateTableCommand({ TableName: "t", KeySchema: [], AttributeDefinitions: [] })),
      {
        name: "NotServedByTheLab",
        message: "The lab's DynamoDB does not serve the operation CreateTable.",
      },
    );
    const { region, endpointUrl: endpoint } = await on.lab.attachClient({ subnetId: on.net.a.subnetId });
    const stranger = new DynamoDBClient({
      region,
      endpoint,
      credentials: { accessKeyId: "AKIASOMEBODY", secretAccessKey: "-" },
    });
    await assert.rejects(describeStock(stranger), { name: "UnrecognizedClientException" });
    stranger.destroy();
    assert.deepEqual([newest(on).principalArn, newest(on).errorCode], [undefined, "UnrecognizedClientException"]);
  });

  it("follow the control plane's tables and roles", async () => {
    const { iam, dynamodb } = on.region;
    const { arn: roleArn } = await iam.createRole({
      roleName: "reader",
      path: "/teams/",
      assumeRolePolicyDocument: "{}",
    });
    const client = await on.client({ subnetId: on.net.a.subnetId, roleArn });
    await assert.rejects(describeStock(client), {
      name: "AccessDeniedException",
      message: /assumed-role\/reader\/client is not/,
    });
    await iam.putRolePolicy({ roleName: "reader", policyName: "p", policyDocument: policy(allow("*")) });
    await describeStock(client);
    const stock = await dynamodb.describeTable({ tableName: "stock" });
    await dynamodb.deleteTable({ tableName: "stock" });
    await assert.rejects(describeStock(client), { name: "ResourceNotFoundException" });
    await dynamodb.createTable(stock);
    const { Item: item } = await client.send(new GetItemCommand({ TableName: "stock", Key: { id: { S: "1" } } }));
    assert.equal(item, undefined, "a new table is empty");
    await iam.deleteRolePolicy({ roleName: "reader", policyName: "p" });
    await assert.rejects(describeStock(client), { message: /because no identity-based policy allows/ });
    await iam.attachRolePolicy({ roleName: "reader", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    await describeStock(client);
    const bounded = async (name: string) =>
      iam.putRolePermissionsBoundary({ roleName: "reader", permissionsBoundary: `arn:aws:iam::aws:policy/${name}` });
    await bounded("AmazonEC2ReadOnlyAccess");
    await assert.rejects(describeStock(client), {
      name: "AccessDeniedException",
      message: /because no permissions boundary allows the dynamodb:DescribeTable action$/,
    });
    await bounded("AmazonDynamoDBReadOnlyAccess");
    await describeStock(client);
  });
});
