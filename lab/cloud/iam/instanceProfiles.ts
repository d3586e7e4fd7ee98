import { ApiError } from "../apiError";
import { declared } from "../declared";
import type { Role } from "./role";
import { ACCOUNT_ID, identifiers } from "../identifiers";
import type { Collection, Store } from "../store";
import type { Tags } from "../tags";
import { alreadyExists, deleteConflict, noSuchEntity } from "./attachments";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_InstanceProfile.html */
export interface InstanceProfile {
  readonly instanceProfileName: string;
  readonly instanceProfileId: string;
  readonly arn: string;
  readonly path: string;
  readonly createDate: string;
  readonly tags: Tags;
  /** At most one. */
  readonly roleNames: readonly string[];
}

interface ProfileName {
  readonly instanceProfileName: string;
}

/** With the role as it is now. */
export interface FilledProfile extends InstanceProfile {
  readonly roles: readonly Role[];
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html and its neighbours. */
export const instanceProfileOperations = declared(
  (store: Store, roleOf: (name: { readonly roleName: string }) => Role) => {
    const profiles: Collection<InstanceProfile> = store.collection("iam/instanceProfiles");
    const profileOf = ({ instanceProfileName }: ProfileName): InstanceProfile => {
      const profile = profiles.get(instanceProfileName);
      if (profile !== undefined) return profile;
      throw noSuchEntity(`Instance Profile ${instanceProfileName} cannot be found.`);
    };
    const filled = (profile: InstanceProfile): FilledProfile => ({
      ...profile,
      roles: profile.roleNames.map((roleName) => roleOf({ roleName })),
    });
    return {
      createInstanceProfile: (request: NewProfile): FilledProfile => {
        const profile = newProfile(store, request);
        if (profiles.get(profile.instanceProfileName) !== undefined) {
          throw alreadyExists(`Instance Profile ${profile.instanceProfileName} already exists.`);
        }
        profiles.put(profile.instanceProfileName, profile);
        return filled(profile);
      },
      getInstanceProfile: (name: ProfileName): FilledProfile => filled(profileOf(name)),
      listInstanceProfiles: (): readonly FilledProfile[] => profiles.all().map(filled),
      listInstanceProfilesForRole: (role: { readonly roleName: string }): readonly FilledProfile[] => {
        roleOf(role);
        return profiles
          .all()
          .filter(({ roleNames }) => roleNames.includes(role.roleName))
          .map(filled);
      },
      addRoleToInstanceProfile: ({ roleName, ...name }: ProfileName & { readonly roleName: string }): void => {
        const profile = profileOf(name);
        roleOf({ roleName });
        if (profile.roleNames.length > 0) {
          throw new ApiError("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409);
        }
        profiles.put(profile.instanceProfileName, { ...profile, roleNames: [roleName] });
      },
      removeRoleFromInstanceProfile: ({ roleName, ...name }: ProfileName & { readonly roleName: string }): void => {
        const profile = profileOf(name);
        if (!profile.roleNames.includes(roleName))
          throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
        profiles.put(profile.instanceProfileName, { ...profile, roleNames: [] });
      },
      deleteInstanceProfile: (name: ProfileName): void => {
        const { instanceProfileName, roleNames } = profileOf(name);
        if (roleNames.length > 0) throw deleteConflict("must remove roles from instance profile first");
        profiles.remove(instanceProfileName);
      },
    };
  },
);

interface NewProfile extends ProfileName {
  readonly path?: string;
  readonly tags?: Tags;
}

function newProfile(store: Store, { instanceProfileName, path = "/", tags = {} }: NewProfile): InstanceProfile {
  return {
    instanceProfileName,
    path,
    instanceProfileId: `AIPA${identifiers(store, "iam").nextDigits("profile", 17).toUpperCase()}`,
    arn: `arn:aws:iam::${ACCOUNT_ID}:instance-profile${path}${instanceProfileName}`,
    createDate: new Date().toISOString(),
    tags,
    roleNames: [],
  };
}
