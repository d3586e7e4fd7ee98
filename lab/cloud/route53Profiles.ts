import { ApiError } from "./apiError";
import type { Ec2Network } from "./ec2/network";
import type { FrontDoor, Served } from "./frontDoor";
import { ACCOUNT_ID, type Identifiers, identifiers, regionalArn } from "./identifiers";
import type { Collection, Store } from "./store";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53profiles_Profile.html */
export interface Profile extends Made {
  readonly arn: string;
}

/** With a VPC. */
export interface ProfileAssociation extends Made {
  readonly profileId: string;
  /** The VPC. */
  readonly resourceId: string;
  readonly priority: number;
}

/** With a private hosted zone, a rule of Route 53 Resolver or a rule group of DNS Firewall. */
export interface ProfileResource extends Made {
  readonly profileId: string;
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly resourceProperties?: string;
}

interface Made {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly createdAt: string;
}

interface Profiles {
  readonly profiles: Collection<Profile>;
  readonly associations: Collection<ProfileAssociation>;
  readonly resources: Collection<ProfileResource>;
}

function profilesOf(store: Store, region: string): Profiles {
  const collection = <T>(name: string): Collection<T> => store.collection(`${region}/route53profiles/${name}`);
  return {
    profiles: collection("profiles"),
    associations: collection("associations"),
    resources: collection("resources"),
  };
}

/** "If you omit the priority for the first association with a VPC, the association gets priority 100." */
const FIRST_PRIORITY = 100;

/** By the form of their ARNs: who has them is no matter, since profiles are shared. */
const RESOURCE_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^arn:[\w-]+:route53:::hostedzone\/\w+$/, "PRIVATE_HOSTED_ZONE"],
  [/^arn:[\w-]+:route53resolver:[\w-]+:\d+:resolver-rule\/[\w-]+$/, "RESOLVER_RULE"],
  [/^arn:[\w-]+:route53resolver:[\w-]+:\d+:firewall-rule-group\/[\w-]+$/, "FIREWALL_RULE_GROUP"],
];

function operations(store: Store, network: Ec2Network) {
  const { region } = network;
  const { profiles, associations, resources } = profilesOf(store, region);
  const made = maker(identifiers(store, region));
  const requireProfile = (id: string): void => {
    if (profiles.get(id) === undefined) throw notFound(`The profile ${id} does not exist.`);
  };
  return {
    createProfile: ({ name }: Pick<Profile, "name">): Profile => {
      const base = made("rp", name);
      const profile: Profile = { ...base, arn: regionalArn(region, "route53profiles", `profile/${base.id}`) };
      profiles.put(profile.id, profile);
      return profile;
    },
    associateProfile: (request: AssociateProfileRequest): ProfileAssociation => {
      const { profileId, resourceId, name, priority } = request;
      requireProfile(profileId);
      if (network.vpcs.get(resourceId) === undefined) throw notFound(`The VPC ${resourceId} does not exist.`);
      const others = associations.all().filter((each) => each.resourceId === resourceId);
      if (others.some((each) => each.profileId === profileId))
        throw new ApiError("ResourceExistsException", `The profile ${profileId} is associated with it already.`);
      if (others.length > 0 && (priority === undefined || others.some((each) => each.priority === priority)))
        throw new ApiError("InvalidParameterException", "The VPC has another profile: give a priority of its own.");
      const association = { ...made("rpassoc", name), profileId, resourceId, priority: priority ?? FIRST_PRIORITY };
      associations.put(association.id, association);
      return association;
    },
    associateResourceToProfile: (request: AssociateResourceRequest): ProfileResource => {
      const { profileId, resourceArn, resourceProperties, name } = request;
      requireProfile(profileId);
      const [, resourceType] = RESOURCE_TYPES.find(([form]) => form.test(resourceArn)) ?? [];
      if (resourceType === undefined)
        throw new ApiError("InvalidParameterException", `A profile does not hold ${resourceArn}.`);
      const resource = { ...made("rpr", name), profileId, resourceArn, resourceType, resourceProperties };
      resources.put(resource.id, resource);
      return resource;
    },
    listProfileAssociations: (): readonly ProfileAssociation[] => associations.all(),
    listProfileResourceAssociations: ({
      profileId,
    }: Pick<ProfileResource, "profileId">): readonly ProfileResource[] => {
      requireProfile(profileId);
      return resources.all().filter((each) => each.profileId === profileId);
    },
  };
}

type AssociateProfileRequest = Pick<ProfileAssociation, "profileId" | "resourceId" | "name"> & {
  readonly priority?: number;
};

type AssociateResourceRequest = Pick<ProfileResource, "profileId" | "resourceArn" | "resourceProperties" | "name">;

function maker({ nextDigits }: Identifiers): (prefix: string, name: string) => Made {
  return (prefix, name) => ({
    id: `${prefix}-${nextDigits(prefix, 16)}`,
    name,
    ownerId: ACCOUNT_ID,
    createdAt: new Date().toISOString(),
  });
}

function notFound(message: string): ApiError {
  return new ApiError("ResourceNotFoundException", message, 404);
}

/** What the profiles of a VPC bring to it: the ids of zones, of Resolver's rules and of DNS Firewall's rule groups. */
export function broughtByProfiles(store: Store, region: string, vpcId: string): ReadonlySet<string> {
  const { associations, resources } = profilesOf(store, region);
  const here = associations.all().filter(({ resourceId }) => resourceId === vpcId);
  const ids = new Set(here.map(({ profileId }) => profileId));
  const held = resources.all().filter(({ profileId }) => ids.has(profileId));
  return new Set(held.flatMap(({ resourceArn }) => resourceArn.split("/").at(-1) ?? []));
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Profiles.html */
export type Route53Profiles = Served<ReturnType<typeof operations>>;

export function route53ProfilesService(door: FrontDoor, store: Store, network: Ec2Network): Route53Profiles {
  return door.serve(network.region, "route53profiles", operations(store, network));
}
