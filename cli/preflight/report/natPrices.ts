/**
 * What AWS asks for an hour of a NAT gateway, where that is known: on-demand, in US dollars, as of November 2026.
 *
 * See https://aws.amazon.com/vpc/pricing/.
 */
const USD_PER_HOUR: Readonly<Record<string, number>> = {
  "us-east-1": 0.045,
  "us-east-2": 0.045,
  "us-west-2": 0.045,
  "ca-central-1": 0.05,
  "eu-west-1": 0.048,
  "eu-central-1": 0.052,
  "ap-southeast-1": 0.059,
  "ap-northeast-1": 0.062,
};

/** Of one that is in one zone: a regional one is paid for by the zones that it has, which nobody tells. */
export function natUsdPerHour(region: string, availabilityMode: string | undefined): number | undefined {
  return availabilityMode === "regional" ? undefined : USD_PER_HOUR[region];
}
