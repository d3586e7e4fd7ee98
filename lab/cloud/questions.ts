import type { Ec2Network } from "./ec2/network";
import type { Store } from "./store";

/** What IAM is asked before a service carries out a call. A call may have several questions, in this order. */
export interface Question {
  /** With its prefix: "ec2:CreateVpcEndpoint". */
  readonly action: string;
  readonly resource: string;
  /** Condition keys, beside those that every request has. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The service that asks on the caller's behalf while it carries out another one's call. */
  readonly askedBy?: "lambda";
  /** A part of the answer, which is left out where this is denied. Absent: a denial refuses the whole call. */
  readonly withholds?: string;
}

/** A call, as far as its permissions go. */
export interface AskedCall {
  readonly region: string;
  readonly service: string;
  readonly action: string;
  readonly parameters: CallParameters;
}

/** What the questions need to know beside the call. */
export interface Facts {
  readonly store: Store;
  readonly networkOf: (region: string) => Ec2Network;
}

/** What the calls have that are asked about, each of them some of it. */
export interface CallParameters {
  readonly vpcId: string;
  readonly serviceName: string;
  readonly routeTableIds?: readonly string[];
  readonly vpcEndpointId: string;
  readonly vpcEndpointIds: readonly string[];
  readonly addRouteTableIds?: readonly string[];
  readonly removeRouteTableIds?: readonly string[];
  readonly groupId: string;
  readonly resources: readonly string[];
  readonly tagKeys: readonly string[];
  readonly roleName: string;
  readonly path?: string;
  readonly permissionsBoundary?: string;
  readonly role: string;
  readonly functionName: string;
  readonly qualifier?: string;
  readonly vpcConfig?: { readonly subnetIds: readonly string[] };
  readonly resource: string;
  readonly resourceArn: string;
  readonly logGroupName: string;
  readonly tags?: Readonly<Record<string, string>>;
}
