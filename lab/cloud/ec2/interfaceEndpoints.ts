import { ApiError } from "../apiError";
import { dnsSuffixOf } from "../identifiers";
import { acceptedPolicy, FULL_ACCESS } from "./endpointPolicies";
import { endpointServicesOf, type ServiceDetail } from "./kinds/endpointService";
import { SUBNET } from "./kinds/subnet";
import { VPC } from "./kinds/vpc";
import type { VpcEndpoint } from "./kinds/vpcEndpoint";
import { type Ec2Network, existing } from "./network";
import { AMAZON_AWS, groupsIn, placeInterface, removeInterface } from "./networkInterfaces";
import type { CreateVpcEndpointRequest, ModifyVpcEndpointRequest } from "./endpointRequests";

/** An endpoint with interfaces in subnets: of type Interface or GatewayLoadBalancer. */
export function createInterfaceEndpoint(network: Ec2Network, request: CreateVpcEndpointRequest): VpcEndpoint {
  const { vpcId, serviceName, subnetIds = [], routeTableIds = [], tags = {} } = request;
  existing(network.vpcs, VPC, vpcId);
  const type = requireType(request.vpcEndpointType);
  if (routeTableIds.length > 0) {
    throw new ApiError("InvalidParameter", `Route table IDs are not supported for endpoints of type ${type}.`);
  }
  const service = serviceOf(network.region, serviceName, type);
  requireSubnets(network, { vpcId, type, subnetIds });
  const isBalancer = type === "GatewayLoadBalancer";
  const groupIds = isBalancer ? [] : groupsIn(network, vpcId, request.securityGroupIds);
  const privateDnsEnabled = privateDns(network, request, service);
  const vpcEndpointId = network.newId("vpce");
  const endpoint: VpcEndpoint = {
    vpcEndpointId,
    vpcEndpointType: type,
    vpcId,
    serviceName,
    state: "available",
    policyDocument: request.policyDocument === undefined ? FULL_ACCESS : acceptedPolicy(request.policyDocument),
    routeTableIds: [],
    ipAddressType: acceptedIpAddressType(request.ipAddressType ?? "ipv4"),
    requesterManaged: false,
    creationTimestamp: new Date().toISOString(),
    subnetIds,
    groupIds,
    networkInterfaceIds: [],
    privateDnsEnabled,
    dnsEntries: [],
  };
  network.tags.put(vpcEndpointId, tags);
  return placed(network, endpoint, service);
}

export function modifyInterfaceEndpoint(
  network: Ec2Network,
  endpoint: VpcEndpoint,
  request: ModifyVpcEndpointRequest,
): void {
  const { addRouteTableIds = [], addSubnetIds = [], removeSubnetIds = [] } = request;
  if (addRouteTableIds.length > 0) {
    throw new ApiError("InvalidParameter", "Route table IDs are supported for endpoints of type Gateway only.");
  }
  const { addSecurityGroupIds = [], removeSecurityGroupIds = [] } = request;
  const { vpcId, vpcEndpointType: type, privateDnsEnabled } = endpoint;
  const subnetIds = changed(endpoint.subnetIds, addSubnetIds, removeSubnetIds);
  requireSubnets(network, { vpcId, type, subnetIds });
  const service = serviceOf(network.region, endpoint.serviceName, type);
  const policyDocument = request.policyDocument && acceptedPolicy(request.policyDocument);
  placed(
    network,
    {
      ...endpoint,
      subnetIds,
      groupIds: groupsIn(network, vpcId, changed(endpoint.groupIds, addSecurityGroupIds, removeSecurityGroupIds)),
      policyDocument: request.resetPolicy ? FULL_ACCESS : (policyDocument ?? endpoint.policyDocument),
      privateDnsEnabled: privateDns(network, { vpcId, privateDnsEnabled, ...request }, service),
    },
    service,
  );
}

function changed(known: readonly string[], added: readonly string[], removed: readonly string[]): readonly string[] {
  return [...new Set([...known, ...added])].filter((id) => !removed.includes(id));
}

function requireType(type: string | undefined): "Interface" | "GatewayLoadBalancer" {
  if (type === "Interface" || type === "GatewayLoadBalancer") return type;
  throw new ApiError("InvalidParameter", `The lab has no endpoint of type ${String(type)}.`);
}

/** AWS's, or one that somebody offers: what that is, nobody but its owner knows. */
function serviceOf(region: string, serviceName: string, type: VpcEndpoint["vpcEndpointType"]): ServiceDetail {
  const service = endpointServicesOf(region).find(
    (known) => known.serviceName === serviceName && known.serviceType === type,
  );
  if (service !== undefined) return service;
  if (!serviceName.startsWith(`com.amazonaws.vpce.${region}.vpce-svc-`)) {
    throw new ApiError("InvalidServiceName", `The Vpc Endpoint Service '${serviceName}' does not exist`);
  }
  return {
    serviceName,
    serviceId: serviceName.split(".").at(-1) ?? "",
    serviceType: type,
    baseEndpointDnsNames: [`${serviceName.split(".").slice(3).join(".")}.vpce.${dnsSuffixOf(region)}`],
    availabilityZones: [],
    supportedIpAddressTypes: ["ipv4"],
    owner: "111122223333",
    acceptanceRequired: false,
  };
}

