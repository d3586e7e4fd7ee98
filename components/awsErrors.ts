/** What an AWS error of an endpoint or an association means here, and what to do about it. */
interface Explanation {
  readonly code: string;
  readonly meaning: string;
}

/**
 * See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, and for the quotas
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html.
 */
const EXPLANATIONS: readonly Explanation[] = [
  {
    code: "RouteAlreadyExists",
    meaning:
      "the route table has a route to DynamoDB already: by another endpoint's association, in this program, in another stack or " +
      "made by hand, or since this component was renamed without `aliases`. See the route whose destination is the prefix list; " +
      "remove that association, or adopt it.",
  },
  {
    code: "OperationInProgress",
    meaning: "AWS is still carrying out another change of this endpoint. Run `pulumi up` again in a minute.",
  },
  {
    code: "VpcEndpointLimitExceeded",
    meaning:
      "the Region has as many gateway endpoints as its quota allows (20, quota L-1B52E74A). Delete one, or ask for more " +
      "in Service Quotas.",
  },
  {
    code: "InvalidRouteTableId.NotFound",
    meaning: "there is no such route table in this Region and account. See its id in routeTables, and the provider's Region.",
  },
  {
    code: "InvalidVpcId.NotFound",
    meaning: "there is no such VPC in this Region and account. See vpcId, and the provider's Region.",
  },
  {
    code: "InvalidVpcEndpointId.NotFound",
    meaning: "the endpoint is gone. If somebody deleted it, run `pulumi refresh`, preview, and `pulumi up`.",
  },
  {
    code: "InvalidPolicyDocument",
    meaning: "AWS does not take the endpoint policy. See `policy`: Principal must be \"*\".",
  },
  {
    code: "UnauthorizedOperation",
    meaning:
      "the deploying principal lacks a permission: ec2:CreateVpcEndpoint, ec2:ModifyVpcEndpoint, ec2:DeleteVpcEndpoints, " +
      "ec2:DescribeVpcEndpoints, ec2:DescribePrefixLists.",
  },
  {
    // The provider's words, not AWS's: an interrupted engine tells it to give up.
    code: "context canceled",
    meaning:
      "the run was interrupted, and AWS may have carried this change out all the same. Preview, and run `pulumi up` again. If " +
      "an endpoint was being created, see whether the VPC has one now that the stack does not know: delete that one first.",
  },
];

/** What a provider's error text means, if it names an AWS error with a known remedy. */
export function explainAwsError(text: string): string | undefined {
  const found = EXPLANATIONS.find(({ code }) => text.toLowerCase().includes(code.toLowerCase()));
  return found === undefined ? undefined : `${found.code}: ${found.meaning}`;
}
