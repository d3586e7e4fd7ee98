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
}
