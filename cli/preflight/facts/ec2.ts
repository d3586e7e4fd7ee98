// A bundle of its own, loaded when EC2 is asked.
import {
  CreateVpcEndpointCommand,
  DescribeAvailabilityZonesCommand,
  DescribeDhcpOptionsCommand,
  DescribeFlowLogsCommand,
  DescribeInstancesCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetManagedPrefixListEntriesCommand,
  ModifyVpcEndpointCommand,
  type Filter,
  type NetworkInterface,
  type RouteTable,
  type SecurityGroupRule,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { chunks, distinct } from "./chunks";
import type { DryRunFact, Facts, FactName, FactValues, PrefixListFact, VpcAttributes } from "./facts";
import { answerTo, withFirewalls } from "./firewalls";
import {
  allOf,
  isNotTold,
  readWanted,
  requireTold,
  told,
  type Calls,
  type ClientSettings,
  type Reading,
} from "./reading";
import type { Told } from "./told";

/** As many as a page may have. */
const PAGE = 1000;
/** As many values as a filter may have. */
const MOST_FILTERED = 200;

/** The VPCs of a Region, or one of them: the rest is read of these. */
export async function readVpcs(
  settings: ClientSettings,
  calls: Calls,
  vpcId?: string,
): Promise<Told<FactValues["vpcs"]>> {
  const client = new EC2Client(settings);
  try {
    return await told("vpcs", () =>
      calls.pages(
        "ec2:DescribeVpcs",
        async (NextToken) => {
          const command = new DescribeVpcsCommand(
            vpcId === undefined ? { MaxResults: PAGE, NextToken } : { VpcIds: [vpcId] },
          );
          const answer = answerTo(command);
          const { Vpcs = [], ...page } = await client.send(command);
          return { ...page, Vpcs: withFirewalls(Vpcs, answer()) };
        },
        { items: ({ Vpcs }) => Vpcs, next: (page) => page.NextToken },
      ),
    );
  } finally {
    client.destroy();
  }
}

export async function readEc2(reading: Reading): Promise<Partial<Facts>> {
  const client = new EC2Client(reading.settings);
  try {
    return await new Ec2Reader(client, reading).read();
  } finally {
    client.destroy();
  }
}

/** What asks for a page, and what its answer has. */
interface Page {
  readonly MaxResults: number;
  readonly NextToken: string | undefined;
}

type Paged = Pick<Partial<Page>, "NextToken">;

/** A command, by what it answers. */
interface Ec2Command<O> {
  resolveMiddleware(
    stack: never,
    configuration: never,
    options: never,
  ): (given: never) => Promise<{ readonly output: O }>;
}

class Ec2Reader {
  readonly #once = new Map<string, Promise<readonly unknown[]>>();

  constructor(
    readonly client: EC2Client,
    readonly reading: Reading,
  ) {}

  read(): Promise<Partial<Facts>> {
    const here = this.#filtered("vpc-id");
    return readWanted(this.reading.wanted, {
      vpcAttributes: () => this.#vpcAttributes(),
      subnets: () =>
        this.#all(
          "DescribeSubnets",
          (page) => new DescribeSubnetsCommand({ ...page, ...here }),
          ({ Subnets }) => Subnets,
        ),
      routeTables: () => this.#routeTables(),
      networkInterfaces: () => this.#networkInterfaces(),
      natGateways: () =>
        this.#all(
          "DescribeNatGateways",
          (page) => new DescribeNatGatewaysCommand({ ...page, Filter: here.Filters }),
          ({ NatGateways }) => NatGateways,
        ),
      vpcEndpoints: () => this.#vpcEndpoints(),
      endpointServices: () => this.#endpointServices(),
      prefixLists: () => this.#prefixLists(),
      transitGatewayVpcAttachments: () =>
        this.#all(
          "DescribeTransitGatewayVpcAttachments",
          (page) => new DescribeTransitGatewayVpcAttachmentsCommand({ ...page, ...here }),
          ({ TransitGatewayVpcAttachments }) => TransitGatewayVpcAttachments,
        ),
      // Filters are combined, and either side may be this VPC: all of the Region.
      vpcPeeringConnections: () =>
        this.#all(
          "DescribeVpcPeeringConnections",
          (page) => new DescribeVpcPeeringConnectionsCommand(page),
          ({ VpcPeeringConnections }) => VpcPeeringConnections,
        ),
      dhcpOptions: () =>
        this.#all(
          "DescribeDhcpOptions",
          (page) => new DescribeDhcpOptionsCommand(page),
          ({ DhcpOptions }) => DhcpOptions,
        ),
      networkAcls: () =>
        this.#all(
          "DescribeNetworkAcls",
          (page) => new DescribeNetworkAclsCommand({ ...page, ...here }),
          ({ NetworkAcls }) => NetworkAcls,
        ),
      securityGroupRules: () => this.#securityGroupRules(),
      ...this.#rest(here),
      dryRuns: () => this.#dryRuns(),
    });
  }

  #rest(here: { readonly Filters?: Filter[] }): Pick<Record<FactName, () => Promise<unknown>>, RestName> {
    return {
      blockPublicAccessOptions: async () =>
        (
          await this.#ask("DescribeVpcBlockPublicAccessOptions", () =>
            this.client.send(new DescribeVpcBlockPublicAccessOptionsCommand({})),
          )
        ).VpcBlockPublicAccessOptions ?? {},
      blockPublicAccessExclusions: () =>
        this.#all(
          "DescribeVpcBlockPublicAccessExclusions",
          (page) => new DescribeVpcBlockPublicAccessExclusionsCommand(page),
          ({ VpcBlockPublicAccessExclusions }) => VpcBlockPublicAccessExclusions,
        ),
      availabilityZones: async () =>
        (await this.#ask("DescribeAvailabilityZones", () => this.client.send(new DescribeAvailabilityZonesCommand({}))))
          .AvailabilityZones ?? [],
      instances: async () =>
        (
          await this.#all(
            "DescribeInstances",
            (page) => new DescribeInstancesCommand({ ...page, ...here }),
            ({ Reservations }) => Reservations,
          )
        ).flatMap(({ Instances = [] }) => Instances),
      flowLogs: () =>
        this.#all(
          "DescribeFlowLogs",
          (page) => new DescribeFlowLogsCommand(page),
          ({ FlowLogs }) => FlowLogs,
        ),
    };
  }

  async #vpcAttributes(): Promise<readonly VpcAttributes[]> {
    const attributes = ["enableDnsSupport", "enableDnsHostnames"] as const;
    return allOf(
      requireTold(this.reading.vpcIds).map(async (VpcId) => {
        const [support, hostnames] = await allOf(
          attributes.map((Attribute) =>
            this.#ask("DescribeVpcAttribute", () =>
              this.client.send(new DescribeVpcAttributeCommand({ VpcId, Attribute })),
            ),
          ),
        );
        return {
          VpcId,
          EnableDnsSupport: support?.EnableDnsSupport?.Value === true,
          EnableDnsHostnames: hostnames?.EnableDnsHostnames?.Value === true,
        };
      }),
    );
  }

  /** A page of them has a hundred at most. */
  #routeTables(): Promise<readonly RouteTable[]> {
    return this.#readOnce("routeTables", () =>
      this.#all(
        "DescribeRouteTables",
        (page) => new DescribeRouteTablesCommand({ ...page, MaxResults: 100, ...this.#filtered("vpc-id") }),
        ({ RouteTables }) => RouteTables,
      ),
    );
  }

  #networkInterfaces(): Promise<readonly NetworkInterface[]> {
    return this.#readOnce("networkInterfaces", () =>
      this.#all(
        "DescribeNetworkInterfaces",
        (page) => new DescribeNetworkInterfacesCommand({ ...page, ...this.#filtered("vpc-id") }),
        ({ NetworkInterfaces }) => NetworkInterfaces,
      ),
    );
  }

  /** Of all VPCs. */
  #vpcEndpoints(): Promise<readonly VpcEndpoint[]> {
    return this.#readOnce("vpcEndpoints", () =>
      this.#all(
        "DescribeVpcEndpoints",
        (page) => new DescribeVpcEndpointsCommand(page),
        ({ VpcEndpoints }) => VpcEndpoints,
      ),
    );
  }

  async #endpointServices(): Promise<readonly unknown[]> {
    const Filters = [{ Name: "service-type", Values: ["Gateway"] }];
    return this.#all(
      "DescribeVpcEndpointServices",
      ({ NextToken }) => new DescribeVpcEndpointServicesCommand({ NextToken, Filters }),
      ({ ServiceDetails }) => ServiceDetails,
    );
  }

  /** Rules belong to groups, which no filter finds by VPC: of one VPC, those of its interfaces. */
  #securityGroupRules(): Promise<readonly SecurityGroupRule[]> {
    return this.#readOnce("securityGroupRules", async () => {
      const { vpcId } = this.reading;
      const read = (Filters?: Filter[]): Promise<readonly SecurityGroupRule[]> =>
        this.#all(
          "DescribeSecurityGroupRules",
          (page) => new DescribeSecurityGroupRulesCommand({ ...page, Filters }),
          ({ SecurityGroupRules }) => SecurityGroupRules,
        );
      if (vpcId === undefined) return read();
      const interfaces = await this.#networkInterfaces();
      const groups = distinct(interfaces.flatMap(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId)));
      const rules = await allOf(
        chunks(groups, MOST_FILTERED).map((Values) => read([{ Name: "group-id", Values: [...Values] }])),
      );
      return rules.flat();
    });
  }

  /** AWS's lists of services, and the entries of others that routes and groups name. */
  async #prefixLists(): Promise<readonly PrefixListFact[]> {
    const own = await this.#all(
      "DescribePrefixLists",
      (page) => new DescribePrefixListsCommand(page),
      ({ PrefixLists }) => PrefixLists,
    );
    const known = own.map(({ PrefixListId = "", PrefixListName = "", Cidrs = [] }) => ({
      PrefixListId,
      PrefixListName,
      Entries: Cidrs.map((Cidr) => ({ Cidr })),
    }));
    const ids = new Set(known.map(({ PrefixListId }) => PrefixListId));
    const others = (await this.#namedPrefixLists()).filter((id) => !ids.has(id));
    if (others.length === 0) return known;
    const names = await this.#prefixListNames(others);
    return [
      ...known,
      ...(await allOf(
        others.map(async (PrefixListId) => ({
          PrefixListId,
          PrefixListName: names.get(PrefixListId) ?? "",
          Entries: await this.#all(
            "GetManagedPrefixListEntries",
            ({ NextToken }) => new GetManagedPrefixListEntriesCommand({ PrefixListId, NextToken }),
            ({ Entries }) => Entries,
          ),
        })),
      )),
    ];
  }

  /** What cannot be read names none: whoever needs routes or groups knows that they are missing. */
  async #namedPrefixLists(): Promise<readonly string[]> {
    const { wanted } = this.reading;
    const [tables, rules] = await Promise.all([
      wanted.has("routeTables") ? noneIfNotTold(this.#routeTables()) : [],
      wanted.has("securityGroupRules") ? noneIfNotTold(this.#securityGroupRules()) : [],
    ]);
    return distinct([
      ...tables.flatMap(({ Routes = [] }) => Routes.map(({ DestinationPrefixListId }) => DestinationPrefixListId)),
      ...rules.map(({ PrefixListId }) => PrefixListId),
    ]);
  }

  async #prefixListNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const lists = await allOf(
      chunks(ids, 100).map((PrefixListIds) =>
        this.#ask("DescribeManagedPrefixLists", () =>
          this.client.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [...PrefixListIds] })),
        ),
      ),
    );
    return new Map(
      lists
        .flatMap(({ PrefixLists = [] }) => PrefixLists)
        .map(({ PrefixListId = "", PrefixListName = "" }) => [PrefixListId, PrefixListName]),
    );
  }

  /** Nothing is made or changed: AWS says only whether it would be allowed. */
  async #dryRuns(): Promise<readonly DryRunFact[]> {
    const ServiceName = `com.amazonaws.${this.reading.settings.region}.dynamodb`;
    const vpcIds = requireTold(this.reading.vpcIds);
    const endpoints = (await noneIfNotTold(this.#vpcEndpoints())).filter(
      (endpoint) => endpoint.ServiceName === ServiceName && endpoint.VpcEndpointType === "Gateway",
    );
    const runs = vpcIds.map(async (VpcId): Promise<readonly DryRunFact[]> => {
      const created = this.#dryRun("CreateVpcEndpoint", () =>
        this.client.send(
          new CreateVpcEndpointCommand({ DryRun: true, VpcId, ServiceName, VpcEndpointType: "Gateway" }),
        ),
      );
      const endpoint = endpoints.find((each) => each.VpcId === VpcId);
      const modified =
        endpoint &&
        this.#dryRun("ModifyVpcEndpoint", () =>
          this.client.send(new ModifyVpcEndpointCommand({ DryRun: true, VpcEndpointId: endpoint.VpcEndpointId })),
        );
      return [
        { VpcId, action: "ec2:CreateVpcEndpoint", code: await created },
        ...(modified === undefined ? [] : [{ VpcId, action: "ec2:ModifyVpcEndpoint" as const, code: await modified }]),
      ];
    });
    return (await allOf(runs)).flat();
  }

  async #dryRun(operation: string, call: () => Promise<unknown>): Promise<string> {
    try {
      await this.#ask(operation, call);
      return "DryRunOperation";
    } catch (error) {
      if (isNotTold(error) && error.missing.reason !== "throttled") return error.code;
      throw error;
    }
  }

  /** What several facts are made of is read once. */
  #readOnce<T>(name: string, read: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const reading = (this.#once.get(name) as Promise<readonly T[]> | undefined) ?? read();
    this.#once.set(name, reading);
    return reading;
  }

  #filtered(filter: string): { readonly Filters?: Filter[] } {
    const { vpcId } = this.reading;
    return vpcId === undefined ? {} : { Filters: [{ Name: filter, Values: [vpcId] }] };
  }

  #ask<O>(operation: string, call: () => Promise<O>): Promise<O> {
    return this.reading.calls.ask(`ec2:${operation}`, call);
  }

  /** All pages of a Describe operation. */
  #all<O extends Paged, T>(
    operation: string,
    command: (page: Page) => Ec2Command<O>,
    items: (page: O) => readonly T[] | undefined,
  ): Promise<readonly T[]> {
    return this.reading.calls.pages(
      `ec2:${operation}`,
      (NextToken) =>
        this.client.send(command({ MaxResults: PAGE, NextToken }) as never) as Promise<unknown> as Promise<O>,
      { items, next: ({ NextToken }) => NextToken },
    );
  }
}

type RestName =
  "blockPublicAccessOptions" | "blockPublicAccessExclusions" | "availabilityZones" | "instances" | "flowLogs";

async function noneIfNotTold<T>(reading: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    if (isNotTold(error)) return [];
    throw error;
  }
}
