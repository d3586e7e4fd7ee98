import type { Finding } from "../../finding";
import type { Change, Preview } from "../read/preview";
import { isComponent, parseUrn } from "../read/urn";
import type * as accessJudge from "../access/judge";
import type { JudgedAccess } from "../access/judge";
import type { PolicyReview, RolloutReview, StackReview, Switch } from "../review";
import { Announcements } from "./announcements";
import { changedWays, type Question, type WayChange } from "./breaks";
import { failureFindings, policyFindings, questionFindings, refusalFindings, unannouncedFindings } from "./findings";
import { policyChangesIn, type PolicyChange } from "./policies";
import { remarksIn, type Remarks } from "./rollouts";
import { verdictOf } from "./verdict";

/** What a preview switches, and what of it cannot be told. */
export function switchesIn(preview: Preview): Pick<StackReview, "switches"> & Told {
  const announcements = new Announcements(preview);
  const { changes, questions } = changedWays(preview, announcements);
  const remarks = remarksIn(preview);
  const ordered = inOrder(changes, announcements, remarks);
  const switches = merged(ordered.map((change) => switchOf(change, announcements, remarks)));
  return { switches, changes, questions, remarks };
}

interface Told {
  readonly changes: readonly WayChange[];
  readonly questions: readonly Question[];
  readonly remarks: ReadonlyMap<string, Remarks>;
}

/** What a preview breaks, in what order, where it stops, and what of it nobody announced. */
export function reviewPreview(preview: Preview): StackReview {
  const told = switchesIn(preview);
  const { switches, questions, remarks } = told;
  const policies = policyChangesIn(preview);
  const judged = judgedAccess(preview, told, policies);
  const findings = [...(judged?.findings ?? []), ...findingsOf(preview, switches, questions, policies)];
  return {
    project: preview.project ?? "",
    stack: preview.stack ?? "",
    source: {
      name: preview.source,
      format: preview.format,
      ...(preview.madeAt !== undefined && { madeAt: preview.madeAt }),
      showsUnchanged: !preview.hidesUnchanged,
    },
    verdict: verdictOf(switches, findings, preview, judged?.access),
    ...(preview.failure !== undefined && {
      failure: { errors: preview.failure.quoted, others: preview.failure.others },
    }),
    switches,
    // One that goes has no stages to come.
    rollouts: [...remarks]
      .filter(([urn]) => preview.changes.get(urn)?.after !== undefined)
      .map(([urn, each]) => rolloutReview(parseUrn(urn).name, each, switches)),
    policies: policies.map(policyReview),
    ...(judged !== undefined && { access: judged.access }),
    findings,
    warnings: preview.messages.filter(({ severity }) => severity === "warning").map(({ text }) => text),
    ...countsOf(preview),
  };
}

/** Without callers or policies that change there is nothing to decide, and most previews need not load what does. */
function judgedAccess(
  preview: Preview,
  { changes, remarks }: Told,
  policies: readonly PolicyChange[],
): JudgedAccess | undefined {
  const resources = [...preview.changes.values()];
  const hasCallers = resources.some(
    ({ type, parent }) => OF_CALLERS.test(type) && !isComponent(parseUrn(parent ?? "")),
  );
  const isChanging = changes.length > 0 || resources.some((each) => HOLDS_POLICY.test(each.type) && isChanged(each));
  if (policies.length === 0 && !(hasCallers && isChanging)) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { judgeAccess } = require("../access/judge") as typeof accessJudge;
  return judgeAccess(preview, changes, remarks);
}

const OF_CALLERS = /^aws(?:-native)?:iam[/:]/;
const HOLDS_POLICY = /^aws(?:-native)?:(?:iam|dynamodb)[/:]|^aws(?:-native)?:ec2[/:]vpcEndpoint/i;

function isChanged({ before, after }: Change): boolean {
  return before !== after;
}

function findingsOf(
  preview: Preview,
  switches: readonly Switch[],
  questions: readonly Question[],
  policies: readonly PolicyChange[],
): readonly Finding[] {
  return [
    ...failureFindings(preview),
    ...refusalFindings(preview),
    ...unannouncedFindings(preview, switches),
    ...questionFindings(questions),
    ...policyFindings(policies),
  ];
}

