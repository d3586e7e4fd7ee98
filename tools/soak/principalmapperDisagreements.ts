import type { PolicyStatement } from "../../components/policy/document";
import { listOf } from "../../components/policy/document";
import { matchesPattern, matchesResource, patternOf } from "../../components/policy/matching";
import type { PolicyRequest } from "../../components/policy/evaluate";
import { roleOfSession } from "../../components/policy/requestContext";
import { conditionsOf, contextOf, resourcesOf, UNPROMISED, type KnownDisagreement } from "./policiesDisagreements";

const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide";
const OPERATORS = `${IAM}/reference_policies_elements_condition_operators.html`;
const SETS = `${IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html`;

/** Where principalmapper differs. */
export const DISAGREEMENTS_OF_PRINCIPALMAPPER: readonly KnownDisagreement[] = [
  ...UNPROMISED,
  {
    name: "a number, a date or an address under an operator with IfExists or a set operator",
    reason:
      "They change nothing of the comparison but what is said of a missing key and of several values; " +
      "principalmapper no longer knows the operator.",
    source: `${OPERATORS}#Conditions_IfExists`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(
        ({ operator }) => /Numeric|Date|IpAddress/.test(operator) && /^For|IfExists$/.test(operator),
      ),
  },
  {
    name: "BinaryEqualsIfExists without the key",
    reason: "IfExists holds where the key is missing.",
    source: `${OPERATORS}#Conditions_IfExists`,
    raisedBy: (statement, request) =>
      conditionsOf(statement).some(
        ({ operator, key }) => operator.endsWith("BinaryEqualsIfExists") && !contextOf(request).has(key),
      ),
  },
  {
    name: "StringNotLike without the key",
    reason: "A negated operator holds where the key is missing.",
    source: `${OPERATORS}#Conditions_String`,
    raisedBy: (statement, request) =>
      conditionsOf(statement).some(
        ({ operator, key }) => /StringNotLike$/.test(operator) && !contextOf(request).has(key),
      ),
  },
  {
    name: "a set operator over several values, or several keys",
    reason: "ForAllValues asks each value by itself, ForAnyValue one of them, and each key of the operator must hold.",
    source: SETS,
    raisedBy: (statement, request) =>
      Object.entries(statement.Condition ?? {}).some(
        ([operator, keys]) => /^For/.test(operator) && Object.keys(keys).length > 1,
      ) ||
      conditionsOf(statement).some(
        ({ operator, key }) => /^For/.test(operator) && (contextOf(request).get(key) ?? []).length > 1,
      ),
  },
  {
    name: "the further ones of several dates",
    reason: "One of several values is enough.",
    source: `${IAM}/reference_policies_condition-logic-multiple-context-keys-or-values.html`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(({ operator, values }) => /^Date(Less|Greater)/.test(operator) && values.length > 1),
  },
  {
    name: "a day without a time, beside a time with its zone",
    reason: "A date without a zone is UTC; principalmapper cannot compare the two.",
    source: `${OPERATORS}#Conditions_Date`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(
        ({ operator, values }) =>
          operator.startsWith("Date") && values.some((value) => /^[\d-]{10}$/.test(String(value))),
      ),
  },
  {
    name: "a number with zeros before it",
    reason: "Digits are a decimal number, with zeros before them too.",
    source: `${OPERATORS}#Conditions_Numeric`,
    raisedBy: (statement, request) =>
      conditionsOf(statement).some(
        ({ operator, key, values }) =>
          operator.startsWith("Numeric") &&
          [...values, ...(contextOf(request).get(key) ?? [])].some((value) => /^0\d/.test(String(value))),
      ),
  },
  {
    name: "a variable in a condition, the default of a variable, or ${*}",
    reason:
      "Variables are replaced in conditions as in resources, and have defaults; principalmapper replaces those that " +
      "are in resources, without defaults.",
    source: `${IAM}/reference_policies_variables.html`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(({ values }) => values.some(hasVariable)) ||
      resourcesOf(statement).some((text) => /\$\{(\*|[^}]*,)/.test(text)),
  },
  {
    name: "a wildcard that would reach over the colons of an ARN",
    reason: "A wildcard stays within its part, unless it ends it; principalmapper compares the whole text.",
    source: `${IAM}/reference_policies_elements_resource.html`,
    raisedBy: (statement, request) =>
      resourcesOf(statement).some((text) => isSpanning(text, request.resource)) ||
      conditionsOf(statement).some(
        ({ operator, key, values }) =>
          operator.includes("Arn") &&
          values.some((value) =>
            contextOf(request)
              .get(key)
              ?.some((arn) => isSpanning(String(value), arn)),
          ),
      ),
  },
  {
    name: "the session of a role as principal",
    reason: "A session can be named as principal.",
    source: `${IAM}/reference_policies_elements_principal.html#principal-role-session`,
    raisedBy: (statement, request) => namesSession(statement, request),
  },
  {
    name: "a role with a path, called by a session that does not say it",
    reason: "The ARN of a session does not have the path of its role, so that the name decides.",
    source: `${IAM}/reference_identifiers.html#identifiers-arns`,
    raisedBy: ({ Principal, NotPrincipal }, request) =>
      isSession(request) && /:role\/path\//.test(JSON.stringify([Principal, NotPrincipal])),
  },
];

/** Whether a text matches as such, and not as an ARN. */
function isSpanning(text: string, arn: string): boolean {
  return matchesPattern(patternOf(text), arn) !== matchesResource(patternOf(text), arn);
}

function hasVariable(value: unknown): boolean {
  return String(value).includes("${");
}

function isSession({ principal }: PolicyRequest): boolean {
  return roleOfSession(principal.arn ?? "") !== undefined;
}

function namesSession({ Principal, NotPrincipal }: PolicyStatement, { principal }: PolicyRequest): boolean {
  return [Principal, NotPrincipal].some(
    (named) =>
      typeof named === "object" &&
      listOf(named.AWS).includes(principal.arn) &&
      principal.arn?.includes(":assumed-role/"),
  );
}
