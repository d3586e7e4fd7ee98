import type { Invocation } from "@pulumi/aws/lambda/invocation";
import * as pulumi from "@pulumi/pulumi";
import { checkedInvocations, type CheckHooks } from "./checkHooks";
import { hookMaker, warn } from "./hooks";
import { settledValue, valueIfKnown } from "./plannedValues";
import type { RefusalMemory } from "./refusalMemory";
import { answerProblems, refusedAnswerText, type CheckQuestion } from "./reportJudgement";
import type { RoutePlan } from "./routePlan";
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
  const hook = hookMaker();
  const checked = checkedInvocations(plan);
  const judgements: Promise<pulumi.Resource>[] = [];
  const accepted = new Set<string>();

  const refuse = async (
    name: string,
    table: CheckedTable,
    invocation: Invocation,
    text: string,
  ): Promise<pulumi.Resource> => {
    if (pulumi.runtime.isDryRun()) {
      await warn(text, component);
      return invocation;
    }
    // The other gates of the stage may be on their way, and what they are answered is then judged by nobody.
    const undecided = [...checked].filter(
      ([other, { stage, phase }]) => stage === table.stage && phase === "after" && !accepted.has(other),
    );
    await memory?.remember([name, ...undecided.map(([other]) => other)]);
    const refusing = hook?.(
      `judging the answers to ${plan.name}`,
      () => {
        throw new pulumi.RunError(text);
      },
      { inPreviews: false },
    );
    // It never comes to be: the engine fails, and what depends on it is held back, also with --continue-on-error.
    const refusal = new pulumi.Stash(
      `${name}-refused`,
      { input: name },
      { parent: component, hooks: { beforeCreate: refusing && [refusing] } },
    );
    // One error for all that depends on it: the SDK shows each that differs.
    await settledValue(refusal.urn);
    return refusal;
  };

  const judge = async (
    name: string,
    invocation: Invocation,
    asked: pulumi.Output<CheckQuestion>,
  ): Promise<pulumi.Resource> => {
    // A resource that cannot be registered fails what depends on it by itself.
    const [table, answer, question] = [
      checked.get(name),
      await valueIfKnown(invocation.result).catch(() => undefined),
      await valueIfKnown(asked),
    ];
    // Where there is no answer, there was no invocation: a preview, mocks, or what --target leaves out.
    if (hook === undefined || table === undefined || typeof answer !== "string" || question === undefined)
      return invocation;
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
    return refuse(
      name,
      table,
      invocation,
      refusedCheckText(table, refusedAnswerText(answer, problems, { isSecret }), standing),
    );
  };
  return {
    // The SDK leaves a property out that turns out to be undefined.
    askedAgain: (name, question): Record<string, pulumi.Input<string>> =>
      memory === undefined ? {} : { asked: pulumi.output(memory.token(name, question)) as pulumi.Output<string> },
    accepted: (name, invocation, question) => {
      const judgement = judge(name, invocation, question);
      judgements.push(judgement);
      return judgement;
    },
    registered: (outputs) => (memory === undefined ? outputs : memory.registered(outputs, Promise.all(judgements))),
  };
}
