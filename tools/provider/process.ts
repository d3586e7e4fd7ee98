import { spawn, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { resolve } from "node:path";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { SupportsFeatureResponse, type ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

export const CHECKOUT = resolve(__dirname, "..", "..");

type Json = Readonly<Record<string, JavaScriptValue>>;

/** How the provider answered. */
export type Answer = { readonly outputs: unknown } | { readonly error: string };

/** The provider as a process of its own, asked directly, without an engine. */
export interface ProviderProcess {
  readonly pid: number | undefined;
  readonly port: number;
  /** Settles with the first resource that a component registers. */
  readonly firstResource: Promise<unknown>;
  /** Asks for a component. Whatever it would register is never answered: arguments are judged before. */
  construct(type: string, inputs: Json, name?: string): Promise<Answer>;
  invoke(token: string, inputs: Json): Promise<Answer>;
  schema(): Promise<string>;
  /** What it has printed beside its port. */
  printed(): string;
  /** The errors that it has shown through the engine. */
  readonly shownErrors: readonly string[];
  /** Closes the pipe that the engine holds, as its death does, and waits for the end of the process. */
  abandon(): Promise<void>;
}

export type EngineState = "at work" | "ending" | "going";

/**
 * Starts `pulumi-resource-dynamodb-endpoint` in `folder`, as an engine does. The engine never gets round to a resource;
 * one that another resource's error is ending refuses what it is asked to look up, one that is going cuts off the
 * registration of a hook and takes no connection any more.
 */
export async function startProvider(folder = CHECKOUT, engineIs: EngineState = "at work"): Promise<ProviderProcess> {
  const engine = await silentEngine(engineIs);
  const child = spawn(resolve(folder, "pulumi-resource-dynamodb-endpoint"), [`127.0.0.1:${engine.port}`], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let printed = "";
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const port = await firstLine(child);
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const answer = async <Response>(asked: Promise<Response>, read: (response: Response) => Answer): Promise<Answer> => {
    try {
      return read(await asked);
    } catch (error) {
      return { error: (error as grpc.ServiceError).details };
    }
  };
  return {
    pid: child.pid,
    port: Number(port),
    firstResource: engine.firstResource,
    construct: (type, inputs, name = "ddb") => {
      const request = new proto.ConstructRequest()
        .setType(type)
        .setName(name)
        .setProject("project")
        .setStack("stack")
        .setParallel(1)
        .setDryrun(true);
      request.setMonitorendpoint(`127.0.0.1:${engine.port}`).setInputs(Struct.fromJavaScript(inputs as never));
      const asked = promisify<proto.ConstructRequest, proto.ConstructResponse>(client.construct.bind(client));
      return answer(asked(request), () => ({ outputs: undefined }));
    },
    invoke: (token, inputs) => {
      const request = new proto.InvokeRequest().setTok(token).setArgs(Struct.fromJavaScript(inputs as never));
      const asked = promisify<proto.InvokeRequest, proto.InvokeResponse>(client.invoke.bind(client));
      return answer(asked(request), (response) => {
        const [failure] = response.getFailuresList();
        return failure === undefined
          ? { outputs: response.getReturn()?.toJavaScript() }
          : { error: failure.getReason() };
      });
    },
    schema: async () => {
      const asked = promisify<proto.GetSchemaRequest, proto.GetSchemaResponse>(client.getSchema.bind(client));
      return (await asked(new proto.GetSchemaRequest())).getSchema();
    },
    printed: () => printed,
    shownErrors: engine.shownErrors,
    abandon: async () => {
      client.close();
      const ended = child.exitCode === null ? once(child, "exit") : undefined;
      child.stdin.end();
      await ended;
      engine.stop();
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    if (text.includes("\n")) return text.trim();
  }
  throw new Error(`the provider ended before it told its port: ${text}`);
}

interface SilentEngine {
  readonly port: number;
  readonly firstResource: Promise<unknown>;
  readonly shownErrors: readonly string[];
  stop(): void;
}

/**
 * An engine that takes every message and hook, and never gets round to a resource; what it does not have, it says so.
 */
async function silentEngine(engineIs: EngineState): Promise<SilentEngine> {
  const server = new grpc.Server();
  const registrations = new EventEmitter();
  const firstResource = once(registrations, "resource");
  const shownErrors: string[] = [];
  const take = (_call: unknown, answer: grpc.sendUnaryData<Empty>): void => answer(null, new Empty());
  server.addService(ResourceMonitorService, {
    supportsFeature: (_call: unknown, answer: grpc.sendUnaryData<SupportsFeatureResponse>) =>
      answer(null, new SupportsFeatureResponse().setHassupport(true)),
    registerResourceHook: take,
    registerErrorHook: take,
    registerResource: () => void registrations.emit("resource"),
    ...(engineIs === "ending" && { invoke: refuseAsEnding }),
    ...(engineIs === "going" && { registerResourceHook: () => server.forceShutdown() }),
  });
  server.addService(EngineService, {
    log: (call: { readonly request: LogRequest }, answer: grpc.sendUnaryData<Empty>) => {
      if (call.request.getSeverity() === LogSeverity.ERROR) shownErrors.push(call.request.getMessage());
      answer(null, new Empty());
    },
  });
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return { port, firstResource, shownErrors, stop: () => server.forceShutdown() };
}

/** In the engine's words: it has closed its connection to the provider that it would ask. */
function refuseAsEnding(
  { request }: { readonly request: ResourceInvokeRequest },
  answer: grpc.sendUnaryData<never>,
): void {
  answer({
    code: grpc.status.UNKNOWN,
    details: `invocation of ${request.getTok()} returned an error: grpc: the client connection is closing`,
  });
}
