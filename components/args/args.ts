import type { Input } from "@pulumi/pulumi";
import type { TableAccess } from "../policy/presets";

/** The arguments of {@link GatewayEndpoint}. */
export interface GatewayEndpointArgs {
  /**
   * The VPC whose DynamoDB traffic the endpoint can carry.
   *
   * With Amazon's resolver the VPC needs DNS resolution and DNS hostnames; another resolver has to answer with AWS's
   * own addresses. A change replaces the endpoint.
   */
  vpcId: Input<string>;

  /**
   * The AWS Region of the VPC, for example `eu-west-1`.
   *
   * Default: the Region of the provider. A gateway endpoint serves its own Region only.
   */
  region?: Input<string> | undefined;

  /**
   * The whole endpoint policy as a JSON document of at most 20,480 characters.
   *
   * Excludes `access`. Default, without either: full access, which is written out, because an endpoint keeps its old
   * policy when the argument is merely dropped. `Principal` must be `"*"`; restrict principals with conditions.
   * What is wrong with it is an error, or a warning, before it is applied.
   * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html.
   */
  policy?: Input<string> | undefined;

  /**
   * What the endpoint is for: which tables, how much of them, for whom. The policy is written from it.
   *
   * Excludes `policy`. Default, without either: full access.
   */
  access?: EndpointAccess | undefined;

  /**
   * An endpoint that already exists and is to be managed from now on. It is imported, not created.
   *
   * Where `policy` or `tags` differ from what exists, the preview shows the difference and warns that `up` applies it.
   */
  adopt?: Adoption | undefined;

  /** Tags of the endpoint. Default: none beside the provider's default tags. */
  tags?: Input<Record<string, Input<string>>> | undefined;
}

/**
 * What {@link RouteRollout} and {@link DynamoDbEndpoint} have in common: the route tables and how they are switched.
 */
export interface RouteTablesArgs {
  /**
   * The route tables: a stable name of your choice → the route table's id.
   *
   * The name, never a position or a stage, names the association: moving a table between stages touches nothing.
   * At least one. Names: letters, digits, `.`, `_` and `-`, at most 64 characters. A route table that two components of
   * a program would switch is refused. Either this or `subnets` is needed.
   */
  routeTables?: Record<string, Input<string>> | undefined;

  /**
   * In place of `routeTables`: a stable name of your choice → the id of a subnet, whose route table is meant.
   *
   * It is looked up by the subnet's explicit association, when what the component depends on is there: a program that
   * makes the association names it in `dependsOn`. A subnet of the VPC's main route table, which others may share, is
   * refused, and so are two subnets of one route table. A check runs in these subnets.
   */
  subnets?: Record<string, Input<string>> | undefined;

  /**
   * In which order and how far the route tables are switched.
   *
   * Default: each route table is a stage of its own, sorted by name, and all are switched.
   */
  rollout?: Rollout | undefined;

  /**
   * Route tables that were renamed here: the new name → the former name.
   *
   * The association is kept under its new name and no route is touched; one that is checked is checked once more, under
   * its new name. May be dropped after the next `up`.
   */
  formerNames?: Record<string, string> | undefined;
}

/** The arguments of {@link RouteRollout}. */
export interface RouteRolloutArgs extends RouteTablesArgs {
  /** The gateway endpoint that the route tables are switched onto, for example `vpce-0a1b2c3d`. */
  vpcEndpointId: Input<string>;

  /**
   * The AWS Region of the endpoint, for example `eu-west-1`.
   *
   * Default: the Region of the provider.
   */
  region?: Input<string> | undefined;

  /** Associations that already exist and are to be managed from now on. They are imported; no route is touched. */
  adopt?: Adoption | undefined;

  /** Tags of what `rollout.check` creates. Default: none beside the provider's default tags. */
  tags?: Input<Record<string, Input<string>>> | undefined;
}

/**
 * The arguments of {@link DynamoDbEndpoint}.
 *
 * A change of `vpcId` replaces the endpoint: the new one is created first and rolled out stage by stage, the old one
 * is deleted last. With `adopt` the associations that it names are imported too.
 */
