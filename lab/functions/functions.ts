import { randomUUID } from "node:crypto";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../cloud/apiError";
import type { CloudInside } from "../cloud/cloud";
import type { SetupFailure } from "../cloud/functionConfiguration";
import type { CreatedFunction, FunctionRunner, InvocationAnswer, RunnableFunction } from "../cloud/invocations";
import { NOT_SERVED } from "../cloud/rolePolicies";
import type { Attachment, DataPlane } from "../dataPlane/dataPlane";
import { regionalHost } from "../dataPlane/hosts";
import type { Place } from "../dataPlane/impairments";
import { rolePrincipal } from "../dataPlane/rolePrincipal";
import { ExecutionEnvironment } from "./environment";
import { functionLog } from "./functionLog";
import { Readiness } from "./readiness";

/** An environment with its network interface, and whether it is still wanted. */
interface Running {
  /** `REGION/NAME` of its function. */
  readonly key: string;
  readonly environment: ExecutionEnvironment;
  readonly attachment: Attachment;
  busy: boolean;
  /** The function has changed since: no further event goes there. */
  outdated: boolean;
}

/** Runs the code of functions, in environments that stay warm between invocations. */
export class Functions implements FunctionRunner {
  readonly #inside: CloudInside;
  readonly #dataPlane: DataPlane;
  readonly #readiness: Readiness;
  readonly #running = new Set<Running>();
  /** What has still to end. */
  readonly #ending = new Set<Promise<void>>();
  readonly #delivering = new Set<Promise<void>>();
  #started = 0;
  #stopped = false;

  constructor(inside: CloudInside, dataPlane: DataPlane) {
    this.#inside = inside;
    this.#dataPlane = dataPlane;
    this.#readiness = new Readiness(dataPlane.impairments);
  }

  setupFailure(region: string, created: CreatedFunction): SetupFailure | undefined {
    return this.#readiness.setupFailure(this.#placeOf(region, created));
  }

  requireInvocable(region: string, invoked: CreatedFunction): void {
    this.#readiness.requireInvocable(this.#placeOf(region, invoked));
  }

  async invoke(runnable: RunnableFunction, payload: string): Promise<InvocationAnswer> {
    requireRunnable(runnable);
    const answer = await this.#deliver(runnable, payload);
    // The first answer was lost on its way, and whoever waited for it asked again.
    const again =
      this.#dataPlane.impairments.at("deliveredTwice", this.#placeOf(runnable.region, runnable.configuration)) !==
      undefined;
    return again ? this.#deliver(runnable, payload) : answer;
  }

  discard(region: string, functionName: string): void {
    for (const running of this.#of(`${region}/${functionName}`)) {
      running.outdated = true;
      if (!running.busy) this.#end(running);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const running of this.#running) this.#end(running);
    await Promise.all([...this.#ending, ...this.#delivering]);
    // The calls that were interrupted are answered, and recorded, before the cloud is closed.
    await setImmediate();
  }

  #deliver(runnable: RunnableFunction, payload: string): Promise<InvocationAnswer> {
    const delivering = this.#answer(runnable, payload);
    const settled = delivering.then(
      () => void this.#delivering.delete(settled),
      () => void this.#delivering.delete(settled),
    );
    this.#delivering.add(settled);
    return delivering;
  }

  async #answer(runnable: RunnableFunction, payload: string): Promise<InvocationAnswer> {
    const { region, configuration } = runnable;
    const fresh = this.#dataPlane.impairments.at(
      "newEnvironments",
      this.#placeOf(runnable.region, runnable.configuration),
    );
    if (fresh !== undefined) {
      this.discard(region, configuration.functionName);
      await sleep(fresh.startMillis);
    }
    const running = this.#idle(`${region}/${configuration.functionName}`) ?? (await this.#start(runnable));
    running.busy = true;
    try {
      return await running.environment.invoke(payload, randomUUID(), configuration.timeout * 1000);
    } finally {
      running.busy = false;
      if (running.outdated || !running.environment.isAlive) this.#end(running);
    }
  }

  #placeOf(region: string, { functionName, vpcConfig }: CreatedFunction): Place {
    return this.#dataPlane.placeOf({ region, functionName, subnetId: vpcConfig?.subnetIds[0] });
  }

  #idle(key: string): Running | undefined {
    return this.#of(key).find(({ busy, outdated }) => !busy && !outdated);
  }

  #of(key: string): readonly Running[] {
    return [...this.#running].filter((running) => running.key === key);
  }

  async #start(runnable: RunnableFunction): Promise<Running> {
    const { region, configuration, files } = runnable;
    const { functionName, functionArn, role, vpcConfig } = configuration;
    const subnets = vpcConfig?.subnetIds ?? [];
    const owner = {
      region,
      functionName,
      host: regionalHost(region),
      subnetId: subnets[this.#started++ % Math.max(subnets.length, 1)],
      securityGroupIds: vpcConfig?.securityGroupIds ?? [],
    };
    const principal = rolePrincipal(this.#inside.store, role, functionName, {
      "lambda:SourceFunctionArn": functionArn,
    });
    const attachment = await this.#dataPlane.attach(owner, principal);
    if (this.#stopped) throw new Error("the lab has been stopped");
    const log = functionLog(this.#inside, region, configuration);
    const environment = new ExecutionEnvironment({
      files,
      variables: variablesOf(runnable, attachment, log.logStreamName),
      functionArn,
      onLine: log.write,
    });
    const running = { key: `${region}/${functionName}`, environment, attachment, busy: true, outdated: false };
    this.#running.add(running);
    return running;
  }

  #end(running: Running): void {
    if (!this.#running.delete(running)) return;
    const ending = running.environment.end().then(() => {
      running.attachment.detach();
      this.#ending.delete(ending);
    });
    this.#ending.add(ending);
  }
}

/** The lab runs every version of Node.js on its own. */
function requireRunnable({ configuration: { functionName, runtime, handler, layers } }: RunnableFunction): void {
  const refuse = (what: string): never => {
    throw new ApiError(NOT_SERVED, `The lab cannot run the function ${functionName}: ${what}.`);
  };
  if (!/^nodejs\d+\.x$/.test(runtime ?? ""))
    refuse(`it has functions of Node.js alone, not of ${runtime ?? "no runtime"}`);
  if (handler === undefined) refuse("it has no handler");
  if (layers.length > 0) refuse("it has layers");
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function variablesOf(
  { region, configuration }: RunnableFunction,
  { credentials, endpointUrl }: Attachment,
  logStreamName: string,
): Readonly<Record<string, string>> {
  const { functionName, runtime = "", handler = "", memorySize, environment, logging, version } = configuration;
  return {
    ...environment,
    PATH: process.env.PATH ?? "",
    TZ: ":UTC",
    _HANDLER: handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logging.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL_DYNAMODB: endpointUrl,
    // The Node.js that runs the lab may be older than the function's runtime: that is no matter for its log.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
