import * as assert from "node:assert/strict";
import { openCloud } from "../../lab/cloud/cloud";
import { checkInputs } from "../../lab/provider/check";
import { configurationProblems } from "../../lab/provider/configuration";
import { diffResource } from "../../lab/provider/diff";
import { callFunction } from "../../lab/provider/invoke";
import { servedFunction, servedResource } from "../../lab/provider/served";
import { UNKNOWN, type Values } from "../../lab/provider/values";

const provider = { region: "us-east-1", defaultTags: {} };

function reasons(token: string, news: Values): readonly string[] {
  const request = { news, olds: {}, resourceName: "name", randomSeed: new Uint8Array([1]) };
  return checkInputs(servedResource(token), request).findings.map(({ reason }) => reason);
}

describe("a check of a resource's inputs", () => {
  it("finds a property that does not exist, with those that do", () => {
    const [reason] = reasons("aws:ec2/routeTable:RouteTable", { vpcId: "vpc-0", vpcID: "vpc-0" });
    assert.equal(
      reason,
      'aws:ec2/routeTable:RouteTable has no argument "vpcID" that the lab knows; it knows region, routes, tags, vpcId',
    );
  });

  it("finds a property of the real type that the lab does not serve", () => {
    const [reason] = reasons("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", ipv4IpamPoolId: "ipam-0" });
    assert.equal(reason, 'the lab does not serve the argument "ipv4IpamPoolId" of aws:ec2/vpc:Vpc');
  });

  it("takes it that there is to be no IPv6, and finds IPv6 that there is to be", () => {
    const asked = (ipv6: boolean, ipv6CidrBlock: unknown): readonly string[] => [
      ...reasons("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", assignGeneratedIpv6CidrBlock: ipv6 }),
      ...reasons("aws:ec2/subnet:Subnet", {
        vpcId: "vpc-0",
        cidrBlock: "10.0.0.0/24",
        assignIpv6AddressOnCreation: ipv6,
        ipv6CidrBlock,
      }),
    ];
    assert.deepEqual(asked(false, UNKNOWN), []);
    assert.deepEqual(asked(true, "2001:db8::/64"), Array<string>(3).fill("the lab has no IPv6"));
  });

  it("finds a range of addresses that is none, or has host bits", () => {
    const asked = (range: string): readonly string[] => [
      ...reasons("aws:ec2/vpc:Vpc", { cidrBlock: range }),
      ...reasons("aws:ec2/subnet:Subnet", { vpcId: "vpc-0", cidrBlock: range }),
      ...reasons("aws:ec2/route:Route", { routeTableId: "rtb-0", destinationCidrBlock: range, gatewayId: "igw-0" }),
    ];
    assert.deepEqual(asked("10.0.0.0/16"), []);
    const hostBits = '"10.0.9.1/16" is not a valid IPv4 CIDR block; did you mean "10.0.0.0/16"?';
    assert.deepEqual(asked("10.0.9.1/16"), Array<string>(3).fill(hostBits));
    const none = '"10.0.0/16" is not a valid CIDR block: invalid CIDR address: 10.0.0/16';
    assert.deepEqual(asked("10.0.0/16"), Array<string>(3).fill(none));
  });

  it("finds a required property that is missing", () => {
    assert.deepEqual(reasons("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", {}), [
      'Missing required argument: aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy needs "vpcEndpointId"',
    ]);
    assert.match(
      reasons("aws:ec2/route:Route", { routeTableId: "rtb-0", gatewayId: "igw-0" })[0] ?? "",
      /needs exactly one of destinationCidrBlock, destinationPrefixListId/,
    );
  });

  it("finds a value of another shape, however deep it lies", () => {
    const table = { vpcId: "vpc-0", routes: [{ cidrBlock: "0.0.0.0/0", natGatewayID: "nat-0" }, "route"] };
    assert.deepEqual(reasons("aws:ec2/routeTable:RouteTable", table), [
      "routes[0].natGatewayID is not a property of ec2/RouteTableRoute",
      'routes[1] must be an object, not the string "route"',
    ]);
    assert.deepEqual(reasons("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcId: "vpc-0", serviceName: "s", policy: "{" }), [
      "policy contains an invalid JSON policy",
    ]);
  });

  it("takes unknown values for what they will be", () => {
    assert.deepEqual(
      reasons("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcId: UNKNOWN, serviceName: UNKNOWN, policy: UNKNOWN }),
      [],
    );
  });

  it("makes up a name, and keeps it for as long as none is given", () => {
    const type = servedResource("aws:ec2/securityGroup:SecurityGroup");
    const request = { news: { vpcId: "vpc-0" }, resourceName: "name", randomSeed: new Uint8Array([1]) };
    const first = checkInputs(type, { ...request, olds: {} }).inputs;
    assert.match(String(first["name"]), /^name-[0-9a-f]{7}$/);
    const later = { ...request, olds: first, randomSeed: new Uint8Array([2]) };
    assert.equal(checkInputs(type, later).inputs["name"], first["name"]);
    assert.match(
      checkInputs(type, { ...request, olds: {}, resourceName: "n".repeat(250) }).findings[0]?.reason ?? "",
      /plus 7 random chars is longer than maximum length 255/,
    );
  });
});

