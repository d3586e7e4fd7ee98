type Environment = Readonly<Record<string, string | undefined>>;

/** What signs requests that no AWS ever sees. DynamoDB Local takes letters and digits alone. */
export const ACCESS_KEY_ID = "DRILLACCESSKEY";

/** What would keep a client from the endpoint, or make it sign with somebody's credentials. */
const LEFT_OUT: readonly string[] = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/**
 * The client's environment: it finds the drill by the variable that AWS has for it.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function environmentOf(own: Environment, endpoint: string, region: string): Environment {
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => !LEFT_OUT.includes(name)));
  const host = new URL(endpoint).hostname;
  const direct = (list: string | undefined): string => [list ?? "", host].filter((each) => each !== "").join(",");
  return {
    ...kept,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: "drill",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    NO_PROXY: direct(own.NO_PROXY),
    no_proxy: direct(own.no_proxy),
  };
}
