import type { Cloud, Region } from "../cloud/cloud";
import { ACCOUNT_ID } from "../cloud/identifiers";
import { policyOf, site, table } from "./site";

const ALLOW = { Effect: "Allow", Action: "dynamodb:*", Resource: "*" } as const;

/**
 * Who may use DynamoDB depends on the way: by the NAT gateway's address some roles and tables are open today and closed
 * after the switch, by the VPC others are closed today and open then.
 */
export async function conditions(region: Region, cloud: Cloud): Promise<void> {
  const clinic = await site(region, "clinic", "10.90.0.0/16");
  const internetGatewayId = await clinic.internetGateway("internet");
  const edge = await clinic.subnet("public-a", "10.90.0.0/24", "a");
  await clinic.routeTable("public", [edge], { gatewayId: internetGatewayId });
  const { natGatewayId, publicIp } = await clinic.natGateway("nat-a", edge);
  const subnetIds: string[] = [];
  for (const [i, zone] of (["a", "b"] as const).entries()) {
    const subnetId = await clinic.subnet(`private-${zone}`, `10.90.${i + 1}.0/24`, zone);
    await clinic.routeTable(`private-${zone}`, [subnetId], { natGatewayId });
    subnetIds.push(subnetId);
  }
  const byAddress = { IpAddress: { "aws:SourceIp": publicIp } };
  const notByAddress = { NotIpAddress: { "aws:SourceIp": publicIp } };
  const byVpc = { StringEquals: { "aws:SourceVpc": clinic.vpcId } };
  await clinic.lambda("plain", subnetIds);
  await clinic.lambda("by-address", subnetIds, policyOf({ ...ALLOW, Condition: byAddress }));
  await clinic.lambda("by-vpc", subnetIds, policyOf({ ...ALLOW, Condition: byVpc }));
  await clinic.lambda("bounded", subnetIds);
  const boundary = await region.iam.createPolicy({
    policyName: "from-known-addresses",
    policyDocument: policyOf(ALLOW, { ...ALLOW, Effect: "Deny", Condition: notByAddress }),
  });
  await region.iam.putRolePermissionsBoundary({ roleName: "clinic-bounded", permissionsBoundary: boundary.arn });
  await pods(region, subnetIds, policyOf({ ...ALLOW, Condition: byAddress }));
  await table(region, "patients", await key(region, "UseFromKnownAddresses", byAddress));
  const deny = (arn: string, Condition: object): string =>
    policyOf({ Effect: "Deny", Principal: "*", Action: "dynamodb:*", Resource: arn, Condition });
  const audit = await table(region, "audit");
  await region.dynamodb.putResourcePolicy({ resourceArn: audit, policy: deny(audit, notByAddress) });
  const viaAnother = { ...byAddress, StringEquals: { "kms:ViaService": `s3.${region.name}.amazonaws.com` } };
  const vault = await table(region, "vault", await key(region, "ReportsFromKnownAddresses", viaAnother));
  const notByVpc = { StringNotEquals: { "aws:SourceVpc": clinic.vpcId } };
  await region.dynamodb.putResourcePolicy({ resourceArn: vault, policy: deny(vault, notByVpc) });
  await table(region, "exports");
  await perimeter(cloud, { publicIp, vpcId: clinic.vpcId });
}

/** A key of KMS that its account may use by its own policies, and everybody in it under this condition. */
async function key({ kms }: Region, Sid: string, Condition: object): Promise<string> {
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` };
  const use = { Sid, Effect: "Allow", Principal, Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" };
  const own = { Sid: "EnableIAMPolicies", Effect: "Allow", Principal, Action: "kms:*", Resource: "*" };
  return (await kms.createKey({ policy: policyOf(own, { ...use, Condition }) })).arn;
}

/** A cluster of EKS, one of whose service accounts may take a role with these permissions. */
async function pods({ iam, name, scenarioData }: Region, subnets: readonly string[], policy: string): Promise<void> {
  const issuer = `oidc.eks.${name}.amazonaws.com/id/0A1B2C3D4E5F60718293A4B5C6D7E8F9`;
  const arn = (service: string, what: string): string => `arn:aws:${service}:${ACCOUNT_ID}:${what}`;
  const trust = {
    Effect: "Allow",
    Principal: { Federated: arn("iam:", `oidc-provider/${issuer}`) },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: "system:serviceaccount:ward:beds" },
    },
  };
  const roleName = "clinic-pods";
  await iam.createRole({ roleName, assumeRolePolicyDocument: policyOf(trust) });
  await iam.putRolePolicy({ roleName, policyName: "tables", policyDocument: policy });
  const clusterName = "clinic";
  await scenarioData.addScenarioData({
    eksClusters: [
      {
        name: clusterName,
        arn: arn(`eks:${name}`, `cluster/${clusterName}`),
        identity: { oidc: { issuer: `https://${issuer}` } },
        resourcesVpcConfig: { subnetIds: [...subnets] },
      },
    ],
  });
  await scenarioData.placeInterface({ service: "eksPod", subnetId: subnets[0] ?? "" });
}

/**
 * In the form of https://github.com/aws-samples/data-perimeter-policy-examples: whoever is not at a known address or in
 * a known VPC is denied. The policy of resources knows no VPC, for one table.
 */
async function perimeter(
  { organizations }: Cloud,
  { publicIp, vpcId }: { readonly publicIp: string; readonly vpcId: string },
): Promise<void> {
  await organizations.join({ as: "delegatedAdministrator" });
  const { management } = organizations;
  const [root] = await management.listRoots();
  const rootId = root?.rootId ?? "";
  for (const policyType of ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] as const)
    await management.enablePolicyType({ rootId, policyType });
  const { id: parentId } = await management.createOrganizationalUnit({ parentId: rootId, name: "Workloads" });
  await management.moveAccount({ accountId: ACCOUNT_ID, sourceParentId: rootId, destinationParentId: parentId });
  const elsewhere = {
    NotIpAddressIfExists: { "aws:SourceIp": [publicIp] },
    BoolIfExists: { "aws:ViaAWSService": "false" },
    StringNotEqualsIfExists: { "aws:PrincipalTag/network-perimeter-exception": "true" },
  };
  const known = { ...elsewhere.StringNotEqualsIfExists, "aws:SourceVpc": vpcId };
  const attach = async (name: string, type: "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY", content: string) => {
    const { id: policyId } = await management.createPolicy({ name, type, description: name, content });
    await management.attachPolicy({ policyId, targetId: parentId });
  };
  await attach(
    "network-perimeter",
    "SERVICE_CONTROL_POLICY",
    policyOf({
      Sid: "EnforceNetworkPerimeter",
      Effect: "Deny",
      Action: "dynamodb:*",
      Resource: "*",
      Condition: { ...elsewhere, StringNotEqualsIfExists: known },
    }),
  );
  await attach(
    "exports-perimeter",
    "RESOURCE_CONTROL_POLICY",
    policyOf({
      Sid: "ExportsFromKnownAddressesOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "dynamodb:*",
      Resource: `arn:aws:dynamodb:*:${ACCOUNT_ID}:table/exports`,
      Condition: elsewhere,
    }),
  );
}
