import type { PolicyPath } from "./path";

/**
 * `error`: AWS refuses the document, or a part of it does the opposite of what it says, or nothing at all.
 * `warning`: it works as written, but what is written is seldom what was meant.
 */
export type PolicySeverity = "error" | "warning";

/** One thing that is wrong with a policy document. The page "Findings of policies" explains every code. */
export interface PolicyFinding {
  /** Where in the parsed document; the empty path is the document itself. */
  readonly path: PolicyPath;
  /** How bad it is. */
  readonly severity: PolicySeverity;
  /** What kind of finding it is. */
  readonly code: PolicyFindingCode;
  /** What is wrong, what it causes, what to write instead. */
  readonly message: string;
}

/** The kinds of findings. docs/policy-findings.md explains each, and its cure. */
export type PolicyFindingCode = keyof typeof POLICY_FINDING_SEVERITIES;

/** Every code with its severity, in the order of docs/policy-findings.md. */
export const POLICY_FINDING_SEVERITIES = {
  // The document
  NotJson: "error",
  DuplicateKey: "error",
  TooLong: "error",
  TooLongForManagedPolicy: "warning",
  WrongType: "error",
  EmptyList: "error",
  EmptyCondition: "warning",
  UnknownElement: "error",
  UnsupportedElement: "error",
  MissingElement: "error",
  ConflictingElements: "error",
  InvalidVersion: "error",
  MissingVersion: "warning",
  InvalidEffect: "error",
  InvalidSid: "error",
  DuplicateSid: "error",
  DuplicateStatement: "warning",
  DuplicateEntry: "warning",
  VariableNotResolved: "error",
  MalformedVariable: "error",
  VariableNotSupported: "error",
  UnknownVariable: "warning",
  VariableOfSeveralValues: "error",
  // What it adds up to
  MissingAllow: "error",
  DeniesEverything: "error",
  NeverMatches: "error",
  AllowsNoItems: "warning",
  MissingDescribeEndpoints: "warning",
  DenyMissesActions: "warning",
  DenyLocksOutAdministrators: "warning",
  DenyHitsDescribeEndpoints: "warning",
  DenyHitsReplication: "warning",
  // Principals
  PrincipalNotEveryone: "error",
  InvalidPrincipal: "error",
  AllowWithNotPrincipal: "warning",
  PublicAccess: "error",
  // Actions
  InvalidAction: "error",
  OtherServiceAction: "warning",
  OperationIsNoAction: "error",
  MisspelledAction: "error",
  UnknownAction: "warning",
  PatternMatchesNoAction: "warning",
  StreamsNotServed: "warning",
  AllowWithNotAction: "warning",
  AdmitsTableActions: "warning",
  // Resources
  MalformedArn: "error",
  OtherServiceResource: "error",
  WrongPartition: "error",
  WrongRegion: "warning",
  UnknownRegion: "warning",
  WrongAccount: "error",
  PartialAccount: "error",
  WildcardInService: "warning",
  UnknownResourceType: "error",
  AllowWithNotResource: "warning",
  ActionNeedsAllResources: "warning",
  ActionNeedsOtherResource: "warning",
  MissingIndexArn: "warning",
  // Conditions
  UnknownOperator: "error",
  NullIfExists: "error",
  NullWithSetOperator: "error",
  MissingSetOperator: "error",
  ForAllValuesOnSingleValue: "warning",
  OperatorDoesNotFitKey: "error",
  InvalidConditionKey: "error",
  UnknownConditionKey: "warning",
  OtherServiceKey: "error",
  RepeatedConditionKey: "error",
  InvalidConditionValue: "error",
  EveryBoolean: "error",
  DoubtfulDate: "warning",
  WrongIdentifier: "error",
  DoubtfulPrincipal: "warning",
  WildcardInIdentifier: "error",
  WildcardWithoutLike: "warning",
  ShortWildcard: "error",
  ForAllValuesInAllow: "warning",
  IfExistsInAllow: "warning",
  EndpointKeyInEndpointPolicy: "warning",
  SourceIpThroughEndpoint: "error",
  SourceIpBesideEndpoint: "warning",
  SourceVpcArnNotSupported: "error",
} as const satisfies Readonly<Record<string, PolicySeverity>>;

/**
 * The checks of IAM Access Analyzer that tell the same, by their names; where several do, a finding says which.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html.
 */
const ACCESS_ANALYZER_CHECKS: Readonly<Partial<Record<PolicyFindingCode, string>>> = {
  NotJson: "Json syntax error",
  TooLongForManagedPolicy: "Policy size exceeds identity policy quota",
  WrongType: "Data type mismatch",
  EmptyCondition: "Empty object condition",
  UnknownElement: "Invalid policy element",
  UnsupportedElement: "Unsupported principal",
  ConflictingElements: "Unsupported element combination",
  InvalidVersion: "Invalid version",
  MissingVersion: "Missing version",
  InvalidEffect: "Invalid effect",
  InvalidSid: "Unsupported Sid",
  DuplicateSid: "Unique Sids required",
  DuplicateStatement: "Redundant statement",
  VariableNotResolved: "Variable unsupported in version",
  VariableNotSupported: "Variable unsupported in element",
  InvalidPrincipal: "Invalid principal format",
  AllowWithNotPrincipal: "Allow with NotPrincipal",
  OperationIsNoAction: "Invalid action",
  MisspelledAction: "Invalid action",
  UnknownAction: "Invalid action",
  WrongPartition: "Invalid partition",
  UnknownRegion: "Invalid ARN Region",
  WildcardInService: "Wildcard in service name",
  UnknownResourceType: "Invalid ARN resource",
  UnknownOperator: "Invalid condition operator",
  NullIfExists: "Null with if exists",
  NullWithSetOperator: "Null with qualifier",
  MissingSetOperator: "Missing qualifier",
  ForAllValuesOnSingleValue: "ForAllValues with single valued key",
  InvalidConditionKey: "Invalid condition key format",
  OtherServiceKey: "Unsupported action for condition key",
  RepeatedConditionKey: "Duplicate keys with different case",
  EveryBoolean: "Invalid condition multiple Boolean",
  DoubtfulDate: "Invalid date value",
  WildcardWithoutLike: "Wildcard without like operator",
};

/**
 * `check` is the one of Access Analyzer that tells the same, where the code alone does not say which; `""` for none.
 */
export function finding(
  code: PolicyFindingCode,
  path: PolicyPath,
  message: string,
  check = ACCESS_ANALYZER_CHECKS[code] ?? "",
): PolicyFinding {
  return {
    path,
    severity: POLICY_FINDING_SEVERITIES[code],
    code,
    message: check === "" ? message : `${message} (Access Analyzer: ${check})`,
  };
}

/** Text of a document, quoted for a message: as long as a reader still takes in. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
}

/** What JSON calls the type of a value. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
