import type { PolicyDocument } from "../document";

/** A policy and the name by which people know it: a managed policy's ARN, an inline policy's name, `p-…`. */
export interface NamedPolicy {
  /** What a finding calls it. Policies of one name are one policy: they are read once, whoever has them. */
  readonly name: string;
  /**
   * Absent where it could not be read: what depends on it is unknown then, and never a pass. `null` where there is none
   * yet, which allows and denies nothing: of a boundary that there is not, give the full access that it leaves.
   */
  readonly document?: string | PolicyDocument | null | undefined;
  /** The document that is about to take its place, on ways with `arePoliciesPlanned`; `null` where it goes away. */
  readonly planned?: string | PolicyDocument | null | undefined;
}

/** A role or a user whose requests are judged. */
export interface AccessCaller {
  /**
   * `arn:aws:iam::111122223333:role/PATH/NAME`, `:user/NAME`; that of a session
   * (`arn:aws:sts::111122223333:assumed-role/NAME/SESSION`) where one session alone is meant.
   */
  readonly arn: string;
  /** Managed and inline policies, those of a user's groups too. One without a document stands for what is not known. */
  readonly identityPolicies: readonly NamedPolicy[];
  /** The permissions boundary. Absent: it has none. */
  readonly boundary?: NamedPolicy | undefined;
  /**
   * Whether its sessions may have session policies, which nobody can read: what is allowed is unknown then. Default:
   * it has none, as the roles of functions, tasks and instances.
   */
  readonly mayHaveSessionPolicies?: boolean | undefined;
  /** Tag → value, session tags included. Absent: not known. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A table, with what lies below it. */
export interface AccessTable {
  /** `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`. */
  readonly arn: string;
  /** Its resource-based policy. Absent: it has none. */
  readonly policy?: NamedPolicy | undefined;
  /** Stream label → that stream's own policy. A stream that is not named has none. */
  readonly streamPolicies?: Readonly<Record<string, NamedPolicy>> | undefined;
  /** Absent: not known. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The policies that are attached at one place of an organization: its root, a unit, or the account itself. */
export interface OrganizationLevel {
  /** `r-…`, `ou-…`, the account's ID, or a name. */
  readonly name: string;
  /** Absent where the organization has this type of policies not enabled. An empty list allows nothing. */
  readonly serviceControlPolicies?: readonly NamedPolicy[] | undefined;
  /** Absent where the organization has this type of policies not enabled; then nothing is limited. */
  readonly resourceControlPolicies?: readonly NamedPolicy[] | undefined;
}

/** What an account's organization says of it. */
export interface OrganizationMembership {
  /** `o-…`. Absent: not known. */
  readonly id?: string | undefined;
  /** `o-…/r-…/ou-…/`: the account's one path. Absent: not known. */
  readonly path?: string | undefined;
  /** Its policies limit no principal and no resource of the management account. */
  readonly isManagementAccount?: boolean | undefined;
  /** From the root down to the account. Absent where they could not be read: one unknown, not one a caller. */
  readonly levels?: readonly OrganizationLevel[] | undefined;
}

/** All policies that decide, but for that of the endpoint, which belongs to the way. */
export interface AccessPolicies {
  readonly callers: readonly AccessCaller[];
  readonly tables: readonly AccessTable[];
  /** Account ID → its organization. An account that is not named: not known. */
  readonly accounts?: Readonly<Record<string, OrganizationMembership | "none">> | undefined;
}

/**
 * What the requests of one way have in common: how they look to policies.
 *
 * The keys of the way (`aws:SourceIp`, `aws:VpcSourceIp`, `aws:SourceVpc`, `aws:SourceVpce`, `aws:VpceAccount`,
 * `aws:VpceOrgID`, `aws:VpceOrgPaths`) are absent unless they are given. What follows from the caller and the table is
 * added: `aws:PrincipalArn`, `aws:PrincipalTag/…`, `aws:ResourceAccount`, `aws:RequestedRegion` and their kin. Requests
 * are the callers' own: `aws:ViaAWSService` is false and `aws:CalledVia` absent, unless given. Every other key is not
 * known.
 */
export interface AccessContext {
  /** The policy of the endpoint that the way leads through. Absent where it leads through none. */
  readonly endpointPolicy?: NamedPolicy | undefined;
  /** Condition key → its value or values; an empty list where the key is absent. */
  readonly keys: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Condition key → the values one of which a request has: the addresses of several NAT gateways. Ranges are possible
   * for addresses: those of subnets for `aws:VpcSourceIp`.
   */
  readonly oneOf?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Keys that have some value, or none: `aws:SourceIp` behind a transit gateway. */
  readonly unknown?: readonly string[] | undefined;
  /** Whether policies have their `planned` documents on it. Default: those of today. */
  readonly arePoliciesPlanned?: boolean | undefined;
}

/** Which of the policies that concern a request. */
export type AccessPolicyKind =
  "identity" | "boundary" | "session" | "table" | "endpoint" | "serviceControl" | "resourceControl";

/** A statement, so that people find it. */
export interface DecidingStatement {
  readonly kind: AccessPolicyKind;
  /** The policy's name. */
  readonly policy: string;
  /** `Statement[1]`. */
  readonly path: string;
  readonly sid?: string | undefined;
}

/** What IAM makes of a request, all policies together. */
export interface AccessDecision {
  readonly outcome: "allowed" | "denied" | "unknown";
  /** The statement that allows or denies. Absent where a denial is the lack of one that allows. */
  readonly by?: DecidingStatement | undefined;
  /** Which kind of policies has none that allows. Absent unless that is why it is denied. */
  readonly notAllowedBy?: AccessPolicyKind | undefined;
  /** Of an unknown outcome: the condition keys (`aws:RequestTag/team`) and the policies that it depends on, sorted. */
  readonly dependsOn: readonly string[];
}

/** Requests whose decision is another one on the other way. */
export interface AccessFlip {
  /** The caller's ARN. */
  readonly caller: string;
  /** `dynamodb:GetItem`, sorted. */
  readonly actions: readonly string[];
  /**
   * ARNs of tables, and of what lies below them, sorted: `TABLE/index/NAME`, and `TABLE/index/*` for the indexes that
   * no policy names; `*` for actions that have no resource.
   */
  readonly resources: readonly string[];
  readonly before: AccessDecision;
  readonly after: AccessDecision;
  /**
   * What keeps both ways allowed, all of it together: one change for each policy that denies. Empty where nothing is
   * denied that was allowed, and where only "allow all" would do.
   */
  readonly edits: readonly AccessEdit[];
}

/** One step of a change of a document: RFC 6902. */
export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace";
  /** `/Statement/1/Condition/StringNotEqualsIfExists/aws:SourceVpc/-`. */
  readonly path: string;
  readonly value?: unknown;
}

/** A change of one policy, evaluated. */
export interface PolicyEdit {
  /** In words: which list, add what. */
  readonly words: string;
  /** Of the document as it is today, or as it is planned, in their order. */
  readonly patch: readonly JsonPatchOperation[];
  /** What it allows besides, on either way, to the given callers, that they are allowed on neither today. */
  readonly newlyAllows: readonly NewlyAllowed[];
}

/** What an edit allows that it was not made for. */
export interface NewlyAllowed {
  readonly caller: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly way: "before" | "after";
}

/** The least change of the policy that denies. */
export interface AccessEdit {
  readonly kind: AccessPolicyKind;
  /** The policy's name. */
  readonly policy: string;
  /** Whether it changes the document that is planned for the policy, and not that of today. */
  readonly isPlanned?: true;
  /** While both ways are in use. */
  readonly during: PolicyEdit;
  /** For when the switch is done. */
  readonly afterwards: PolicyEdit;
}

/** What could not be judged, once for all whom it concerns. */
export interface AccessUnknown {
  /** The policy or the condition key. */
  readonly dependsOn: string;
  /** ARNs of the callers, sorted. */
  readonly callers: readonly string[];
}

/** Whose permission flips when the way changes. */
export interface AccessDifference {
  /** Allowed → denied first. */
  readonly flips: readonly AccessFlip[];
  /** What may flip as well, for all that is known: never a pass. */
  readonly unknown: readonly AccessUnknown[];
}
