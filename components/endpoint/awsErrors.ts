import { withoutAccounts } from "../args/printable";

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
      "the route table has a route to DynamoDB already: by another endpoint's association, in this program, in " +
      "another stack or made by hand, or since this component was renamed without `aliases`. See the route whose " +
      "destination is the prefix list; remove that association, or adopt it.",
  },
  {
    code: "OperationInProgress",
    meaning: "AWS is still carrying out another change of this endpoint. Run `pulumi up` again in a minute.",
  },
  {
    code: "VpcEndpointLimitExceeded",
    meaning:
      "the Region has as many gateway endpoints as its quota allows (20, quota L-1B52E74A). Delete one, or ask for " +
      "more in Service Quotas.",
  },
  {
    code: "InvalidRouteTableId.NotFound",
    meaning:
      "there is no such route table in this Region and account. See its id in routeTables, and the provider's Region.",
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
    meaning: 'AWS does not take the endpoint policy. See `policy`: Principal must be "*".',
  },
  {
    code: "UnauthorizedOperation",
    meaning:
      "the deploying principal lacks a permission: ec2:CreateVpcEndpoint, ec2:ModifyVpcEndpoint, " +
      "ec2:DeleteVpcEndpoints, ec2:DescribeVpcEndpoints, ec2:DescribePrefixLists. `aws sts " +
      'decode-authorization-message` says which; the page "Who deploys" has a policy for each use.',
  },
  {
    code: "cannot be assumed by Lambda",
    meaning:
      "the provider asked again for five minutes. See whether the role of the check's functions exists, and whether " +
      "its trust policy lets the service lambda.amazonaws.com call sts:AssumeRole; of conditions, AWS's samples have " +
      "aws:SourceAccount, with this account.",
  },
  {
    code: "execution role does not have permissions",
    meaning:
      "the provider asked again for five minutes. See what the role of the check's functions may do, and what its " +
      'permissions boundary leaves of it: Lambda needs the network interface actions on "*". The page ' +
      '"The reconnection check" lists what else the role needs.',
  },
  {
    // The provider's words, not AWS's: an interrupted engine tells it to give up.
    code: "context canceled",
    meaning:
      "the run was interrupted, and AWS may have carried this change out all the same. Preview, and run `pulumi " +
      "up` again. If an endpoint was being created, see whether the VPC has one now that the stack does not know: " +
      "delete that one first.",
  },
];

/** What a provider's error text means, if it names an AWS error with a known remedy. */
export function explainAwsError(text: string): string | undefined {
  const denied = explainDenial(text);
  if (denied !== undefined) return denied;
  const found = EXPLANATIONS.find(({ code }) => text.toLowerCase().includes(code.toLowerCase()));
  return found === undefined ? undefined : `${found.code}: ${found.meaning}`;
}

/**
 * Which permission the deploying principal lacks, if an error says so: without its ARN, and without the message that
 * EC2 encodes, which only an administrator can read.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html.
 */
export function explainDenial(text: string): string | undefined {
  const [, code = "AccessDenied"] = /api error (\w+)/.exec(text) ?? [];
  const [, looking] = /make sure your request credentials have permission to (\w+)/.exec(text) ?? [];
  if (looking !== undefined) {
    return (
      `${code}: the deploying principal lacks ec2:${looking}: Lambda looks at a function's subnet and groups with ` +
      `it. ${ADD_IT}`
    );
  }
  const [, action, resource, reason = ""] =
    /is not authorized to perform: ([\w-]+:\w+)(?: on resource: (\S+))?(?: ((?:because|with) [^.\n]*))?/.exec(text) ??
    [];
  if (action === undefined) return undefined;
  const where = resource === undefined || resource === "*" ? "" : ` on ${withinAccount(resource)}`;
  // The reason may name a policy by its ARN.
  return withoutAccounts(`${code}: the deploying principal lacks ${action}${where}${remedyOf(reason)}`);
}

const ADD_IT =
  'Add it to its policies; the page "Who deploys" has one for each use, and says what each permission is for.';

function remedyOf(reason: string): string {
  const [, forbidding] = /with an explicit deny in an? ([^.]*)/.exec(reason) ?? [];
  if (forbidding !== undefined)
    return `: a Deny in its ${forbidding} forbids it, and no Allow helps against that. See who may change it.`;
  const [, silent] = /because no ([^.]*?) allows/.exec(reason) ?? [];
  if (silent !== undefined && silent !== "identity-based policy")
    return `: no ${silent} allows it, and a policy of its own does not help against that. See who may change it.`;
  return `. ${ADD_IT}`;
}

/** `arn:aws:iam::111122223333:role/NAME` without the account. */
function withinAccount(arn: string): string {
  return arn.split(":").slice(5).join(":") || arn;
}
