import type { Invocation } from "@pulumi/aws/lambda/invocation";
import * as pulumi from "@pulumi/pulumi";
import { hookMaker, hooksWork, warn } from "../engine/hooks";
import { settledValue, valueIfKnown } from "../engine/plannedValues";
import type { RoutePlan } from "../plan/routePlan";
import { checkedInvocations, type CheckHooks } from "./checkHooks";
import type { RefusalMemory } from "./refusalMemory";
import { answerProblems, refusedAnswerText, type CheckQuestion } from "./reportJudgement";
import { refusedCheckText, type CheckedTable } from "./warnings";

/**
 * What a roll-out makes of the answers to the invocations of its check: they must be the reports that were asked for.
 *
 * An invocation has succeeded once it was answered, whatever the answer, and then stands in the state. So what depends
 * on it waits for the judgement of the answer, and one that was refused is asked again by the next run.
 */
export interface CheckAnswers {
  /** What is among the triggers of an invocation beside its question: nothing, until an answer was refused. */
  askedAgain(invocationName: string, question: pulumi.Output<CheckQuestion>): Record<string, pulumi.Input<string>>;
  /** What may depend on an invocation: itself if its answer is a report, else a resource that fails, and says why. */
  accepted(
    invocationName: string,
    invocation: Invocation,
    question: pulumi.Output<CheckQuestion>,
  ): Promise<pulumi.Resource>;
  /** What the component registers: its outputs, and what is to be remembered. */
  registered(outputs: pulumi.Inputs): pulumi.Inputs | Promise<pulumi.Inputs>;
}

/** The answers of a roll-out's check. Without hooks, as under mocks, every answer is accepted. */
export function checkAnswers(
  component: pulumi.ComponentResource,
  plan: RoutePlan,
  { madeNow }: Pick<CheckHooks, "madeNow">,
  memory: RefusalMemory | undefined,
): CheckAnswers {
  const judging: Judging = { component, plan, checked: checkedInvocations(plan), madeNow, memory, accepted: new Set() };
  const judgements: Promise<pulumi.Resource>[] = [];
  return {
    // The SDK leaves a property out that turns out to be undefined.
    askedAgain: (name, question): Record<string, pulumi.Input<string>> =>
      memory === undefined ? {} : { asked: pulumi.output(memory.token(name, question)) as pulumi.Output<string> },
    accepted: (name, invocation, question) => {
      const judgement = judge(judging, name, invocation, question);
      judgements.push(judgement);
      return judgement;
    },
    registered: (outputs) => (memory === undefined ? outputs : memory.registered(outputs, Promise.all(judgements))),
  };
}

/** What the answers of one roll-out are judged with. */
interface Judging {
  readonly component: pulumi.ComponentResource;
  readonly plan: RoutePlan;
  readonly checked: ReadonlyMap<string, CheckedTable>;
  readonly madeNow: ReadonlySet<string>;
  readonly memory: RefusalMemory | undefined;
  /** The names of the invocations whose answers were accepted so far. */
  readonly accepted: Set<string>;
}

/** The invocation, or, where its answer is refused, what fails in its place. */
async function judge(
  judging: Judging,
  name: string,
  invocation: Invocation,
  asked: pulumi.Output<CheckQuestion>,
): Promise<pulumi.Resource> {
  const { checked, madeNow, memory, accepted } = judging;
  // A resource that cannot be registered fails what depends on it by itself.
  const [table, answer, question] = [
    checked.get(name),
    await valueIfKnown(invocation.result).catch(() => undefined),
    await valueIfKnown(asked),
  ];
  // Where there is no answer, there was no invocation: a preview, mocks, or what --target leaves out.
  if (!hooksWork() || table === undefined || typeof answer !== "string" || question === undefined) return invocation;
  const problems = answerProblems(answer, question);
  // What was seen before and during a switch is past once a gate has proven it.
  const isPast = async (): Promise<boolean> =>
    question.phase !== "after" && !madeNow.has(name) && (await memory?.wasProven(question)) === true;
  if (problems.length === 0 || (await isPast())) {
    accepted.add(name);
    return invocation;
  }
  const isSecret = (await Promise.all([pulumi.isSecret(asked), pulumi.isSecret(invocation.result)])).includes(true);
  const standing = madeNow.has(name) ? undefined : await valueIfKnown(invocation.urn);
  const text = refusedCheckText(table, refusedAnswerText(answer, problems, { isSecret }), standing);
  if (!pulumi.runtime.isDryRun()) return refuse(judging, name, table, text);
  await warn(text, judging.component);
  return invocation;
}

async function refuse(
  { component, plan, checked, memory, accepted }: Judging,
  name: string,
  table: CheckedTable,
  text: string,
): Promise<pulumi.Resource> {
  // The other gates of the stage may be on their way, and what they are answered is then judged by nobody.
  const undecided = [...checked].filter(
    ([other, { stage, phase }]) => stage === table.stage && phase === "after" && !accepted.has(other),
  );
  await memory?.remember([name, ...undecided.map(([other]) => other)]);
  const title = `refusing an answer to ${plan.name}`;
  const refusing = (): never => {
    throw new pulumi.RunError(text);
  };
  const hook = hookMaker()?.(title, refusing, { inPreviews: false });
  // It never comes to be: the engine fails, and what depends on it is held back, also with --continue-on-error.
  const refusal = new pulumi.Stash(
    `${name}-refused`,
    { input: name },
    { parent: component, hooks: { beforeCreate: hook && [hook] } },
  );
  // One error for all that depends on it: the SDK shows each that differs.
  await settledValue(refusal.urn);
  return refusal;
}