function switchOf(
  { subject, service, direction, breaks, detail, by }: WayChange,
  announcements: Announcements,
  remarks: ReadonlyMap<string, Remarks>,
): Switch {
  const { reference } = subject;
  const announced = announcements.of(by);
  const rollout = announced && remarks.get(announced.component);
  const stage = rollout?.stages.find(({ routeTables }) => routeTables.includes(announced?.routeTable ?? ""));
  const name = announced?.routeTable ?? reference.change?.name;
  return {
    kind: subject.kind,
    ...(name !== undefined && { name }),
    ...(reference.id !== undefined && { id: reference.id }),
    isSecret: reference.isSecret,
    services: service === "unknown" ? ["DynamoDB or S3"] : [service],
    direction,
    breaks,
    isAnnounced: announced?.told !== undefined,
    ...(detail !== undefined && { detail }),
    ...(stage !== undefined && { stage: stage.name }),
    // What leaves the endpoint is not checked.
    ...(rollout !== undefined &&
      direction !== "withdraw" && { isChecked: rollout.checked.includes(announced?.routeTable ?? "") }),
    by: { name: by.name, type: by.type },
  };
}

/** One for each subject and reason, of all services. */
function merged(switches: readonly Switch[]): readonly Switch[] {
  const found = new Map<string, Switch>();
  for (const each of switches) {
    const { services, ...rest } = each;
    const key = JSON.stringify(rest);
    found.set(key, { ...each, services: [...(found.get(key)?.services ?? []), ...services] });
  }
  return [...found.values()];
}

/** What roll-outs do, one after the other and stage by stage, then what others do. */
function inOrder(
  changes: readonly WayChange[],
  announcements: Announcements,
  remarks: ReadonlyMap<string, Remarks>,
): readonly WayChange[] {
  const tables = [...remarks].flatMap(([component, { stages }]) =>
    stages.flatMap(({ routeTables }) => routeTables.map((table) => `${component} ${table}`)),
  );
  const order = new Map(tables.map((table, i) => [table, i]));
  const place = ({ by }: WayChange): number => {
    const announced = announcements.of(by);
    return order.get(`${announced?.component ?? ""} ${announced?.routeTable ?? ""}`) ?? tables.length;
  };
  return [...changes].sort((a, b) => place(a) - place(b));
}

function rolloutReview(component: string, remarks: Remarks, switches: readonly Switch[]): RolloutReview {
  const last = remarks.stages.findIndex(({ name }) => name === remarks.throughStage);
  const changing = new Set(switches.flatMap(({ by, direction }) => (direction === "withdraw" ? [] : [by.name])));
  return {
    component,
    throughStage: remarks.throughStage,
    ...(remarks.window !== undefined && { window: remarks.window }),
    stages: remarks.stages.map(({ name, routeTables }, i) => ({
      name,
      routeTables: routeTables.map((table) => ({ name: table, isChecked: remarks.checked.includes(table) })),
      // What is withdrawn is beyond the last stage, like what never was switched.
      state: routeTables.some((table) => changing.has(`${component}-${table}`))
        ? "changes"
        : i <= last
          ? "switched"
          : "later",
    })),
  };
}

function policyReview({ kind, by, difference }: PolicyChange): PolicyReview {
  return {
    kind,
    name: by.name,
    type: by.type,
    newlyAllowed: difference?.newlyAllowed ?? [],
    noLongerAllowed: difference?.noLongerAllowed ?? [],
  };
}

function countsOf({ steps }: Preview): Pick<StackReview, "operations" | "steps"> {
  const operations: Record<string, number> = {};
  const counted = [...steps].map(([step, count]) => {
    const space = step.indexOf(" ");
    return { operation: step.slice(0, space), type: step.slice(space + 1), count };
  });
  for (const { operation, count } of counted) operations[operation] = (operations[operation] ?? 0) + count;
  return { operations, steps: counted.filter(({ operation }) => operation !== "same") };
}