export interface DynamoDbEndpointArgs extends GatewayEndpointArgs, RouteTablesArgs {
  /** Tags of the endpoint, and of what `rollout.check` creates. Default: none beside the provider's default tags. */
  tags?: Input<Record<string, Input<string>>> | undefined;
}

/** The arguments of {@link EndpointPolicy}. */
export interface EndpointPolicyArgs {
  /**
   * An endpoint that something else created, for example `vpce-0a1b2c3d`.
   *
   * One of this program's `GatewayEndpoint` or `DynamoDbEndpoint`, or of another `EndpointPolicy`, is refused: the two
   * would overwrite each other.
   */
  vpcEndpointId: Input<string>;

  /**
   * The whole endpoint policy as a JSON document of at most 20,480 characters.
   *
   * It replaces the policy that the endpoint has. Either this or `access` is needed.
   */
  policy?: Input<string> | undefined;

  /** What the endpoint is for; the policy is written from it, and replaces the one that the endpoint has. */
  access?: EndpointAccess | undefined;

  /**
   * The AWS Region of the endpoint, for example `eu-west-1`.
   *
   * Default: the Region of the provider.
   */
  region?: Input<string> | undefined;
}

/** What an endpoint is for. All restrictions apply together; what is not named is denied. */
export interface EndpointAccess {
  /** The tables that may be used, and how much of each. Their indexes are included. Default: all tables, everything. */
  tables?: AccessTable[] | undefined;

  /**
   * ARNs of the roles and users that may use the endpoint; `*` and `?` are wildcards. Default: all.
   *
   * AWS compares the caller's own: the role of a session, function or task, with its path. For an account see
   * `accounts`.
   */
  principals?: Input<string>[] | undefined;

  /** Ids of the accounts whose principals may use the endpoint: 12 digits each. Default: all. */
  accounts?: Input<string>[] | undefined;

  /** Ids of the organizations whose principals may use the endpoint: `o-…`. Default: all. */
  organizations?: Input<string>[] | undefined;
}

/** A table, by its name or by its ARN, and how much of it may be used. */
export interface AccessTable {
  /** The name of a table of this account and Region; `*` and `?` are wildcards. Excludes `arn`. */
  name?: Input<string> | undefined;

  /** `arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME`, also of another account. Excludes `name`. */
  arn?: Input<string> | undefined;

  /** How much of the table may be used. */
  access: TableAccess;
}

/** In which order and how far route tables are switched. */
export interface Rollout {
  /**
   * The stages, in order. Each route table belongs to exactly one.
   *
   * Default: each route table is a stage of its own, sorted by name.
   */
  stages?: RolloutStage[] | undefined;

  /**
   * The last stage to switch. `"none"` switches nothing. Lowering it withdraws the later stages.
   *
   * Default: the last stage.
   */
  throughStage?: string | undefined;

  /**
   * When route tables may be switched. Outside it `up` refuses before any route is touched; a withdrawal is never
   * refused.
   *
   * Default: at any time.
   */
  window?: RolloutWindow | undefined;

  /**
   * Names from `routeTables` of which no client reaches DynamoDB today: no connection breaks when they switch.
   *
   * It is not taken on trust. Where a check runs, its first phase proves that there is no path; elsewhere the routes
   * are read, and `up` refuses a route table with a way out of the VPC. After its switch a name may stay here.
   * Default: none.
   */
  isolated?: string[] | undefined;

  /**
   * Proves after each stage that clients reconnected through the endpoint, and stops the roll-out where they did not.
   *
   * Default: nothing is checked; each stage follows the one before as soon as that one is switched.
   */
  check?: ReconnectCheck | undefined;
}

/** Route tables that are switched together before the next stage begins. */
export interface RolloutStage {
  /** The name of the stage, as warnings and errors show it. Unique; not `"none"`. */
  name: string;

  /** Names from `routeTables`, switched one after another in this order. */
  routeTables: string[];
}

/** The time in which route tables may be switched. */
export interface RolloutWindow {
  /** ISO 8601 with an offset, for example `2026-11-23T22:00:00+01:00`; in TypeScript a `Date`, too. */
  opensAt: string | Date;

