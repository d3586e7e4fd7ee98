import * as assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { type Cloud, openCloud } from "../../lab/cloud/cloud";
import { createResource, deleteResource, updateResource } from "../../lab/provider/lifecycle";
import { servedResource } from "../../lab/provider/served";

const vpc = servedResource("aws:ec2/vpc:Vpc");
const inputs = { cidrBlock: "10.0.0.0/16", instanceTenancy: "default", enableDnsSupport: true };

function session() {
  const cloud = openCloud();
  const attempts = (): number => cloud.calls.filter(({ action }) => action === "CreateVpc").length;
  return { cloud, provider: { region: "us-east-1", defaultTags: {} }, attempts };
}

/** Waits until a call of this action has been answered. */
async function once(cloud: Cloud, action: string): Promise<void> {
  while (!cloud.calls.some((call) => call.action === action && call.answeredAt !== undefined)) await setImmediate();
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

  it("detaches an internet gateway when the last NAT gateway has gone that has a public address", async () => {
    const { cloud, provider } = session();
    const { ec2 } = cloud.region("us-east-1");
    const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
    const gateway = servedResource("aws:ec2/internetGateway:InternetGateway");
    const { id, state } = await createResource({ cloud, provider }, gateway, { vpcId });
    const { subnetId } = await ec2.createSubnet({ vpcId, cidrBlock: "10.0.0.0/24" });
    const { allocationId } = await ec2.allocateAddress({});
    const { natGatewayId } = await ec2.createNatGateway({ subnetId, allocationId });
    const deletion = deleteResource({ cloud, provider }, gateway, id, state);
    await once(cloud, "DetachInternetGateway");
    await ec2.deleteNatGateway({ natGatewayId });
    await deletion;
    assert.deepEqual([...(await ec2.describeInternetGateways({}))], []);
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
