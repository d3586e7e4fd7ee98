import type { NamedPolicy } from "../../../components/policy/access/facts";
import { FULL_ACCESS } from "../../../components/policy/document";
import type { Reference, Side } from "../judge/references";
import type { Change, Preview } from "../read/preview";
import { shownText } from "../read/values";
import { documentIn, type InForce, KnownPolicy } from "./documents";
import { Lookup, valueOf } from "./lookup";

const ENDPOINT = /^(?:aws:ec2\/vpcEndpoint:|aws-native:ec2:VpcEndpoint$)/;
const POLICY = /^aws:ec2\/vpcEndpointPolicy:/;

/** The policies of endpoints, each by its own resource, or as it stands in the endpoint. */
export class EndpointPolicies {
  readonly #known = new Map<Change | string, KnownPolicy>();
  /** Those of endpoints that are not in the preview are not seen. */
  readonly #unseen = new Map<string, KnownPolicy>();

  constructor(preview: Preview) {
    const endpoints = new Lookup(preview, ENDPOINT);
    for (const change of endpoints.all()) {
      const isNative = change.type.startsWith("aws-native:");
      const policy = new KnownPolicy(`endpoint policy of ${change.name}`);
      // Taken out of a program it stays as it is.
      for (const side of ["before", "after"] as const) {
        if (change[side] === undefined) continue;
        const document = documentIn(valueOf(change, side, isNative ? "policyDocument" : "policy"));
        policy.set(side, document === "none" ? { text: FULL_ACCESS } : document, change);
      }
      this.#known.set(change, policy);
    }
    for (const change of preview.changes.values())
      if (POLICY.test(change.type))
        for (const side of ["before", "after"] as const) {
          if (change[side] === undefined) continue;
          const of = endpoints.named(change, side, "vpcEndpointId", valueOf(change, side, "vpcEndpointId"));
          if (of === undefined) continue;
          const name = `endpoint policy of ${typeof of === "string" ? of : of.name}`;
          const policy = this.#known.get(of) ?? new KnownPolicy(name);
          this.#known.set(of, policy);
          policy.set(side, documentIn(valueOf(change, side, "policy")), change);
        }
  }

  /** Those that are there before and after. */
  get changing(): readonly (readonly [endpoint: Change | string, policy: KnownPolicy])[] {
    return [...this.#known].filter(
      ([, policy]) => policy.changes && policy.before !== "none" && policy.after !== "none",
    );
  }

  all(): readonly KnownPolicy[] {
    return [...this.#known.values(), ...this.#unseen.values()];
  }

  of({ change, id, key }: Pick<Reference, "change" | "id" | "key">): KnownPolicy {
    const known = this.#known.get(change ?? id ?? key);
    if (known !== undefined) return known;
    const unseen = this.#unseen.get(key) ?? new KnownPolicy(`endpoint policy of ${id ?? "an endpoint"}`);
    unseen.before = "hidden";
    unseen.after = "hidden";
    this.#unseen.set(key, unseen);
    return unseen;
  }
}

/** What an endpoint's policy is on a way: what is hidden is taken to limit nothing. */
export function endpointPolicyOn(policy: KnownPolicy, inForce: InForce): NamedPolicy {
  return policy.named(inForce, FULL_ACCESS);
}

/** In which VPC and Region it is, as far as that is seen. */
export function placeOfEndpoint(
  change: Change | undefined,
  side: Side,
): { readonly vpcId?: string; readonly region?: string } {
  if (change === undefined) return {};
  const vpcId = shownText(valueOf(change, side, "vpcId"));
  const region = /\.([a-z0-9-]+)\.dynamodb$/.exec(shownText(valueOf(change, side, "serviceName")) ?? "")?.[1];
  return { ...(vpcId !== undefined && { vpcId }), ...(region !== undefined && { region }) };
}
