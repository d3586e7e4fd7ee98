import { runtime, type provider } from "@pulumi/pulumi";
import { findingText, type Finding } from "../components/args/findings";
import type { DeclaredType } from "../components/shapes/declared";
import { judged } from "../components/shapes/shapeFindings";
import * as functions from "./functions";
import { readInputs } from "./inputs";
import type { Schema } from "./schema";

type PolicyFunction = (inputs: never) => object;

/** What each function's inputs are declared to be. */
const INPUTS: Readonly<Record<keyof typeof functions, DeclaredType>> = {
  endpointPolicy: "EndpointPolicyInputs",
  onlyThroughEndpoint: "OnlyThroughEndpoint",
  validatePolicy: "ValidatePolicyInputs",
  evaluatePolicy: "EvaluatePolicyInputs",
};

/**
 * Calls a policy function for a program in another language. What is wrong with its inputs is a failure, not an error
 * of the call: the SDK would print an error's stack to the user's terminal.
 */
export async function invoke(schema: Schema, token: string, given: unknown): Promise<provider.InvokeResult> {
  const spec = schema.functions[token];
  if (spec === undefined)
    return failure(`${token} is not a function of this version; there is ${Object.keys(schema.functions).join(", ")}`);
  const read: unknown = runtime.deserializeProperty(given, true);
  const isSecret = runtime.isRpcSecret(read);
  const refused = (text: string): provider.InvokeResult => failure(isSecret ? withoutValues(text) : text);
  const name = token.split(":").at(-1) as keyof typeof functions;
  const inputs = await readInputs(schema, spec.inputs.properties, runtime.unwrapRpcSecret(read) as object);
  const findings = [...judged(INPUTS[name], inputs, () => [])];
  const problems = findings.map((each) => `  ${findingText(each)}`);
  try {
    const outputs = (functions[name] as PolicyFunction)(inputs as never);
    if (problems.length > 0) return refused(["the inputs cannot be used", ...problems].join("\n"));
    return { outputs: isSecret ? secretProperties(outputs) : outputs };
  } catch (error) {
    const { message } = error as Error;
    if (problems.length === 0) return refused(message);
    return refused(["the inputs cannot be used", ...problems, ...furtherProblems(message, findings)].join("\n"));
  }
}

/**
 * What the function itself finds, beside what its inputs are not: its error has a line for each, with its path below an
 * input. That it stumbled over what is missing is no finding.
 */
function furtherProblems(message: string, told: readonly Finding[]): readonly string[] {
  const lines = message.split("\n").filter((line) => line.startsWith("  "));
  return lines.filter((line) => !told.some(({ path }) => path.endsWith(line.trim().split(":", 1)[0] ?? "")));
}

function failure(reason: string): provider.InvokeResult {
  return { outputs: {}, failures: [{ property: "inputs", reason }] };
}

/** Where something is wrong, and not what: the SDK does not tell which of the inputs is the secret one. */
function withoutValues(text: string): string {
  const paths = text.split("\n").flatMap((line) => /^\s+([\w.[\]]+):/.exec(line)?.[1] ?? []);
  return [
    "the inputs cannot be used; something in them is secret, so only where is shown",
    ...paths.map((path) => `  ${path}`),
  ].join("\n");
}

/** What is made from a secret is one. */
function secretProperties(outputs: object): object {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name,
      { [runtime.specialSigKey]: runtime.specialSecretSig, value: value as unknown },
    ]),
  );
}
