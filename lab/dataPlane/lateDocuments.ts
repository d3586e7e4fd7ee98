import type { CloudInside } from "../cloud/cloud";
import { type Role, ROLES } from "../cloud/iam";
import { policiesOf } from "../cloud/rolePolicies";
import type { Impairments } from "./impairments";

/** Documents as the API has them since a moment; without one since before they were followed. */
interface Version {
  readonly since: number | undefined;
  readonly documents: readonly string[];
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
  ofRole(roleArn: string, current: readonly string[], delayMillis: number): readonly string[] {
    return this.#acting(roleArn, current, delayMillis);
  }

  /**
   * What acts at an endpoint. AWS does not say what a new one does until its policy acts: here it lets nothing through.
   */
  ofEndpoint(vpcEndpointId: string, current: string, delayMillis: number): string | undefined {
    return this.#acting(vpcEndpointId, [current], delayMillis)[0];
  }

  stop(): void {
    this.#stopListening();
  }

  #acting(key: string, current: readonly string[], delayMillis: number): readonly string[] {
    const versions = this.#versions.get(key);
    if (versions === undefined) return current;
    return (
      versions.filter(({ since }) => since === undefined || since + delayMillis <= Date.now()).at(-1)?.documents ?? []
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

  *#current(): Iterable<readonly [string, readonly string[]]> {
    for (const role of this.inside.store.collection<Role>(ROLES).all()) {
      // What the lab has no documents of is refused where it is used.
      if (role.permissionsBoundary === undefined) yield [role.arn, policiesOf(role)];
    }
    for (const { endpoints } of this.inside.networks()) {
      for (const { vpcEndpointId, policyDocument } of endpoints.all()) yield [vpcEndpointId, [policyDocument]];
    }
  }
}
