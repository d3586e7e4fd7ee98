// A bundle of its own, loaded when AWS is asked: who asks, and in which Region.
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { isUnjudged, Unjudged } from "../../exit";
import type { FactValues } from "./facts";
import {
  codeOf,
  isCredentialsError,
  wordsOf,
  type Calls,
  type ClientSettings,
  type CredentialProvider,
} from "./reading";

/** Whoever asks in one account and Region. */
export interface Session {
  readonly caller: FactValues["caller"];
  readonly settings: ClientSettings;
}

export interface SessionRequest {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** A role to take on first. */
  readonly role?: { readonly arn: string; readonly externalId?: string | undefined } | undefined;
}

/** AWS throttles a whole account: more patience than the SDK has by itself. */
const MOST_ATTEMPTS = 6;

/** Finds Region and credentials as every tool of AWS does, and asks AWS whose they are: one line where that fails. */
export async function openSession({ region, profile, role }: SessionRequest, calls: Calls): Promise<Session> {
  const client = new STSClient({ region, profile, ...retries() });
  try {
    const settings = { region: await regionOf(client), credentials: client.config.credentials, ...retries() };
    const taken = role === undefined ? settings : await assume(client, settings, role, calls);
    return { settings: taken, caller: await callerOf(taken, calls) };
  } catch (error) {
    if (profile === undefined || !isUnjudged(error)) throw error;
    throw new Unjudged(`--profile ${profile}: ${error.message}`);
  } finally {
    client.destroy();
  }
}

function retries(): Pick<ClientSettings, "retryMode" | "maxAttempts"> {
  return { retryMode: "adaptive", maxAttempts: Number(process.env.AWS_MAX_ATTEMPTS ?? "") || MOST_ATTEMPTS };
}

async function regionOf(client: STSClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    const { message } = error as Error;
    if (/^Region is missing/.test(message))
      throw new Unjudged("no Region: name one with --region, AWS_REGION or in your profile");
    throw new Unjudged(`no Region: ${wordsOf(error)}`);
  }
}

async function assume(
  client: STSClient,
  settings: ClientSettings,
  { arn, externalId }: NonNullable<SessionRequest["role"]>,
  calls: Calls,
): Promise<ClientSettings> {
  const command = new AssumeRoleCommand({
    RoleArn: arn,
    RoleSessionName: "dynamodb-endpoint-preflight",
    ExternalId: externalId,
  });
  const { Credentials: given } = await refusing(settings.region, `sts:AssumeRole of ${arn}`, () =>
    calls.ask("sts:AssumeRole", () => asItIs(client.send(command))),
  );
  const credentials: CredentialProvider = () =>
    Promise.resolve({
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken,
      expiration: given?.Expiration,
    });
  return { ...settings, credentials };
}

async function callerOf(settings: ClientSettings, calls: Calls): Promise<FactValues["caller"]> {
  const client = new STSClient(settings);
  try {
    const { UserId, Account, Arn } = await refusing(settings.region, "sts:GetCallerIdentity", () =>
      calls.ask("sts:GetCallerIdentity", () => asItIs(client.send(new GetCallerIdentityCommand({})))),
    );
    return { UserId, Account, Arn };
  } finally {
    client.destroy();
  }
}

/** AWS's error as it is: it is explained here. */
async function asItIs<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new Refusal(error);
  }
}

class Refusal extends Unjudged {
  constructor(readonly error: unknown) {
    super(wordsOf(error));
  }
}

async function refusing<T>(region: string, what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new Unjudged(explanation(region, what, error instanceof Refusal ? error.error : error));
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html */
function explanation(region: string, what: string, error: unknown): string {
  const code = codeOf(error);
  const words = wordsOf(error);
  if (/^(?:ExpiredToken|RequestExpired)/.test(code)) return `the credentials have expired: sign in again (${words})`;
  if (code === "CredentialsProviderError" || code === "TokenProviderError") return `no credentials: ${words}`;
  if (code === "RegionDisabledException") return `${region} is off in this account: ${words}`;
  if (isCredentialsError(error))
    return `AWS does not accept these credentials in ${region}: they are wrong, or the Region is off (${code}: ${words})`;
  if (UNREACHABLE.test(code))
    return `AWS cannot be reached in ${region} (${code}): is it a Region, and is there a proxy or AWS_ENDPOINT_URL in between?`;
  return `${what}: ${code}: ${words}`;
}

const UNREACHABLE =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TimeoutError|CERT_\w+|\w*SELF_SIGNED\w*|ERR_TLS\w*|EPROTO|UNABLE_TO\w*)$/;
