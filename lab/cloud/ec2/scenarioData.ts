import type { FrontDoor, Served } from "../frontDoor";
import { ACCOUNT_ID, partitionOf, regionalArn } from "../identifiers";
import { blackhole } from "./blackholes";
import { NAT_GATEWAY, type NatGateway, VPN_GATEWAY } from "./kinds/gateway";
import type { NetworkInterface } from "./kinds/networkInterface";
import { type Route, ROUTE_TABLE } from "./kinds/routeTable";
import { SUBNET } from "./kinds/subnet";
import { TRANSIT_GATEWAY, type TransitGatewayAttachment } from "./kinds/transitGateway";
import { VPC_ENDPOINT, type VpcEndpoint } from "./kinds/vpcEndpoint";
import { propagate } from "./vpnGateways";
import { VPC } from "./kinds/vpc";
import { type Ec2Network, ec2Operations, existing } from "./network";
import { AMAZON_AWS, placeInterface, removeInterface } from "./networkInterfaces";

/** The services whose interfaces lie in VPCs, by what preflight tells them apart. */
export type ServiceOfInterface =
  | "ecsTask"
  | "eksBranch"
  | "eksTrunk"
  | "eksPod"
  | "eksControlPlane"
  | "rds"
  | "elastiCache"
  | "openSearch"
  | "redshift"
  | "efs"
  | "applicationLoadBalancer"
  | "networkLoadBalancer"
  | "gatewayLoadBalancer"
  | "glue"
  | "sageMaker"
  | "dms"
  | "dax"
  | "apiGateway"
  | "quickSight";

