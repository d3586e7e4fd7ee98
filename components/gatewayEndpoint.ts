import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { GatewayEndpointArgs } from "./args/args";
import { refuse } from "./args/findings";
import { imports, withImports } from "./endpoint/adoption";
import { claimOwnPolicy } from "./endpoint/sharing";
import {
  dynamoDbServiceName,
  gatewayVpcEndpoint,
  securityGroupEgress,
  type SecurityGroupEgress,
} from "./endpoint/vpcEndpoint";
import { lastOutputs } from "./engine/lastOutputs";
import { lateArguments } from "./plan/lateArguments";
import { gatewayEndpointFindings } from "./plan/validateArgs";
import { IGNORED_BY_ENDPOINT, optionFindings } from "./plan/validateOptions";

/**
 * A gateway endpoint for DynamoDB with its policy, and without routes: creating it moves no traffic.
 *
 * It has no charge. Associate route tables with a `RouteRollout`; `DynamoDbEndpoint` is both in one.
 */
export class GatewayEndpoint extends ComponentResource {
  /** The endpoint's id, for example `vpce-0a1b2c3d`. */
  public readonly vpcEndpointId: Output<string>;
  /** The endpoint's ARN. */
  public readonly arn: Output<string>;
  /** The service's name, `com.amazonaws.REGION.dynamodb`. */
  public readonly serviceName: Output<string>;
  /** The policy document in force, as JSON. */
  public readonly policy: Output<string>;
  /** The id of DynamoDB's prefix list, for security groups. Network ACLs need `cidrBlocks` instead. */
  public readonly prefixListId: Output<string>;
  /** The address ranges of DynamoDB, for network ACLs. */
  public readonly cidrBlocks: Output<string[]>;
  /** An egress rule for the clients' security groups: port 443 to DynamoDB's prefix list. */
  public readonly securityGroupEgress: Output<SecurityGroupEgress>;

  constructor(name: string, args: GatewayEndpointArgs, opts?: ComponentResourceOptions) {
    refuse(`GatewayEndpoint "${name}"`, [
      ...gatewayEndpointFindings(args),
      ...optionFindings(opts, IGNORED_BY_ENDPOINT),
    ]);
    super("dynamodb-endpoint:index:GatewayEndpoint", name, {}, opts);

    const given = { ...args, ...lateArguments(args) };
    const serviceName = dynamoDbServiceName(this, given.region);
    // In every run: what only some asked would be a provider of the state that comes and goes.
    const last = lastOutputs(this);
    const imported = args.adopt && imports(this, { ...args.adopt, region: given.region }, last);
    const endpoint = gatewayVpcEndpoint(
      this,
      name,
      { ...given, serviceName, imported, last },
      { dependsOn: opts?.dependsOn, ignoreChanges: opts?.ignoreChanges },
    );
    claimOwnPolicy(this, endpoint, { ...given, ignoreChanges: opts?.ignoreChanges });

    this.vpcEndpointId = endpoint.id;
    this.arn = endpoint.arn;
    this.serviceName = serviceName;
    this.policy = endpoint.policy;
    this.prefixListId = endpoint.prefixListId;
    this.cidrBlocks = endpoint.cidrBlocks;
    this.securityGroupEgress = securityGroupEgress(endpoint);
    this.registerOutputs(withImports({ vpcEndpointId: this.vpcEndpointId }, imported));
  }
}
