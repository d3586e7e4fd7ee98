import type { VpcEndpoint } from "@pulumi/aws/ec2";
import {
  log,
  runtime,
  type ComponentResource,
  type CustomResourceOptions,
  type Input,
  type Resource,
} from "@pulumi/pulumi";
import type { Adoption, EndpointPolicyArgs } from "../args/args";
import { findingText, refuse, type Finding } from "../args/findings";
import { claimId, claimMade, type Claim, type Claimed, type Clash } from "../engine/deployment";
import type { RoutePlan } from "../plan/routePlan";

/**
 * What a component must not share with another of its program. What is sure at once is refused at once; the rest is
 * told here.
 */
export interface Sharing {
  /** What there is to refuse when ids and Regions have settled. */
  readonly refused: Promise<readonly Finding[]>;
  /** For a hook: that, and in a deployment also why another component was refused by now on this one's account. */
  readonly ask: () => Promise<readonly Finding[]>;
}

/** Claims the route tables that are to be switched. One that a component names, but does not switch, is free. */
export function claimRouteTables(component: ComponentResource, plan: RoutePlan): Sharing {
  const names = plan.stages.flatMap((stage) => stage.routeTables);
  const clashes = names.map((name) => {
    const claim: Claim = {
      kind: "route table",
      component,
      region: plan.region,
      path: `${plan.tablesArgument}.${name}`,
    };
    return claimId(claim, plan.routeTables[name] as Input<string>, ["aws:ec2/routeTable:RouteTable"]);
  });
  return refuseClashes(component, clashes, routeTableFinding);
}

/** Claims the policy of an endpoint that something else made. */
export function claimAttachedPolicy(
  component: ComponentResource,
  { vpcEndpointId, region }: EndpointPolicyArgs,
): Sharing {
  const claim: Claim = { kind: "policy", component, region, path: ATTACHED_TO };
  return refuseClashes(component, [claimId(claim, vpcEndpointId, ENDPOINT_TYPES)], policyFinding);
}

/** What decides whether a component that has an endpoint writes its policy, and which endpoint that is. */
export interface OwnPolicy {
  readonly adopt?: Adoption;
  readonly region?: Input<string>;
  readonly ignoreChanges: CustomResourceOptions["ignoreChanges"];
}

/** Claims the policy of an endpoint that exists and is adopted. */
export function claimAdoptedPolicy(component: ComponentResource, own: OwnPolicy): Sharing | undefined {
  if (own.adopt === undefined || !writesPolicy(own)) return undefined;
  const claim: Claim = { kind: "policy", component, region: own.region, path: "adopt.vpcEndpointId" };
  return refuseClashes(component, [claimId(claim, own.adopt.vpcEndpointId, [])], policyFinding);
}

/**
 * Claims the policy of an endpoint that a component has. An EndpointPolicy that takes its id from here is always the
 * later one. Only where a program repeats the id of an endpoint that it made earlier may this be: no resource is left
 * that could be refused then, and the program fails with an error.
 */
export function claimOwnPolicy(component: ComponentResource, endpoint: VpcEndpoint, own: OwnPolicy): void {
  if (!writesPolicy(own)) return;
  const claim: Claim = { kind: "policy", component, region: own.region, path: "policy" };
  const made: readonly Resource[] = [endpoint, component];
  const claimed = [claimMade(claim, made), ...(own.adopt === undefined ? [claimId(claim, endpoint.id, [])] : [])];
  void Promise.all(claimed.map(({ later }) => later)).then(async (clashes) => {
    for (const clash of clashes.flat())
      await log.error(`${componentText(component)}: ${findingText(policyFinding(clash))}`, component);
  });
}

/** The policy of an endpoint is what the endpoint is made with, unless its changes are ignored. */
function writesPolicy({ ignoreChanges = [] }: OwnPolicy): boolean {
  return !ignoreChanges.some((path) => ["policy", "*"].includes(path));
}

/** Refuses what is sure now, and tells what comes to light later. */
function refuseClashes(
  component: ComponentResource,
  claimed: readonly Claimed[],
  finding: (clash: Clash) => Finding,
): Sharing {
  refuse(
    componentText(component),
    claimed.flatMap(({ now }) => now.map(finding)),
  );
  const refused = Promise.all(claimed.map(({ later }) => later)).then((found) => found.flat().map(finding));
  const contested = (): readonly Finding[] =>
    runtime.isDryRun() ? [] : claimed.flatMap((each) => each.contested().map(finding));
  return { refused, ask: async () => [...(await refused), ...contested()] };
}

const ATTACHED_TO = "vpcEndpointId";

/** An output of a component is that of the endpoint inside; other languages tell only the component. */
const ENDPOINT_TYPES = [
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "dynamodb-endpoint:index:GatewayEndpoint",
  "dynamodb-endpoint:index:DynamoDbEndpoint",
];

function routeTableFinding({ claim, other, id }: Clash): Finding {
  const renamed = typeOf(claim.component) === typeOf(other.component) ? RENAMED : "";
  return {
    path: claim.path,
    message:
      `is the same route table as ${other.path} of ${componentText(other.component)} (${id}): a route table has one ` +
      "route to DynamoDB, and the two would fight for it",
    suggestion:
      `keep it in one. ${renamed}If the route table moves: remove it from the component that has it, run \`pulumi ` +
      "up`, then add it to the other",
  };
}

const RENAMED =
  "If one is the other under a new name: remove the former, and give the new one aliases: [{ name: FORMER NAME }], " +
  "and formerNames where the route table was renamed too; no route is touched. ";

function policyFinding({ claim, other, id }: Clash): Finding {
  const there = componentText(other.component);
  const message =
    `concerns the same endpoint as ${there} (${id}): the two policies would overwrite each other at each \`pulumi ` +
    "up`";
  return { path: claim.path, message, suggestion: policyRemedy(claim, other) };
}

function policyRemedy(claim: Claim, other: Claim): string {
  const attached = [claim, other]
    .filter(({ path }) => path === ATTACHED_TO)
    .map(({ component }) => componentText(component));
  const [owner] = [claim, other].filter(({ path }) => path !== ATTACHED_TO);
  if (attached.length === 0) return `keep one of the two. ${RENAMED}`.trim();
  const kept =
    owner === undefined
      ? "keep one of the two"
      : `give the document as policy, or access, of ${componentText(owner.component)}, and remove ${attached.join()}`;
  return (
    `${kept}. One that is deployed needs retainOnDelete: true and a \`pulumi up\` before it is removed: its ` +
    "deletion resets the endpoint to full access"
  );
}

/** A component as its program names it: `RouteRollout "edge" in Network "prod"`. */
function componentText(component: Resource): string {
  const { __name = "", __parentResource: parent } = component as Named;
  const text = `${typeOf(component).split(":").at(-1) ?? ""} "${__name}"`;
  return parent === undefined || typeOf(parent) === "pulumi:pulumi:Stack"
    ? text
    : `${text} in ${componentText(parent)}`;
}

function typeOf(resource: Resource): string {
  return (resource as Named).__pulumiType ?? "";
}

/** What every resource of the SDK has, and its types leave out. */
type Named = Resource & {
  readonly __pulumiType?: string;
  readonly __name?: string;
  readonly __parentResource?: Resource;
};
