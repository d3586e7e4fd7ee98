import type { AccessDecision } from "../../../components/policy/access/facts";
import { whyText } from "../../access/findings";
import type { Finding } from "../../finding";
import { listed } from "../../preflight/network";
import { counted } from "../../words";
import type { AccessReview, FlipReview } from "../review";
import type { AccessFindingId } from "../judge/findings";
import type { Known } from "./known";

const LOGIC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html";

const MOST_CALLERS = 3;
const MOST_NAMES = 5;
const MOST_EVIDENCE = 10;

/** What else a finding depends on. */
export interface Circumstances {
  readonly changesPolicies: boolean;
  /** Whether it is known what comes before what. */
  readonly isOrderTold: boolean;
  /** Whether something that is not seen may decide. */
  readonly isOpen: boolean;
}

type Facts = Known & Circumstances;

/** One for each statement that decides, and all whom it concerns. */
export function accessFindings(access: AccessReview, facts: Facts): readonly Finding[] {
  const groups = new Map<string, FlipReview[]>();
  for (const flip of access.flips) {
    // Who gives a permission for every way says so in the program.
    if (flip.where === "everywhere" && flip.after.outcome === "allowed") continue;
    const key = JSON.stringify([idOf(flip), isOpen(flip, facts), alikeText(flip), flip.ways]);
    const group = groups.get(key) ?? [];
    group.push(flip);
    groups.set(key, group);
  }
  const found = [...groups.values()].map((flips) => flipFinding(flips as [FlipReview], facts));
  const order = ["blocker", "high", "medium", "unknown", "info"];
  found.sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  return [...found, ...notSeenFindings(access, facts)];
}

/** Of whom nothing that is not seen can say otherwise. */
export function deniedCallers(flips: readonly FlipReview[], facts: Facts): number {
  return new Set(flips.flatMap((flip) => (severityOf(flip, facts) === "blocker" ? [flip.caller] : []))).size;
}

function idOf({ when, where, after }: FlipReview): AccessFindingId {
  if (after.outcome === "allowed") return "AllowedAfterwards";
  if (when === "in between") return "DeniedInBetween";
  if (where === "ways") return "DeniedAfterwards";
  return where === "elsewhere" ? "DeniedElsewhere" : "DeniedEverywhere";
}

/** Whether the caller may have another policy that allows it, or may not be allowed it today. */
function isOpen({ caller, before, after }: FlipReview, { callers }: Facts): boolean {
  if (before.outcome === "unknown") return true;
  const hasUnread = callers.some(({ arn, unread }) => arn === caller && unread.length > 0);
  return hasUnread && after.notAllowedBy === "identity";
}

function severityOf(flip: FlipReview, facts: Facts): Finding["severity"] {
  if (flip.after.outcome === "allowed") return "medium";
  if (flip.where === "everywhere") return "medium";
  if (flip.where === "elsewhere") return facts.ways.length === 0 ? "high" : "medium";
  if (isOpen(flip, facts)) return "unknown";
  return flip.when === "in between" && !facts.isOrderTold ? "unknown" : "blocker";
}

/** What sets a flip apart from others: statements of one kind and name are one, in whatever policy they stand. */
function alikeText({ before, after }: FlipReview): string {
  const text = ({ outcome, by, notAllowedBy }: AccessDecision): string =>
    by === undefined ? `${outcome} ${notAllowedBy}` : `${outcome} ${by.kind} ${by.sid ?? by.path}`;
  return after.by === undefined || after.outcome === "allowed" ? `${text(before)} ${text(after)}` : text(after);
}

/** A document that this run changes is changed in it; others before it. */
function editTexts(flips: readonly FlipReview[], { policies }: Facts): readonly string[] {
  const changing = new Set(policies.filter(({ changes }) => changes).map(({ name }) => name));
  const edits = flips.flatMap((flip) => flip.edits);
  return [
    ...new Set(
      edits.map(({ policy, during }) => {
        const when = changing.has(policy) ? "in this run" : "before this run";
        return `${when}, in ${policy}: ${during.words} ${JSON.stringify(during.patch)}`;
      }),
    ),
  ];
}

/** "denied by the resource policy of Orders: Statement[0] and 3 more". */
function whyTexts(decisions: readonly AccessDecision[]): string {
  return listed([...new Set(decisions.map(whyText))], 1);
}

function flipFinding(flips: readonly [FlipReview, ...FlipReview[]], facts: Facts): Finding {
  const [first] = flips;
  const callers = [...new Set(flips.map(({ caller }) => shortArn(caller)))];
  const requests = requestsText(flips);
  const id = idOf(first);
  const edits = editTexts(flips, facts);
  return {
    id,
    severity: severityOf(first, facts),
    subject: listed(callers, MOST_CALLERS),
    message: `${requests} ${MESSAGES[id](first, whyTexts(flips.map(({ after }) => after)))}`,
    evidence: evidenceOf(flips),
    remedy: edits.length > 0 ? listed(edits, MOST_CALLERS) : remedyOf(id, first, facts),
    reference: LOGIC,
  };
}

