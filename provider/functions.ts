import type { EndpointAccess } from "../components/args/args";
import type { PolicyStatement } from "../components/policy/document";
import {
  evaluatePolicy as evaluate,
  type PolicyDecision,
  type PolicyKind,
  type PolicyRequest,
} from "../components/policy/evaluate";
import { onlyThroughEndpoint as deny, type OnlyThroughEndpoint } from "../components/policy/onlyThroughEndpoint";
import { endpointPolicy as policyFor, type Access, type Place } from "../components/policy/presets";
import { validatePolicy as validate, type PolicyContext, type PolicyFinding } from "../components/policy/validate";

/*
 * The policy functions in the form in which every Pulumi language can call them: one object in, one object out, and
 * policies as JSON, which is what `policy` arguments take. The package schema is generated from these declarations.
 */

/** What {@link endpointPolicy} is called with. */
export interface EndpointPolicyInputs {
  /** What the endpoint is for: which tables, how much of them, for whom. */
  readonly access: EndpointAccess;
  /** Where tables that are given by name are. Needed if there is one. */
  readonly place?: Place | undefined;
}

/** What {@link endpointPolicy} returns. */
export interface EndpointPolicyOutputs {
  /** The policy document as JSON. */
  readonly json: string;
}

/**
 * The endpoint policy that allows what `access` says and nothing else.
 *
 * Components write it themselves from their argument `access`; this is for programs that check or share it. The
 * document is the same for the same access, whatever the order in which it is written. It is an error, with all
 * findings, where `access` cannot be a policy.
 */
export function endpointPolicy({ access, place }: EndpointPolicyInputs): EndpointPolicyOutputs {
  return { json: JSON.stringify(policyFor(access as Access, place)) };
}

/** What {@link onlyThroughEndpoint} returns. */
export interface OnlyThroughEndpointOutputs {
  /** The statement as JSON, to be one of several in a policy. */
  readonly statement: string;
  /** A policy document of this one statement, as JSON. */
  readonly json: string;
}

/**
 * The statement that denies requests to the tables unless they come through the endpoint.
 *
 * It denies what concerns items only, unless told otherwise. It spares AWS services that call by themselves or on
 * behalf of a principal, not those that use a role which you gave them: these, and people, are named in
 * `except.principals`. It allows nothing: what may be done through the endpoint is for other statements. It is an
 * error, with all findings, where the statement would not do what it says.
 */
export function onlyThroughEndpoint(intent: OnlyThroughEndpoint): OnlyThroughEndpointOutputs {
  const statement: PolicyStatement = deny(intent);
  return {
    statement: JSON.stringify(statement),
    json: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  };
}

/** What {@link validatePolicy} is called with. */
export interface ValidatePolicyInputs {
  /** The policy document as JSON. */
  readonly document: string;
  /** Where the policy takes effect: what it may say depends on it. */
  readonly context: PolicyContext;
}

/** What {@link validatePolicy} returns. */
export interface ValidatePolicyOutputs {
  /** Findings about the document come first, then those of each statement in their order. Empty if there is none. */
  readonly findings: readonly PolicyFinding[];
  /** Whether no finding is an error. */
  readonly valid: boolean;
}

/** Everything that is wrong with a policy, or seldom meant, where it takes effect as `context` says. */
export function validatePolicy({ document, context }: ValidatePolicyInputs): ValidatePolicyOutputs {
  const findings = validate(document, context);
  return { findings, valid: findings.every(({ severity }) => severity !== "error") };
}

/** What {@link evaluatePolicy} is called with. */
export interface EvaluatePolicyInputs {
  /** The policy document as JSON: an endpoint's, a table's, or that of the identity that makes the request. */
  readonly document: string;
  /** The request that the policy is asked about. */
  readonly request: PolicyRequest;
  /**
   * Where the policy takes effect: an account as `Principal` means everyone in it in the policy of a table, and its
   * root user alone in that of an endpoint. Default: `identity` where no statement has a `Principal`, else `endpoint`.
   */
  readonly kind?: PolicyKind | undefined;
}

/** What {@link evaluatePolicy} returns. */
export interface EvaluatePolicyOutputs {
  /** What the policy says about the request. */
  readonly decision: PolicyDecision;
  /** The statement that decided, the first if several did: `Statement[1]`. Absent where none applies. */
  readonly statement?: string | undefined;
  /**
   * Why nothing is allowed, whatever the document says: AWS would not take it, so that it cannot be in force, or the
   * request cannot be evaluated. Absent where neither is so.
   */
  readonly problem?: string | undefined;
}

/**
 * What one policy says about a request.
 *
 * It is the verdict of this one policy and not of IAM as a whole: AWS allows a request only if nothing denies it in any
 * of the policies that concern it, and the endpoint policy and IAM both allow it. What cannot be read, or what AWS's
 * documents leave open, counts against the request.
 */
export function evaluatePolicy({ document, request, kind }: EvaluatePolicyInputs): EvaluatePolicyOutputs {
  return evaluate(document, request, kind);
}
