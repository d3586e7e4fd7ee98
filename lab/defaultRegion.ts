/**
 * The Region for a provider whose configuration has none: what the command line says, else what the environment does,
 * as the `aws` provider reads it. An empty text names no Region.
 */
export function defaultRegion(
  option: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return [option, environment.AWS_REGION, environment.AWS_DEFAULT_REGION].find((region) => region);
}
