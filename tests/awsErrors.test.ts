import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { explainAwsError } from "../components/endpoint/awsErrors";

/** What a provider says, and what of the explanation must be there: what it means, and what to do. */
const CASES: readonly (readonly [error: string, explained: RegExp])[] = [
  [
    "api error RouteAlreadyExists: route table rtb-1 already has a route with destination-prefix-list-id pl-1",
    /^RouteAlreadyExists: the route table has a route to DynamoDB already: by .* in another stack or made by hand, or since this component was renamed .* the prefix list; remove that association, or adopt it\.$/,
  ],
  [
    "api error OperationInProgress: try again",
    /^OperationInProgress: AWS is still carrying out another change .* Run `pulumi up` again in a minute\.$/,
  ],
  [
    "api error VpcEndpointLimitExceeded: The maximum number of VPC endpoints has been reached.",
    /^VpcEndpointLimitExceeded: .* its quota allows \(20, quota L-1B52E74A\)\. Delete one, or ask for more in Service Quotas\.$/,
  ],
  [
    "api error InvalidRouteTableId.NotFound: The routeTable ID 'rtb-1' does not exist",
    /^InvalidRouteTableId\.NotFound: there is no such route table .* its id in routeTables, and the provider's Region\.$/,
  ],
  [
    "api error InvalidVpcId.NotFound: The Vpc Id vpc-1 does not exist",
    /^InvalidVpcId\.NotFound: there is no such VPC .* See vpcId, and the provider's Region\.$/,
  ],
  [
    "api error InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id 'vpce-1' does not exist",
    /^InvalidVpcEndpointId\.NotFound: the endpoint is gone\. .* `pulumi refresh`, preview, and `pulumi up`\.$/,
  ],
  [
    "api error InvalidPolicyDocument: Invalid policy document",
    /^InvalidPolicyDocument: AWS does not take the endpoint policy\. .* Principal must be "\*"\.$/,
  ],
  [
    "api error UnauthorizedOperation: You are not authorized",
    /^UnauthorizedOperation: the deploying principal lacks a permission: ec2:CreateVpcEndpoint, ec2:ModifyVpcEndpoint, ec2:DeleteVpcEndpoints, ec2:DescribeVpcEndpoints, ec2:DescribePrefixLists\. `aws sts decode-authorization-message` says which; the page "Who deploys" has a policy for each use\.$/,
  ],
  [
    "creating EC2 VPC Endpoint: operation error EC2: CreateVpcEndpoint, context canceled",
    /^context canceled: the run was interrupted, and AWS may have .* run `pulumi up` again\. If an endpoint was being created, .* delete that one first\.$/,
  ],
  [
    "api error InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.",
    /^cannot be assumed by Lambda: the provider asked again for five minutes\. .* trust policy lets the service lambda\.amazonaws\.com .* aws:SourceAccount, with this account\.$/,
  ],
  [
    "api error InvalidParameterValueException: The provided execution role does not have permissions to call " +
      "CreateNetworkInterface on EC2",
    /^execution role does not have permissions: .* permissions boundary leaves of it: .* The page "The reconnection check" lists what else the role needs\.$/,
  ],
  ["API ERROR UNAUTHORIZEDOPERATION", /^UnauthorizedOperation: /],
];

const USER = "User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform:";
const EC2 = `api error UnauthorizedOperation: You are not authorized to perform this operation. ${USER}`;
const ADD_IT =
  'Add it to its policies; the page "Who deploys" has one for each use, and says what each permission is for.';

/** What a service says when the deploying principal may not do something, and the whole explanation. */
const DENIALS: readonly (readonly [denied: string, explained: string])[] = [
  [
    `${EC2} ec2:CreateVpcEndpoint on resource: arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1 because no ` +
      "identity-based policy allows the ec2:CreateVpcEndpoint action. Encoded authorization failure message: Zm9v",
    `UnauthorizedOperation: the deploying principal lacks ec2:CreateVpcEndpoint on vpc/vpc-1. ${ADD_IT}`,
  ],
  [
    `${EC2} ec2:DescribeVpcEndpoints because no identity-based policy allows the ec2:DescribeVpcEndpoints action`,
    `UnauthorizedOperation: the deploying principal lacks ec2:DescribeVpcEndpoints. ${ADD_IT}`,
  ],
  [
    `api error AccessDeniedException: ${USER} logs:DescribeLogGroups on resource: *`,
    `AccessDeniedException: the deploying principal lacks logs:DescribeLogGroups. ${ADD_IT}`,
  ],
  [
    `api error AccessDenied: ${USER} iam:CreateRole on resource: arn:aws:iam::111122223333:role/ddb-check-1 with an ` +
      "explicit deny in a service control policy",
    "AccessDenied: the deploying principal lacks iam:CreateRole on role/ddb-check-1: a Deny in its service control " +
      "policy forbids it, and no Allow helps against that. See who may change it.",
  ],
  [
    `api error AccessDeniedException: ${USER} lambda:InvokeFunction on resource: * with an explicit deny in a ` +
      "service control policy: arn:aws:organizations::444455556666:policy/o-a1b2c3d4e5/service_control_policy/p-1",
    "AccessDeniedException: the deploying principal lacks lambda:InvokeFunction: a Deny in its service control " +
      "policy: arn:aws:organizations::ACCOUNT:policy/o-a1b2c3d4e5/service_control_policy/p-1 forbids it, and no " +
      "Allow helps against that. See who may change it.",
  ],
  [
    `api error AccessDeniedException: ${USER} lambda:CreateFunction on resource: ` +
      "arn:aws:lambda:eu-west-1:111122223333:function:f because no permissions boundary allows the " +
      "lambda:CreateFunction action",
    "AccessDeniedException: the deploying principal lacks lambda:CreateFunction on function:f: no permissions " +
      "boundary allows it, and a policy of its own does not help against that. See who may change it.",
  ],
  [
    "api error AccessDeniedException: Your access has been denied by EC2, please make sure your request credentials " +
      "have permission to DescribeSecurityGroups for sg-1. EC2 Error Code: UnauthorizedOperation.",
    "AccessDeniedException: the deploying principal lacks ec2:DescribeSecurityGroups: Lambda looks at a function's " +
      `subnet and groups with it. ${ADD_IT}`,
  ],
  [
    `${USER} sts:AssumeRole on resource: r`,
    `AccessDenied: the deploying principal lacks sts:AssumeRole on r. ${ADD_IT}`,
  ],
];

describe("an error of AWS", () => {
  for (const [denied, explained] of DENIALS) {
    it(`names the permission that lacks, and no account: ${denied}`, () =>
      assert.equal(explainAwsError(denied), explained));
  }

  for (const [error, explained] of CASES) {
    it(`says what it means, and what to do: ${error}`, () => assert.match(explainAwsError(error) ?? "", explained));
  }

  it("reads as the page of permissions shows it", () => {
    const [, shown = ""] = /^```text\n(.*?)^```$/ms.exec(readFileSync("docs/permissions.md", "utf8")) ?? [];
    const role = "arn:aws:iam::111122223333:role/ddb-check-1a2b3c4";
    const denied = `api error AccessDeniedException: ${USER} iam:PassRole on resource: ${role}`;
    assert.equal(shown.replace(/\s+/g, " ").trim(), `ddb-private-a-check: ${explainAwsError(denied) ?? ""}`);
  });

  it("speaks for itself where there is nothing to add", () => {
    for (const error of ["", "api error InternalError: An internal error has occurred", "NotFound"])
      assert.equal(explainAwsError(error), undefined);
  });
});