  /** ISO 8601 with an offset, later than `opensAt`. A switch that is due after it is refused. */
  closesAt: string | Date;
}

/**
 * How a roll-out proves that clients reconnected through the endpoint.
 *
 * For each checked route table a Lambda function is placed into one of its subnets. It is invoked before the switch
 * (DynamoDB can be reached), during it (what happens to an open connection), and after it (new connections take the
 * endpoint). It calls DescribeTable and DescribeContinuousBackups and touches no item. Functions, their role and their
 * security group stay as long as the check does, whatever `throughStage` says; each invocation costs a fraction of a
 * cent.
 */
export interface ReconnectCheck {
  /** The name of a DynamoDB table of this account and Region, which the requests name. Its items are not touched. */
  table: Input<string>;

  /**
   * The checked route tables: a name from `routeTables` → the id of a subnet that uses it.
   *
   * Each stage needs at least one. The subnets need a path to DynamoDB before their first switch, unless their route
   * table is in `rollout.isolated`. Default: the argument `subnets`, which needs this only where it differs.
   */
  subnets?: Record<string, Input<string>> | undefined;

  /**
   * The longest time that the watching client may be without an answer while its route table is switched.
   *
   * Unit: seconds, from 1; less than `timeoutSeconds`. Default: 30, or what a shorter `timeoutSeconds` leaves. A longer
   * interruption fails the gate once: the next stage is not switched, and another `pulumi up` resumes.
   */
  maxReconnectSeconds?: number | undefined;

  /**
   * How long each phase of the check may take: until DynamoDB is reached, until the switch was watched, and until new
   * connections take the endpoint.
   *
   * Unit: seconds, 5 to 240. Default: 120. A policy or role that is new or changed is waited for beyond it, for at most
   * ten minutes.
   */
  timeoutSeconds?: number | undefined;

  /**
   * Security groups for the functions, whose egress allows port 443 to DynamoDB; at most four, or five with `roleArn`.
   *
   * Default: a security group of their own with that one rule. Without `roleArn` they have one of their own in any
   * case; beside yours it has no rule.
   */
  securityGroupIds?: Input<string>[] | undefined;

  /**
   * The functions' execution role, if not one of their own. The page "The reconnection check" says what it must allow.
   *
   * Its trust policy lets the service `lambda.amazonaws.com` call `sts:AssumeRole`. Of conditions, AWS's samples have
   * `aws:SourceAccount` alone. Lambda may say that the role "cannot be assumed", or "does not have permissions". The
   * provider then asks again for five minutes, as for a new role that is not known everywhere yet: `up` seems to hang
   * before it fails. Whoever deploys needs `iam:PassRole` on it.
   *
   * Default: a role that may place network interfaces, write logs, and describe the table, partly through the endpoint
   * only.
   */
  roleArn?: Input<string> | undefined;

  /**
   * The permissions boundary of the role that is created. Excludes `roleArn`. Default: none.
   *
   * It must leave what the role needs: the page "The reconnection check" lists it. Without the network interface
   * actions Lambda says that the role "does not have permissions". The provider then asks again for five minutes, which
   * looks like a hang, before it fails.
   */
  permissionsBoundaryArn?: Input<string> | undefined;

  /**
   * Functions of your own that check in place of the package's: a name from `subnets` → the function's name or ARN,
   * also that of a version or an alias (`NAME:ALIAS`). They are in the Region of the route tables.
   *
   * They are invoked with the same events and answer with the same reports: the page "The reconnection
   * check" has both. Default: none.
   */
  functions?: Record<string, Input<string>> | undefined;
}

/** What already exists and comes under management without being changed. */
export interface Adoption {
  /** The existing endpoint, for example `vpce-0a1b2c3d`. Known when the program runs, not an Output. */
  vpcEndpointId: string;

  /**
   * The names, from `routeTables`, of the route tables that are associated with the endpoint already.
   *
   * Default: none.
   */
  routeTables?: string[] | undefined;
}
