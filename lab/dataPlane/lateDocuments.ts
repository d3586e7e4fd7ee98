import type { CloudInside } from "../cloud/cloud";
import { type Role, ROLES } from "../cloud/iam";
import { policiesOf, type PrincipalPolicies } from "../cloud/rolePolicies";
import type { Impairments } from "./impairments";

const NOTHING: PrincipalPolicies = { identity: [] };

/** Documents as the API has them since a moment; without one since before they were followed. */
interface Version {
  readonly since: number | undefined;
  readonly documents: PrincipalPolicies;
}

/**
 * The policies of roles and endpoints as they were: what acts where a change acts late.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency,
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export class LateDocuments {
  readonly #versions = new Map<string, Version[]>();
  readonly #stopListening: () => void;
  #isFollowing = false;

  constructor(
    readonly inside: CloudInside,
    readonly impairments: Impairments,
  ) {
    this.#stopListening = inside.onAnswered(() => this.#follow());
    impairments.onChange(() => this.#follow());
  }

  /** What acts of a role. Nothing, if it is newer than that. */
  ofRole(roleArn: string, current: PrincipalPolicies, delayMillis: number): PrincipalPolicies {
    return this.#acting(roleArn, current, delayMillis);
  }

  /**
   * What acts at an endpoint. AWS does not say what a new one does until its policy acts: here it lets nothing through.
   */
  ofEndpoint(vpcEndpointId: string, current: string, delayMillis: number): string | undefined {
    return this.#acting(vpcEndpointId, { identity: [current] }, delayMillis).identity[0];
  }

  stop(): void {
    this.#stopListening();
  }

  #acting(key: string, current: PrincipalPolicies, delayMillis: number): PrincipalPolicies {
    const versions = this.#versions.get(key);
    if (versions === undefined) return current;
    return (
      versions.filter(({ since }) => since === undefined || since + delayMillis <= Date.now()).at(-1)?.documents ??
      NOTHING
    );
  }

  /** A late document can only be told from an old one where it was seen to come. */
  #follow(): void {
    const wasFollowing = this.#isFollowing;
    this.#isFollowing = this.impairments.any("lateRole") || this.impairments.any("latePolicy");
    if (!this.#isFollowing) this.#versions.clear();
    else
      for (const [key, documents] of this.#current())
        this.#note(key, { since: wasFollowing ? Date.now() : undefined, documents });
  }

  #note(key: string, version: Version): void {
    const versions = this.#versions.get(key) ?? [];
    if (JSON.stringify(versions.at(-1)?.documents) === JSON.stringify(version.documents)) return;
    this.#versions.set(key, [...versions, version]);
  }

  *#current(): Iterable<readonly [string, PrincipalPolicies]> {
    for (const role of this.inside.store.collection<Role>(ROLES).all()) {
      yield [role.arn, policiesOf(this.inside.store, role)];
    }
    for (const { endpoints } of this.inside.networks()) {
      for (const { vpcEndpointId, policyDocument } of endpoints.all())
        yield [vpcEndpointId, { identity: [policyDocument] }];
    }
  }
}
