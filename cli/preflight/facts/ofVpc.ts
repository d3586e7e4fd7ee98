import type { FactName, Facts, FactValues, SeenFlows } from "./facts";
import { isTold, type Told } from "./told";

/** What of a Region's facts concerns one VPC. What belongs to the Region stays whole: its quotas count all VPCs. */
export function factsOfVpc(facts: Facts, vpcId: string): Facts {
  const isHere = ({ VpcId }: { readonly VpcId?: string }): boolean => VpcId === vpcId;
  const isAssociatedHere = ({ VPCId }: { readonly VPCId?: string }): boolean => VPCId === vpcId;
  const own: { readonly [N in FactName]?: (value: FactValues[N]) => FactValues[N] } = {
    vpcs: (all) => all.filter(isHere),
    vpcAttributes: (all) => all.filter(isHere),
    subnets: (all) => all.filter(isHere),
    routeTables: (all) => all.filter(isHere),
    networkInterfaces: (all) => all.filter(isHere),
    natGateways: (all) => all.filter(isHere),
    transitGatewayVpcAttachments: (all) => all.filter(isHere),
    vpcPeeringConnections: (all) =>
      all.filter(({ AccepterVpcInfo: accepter, RequesterVpcInfo: requester }) =>
        [accepter?.VpcId, requester?.VpcId].includes(vpcId),
      ),
    networkAcls: (all) => all.filter(isHere),
    securityGroupRules: (all) => all.filter(isRuleIn(facts, vpcId)),
    instances: (all) => all.filter(isHere),
    flowLogs: (all) => all.filter(isLogOf(facts, vpcId)),
    hostedZones: (all) => all.filter(isHere),
    resolverRuleAssociations: (all) => all.filter(isAssociatedHere),
    firewallRuleGroupAssociations: (all) => all.filter(isAssociatedHere),
    functions: (all) => all.filter(({ VpcConfig: vpc }) => vpc?.VpcId === vpcId),
    dryRuns: (all) => all.filter(isHere),
    profileAssociations: (all) => all.filter(({ ResourceId }) => ResourceId === vpcId),
    profileResources: (all) => all.filter(isInProfileOf(facts, vpcId)),
    flows: (all) => flowsIn(facts, vpcId, all),
  };
  return Object.fromEntries(
    (Object.keys(facts) as FactName[]).map((name) => {
      const told: Told<unknown> = facts[name];
      const split = own[name] as ((value: unknown) => unknown) | undefined;
      return [name, isTold(told) && split !== undefined ? { value: split(told.value) } : told];
    }),
  ) as unknown as Facts;
}

function flowsIn(facts: Facts, vpcId: string, { logs, ...rest }: FactValues["flows"]): FactValues["flows"] {
  const isHere = isLogOf(facts, vpcId);
  const isInterface = ({ networkInterfaceId: ResourceId }: SeenFlows): boolean => isHere({ ResourceId });
  return {
    ...rest,
    logs: logs.filter(({ resourceId: ResourceId }) => isHere({ ResourceId })),
    interfaces: rest.interfaces.filter(isInterface),
  };
}

/** Of the profiles that this VPC has. */
function isInProfileOf(
  { profileAssociations }: Facts,
  vpcId: string,
): (resource: { readonly ProfileId?: string }) => boolean {
  if (!isTold(profileAssociations)) return () => true;
  const here = profileAssociations.value.filter(({ ResourceId }) => ResourceId === vpcId);
  const ids = new Set(here.map(({ ProfileId }) => ProfileId));
  return ({ ProfileId }) => ids.has(ProfileId);
}

/** Of the groups that interfaces of this VPC have. */
function isRuleIn({ networkInterfaces }: Facts, vpcId: string): (rule: { readonly GroupId?: string }) => boolean {
  if (!isTold(networkInterfaces)) return () => true;
  const groups = new Set(
    networkInterfaces.value
      .filter(({ VpcId }) => VpcId === vpcId)
      .flatMap(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId)),
  );
  return ({ GroupId }) => groups.has(GroupId);
}

/** Of the VPC, a subnet or an interface of it; of any where these are not known. */
export function isLogOf(
  { subnets, networkInterfaces }: Facts,
  vpcId: string,
): (log: { readonly ResourceId?: string }) => boolean {
  if (!isTold(subnets) || !isTold(networkInterfaces)) return () => true;
  const isHere = ({ VpcId }: { readonly VpcId?: string }): boolean => VpcId === vpcId;
  const ids = new Set([
    vpcId,
    ...subnets.value.filter(isHere).map(({ SubnetId }) => SubnetId),
    ...networkInterfaces.value.filter(isHere).map(({ NetworkInterfaceId }) => NetworkInterfaceId),
  ]);
  return ({ ResourceId }) => ids.has(ResourceId);
}
