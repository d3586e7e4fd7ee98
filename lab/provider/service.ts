import { setMaxListeners } from "node:events";
import * as grpc from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Cloud } from "../cloud/cloud";
import { checkInputs, type Finding } from "./check";
import {
  configurationProblems,
  type ProviderConfiguration,
  providerConfiguration,
  SERVED_CONFIGURATION,
} from "./configuration";
import { type Difference, changedProperties, diffResource } from "./diff";
import { InitializationError } from "./incomplete";
import { callFunction } from "./invoke";
import {
  createResource,
  deleteResource,
  importResource,
  refreshResource,
  type Session,
  updateResource,
} from "./lifecycle";
import { plannedCreation, plannedUpdate } from "./plan";
import { packageSchema, PROVIDER_VERSION } from "./schema";
import { FUNCTIONS, RESOURCE_TYPES, servedFunction, servedResource } from "./served";
import { decode, encode, type Path } from "./values";

/** What the service needs of the world. */
export interface Surroundings {
  readonly cloud: Cloud;
  /** Of a provider whose configuration names none. */
  readonly defaultRegion: string;
}

/**
 * The `aws` provider as the Pulumi engine speaks to it (sdk/proto/pulumi/provider.proto).
 *
 * Each provider instance (default, explicit, other Region) has a connection of its own, whose peer address tells the
 * instances apart; all of them talk to one cloud.
 */
export function providerService(surroundings: Surroundings): grpc.UntypedServiceImplementation {
  const instances = new Map<string, Instance>();
  const instanceOf = (peer: string): Instance => {
    const instance = instances.get(peer);
    if (instance === undefined) throw new Error("this provider instance has not been configured");
    return instance;
  };
  const sessionOf = (peer: string): Session => ({
    cloud: surroundings.cloud,
    provider: instanceOf(peer).configuration,
  });
  return {
    ...unimplemented(),
    ...introductions(),
    ...configurationMethods(instances, surroundings.defaultRegion),
    ...planningMethods(sessionOf),
    ...changingMethods(sessionOf, (peer) => instanceOf(peer).cancellation.signal),
    cancel: unary((_request: Empty, peer) => {
      instances.get(peer)?.cancellation.abort();
      return new Empty();
    }),
  };
}

/** A provider that an engine has configured, by its connection. */
interface Instance {
  readonly configuration: ProviderConfiguration;
  readonly cancellation: AbortController;
}

type Handler<Request, Response> = (request: Request, peer: string) => Response | Promise<Response>;

/** A gRPC method: what it throws is the error that the engine shows. */
function unary<Request, Response>(handle: Handler<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, answer) => {
    const respond = async (): Promise<Response> => handle(call.request, call.getPeer());
    respond().then(
      (response) => answer(null, response),
      (error: unknown) =>
        answer({
          code: grpc.status.UNKNOWN,
          details: error instanceof Error ? error.message : String(error),
          metadata: error instanceof InitializationError ? initializationDetails(error) : undefined,
        }),
    );
  };
}

/** As `sdk/nodejs` packs it for its own providers: a status of the same error, with the resource as its detail. */
function initializationDetails({ id, state, message }: InitializationError): grpc.Metadata {
  const failed = new proto.ErrorResourceInitFailed().setId(id).setProperties(encode(state)).setReasonsList([message]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message).setDetailsList([detail]);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}

function unimplemented(): grpc.UntypedServiceImplementation {
  const methods = Object.keys(ResourceProviderService).map((name) => [
    name,
    (_call: unknown, answer?: grpc.sendUnaryData<unknown>) =>
      answer?.({ code: grpc.status.UNIMPLEMENTED, details: `the lab does not implement ${name}` }),
  ]);
  return Object.fromEntries(methods) as grpc.UntypedServiceImplementation;
}

function introductions(): grpc.UntypedServiceImplementation {
  return {
    handshake: unary(() =>
      new proto.ProviderHandshakeResponse().setAcceptSecrets(true).setSupportsAutonamingConfiguration(true),
    ),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(PROVIDER_VERSION)),
    getSchema: unary(() =>
      new proto.GetSchemaResponse().setSchema(JSON.stringify(packageSchema(RESOURCE_TYPES, FUNCTIONS))),
    ),
    attach: unary(() => new Empty()),
  };
}

