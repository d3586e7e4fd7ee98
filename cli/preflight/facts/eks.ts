// A bundle of its own, loaded when EKS is asked.
import {
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
  type FargateProfile,
  type Nodegroup,
  type PodIdentityAssociation,
} from "@aws-sdk/client-eks";
import type { ClusterFact, EksFact, Facts } from "./facts";
import { allOf, leftOut, readWanted, type Reading } from "./reading";

export async function readEks(reading: Reading): Promise<Partial<Facts>> {
  const client = new EKSClient(reading.settings);
  try {
    return await readWanted(reading.wanted, { eks: () => read(client, reading) });
  } finally {
    client.destroy();
  }
}

async function read(client: EKSClient, { calls, tables: { most }, announce }: Reading): Promise<EksFact> {
  const names = await calls.pages(
    "eks:ListClusters",
    (nextToken) => client.send(new ListClustersCommand({ nextToken })),
    { items: (page) => page.clusters, next: ({ nextToken }) => nextToken },
  );
  if (names.length > most) throw leftOut("eks:ListNodegroups", `${names.length} clusters of EKS`, most);
  if (names.length > 0) announce(`${names.length} clusters of EKS: four calls each, and those of what is in them`);
  const inClusters = await allOf(
    names.map(async (clusterName) => {
      const [cluster, nodegroups, fargateProfiles, podIdentityAssociations] = await allOf([
        readCluster(client, calls, clusterName),
        readNodegroups(client, calls, clusterName),
        readFargateProfiles(client, calls, clusterName),
        readPodIdentities(client, calls, clusterName),
      ]);
      return { cluster, nodegroups, fargateProfiles, podIdentityAssociations };
    }),
  );
  return {
    clusters: inClusters.map(({ cluster }) => cluster),
    nodegroups: inClusters.flatMap((each) => each.nodegroups),
    fargateProfiles: inClusters.flatMap((each) => each.fargateProfiles),
    podIdentityAssociations: inClusters.flatMap((each) => each.podIdentityAssociations),
  };
}

type Calls = Reading["calls"];

/** Its issuer, by which roles trust its pods, and where its nodes may be. */
async function readCluster(client: EKSClient, calls: Calls, name: string): Promise<ClusterFact> {
  const { cluster: { arn, identity, resourcesVpcConfig: where } = {} } = await calls.ask("eks:DescribeCluster", () =>
    client.send(new DescribeClusterCommand({ name })),
  );
  return { name, arn, identity, resourcesVpcConfig: where && { subnetIds: where.subnetIds, vpcId: where.vpcId } };
}

async function readNodegroups(client: EKSClient, calls: Calls, clusterName: string): Promise<readonly Nodegroup[]> {
  const names = await calls.pages(
    "eks:ListNodegroups",
    (nextToken) => client.send(new ListNodegroupsCommand({ clusterName, nextToken })),
    { items: (page) => page.nodegroups, next: ({ nextToken }) => nextToken },
  );
  const described = await allOf(
    names.map((nodegroupName) =>
      calls.ask("eks:DescribeNodegroup", () =>
        client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName })),
      ),
    ),
  );
  return described.flatMap(({ nodegroup }) => nodegroup ?? []);
}

async function readFargateProfiles(
  client: EKSClient,
  calls: Calls,
  clusterName: string,
): Promise<readonly FargateProfile[]> {
  const names = await calls.pages(
    "eks:ListFargateProfiles",
    (nextToken) => client.send(new ListFargateProfilesCommand({ clusterName, nextToken })),
    { items: (page) => page.fargateProfileNames, next: ({ nextToken }) => nextToken },
  );
  const described = await allOf(
    names.map((fargateProfileName) =>
      calls.ask("eks:DescribeFargateProfile", () =>
        client.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName })),
      ),
    ),
  );
  return described.flatMap(({ fargateProfile }) => fargateProfile ?? []);
}

async function readPodIdentities(
  client: EKSClient,
  calls: Calls,
  clusterName: string,
): Promise<readonly PodIdentityAssociation[]> {
  const found = await calls.pages(
    "eks:ListPodIdentityAssociations",
    (nextToken) => client.send(new ListPodIdentityAssociationsCommand({ clusterName, nextToken })),
    { items: (page) => page.associations, next: ({ nextToken }) => nextToken },
  );
  const described = await allOf(
    found.map(({ associationId }) =>
      calls.ask("eks:DescribePodIdentityAssociation", () =>
        client.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId })),
      ),
    ),
  );
  return described.flatMap(({ association }) => association ?? []);
}
