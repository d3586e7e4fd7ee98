import { ComponentResource, interpolate, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { DynamoDbEndpointArgs } from "./args/args";
import { refuse } from "./args/findings";
import { checkedPath } from "./check/checkFunctions";
import type { CheckReport } from "./check/probe/report";
import { claimOwnPolicy } from "./endpoint/sharing";
import { withRouteTables } from "./endpoint/subnetTables";
import {
  dynamoDbServiceName,
  gatewayVpcEndpoint,
  securityGroupEgress,
  type SecurityGroupEgress,
} from "./endpoint/vpcEndpoint";
import { lateArguments } from "./plan/lateArguments";
import { routePlan } from "./plan/routePlan";
import { dynamoDbEndpointFindings } from "./plan/validateArgs";
import { IGNORED_BY_ENDPOINT, optionFindings } from "./plan/validateOptions";
import { beginRollout, completeRollout } from "./rollout/rollOut";

/**
 * Moves the DynamoDB traffic of a VPC onto a gateway endpoint, one route table after another.
 *
 * `GatewayEndpoint` and `RouteRollout` together. The endpoint has no charge; each switch breaks the open connections
 * of its route table, of which the preview warns. If a switch fails, what was switched stays switched, what was not is
 * untouched, and the next `up` resumes.
 * Targeted updates, `pulumi destroy` and the removal of the whole component are not announced.
 *
 * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html.
 */
export class DynamoDbEndpoint extends ComponentResource {
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
  /** The id of each association, by the name of its route table; of the route tables that are switched. */
  public readonly associationIds: Output<Record<string, string>>;
  /** What the gate of `rollout.check` reported, by route table name; of the checked ones that are switched. */
  public readonly checkReports: Output<Record<string, CheckReport>>;

  constructor(name: string, args: DynamoDbEndpointArgs, opts?: ComponentResourceOptions) {
    refuse(`DynamoDbEndpoint "${name}"`, [
      ...dynamoDbEndpointFindings(args),
      ...optionFindings(opts, IGNORED_BY_ENDPOINT),
    ]);
    super("dynamodb-endpoint:index:DynamoDbEndpoint", name, {}, opts);

    const given = withRouteTables(this, { ...args, ...lateArguments(args) }, opts?.dependsOn);
    const serviceName = dynamoDbServiceName(this, given.region);
    const plan = routePlan(name, interpolate`${args.vpcId} ${serviceName}`, given, opts);
    const begun = beginRollout(
      this,
      plan,
      { vpcId: plan.inherited.inPlace ? undefined : args.vpcId, serviceName, region: given.region },
      opts?.dependsOn,
    );
    const checked = checkedPath(this, plan);
    const endpoint = gatewayVpcEndpoint(
      this,
      name,
      { ...given, serviceName, checked, imported: begun.imported, last: begun.last },
      { dependsOn: [begun.planned], hooks: begun.announce.endpoint, ignoreChanges: opts?.ignoreChanges },
    );
    claimOwnPolicy(this, endpoint, { ...given, ignoreChanges: opts?.ignoreChanges });
    const rollout = completeRollout(this, plan, begun, { vpcEndpointId: endpoint.id, checked: endpoint });

    this.vpcEndpointId = endpoint.id;
    this.arn = endpoint.arn;
    this.serviceName = serviceName;
    this.policy = endpoint.policy;
    this.prefixListId = endpoint.prefixListId;
    this.cidrBlocks = endpoint.cidrBlocks;
    this.securityGroupEgress = securityGroupEgress(endpoint);
    this.associationIds = rollout.associationIds;
    this.checkReports = rollout.checkReports;
    this.registerOutputs(
      rollout.registered({
        vpcEndpointId: this.vpcEndpointId,
        associationIds: this.associationIds,
        checkReports: this.checkReports,
      }),
    );
  }
}
