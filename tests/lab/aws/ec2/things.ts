import type { EC2, Filter, NetworkInterface, Route, RouteTable } from "@aws-sdk/client-ec2";
import { present, type Wire } from "../wire";

/** Tests of operations, by the names of these. */
export type OperationTests = Readonly<Record<string, () => Promise<void>>>;

/** What the tests of EC2's operations have in common: a VPC, and more things by one call each. */
export interface Things {
  readonly on: Wire;
  readonly ec2: EC2;
  /** Of the VPC in which all things are made that are asked for without one. */
  readonly vpcId: string;
  readonly createVpc: () => Promise<string>;
  /** A range of the VPC's that no subnet has. */
  readonly nextRange: () => string;
  readonly createSubnet: (inVpc?: string) => Promise<string>;
  readonly createTable: (inVpc?: string) => Promise<string>;
  readonly createGroup: () => Promise<string>;
  readonly createGateway: (attachedTo?: string) => Promise<string>;
  readonly createNat: () => Promise<string>;
  readonly tableOf: (id: string) => Promise<RouteTable>;
  /** Without the local one. */
  readonly routesOf: (id: string) => Promise<Route[]>;
  readonly interfaceOf: (id: string) => Promise<NetworkInterface>;
  readonly interfacesIn: (subnetId: string) => Promise<NetworkInterface[]>;
}

export function by(name: string, ...values: (string | undefined)[]): { Filters: Filter[] } {
  return { Filters: [{ Name: name, Values: values.map(present) }] };
}

export function ec2Things(on: Wire): Things {
  const made: { vpcId?: string } = {};
  let nextSubnet = 0;
  let groups = 0;
  const createVpc = async (): Promise<string> =>
    present((await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId);
  before(async () => void (made.vpcId = await createVpc()));
  const things: Things = {
    on,
    get ec2() {
      return on.ec2;
    },
    get vpcId() {
      return present(made.vpcId);
    },
    createVpc,
    nextRange: () => `10.0.${nextSubnet++}.0/24`,
    createSubnet: async (VpcId = made.vpcId) => {
      const CidrBlock = things.nextRange();
      return present((await on.ec2.createSubnet({ VpcId, CidrBlock })).Subnet?.SubnetId);
    },
    createTable: async (VpcId = made.vpcId) =>
      present((await on.ec2.createRouteTable({ VpcId })).RouteTable?.RouteTableId),
    createGroup: async () => {
      const request = { GroupName: `a-group-${groups++}`, Description: "of a test", VpcId: made.vpcId };
      return present((await on.ec2.createSecurityGroup(request)).GroupId);
    },
    createGateway: async (VpcId) => {
      const id = present((await on.ec2.createInternetGateway({})).InternetGateway?.InternetGatewayId);
      if (VpcId !== undefined) await on.ec2.attachInternetGateway({ InternetGatewayId: id, VpcId });
      return id;
    },
    createNat: async () => {
      const { AllocationId } = await on.ec2.allocateAddress({ Domain: "vpc" });
      const request = { SubnetId: await things.createSubnet(), AllocationId };
      return present((await on.ec2.createNatGateway(request)).NatGateway?.NatGatewayId);
    },
    tableOf: async (id) => present((await on.ec2.describeRouteTables({ RouteTableIds: [id] })).RouteTables?.[0]),
    routesOf: async (id) => ((await things.tableOf(id)).Routes ?? []).slice(1),
    interfaceOf: async (id) =>
      present((await on.ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [id] })).NetworkInterfaces?.[0]),
    interfacesIn: async (id) => (await on.ec2.describeNetworkInterfaces(by("subnet-id", id))).NetworkInterfaces ?? [],
  };
  return things;
}
