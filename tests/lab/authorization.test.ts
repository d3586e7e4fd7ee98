import * as assert from "node:assert/strict";
import { DescribeTableCommand, type DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { PolicyType } from "../../lab/cloud/organizations/records";
import { type TrafficLab, trafficLab } from "./trafficNetwork";

const TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/stock";
const ROLE = "arn:aws:iam::123456789012:role/app/reader";

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = { Effect: "Allow", Action: "dynamodb:*", Resource: "*" };
const deny = { Effect: "Deny", Action: "dynamodb:*", Resource: "*" };
const everybody = { Principal: "*" };

const describeStock = (client: DynamoDBClient, table = "stock") =>
  client.send(new DescribeTableCommand({ TableName: table }));

function denied(reason: string, principal = "client/client"): object {
  return {
    name: "AccessDeniedException",
    message:
      `User: arn:aws:sts::123456789012:assumed-role/${principal} is not authorized to perform: dynamodb:DescribeTable ` +
      `on resource: ${TABLE} ${reason}`,
  };
}

const noneAllows = (kind: string): string => `because no ${kind} allows the dynamodb:DescribeTable action`;

/** Clients in the subnet that has the endpoint, and in the one that has not. */
function clients(on: TrafficLab) {
  before(() => on.associate(on.net.a));
  const inA = (given?: string) => on.client({ subnetId: on.net.a.subnetId, policy: given });
  const inB = (given?: string) => on.client({ subnetId: on.net.b.subnetId, policy: given });
  return { inA, inB };
}

describe("the policy of a table in the lab", () => {
  const on = trafficLab();
  const { inA, inB } = clients(on);
  const put = (...statements: readonly object[]) =>
    on.region.dynamodb.putResourcePolicy({ resourceArn: TABLE, policy: policy(...statements) });
  afterEach(() => on.region.dynamodb.deleteResourcePolicy({ resourceArn: TABLE }));

  it("allows what the identity's policies do not, in its account, and denies what they allow", async () => {
    const none = policy({ ...allow, Action: "s3:*" });
    const client = await inB(none);
    await assert.rejects(describeStock(client), denied(noneAllows("identity-based policy")));
    const reads = { ...allow, Action: ["dynamodb:DescribeTable", "dynamodb:Query"] };
    await put({ ...reads, Principal: { AWS: "arn:aws:iam::123456789012:role/client" } });
    await describeStock(client);
    const query = { KeyConditionExpression: "shelf = :s", ExpressionAttributeValues: { ":s": { S: "A" } } };
    await client.send(new QueryCommand({ TableName: "stock", IndexName: "by-shelf", ...query }));
    const get = new GetItemCommand({ TableName: "stock", Key: { id: { S: "1" } } });
    await assert.rejects(client.send(get), { name: "AccessDeniedException" });

    await put({ ...deny, ...everybody });
    const reason = "with an explicit deny in a resource-based policy";
    await assert.rejects(describeStock(await inB()), denied(reason));
    const itself = policy(allow, deny);
    await assert.rejects(describeStock(await inB(itself)), denied("with an explicit deny in an identity-based policy"));
  });

  it("does not open an endpoint that is closed, and may ask for the way", async () => {
    const { vpcEndpointId } = on.net;
    await put({ ...allow, ...everybody });
    const { modifyVpcEndpoint } = on.region.ec2;
    const getting = policy({ ...allow, ...everybody, Action: "dynamodb:GetItem" });
    await modifyVpcEndpoint({ vpcEndpointId, policyDocument: getting });
    await assert.rejects(describeStock(await inA()), denied(noneAllows("VPC endpoint policy")));
    await modifyVpcEndpoint({ vpcEndpointId, resetPolicy: true });

    await put({ ...deny, ...everybody, Condition: { StringNotEquals: { "aws:SourceVpce": vpcEndpointId } } });
    await describeStock(await inA());
    const reason = "with an explicit deny in a resource-based policy";
    await assert.rejects(describeStock(await inB()), denied(reason));
  });

  it("has to allow a partner's caller, whose own policies have to, too", async () => {
    const subnetId = on.net.b.subnetId;
    const partner = (given: object) => on.client({ subnetId, policy: policy(given), accountId: "210987654321" });
    const ask = (given: object) => partner(given).then((client) => describeStock(client, TABLE));
    const of = (reason: string) => {
      const { name, message } = denied(reason) as { readonly name: string; readonly message: string };
      return { name, message: message.replace("123456789012", "210987654321") };
    };
    await assert.rejects(ask(allow), of(noneAllows("resource-based policy")));
    await put({ ...allow, Principal: { AWS: "210987654321" } });
    await ask(allow);
    await assert.rejects(ask({ ...allow, Action: "s3:*" }), of(noneAllows("identity-based policy")));
    await assert.rejects(describeStock(await partner(allow)), { name: "ResourceNotFoundException" });
  });
});

describe("an organization in the lab", () => {
  const on = trafficLab();
  const { inA, inB } = clients(on);
  let rootId = "";
  before(async () => {
    ({ rootId } = await on.lab.cloud.organizations.join({ as: "member" }));
  });

  /** Attaches a policy to the account, and detaches it after what is done. */
  async function under(type: PolicyType, statement: object, perform: () => Promise<unknown>): Promise<void> {
    const { management } = on.lab.cloud.organizations;
    const [root] = await management.listRoots();
    if (root?.enabledPolicyTypes.includes(type) === false)
      await management.enablePolicyType({ rootId, policyType: type });
    const content = policy(statement);
    const { id: policyId } = await management.createPolicy({
      type,
      name: JSON.stringify(statement),
      description: "",
      content,
    });
    await management.attachPolicy({ policyId, targetId: "123456789012" });
    await perform();
    await management.detachPolicy({ policyId, targetId: "123456789012" });
  }
  const byService = "with an explicit deny in a service control policy";
  const byResource = "with an explicit deny in a resource control policy";

  it("denies by policies of either kind, which condition on the way", async () => {
    const elsewhere = { StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-other" } };
    const perimeter = { ...deny, Condition: { ...elsewhere, Null: { "aws:SourceVpc": "false" } } };
    await under("SERVICE_CONTROL_POLICY", perimeter, async () => {
      await describeStock(await inB());
      await assert.rejects(describeStock(await inA()), denied(byService));
    });
    await under("RESOURCE_CONTROL_POLICY", { ...perimeter, ...everybody }, async () => {
      await describeStock(await inB());
      await assert.rejects(describeStock(await inA()), denied(byResource));
    });
    await describeStock(await inA());
  });

  it("allows nothing that one of its levels does not", async () => {
    const { management } = on.lab.cloud.organizations;
    const targetId = "123456789012";
    await under("SERVICE_CONTROL_POLICY", { ...allow, Action: "dynamodb:GetItem" }, async () => {
      await describeStock(await inB());
      await management.detachPolicy({ policyId: "p-FullAWSAccess", targetId });
      await assert.rejects(describeStock(await inB()), denied(noneAllows("service control policy")));
      await management.attachPolicy({ policyId: "p-FullAWSAccess", targetId });
    });
  });

  it("is in the context of requests, and absent where there is none", async () => {
    const { id: unitId } = await on.lab.cloud.organizations.management.createOrganizationalUnit({
      parentId: rootId,
      name: "workloads",
    });
    const way = { accountId: "123456789012", sourceParentId: rootId, destinationParentId: unitId };
    await on.lab.cloud.organizations.management.moveAccount(way);
    const { id } = await on.region.organizations.describeOrganization();
    const path = `${id}/${rootId}/${unitId}/`;
    const when = (condition: object) => policy({ ...allow, Condition: condition });
    const ofOrganization = when({
      StringEquals: { "aws:PrincipalOrgID": id, "aws:ResourceOrgID": id, "aws:PrincipalAccount": "123456789012" },
      "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": path },
    });
    const throughItsEndpoint = when({
      StringEquals: { "aws:VpceOrgID": id },
      "ForAnyValue:StringLike": { "aws:VpceOrgPaths": `${id}/*` },
    });
    const without = when({ Null: { "aws:PrincipalOrgID": "true", "aws:VpceOrgPaths": "true" } });
    await describeStock(await inB(ofOrganization));
    await describeStock(await inA(throughItsEndpoint));
    await assert.rejects(describeStock(await inB(throughItsEndpoint)), { name: "AccessDeniedException" });
    await assert.rejects(describeStock(await inB(without)), { name: "AccessDeniedException" });

    await on.lab.cloud.organizations.dissolve();
    await describeStock(await inA(without));
    await assert.rejects(describeStock(await inA(ofOrganization)), { name: "AccessDeniedException" });
  });

  it("does not restrict the account that manages it", async () => {
    await on.lab.cloud.organizations.dissolve();
    ({ rootId } = await on.region.organizations.createOrganization());
    await under("SERVICE_CONTROL_POLICY", deny, async () => describeStock(await inB()));
    await under("RESOURCE_CONTROL_POLICY", { ...deny, ...everybody }, async () => describeStock(await inB()));
    await on.lab.cloud.organizations.dissolve();
  });
});

describe("the independent judge of the lab", () => {
  const on = trafficLab({ judge: "independent" });
  const { inA, inB } = clients(on);

  it("says what ours does of identities and endpoints, in the same words", async () => {
    const { vpcEndpointId } = on.net;
    const through = { StringEquals: { "aws:SourceVpce": vpcEndpointId, "aws:VpceAccount": "123456789012" } };
    await describeStock(await inA(policy({ ...allow, Condition: through })));
    const identity = denied(noneAllows("identity-based policy"));
    await assert.rejects(describeStock(await inB(policy({ ...allow, Condition: through }))), identity);
    const bySource = { IpAddress: { "aws:SourceIp": on.net.publicIp } };
    await describeStock(await inB(policy({ ...allow, Condition: bySource })));
    await assert.rejects(describeStock(await inA(policy({ ...allow, Condition: bySource }))), identity);
    await on.region.ec2.modifyVpcEndpoint({ vpcEndpointId, policyDocument: policy({ ...deny, ...everybody }) });
    await assert.rejects(describeStock(await inA()), denied("with an explicit deny in a VPC endpoint policy"));
  });

  it("judges roles by their boundaries, their tags and their paths", async () => {
    const { iam, dynamodb } = on.region;
    await iam.createRole({ roleName: "reader", path: "/app/", assumeRolePolicyDocument: "{}", tags: { team: "a" } });
    const putPolicy = (...statements: readonly object[]) =>
      iam.putRolePolicy({ roleName: "reader", policyName: "p", policyDocument: policy(...statements) });
    const client = await on.client({ subnetId: on.net.b.subnetId, roleArn: ROLE });
    const of = (reason: string) => denied(reason, "reader/client");

    await putPolicy({ ...allow, Condition: { StringEquals: { "aws:PrincipalTag/team": "a" } } });
    await describeStock(client);
    await iam.tagRole({ roleName: "reader", tags: { team: "b" } });
    await assert.rejects(describeStock(client), of(noneAllows("identity-based policy")));
    const reads = { ...allow, Action: "dynamodb:DescribeTable", Principal: { AWS: ROLE } };
    await dynamodb.putResourcePolicy({ resourceArn: TABLE, policy: policy(reads) });
    await describeStock(client);

    await dynamodb.deleteResourcePolicy({ resourceArn: TABLE });
    await putPolicy(allow);
    const document = { policyName: "boundary", policyDocument: policy({ ...allow, Action: "s3:*" }) };
    const { arn: permissionsBoundary } = await iam.createPolicy(document);
    await iam.putRolePermissionsBoundary({ roleName: "reader", permissionsBoundary });
    await assert.rejects(describeStock(client), of(noneAllows("permissions boundary")));
  });
});
