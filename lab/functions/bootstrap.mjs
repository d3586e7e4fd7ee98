// What runs a function's code in an execution environment: a Node process of its own, one event at a time. It loads the
// handler once and answers events that come from the lab, as Lambda's runtime interface client does.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";

/** Lambda's own words for the removal of callbacks in Node.js 24. */
const NO_CALLBACKS =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
  "You need to modify this function to use a supported handler signature to use Node.js 24 or later.";

// Without its lab an environment is nothing.
process.on("disconnect", () => process.exit());

async function loadHandler() {
  const [, path, name] = /^(.*)\.([^.]+)$/.exec(process.env._HANDLER) ?? [];
  if (name === undefined) throw named("Runtime.MalformedHandlerName", "Bad handler");
  const file = [".js", ".mjs", ".cjs"].map((end) => join(process.env.LAMBDA_TASK_ROOT, path + end)).find(existsSync);
  if (file === undefined) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${path}'`);
  const module = await imported(file);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== "function") {
    throw named("Runtime.HandlerNotFound", `${process.env._HANDLER} is undefined or not exported`);
  }
  if (handler.length > 2) throw named("Runtime.CallbackHandlerDeprecated", NO_CALLBACKS);
  return handler;
}

async function imported(file) {
  try {
    return await import(pathToFileURL(file));
  } catch (error) {
    if (error instanceof SyntaxError) throw named("Runtime.UserCodeSyntaxError", String(error));
    if (/MODULE_NOT_FOUND/.test(error?.code)) throw named("Runtime.ImportModuleError", String(error));
    throw error;
  }
}

function named(errorType, message) {
  return Object.assign(new Error(message), { name: errorType });
}

function payloadOf(error) {
  if (!types.isNativeError(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
}

function contextOf({ requestId, deadline, functionArn }) {
  const { env } = process;
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function answer(handler, { payload, ...invocation }) {
  try {
    const result = await handler(JSON.parse(payload), contextOf(invocation));
    process.send({ payload: JSON.stringify(result ?? null) });
  } catch (error) {
    process.send({ error: payloadOf(error) });
  }
}

function crash(error, exitCode) {
  process.send({ error: payloadOf(error), fatal: true }, () => process.exit(exitCode));
}

// As the runtime interface client does: what nobody caught answers the event, and ends the environment.
process.on("uncaughtException", (error) => crash(error, 129));
process.on("unhandledRejection", (reason) => crash(named("Runtime.UnhandledPromiseRejection", String(reason)), 128));

try {
  const handler = await loadHandler();
  process.on("message", (invocation) => void answer(handler, invocation));
  process.send({ ready: true });
} catch (error) {
  process.send({ error: payloadOf(error), fatal: true }, () => process.disconnect());
}
