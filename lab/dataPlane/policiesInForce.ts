import type { CloudInside } from "../cloud/cloud";
import { type Role, ROLES } from "../cloud/iam";
import { policiesOf } from "../cloud/rolePolicies";
import type { Impairments } from "./impairments";

interface Version {
  /** When the API accepted it; -Infinity for what was there before anything was late. */
  readonly since: number;
  readonly documents: readonly string[];
}

/**
 * Policies as requests are judged by them: behind what the API says where a fault makes them late. IAM and endpoint policies are
 * eventually consistent, and AWS says of neither how soon a change takes effect.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export class PoliciesInForce {
  readonly #versions = new Map<string, Version[]>();
  #isWatching = false;
  readonly #stopListening: () => void;

  constructor(
    readonly inside: CloudInside,
    readonly impairments: Impairments,
  ) {
    this.#stopListening = inside.onAnswered(() => this.#note());
    impairments.onChange(() => this.#note());
  }

  stop(): void {
    this.#stopListening();
  }

  /** A role's documents; a role that is newer than they may be has none in force yet. */
  ofRole(roleArn: string, now: readonly string[], delayMillis = 0): readonly string[] {
    return delayMillis === 0 ? now : (this.#at(roleArn, delayMillis)?.documents ?? []);
  }

  /** An endpoint's document. The one that it was made with is in force at once. */
  ofEndpoint(vpcEndpointId: string, now: string, delayMillis = 0): string {
    const first = this.#versions.get(vpcEndpointId)?.[0];
    return delayMillis === 0 ? now : ((this.#at(vpcEndpointId, delayMillis) ?? first)?.documents[0] ?? now);
  }

  #at(key: string, delayMillis: number): Version | undefined {
    return this.#versions.get(key)?.filter(({ since }) => since <= Date.now() - delayMillis).at(-1);
  }

  /** What is late can only be told from what was before where the change was seen. */
  #note(): void {
    if (!this.impairments.any("lateRolePolicies") && !this.impairments.any("lateEndpointPolicies")) {
      this.#isWatching = false;
      this.#versions.clear();
      return;
    }
    const since = this.#isWatching ? Date.now() : -Infinity;
    this.#isWatching = true;
    for (const role of this.inside.store.collection<Role>(ROLES).all()) this.#keep(role.arn, documentsOf(role), since);
    for (const { endpoints } of this.inside.networks()) {
      for (const { vpcEndpointId, policyDocument } of endpoints.all()) this.#keep(vpcEndpointId, [policyDocument], since);
    }
  }

  #keep(key: string, documents: readonly string[], since: number): void {
    const versions = this.#versions.get(key) ?? [];
    if (JSON.stringify(versions.at(-1)?.documents) === JSON.stringify(documents)) return;
    this.#versions.set(key, [...versions, { since, documents }]);
  }
}

/** Those that the lab has: who asks for others is told when a request is judged. */
function documentsOf(role: Role): readonly string[] {
  try {
    return policiesOf(role);
  } catch {
    return [];
  }
}
