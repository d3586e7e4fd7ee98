import { DYNAMODB_ACTIONS } from "./actions";
import { principalProblem } from "./callerArns";
import type { PolicyCondition, PolicyStatement } from "./document";
import { organizationIdProblem, vpcEndpointIdProblem, vpcIdProblem } from "./ids";
import { tableArnProblem } from "./presets";
import type { Problem } from "./problem";
import { judged } from "../shapes/shapeFindings";

/** Which way requests must take, who is excepted, and what is denied otherwise. */
export interface OnlyThroughEndpoint {
  /**
   * `identity`: for policies of roles and users. `resource`: for a table's own policy (`aws.dynamodb.ResourcePolicy`).
   */
  readonly kind: "identity" | "resource";
  /** ARNs of the tables that are protected; their indexes are included. Wildcards are possible. */
  readonly tables: readonly string[];
  /** The way that requests must take. One of the three; several ids are alternatives. */
  readonly through: Way;
  /** What is denied on any other way. `data` denies reading and writing items, `all` everything. Default: `data`. */
  readonly actions?: "data" | "all" | undefined;
  /** Who may take any way. */
  readonly except?: Exceptions | undefined;
  /**
   * The organization of the account that owns the endpoint: `o-…`, or `none`, as the context of `validatePolicy`
   * has it. Where it is said, `through.organizations` that would deny every request through that endpoint are
   * refused. Default: not known.
   */
  readonly organization?: string | undefined;
  /**
   * Says in so many words that the principal that deploys this may be denied, and with it Pulumi itself.
   *
   * Needed where `actions` is `all` and no principal is excepted, unless the deployment itself takes the endpoint.
   */
  readonly denyDeployingPrincipal?: boolean | undefined;
}

/** By gateway endpoints, by VPCs, or by organizations whose endpoints are used. */
export interface Way {
  /** `aws:SourceVpce`. Must be changed when an endpoint is replaced. */
  readonly vpcEndpointIds?: readonly string[] | undefined;
  /** `aws:SourceVpc`. */
  readonly vpcIds?: readonly string[] | undefined;
  /**
   * `aws:VpceOrgID`: any endpoint of the organization, also one that replaces another.
   *
   * Requests have this key only where the account that owns the endpoint is in an organization. In an account that is
   * in none everybody would be denied, on every way: name endpoints or VPCs there. Say which it is in (`organization`),
   * and that is refused.
   */
  readonly organizations?: readonly string[] | undefined;
}

/** Who is not denied. */
export interface Exceptions {
  /**
   * ARNs of roles and users, such as an administrator's and the deployment's; wildcards are possible. Default: none.
   *
   * Service roles belong here, which services use that you gave them to: those of AppSync, Step Functions, Glue and
   * AWS Backup, and of functions and tasks outside the VPC. No condition key tells them from other roles.
   */
  readonly principals?: readonly string[] | undefined;
  /**
   * AWS services that call by themselves, as service principals or with the service-linked roles of the tables'
   * accounts.
   *
   * Among them is the replication of global tables, which stops when it is denied, and for good after 20 hours.
   * Default: true.
   */
  readonly awsServices?: boolean | undefined;
  /**
   * AWS services that call on behalf of a principal, with its own credentials, such as CloudFormation and Athena.
   * Default: true.
   */
  readonly viaAwsServices?: boolean | undefined;
}

/**
 * The statement that denies requests to the tables unless they come through the endpoint.
 *
 * AWS's own example denies `dynamodb:*` to everyone else, which locks out the console, CI and Pulumi itself. This one
 * denies what concerns items only, unless told otherwise. It spares AWS services that call by themselves or on behalf
 * of a principal, not those that use a role which you gave them: these, and people, are named in `except.principals`.
 * It denies and allows nothing: what may be done through the endpoint is for other statements.
 *
 * Throws an error with all findings where the statement would not do what it says.
 * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html and, for the condition keys,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html. Of global tables:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html.
 */
export function onlyThroughEndpoint(intent: OnlyThroughEndpoint): PolicyStatement {
  const findings = [...judged("OnlyThroughEndpoint", intent, intentFindings)];
  if (findings.length > 0)
    throw new Error(
      [
        "the statement cannot be made",
        ...findings.map(({ path, message, suggestion }) => `  ${path}: ${message}; ${suggestion}`),
      ].join("\n"),
    );
  const { kind, tables, actions = "data" } = intent;
  const protectedArns = [
    ...new Set(tables.flatMap((arn) => [arn, actions === "all" ? `${arn}/*` : `${arn}/index/*`])),
  ].sort();
  return {
    Sid: "OnlyThroughEndpoint",
    Effect: "Deny",
    ...(kind === "resource" ? { Principal: "*" as const } : {}),
    Action: actions === "all" ? "dynamodb:*" : DATA_ACTIONS,
    Resource: protectedArns,
    Condition: conditionOf(intent),
  };
}

const DATA_ACTIONS = [...DYNAMODB_ACTIONS.values()]
  .filter(({ onItems }) => onItems)
  .map(({ name }) => `dynamodb:${name}`);

