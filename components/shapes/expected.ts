/**
 * What to give, by the property's name, behind that of its type where others have the name too; with `[]` for what is
 * in a list or a map. Absent where a name and a form say everything.
 */
const EXPECTED: Readonly<Record<string, string>> = {
  vpcId: "give the id of a VPC (vpc-…)",
  vpcEndpointId: "give the id of a VPC endpoint (vpce-…)",
  region: 'give the code of a Region, such as "us-east-1"',
  policy: "give the policy document as JSON: JSON.stringify(document)",
  "DynamoDbEndpointArgs.access": 'give a map: { tables: [{ name: "StockTable", access: "ReadWrite" }] }',
  "GatewayEndpointArgs.access": 'give a map: { tables: [{ name: "StockTable", access: "ReadWrite" }] }',
  "EndpointPolicyArgs.access": 'give a map: { tables: [{ name: "StockTable", access: "ReadWrite" }] }',
  access: 'give "Read", "Write", "ReadWrite", "Admin" or "Metadata"',
  "EndpointPolicyInputs.access": 'give a map: { tables: [{ name: "StockTable", access: "ReadWrite" }] }',
  tables: 'give a list of tables: [{ name: "StockTable", access: "ReadWrite" }]',
  "tables[]": 'give a map: { name: "StockTable", access: "ReadWrite" }',
  "OnlyThroughEndpoint.tables": 'give a list of ARNs: ["arn:aws:dynamodb:us-east-1:123456789012:table/StockTable"]',
  "OnlyThroughEndpoint.tables[]": 'give an ARN: "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable"',
  pathCheck: 'give a map: { name: "StockTable" }',
  principals: 'give a list of ARNs: ["arn:aws:iam::123456789012:role/app"]',
  "principals[]": 'give an ARN: "arn:aws:iam::123456789012:role/app"',
  accounts: 'give a list of account ids: ["012345678901"]',
  "accounts[]": 'give the id as text, with its leading zeros: "012345678901"',
  organizations: 'give a list of organization ids: ["o-a1b2c3d4e5"]',
  "organizations[]": 'give an id: "o-a1b2c3d4e5"',
  name: 'give a name: "StockTable"',
  arn: 'give an ARN: "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable"',
  adopt: 'give a map: { vpcEndpointId: "vpce-0a1b2c3d", routeTables: ["private-a"] }',
  "Adoption.routeTables": 'give a list of names from routeTables: ["private-a"]',
  routeTables: 'give a map from names of your choice to ids: { "private-a": "rtb-0a1b2c3d" }',
  "routeTables[]": "give the id of a route table (rtb-…)",
  formerNames: 'give a map from new names to former ones: { "private-a": "a" }',
  "formerNames[]": 'give the former name: "a"',
  tags: 'give a map of texts: { team: "data" }',
  "tags[]": "give the tag's value as text, or leave the tag out",
  rollout: 'give a map: { throughStage: "private-a" }, or leave it out',
  stages: 'give a list of stages, in their order: [{ name: "canary", routeTables: ["private-a"] }]',
  "stages[]": 'give a map: { name: "canary", routeTables: ["private-a"] }',
  "RolloutStage.name": 'name the stage, for example "canary"',
  "RolloutStage.routeTables": "give the stage a route table, or remove the stage",
  "RolloutStage.routeTables[]": 'give a name from routeTables: "private-a"',
  isolated: 'give a list of names of route tables: ["private-a"]',
  "isolated[]": 'give the name of a route table: "private-a"',
  throughStage: 'give the name of the last stage to switch; "none" switches nothing',
  window: 'give a map: { opensAt: "2026-11-23T22:00:00+01:00", closesAt: "2026-11-24T02:00:00+01:00" }',
  opensAt: "write it as 2026-11-23T22:00:00+01:00 or 2026-11-23T21:00:00Z",
  closesAt: "write it as 2026-11-23T22:00:00+01:00 or 2026-11-23T21:00:00Z",
  check: 'give a map: { table: "StockTable", subnets: { "private-a": "subnet-0a1b2c3d" } }',
  table: "name a DynamoDB table of this account and Region; its items are not touched",
  subnets: 'give a map from names of your choice to subnets: { "private-a": "subnet-0a1b2c3d" }',
  "ReconnectCheck.subnets":
    'give a map from names of route tables to subnets that use them: { "private-a": "subnet-0a1b2c3d" }',
  "subnets[]": "give the id of a subnet (subnet-…)",
  maxReconnectSeconds: "give a number of seconds, such as 30",
  timeoutSeconds: "give a number of seconds, such as 120",
  securityGroupIds: 'give a list of ids: ["sg-0a1b2c3d"]',
  "securityGroupIds[]": "give the id of a security group (sg-…)",
  roleArn: "give an ARN: arn:aws:iam::123456789012:role/NAME",
  permissionsBoundaryArn: "give an ARN: arn:aws:iam::123456789012:policy/NAME",
  functions: 'give a map from names of route tables to functions: { "private-a": "probe:live" }',
  "functions[]": "give the name or the ARN of a Lambda function",
  kind: 'give "identity" or "resource"',
  "PolicyContext.kind": 'give "identity", "resource" or "endpoint"',
  through: 'give a map: { vpcEndpointIds: ["vpce-0a1b2c3d"] }',
  vpcEndpointIds: 'give a list of ids: ["vpce-0a1b2c3d"]',
  "vpcEndpointIds[]": "give the id of a VPC endpoint (vpce-…)",
  vpcIds: 'give a list of ids: ["vpc-0a1b2c3d"]',
  "vpcIds[]": "give the id of a VPC (vpc-…)",
  actions: 'give "data" or "all"',
  except: 'give a map: { principals: ["arn:aws:iam::123456789012:role/admin"] }',
  awsServices: "give true or false",
  viaAwsServices: "give true or false",
  denyDeployingPrincipal: "give true or false",
  place: 'give a map: { region: "us-east-1", account: "012345678901" }',
  document: "give the policy document as JSON",
  context: 'give a map: { kind: "endpoint" }',
  "EvaluatePolicyInputs.kind": 'give "identity", "resource" or "endpoint"',
  request:
    'give a map: { principal: { arn: "arn:aws:iam::123456789012:role/app" }, action: "dynamodb:GetItem", ' +
    'resource: "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable" }',
  principal: 'give a map: { arn: "arn:aws:iam::123456789012:role/app" }',
  action: 'give an action: "dynamodb:GetItem"',
  resource: 'give an ARN: "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable"',
  "PolicyRequest.context": 'give a map of lists: { "aws:SourceVpce": ["vpce-0a1b2c3d"] }',
  "PolicyRequest.context[]": 'give a list of values: ["vpce-0a1b2c3d"]',
  "PolicyRequest.context[][]": "give the value as text",
  "RequestPrincipal.arn": 'give an ARN: "arn:aws:iam::123456789012:role/app"',
  organization: 'give an id: "o-a1b2c3d4e5"',
  service: 'give the name of a service: "lambda.amazonaws.com"',
  identityProvider: 'give a provider: "cognito-identity.amazonaws.com"',
  partition: 'give a partition, such as "aws"',
  account: 'give the id of the account as text: "012345678901"',
  DynamoDbEndpointArgs: 'give the arguments: { vpcId: "vpc-0a1b2c3d", routeTables: { "private-a": "rtb-0a1b2c3d" } }',
  GatewayEndpointArgs: 'give the arguments: { vpcId: "vpc-0a1b2c3d" }',
  RouteRolloutArgs:
    'give the arguments: { vpcEndpointId: "vpce-0a1b2c3d", routeTables: { "private-a": "rtb-0a1b2c3d" } }',
  EndpointPolicyArgs: 'give the arguments: { vpcEndpointId: "vpce-0a1b2c3d", policy: JSON.stringify(document) }',
  Access: 'give a map: { tables: [{ name: "StockTable", access: "ReadWrite" }] }',
  Place: 'give a map: { region: "us-east-1", account: "012345678901" }',
  OnlyThroughEndpoint:
    'give a map: { kind: "identity", tables: ["arn:aws:dynamodb:us-east-1:123456789012:table/StockTable"], ' +
    'through: { vpcEndpointIds: ["vpce-0a1b2c3d"] } }',
  PolicyContext: 'give a map: { kind: "endpoint" }',
};

