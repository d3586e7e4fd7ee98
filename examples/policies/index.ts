import { Table } from "@pulumi/aws/dynamodb";
import { RouteTable, Vpc } from "@pulumi/aws/ec2";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { Config, RunError } from "@pulumi/pulumi";
import {
  DynamoDbEndpoint,
  endpointPolicy,
  onlyThroughEndpoint,
  TableAccess,
  type PolicyDocument,
  type PolicyRequest,
} from "pulumi-dynamodb-endpoint";
import { requireAllowed } from "./guard";

const config = new Config();
const region = new Config("aws").require("region");
/** The account that this is deployed to. */
const account = config.require("account");
/** Whose principals may use the endpoint. Without it: those of the account. */
const organization = config.get("organization");
/** How much of the table Orders may be used through the endpoint. */
const level = [TableAccess.Read, TableAccess.ReadWrite].find(
  (each: string) => each === (config.get("level") ?? "ReadWrite"),
);
if (level === undefined)
  throw new RunError("level: there is Read and ReadWrite; run `pulumi config set level ReadWrite`");
/** Whether the application also writes to Orders. */
const applicationWrites = config.getBoolean("applicationWrites") ?? false;

const [orders, customers] = ["Orders", "Customers"].map(
  (name) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
) as [string, string];
const [application, administrator] = ["orders-application", "orders-administrator"].map(
  (name) => `arn:aws:iam::${account}:role/${name}`,
) as [string, string];

// What the endpoint is for. Everything else is denied.
const access = {
  tables: [
    { name: "Orders", access: level },
    { name: "Customers", access: TableAccess.Read },
  ],
  ...(organization === undefined ? { accounts: [account] } : { organizations: [organization] }),
};

// What the application needs. The program ends here, before anything is planned, if the endpoint would deny it.
const principal = { arn: application, organization };
const needs: PolicyRequest[] = [
  { principal, action: "dynamodb:DescribeEndpoints", resource: "*" },
  { principal, action: "dynamodb:Query", resource: orders },
  { principal, action: "dynamodb:BatchGetItem", resource: customers },
  ...(applicationWrites ? [{ principal, action: "dynamodb:PutItem", resource: orders }] : []),
];
requireAllowed(
  "the endpoint's policy",
  endpointPolicy(access, { region, account }),
  { kind: "endpoint", region },
  needs,
);

const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
const routeTable = new RouteTable("private", { vpcId: vpc.id });
const endpoint = new DynamoDbEndpoint("dynamodb", { vpcId: vpc.id, routeTables: { private: routeTable.id }, access });

for (const name of ["Orders", "Customers"]) {
  new Table(name, { name, hashKey: "id", attributes: [{ name: "id", type: "S" }], billingMode: "PAY_PER_REQUEST" });
}

/** One policy for everyone who works with the tables: items only through the endpoint, except for the administrator. */
function policyOfRoles(vpcEndpointId: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["dynamodb:DescribeEndpoints", "dynamodb:ListTables"], Resource: "*" },
      { Effect: "Allow", Action: "dynamodb:*", Resource: [orders, `${orders}/*`, customers, `${customers}/*`] },
      onlyThroughEndpoint({
        kind: "identity",
        tables: [orders, customers],
        through: { vpcEndpointIds: [vpcEndpointId] },
        except: { principals: [administrator] },
      }),
    ],
  };
}

const policy = endpoint.vpcEndpointId.apply((id) => {
  const document = policyOfRoles(id);
  const throughEndpoint = needs.map((need) => ({ ...need, context: { "aws:SourceVpce": id } }));
  requireAllowed("the policy of the roles", document, { kind: "identity", region, account }, throughEndpoint);
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

export const { vpcEndpointId } = endpoint;
