import type { DescribeVpcsCommand, Vpc } from "@aws-sdk/client-ec2";
import type { VpcFact } from "./facts";

/** What AWS answers to a command, as it came: call this before it is sent. */
export function answerTo(command: DescribeVpcsCommand): () => string {
  let text = "";
  command.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      const response = result.response as { body: AsyncIterable<Uint8Array> | Uint8Array };
      const body = response.body instanceof Uint8Array ? response.body : await collected(response.body);
      response.body = body;
      text = Buffer.from(body).toString();
      return result;
    },
    { step: "deserialize", priority: "low" },
  );
  return () => text;
}

async function collected(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

/**
 * VPCs with their Automated Internet Firewalls, which AWS's SDK for JavaScript drops from the answer of DescribeVpcs.
 *
 * See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html.
 */
export function withFirewalls(vpcs: readonly Vpc[], answer: string): readonly VpcFact[] {
  const items = itemsIn(answer);
  return vpcs.map((vpc) => {
    const own = items.find((item) => textIn(item, "vpcId") === vpc.VpcId) ?? "";
    return {
      ...vpc,
      NetworkFirewallAssociations: itemsIn(textIn(own, "networkFirewallAssociationSet") ?? "").map((item) => ({
        FirewallArn: textIn(item, "firewallArn"),
        FirewallOnboardingStatus: textIn(item, "firewallOnboardingStatus"),
      })),
    };
  });
}

/** The things of a list, without those of lists in them. */
function itemsIn(xml: string): readonly string[] {
  const items: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: tag, index } of xml.matchAll(/<\/?item>/g)) {
    if (tag === "<item>" && depth++ === 0) start = index + tag.length;
    if (tag === "</item>" && --depth === 0) items.push(xml.slice(start, index));
  }
  return items;
}

function textIn(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(xml)?.[1];
}