function configurationMethods(
  instances: Map<string, Instance>,
  defaultRegion: string,
): grpc.UntypedServiceImplementation {
  return {
    checkConfig: unary((request: proto.CheckRequest) => {
      const { values, secrets } = decode(request.getNews());
      return checkResponse(values, secrets, [...configurationProblems(values)]);
    }),

    /** Another Region replaces what is in the old one, resource by resource: each of them has a `region`. */
    diffConfig: unary((request: proto.DiffRequest) => {
      const [old, news] = [decode(request.getOlds()).values, decode(request.getNews()).values];
      const changed = SERVED_CONFIGURATION.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(news[name]));
      return new proto.DiffResponse().setChanges(changed.length > 0 ? SOME : NONE).setDiffsList(changed);
    }),

    configure: unary((request: proto.ConfigureRequest, peer) => {
      // Also of an engine whose connection has the port of an earlier one, which was cancelled when it ended.
      const configuration = providerConfiguration(decode(request.getArgs()).values, defaultRegion);
      instances.set(peer, { configuration, cancellation: cancellationOfMany() });
      return new proto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),
  };
}

function planningMethods(sessionOf: (peer: string) => Session): grpc.UntypedServiceImplementation {
  return {
    check: unary((request: proto.CheckRequest) => {
      const news = decode(request.getNews());
      const checked = checkInputs(servedResource(typeOf(request)), {
        news: news.values,
        olds: decode(request.getOlds()).values,
        resourceName: nameOf(request),
        randomSeed: request.getRandomseed_asU8(),
        proposedName: request.getAutonaming()?.getProposedName(),
      });
      return checkResponse(checked.inputs, news.secrets, checked.findings);
    }),

    diff: unary((request: proto.DiffRequest, peer) => {
      const { provider } = sessionOf(peer);
      const [state, inputs] = [decode(request.getOlds()).values, decode(request.getNews()).values];
      const { differences, deleteBeforeReplace } = diffResource(servedResource(typeOf(request)), {
        state,
        inputs,
        provider,
      });
      return diffResponse(differences).setDeletebeforereplace(deleteBeforeReplace);
    }),

    invoke: unary(async (request: proto.InvokeRequest, peer) => {
      const args = decode(request.getArgs()).values;
      const outcome = await callFunction(sessionOf(peer), servedFunction(request.getTok()), args);
      const response = new proto.InvokeResponse().setFailuresList(outcome.findings.map(checkFailure));
      return outcome.result === undefined ? response : response.setReturn(encode(outcome.result));
    }),
  };
}

function changingMethods(
  sessionOf: (peer: string) => Session,
  cancelled: (peer: string) => AbortSignal,
): grpc.UntypedServiceImplementation {
  const reported = (peer: string) => reporting(cancelled(peer));
  return {
    create: unary(async (request: proto.CreateRequest, peer) => {
      const session = sessionOf(peer);
      const type = servedResource(typeOf(request));
      const { values, secrets } = decode(request.getProperties());
      if (request.getPreview()) {
        return new proto.CreateResponse().setProperties(
          encode(plannedCreation(type, values, session.provider), spread(secrets)),
        );
      }
      const { id, state } = await reported(peer)(() => createResource(session, type, values)).catch(
        (error: unknown) => {
          throw error instanceof InitializationError ? error.creating(request.getUrn()) : error;
        },
      );
      return new proto.CreateResponse().setId(id).setProperties(encode(state, spread(secrets)));
    }),

    update: unary(async (request: proto.UpdateRequest, peer) => {
      const session = sessionOf(peer);
      const type = servedResource(typeOf(request));
      const known = decode(request.getOlds()).values;
      const { values, secrets } = decode(request.getNews());
      const changed = (): ReadonlySet<string> =>
        changedProperties(diffResource(type, { state: known, inputs: values, provider: session.provider }));
      const state = request.getPreview()
        ? plannedUpdate(type, values, session.provider, known, changed())
        : await reported(peer)(() => updateResource(session, type, request.getId(), known, values));
      return new proto.UpdateResponse().setProperties(encode(state, spread(secrets)));
    }),

    delete: unary(async (request: proto.DeleteRequest, peer) => {
      const known = decode(request.getProperties()).values;
      await reported(peer)(() =>
        deleteResource(sessionOf(peer), servedResource(typeOf(request)), request.getId(), known),
      );
      return new Empty();
    }),

    /** With properties it refreshes what a stack knows; without any it imports. A response without an id says: gone. */
    read: unary(async (request: proto.ReadRequest, peer) => {
      const type = servedResource(typeOf(request));
      const known = decode(request.getProperties());
      const inputs = decode(request.getInputs());
      const reading =
        Object.keys(known.values).length === 0
          ? await importResource(sessionOf(peer), type, request.getId())
          : await refreshResource(sessionOf(peer), type, request.getId(), known.values, inputs.values);
      if (reading === undefined) return new proto.ReadResponse();
      const secrets = spread([...known.secrets, ...inputs.secrets]);
      return new proto.ReadResponse()
        .setId(reading.id)
        .setProperties(encode(reading.state, secrets))
        .setInputs(encode(reading.inputs, secrets));
    }),
  };
}

