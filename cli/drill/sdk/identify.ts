import { SDKS, type SdkFacts } from "./facts";

/** An SDK that named itself in a request. */
export interface Sdk {
  readonly id: string;
  /** "AWS SDK for JavaScript v3". */
  readonly name: string;
  readonly version: string;
}

/** The SDKs of these User-Agents, each version once. What no SDK of AWS sent is left out. */
export function sdksOf(userAgents: readonly string[]): readonly Sdk[] {
  const found = new Map<string, Sdk>();
  for (const userAgent of new Set(userAgents)) {
    const sdk = sdkOf(userAgent);
    if (sdk !== undefined) found.set(`${sdk.id} ${sdk.version}`, sdk);
  }
  return [...found.values()];
}

function sdkOf(userAgent: string): Sdk | undefined {
  for (const { id, name, userAgent: pattern } of SDKS) {
    const [, version] = pattern.exec(userAgent) ?? [];
    if (version !== undefined) return { id, name, version };
  }
  return undefined;
}

export function factsOf({ id }: Sdk): SdkFacts | undefined {
  return SDKS.find((each) => each.id === id);
}

/** The name and version by which an SDK calls itself: "Boto3/1.34.0". */
export function namedIn(userAgent: string): string | undefined {
  for (const { userAgent: pattern } of SDKS) {
    const [named] = pattern.exec(userAgent) ?? [];
    if (named !== undefined) return named;
  }
  return undefined;
}
