export { DynamoDbEndpoint } from "./components/dynamoDbEndpoint";
export { EndpointPolicy } from "./components/endpointPolicy";
export { GatewayEndpoint } from "./components/gatewayEndpoint";
export { RouteRollout } from "./components/routeRollout";
export { endpointPolicy, evaluatePolicy, onlyThroughEndpoint, TableAccess, validatePolicy } from "./policy";
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
export type {
  Access,
  Exceptions,
  OnlyThroughEndpoint,
  Place,
  PolicyContext,
  PolicyDecision,
  PolicyDocument,
  PolicyFinding,
  PolicyKind,
  PolicyRequest,
  PolicySeverity,
  PolicyStatement,
  PolicyVerdict,
  RequestPrincipal,
  TableGrant,
  TableReference,
  Way,
} from "./policy";