const { DIFF_NONE: NONE, DIFF_SOME: SOME } = proto.DiffResponse.DiffChanges;

function diffResponse(differences: readonly Difference[]): proto.DiffResponse {
  const top = (some: readonly Difference[]): string[] => [...new Set(some.map(({ property }) => property))];
  const response = new proto.DiffResponse()
    .setChanges(differences.length > 0 ? SOME : NONE)
    .setDiffsList(top(differences))
    .setReplacesList(top(differences.filter(({ replaces }) => replaces)))
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces } of differences) {
    response
      .getDetaileddiffMap()
      .set(path, new proto.PropertyDiff().setKind(diffKind(kind, replaces)).setInputdiff(false));
  }
  return response;
}

function diffKind(kind: Difference["kind"], replaces: boolean): proto.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, UPDATE, UPDATE_REPLACE, DELETE, DELETE_REPLACE } = proto.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
  } as const;
  return kinds[kind][replaces ? 1 : 0];
}

function checkResponse(
  inputs: Readonly<Record<string, unknown>>,
  secrets: readonly Path[],
  findings: readonly Finding[],
): proto.CheckResponse {
  return new proto.CheckResponse().setInputs(encode(inputs, secrets)).setFailuresList(findings.map(checkFailure));
}

function checkFailure({ property, reason }: Finding): proto.CheckFailure {
  return new proto.CheckFailure().setProperty(property).setReason(reason);
}

/** A secret tag is secret in `tagsAll` too. */
function spread(secrets: readonly Path[]): readonly Path[] {
  return [...secrets, ...secrets.filter(([first]) => first === "tags").map(([, ...rest]) => ["tagsAll", ...rest])];
}

interface Addressed {
  getUrn(): string;
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` */
function typeOf(request: Addressed): string {
  return request.getUrn().split("::")[2]?.split("$").at(-1) ?? "";
}

function nameOf(request: Addressed): string {
  return request.getUrn().split("::").slice(3).join("::");
}

/**
 * The words in which bridged providers report that a change failed, or that it was given up: an interrupted engine
 * cancels what its providers are waiting for. What AWS has begun goes on without them.
 */
function reporting(cancelled: AbortSignal): <T>(change: () => Promise<T>) => Promise<T> {
  return async (change) => {
    try {
      return await unlessCancelled(change(), cancelled);
    } catch (error) {
      const message = `1 error occurred:\n\t* ${error instanceof Error ? error.message : String(error)}\n\n`;
      if (error instanceof InitializationError) throw new InitializationError(error.id, error.state, message);
      throw new Error(message, { cause: error });
    }
  };
}

/** A provider waits for as many changes at once as the engine likes. */
function cancellationOfMany(): AbortController {
  const cancellation = new AbortController();
  setMaxListeners(0, cancellation.signal);
  return cancellation;
}

function unlessCancelled<T>(change: Promise<T>, cancelled: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void =>
      reject(new Error("https response error StatusCode: 0, RequestID: , canceled, context canceled"));
    if (cancelled.aborted) giveUp();
    cancelled.addEventListener("abort", giveUp, { once: true });
    void change.then(resolve, reject).finally(() => cancelled.removeEventListener("abort", giveUp));
  });
}
