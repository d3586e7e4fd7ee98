/** The account in an ARN; "" where there is none. */
export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}
