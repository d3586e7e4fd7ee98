import { counted } from "../../words";
import { factsOf, sdksOf } from "../../drill/sdk/identify";
import type { FactValues, NetworkInterface } from "../facts/facts";
import { JOB_KINDS, kindOf, kindWith, mayCall } from "../clients";
import { interfacesIn, listed, nameOf, scopedTables, tablesOfSubnets } from "../network";
import { ofTable, ofVpc, PATH_FACTS, reaches, tableWays, UNDOCUMENTED, withList } from "./known";
import type { Scope } from "../scope";
import { seenFrom } from "../seen";
import { look, type Outcome, rule, type Rule } from "./rule";

const N3 = rule(
  {
    id: "N3",
    family: "clients",
    title: "No forward proxy stands between clients and DynamoDB",
    directions: ["switch"],
  },
  look(["routeTables", "subnets", "instances"], (known, scope) => {
    const tableOf = tablesOfSubnets(known.routeTables, scope.vpcId);
    return known.instances
      .filter(({ VpcId, State }) => VpcId === scope.vpcId && State?.Name !== "terminated")
      .filter(({ Tags }) => /(?:^|[^a-z])(?:proxy|squid)/i.test(nameOf(Tags) ?? ""))
      .map(({ InstanceId = "?", SubnetId = "?", Tags }) => {
        const id = tableOf(SubnetId)?.RouteTableId ?? "?";
        const isSwitched = scope.routeTableIds.includes(id);
        return {
          severity: "medium",
          subject: InstanceId,
          routeTableIds: isSwitched ? [id] : [],
          message:
            `By its name this is a proxy, and its route table (${id}) ${isSwitched ? "switches" : "does not switch"}: ` +
            `${isSwitched ? "so do all its clients, wherever they are" : "nor do its clients, wherever they are"}. ` +
            UNDOCUMENTED,
          evidence: [`${InstanceId}: tag Name ${nameOf(Tags) ?? ""}`],
          remedy: "Count the proxy as the client. Flow logs tell who talks to DynamoDB's addresses.",
        };
      });
  }),
);

const N4 = rule(
  {
    id: "N4",
    family: "clients",
    title: "No connection is there to break",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ConnectionTrackingConfiguration.html",
  },
  look(
    [...PATH_FACTS, "networkInterfaces"],
    (known, scope) =>
      withList(known, scope, (list) =>
        breaking(
          scope,
          tableWays(known, scope, list)
            .filter(({ today }) => reaches(today, known))
            .map(({ id, subnets }) => ({ id, clients: interfacesIn(subnets, known.networkInterfaces).filter(mayCall) }))
            .filter(({ clients }) => clients.length > 0),
          { ...known, vpcEndpoints: [] },
        ),
      ),
    ["calls", "flows"],
  ),
);

/** Who is known to have such connections, and what their SDKs do by default. */
function seenEvidence(
  clients: readonly NetworkInterface[],
  { calls, flows, ...known }: SeenKnown,
  scope: Scope,
): readonly string[] {
  const isRead = flows?.logs.some(({ outcome }) => outcome === "read") === true;
  const sent = new Set(flows?.interfaces.map(({ networkInterfaceId }) => networkInterfaceId));
  const count = clients.filter(({ NetworkInterfaceId = "" }) => sent.has(NetworkInterfaceId)).length;
  const agents =
    calls === undefined ? [] : seenFrom(calls, known, scope).here.flatMap((each) => each.calls.userAgent ?? []);
  const sdks = sdksOf([...new Set(agents)].sort());
  return [
    ...(isRead ? [`flow logs: ${counted(count, "interface")} sent packets to DynamoDB`] : []),
    ...sdks.slice(0, MOST_SDKS).map((sdk) => `CloudTrail: ${sdk.name} ${sdk.version}. ${factsOf(sdk)?.defaults ?? ""}`),
  ];
}

