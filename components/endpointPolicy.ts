import { VpcEndpointPolicy } from "@pulumi/aws/ec2";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { EndpointPolicyArgs } from "./args/args";
import { refuse } from "./args/findings";
import { documentUnless, policyDocument } from "./endpoint/accessPolicy";
import { afterLooking, observeEndpoint } from "./endpoint/observation";
import { attachedPolicyHooks } from "./endpoint/policyHooks";
import { claimAttachedPolicy } from "./endpoint/sharing";
import { lateArguments } from "./plan/lateArguments";
import { endpointPolicyFindings } from "./plan/validateArgs";
import { IGNORED_BY_POLICY, optionFindings } from "./plan/validateOptions";

/**
 * Attaches a policy to an endpoint that something else created. For an endpoint of this package use its `policy`.
 *
 * Removing it, or moving it to another endpoint, resets the endpoint to full access: AWS has no endpoint without a
 * policy, and the removal of a component cannot be announced. Its creation says so.
 */
export class EndpointPolicy extends ComponentResource {
  /** The endpoint that has the policy. */
  public readonly vpcEndpointId: Output<string>;
  /** The policy document in force, as JSON. */
  public readonly policy: Output<string>;

  constructor(name: string, args: EndpointPolicyArgs, opts?: ComponentResourceOptions) {
    refuse(`EndpointPolicy "${name}"`, [...endpointPolicyFindings(args), ...optionFindings(opts, IGNORED_BY_POLICY)]);
    super("dynamodb-endpoint:index:EndpointPolicy", name, {}, opts);

    const given = { ...args, ...lateArguments(args) };
    const { vpcEndpointId, region } = given;
    const sharing = claimAttachedPolicy(this, given);
    const policy = documentUnless(sharing.refused, policyDocument(this, given));
    const observed = observeEndpoint(this, { vpcEndpointId, region });
    const hooks = attachedPolicyHooks(this, name, { observed, sharing, retained: opts?.retainOnDelete === true });
    const attached = new VpcEndpointPolicy(
      name,
      { vpcEndpointId, policy, region },
      { parent: this, dependsOn: afterLooking(observed, opts?.dependsOn), ignoreChanges: opts?.ignoreChanges, hooks },
    );

    this.vpcEndpointId = attached.vpcEndpointId;
    this.policy = attached.policy;
    this.registerOutputs({ vpcEndpointId: this.vpcEndpointId, policy: this.policy });
  }
}
