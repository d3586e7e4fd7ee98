import assert from "node:assert/strict";
import { adoptionFindings, endpointFindings } from "../components/placeFindings";
import type { ObservedEndpoint } from "../components/observation";

const GATEWAY: ObservedEndpoint = { vpcId: "vpc-1", serviceName: "com.amazonaws.eu-west-1.dynamodb", vpcEndpointType: "Gateway", prefixListId: "pl-1", routeTableIds: [] };

describe("an endpoint that AWS describes", () => {
  const cases: readonly { title: string; endpoint: Parameters<typeof endpointFindings>[1]; message: string | undefined }[] = [
    { title: "a gateway endpoint for DynamoDB", endpoint: GATEWAY, message: undefined },
    { title: "one in China", endpoint: { ...GATEWAY, serviceName: "com.amazonaws.cn-north-1.dynamodb" }, message: undefined },
    { title: "one of which nothing is known", endpoint: undefined, message: undefined },
    { title: "one that is not there", endpoint: "missing", message: "there is no such endpoint in this account and Region" },
    { title: "a gateway endpoint for S3", endpoint: { ...GATEWAY, serviceName: "com.amazonaws.eu-west-1.s3" }, message: "is the id of a Gateway endpoint for com.amazonaws.eu-west-1.s3" },
    { title: "a gateway endpoint for something that is named alike", endpoint: { ...GATEWAY, serviceName: "com.amazonaws.eu-west-1.dynamodb-streams" }, message: "is the id of a Gateway endpoint for com.amazonaws.eu-west-1.dynamodb-streams" },
    { title: "an interface endpoint for DynamoDB", endpoint: { ...GATEWAY, vpcEndpointType: "Interface" }, message: "is the id of an Interface endpoint for com.amazonaws.eu-west-1.dynamodb" },
    { title: "an interface endpoint for DynamoDB Streams", endpoint: { ...GATEWAY, vpcEndpointType: "Interface", serviceName: "com.amazonaws.eu-west-1.dynamodb-streams" }, message: "is the id of an Interface endpoint for com.amazonaws.eu-west-1.dynamodb-streams" },
    { title: "somebody's own service", endpoint: { ...GATEWAY, vpcEndpointType: "Interface", serviceName: "com.amazonaws.vpce.eu-west-1.vpce-svc-1" }, message: "is the id of an Interface endpoint for com.amazonaws.vpce.eu-west-1.vpce-svc-1" },
  ];
  for (const { title, endpoint, message } of cases) {
    it(`${message === undefined ? "passes" : "is refused"}: ${title}`, () => {
      assert.deepEqual(endpointFindings("vpcEndpointId", endpoint).map((finding) => [finding.path, finding.message]), message === undefined ? [] : [["vpcEndpointId", message]]);
    });
  }

  it("is adopted for its own VPC, and for one that is not known yet", () => {
    assert.deepEqual([adoptionFindings(GATEWAY, "vpc-1"), adoptionFindings(GATEWAY, undefined), adoptionFindings(undefined, "vpc-2")], [[], [], []]);
    assert.match(adoptionFindings(GATEWAY, "vpc-2")[0]?.message ?? "", /another VPC than `vpcId`/);
  });
});
