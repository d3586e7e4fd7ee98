import { type ApiCall, isMutation } from "./apiCall";
import { type CloudTrail, cloudTrailService, EventHistory } from "./cloudTrail";
import { Deployer } from "./deployer";
import { dynamoDbService, type DynamoDb } from "./dynamodb";
import { ec2Service, type Ec2 } from "./ec2/ec2";
import { ec2Network, type Ec2Network, type Ec2Quotas } from "./ec2/network";
import type { Route } from "./ec2/kinds/routeTable";
import { type Ecs, ecsService } from "./ecs";
import { type Eks, eksService } from "./eks";
import { type ScenarioData as Ec2ScenarioData, scenarioData } from "./ec2/scenarioData";
import { Faults } from "./faults";
import { FrontDoor, type Guard } from "./frontDoor";
import { FunctionBehaviours } from "./functionBehaviours";
import { Callers } from "./callers";
import { iamService, type Iam } from "./iam";
import type { FunctionRunner } from "./invocations";
import { type Kms, kmsService } from "./kms";
import { lambdaService, type Lambda, type LambdaParts } from "./lambda";
import { LogEvents, logsService, type Logs } from "./logs";
import {
  type Organizations,
  organizationsService,
  organizationsSide,
  type OrganizationsSide,
} from "./organizations/organizations";
import type { CallParameters, Facts } from "./questions";
import { type Route53, route53Service } from "./route53";
import { type Route53Profiles, route53ProfilesService } from "./route53Profiles";
import { type Route53Resolver, route53ResolverService } from "./route53Resolver";
import { type ScenarioDataService, scenarioDataService } from "./scenarioData";
import { type ServiceQuotas, serviceQuotasService } from "./serviceQuotas";
import { Store } from "./store";
import { stsService, type Sts } from "./sts";

/** The services of one Region, each with the operations of its API. */
export interface Region {
  readonly name: string;
  readonly ec2: Ec2;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly dynamodb: DynamoDb;
  readonly kms: Kms;
  readonly sts: Sts;
  readonly serviceQuotas: ServiceQuotas;
  readonly ecs: Ecs;
  readonly eks: Eks;
  readonly route53Resolver: Route53Resolver;
  readonly route53Profiles: Route53Profiles;
  readonly cloudTrail: CloudTrail;
  /** IAM is global: every Region leads to the same roles. */
  readonly iam: Iam;
  /** Global, too, and asked as the lab's account. */
  readonly organizations: Organizations;
  readonly route53: Route53;
  /** What the account may have of each thing in this Region. Raising one takes effect at once. */
  readonly quotas: Ec2Quotas;
  /** What no call of an API that the lab serves puts into a Region, for whoever sets up a scenario. */
  readonly scenarioData: Ec2ScenarioData & ScenarioDataService;
}

/** Everything that stands in for AWS: one account, all Regions. */
export interface Cloud {
  region(name: string): Region;
  /** Every call of every API, reads too, in the order in which they arrived. */
  readonly calls: readonly ApiCall[];
  /** The sequence number of the newest call: a mark for `callsSince`. */
  readonly lastSequence: number;
  callsSince(sequence: number): readonly ApiCall[];
  /** The calls since a mark that may have changed something: everything but Describe, Filter, Get and List. */
  mutationsSince(sequence: number): readonly ApiCall[];
  /** The routes of a table as they are now, the managed routes of gateway endpoints included. */
  routesOf(region: string, routeTableId: string): readonly Route[];
  readonly faults: Faults;
  /** Who calls through the `aws` provider, and what it may do. */
  readonly deployer: Deployer;
  /** The organization from the other side: whether the lab's account is in one, as what, and its management. */
  readonly organizations: OrganizationsSide;
  /** How functions answer that shall not run their code when they are invoked. */
  readonly functions: FunctionBehaviours;
}

/** What stands behind the APIs, for the traffic and the functions that run in this cloud. */
export interface CloudInside {
  readonly store: Store;
  /** Whose keys are whose. */
  readonly callers: Callers;
  /** A call that was refused before it reached its service. */
  readonly refused: FrontDoor["refused"];
  readonly networkOf: (region: string) => Ec2Network;
  /** The networks of the Regions that have been used. */
  readonly networks: () => readonly Ec2Network[];
  readonly logEventsOf: (region: string) => LogEvents;
  readonly eventHistoryOf: (region: string) => EventHistory;
  readonly onAnswered: FrontDoor["onAnswered"];
  /** From now on, invocations run the code of functions. */
  readonly runFunctions: (runner: FunctionRunner) => void;
}

