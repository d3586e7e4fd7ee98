import { Table } from "@pulumi/aws/dynamodb";
import { RouteTable, Vpc } from "@pulumi/aws/ec2";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getPartition } from "@pulumi/aws/getPartition";
import { getRegion } from "@pulumi/aws/getRegion";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { Config, type Output } from "@pulumi/pulumi";
import { DynamoDbEndpoint, endpointPolicy, onlyThroughEndpoint, TableAccess, type PolicyDocument, type PolicyRequest } from "pulumi-dynamodb-endpoint";
import { requireAllowed } from "./guard";

const config = new Config();
/** How much of the table Orders may be used through the endpoint. */
const level = config.get("level", { allowedValues: [TableAccess.Read, TableAccess.ReadWrite] }) ?? TableAccess.ReadWrite;
/** Without an organization only principals of this account may use the endpoint. */
const organization = config.get("organization");
const applicationWrites = config.getBoolean("applicationWrites") ?? false;

export = async (): Promise<Record<string, Output<string>>> => {
  const [{ partition }, { region }, { accountId: account }] = await Promise.all([getPartition(), getRegion(), getCallerIdentity()]);
  const arnOfTable = (name: string): string => `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  const arnOfRole = (name: string): string => `arn:${partition}:iam::${account}:role/${name}`;

  // What the endpoint is for.
  const access = {
    tables: [
      { name: "Orders", access: level },
      { name: "Customers", access: TableAccess.Read },
    ],
    ...(organization === undefined ? { accounts: [account] } : { organizations: [organization] }),
  };

  // What the application needs. The program ends here if the endpoint's policy would not allow it.
  const principal = { arn: arnOfRole("orders-application"), organization };
  const needs: PolicyRequest[] = [
    { principal, action: "dynamodb:Query", resource: arnOfTable("Orders") },
    { principal, action: "dynamodb:BatchGetItem", resource: arnOfTable("Customers") },
    { principal, action: "dynamodb:DescribeEndpoints", resource: "*" },
    ...(applicationWrites ? [{ principal, action: "dynamodb:PutItem", resource: arnOfTable("Orders") }] : []),
  ];
  requireAllowed("the endpoint's policy", endpointPolicy(access, { partition, region, account }), { kind: "endpoint", region }, needs);

  const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
  const routeTable = new RouteTable("private", { vpcId: vpc.id });
  const endpoint = new DynamoDbEndpoint("dynamodb", { vpcId: vpc.id, routeTables: { private: routeTable.id }, access });

  for (const name of ["Orders", "Customers"]) {
    new Table(name, { name, hashKey: "id", attributes: [{ name: "id", type: "S" }], billingMode: "PAY_PER_REQUEST" });
  }

  // One policy for all roles that work with the tables: through the endpoint only, except for the administrator.
  const policyOfRoles = (vpcEndpointId: string): PolicyDocument => ({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["dynamodb:ListTables", "dynamodb:DescribeEndpoints"], Resource: "*" },
      { Effect: "Allow", Action: "dynamodb:*", Resource: ["Orders", "Customers"].map(arnOfTable).flatMap((arn) => [arn, `${arn}/index/*`]) },
      onlyThroughEndpoint({
        kind: "identity",
        tables: ["Orders", "Customers"].map(arnOfTable),
        through: { vpcEndpointIds: [vpcEndpointId] },
        except: { principals: [arnOfRole("orders-administrator")] },
      }),
    ],
  });
  const policy = endpoint.vpcEndpointId.apply((id) => {
    const document = policyOfRoles(id);
    requireAllowed("the policy of the roles", document, { kind: "identity", region, account }, needs.map((need) => ({ ...need, context: { "aws:SourceVpce": id } })));
    return JSON.stringify(document);
  });
  for (const name of ["orders-application", "orders-administrator"]) {
    const assumeRolePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const role = new Role(name, { name, assumeRolePolicy });
    new RolePolicy(name, { role: role.name, policy });
  }

  return { vpcEndpointId: endpoint.vpcEndpointId, policy: endpoint.policy };
};