type SeenKnown = Parameters<typeof seenFrom>[1] & Partial<Pick<FactValues, "calls" | "flows">>;

/** Of SDKs and versions of them. */
const MOST_SDKS = 8;

/** One of all of them: with forty route tables nobody would read forty. */
function breaking(
  scope: Scope,
  tables: readonly { readonly id: string; readonly clients: readonly NetworkInterface[] }[],
  known: SeenKnown,
): Outcome {
  if (tables.length === 0) return [];
  const clients = tables.flatMap((table) => table.clients);
  const long = clients.filter((each) => timeoutOf(each) === undefined);
  return [
    {
      ...ofVpc(scope, {
        severity: "medium",
        message:
          `${counted(clients.length, "interface")} may have connections to DynamoDB, which break. A client without a ` +
          "socket timeout can hang for minutes if AWS drops them in silence.",
        evidence: [
          ...tables.map(({ id, clients: own }) => `${id}: ${counted(own.length, "interface")} (${kindsOf(own)})`),
          `${counted(long.length, "interface")} without ConnectionTrackingConfiguration.TcpEstablishedTimeout`,
          ...seenEvidence(clients, known, scope),
        ],
        remedy: "Rehearse with each client: `dynamodb-endpoint drill -- COMMAND`. Give those that hang a timeout.",
      }),
      routeTableIds: tables.map(({ id }) => id),
    },
  ];
}

function timeoutOf({ ConnectionTrackingConfiguration }: NetworkInterface): number | undefined {
  return ConnectionTrackingConfiguration?.TcpEstablishedTimeout;
}

function kindsOf(interfaces: readonly NetworkInterface[]): string {
  return [...new Set(interfaces.map((each) => kindOf(each).kind))].sort().join(", ");
}

/** Of each route table: who looks for more of them knows where. */
const MOST_JOBS = 3;

const N5 = rule(
  {
    id: "N5",
    family: "clients",
    title: "No job is under way",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html",
  },
  look(["routeTables", "subnets", "networkInterfaces", "instances"], (known, scope) => {
    const instances = new Map(known.instances.map((instance) => [instance.InstanceId, instance]));
    const tables = scopedTables(known, scope)
      .map(({ id, subnets }) => ({
        id,
        jobs: interfacesIn(subnets, known.networkInterfaces)
          .map((each) => ({ id: each.NetworkInterfaceId ?? "?", kind: kindWith(each, instances) }))
          .filter(({ kind }) => JOB_KINDS.includes(kind)),
      }))
      .filter(({ jobs }) => jobs.length > 0);
    if (tables.length === 0) return [];
    const all = tables.flatMap(({ jobs }) => jobs);
    const kinds = [...new Set(all.map(({ kind }) => kind))].sort();
    return [
      {
        ...ofVpc(scope, {
          severity: "medium",
          message:
            `${counted(all.length, "interface")} of ${kinds.join(", ")} may be in the middle of a job. ` +
            "AWS asks that no critical task runs while an endpoint is made or changed.",
          evidence: tables.map(
            ({ id, jobs }) =>
              `${id}: ${listed(
                jobs.map((job) => `${job.id} (${job.kind})`),
                MOST_JOBS,
              )}`,
          ),
          remedy: "Choose an hour without jobs, and hold it with `rollout.window`.",
        }),
        routeTableIds: tables.map(({ id }) => id),
      },
    ];
  }),
  look(["routeTables", "subnets", "networkInterfaces", "ecs"], (known, scope) => {
    const tasks = new Map(
      known.ecs.tasks
        .filter(({ group = "" }) => group.startsWith("family:"))
        .flatMap(({ attachments = [], group = "?" }) => attachments.map(({ id }) => [id, group] as const)),
    );
    return scopedTables(known, scope).flatMap(({ id, subnets }) =>
      interfacesIn(subnets, known.networkInterfaces).flatMap(({ NetworkInterfaceId = "?", Description = "" }) => {
        const group = tasks.get(Description.slice(Description.lastIndexOf("/") + 1));
        if (group === undefined) return [];
        return [
          {
            severity: "medium" as const,
            subject: NetworkInterfaceId,
            routeTableIds: [id],
            message:
              "A task of ECS runs here that is of no service: if it fails by the break, nothing starts it again.",
            evidence: [`${NetworkInterfaceId}: group ${group}`],
            remedy: "Choose an hour without jobs, and hold it with `rollout.window`.",
          },
        ];
      }),
    );
  }),
);

