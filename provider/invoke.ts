import { runtime, type provider } from "@pulumi/pulumi";
import { findingText, type Finding } from "../components/args/findings";
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
  if (spec === undefined)
    return failure(`${token} is not a function of this version; there is ${Object.keys(schema.functions).join(", ")}`);
  const read: unknown = runtime.deserializeProperty(given, true);
  const isSecret = runtime.isRpcSecret(read);
  const refused = (text: string): provider.InvokeResult => failure(isSecret ? withoutValues(text) : text);
  const mistyped: Finding[] = [];
  const inputs = runtime.unwrapRpcSecret(read) as object;
  const { values, findings: late } = await readInputs(schema, spec.inputs, inputs, (each) => mistyped.push(each));
  const findings = [...late, ...mistyped];
  const declared = [...declarationFindings(schema, spec.inputs, values)].filter(
    ({ path }) => !findings.some((unreadable) => unreadable.path === path),
  );
  const problems = [...findings, ...declared].map((each) => `  ${findingText(each)}`);
  const call = functions[token.split(":").at(-1) as keyof typeof functions] as PolicyFunction;
  try {
    const outputs = call(values as never);
    if (problems.length > 0) return refused(["the inputs cannot be used", ...problems].join("\n"));
    return { outputs: isSecret ? secretProperties(outputs) : outputs };
  } catch (error) {
    const { message } = error as Error;
    if (problems.length === 0) return refused(message);
    return refused(
      ["the inputs cannot be used", ...problems, ...furtherProblems(message, [...findings, ...declared])].join("\n"),
    );
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
