import * as assert from "node:assert/strict";
import { ApiError } from "../../lab/cloud/apiError";
import type { Cloud, Region } from "../../lab/cloud/cloud";

export const REGION = "us-east-1";
export const SERVICE = `com.amazonaws.${REGION}.dynamodb`;

/** A VPC with route tables, made directly through the API. */
export interface TestNetwork {
  readonly region: Region;
  readonly vpcId: string;
  readonly tables: readonly string[];
}

export async function testNetwork(cloud: Cloud, { tables = 1, region: name = REGION } = {}): Promise<TestNetwork> {
  const region = cloud.region(name);
  const { vpcId } = await region.ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  const ids: string[] = [];
  for (let i = 0; i < tables; i++) ids.push((await region.ec2.createRouteTable({ vpcId })).routeTableId);
  return { region, vpcId, tables: ids };
}

/** The call is refused with this code, and with this message if one is given. */
export async function refused(call: Promise<unknown>, code: string, message?: string | RegExp): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.code, code);
    if (typeof message === "string") assert.equal(error.message, message);
    if (message instanceof RegExp) assert.match(error.message, message);
    return true;
  });
}

/** The gateways to which a table's routes lead. */
export function gatewaysOf(cloud: Cloud, routeTableId: string): readonly (string | undefined)[] {
  return cloud.routesOf(REGION, routeTableId).map(({ gatewayId, natGatewayId }) => gatewayId ?? natGatewayId);
}
