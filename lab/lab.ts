import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { type Cloud, openCloud } from "./cloud/cloud";
import { providerService } from "./provider/service";

export interface LabOptions {
  /** Where the cloud's state is kept, so that it survives the process. Default: nowhere. */
  readonly stateFile?: string;
  /** The port on 127.0.0.1 to listen on. Default: a free one. */
  readonly port?: number;
  /** The Region of a provider that names none; stands in for AWS_REGION. Default: "us-east-1". */
  readonly region?: string;
}

/** AWS enough to rehearse a switch: a cloud, and the `aws` provider that leads the Pulumi engine to it. */
export interface Lab {
  readonly port: number;
  /** What an engine needs in its environment to use this lab as its `aws` provider. */
  readonly environment: Record<string, string>;
  readonly cloud: Cloud;
  stop(): Promise<void>;
}

/** Starts a lab in this process. Engines come and go; the cloud stays until `stop`. */
export async function startLab({ stateFile, port = 0, region = "us-east-1" }: LabOptions = {}): Promise<Lab> {
  const cloud = openCloud(stateFile);
  const server = new grpc.Server({
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
    "grpc.max_send_message_length": 400 * 1024 * 1024,
  });
  server.addService(ResourceProviderService, providerService({ cloud, defaultRegion: region }));
  try {
    const bound = await listen(server, port);
    return {
      port: bound,
      environment: { PULUMI_DEBUG_PROVIDERS: `aws:${bound}` },
      cloud,
      stop: () => {
        server.forceShutdown();
        cloud.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    cloud.close();
    throw error;
  }
}

function listen(server: grpc.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
}
