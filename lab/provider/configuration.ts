import { isObject, UNKNOWN, type Values } from "./values";

/** What one provider instance has been told. */
export interface ProviderConfiguration {
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** Settings that say how to reach AWS. The lab is reached otherwise, so that they change nothing. */
const HARMLESS = [
  "accessKey",
  "allowedAccountIds",
  "maxRetries",
  "profile",
  "retryMode",
  "secretKey",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "token",
] as const;

/** Added by the engine. */
const ENGINE_OWNED = ["version", "pluginDownloadURL"];

export const SERVED_CONFIGURATION: readonly string[] = ["region", "defaultTags", ...HARMLESS];

export interface ConfigurationProblem {
  readonly property: string;
  readonly reason: string;
}

export function* configurationProblems(values: Values): Iterable<ConfigurationProblem> {
  for (const property of Object.keys(values)) {
    if (SERVED_CONFIGURATION.includes(property) || ENGINE_OWNED.includes(property) || property.startsWith("__"))
      continue;
    yield {
      property,
      reason:
        `the lab does not know the provider's configuration "${property}"; it knows ` + SERVED_CONFIGURATION.join(", "),
    };
  }
  const region = values["region"];
  if (typeof region === "string" && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    yield { property: "region", reason: `invalid AWS Region: ${region}` };
  }
}

export function providerConfiguration(values: Values, defaultRegion: string): ProviderConfiguration {
  const region = values["region"];
  return {
    region: typeof region === "string" ? region : defaultRegion,
    defaultTags: tagsOf(unfolded(values["defaultTags"])),
  };
}

/** A provider's settings are strings on their way: whatever is not a string travels as JSON. */
function unfolded(value: unknown): unknown {
  return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}

function tagsOf(defaultTags: unknown): Readonly<Record<string, string>> {
  if (defaultTags === UNKNOWN || !isObject(defaultTags) || !isObject(defaultTags["tags"])) return {};
  const tags = Object.entries(defaultTags["tags"]).filter((tag): tag is [string, string] => typeof tag[1] === "string");
  return Object.fromEntries(tags);
}
