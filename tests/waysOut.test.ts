import assert from "node:assert/strict";
import { wayOut, type DescribedRoute } from "../components/endpoint/waysOut";

const LOCAL: DescribedRoute = { cidrBlock: "10.0.0.0/16", gatewayId: "local" };

/** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html */
describe("the way out of a route table", () => {
  const cases: readonly (readonly [title: string, routes: readonly DescribedRoute[], way: string | undefined])[] = [
    ["is none without routes", [], undefined],
    ["is none with the local one", [LOCAL], undefined],
    ["is none with the local one of public addresses", [{ cidrBlock: "52.94.0.0/16", gatewayId: "local" }], undefined],
    ...["carrierGatewayId", "coreNetworkArn", "instanceId", "localGatewayId", "vpcPeeringConnectionId"].map(
      (target): (typeof cases)[number] => [
        `is a default route by ${target}`,
        [{ cidrBlock: "0.0.0.0/0", [target]: "target-1" }],
        "0.0.0.0/0 to target-1",
      ],
    ),
    ["is its default route", [LOCAL, { cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }], "0.0.0.0/0 to nat-1"],
    [
      "is the first, whose other properties the provider leaves empty",
      [
        { cidrBlock: "0.0.0.0/0", gatewayId: "", transitGatewayId: "tgw-1", ipv6CidrBlock: "" },
        { cidrBlock: "52.94.0.0/22", gatewayId: "igw-1" },
      ],
      "0.0.0.0/0 to tgw-1",
    ],
    ["is a half of everything", [{ cidrBlock: "128.0.0.0/1", gatewayId: "igw-1" }], "128.0.0.0/1 to igw-1"],
    ["is a range of DynamoDB", [{ cidrBlock: "52.94.0.0/22", networkInterfaceId: "eni-1" }], "52.94.0.0/22 to eni-1"],
    ["is a default route for IPv6", [{ ipv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" }], "::/0 to eigw-1"],
    ["may be behind a firewall", [{ cidrBlock: "0.0.0.0/0", vpcEndpointId: "vpce-1" }], "0.0.0.0/0 to vpce-1"],
    ["may be in a managed prefix list", [{ destinationPrefixListId: "pl-1", gatewayId: "igw-1" }], "pl-1 to igw-1"],
    ["is no gateway endpoint", [{ destinationPrefixListId: "pl-1", gatewayId: "vpce-1" }], undefined],
    [
      "is no private range, nor one within it",
      [...["10.0.0.0/8", "10.1.0.0/16", "172.16.0.0/12", "192.168.7.0/24", "100.64.0.0/10", "169.254.0.0/16"]].map(
        (cidrBlock) => ({ cidrBlock, vpcPeeringConnectionId: "pcx-1" }),
      ),
      undefined,
    ],
    ["is no unique local address", [{ ipv6CidrBlock: "fd00:1::/32", transitGatewayId: "tgw-1" }], undefined],
    ["is what is wider than a private range", [{ cidrBlock: "10.0.0.0/7", gatewayId: "igw-1" }], "10.0.0.0/7 to igw-1"],
    ["is none for a route without a target", [{ cidrBlock: "0.0.0.0/0" }], undefined],
    ["is none for a route without a destination", [{ natGatewayId: "nat-1" }], undefined],
  ];
  for (const [title, routes, way] of cases) it(title, () => assert.equal(wayOut(routes), way));
});
