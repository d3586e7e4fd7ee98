import { setTimeout as sleep } from "node:timers/promises";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { ClientSettings } from "./reading";

/** A request of a service of which so little is asked that it needs no client. */
export interface SignedRequest {
  /** For which it is signed, which is also what its host begins with: `route53resolver`. */
  readonly service: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Answer = Readonly<Record<string, unknown>>;

/** What the service answers in JSON: asked again while AWS is busy, and thrown where it refuses. */
export async function askSigned(settings: ClientSettings, request: SignedRequest): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const { status, type, answer } = await ask(settings, request);
    if (status === 200) return answer;
    const { __type = type, message = answer.Message ?? "" } = answer;
    const code = String(__type).replace(/^.*#/, "").replace(/:.*$/, "");
    if (attempt >= settings.maxAttempts || !(status >= 500 || status === 429 || code.startsWith("Throttling")))
      throw Object.assign(new Error(String(message)), { name: code === "" ? `HTTP ${status}` : code });
    await sleep(Math.random() * Math.min(20_000, 100 * 2 ** attempt));
  }
}

interface Received {
  readonly status: number;
  /** Of an error, where a header has it. */
  readonly type: string;
  readonly answer: Answer;
}

async function ask(
  { region, credentials }: ClientSettings,
  { service, method, path, query = {}, headers = {}, body }: SignedRequest,
): Promise<Received> {
  const url = new URL(path, endpointOf(service, region));
  const asked = Object.fromEntries(Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === "" ? undefined : Number(url.port),
    path: url.pathname,
    query: asked,
    headers: { host: url.host, ...headers },
    body,
  });
  url.search = Object.entries(asked)
    .map(([name, value]) => `${name}=${encoded(value)}`)
    .join("&");
  const sent = Object.entries(signed.headers).filter(([name]) => name !== "host");
  const response = await fetch(url, { method, headers: Object.fromEntries(sent), ...(body !== undefined && { body }) });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("x-amzn-errortype") ?? "",
    answer: text.startsWith("{") ? (JSON.parse(text) as Answer) : {},
  };
}

/** As it is signed: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpointOf(service: string, region: string): string {
  const own = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return own ?? process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.${suffix}/`;
}
