import type { PolicyPath } from "./path";

/**
 * `error`: AWS refuses the document, or a part of it does the opposite of what it says, or nothing at all.
 * `warning`: it works as written, but what is written is seldom what was meant.
 */
export type PolicySeverity = "error" | "warning";

/** One thing that is wrong with a policy document. docs/policy-findings.md explains every code. */
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
  // What it adds up to
  MissingAllow: "error",
  DeniesEverything: "error",
  NeverMatches: "error",
  AllowsNoItems: "warning",
  MissingDescribeEndpoints: "warning",
  DenyMissesActions: "warning",
  DenyLocksOutAdministrators: "warning",
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
  WrongAccount: "error",
  PartialAccount: "error",
  UnknownResourceType: "error",
  ActionNeedsAllResources: "error",
  ActionNeedsOtherResource: "warning",
  MissingIndexArn: "warning",
  // Conditions
  UnknownOperator: "error",
  NullIfExists: "error",
  OperatorDoesNotFitKey: "error",
  InvalidConditionKey: "error",
  UnknownConditionKey: "warning",
  RepeatedConditionKey: "error",
  InvalidConditionValue: "error",
  WrongIdentifier: "error",
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

export function finding(code: PolicyFindingCode, path: PolicyPath, message: string): PolicyFinding {
  return { path, severity: POLICY_FINDING_SEVERITIES[code], code, message };
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
