/** What is judged: the route tables of one VPC that are to be switched, or withdrawn. */
export interface Scope {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  /** Their ids. */
  readonly routeTableIds: readonly string[];
  readonly direction: "switch" | "withdraw";
  /** The gateway endpoint for DynamoDB that the switch is to use, where there is one already. */
  readonly vpcEndpointId?: string;
  /** Those of the VPC that are not judged, and why. */
  readonly apart: readonly TableApart[];
}

export interface TableApart {
  readonly routeTableId: string;
  /**
   * `edge`: it routes what enters the VPC; `onEndpoint`: it has a gateway endpoint for DynamoDB already;
   * `internetGateway`: its way to DynamoDB is an internet gateway; `noSubnets`: nothing uses it; `notAskedFor`: others
   * were named; `firewall`: what a firewall lets through takes it, and nobody else; `notOnEndpoint`: nothing to
   * withdraw.
   */
  readonly why: "edge" | "onEndpoint" | "internetGateway" | "firewall" | "noSubnets" | "notAskedFor" | "notOnEndpoint";
}
