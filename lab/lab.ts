import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { awsServer } from "./aws/server";
import { attachClient, type Client, type ClientRequest } from "./clients";
import { type Cloud, openCloud } from "./cloud/cloud";
import type { Judge } from "./dataPlane/authorization";
import { type BreakMode, DataPlane } from "./dataPlane/dataPlane";
import type { Impairments } from "./dataPlane/impairments";
import type { Traffic } from "./dataPlane/traffic";
import { Functions } from "./functions/functions";
import { listenForOwnUser, type OwnListener } from "./peers";
import { providerService } from "./provider/service";
import { SCENARIOS, type ScenarioName } from "./scenarios/scenarios";

export interface LabOptions {
  /** Where the cloud's state is kept, so that it survives the process. Default: nowhere. */
  readonly stateFile?: string;
  /** The port on 127.0.0.1 to listen on. Default: a free one. */
  readonly port?: number;
  /** The port on 127.0.0.1 for AWS's own API. Default: a free one. */
  readonly awsPort?: number;
  /** The Region of a provider that names none. Default: "us-east-1"; the environment is the affair of `main.ts`. */
  readonly region?: string;
  /** How far what EC2 and IAM answer to reads is behind. Default: 0. */
  readonly lagSeconds?: number;
  /** How a connection ends whose route is switched. Default: "reset". */
  readonly breakMode?: BreakMode;
  /**
   * Who decides whether a request is allowed: `independent` is @cloud-copilot/iam-simulate, which judges wherever there
   * are policies of an organization, of tables, or boundaries. Default: `own`, our evaluator, for what is left.
   */
  readonly judge?: Judge;
  /** What is there from the beginning, in the Region of a provider that names none. Default: nothing. */
  readonly scenario?: ScenarioName;
}

/** AWS enough to rehearse a switch: a cloud, the `aws` provider that leads the Pulumi engine to it, and its traffic. */
export interface Lab {
  readonly port: number;
  /** What an engine needs in its environment to use this lab as its `aws` provider, and AWS's clients as their AWS. */
  readonly environment: Record<string, string>;
  readonly cloud: Cloud;
  /** What went over the wire: the connections, and the requests that DynamoDB received. */
  readonly traffic: Traffic;
  /** What is wrong with traffic and functions now. `faults.ts` has it by name. */
  readonly impairments: Impairments;
  /** Puts a program into a subnet: DynamoDB is where its `endpointUrl` says. */
  attachClient(request: ClientRequest): Promise<Client>;
  stop(): Promise<void>;
}

/** Starts a lab in this process. Engines come and go; the cloud stays until `stop`. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { stateFile, port = 0, awsPort = 0, region = "us-east-1", scenario } = options;
  const { breakMode = "reset", judge = "own", lagSeconds = 0 } = options;
  const cloud = openCloud(stateFile, 1_000 * lagSeconds);
  const dataPlane = new DataPlane(cloud.inside, { breakMode, judge });
  const functions = new Functions(cloud.inside, dataPlane);
  cloud.inside.runFunctions(functions);
  const server = new grpc.Server({
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
    "grpc.max_send_message_length": 400 * 1024 * 1024,
  });
  server.addService(ResourceProviderService, providerService({ cloud, defaultRegion: region }));
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const aws = awsServer(cloud);
  const listeners: OwnListener[] = [];
  const stop = async (): Promise<void> => {
    for (const listener of listeners) listener.close();
    server.forceShutdown();
    await functions.stop();
    dataPlane.stop();
    cloud.close();
  };
  try {
    if (scenario !== undefined) await loadOnce(cloud, region, scenario);
    const provider = await listenForOwnUser(port, (socket) => injector.injectConnection(socket));
    listeners.push(provider);
    const wire = await listenForOwnUser(awsPort, (socket) => void aws.emit("connection", socket));
    listeners.push(wire);
    return {
      port: provider.port,
      environment: {
        PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${wire.port}`,
      },
      cloud,
      traffic: dataPlane.traffic,
      impairments: dataPlane.impairments,
      attachClient: (request) => attachClient(cloud.inside, dataPlane, { region, ...request }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where the state of an earlier lab has something already, that is what there is. */
async function loadOnce(cloud: Cloud, regionName: string, scenario: ScenarioName): Promise<void> {
  const region = cloud.region(regionName);
  if ((await region.ec2.describeVpcs({})).length === 0) await SCENARIOS[scenario].load(region, cloud);
}
