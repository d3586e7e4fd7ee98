import {
  accessFacts,
  fromNat,
  fromVpc,
  lambda,
  NAT_ADDRESS,
  reads,
  role,
  roleArn,
  roles,
  tableOf,
} from "../../access/smallAccess";
import type { RuleCase } from "./case";
import { withdrawal } from "./case";

const app = roleArn("app");

const endpoint = (statement: object): RuleCase["facts"] =>
  accessFacts({
    vpcEndpoints: [
      {
        VpcEndpointId: "vpce-1",
        VpcId: "vpc-1",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Principal: "*", ...statement }] }),
      },
    ],
  });

export const PERMISSION_CASES: readonly RuleCase[] = [
  {
    rule: "P1",
    title: "a role that is allowed from the NAT gateway's address alone",
    facts: accessFacts({ authorization: roles(role("app", fromNat)) }),
    finds: [`blocker ${app}`],
    says: ["dynamodb:GetItem", "aws:SourceVpc vpc-1", "allowed by the identity policy role/app/own: Statement[0]"],
  },
  {
    rule: "P1",
    title: "a role that is allowed from the VPC alone",
    facts: accessFacts({ authorization: roles(role("app", fromVpc)) }),
    finds: [`medium ${app}`],
  },
  {
    rule: "P1",
    title: "a table that denies whoever comes from elsewhere, two roles",
    facts: accessFacts({
      tables: [
        tableOf("Orders", {
          Effect: "Deny",
          Principal: "*",
          Action: "*",
          Resource: "*",
          Condition: { NotIpAddress: { "aws:SourceIp": NAT_ADDRESS } },
        }),
      ],
      authorization: roles(role("app"), role("other")),
      functions: [lambda("orders", "app", "a"), lambda("prices", "other", "b")],
    }),
    finds: [`blocker ${app}`, `blocker ${roleArn("other")}`],
  },
  {
    rule: "P1",
    title: "the function of a reconnection check, which is to be denied and allowed by its way",
    facts: accessFacts({
      authorization: roles(role("app", fromVpc)),
      functions: [{ ...lambda("check", "app", "a"), Description: "Checks the path of Orders to DynamoDB" }],
    }),
    finds: [`info ${app}`],
  },
  {
    rule: "P1",
    title: "a role that a check's function shares with another one",
    facts: accessFacts({
      authorization: roles(role("app", fromVpc)),
      functions: [
        { ...lambda("check", "app", "a"), Description: "Checks the path of Orders to DynamoDB" },
        { ...lambda("orders", "app", "a"), Description: "Checks the path of Orders" },
      ],
    }),
    finds: [`medium ${app}`],
  },
  {
    rule: "P1",
    title: "a role that goes back, and was allowed from the VPC alone",
    facts: accessFacts({ authorization: roles(role("app", fromVpc)) }),
    scope: withdrawal,
    finds: [`blocker ${app}`],
  },
  {
    rule: "P1",
    title: "an organization whose policies nobody has exported",
    facts: accessFacts({ organization: { Id: "o-1", MasterAccountId: "999988887777" } }),
    finds: ["unknown organization policies of account 111122223333"],
  },
  {
    rule: "P1",
    title: "such a role behind no subnet that is switched, one that tests neither way, an account that manages",
    facts: accessFacts({
      authorization: roles(role("app", reads), role("idle", fromNat)),
      functions: [lambda("orders", "app", "a"), lambda("front", "idle", "public")],
      organization: { Id: "o-1", MasterAccountId: "111122223333" },
    }),
    finds: [],
  },
  {
    rule: "P2",
    title: "an endpoint that lets another table through alone",
    facts: endpoint({ Effect: "Allow", Action: "*", Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/Prices" }),
    scope: { vpcEndpointId: "vpce-1" },
    finds: [`blocker ${app}`],
    says: ["no endpoint policy allows it"],
  },
  {
    rule: "P2",
    title: "an endpoint that lets just that through",
    facts: endpoint({ Effect: "Allow", Action: "dynamodb:GetItem", Resource: "*" }),
    scope: { vpcEndpointId: "vpce-1" },
    finds: [],
  },
];
