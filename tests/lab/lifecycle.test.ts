import * as assert from "node:assert/strict";
import { openCloud } from "../../lab/cloud/cloud";
import { createResource, updateResource } from "../../lab/provider/lifecycle";
import { servedResource } from "../../lab/provider/served";

const vpc = servedResource("aws:ec2/vpc:Vpc");
const inputs = { cidrBlock: "10.0.0.0/16", instanceTenancy: "default", enableDnsSupport: true };

function session() {
  const cloud = openCloud();
  const attempts = (): number => cloud.calls.filter(({ action }) => action === "CreateVpc").length;
  return { cloud, provider: { region: "us-east-1", defaultTags: {} }, attempts };
}

describe("the provider", () => {
  it("asks again when it is throttled, and when AWS fails", async () => {
    const { attempts, ...provider } = session();
    const { faults } = provider.cloud;
    faults.failOn({ action: "CreateVpc", times: 1, code: "RequestLimitExceeded", message: "Request limit exceeded." });
    faults.failOn({
      action: "CreateVpc",
      times: 1,
      code: "InternalError",
      message: "An internal error.",
      statusCode: 500,
    });
    await createResource(provider, vpc, inputs);
    assert.equal(attempts(), 3);
  });

  it("gives up after 25 attempts, and at once on any other error", async () => {
    const { attempts, ...provider } = session();
    const { faults } = provider.cloud;
    faults.failOn({ action: "CreateVpc", code: "Throttling", message: "Rate exceeded" });
    await assert.rejects(
      createResource(provider, vpc, inputs),
      /creating EC2 VPC \(10\.0\.0\.0\/16\): .* api error Throttling: Rate exceeded/,
    );
    assert.equal(attempts(), 25);
    faults.clear();
    faults.failOn({
      action: "CreateVpc",
      code: "VpcLimitExceeded",
      message: "The maximum number of VPCs has been reached.",
    });
    await assert.rejects(createResource(provider, vpc, inputs), /VpcLimitExceeded/);
    assert.equal(attempts(), 26);
  });

  it("forgets an input that the program drops, and keeps what AWS answered", async () => {
    const { cloud, provider } = session();
    const { vpcId } = await cloud.region("us-east-1").ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
    const endpoint = servedResource("aws:ec2/vpcEndpoint:VpcEndpoint");
    const given = { vpcId, serviceName: "com.amazonaws.us-east-1.dynamodb", vpcEndpointType: "Gateway" };
    const policy = JSON.stringify({ Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }] });
    const { id, state } = await createResource({ cloud, provider }, endpoint, { ...given, autoAccept: true, policy });
    const updated = await updateResource({ cloud, provider }, endpoint, id, state, given);
    assert.equal(updated["autoAccept"], undefined);
    assert.equal(updated["policy"], policy);
  });
});
