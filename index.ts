export { DynamoDbEndpoint } from "./components/dynamoDbEndpoint";
export { EndpointPolicy } from "./components/endpointPolicy";
export { GatewayEndpoint } from "./components/gatewayEndpoint";
export { RouteRollout } from "./components/routeRollout";
export type {
  Adoption,
  DynamoDbEndpointArgs,
  EndpointPolicyArgs,
  GatewayEndpointArgs,
  Rollout,
  RolloutStage,
  RolloutWindow,
  RouteRolloutArgs,
} from "./components/args";
export type { SecurityGroupEgress } from "./components/vpcEndpoint";
