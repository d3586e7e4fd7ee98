import { listOf, type ConditionValue, type PolicyStatement } from "../../components/policy/document";
import type { PolicyRequest } from "../../components/policy/evaluate";
import { matchesNotPrincipal, namedPrincipals } from "../../components/policy/principals";
import { readRequest, type RequestWithAllKeys } from "../../components/policy/requestContext";
import type { Attachment, PolicyCase } from "./policiesCases";

/** A point on which the evaluators are known to differ, why ours stands, and the statements that raise it. */
export interface KnownDisagreement {
  readonly name: string;
  readonly reason: string;
  readonly source: string;
  readonly raisedBy: (statement: PolicyStatement, request: PolicyRequest, policy: PolicyOfCase) => boolean;
}

interface PolicyOfCase {
  readonly version: string | undefined;
  readonly attachment: Attachment;
}

const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide";

/** Keys of the cases that have several values by their type, whatever a request has. */
const MULTIVALUED = new Set(["aws:tagkeys", "dynamodb:leadingkeys"]);

/** What AWS's documents leave open, or rule out, and others answer all the same. */
export const UNPROMISED: readonly KnownDisagreement[] = [
  {
    name: "a multivalued key without a set operator",
    reason:
      "AWS requires one and leaves open what is without: a Deny applies, an Allow does not, however many values " +
      "there are.",
    source: `${IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(({ operator, key }) => MULTIVALUED.has(key) && !/^For/.test(operator)),
  },
  {
    name: "ForAnyValue:…IfExists without the key",
    reason:
      "IfExists says true for a key that is missing, ForAnyValue says false: which one applies is not documented, " +
      "so a Deny applies.",
    source: `${IAM}/reference_policies_elements_condition_operators.html#Conditions_IfExists`,
    raisedBy: (statement, request) =>
      conditionsOf(statement).some(
        ({ operator, key }) => /^ForAnyValue:.*IfExists$/.test(operator) && !contextOf(request).has(key),
      ),
  },
  {
    name: "a variable that the request lacks, negated",
    reason: 'It "might cause the entire statement to be invalid": not promised, so a Deny applies.',
    source: `${IAM}/reference_policies_variables.html`,
    raisedBy: (statement, request, { version }) =>
      version === "2012-10-17" &&
      [
        ...listOf(statement.NotResource ?? []),
        ...conditionsOf(statement).flatMap(({ operator, values }) => (operator.includes("Not") ? values : [])),
      ].some((text) => lacksVariable(String(text), request)),
  },
  {
    name: "a multivalued key as a variable",
    reason: "AWS says that it cannot be one, whatever its values: a Deny applies, an Allow does not.",
    source: `${IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
    raisedBy: (statement, _request, { version }) =>
      version === "2012-10-17" && JSON.stringify(statement).includes("${aws:TagKeys}"),
  },
  {
    name: "a wildcard for the service of a resource",
    reason: "AWS says that there can be none: a Deny applies, an Allow does not.",
    source: `${IAM}/reference_policies_elements_resource.html`,
    raisedBy: (statement) => resourcesOf(statement).some((text) => text.startsWith("arn:aws:*:")),
  },
  {
    name: "a part of an account in an ARN, in the policy of an endpoint",
    reason: "Such a policy takes an account or a wildcard, not both: a Deny applies, an Allow does not.",
    source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    raisedBy: (statement, _request, { attachment }) =>
      attachment === "endpoint" &&
      conditionsOf(statement).some(({ values }) => values.some((value) => String(value).includes("::1111*:"))),
  },
  {
    name: "variables before 2012-10-17",
    reason: "Without that version they are literal text, and no value is put in for them.",
    source: `${IAM}/reference_policies_variables.html`,
    raisedBy: (statement, _request, { version }) =>
      version !== "2012-10-17" && JSON.stringify(statement).includes("${"),
  },
  {
    name: "an IPv6 address without a prefix",
    reason:
      "It is compared as an address, however it is written; and IAM's default prefix of /32 is not said to be /128 " +
      "for IPv6.",
    source: `${IAM}/reference_policies_elements_condition_operators.html#Conditions_IPAddress`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(
        ({ operator, values }) =>
          operator.includes("IpAddress") && values.some((value) => /:[^/]*$/.test(String(value))),
      ),
  },
  {
    name: "a NotPrincipal that lists a principal without its account, or the account alone",
    reason:
      "AWS might look at the account first, then the role, then the session: only those that are all listed are " +
      "exempt from a Deny.",
    source: `${IAM}/reference_policies_elements_notprincipal.html`,
    raisedBy: ({ NotPrincipal }, request) =>
      NotPrincipal !== undefined &&
      matchesNotPrincipal(namedPrincipals(NotPrincipal), "resource", request.principal, contextOf(request)) ===
        "unknown",
  },
];

