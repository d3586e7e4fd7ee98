// A bundle of its own, loaded when Route 53 Resolver is asked. For two operations it needs no client: they are signed.
import { setTimeout as sleep } from "node:timers/promises";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Facts, ResolverAssociation } from "./facts";
import { type ClientSettings, type Reading, readWanted } from "./reading";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html */
export async function readResolver({ wanted, settings, calls, vpcId }: Reading): Promise<Partial<Facts>> {
  const all = (operation: string, field: string, filter: object): Promise<readonly ResolverAssociation[]> =>
    calls.pages(
      `route53resolver:${operation}`,
      (NextToken) => call(settings, operation, { MaxResults: 100, NextToken, ...(vpcId !== undefined && filter) }),
      {
        items: (page) => page[field] as readonly ResolverAssociation[] | undefined,
        next: (page) => page.NextToken as string | undefined,
      },
    );
  return readWanted(wanted, {
    resolverRuleAssociations: () =>
      all("ListResolverRuleAssociations", "ResolverRuleAssociations", {
        Filters: [{ Name: "VPCId", Values: [vpcId] }],
      }),
    firewallRuleGroupAssociations: async () =>
      // By the names that the other has: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallRuleGroupAssociation.html
      (await all("ListFirewallRuleGroupAssociations", "FirewallRuleGroupAssociations", { VpcId: vpcId })).map(
        withVpcId,
      ),
  });
}

function withVpcId({ VpcId, ...association }: ResolverAssociation & { readonly VpcId?: string }): ResolverAssociation {
  return VpcId === undefined ? association : { ...association, VPCId: VpcId };
}

type Answer = Readonly<Record<string, unknown>>;

/** JSON 1.1, asked again while AWS is busy. */
async function call(settings: ClientSettings, operation: string, members: object): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const { status, answer } = await ask(settings, operation, JSON.stringify(members));
    if (status === 200) return answer;
    const { __type = "", message = answer.Message ?? "" } = answer;
    const code = String(__type).replace(/^.*#/, "").replace(/:.*$/, "");
    if (attempt >= settings.maxAttempts || !(status >= 500 || status === 429 || code.startsWith("Throttling")))
      throw Object.assign(new Error(String(message)), { name: code === "" ? `HTTP ${status}` : code });
    await sleep(Math.random() * Math.min(20_000, 100 * 2 ** attempt));
  }
}

async function ask(
  { region, credentials }: ClientSettings,
  operation: string,
  body: string,
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const url = new URL(endpointOf(region));
  const signer = new SignatureV4({ service: "route53resolver", region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === "" ? undefined : Number(url.port),
    path: "/",
    headers: {
      host: url.host,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `Route53Resolver.${operation}`,
    },
    body,
  });
  const sent = Object.entries(headers).filter(([name]) => name !== "host");
  const response = await fetch(url, { method: "POST", headers: Object.fromEntries(sent), body });
  const text = await response.text();
  return { status: response.status, answer: text.startsWith("{") ? (JSON.parse(text) as Answer) : {} };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpointOf(region: string): string {
  const { AWS_ENDPOINT_URL_ROUTE53RESOLVER: own, AWS_ENDPOINT_URL: all } = process.env;
  return own ?? all ?? `https://route53resolver.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`;
}