describe("a diff", () => {
  const endpoint = servedResource("aws:ec2/vpcEndpoint:VpcEndpoint");
  const state = {
    vpcId: "vpc-0",
    serviceName: "s",
    vpcEndpointType: "Gateway",
    region: "us-east-1",
    routeTableIds: ["rtb-1", "rtb-2"],
    policy: '{"Statement":[]}',
  };
  const inputs = { vpcId: "vpc-0", serviceName: "s", vpcEndpointType: "Gateway" };
  const paths = (news: Values, region = "us-east-1") =>
    diffResource(endpoint, {
      state,
      inputs: { ...inputs, ...news },
      provider: { ...provider, region },
    }).differences.map(({ path, kind, replaces }) => `${kind} ${path}${replaces ? " replaces" : ""}`);

  it("is empty where AWS chose what the program leaves open", () => assert.deepEqual(paths({}), []));
  it("does not mind the order of a set", () => assert.deepEqual(paths({ routeTableIds: ["rtb-2", "rtb-1"] }), []));
  it("names what comes into a set and what goes", () => {
    assert.deepEqual(paths({ routeTableIds: ["rtb-1", "rtb-2", "rtb-3"] }), ["add routeTableIds[2]"]);
    assert.deepEqual(paths({ routeTableIds: ["rtb-1"] }), ["delete routeTableIds[1]"]);
  });
  it("replaces where an update cannot help, also while the value is unknown", () => {
    assert.deepEqual(paths({ serviceName: "t" }), ["update serviceName replaces"]);
    assert.deepEqual(paths({ vpcId: UNKNOWN }), ["update vpcId replaces"]);
  });
  it("replaces what the provider or the program moves to another Region", () => {
    assert.deepEqual(paths({}, "eu-west-1"), ["update region replaces"]);
    assert.deepEqual(paths({ region: "eu-west-1" }), ["update region replaces"]);
  });
  it("deletes first only what could not stand beside its successor", () => {
    const role = servedResource("aws:iam/role:Role");
    const [old, moved] = [
      { name: "r", path: "/" },
      { name: "r", path: "/p/" },
    ];
    const deletesFirst = (chosen: readonly string[]) =>
      diffResource(role, { state: old, inputs: { ...moved, __defaults: chosen }, provider }).deleteBeforeReplace;
    assert.equal(deletesFirst([]), true, "the program gave the name");
    assert.equal(deletesFirst(["name"]), false, "the provider made it up");
    assert.equal(
      diffResource(endpoint, { state, inputs: { ...inputs, vpcId: "vpc-1" }, provider }).deleteBeforeReplace,
      false,
    );
  });
});

describe("a function", () => {
  const session = { cloud: openCloud(), provider };
  const call = (token: string, args: Values) => callFunction(session, servedFunction(token), args);

  it("that the lab does not serve is an error", () => {
    assert.throws(
      () => servedFunction("aws:ec2/getInstance:getInstance"),
      /getInstance is not served by the lab; it serves .*getVpc/,
    );
  });
  it("takes no argument that it does not know", async () => {
    const { findings } = await call("aws:ec2/getVpc:getVpc", { idd: "vpc-0" });
    assert.match(findings[0]?.reason ?? "", /getVpc has no argument "idd" that the lab knows/);
  });
  it("finds a service's prefix list in the Region it is asked for", async () => {
    const { result } = await call("aws:ec2/getPrefixList:getPrefixList", {
      name: "com.amazonaws.eu-west-1.dynamodb",
      region: "eu-west-1",
    });
    assert.match(String(result?.["id"]), /^pl-/);
    assert.equal(result?.["region"], "eu-west-1");
  });
  it("finds the endpoint service by its short name", async () => {
    const { result } = await call("aws:ec2/getVpcEndpointService:getVpcEndpointService", {
      service: "dynamodb",
      serviceType: "Gateway",
    });
    assert.equal(result?.["serviceName"], "com.amazonaws.us-east-1.dynamodb");
  });
  it("finds the zones of the Region it is asked for, but those that are excluded", async () => {
    const token = "aws:index/getAvailabilityZones:getAvailabilityZones";
    const zones = async (args: Values): Promise<readonly unknown[]> => {
      const { result } = await call(token, { region: "eu-west-1", ...args });
      return [result?.["names"], result?.["zoneIds"], result?.["groupNames"]];
    };
    const group = ["eu-west-1-zg-1"];
    assert.deepEqual(await zones({ excludeNames: ["eu-west-1a"] }), [
      ["eu-west-1b", "eu-west-1c"],
      ["euw1-az2", "euw1-az3"],
      group,
    ]);
    assert.deepEqual(await zones({ state: "available", excludeZoneIds: ["euw1-az2", "euw1-az3"] }), [
      ["eu-west-1a"],
      ["euw1-az1"],
      group,
    ]);
    const filters = [{ name: "zone-id", values: ["euw1-az3"] }];
    assert.deepEqual(await zones({ filters }), [["eu-west-1c"], ["euw1-az3"], group]);
    assert.deepEqual(await zones({ state: "unavailable" }), [[], [], []]);
  });
  it("tells account, partition and Region", async () => {
    const answers = await Promise.all(
      ["CallerIdentity", "Partition", "Region"].map((what) => call(`aws:index/get${what}:get${what}`, {})),
    );
    assert.deepEqual(
      answers.map(({ result }) => result?.["id"]),
      ["123456789012", "aws", "us-east-1"],
    );
  });
});

describe("the provider's configuration", () => {
  it("has no setting that the lab ignores", () => {
    const [problem] = configurationProblems({ region: "us-east-1", assumeRoles: [{}] });
    assert.match(problem?.reason ?? "", /does not know the provider's configuration "assumeRoles"/);
  });
});
