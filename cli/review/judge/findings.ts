import type { Finding } from "../../finding";
import type { Preview } from "../read/preview";
import { isComponent, parseUrn } from "../read/urn";
import type { Switch } from "../review";
import type { Question } from "./breaks";
import type { PolicyChange } from "./policies";
import { subjectsText } from "./verdict";

/** Those about permissions, whose texts have names of others in them. */
export const ACCESS_FINDINGS = [
  "DeniedAfterwards",
  "DeniedInBetween",
  "DeniedElsewhere",
  "DeniedEverywhere",
  "AllowedAfterwards",
  "PermissionsNotSeen",
] as const;

export type AccessFindingId = (typeof ACCESS_FINDINGS)[number];

/** The findings of reviews, each with a section in the documentation; those of policies are `validatePolicy`'s. */
export const REVIEW_FINDINGS = [
  "PreviewFailed",
  "UpRefuses",
  "UnannouncedBreak",
  "UnchangedNotShown",
  "RouteTableNotTold",
  "WayNotShown",
  "PolicyNotShown",
  ...ACCESS_FINDINGS,
] as const;

/** A preview that failed is reviewed as far as it goes, and is never green. */
export function failureFindings({ failure, source }: Preview): readonly Finding[] {
  if (failure === undefined) return [];
  return [
    {
      id: "PreviewFailed",
      severity: "unknown",
      subject: source,
      message: "the preview failed: what comes after the error is not in it",
      evidence: failure.quoted,
      remedy: "fix the error, and preview again",
    },
  ];
}

/** What our components refuse in a deployment: their previews continue, to show what else there is. */
export function refusalFindings({ messages }: Preview): readonly Finding[] {
  return messages
    .filter(({ severity, text }) => severity === "warning" && text.includes("`pulumi up` refuses"))
    .map(({ urn, text }) => ({
      id: "UpRefuses",
      // A window that is still to open is none to worry about.
      severity: /^the window for switching route tables opens/.test(text) ? "info" : "high",
      subject: parseUrn(urn).name,
      message: text
        .trim()
        .replace(/\s*\n\s*/g, " ")
        .replace(/\.$/, ""),
      evidence: [],
      remedy: "",
    }));
}

/** What breaks without a warning of a component, with the reason: one for each component, or resource. */
export function unannouncedFindings(preview: Preview, switches: readonly Switch[]): readonly Finding[] {
  const parents = parentsIn(preview);
  const groups = new Map<string, { readonly reason: Reason; readonly switches: Switch[] }>();
  for (const each of switches) {
    if (!each.breaks || each.isAnnounced) continue;
    const reason = reasonFor(preview, parents, each);
    const key = JSON.stringify([reason, each.services]);
    const group = groups.get(key) ?? { reason, switches: [] };
    group.switches.push(each);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ reason: { evidence, ...told }, switches: [first, ...others] }) => {
    const services = first?.services.join(" and ") ?? "";
    return {
      id: "UnannouncedBreak",
      severity: "high",
      message:
        others.length === 0
          ? `open connections to ${services} break, and no warning in the preview says so`
          : `open connections of ${subjectsText([first as Switch, ...others])} to ${services} break all at once, and ` +
            "no warning in the preview says so",
      evidence: [evidence],
      ...told,
      ...(others.length === 0 && first !== undefined && { subject: first.name ?? first.id ?? first.by.name }),
    };
  });
}

/** What makes something break, and what to do about it. */
interface Reason extends Pick<Finding, "subject" | "remedy"> {
  readonly evidence: string;
}

/** By type and name, as a switch has them. */
function parentsIn({ changes }: Preview): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const { type, name, parent } of changes.values())
    if (!found.has(`${type} ${name}`)) found.set(`${type} ${name}`, parent);
  return found;
}

function reasonFor(
  preview: Preview,
  parents: ReadonlyMap<string, string | undefined>,
  { by, direction, services }: Switch,
): Reason {
  const urn = parents.get(`${by.type} ${by.name}`) ?? "";
  const component = parseUrn(urn);
  if (!isComponent(component))
    return {
      subject: by.name,
      evidence: `${by.type} ${by.name}`,
      remedy: remedyFor(direction, services),
    };
  const owner = preview.changes.get(urn);
  return {
    subject: component.name,
    evidence: `${component.type} ${component.name}`,
    remedy:
      owner !== undefined && owner.after === undefined
        ? 'withdraw first, with throughStage "none", and take the component away in a later run: a component that is ' +
          "no longer in the program, or a destroy, says nothing"
        : "run it without --target and --exclude: a component that is left out of a run says nothing",
  };
}

/** Without a component of ours. */
function remedyFor(direction: Switch["direction"], services: Switch["services"]): string {
  const choose = "choose the time of this run, and tell its clients";
  if (direction === "reroute" || direction === "lose")
    return `${choose}; a route table that is on gateway endpoints already does not notice it`;
  return services.includes("S3") ? choose : `put the route table under a RouteRollout, or ${choose}`;
}

export function questionFindings(questions: readonly Question[]): readonly Finding[] {
  return questions.map(({ id, subject, message }) => ({
    id,
    severity: "unknown",
    subject,
    message,
    evidence: [],
    remedy:
      id === "WayNotShown"
        ? "compare the routes of both route tables by hand: one of them is not in this stack"
        : "review the output of `pulumi preview --json --show-sames`",
  }));
}

/** What is wrong with policies that change, with the codes of `validatePolicy`. */
export function policyFindings(policies: readonly PolicyChange[]): readonly Finding[] {
  return policies.flatMap(({ by, findings, hidden }) => [
    ...(hidden === undefined
      ? []
      : [
          {
            id: "PolicyNotShown",
            severity: "unknown" as const,
            subject: by.name,
            message:
              hidden === "secret"
                ? "its policy changes, and something in it is secret"
                : "its policy changes to one that is known after deployment",
            evidence: [by.type],
            remedy: "validate the policy where it may be seen, with validatePolicy",
          },
        ]),
    ...findings.map(({ code, severity, message, path }) => ({
      id: code,
      severity: severity === "error" ? ("high" as const) : ("medium" as const),
      subject: by.name,
      message,
      evidence: [`${by.type}: ${path === "" ? "the document" : path}`],
      remedy: `the section ${code} of "Findings of policies" says what to do`,
    })),
  ]);
}
