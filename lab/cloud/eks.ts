import type { Cluster, FargateProfile, Nodegroup, PodIdentityAssociation } from "@aws-sdk/client-eks";
import { ApiError } from "./apiError";
import type { FrontDoor, Served } from "./frontDoor";
import { scenarioRecords } from "./scenarioData";
import type { Store } from "./store";

interface OfCluster {
  readonly clusterName: string;
}

function operations(store: Store, region: string) {
  const clusters = scenarioRecords(store, region, "eksClusters");
  const nodegroups = scenarioRecords(store, region, "eksNodegroups");
  const profiles = scenarioRecords(store, region, "eksFargateProfiles");
  const associations = scenarioRecords(store, region, "eksPodIdentityAssociations");
  const clusterOf = (name: string): Cluster =>
    existing(
      clusters.all().find((cluster) => cluster.name === name),
      `No cluster found for name: ${name}.`,
    );
  const ofCluster = <T extends { clusterName?: string | undefined }>(
    records: readonly T[],
    { clusterName }: OfCluster,
  ): readonly T[] => {
    clusterOf(clusterName);
    return records.filter((record) => record.clusterName === clusterName);
  };
  return {
    listClusters: (): readonly Cluster[] => clusters.all(),
    describeCluster: ({ name }: { readonly name: string }): Cluster => clusterOf(name),
    listNodegroups: (request: OfCluster): readonly Nodegroup[] => ofCluster(nodegroups.all(), request),
    describeNodegroup: ({ nodegroupName, ...request }: OfCluster & { readonly nodegroupName: string }): Nodegroup =>
      existing(
        ofCluster(nodegroups.all(), request).find((group) => group.nodegroupName === nodegroupName),
        `No node group found for name: ${nodegroupName}.`,
      ),
    listFargateProfiles: (request: OfCluster): readonly FargateProfile[] => ofCluster(profiles.all(), request),
    describeFargateProfile: ({
      fargateProfileName: name,
      ...request
    }: OfCluster & { readonly fargateProfileName: string }): FargateProfile =>
      existing(
        ofCluster(profiles.all(), request).find((profile) => profile.fargateProfileName === name),
        `No Fargate Profile found with name: ${name}.`,
      ),
    listPodIdentityAssociations: (request: OfCluster): readonly PodIdentityAssociation[] =>
      ofCluster(associations.all(), request),
    describePodIdentityAssociation: ({
      associationId: id,
      ...request
    }: OfCluster & { readonly associationId: string }): PodIdentityAssociation =>
      existing(
        ofCluster(associations.all(), request).find((association) => association.associationId === id),
        `No pod identity association found for id: ${id}.`,
      ),
  };
}

function existing<T>(record: T | undefined, message: string): T {
  if (record !== undefined) return record;
  throw new ApiError("ResourceNotFoundException", message, 404);
}

/** Amazon EKS, which is only read: https://docs.aws.amazon.com/eks/latest/APIReference/ */
export type Eks = Served<ReturnType<typeof operations>>;

export function eksService(door: FrontDoor, store: Store, region: string): Eks {
  return door.serve(region, "eks", operations(store, region));
}