const MESSAGES: Readonly<Record<AccessFindingId, (flip: FlipReview, then: string) => string>> = {
  DeniedAfterwards: (flip, then) => `${todayText(flip.before)}; after this run: ${then}; ${waysText(flip)}`,
  DeniedInBetween: (flip, then) =>
    `is allowed today and after this run; while it is under way: ${then}; ${waysText(flip)}`,
  DeniedElsewhere: ({ before }, then) =>
    `${todayText(before)}; after this run, from a pipeline, the console, another VPC, or wherever no route table of ` +
    `this preview leads: ${then}`,
  DeniedEverywhere: ({ before }, then) => `${todayText(before)}; after this run, on every way: ${then}`,
  AllowedAfterwards: (flip, then) =>
    `today: ${whyText(flip.before)}; after this run: ${then}${
      flip.where === "ways" ? `; ${waysText(flip)}` : ", from elsewhere"
    }`,
  PermissionsNotSeen: () => "",
};

function todayText(before: AccessDecision): string {
  return before.outcome === "unknown"
    ? `may be allowed today (that depends on ${listed(before.dependsOn, MOST_NAMES)})`
    : "is allowed today";
}

/** "private-a, private-b: nat-1 (203.0.113.7), then the endpoint gateway". */
function waysText({ ways }: FlipReview): string {
  const names = ways.flatMap((way) => way.names);
  const [first] = ways;
  if (first === undefined) return "";
  const words = first.before === first.after ? first.before : `${first.before}, then ${first.after}`;
  return `${listed([...new Set(names)], MOST_NAMES)}: ${words}`;
}

/** "GetItem, PutItem on table/Orders". */
function requestsText(flips: readonly Pick<FlipReview, "actions" | "resources">[]): string {
  const actions = [...new Set(flips.flatMap((flip) => flip.actions))].map((action) => action.replace("dynamodb:", ""));
  const resources = [...new Set(flips.flatMap((flip) => flip.resources))];
  const below = (arn: string): number => arn.split("/").length + (/^\*$|::global-table/.test(arn) ? 10 : 0);
  const sorted = [...resources].sort((one, other) => below(one) - below(other)).map(shortArn);
  return `${listed(byUse(actions), MOST_NAMES)} on ${listed(sorted, MOST_CALLERS)}`;
}

/** What programs call most comes first. */
const USUAL = ["GetItem", "Query", "PutItem", "UpdateItem", "Scan", "DeleteItem", "BatchGetItem", "BatchWriteItem"];

function byUse(actions: readonly string[]): readonly string[] {
  const place = (action: string): number => (USUAL.includes(action) ? USUAL.indexOf(action) : USUAL.length);
  return [...actions].sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}

/** Of each caller, what allows it today. */
function evidenceOf(flips: readonly FlipReview[]): readonly string[] {
  const byCaller = new Map<string, FlipReview[]>();
  for (const flip of flips) {
    const own = byCaller.get(flip.caller) ?? [];
    own.push(flip);
    byCaller.set(flip.caller, own);
  }
  const lines = [...byCaller].slice(0, MOST_EVIDENCE).map(([caller, own]) => {
    const today = [...new Set(own.map(({ before }) => whyText(before)))];
    // Of one alone the message says the rest.
    return `${byCaller.size === 1 ? "" : `${shortArn(caller)}: ${requestsText(own)}; `}today ${listed(today, MOST_CALLERS)}`;
  });
  const rest = byCaller.size - lines.length;
  return rest > 0 ? [...lines, `and ${counted(rest, "caller")} more: --json has them`] : lines;
}

/** `role/app`, `table/Orders`. */
function shortArn(arn: string): string {
  return arn.split(":").slice(5).join(":") || arn;
}

function remedyOf(id: AccessFindingId, { before, after, ways }: FlipReview, { isOrderTold }: Facts): string {
  const kind = after.by?.kind ?? after.notAllowedBy;
  const staysOpen = ways.some((way) => way.before === way.after);
  if (id === "DeniedInBetween")
    return isOrderTold
      ? "change the way and the policy in runs of their own; or let the resource that is to come last depend on the " +
          "other (dependsOn)"
      : "an event stream does not say what comes first: review the output of `pulumi preview --json --show-sames`";
  if (id === "AllowedAfterwards") return "look whether that is meant";
  if (id === "DeniedEverywhere") return "look whether nobody needs it any more: the way makes no difference";
  if (id === "DeniedElsewhere")
    return (
      "look whether one of them calls from elsewhere; onlyThroughEndpoint excepts principals by name " +
      "(except.principals)"
    );
  if (before.outcome === "unknown" && kind !== "table")
    return "if it is allowed today, allow it on both ways before this run: `dynamodb-endpoint access` has the edit";
  if (kind === "endpoint") return "let the endpoint's policy allow it, or take it from the caller's policy first";
  return staysOpen
    ? "switch these route tables first, and make this change in a later run; or except these callers"
    : "no small edit keeps both ways allowed: look at the policy that denies, with whoever owns it";
}

/** What decides as well and is not seen is no pass, where a permission depends on the way or on what is hidden. */
function notSeenFindings({ notSeen, callers }: AccessReview, { isOpen: mayDecide }: Facts): readonly Finding[] {
  if (!mayDecide) return [];
  return [
    {
      id: "PermissionsNotSeen",
      severity: "unknown",
      subject: `${counted(callers, "caller")} of this preview`,
      message: "permissions depend on the way, and not all that decides is in this preview",
      evidence: notSeen.map((each) => `not known: ${each}`),
      remedy: "run `dynamodb-endpoint access`, which reads them in AWS: it takes what is about to change with --plan",
      reference: LOGIC,
    },
  ];
}
