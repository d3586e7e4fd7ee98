import { zoneIn } from "../facts/later";
import type { FactValues, ProfileResource } from "../facts/facts";
import type { Scope } from "../scope";

/** What tells which DNS settings Route 53 Profiles bring to a VPC. */
export const PROFILE_FACTS = ["profileAssociations", "profileResources"] as const;

/** One thing that a profile brings. */
export interface Brought {
  readonly id: string;
  readonly profileId: string;
  readonly evidence: string;
}

/** The private hosted zones, rules of Route 53 Resolver and groups of DNS Firewall that profiles bring to this VPC. */
export interface BroughtByProfiles {
  readonly zones: readonly Brought[];
  readonly rules: readonly Brought[];
  readonly firewalls: readonly Brought[];
}

/**
 * ListHostedZonesByVPC "does not reflect the hosted zone associations to VPCs via Route 53 Profiles", and the lists of
 * Route 53 Resolver are of associations with VPCs.
 *
 * See https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html.
 */
export function broughtByProfiles(
  known: Pick<FactValues, (typeof PROFILE_FACTS)[number]>,
  { vpcId }: Scope,
): BroughtByProfiles {
  const associations = known.profileAssociations.filter(({ ResourceId }) => ResourceId === vpcId);
  const profiles = new Set(associations.map(({ ProfileId }) => ProfileId));
  const here = known.profileResources.filter(({ ProfileId }) => profiles.has(ProfileId));
  const by = (idIn: (arn: string | undefined) => string | undefined): readonly Brought[] =>
    here.flatMap((resource) => {
      const id = idIn(resource.ResourceArn);
      return id === undefined ? [] : [brought(id, resource)];
    });
  return {
    zones: by(zoneIn),
    rules: by((arn) => /:resolver-rule\/(.+)$/.exec(arn ?? "")?.[1]),
    firewalls: by((arn) => /:firewall-rule-group\/(.+)$/.exec(arn ?? "")?.[1]),
  };
}

function brought(id: string, { Id = "?", ProfileId: profileId = "?" }: ProfileResource): Brought {
  return { id, profileId, evidence: `${Id}: ProfileId ${profileId}` };
}
