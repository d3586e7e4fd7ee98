import { setTimeout as sleep } from "node:timers/promises";
import type * as pulumi from "@pulumi/pulumi";
import { hooksWork } from "../engine/hooks";
import { lastOutputs, type LastOutputs } from "../engine/lastOutputs";
import { valueIfKnown } from "../engine/plannedValues";
import type { RoutePlan } from "../plan/routePlan";
import { provenReport, type CheckQuestion } from "./reportJudgement";

/**
 * Which answers of a check were refused, remembered from one run to the next in the outputs of the component: for each
 * invocation the token with which it is asked again. That an answer in the state is no report comes to light when its
 * invocation is registered, and then it is too late to ask for another.
 *
 * A component's outputs are registered once, and not at all by a run that fails before. So the first refusal registers
 * what the last run had registered, with its token, before it lets the run fail. Where that did not come about, as in a
 * killed run, the answer that stands in the state is refused again, and remembered then.
 */
export interface RefusalMemory {
  /**
   * The token of an invocation, if it must be asked again. Under another name for its route table it is asked anyway.
   */
  token(invocationName: string, question: pulumi.Output<CheckQuestion>): Promise<string | undefined>;
  /** Whether the last run ended with a report that answers the same question for the gate. */
  wasProven(question: CheckQuestion): Promise<boolean>;
  /** Has these asked again by the next run; resolved when the engine has it. */
  remember(invocationNames: readonly string[]): Promise<void>;
  /** What the component registers, once: these outputs when `proceeded` has settled, or a refusal before that. */
  registered(outputs: pulumi.Inputs, proceeded: Promise<unknown>): Promise<pulumi.Inputs>;
}

/** The memory of a roll-out with a check; `undefined` without an engine, as under mocks. */
export function refusalMemory(
  component: pulumi.Resource,
  { name: componentName }: Pick<RoutePlan, "name">,
  last: Promise<LastOutputs>,
): RefusalMemory | undefined {
  if (!hooksWork()) return undefined;
  // What belongs to a component that is renamed with an alias keeps its token.
  const keyOf = (invocationName: string): string => invocationName.slice(componentName.length + 1);
  const now = new Date().toISOString();
  const tokens = new Map<string, Promise<string | undefined>>();
  let registerRefusal: ((outputs: pulumi.Inputs) => void) | undefined;
  const refused = new Promise<pulumi.Inputs>((resolve) => void (registerRefusal = resolve));

  const readToken = async (key: string, question: pulumi.Output<CheckQuestion>): Promise<string | undefined> => {
    const askedAgain = tokensIn(await last);
    if (askedAgain !== undefined) return askedAgain[key];
    // Earlier versions took any answer of a gate for its report.
    const asked = await valueIfKnown(question);
    return asked?.phase === "after" && (await reportProves(last, asked)) === false ? now : undefined;
  };
  const remembered = async (again: readonly string[] = []): Promise<Tokens> => {
    const used = await Promise.all([...tokens].map(async ([key, token]) => [key, await token] as const));
    return Object.fromEntries([...used, ...again.map((name) => [keyOf(name), now] as const)]);
  };
  return {
    token: (name, question) => {
      const token = readToken(keyOf(name), question);
      tokens.set(keyOf(name), token);
      return token;
    },
    wasProven: async (question) => (await reportProves(last, question)) === true,
    remember: async (names) => {
      const [{ outputs }, askedAgain] = await Promise.all([last, remembered(names)]);
      registerRefusal?.({ ...outputs, askedAgain });
      for (let attempt = 0; attempt < 50 && !(await isRegistered(component, askedAgain)); attempt += 1) await sleep(20);
    },
    registered: (outputs, proceeded) =>
      Promise.race([refused, proceeded.then(async () => ({ ...outputs, askedAgain: await remembered() }))]),
  };
}

/** The tokens of those that must be asked again, by their names without the component's. */
type Tokens = Readonly<Record<string, string | undefined>>;

/** Absent where no run of a version that has it ended. */
function tokensIn({ values }: LastOutputs): Tokens | undefined {
  return values.askedAgain as Tokens | undefined;
}

/** The SDK does not tell when outputs are registered; the engine answers with them when they are. */
async function isRegistered(component: pulumi.Resource, expected: Tokens): Promise<boolean> {
  const askedAgain = tokensIn(await lastOutputs(component));
  return Object.entries(expected).every(([key, token]) => askedAgain?.[key] === token);
}

/** Whether the report that was an output proves what the question asks for; `undefined` if there was none. */
async function reportProves(
  last: Promise<LastOutputs>,
  { routeTable, table, vpcEndpointId }: CheckQuestion,
): Promise<boolean | undefined> {
  const checkReports = (await last).values.checkReports as Readonly<Record<string, unknown>> | undefined;
  if (checkReports === undefined || !Object.hasOwn(checkReports, routeTable)) return undefined;
  return provenReport(JSON.stringify(checkReports[routeTable]), { routeTable, table, vpcEndpointId }) !== undefined;
}
