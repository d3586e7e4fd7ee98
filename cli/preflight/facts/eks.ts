// A bundle of its own, loaded when EKS is asked.
import {
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
import type { Facts } from "./facts";
import { allOf, leftOut, readWanted, type Reading } from "./reading";

export async function readEks(reading: Reading): Promise<Partial<Facts>> {
  const client = new EKSClient(reading.settings);
  try {
    return await readWanted(reading.wanted, { eks: () => read(client, reading) });
  } finally {
    client.destroy();
  }
}

interface Read {
  readonly nodegroups: readonly Nodegroup[];
  readonly fargateProfiles: readonly FargateProfile[];
  readonly podIdentityAssociations: readonly PodIdentityAssociation[];
}

async function read(client: EKSClient, { calls, tables: { most }, announce }: Reading): Promise<Read> {
  const clusters = await calls.pages(
    "eks:ListClusters",
    (nextToken) => client.send(new ListClustersCommand({ nextToken })),
    { items: (page) => page.clusters, next: ({ nextToken }) => nextToken },
  );
  if (clusters.length > most) throw leftOut("eks:ListNodegroups", `${clusters.length} clusters of EKS`, most);
  if (clusters.length > 0)
    announce(`${clusters.length} clusters of EKS: three calls each, and those of what is in them`);
  const inClusters = await allOf(
    clusters.map(async (clusterName) => {
      const [nodegroups, fargateProfiles, podIdentityAssociations] = await allOf([
        readNodegroups(client, calls, clusterName),
        readFargateProfiles(client, calls, clusterName),
        readPodIdentities(client, calls, clusterName),
      ]);
      return { nodegroups, fargateProfiles, podIdentityAssociations };
    }),
  );
  return {
    nodegroups: inClusters.flatMap((each) => each.nodegroups),
    fargateProfiles: inClusters.flatMap((each) => each.fargateProfiles),
    podIdentityAssociations: inClusters.flatMap((each) => each.podIdentityAssociations),
  };
}

type Calls = Reading["calls"];

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
