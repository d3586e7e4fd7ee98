import type { Region } from "../cloud/cloud";
import { site, type Site, table } from "./site";

/**
 * In three VPCs the same, but that one has its own answer to DynamoDB's name: an interface endpoint's address. To
 * another a profile brings this answer, which leads nowhere from there.
 */
export async function privateZone(region: Region): Promise<void> {
  const portal = await site(region, "portal", "10.90.0.0/16");
  const [subnetId = ""] = await twoTables(portal, "10.90");
  const vpce = await interfaceEndpoint(portal, subnetId, "10.90.0.0/16");
  const name = `dynamodb.${region.name}.amazonaws.com`;
  const vpc = { vpcId: portal.vpcId, vpcRegion: region.name };
  const { id } = await region.route53.createHostedZone({ name, callerReference: "portal", vpc });
  const aliasTarget = { hostedZoneId: vpce.hostedZoneId, dnsName: `${vpce.dnsName}.`, evaluateTargetHealth: false };
  const record = { name: `${name}.`, type: "A", values: [], aliasTarget };
  await region.route53.changeResourceRecordSets({ hostedZoneId: id, changes: [{ action: "CREATE", record }] });
  const store = await site(region, "store", "10.91.0.0/16");
  await twoTables(store, "10.91");
  const kiosk = await site(region, "kiosk", "10.92.0.0/16");
  await twoTables(kiosk, "10.92");
  const { route53Profiles } = region;
  const { id: profileId } = await route53Profiles.createProfile({ name: "company-dns" });
  await route53Profiles.associateProfile({ profileId, resourceId: kiosk.vpcId, name: "kiosk" });
  const resourceArn = `arn:aws:route53:::hostedzone/${id}`;
  await route53Profiles.associateResourceToProfile({ profileId, resourceArn, name: "dynamodb" });
  await table(region, "sessions");
}

/** The private subnets, each with a route table of its own and a function. */
async function twoTables(vpc: Site, network: string): Promise<readonly string[]> {
  const internetGatewayId = await vpc.internetGateway("internet");
  const front = await vpc.subnet("public-a", `${network}.0.0/24`, "a");
  await vpc.routeTable("public", [front], { gatewayId: internetGatewayId });
  const { natGatewayId } = await vpc.natGateway("nat", front);
  const subnetIds: string[] = [];
  for (const [i, zone] of (["a", "b"] as const).entries()) {
    const subnetId = await vpc.subnet(`private-${zone}`, `${network}.${i + 1}.0/24`, zone);
    await vpc.routeTable(`private-${zone}`, [subnetId], { natGatewayId });
    await vpc.lambda(`sessions-${zone}`, [subnetId]);
    subnetIds.push(subnetId);
  }
  return subnetIds;
}

/** For the whole VPC. */
async function interfaceEndpoint({ region, vpcId }: Site, subnetId: string, cidrIpv4: string) {
  const { ec2 } = region;
  const { groupId } = await ec2.createSecurityGroup({ vpcId, groupName: "portal-dynamodb", description: "DynamoDB" });
  const permissions = [{ ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4 }];
  await ec2.authorizeSecurityGroupIngress({ groupId, permissions });
  const { dnsEntries } = await ec2.createVpcEndpoint({
    vpcId,
    serviceName: `com.amazonaws.${region.name}.dynamodb`,
    vpcEndpointType: "Interface",
    subnetIds: [subnetId],
    securityGroupIds: [groupId],
    tags: { Name: "portal-dynamodb" },
  });
  const [own] = dnsEntries;
  if (own === undefined) throw new Error("an interface endpoint has a name");
  return own;
}
