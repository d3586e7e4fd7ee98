import { type Finding, checkInputs } from "./check";
import type { FunctionType } from "./functionType";
import type { Session } from "./lifecycle";
import type { Values } from "./values";

export interface FunctionOutcome {
  readonly result?: Values;
  readonly findings: readonly Finding[];
}

export async function callFunction(
  { cloud, provider }: Session,
  fn: FunctionType,
  args: Values,
): Promise<FunctionOutcome> {
  const { findings } = checkInputs(
    { ...fn, properties: fn.arguments, exactlyOneOf: [] },
    { news: args, olds: {}, resourceName: "", randomSeed: new Uint8Array() },
  );
  if (findings.length > 0) return { findings };
  const region = args["region"];
  const aws = cloud.region(typeof region === "string" ? region : provider.region);
  const answer = { ...(await fn.run({ cloud, provider, aws, args })), region: aws.name };
  const declared = Object.entries(answer).filter(([name]) => name in fn.results);
  return { findings, result: Object.fromEntries(declared) };
}