/** A cloud that someone has to close, so that its state file is complete and free. */
export interface OpenCloud extends Cloud {
  readonly inside: CloudInside;
  close(): void;
}

/** What the lab has of one Region, behind and before its front door. */
interface OpenRegion {
  readonly served: Region;
  readonly network: Ec2Network;
  readonly logEvents: LogEvents;
  readonly eventHistory: EventHistory;
}

/** Opens the cloud whose state is in `stateFile`, or a new one that is forgotten when it is closed. */
export function openCloud(stateFile?: string, lagMillis?: number): OpenCloud {
  const store = new Store(stateFile, lagMillis);
  const faults = new Faults();
  const functions = new FunctionBehaviours();
  const deployer = new Deployer();
  const regions = new Map<string, OpenRegion>();
  let runner: FunctionRunner | undefined;

  const networkOf = (name: string): Ec2Network => inRegion(name).network;
  const door = new FrontDoor(store, faults, guardOf(deployer, { store, networkOf }));
  const callers = new Callers(store);
  const global = {
    iam: iamService(door, store, callers),
    organizations: organizationsService(door, store),
    route53: route53Service(door, store, networkOf),
  };
  const inRegion = (name: string): OpenRegion => {
    const opened =
      regions.get(name) ?? openRegion(name, { door, store, functions, runner: () => runner, callers, global });
    regions.set(name, opened);
    return opened;
  };
  const callsSince = (sequence: number): readonly ApiCall[] => door.calls.filter((call) => call.sequence > sequence);

  return {
    region: (name) => inRegion(name).served,
    get calls() {
      return door.calls;
    },
    get lastSequence() {
      return door.calls.at(-1)?.sequence ?? 0;
    },
    callsSince,
    mutationsSince: (sequence) => callsSince(sequence).filter(isMutation),
    routesOf: (region, routeTableId) => networkOf(region).routeTables.get(routeTableId)?.routes ?? [],
    faults,
    deployer,
    organizations: organizationsSide(door, store),
    functions,
    inside: {
      store,
      callers,
      refused: (call, error) => door.refused(call, error),
      networkOf,
      networks: () => [...regions.values()].map(({ network }) => network),
      logEventsOf: (region) => inRegion(region).logEvents,
      eventHistoryOf: (region) => inRegion(region).eventHistory,
      onAnswered: (listener) => door.onAnswered(listener),
      runFunctions: (running) => void (runner = running),
    },
    close: () => store.close(),
  };
}

interface AccountParts extends Pick<LambdaParts, "door" | "store" | "functions" | "runner"> {
  readonly callers: Callers;
  readonly global: Pick<Region, "iam" | "organizations" | "route53">;
}

function openRegion(name: string, { global, callers, ...parts }: AccountParts): OpenRegion {
  const { door, store } = parts;
  const network = ec2Network(store, name, { gatewayEndpoints: 20, routesPerTable: 50 });
  const logEvents = new LogEvents();
  const eventHistory = new EventHistory();
  const served: Region = {
    name,
    ec2: ec2Service(door, network),
    lambda: lambdaService({ ...parts, network }),
    logs: logsService(door, store, name, logEvents),
    dynamodb: dynamoDbService(door, store, name),
    kms: kmsService(door, store, name),
    sts: stsService(door, { store, callers, region: name }),
    serviceQuotas: serviceQuotasService(door, name, network.quotas),
    ecs: ecsService(door, store, name),
    eks: eksService(door, store, name),
    route53Resolver: route53ResolverService(door, store, name),
    route53Profiles: route53ProfilesService(door, store, network),
    cloudTrail: cloudTrailService(door, name, eventHistory),
    ...global,
    quotas: network.quotas,
    scenarioData: { ...scenarioData(door, network), ...scenarioDataService(door, store, name) },
  };
  return { served, network, logEvents, eventHistory };
}

/** Only what the deployer calls has to be allowed. */
function guardOf(deployer: Deployer, facts: Facts): Guard {
  return {
    authorize: ({ parameters, ...call }) =>
      deployer.authorize({ ...call, parameters: parameters as unknown as CallParameters }, facts),
    perform: (operation) => deployer.leave(operation),
  };
}
