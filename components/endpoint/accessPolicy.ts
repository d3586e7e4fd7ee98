import { all, output, type ComponentResource, type Input, type Output } from "@pulumi/pulumi";
import { findingText, type Finding } from "../args/findings";
import { withoutAccounts } from "../args/printable";
import { isSecretInput } from "../engine/plannedValues";
import { regionOf } from "../engine/region";
import { belowAccess, policyFindings, type PolicySource } from "../plan/policyFindings";
import { deniedToCheck, type CheckingPrincipal } from "../policy/checkAccess";
import { documentObject, FULL_ACCESS } from "../policy/document";
import { accessFindings, accessPolicy, pathCheckStatement, type Access, type Place } from "../policy/presets";
import { placeOf } from "./place";

/** A check whose requests the policy must let through. */
export interface CheckedPath {
  /** The name of the table that the requests name. */
  readonly table: Input<string>;
  /** The ARN of that table. */
  readonly tableArn: Output<string>;
  /** The ARN of the role that makes them, or one like it where the role has yet to be made. */
  readonly roleArn: Output<string>;
}

/**
 * The document of an endpoint. Neither `policy` nor `access` means full access, written out. With `access`, a check
 * gets a statement of its own; a `policy` that would lock it out is none.
 */
export function policyDocument(
  component: ComponentResource,
  source: PolicySource,
  checked?: CheckedPath,
): Input<string> {
  const document = rightDocument(component, source, checked);
  return source.problems === undefined ? document : documentUnless(source.problems, document);
}

function rightDocument(
  component: ComponentResource,
  source: PolicySource,
  checked: CheckedPath | undefined,
): Input<string> {
  const { policy, access } = source;
  if (access !== undefined) {
    const pathCheck = checked && { name: checked.table };
    const given = all([{ ...access, pathCheck }, accessPlace(component, source, checked)]);
    return given.apply(async ([known, place]) => documentOf(known as Access, place, await isSecretInput(given)));
  }
  if (policy === undefined) return FULL_ACCESS;
  return checked === undefined
    ? policy
    : all([policy, checked.tableArn, checked.roleArn]).apply(([text, tableArn, roleArn]) =>
        checkableDocument(text, { tableArn, roleArn }),
      );
}

/** Nothing is looked up where everything is given by its ARN. */
function accessPlace(
  component: ComponentResource,
  { access, region }: PolicySource,
  checked: CheckedPath | undefined,
): Output<Place> {
  const byName = checked !== undefined || (access?.tables?.some(({ name }) => name !== undefined) ?? false);
  return byName ? placeOf(component, region) : output({ account: "*", region: regionOf(component, region) });
}

/**
 * Values may be known only now, and an error in here would be shown with a stack, under another property's name. So
 * what cannot be made a policy becomes a document that says why; `accessProblem` finds it before it is applied.
 */
function documentOf(access: Access, place: Place, secret: boolean): string {
  const findings = [...accessFindings(access, place)]
    .map(belowAccess)
    .map((each) => findingText(secret ? withoutValue(each) : each));
  try {
    return findings.length > 0 ? noPolicy(findings) : JSON.stringify(accessPolicy(access, place));
  } catch (error) {
    return noPolicy([`access: ${(error as Error).message}`]);
  }
}

/** A finding quotes what is wrong, and where one value of an access is a secret, all of them may be. */
function withoutValue({ path }: Finding): Finding {
  return {
    path,
    message: "cannot be used, and is not shown: `access` has a secret in it",
    suggestion: 'see the page "Policies" for what it takes',
  };
}

/** The policy itself, unless it denies the check. One that cannot be read at all is judged elsewhere. */
function checkableDocument(policy: string, principal: CheckingPrincipal): string {
  const denied = documentObject(policy) === undefined ? [] : deniedToCheck(policy, principal);
  if (denied.length === 0) return policy;
  return noPolicy([
    ...[...policyFindings(policy, principal.tableArn.split(":")[3])].map(findingText),
    withoutAccounts(
      `policy: denies the check of rollout.check, ${denied.join(" and ")} on ${principal.tableArn}: no route table ` +
        `could be proven; add the statement ${JSON.stringify(pathCheckStatement(principal.tableArn))}, with the id ` +
        "of this account, and let no Deny concern it",
    ),
  ]);
}

/** The document, unless there is something to refuse: then what `accessProblem` finds before it is applied. */
export function documentUnless(refused: Promise<readonly Finding[]>, document: Input<string>): Output<string> {
  return output(refused).apply((findings) =>
    output(findings.length > 0 ? noPolicy(findings.map(findingText)) : document),
  );
}

function noPolicy(reasons: readonly string[]): string {
  return JSON.stringify({ [NO_POLICY]: reasons });
}

const NO_POLICY = "NoPolicy";

/** Why a document that was to be made from `access` is none, a line each; `undefined` if it is one. */
export function accessProblem(document: string): readonly string[] | undefined {
  if (!document.startsWith(`{"${NO_POLICY}":`)) return undefined;
  return (JSON.parse(document) as { [NO_POLICY]: readonly string[] })[NO_POLICY];
}