export interface PlacedInterface {
  readonly service: ServiceOfInterface;
  readonly subnetId: string;
  /** What it belongs to, where its description says so: a load balancer, a file system, a cluster, a role. */
  readonly name?: string;
  readonly groupIds?: readonly string[];
  /** An instance that it is attached to, as those of pods are. */
  readonly instanceId?: string;
  /** Another account, which has put it into a shared subnet. Default: the lab's. */
  readonly ownerId?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

type Look = Pick<NetworkInterface, "description" | "requesterManaged"> &
  Partial<Pick<NetworkInterface, "interfaceType" | "requesterId" | "sourceDestCheck">> & {
    /** Who has the attachment. Default: AWS's alias for its services. */
    readonly attachedTo?: string;
  };

/** How each service's interfaces look: descriptions by AWS's documents, and by those who list them in the open. */
const LOOKS: Readonly<Record<ServiceOfInterface, (name: string, network: Ec2Network) => Look>> = {
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
  ecsTask: (_name, network) => ({
    description: regionalArn(network.region, "ecs", `attachment/${newUuid(network)}`),
    requesterManaged: true,
    requesterId: "578734482556",
    attachedTo: "578734482556",
  }),
  // https://github.com/aws/amazon-vpc-resource-controller-k8s
  eksBranch: () => ({ description: "aws-k8s-branch-eni", requesterManaged: false, interfaceType: "branch" }),
  eksTrunk: () => ({ description: "aws-k8s-trunk-eni", requesterManaged: false, interfaceType: "trunk" }),
  // https://github.com/aws/amazon-vpc-cni-k8s
  eksPod: (name) => ({ description: `aws-K8S-${name}`, requesterManaged: false }),
  eksControlPlane: (name) => ({ description: `Amazon EKS ${name}`, requesterManaged: false }),
  rds: () => ({ description: "RDSNetworkInterface", requesterManaged: true, requesterId: "amazon-rds" }),
  elastiCache: (name) => ({
    description: `ElastiCache ${name}`,
    requesterManaged: true,
    requesterId: "amazon-elasticache",
  }),
  openSearch: (name) => ({ description: `ES ${name}`, requesterManaged: true, requesterId: "amazon-elasticsearch" }),
  redshift: () => ({ description: "RedshiftNetworkInterface", requesterManaged: true, requesterId: "amazon-redshift" }),
  efs: (name) => ({
    description: `EFS mount target for ${name} (${name.replace("fs-", "fsmt-")})`,
    requesterManaged: true,
    requesterId: "279950416066",
    attachedTo: "279950416066",
  }),
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
  applicationLoadBalancer: (name, { newDigits }) => ({
    description: `ELB app/${name}/${newDigits("elb", 16)}`,
    requesterManaged: true,
    requesterId: "amazon-elb",
    attachedTo: "amazon-elb",
  }),
  networkLoadBalancer: (name, { newDigits }) => ({
    description: `ELB net/${name}/${newDigits("elb", 16)}`,
    requesterManaged: true,
    requesterId: "amazon-elb",
    interfaceType: "network_load_balancer",
    sourceDestCheck: false,
  }),
  gatewayLoadBalancer: (name, { newDigits }) => ({
    description: `ELB gwy/${name}/${newDigits("elb", 16)}`,
    requesterManaged: true,
    requesterId: "amazon-elb",
    interfaceType: "gateway_load_balancer",
    sourceDestCheck: false,
  }),
  // https://docs.aws.amazon.com/glue/latest/dg/start-connecting.html
  glue: (name, { region }) => ({
    description: `Attached to Glue using role: arn:${partitionOf(region)}:iam::${ACCOUNT_ID}:role/${name}`,
    requesterManaged: false,
  }),
  sageMaker: (name) => ({ description: `[DO NOT DELETE] ENI managed by SageMaker ${name}`, requesterManaged: true }),
  dms: () => ({ description: "DMSNetworkInterface", requesterManaged: true, requesterId: "amazon-dms" }),
  dax: (name) => ({ description: `DAX ${name}`, requesterManaged: true, requesterId: "amazon-dax" }),
  apiGateway: (name) => ({
    description: `API Gateway VPC Link ${name}`,
    requesterManaged: true,
    interfaceType: "api_gateway_managed",
  }),
  quickSight: (name) => ({
    description: `QuickSight ${name}`,
    requesterManaged: true,
    interfaceType: "quicksight",
  }),
};

function newUuid({ newDigits }: Ec2Network): string {
  return newDigits("uuid", 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** What other services and other accounts have put into a VPC. */
const placed = ec2Operations((network) => ({
  placeInterface: ({ service, name = service, tags = {}, instanceId, ...placement }: PlacedInterface) => {
    const { attachedTo = AMAZON_AWS, ...look } = LOOKS[service](name, network);
    const attachment =
      instanceId === undefined ? { instanceOwnerId: attachedTo } : { instanceId, instanceOwnerId: ACCOUNT_ID };
    const placed = placeInterface(network, { ...placement, ...look, attachment });
    network.tags.put(placed.networkInterfaceId, tags);
    return placed;
  },

  /** A subnet lies on an Outpost. */
  placeOnOutpost: ({ subnetId, outpostArn }: { readonly subnetId: string; readonly outpostArn: string }): void => {
    network.subnets.put(subnetId, { ...existing(network.subnets, SUBNET, subnetId), outpostArn });
  },

  /** A VPC with all that is in it is another account's, which shares its subnets with the lab's. */
  shareVpc: ({ vpcId, ownerId }: { readonly vpcId: string; readonly ownerId: string }): void => {
    network.vpcs.put(vpcId, { ...existing(network.vpcs, VPC, vpcId), ownerId });
    for (const subnet of network.subnets.all()) {
      if (subnet.vpcId === vpcId) network.subnets.put(subnet.subnetId, { ...subnet, ownerId });
    }
    for (const table of network.routeTables.all()) {
      if (table.vpcId === vpcId) network.routeTables.put(table.routeTableId, { ...table, ownerId });
    }
  },
}));

/** What comes from other networks. */
const learned = ec2Operations((network) => ({
  /** The ranges that a virtual private gateway knows of its other side: tables to which it propagates get routes. */
  propagateRoutes: ({
    vpnGatewayId,
    cidrBlocks,
  }: {
    readonly vpnGatewayId: string;
    readonly cidrBlocks: readonly string[];
  }): void => {
    const gateway = { ...existing(network.vpnGateways, VPN_GATEWAY, vpnGatewayId), propagates: cidrBlocks };
    network.vpnGateways.put(vpnGatewayId, gateway);
    propagate(network, gateway);
  },

  /** A route that VPC Route Server has put into a table. */
  advertiseRoute: ({
    routeTableId,
    ...route
  }: {
    readonly routeTableId: string;
    readonly destinationCidrBlock: string;
    readonly networkInterfaceId: string;
  }): void => {
    const table = existing(network.routeTables, ROUTE_TABLE, routeTableId);
    const advertised: Route = { ...route, origin: "Advertisement", state: "active" };
    network.routeTables.put(routeTableId, { ...table, routes: [...table.routes, advertised] });
  },

  /** What is attached to a transit gateway beside VPCs. */
  attachToTransitGateway: ({
    transitGatewayId,
    ...attached
  }: Pick<
    TransitGatewayAttachment,
    "transitGatewayId" | "resourceType" | "resourceId" | "resourceOwnerId"
  >): string => {
    existing(network.transitGateways, TRANSIT_GATEWAY, transitGatewayId);
    const transitGatewayAttachmentId = network.newId("tgw-attach");
    network.transitGatewayAttachments.put(transitGatewayAttachmentId, {
      transitGatewayAttachmentId,
      transitGatewayId,
      ...attached,
      state: "available",
      creationTime: new Date().toISOString(),
      subnetIds: [],
      networkInterfaceIds: [],
    });
    network.tags.put(transitGatewayAttachmentId, {});
    return transitGatewayAttachmentId;
  },
}));

/** What gateways and endpoints come to that nobody asks for. */
const happened = ec2Operations((network) => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html has the codes. */
  failNatGateway: ({
    natGatewayId,
    ...failure
  }: Pick<NatGateway, "natGatewayId"> & { readonly failureCode: string; readonly failureMessage: string }): void => {
    const gateway = existing(network.natGateways, NAT_GATEWAY, natGatewayId);
    if (gateway.networkInterfaceId !== undefined) removeInterface(network, gateway.networkInterfaceId);
    network.natGateways.put(natGatewayId, { ...gateway, ...failure, state: "failed" });
    blackhole(network, "natGatewayId", natGatewayId);
  },

  /** A proxy of AWS Network Firewall's at a NAT gateway. */
  attachAppliance: ({
    natGatewayId,
    ...appliance
  }: {
    readonly natGatewayId: string;
    readonly applianceArn: string;
    readonly vpcEndpointId?: string;
  }): void => {
    const gateway = existing(network.natGateways, NAT_GATEWAY, natGatewayId);
    const states = { attachmentState: "attached", modificationState: "completed" } as const;
    const attachedAppliances = [{ type: "network-firewall-proxy" as const, ...appliance, ...states }];
    network.natGateways.put(natGatewayId, { ...gateway, attachedAppliances });
  },

  /** What an endpoint comes to that nobody asks for: it fails, waits for somebody, or is a service's own. */
  setEndpointState: ({
    vpcEndpointId,
    ...changed
  }: Pick<VpcEndpoint, "vpcEndpointId"> &
    Partial<Pick<VpcEndpoint, "state" | "lastError" | "requesterManaged">>): void => {
    network.endpoints.put(vpcEndpointId, { ...existing(network.endpoints, VPC_ENDPOINT, vpcEndpointId), ...changed });
  },
}));

/**
 * What is in a VPC that no call of EC2's makes: what AWS's other services and other accounts put there, and what comes
 * over a virtual gateway. It is in the record of calls, as the service `scenario`.
 */
function operations(network: Ec2Network) {
  return { ...placed(network), ...learned(network), ...happened(network) };
}

export type ScenarioData = Served<ReturnType<typeof operations>>;

export function scenarioData(door: FrontDoor, network: Ec2Network): ScenarioData {
  return door.serve(network.region, "scenario", operations(network));
}
