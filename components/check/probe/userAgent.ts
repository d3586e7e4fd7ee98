/**
 * What the requests of a check have in their User-Agent: the endpoint that they are asked about.
 *
 * The role of the package's functions allows the control call with these words alone. Changes of a role act seconds to
 * minutes after IAM has accepted them; a control call that is allowed shows that the policy which names this endpoint
 * acts by now.
 * The header is no secret, and keeps nobody out: whoever has the role may send it.
 */
export function checkUserAgent(vpcEndpointId: string): string {
  return `path-check/${vpcEndpointId}`;
}
