export { accessDifference, compileAccess } from "./components/policy/access/difference";
export { throughEndpoint, throughInternet } from "./components/policy/access/ways";
export { evaluatePolicy } from "./components/policy/evaluate";
export { onlyThroughEndpoint } from "./components/policy/onlyThroughEndpoint";
export { endpointPolicy, TableAccess } from "./components/policy/presets";
export { validatePolicy } from "./components/policy/validate";
export type { AccessRequest, CompiledAccess } from "./components/policy/access/difference";
export type {
  AccessCaller,
  AccessContext,
  AccessDecision,
  AccessDifference,
  AccessEdit,
  AccessFlip,
  AccessPolicies,
  AccessPolicyKind,
  AccessTable,
  AccessUnknown,
  DecidingStatement,
  JsonPatchOperation,
  NamedPolicy,
  NewlyAllowed,
  OrganizationLevel,
  OrganizationMembership,
  PolicyEdit,
} from "./components/policy/access/facts";
export type { EndpointWay, InternetWay } from "./components/policy/access/ways";
export type { PolicyDocument, PolicyStatement } from "./components/policy/document";
export type {
  PolicyDecision,
  PolicyKind,
  PolicyRequest,
  PolicyVerdict,
  RequestPrincipal,
} from "./components/policy/evaluate";
export type { Exceptions, OnlyThroughEndpoint, Way } from "./components/policy/onlyThroughEndpoint";
export type { Access, Place, TableGrant, TableReference } from "./components/policy/presets";
export type { PolicyContext, PolicyFinding, PolicySeverity } from "./components/policy/validate";
