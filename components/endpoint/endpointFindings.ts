import type { Finding } from "../args/findings";
import type { Observation, ObservedEndpoint } from "./observation";

/** An endpoint that is none for the traffic to DynamoDB. */
export function endpointFindings(path: string, endpoint: Observation["endpoint"]): readonly Finding[] {
  if (endpoint === undefined || (endpoint !== "missing" && isGatewayForDynamoDb(endpoint))) return [];
  const message =
    endpoint === "missing"
      ? "there is no such endpoint in this account and Region"
      : `is the id of ${kindOf(endpoint)}`;
  return [
    {
      path,
      message,
      suggestion:
        "give the id of a gateway endpoint for DynamoDB, with its Region as `region` where that is not the provider's",
    },
  ];
}

/** An endpoint that cannot be adopted for `vpcId`, where that is known. */
export function adoptionFindings(endpoint: Observation["endpoint"], vpcId: string | undefined): readonly Finding[] {
  const path = "adopt.vpcEndpointId";
  const findings = endpointFindings(path, endpoint);
  if (
    findings.length > 0 ||
    endpoint === undefined ||
    endpoint === "missing" ||
    vpcId === undefined ||
    endpoint.vpcId === vpcId
  )
    return findings;
  return [
    {
      path,
      message: "is the id of an endpoint of another VPC than `vpcId`",
      suggestion: "give the id of the endpoint of that VPC, or the VPC of this endpoint: adopting it would replace it",
    },
  ];
}

function isGatewayForDynamoDb({ vpcEndpointType, serviceName }: ObservedEndpoint): boolean {
  return vpcEndpointType === "Gateway" && serviceName.endsWith(".dynamodb");
}

function kindOf({ vpcEndpointType, serviceName }: ObservedEndpoint): string {
  return `${vpcEndpointType === "Interface" ? "an" : "a"} ${vpcEndpointType} endpoint for ${serviceName}`;
}
