import * as assert from "node:assert/strict";
import { paginateListServiceQuotas } from "@aws-sdk/client-service-quotas";
import { REGION, SERVICE } from "../network";
import { everyOperation, present, refusedWith, wire } from "./wire";

const ENDPOINTS = "L-1B52E74A";
const ROUTES = "L-93826ACB";

describe("Service Quotas for AWS's own client", () => {
  const on = wire();
  const valueOf = async (QuotaCode: string) =>
    (await on.servicequotas.getServiceQuota({ ServiceCode: "vpc", QuotaCode })).Quota?.Value;
  const quotas = () => on.lab.cloud.region(REGION).quotas;

  everyOperation("servicequotas", on, {
    GetServiceQuota: async () => {
      const { Quota } = await on.servicequotas.getServiceQuota({ ServiceCode: "vpc", QuotaCode: ENDPOINTS });
      assert.deepEqual(
        [Quota?.QuotaName, Quota?.Value, Quota?.Adjustable],
        ["Gateway VPC endpoints per Region", 20, true],
      );
      assert.equal(Quota?.QuotaArn, `arn:aws:servicequotas:${REGION}:123456789012:vpc/${ENDPOINTS}`);
      const VpcId = present((await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId);
      const create = () => on.ec2.createVpcEndpoint({ VpcId, ServiceName: SERVICE });
      quotas().gatewayEndpoints = 1;
      assert.equal(await valueOf(ENDPOINTS), 1);
      await create();
      await refusedWith(create(), "VpcEndpointLimitExceeded");
      const other = on.servicequotas.getServiceQuota({ ServiceCode: "vpc", QuotaCode: "L-00000000" });
      await refusedWith(other, "NoSuchResourceException");
      const ec2 = on.servicequotas.getServiceQuota({ ServiceCode: "ec2", QuotaCode: ENDPOINTS });
      await refusedWith(ec2, "NoSuchResourceException");
    },
    ListServiceQuotas: async () => {
      quotas().routesPerTable = 1;
      const codes: (string | undefined)[] = [];
      const pages = paginateListServiceQuotas({ client: on.servicequotas, pageSize: 5 }, { ServiceCode: "vpc" });
      for await (const { Quotas = [] } of pages) codes.push(...Quotas.map(({ QuotaCode }) => QuotaCode));
      assert.deepEqual(codes, [...new Set(codes)].sort());
      const { Quotas } = await on.servicequotas.listServiceQuotas({ ServiceCode: "vpc", QuotaCode: ROUTES });
      assert.deepEqual(
        Quotas?.map(({ Value }) => Value),
        [1],
      );
      const VpcId = present((await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId);
      const RouteTableId = (await on.ec2.createRouteTable({ VpcId })).RouteTable?.RouteTableId;
      const GatewayId = present((await on.ec2.createInternetGateway({})).InternetGateway?.InternetGatewayId);
      await on.ec2.attachInternetGateway({ VpcId, InternetGatewayId: GatewayId });
      const route = (DestinationCidrBlock: string) =>
        on.ec2.createRoute({ RouteTableId, DestinationCidrBlock, GatewayId });
      await route("192.0.2.0/24");
      await refusedWith(route("198.51.100.0/24"), "RouteLimitExceeded");
      quotas().routesPerTable = 2;
      assert.equal(await valueOf(ROUTES), 2);
      await route("198.51.100.0/24");
    },
    ListAWSDefaultServiceQuotas: async () => {
      quotas().gatewayEndpoints = 40;
      assert.equal(await valueOf(ENDPOINTS), 40);
      const { Quotas = [] } = await on.servicequotas.listAWSDefaultServiceQuotas({ ServiceCode: "vpc" });
      assert.equal(Quotas.find(({ QuotaCode }) => QuotaCode === ENDPOINTS)?.Value, 20);
      await refusedWith(
        on.servicequotas.listAWSDefaultServiceQuotas({ ServiceCode: "vpc", NextToken: "x" }),
        "InvalidPaginationTokenException",
      );
    },
  });
});
