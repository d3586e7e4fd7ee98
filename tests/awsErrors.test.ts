import assert from "node:assert/strict";
import { explainAwsError } from "../components/awsErrors";

/** What a provider says, and what of the explanation must be there: what it means, and what to do. */
const CASES: readonly (readonly [error: string, explained: RegExp])[] = [
  ["api error RouteAlreadyExists: route table rtb-1 already has a route with destination-prefix-list-id pl-1", /^RouteAlreadyExists: the route table has a route to DynamoDB already: by .* in another stack or made by hand, or since this component was renamed .* the prefix list; remove that association, or adopt it\.$/],
  ["api error OperationInProgress: try again", /^OperationInProgress: AWS is still carrying out another change .* Run `pulumi up` again in a minute\.$/],
  ["api error VpcEndpointLimitExceeded: The maximum number of VPC endpoints has been reached.", /^VpcEndpointLimitExceeded: .* its quota allows \(20, quota L-1B52E74A\)\. Delete one, or ask for more in Service Quotas\.$/],
  ["api error InvalidRouteTableId.NotFound: The routeTable ID 'rtb-1' does not exist", /^InvalidRouteTableId\.NotFound: there is no such route table .* its id in routeTables, and the provider's Region\.$/],
  ["api error InvalidVpcId.NotFound: The Vpc Id vpc-1 does not exist", /^InvalidVpcId\.NotFound: there is no such VPC .* See vpcId, and the provider's Region\.$/],
  ["api error InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id 'vpce-1' does not exist", /^InvalidVpcEndpointId\.NotFound: the endpoint is gone\. .* `pulumi refresh`, preview, and `pulumi up`\.$/],
  ["api error InvalidPolicyDocument: Invalid policy document", /^InvalidPolicyDocument: AWS does not take the endpoint policy\. .* Principal must be "\*"\.$/],
  ["api error UnauthorizedOperation: You are not authorized", /^UnauthorizedOperation: the deploying principal lacks a permission: ec2:CreateVpcEndpoint, ec2:ModifyVpcEndpoint, ec2:DeleteVpcEndpoints, ec2:DescribeVpcEndpoints, ec2:DescribePrefixLists\.$/],
  ["creating EC2 VPC Endpoint: operation error EC2: CreateVpcEndpoint, context canceled", /^context canceled: the run was interrupted, and AWS may have .* run `pulumi up` again\. If an endpoint was being created, .* delete that one first\.$/],
  ["API ERROR UNAUTHORIZEDOPERATION", /^UnauthorizedOperation: /],
];

describe("an error of AWS", () => {
  for (const [error, explained] of CASES) {
    it(`says what it means, and what to do: ${error}`, () => assert.match(explainAwsError(error) ?? "", explained));
  }

  it("speaks for itself where there is nothing to add", () => {
    for (const error of ["", "api error InternalError: An internal error has occurred", "NotFound"]) assert.equal(explainAwsError(error), undefined);
  });
});
