import { getVpcEndpointOutput, VpcEndpoint } from "@pulumi/aws/ec2";
import {
  interpolate,
  log,
  output,
  type ComponentResource,
  type CustomResourceOptions,
  type Input,
  type Output,
  type ResourceTransform,
} from "@pulumi/pulumi";
import type { Adoption, GatewayEndpointArgs, RouteRolloutArgs } from "../args/args";
import type { Finding } from "../args/findings";
import { changingOptions } from "../engine/changingOptions";
import { bothHooks } from "../engine/hooks";
import type { LastOutputs } from "../engine/lastOutputs";
import { valueIfKnown } from "../engine/plannedValues";
import { regionOf } from "../engine/region";
import type { PolicySource } from "../plan/policyFindings";
import { policyDocument, type CheckedPath } from "./accessPolicy";
import type { Imports } from "./adoption";
import { explainDenial } from "./awsErrors";
import { adoptionFindings } from "./endpointFindings";
import { observeEndpoint } from "./observation";
import { endpointHooks } from "./policyHooks";
import { claimAdoptedPolicy, type Sharing } from "./sharing";

/** What the functions of a check need to know of the endpoint. */
export interface CheckedEndpoint {
  readonly id: Input<string>;
  readonly vpcId: Input<string>;
  readonly prefixListId: Input<string>;
  /** The document in force: when it changes, the gates are passed again. */
  readonly policy: Input<string>;
}

/**
 * What a check needs to know of an endpoint that something else created. Looked up only where something depends on it.
 *
 * A policy that changes in the same deployment is seen when the endpoint has been changed, and so not yet in its
 * preview.
 */
export function existingEndpoint(
  component: ComponentResource,
  { vpcEndpointId, region, rollout }: RouteRolloutArgs,
): CheckedEndpoint | undefined {
  if (rollout?.check === undefined) return undefined;
  const { vpcId, prefixListId, policy } = getVpcEndpointOutput({ id: vpcEndpointId, region }, { parent: component });
  // What fails here fails the program, in the provider's words and with a stack trace of its own.
  valueIfKnown(vpcId).catch(async (error: unknown) => {
    const denied = explainDenial(String(error));
    if (denied !== undefined)
      await log.error(
        `vpcEndpointId: what the check needs to know of the endpoint cannot be asked. ${denied}`,
        component,
      );
  });
  return { id: vpcEndpointId, vpcId, prefixListId, policy };
}

/** A security group's egress rule, as `aws.ec2.SecurityGroup` takes it in `egress`. */
export interface SecurityGroupEgress {
  /** What the rule is for, as the console shows it. */
  readonly description: string;
  /** `tcp`. */
  readonly protocol: string;
  /** 443. */
  readonly fromPort: number;
  /** 443. */
  readonly toPort: number;
  /** DynamoDB's prefix list. */
  readonly prefixListIds: string[];
}

/**
 * The name of DynamoDB's gateway service in the Region of the component.
 *
 * Computed, never looked up: a lookup that is unknown in a preview would plan a replacement of the endpoint.
 */
export function dynamoDbServiceName(
  component: ComponentResource,
  region: GatewayEndpointArgs["region"],
): Output<string> {
  return interpolate`com.amazonaws.${regionOf(component, region)}.dynamodb`;
}

/** The endpoint itself. It has no routes of its own: inline route tables and associations overwrite each other. */
export function gatewayVpcEndpoint(
  parent: ComponentResource,
  name: string,
  args: GatewayEndpointArgs &
    Pick<PolicySource, "problems"> & {
      serviceName: Output<string>;
      checked?: CheckedPath;
      imported: Imports | undefined;
      last: Promise<LastOutputs>;
    },
  options: CustomResourceOptions,
): VpcEndpoint {
  const { vpcId, serviceName, region, tags, adopt, checked, imported, last } = args;
  const sharing = claimAdoptedPolicy(parent, { adopt, region, ignoreChanges: options.ignoreChanges });
  const problems =
    imported === undefined
      ? args.problems
      : Promise.all([args.problems ?? [], imported.findings]).then((found) => found.flat());
  const unfit = adopt && unfitToAdopt(parent, { ...adopt, vpcId, region, sharing });
  return new VpcEndpoint(
    name,
    {
      vpcId,
      serviceName,
      vpcEndpointType: "Gateway",
      policy: policyDocument(parent, { ...args, problems }, checked),
      region,
      tags,
    },
    {
      parent,
      // Under mocks, which have no transforms.
      import: adopt?.vpcEndpointId,
      transforms: unfit && imported && [importingWhatFits(unfit, imported)],
      ...options,
      hooks: bothHooks(
        endpointHooks(parent, name, { adoptedId: adopt?.vpcEndpointId, unfit, sharing, last }),
        options.hooks,
      ),
    },
  );
}

async function unfitToAdopt(
  component: ComponentResource,
  {
    vpcEndpointId,
    vpcId,
    region,
    sharing,
  }: Adoption & Pick<GatewayEndpointArgs, "vpcId" | "region"> & { sharing: Sharing | undefined },
): Promise<readonly Finding[]> {
  const endpoint = observeEndpoint(component, { vpcEndpointId, region });
  return [...((await sharing?.refused) ?? []), ...adoptionFindings(await endpoint, await valueIfKnown(vpcId))];
}

/** Plans a creation in place of an import that must not be: a creation runs hooks, which refuse it in plain words. */
function importingWhatFits(unfit: Promise<readonly Finding[]>, imported: Imports): ResourceTransform {
  return changingOptions(async (opts) => {
    const findings = [...(await unfit), ...(await imported.findings)];
    return { ...opts, import: findings.length === 0 ? await imported.endpointId : undefined };
  });
}

/** The rule that lets clients reach DynamoDB through the endpoint: they still address its public service addresses. */
export function securityGroupEgress(endpoint: { readonly prefixListId: Input<string> }): Output<SecurityGroupEgress> {
  return output({
    description: "DynamoDB through its gateway endpoint",
    protocol: "tcp",
    fromPort: 443,
    toPort: 443,
    prefixListIds: [endpoint.prefixListId],
  });
}