/** Where @cloud-copilot/iam-simulate differs. */
export const DISAGREEMENTS_OF_IAM_SIMULATE: readonly KnownDisagreement[] = [
  ...UNPROMISED,
  {
    name: "an empty string under a set operator",
    reason:
      "A key that resolves to an empty data set, such as an empty string, satisfies ForAllValues and not ForAnyValue.",
    source: `${IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
    raisedBy: (statement, request) =>
      conditionsOf(statement).some(
        ({ operator, key }) =>
          /^For/.test(operator) &&
          contextOf(request)
            .get(key)
            ?.every((value) => value === ""),
      ),
  },
  {
    name: "a * at the end of a part of an ARN",
    reason: "It can expand to match beyond the colon boundaries.",
    source: `${IAM}/reference_policies_elements_resource.html`,
    raisedBy: (statement, request) =>
      resourcesOf(statement).some((text) => {
        const parts = text.split(":");
        return (
          parts.length < request.resource.split(":").length && parts.slice(0, -1).some((part) => part.endsWith("*"))
        );
      }),
  },
  {
    name: "the range of all IPv4 addresses",
    reason: "0.0.0.0/0 has every IPv4 address in it.",
    source: "https://www.rfc-editor.org/rfc/rfc4632 (section 3.1)",
    raisedBy: (statement) => conditionsOf(statement).some(({ values }) => values.includes("0.0.0.0/0")),
  },
  {
    name: "an IPv4 address without a prefix, and an IPv6 source",
    reason: "The address is not the source, so NotIpAddress holds.",
    source: `${IAM}/reference_policies_elements_condition_operators.html#Conditions_IPAddress`,
    raisedBy: (statement, request) =>
      conditionsOf(statement).some(({ operator, key, values }) => {
        const sources = contextOf(request).get(key) ?? [];
        return (
          operator.includes("NotIpAddress") &&
          values.includes("10.0.0.1") &&
          sources.some((source) => source.includes(":"))
        );
      }),
  },
  {
    name: "epoch time",
    reason: "Epoch (UNIX) time counts seconds.",
    source: `${IAM}/reference_policies_elements_condition_operators.html#Conditions_Date`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(
        ({ operator, values }) => operator.includes("Date") && values.some((value) => /^\d{5,}$/.test(String(value))),
      ),
  },
  {
    name: "${*} under StringEquals",
    reason: "It stands for a * wherever a variable may stand, not only beside wildcards.",
    source: `${IAM}/reference_policies_variables.html`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(
        ({ operator, values }) =>
          /String(Not)?Equals/.test(operator) && values.some((value) => String(value).includes("${*}")),
      ),
  },
  {
    name: "NotResource for an action without resources",
    reason: "It means every resource that is not listed; actions that have none are called on all of them.",
    source: `${IAM}/reference_policies_elements_notresource.html`,
    raisedBy: ({ NotResource }, request) => NotResource !== undefined && request.resource === "*",
  },
];

/** The condition keys that a request has. */
export function contextOf(request: PolicyRequest): RequestWithAllKeys["context"] {
  const read = readRequest(request);
  if ("problem" in read) throw new Error(read.problem);
  return read.context;
}

/** The names of what is known to differ in a case, and the case without the statements that raise it. */
export function withoutKnownDisagreements(
  policyCase: PolicyCase,
  known: readonly KnownDisagreement[],
): { readonly names: readonly string[]; readonly rest: PolicyCase } {
  const { document, request } = policyCase;
  const names = new Set<string>();
  const Statement = (listOf(document.Statement) as PolicyStatement[]).filter((statement) => {
    const raised = known.filter(({ raisedBy }) =>
      raisedBy(statement, request, { version: document.Version, attachment: policyCase.attachment }),
    );
    for (const { name } of raised) names.add(name);
    return raised.length === 0;
  });
  return { names: [...names], rest: { ...policyCase, document: { ...document, Statement } } };
}

export function resourcesOf({ Resource = [], NotResource = [] }: PolicyStatement): readonly string[] {
  return [Resource, NotResource].flatMap(listOf) as readonly string[];
}

interface OneCondition {
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly ConditionValue[];
}

export function conditionsOf({ Condition = {} }: PolicyStatement): readonly OneCondition[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: listOf(values) as readonly ConditionValue[],
    })),
  );
}

function lacksVariable(text: string, request: PolicyRequest): boolean {
  const context = contextOf(request);
  return [...text.matchAll(/\$\{([^},*]+)\}/g)].some(([, key = ""]) => !context.has(key.toLowerCase()));
}
