// AWS's shapes as facts have them.
import type * as ec2 from "@aws-sdk/client-ec2";

/** Instants are ISO 8601 texts, whatever the SDK's types say of them. */
export type Plain<T> = T;

export type AvailabilityZone = Plain<ec2.AvailabilityZone>;
export type Instance = Plain<ec2.Instance>;
export type NatGateway = Plain<ec2.NatGateway>;
export type NetworkInterface = Plain<ec2.NetworkInterface>;
export type Route = Plain<ec2.Route>;
export type RouteTable = Plain<ec2.RouteTable>;
export type Subnet = Plain<ec2.Subnet>;
export type Tag = Plain<ec2.Tag>;
export type VpcEndpoint = Plain<ec2.VpcEndpoint>;