/** Which property of a resource is meant where one stands in place of it, by the same names. */
const PROPERTIES: Readonly<Record<string, string>> = {
  vpcId: "id",
  vpcEndpointId: "id",
  "DynamoDbEndpointArgs.routeTables[]": "id",
  "RouteRolloutArgs.routeTables[]": "id",
  "subnets[]": "id",
  "securityGroupIds[]": "id",
  "vpcEndpointIds[]": "id",
  "vpcIds[]": "id",
  "accounts[]": "id",
  "organizations[]": "id",
  arn: "arn",
  roleArn: "arn",
  permissionsBoundaryArn: "arn",
  "principals[]": "arn",
  "OnlyThroughEndpoint.tables[]": "arn",
  name: "name",
  table: "name",
  "functions[]": "name",
};

/** What to give for `TYPE.PROPERTY`, or for a type as a whole. */
export function expected(key: string): string {
  const found = namedIn(EXPECTED, key);
  if (found === undefined) throw new Error(`nothing says what ${key} is`);
  return found;
}

/** The property of a resource that is to be given for `TYPE.PROPERTY`; `undefined` where no resource has it. */
export function propertyOf(key: string): string | undefined {
  return namedIn(PROPERTIES, key);
}

function namedIn(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return words[key] ?? words[key.slice(key.indexOf(".") + 1)];
}
