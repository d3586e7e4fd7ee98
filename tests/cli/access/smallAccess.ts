import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { FactValues, TableFact } from "../../../cli/preflight/facts/facts";
import { ACCOUNT, REGION } from "../preflight/smallFacts";

type Authorization = FactValues["authorization"];
type RoleDetail = Authorization["RoleDetailList"][number];

export const NAT_ADDRESS = "198.51.100.7";

export const roleArn = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;
export const tableArn = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;

export const reads = { Effect: "Allow", Action: "dynamodb:GetItem", Resource: "*" } as const;

/** What is allowed today and denied through the endpoint, and the other way round. */
export const fromNat = { ...reads, Condition: { IpAddress: { "aws:SourceIp": NAT_ADDRESS } } };
export const fromVpc = { ...reads, Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } };

export function policyOf(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** With one inline policy, encoded as IAM answers it. */
export function role(name: string, statement: object = reads, more: Partial<RoleDetail> = {}): RoleDetail {
  return {
    RoleName: name,
    Arn: roleArn(name),
    Path: "/",
    RolePolicyList: [{ PolicyName: "own", PolicyDocument: encodeURIComponent(policyOf(statement)) }],
    ...more,
  };
}

type UserDetail = Authorization["UserDetailList"][number];

export const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

/** With one inline policy. */
export function user(name: string, statement: object = reads, more: Partial<UserDetail> = {}): UserDetail {
  return {
    UserName: name,
    Arn: userArn(name),
    Path: "/",
    UserPolicyList: [{ PolicyName: "own", PolicyDocument: encodeURIComponent(policyOf(statement)) }],
    ...more,
  };
}

export function roles(...RoleDetailList: readonly RoleDetail[]): Authorization {
  return { UserDetailList: [], GroupDetailList: [], RoleDetailList, Policies: [] };
}

/** In the subnet of a route table. */
export function lambda(name: string, role: string, ...places: readonly string[]): FunctionConfiguration {
  return {
    FunctionName: name,
    Role: roleArn(role),
    VpcConfig: { VpcId: "vpc-1", SubnetIds: places.map((place) => `subnet-${place}`) },
  };
}

export function tableOf(name: string, ...statements: readonly object[]): TableFact {
  return {
    TableName: name,
    TableArn: tableArn(name),
    ...(statements.length > 0 && { ResourcePolicy: policyOf(...statements) }),
  };
}

/** An account in no organization, with a table and a function behind each private route table. */
export function accessFacts(changes: Partial<FactValues> = {}): Partial<FactValues> {
  return {
    organization: {},
    tableNames: ["Orders"],
    tables: [tableOf("Orders")],
    authorization: roles(role("app")),
    functions: [lambda("orders", "app", "a")],
    ...changes,
  };
}
