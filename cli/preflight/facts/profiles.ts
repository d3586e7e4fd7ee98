// A bundle of its own, loaded when Route 53 Profiles is asked. For two operations it needs no client: they are signed.
import { distinct } from "./chunks";
import type { Facts, ProfileAssociation, ProfileResource } from "./facts";
import { allOf, type Reading, readWanted } from "./reading";
import { askSigned } from "./signed";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Profiles.html */
export async function readProfiles({ wanted, settings, calls, vpcId }: Reading): Promise<Partial<Facts>> {
  const all = <T>(
    operation: string,
    path: string,
    field: string,
    query: Readonly<Record<string, string | undefined>>,
  ): Promise<readonly T[]> =>
    calls.pages(
      `route53profiles:${operation}`,
      (nextToken) =>
        askSigned(settings, {
          service: "route53profiles",
          method: "GET",
          path,
          query: { ...query, maxResults: "100", nextToken },
        }),
      {
        items: (page) => page[field] as readonly T[] | undefined,
        next: (page) => page.NextToken as string | undefined,
      },
    );
  const associated = all<ProfileAssociation>("ListProfileAssociations", "/profileassociations", "ProfileAssociations", {
    resourceId: vpcId,
  });
  const resourcesOf = (id: string): Promise<readonly ProfileResource[]> =>
    all(
      "ListProfileResourceAssociations",
      `/profileresourceassociations/profileid/${id}`,
      "ProfileResourceAssociations",
      {},
    );
  return readWanted(wanted, {
    profileAssociations: async () => (await associated).map(withVpcId),
    profileResources: async () => {
      const ids = distinct((await associated).map(({ ProfileId }) => ProfileId));
      return (await allOf(ids.map(resourcesOf))).flat();
    },
  });
}

/** AWS says that it is an ARN, and shows an id. */
function withVpcId(association: ProfileAssociation): ProfileAssociation {
  return { ...association, ResourceId: (association.ResourceId ?? "").replace(/^arn:.*\//, "") };
}
