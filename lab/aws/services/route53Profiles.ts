import { ApiError } from "../../cloud/apiError";
import type { Region } from "../../cloud/cloud";
import type { Profile, ProfileAssociation, ProfileResource } from "../../cloud/route53Profiles";
import { capitalised, type ServedOperation, type ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53profiles_ListProfileAssociations.html */
const ITEMS_OF_A_PAGE = { member: "maxResults", least: 1, most: 100 };

/** There is no client of it here: what a request has, botocore's model says. */
type Input = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => String(value);

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Profiles.html */
export const ROUTE_53_PROFILES: ServedOperations = {
  CreateProfile: {
    takes: ["Name"],
    perform: async (region, { Name: name }) => ({
      Profile: shown(await region.route53Profiles.createProfile({ name: text(name) })),
    }),
  },
  AssociateProfile: {
    takes: ["ProfileId", "ResourceId", "Name", "Priority"],
    perform: async (region, { ProfileId: profileId, ResourceId: resourceId, Name: name, Priority: priority }) => ({
      ProfileAssociation: shown(
        await region.route53Profiles.associateProfile({
          profileId: text(profileId),
          resourceId: text(resourceId),
          name: text(name),
          ...(priority !== undefined && { priority: Number(priority) }),
        }),
      ),
    }),
  },
  AssociateResourceToProfile: {
    takes: ["ProfileId", "ResourceArn", "Name", "ResourceProperties"],
    perform: async (
      region,
      { ProfileId: profileId, ResourceArn: arn, Name: name, ResourceProperties: properties },
    ) => ({
      ProfileResourceAssociation: shown(
        await region.route53Profiles.associateResourceToProfile({
          profileId: text(profileId),
          resourceArn: text(arn),
          name: text(name),
          ...(properties !== undefined && { resourceProperties: text(properties) }),
        }),
      ),
    }),
  },
  ListProfileAssociations: listing("ProfileAssociations", ["ProfileId", "ResourceId"], ({ route53Profiles }) =>
    route53Profiles.listProfileAssociations(),
  ),
  ListProfileResourceAssociations: listing(
    "ProfileResourceAssociations",
    ["ProfileId", "ResourceArn", "ResourceType"],
    ({ route53Profiles }, { ProfileId: profileId }) =>
      route53Profiles.listProfileResourceAssociations({ profileId: text(profileId) }),
  ),
};

type Shown = Profile | ProfileAssociation | ProfileResource;

function listing(
  field: string,
  by: readonly string[],
  list: (region: Region, input: Input) => Promise<readonly Shown[]>,
): ServedOperation {
  return {
    takes: [...by, "MaxResults", "NextToken"],
    perform: async (region, input) => {
      const all = (await list(region, input)).map(shown);
      const { items, next } = markedPage(
        all.filter((each) => by.every((name) => input[name] === undefined || (each as Input)[name] === input[name])),
        ({ Id }) => Id,
        {
          marker: opened(
            input.NextToken as string | undefined,
            () => new ApiError("InvalidNextTokenException", "Invalid token."),
          ),
          most: requireRange(
            Number(input.MaxResults ?? ITEMS_OF_A_PAGE.most),
            ITEMS_OF_A_PAGE,
            "InvalidParameterException",
          ),
        },
      );
      return { [field]: items, NextToken: sealed(next) };
    },
  };
}

/** The lab has no delay between asking and having. */
function shown({ createdAt, ...record }: Shown) {
  const time = new Date(createdAt);
  return { ...capitalised(record), CreationTime: time, ModificationTime: time, Status: "COMPLETE" };
}
