import type * as eks from "@aws-sdk/client-eks";
import { ApiError } from "../../cloud/apiError";
import { operation, type ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html */
const ITEMS_OF_A_PAGE = { member: "maxResults", least: 1, most: 100 };

const CLUSTERS: ServedOperations = {
  ListClusters: operation<eks.ListClustersRequest, eks.ListClustersResponse>(
    ["maxResults", "nextToken"],
    async (region, page) => {
      const { items, nextToken } = paged(await region.eks.listClusters(), ({ name }) => name, page);
      return { clusters: items.map(({ name = "" }) => name), nextToken };
    },
  ),
  DescribeCluster: operation<eks.DescribeClusterRequest, eks.DescribeClusterResponse>(
    ["name"],
    async (region, { name }) => ({ cluster: await region.eks.describeCluster({ name }) }),
  ),
  ListNodegroups: operation<eks.ListNodegroupsRequest, eks.ListNodegroupsResponse>(
    ["clusterName", "maxResults", "nextToken"],
    async (region, { clusterName, ...page }) => {
      const groups = await region.eks.listNodegroups({ clusterName });
      const { items, nextToken } = paged(groups, ({ nodegroupName }) => nodegroupName, page);
      return { nodegroups: items.map(({ nodegroupName = "" }) => nodegroupName), nextToken };
    },
  ),
  DescribeNodegroup: operation<eks.DescribeNodegroupRequest, eks.DescribeNodegroupResponse>(
    ["clusterName", "nodegroupName"],
    async (region, { clusterName, nodegroupName }) => ({
      nodegroup: await region.eks.describeNodegroup({ clusterName, nodegroupName }),
    }),
  ),
};

const IDENTITIES: ServedOperations = {
  ListFargateProfiles: operation<eks.ListFargateProfilesRequest, eks.ListFargateProfilesResponse>(
    ["clusterName", "maxResults", "nextToken"],
    async (region, { clusterName, ...page }) => {
      const profiles = await region.eks.listFargateProfiles({ clusterName });
      const { items, nextToken } = paged(profiles, ({ fargateProfileName }) => fargateProfileName, page);
      return { fargateProfileNames: items.map(({ fargateProfileName = "" }) => fargateProfileName), nextToken };
    },
  ),
  DescribeFargateProfile: operation<eks.DescribeFargateProfileRequest, eks.DescribeFargateProfileResponse>(
    ["clusterName", "fargateProfileName"],
    async (region, { clusterName, fargateProfileName }) => ({
      fargateProfile: await region.eks.describeFargateProfile({ clusterName, fargateProfileName }),
    }),
  ),
  ListPodIdentityAssociations: operation<
    eks.ListPodIdentityAssociationsRequest,
    eks.ListPodIdentityAssociationsResponse
  >(
    ["clusterName", "namespace", "serviceAccount", "maxResults", "nextToken"],
    async (region, { clusterName, namespace, serviceAccount, ...page }) => {
      const all = (await region.eks.listPodIdentityAssociations({ clusterName })).filter(
        (association) =>
          (namespace === undefined || association.namespace === namespace) &&
          (serviceAccount === undefined || association.serviceAccount === serviceAccount),
      );
      const { items, nextToken } = paged(all, ({ associationId }) => associationId, page);
      return { associations: items.map(withoutRole), nextToken };
    },
  ),
  DescribePodIdentityAssociation: operation<
    eks.DescribePodIdentityAssociationRequest,
    eks.DescribePodIdentityAssociationResponse
  >(["clusterName", "associationId"], async (region, { clusterName, associationId }) => ({
    association: await region.eks.describePodIdentityAssociation({ clusterName, associationId }),
  })),
};

/** https://docs.aws.amazon.com/eks/latest/APIReference/: what ties nodes and pods to subnets and roles. */
export const EKS: ServedOperations = { ...CLUSTERS, ...IDENTITIES };

/** A summary does not name the role: the protocol leaves out what its schema does not have. */
function withoutRole(association: eks.PodIdentityAssociation): eks.PodIdentityAssociationSummary {
  return association;
}

interface PageRequest {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

function paged<T>(
  all: readonly T[],
  nameOf: (item: T) => string | undefined,
  { nextToken, maxResults = ITEMS_OF_A_PAGE.most }: PageRequest,
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const { items, next } = markedPage(all, (item) => nameOf(item) ?? "", {
    marker: opened(nextToken, () => new ApiError("InvalidParameterException", "Invalid token.")),
    most: requireRange(maxResults, ITEMS_OF_A_PAGE, "InvalidParameterException"),
  });
  return { items, nextToken: sealed(next) };
}
