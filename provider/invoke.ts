import { runtime, type provider } from "@pulumi/pulumi";
import { findingText } from "../components/findings";
import * as functions from "./functions";
import { declarationFindings, readInputs } from "./inputs";
import type { Schema } from "./schema";

type PolicyFunction = (inputs: never) => object;

/**
 * Calls a policy function for a program in another language. What is wrong with its inputs is a failure, not an error
 * of the call: the SDK would print an error's stack to the user's terminal.
 */
export async function invoke(schema: Schema, token: string, given: unknown): Promise<provider.InvokeResult> {
  const spec = schema.functions[token];
  if (spec === undefined) return failure(`${token} is not a function of this version; there is ${Object.keys(schema.functions).join(", ")}`);
  const read: unknown = runtime.deserializeProperty(given, true);
  const isSecret = runtime.isRpcSecret(read);
  const refused = (text: string): provider.InvokeResult => failure(isSecret ? withoutValues(text) : text);
  const { values, findings } = await readInputs(schema, spec.inputs, runtime.unwrapRpcSecret(read) as object);
  const problems = findings.length > 0 ? findings : [...declarationFindings(schema, spec.inputs, values)];
  if (problems.length > 0) return refused(["the inputs cannot be used", ...problems.map((each) => `  ${findingText(each)}`)].join("\n"));
  const call = functions[token.split(":").at(-1) as keyof typeof functions] as PolicyFunction;
  try {
    const outputs = call(values as never);
    return { outputs: isSecret ? secretProperties(outputs) : outputs };
  } catch (error) {
    return refused((error as Error).message);
  }
}

function failure(reason: string): provider.InvokeResult {
  return { outputs: {}, failures: [{ property: "inputs", reason }] };
}

/** Where something is wrong, and not what: the SDK does not tell which of the inputs is the secret one. */
function withoutValues(text: string): string {
  const paths = text.split("\n").flatMap((line) => /^\s+([\w.[\]]+):/.exec(line)?.[1] ?? []);
  return ["the inputs cannot be used; something in them is secret, so only where is shown", ...paths.map((path) => `  ${path}`)].join("\n");
}

/** What is made from a secret is one. */
function secretProperties(outputs: object): object {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { [runtime.specialSigKey]: runtime.specialSecretSig, value: value as unknown }]));
}
