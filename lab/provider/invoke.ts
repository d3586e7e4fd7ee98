import { type Finding, checkInputs } from "./check";
import type { FunctionType } from "./functionType";
import { placeOf, type Session } from "./lifecycle";
import type { Values } from "./values";

export interface FunctionOutcome {
  readonly result?: Values;
  readonly findings: readonly Finding[];
}

export async function callFunction(session: Session, fn: FunctionType, args: Values): Promise<FunctionOutcome> {
  const { findings } = checkInputs(
    { ...fn, properties: fn.arguments, exactlyOneOf: [] },
    { news: args, olds: {}, resourceName: "", randomSeed: new Uint8Array() },
  );
  if (findings.length > 0) return { findings };
  const place = placeOf(session, args["region"]);
  const answer = { ...(await fn.run({ ...place, args })), region: place.aws.name };
  const declared = Object.entries(answer).filter(([name]) => name in fn.results);
  return { findings, result: Object.fromEntries(declared) };
}
