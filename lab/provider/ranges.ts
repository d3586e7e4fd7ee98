import { canonicalCidr, parseCidr } from "../cloud/ec2/cidr";

/**
 * What is wrong with an argument that is a range of addresses. EC2 would make it canonical; the provider refuses it
 * before: terraform-provider-aws `internal/verify/validate.go`.
 */
export function rangeProblem(range: string): string | undefined {
  const network = parseCidr(range);
  if (network === undefined) return `"${range}" is not a valid CIDR block: invalid CIDR address: ${range}`;
  const canonical = canonicalCidr(network);
  return canonical === range ? undefined : `"${range}" is not a valid IPv4 CIDR block; did you mean "${canonical}"?`;
}
