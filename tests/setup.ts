import fc from "fast-check";
import { findEngine, oldestEngine } from "../tools/engine/engine";
import { startKeyService } from "./keyService";

export async function mochaGlobalSetup(): Promise<void> {
  // A first build of the engine takes minutes: it must not fall into the time of whichever test comes first.
  await findEngine();
  await oldestEngine();
  // The engines of the tests are many and live for a second each: they need not collect their garbage.
  Object.assign(process.env, await startKeyService(), { GOGC: "400" });
}

// Programs of the tests run in this process, their engines and labs below it: none of them is to work in the Region
// that the developer has set.
for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) Reflect.deleteProperty(process.env, name);

// Tests run on the Node.js of the checkout; which one the SDK would rather have is no matter for them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

// The SDK keeps the stack trace of each promise that it makes, for a report of leaks. That ts-node finds the lines of
// the sources for it would be a third of what the tests cost.
const sourceLines = Error.prepareStackTrace.bind(Error);
Error.prepareStackTrace = (error, callSites): unknown => {
  const keeper = callSites[0]?.getFileName();
  return keeper?.endsWith("debuggable.js") ? String(error) : sourceLines(error, callSites);
};

// Beside the counterexample, what went wrong with it: mocha loses the cause of an error on the way from its workers.
fc.configureGlobal({ includeErrorInReport: true });