function requireSubnets(
  network: Ec2Network,
  { vpcId, type, subnetIds }: { vpcId: string; type: VpcEndpoint["vpcEndpointType"]; subnetIds: readonly string[] },
): void {
  const subnets = subnetIds.map((id) => existing(network.subnets, SUBNET, id));
  const elsewhere = subnets.find((subnet) => subnet.vpcId !== vpcId);
  if (elsewhere !== undefined) {
    throw new ApiError("InvalidParameter", `The subnet ID '${elsewhere.subnetId}' does not belong to VPC ${vpcId}`);
  }
  if (type === "GatewayLoadBalancer" && subnets.length !== 1) {
    throw new ApiError("InvalidParameter", "A GatewayLoadBalancer endpoint has exactly one subnet.");
  }
  if (new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size < subnets.length) {
    const text = "Found another VPC endpoint subnet in the availability zone";
    throw new ApiError("DuplicateSubnetsInSameZone", `${text} of ${String(subnets[0]?.availabilityZone)}`);
  }
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html: the VPC needs both attributes. */
function privateDns(
  network: Ec2Network,
  { vpcId, privateDnsEnabled }: { readonly vpcId?: string; readonly privateDnsEnabled?: boolean },
  { serviceName, privateDnsName }: ServiceDetail,
): boolean {
  if (privateDnsEnabled !== true) return false;
  if (privateDnsName === undefined) {
    throw new ApiError(
      "InvalidParameter",
      `Private DNS can't be enabled because the service ${serviceName} does not provide a private DNS name.`,
    );
  }
  const { enableDnsSupport, enableDnsHostnames } = network.vpcs.get(vpcId ?? "") ?? {};
  if (enableDnsSupport && enableDnsHostnames) return true;
  throw new ApiError(
    "InvalidParameter",
    "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for " +
      String(vpcId),
  );
}

/** The endpoint with an interface in each of its subnets, and its names. */
function placed(network: Ec2Network, endpoint: VpcEndpoint, service: ServiceDetail): VpcEndpoint {
  const known = endpoint.networkInterfaceIds.flatMap((id) => network.networkInterfaces.get(id) ?? []);
  for (const { networkInterfaceId, subnetId } of known) {
    if (!endpoint.subnetIds.includes(subnetId)) removeInterface(network, networkInterfaceId);
    else {
      const each = network.networkInterfaces.get(networkInterfaceId);
      if (each) network.networkInterfaces.put(networkInterfaceId, { ...each, groupIds: endpoint.groupIds });
    }
  }
  const interfaces = endpoint.subnetIds.map(
    (subnetId) => known.find((each) => each.subnetId === subnetId) ?? interfaceIn(network, endpoint, subnetId),
  );
  const [base = ""] = service.baseEndpointDnsNames;
  const zones = interfaces.map(({ availabilityZone }) => `-${availabilityZone}`);
  const own = `${endpoint.vpcEndpointId}-${endpoint.vpcEndpointId.slice(-8)}`;
  const names = endpoint.vpcEndpointType === "Interface" ? ["", ...zones].map((zone) => `${own}${zone}.${base}`) : [];
  const privateNames = endpoint.privateDnsEnabled ? [service.privateDnsName ?? ""] : [];
  const whole: VpcEndpoint = {
    ...endpoint,
    networkInterfaceIds: interfaces.map(({ networkInterfaceId }) => networkInterfaceId),
    dnsEntries: [...names, ...privateNames].map((dnsName, i) => ({
      dnsName,
      hostedZoneId: i < names.length ? "Z7HUB22UULQXV" : `Z0${endpoint.vpcEndpointId.slice(-12).toUpperCase()}`,
    })),
  };
  network.endpoints.put(endpoint.vpcEndpointId, whole);
  return whole;
}

function interfaceIn(network: Ec2Network, endpoint: VpcEndpoint, subnetId: string) {
  const isBalancer = endpoint.vpcEndpointType === "GatewayLoadBalancer";
  return placeInterface(network, {
    subnetId,
    groupIds: endpoint.groupIds,
    description: `VPC Endpoint Interface ${endpoint.vpcEndpointId}`,
    interfaceType: isBalancer ? "gateway_load_balancer_endpoint" : "vpc_endpoint",
    requesterManaged: true,
    requesterId: AMAZON_AWS,
    sourceDestCheck: !isBalancer,
    attachment: { instanceOwnerId: AMAZON_AWS },
  });
}

export function acceptedIpAddressType(ipAddressType: string): string {
  if (["ipv4", "ipv6", "dualstack"].includes(ipAddressType)) return ipAddressType;
  throw new ApiError("InvalidParameter", `The IP address type '${ipAddressType}' is invalid.`);
}
