export { DynamoDbEndpoint } from "./components/dynamoDbEndpoint";
export { EndpointPolicy } from "./components/endpointPolicy";
export { GatewayEndpoint } from "./components/gatewayEndpoint";
export { RouteRollout } from "./components/routeRollout";
export { evaluatePolicy } from "./components/policy/evaluate";
export { onlyThroughEndpoint } from "./components/policy/onlyThroughEndpoint";
export { endpointPolicy, TableAccess } from "./components/policy/presets";
export { validatePolicy } from "./components/policy/validate";
export type {
  AccessTable,
  Adoption,
  DynamoDbEndpointArgs,
  EndpointAccess,
  EndpointPolicyArgs,
  GatewayEndpointArgs,
  ReconnectCheck,
  Rollout,
  RolloutStage,
  RolloutWindow,
  RouteRolloutArgs,
} from "./components/args/args";
export type { SecurityGroupEgress } from "./components/endpoint/vpcEndpoint";
export type {
  BeforeReport,
  CheckReport,
  ConnectionReport,
  ProbeEvent,
  WatchReport,
} from "./components/check/probe/report";
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