const N6 = rule(
  {
    id: "N6",
    family: "clients",
    title: "No node of DAX is in these subnets",
  },
  look(["routeTables", "subnets", "networkInterfaces"], (known, scope) =>
    scopedTables(known, scope).flatMap(({ id, subnets }) => {
      const nodes = interfacesIn(subnets, known.networkInterfaces).filter((each) => kindOf(each).kind === "dax");
      if (nodes.length === 0) return [];
      return [
        ofTable(id, {
          severity: "medium",
          message:
            `${counted(nodes.length, "node")} of DAX ${nodes.length === 1 ? "is" : "are"} in its subnets. Connections from ` +
            `clients to DAX stay. Whether those from DAX to DynamoDB take this route table is open. ${UNDOCUMENTED}`,
          evidence: nodes.map(
            ({ NetworkInterfaceId = "?", Description = "" }) => `${NetworkInterfaceId}: ${Description}`,
          ),
          remedy: "Switch this route table late, and watch the errors of DAX while it switches.",
        }),
      ];
    }),
  ),
);

const N8 = rule(
  {
    id: "N8",
    family: "clients",
    title: "The VPC, and all that is in these subnets, is of this account",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html",
  },
  look(["vpcs", "caller"], ({ vpcs, caller }, scope) => {
    const owner = vpcs.find(({ VpcId }) => VpcId === scope.vpcId)?.OwnerId;
    if (owner === undefined || owner === caller.Account) return [];
    return [
      {
        severity: "high",
        subject: scope.vpcId,
        routeTableIds: [],
        message: `The VPC is shared by ${owner}: only its owner makes and changes gateway endpoints.`,
        evidence: [`${scope.vpcId}: OwnerId ${owner}`, `caller ${caller.Account ?? "?"}`],
        remedy: "Run the preflight and the roll-out in the owner's account.",
      },
    ];
  }),
  look(["routeTables", "subnets", "networkInterfaces", "caller"], (known, scope) => {
    const byOwner = new Map<string, { interfaces: number; routeTableIds: Set<string> }>();
    for (const { id, subnets } of scopedTables(known, scope))
      for (const { OwnerId } of interfacesIn(subnets, known.networkInterfaces).filter(mayCall)) {
        if (OwnerId === undefined || OwnerId === known.caller.Account) continue;
        const seen = byOwner.get(OwnerId) ?? { interfaces: 0, routeTableIds: new Set() };
        seen.interfaces += 1;
        seen.routeTableIds.add(id);
        byOwner.set(OwnerId, seen);
      }
    return [...byOwner].sort().map(([account, { interfaces, routeTableIds }]) => ({
      severity: "high" as const,
      subject: account,
      routeTableIds: [...routeTableIds],
      message:
        `${counted(interfaces, "interface")} in ${listed([...routeTableIds])} ` +
        `${interfaces === 1 ? "is" : "are"} of account ${account}, whose clients break too and who sees no preview. Its ` +
        "functions, services and instances, and its roles' and tables' policies, cannot be read from here.",
      evidence: [`NetworkInterfaces[].OwnerId ${account}: ${counted(interfaces, "interface")}`],
      remedy: "Tell its owner the hour, and run the preflight with a role of that account as well.",
    }));
  }),
);

/** Who is in the subnets, and what the switch does to them. */
export const CLIENTS: readonly Rule[] = [N3, N4, N5, N6, N8];
