import type { ComponentResource, Input, Inputs } from "@pulumi/pulumi";
import type { Finding } from "../args/findings";
import type { LastOutputs } from "../engine/lastOutputs";
import { valueIfKnown } from "../engine/plannedValues";
import { regionOf } from "../engine/region";

/**
 * How what exists is imported.
 *
 * The engine compares the id of an import with the one it imported by, not with the resource's own: by any other it
 * imports again, and deletes what it has, with its routes. So what was imported once is imported by the same id in
 * every run.
 */
export interface Imports {
  /** What the ids of the associations end with. */
  readonly suffix: Promise<string>;
  /**
   * The id that the endpoint is imported by; `undefined` where the component has an endpoint that it did not import.
   */
  readonly endpointId: Promise<string | undefined>;
  /** Why an endpoint cannot be adopted in place of the one that the component has. */
  readonly findings: Promise<readonly Finding[]>;
}

/** By the output in which it is kept. */
const SUFFIX = "importSuffix";

export function imports(
  component: ComponentResource,
  { vpcEndpointId, region }: { vpcEndpointId: string; region: Input<string> | undefined },
  last: Promise<LastOutputs>,
): Imports {
  const recorded = last.then(({ values }) => recordedSuffix(values));
  const suffix = recorded.then((known) => known ?? regionSuffix(component, region));
  const own = last.then(({ values }) => values.vpcEndpointId);
  return {
    suffix,
    endpointId: Promise.all([own, recorded]).then(async ([id, known]) =>
      id !== undefined && known === undefined ? undefined : `${vpcEndpointId}${await suffix}`,
    ),
    findings: own.then((id) => (typeof id !== "string" || id === vpcEndpointId ? [] : [otherEndpointFinding(id)])),
  };
}

/** The outputs, and what the next run must know of imports. */
export function withImports(outputs: Inputs, made: Imports | undefined): Inputs {
  return made === undefined ? outputs : { ...outputs, [SUFFIX]: made.suffix };
}

/** Earlier versions recorded none, and imported without. */
function recordedSuffix(values: LastOutputs["values"]): string | undefined {
  const { [SUFFIX]: suffix, rollout } = values as {
    [SUFFIX]?: string;
    rollout?: { ledger?: { adopted?: readonly string[] } };
  };
  return suffix ?? ((rollout?.ledger?.adopted ?? []).length > 0 ? "" : undefined);
}

/**
 * An import does not look at the argument `region`, so the id names the Region where it is another than the provider's.
 *
 * See https://github.com/pulumi/pulumi-aws/issues/5697.
 */
async function regionSuffix(component: ComponentResource, region: Input<string> | undefined): Promise<string> {
  const [asked, ofProvider] = await Promise.all([valueIfKnown(region), valueIfKnown(regionOf(component, undefined))]);
  return asked === undefined || ofProvider === undefined || asked === ofProvider ? "" : `@${asked}`;
}

function otherEndpointFinding(id: string): Finding {
  return {
    path: "adopt.vpcEndpointId",
    message: `is another endpoint than the component has (${id}): importing it would delete that one, with its routes`,
    suggestion:
      "adopt it in a component of another name, and move the route tables from one to the other; or remove `adopt`",
  };
}