/** All of it must hold for the Deny. `IfExists`, because the keys are absent where a request takes another way. */
function conditionOf({ tables, through, except = {} }: OnlyThroughEndpoint): PolicyCondition {
  const { principals = [], awsServices = true, viaAwsServices = true } = except;
  const spared = {
    ...(viaAwsServices ? { "aws:ViaAWSService": "false" } : {}),
    ...(awsServices ? { "aws:PrincipalIsAWSService": "false" } : {}),
  };
  const sparedArns = [...new Set([...principals, ...(awsServices ? tables.map(serviceLinkedRoles) : [])])].sort();
  return {
    StringNotEqualsIfExists: wayCondition(through),
    ...(Object.keys(spared).length === 0 ? {} : { BoolIfExists: spared }),
    ...(sparedArns.length === 0 ? {} : { ArnNotLikeIfExists: { "aws:PrincipalArn": sparedArns } }),
  };
}

/** The service-linked roles of a table's account: their path is AWS's own, nobody else can make a role there. */
function serviceLinkedRoles(tableArn: string): string {
  const [, partition, , , account] = tableArn.split(":");
  return `arn:${partition}:iam::${account}:role/aws-service-role/*`;
}

function wayCondition({ vpcEndpointIds, vpcIds, organizations }: Way): Record<string, readonly string[]> {
  if (vpcEndpointIds !== undefined) return { "aws:SourceVpce": [...new Set(vpcEndpointIds)].sort() };
  if (vpcIds !== undefined) return { "aws:SourceVpc": [...new Set(vpcIds)].sort() };
  return { "aws:VpceOrgID": [...new Set(organizations)].sort() };
}

/** One thing that is wrong with an intent. */
interface IntentFinding extends Problem {
  readonly path: string;
}

function* intentFindings({
  tables = [],
  through = {},
  actions = "data",
  except = {},
  organization,
  denyDeployingPrincipal = false,
}: Partial<OnlyThroughEndpoint>): Iterable<IntentFinding> {
  if (tables.length === 0)
    yield { path: "tables", message: "is empty", suggestion: "name the tables that are protected" };
  const problems = tables.map((arn) => tableArnProblem(arn, { anywhere: true }));
  yield* valueFindings("tables", tables, (_, i) => problems[i]);
  yield* wayFindings(through);
  yield* organizationFindings(through, organization);
  const partition = tables.find((arn, i) => problems[i] === undefined && !arn.startsWith("arn:*"))?.split(":")[1];
  yield* valueFindings("except.principals", except.principals, (arn) => {
    const problem = principalProblem(arn, { partition });
    return problem?.matchesNobody === true
      ? { ...problem, message: `${problem.message}, so it would except nobody` }
      : problem;
  });
  if (actions === "all" && (except.principals ?? []).length === 0 && !denyDeployingPrincipal) {
    yield {
      path: "except.principals",
      message:
        "nobody is excepted, so the principal that deploys this would be denied too, with the console and Pulumi " +
        "itself",
      suggestion:
        "name an administrator's and the deployment's role, deny data actions only (actions: \"data\"), or say " +
        "denyDeployingPrincipal: true",
    };
  }
}

const WAYS: Readonly<Record<keyof Way, (id: unknown) => Problem | undefined>> = {
  vpcEndpointIds: vpcEndpointIdProblem,
  vpcIds: vpcIdProblem,
  organizations: organizationIdProblem,
};

function* wayFindings(through: Way): Iterable<IntentFinding> {
  const ways = (Object.keys(WAYS) as (keyof Way)[]).filter((way) => through[way] !== undefined);
  if (ways.length !== 1)
    yield {
      path: "through",
      message: "takes one of vpcEndpointIds, vpcIds and organizations",
      suggestion: "several conditions on one Deny would all have to hold",
    };
  for (const way of ways) {
    if (through[way]?.length === 0)
      yield { path: `through.${way}`, message: "is empty: everybody would be denied", suggestion: "name at least one" };
    yield* valueFindings(`through.${way}`, through[way], WAYS[way]);
  }
}

/** See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceorgid. */
function* organizationFindings({ organizations = [] }: Way, organization: string | undefined): Iterable<IntentFinding> {
  if (organization === undefined) return;
  const problem = organization === "none" ? undefined : organizationIdProblem(organization);
  if (problem !== undefined) {
    yield { path: "organization", message: problem.message, suggestion: `${problem.suggestion}; or write "none"` };
    return;
  }
  if (organizations.length === 0 || organizations.includes(organization)) return;
  const [message, remedy] =
    organization === "none"
      ? ["everybody would be denied: the endpoint's account is in no organization, so aws:VpceOrgID is absent", ""]
      : [`everybody who comes through the endpoint would be denied: its account is in ${organization}`, "name it, or "];
  yield {
    path: "through.organizations",
    message,
    suggestion: `${remedy}name endpoints (vpcEndpointIds) or VPCs (vpcIds) instead`,
  };
}

function* valueFindings(
  path: string,
  values: readonly string[] | undefined,
  problemOf: (value: string, index: number) => Problem | undefined,
): Iterable<IntentFinding> {
  for (const [i, value] of (values ?? []).entries()) {
    const problem = problemOf(value, i);
    if (problem !== undefined) yield { path: `${path}[${i}]`, ...problem };
  }
}
