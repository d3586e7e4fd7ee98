import { getPrefixList } from "@pulumi/aws/ec2/getPrefixList";
import { getRouteTable } from "@pulumi/aws/ec2/getRouteTable";
import { getRouteTables } from "@pulumi/aws/ec2/getRouteTables";
import { getVpcEndpoint } from "@pulumi/aws/ec2/getVpcEndpoint";
import { output, type ComponentResource, type Input, type Output, type Resource } from "@pulumi/pulumi";
import { hooksWork } from "../engine/hooks";
import { valueIfKnown } from "../engine/plannedValues";

/**
 * What AWS says when the program runs, before anything of it is changed. The state says what this stack has made; what
 * somebody removed by hand, or another stack made, only AWS tells.
 *
 * Each part is `undefined` where it cannot be known: in the preview of what has yet to be made, and where the deploying
 * principal may not ask. What is not known is judged by nobody.
 */
export interface Observation {
  /** The endpoint, if it existed before. */
  readonly endpoint: ObservedEndpoint | "missing" | undefined;
  readonly vpcId: string | undefined;
  /** The ids of the VPC's route tables. */
  readonly tablesOfVpc: ReadonlySet<string> | undefined;
  /** The ids of those whose traffic to DynamoDB takes a gateway endpoint, whichever it is. */
  readonly routedTables: ReadonlySet<string> | undefined;
}

/** An endpoint as AWS describes it. */
export interface ObservedEndpoint {
  readonly vpcId: string;
  readonly serviceName: string;
  readonly vpcEndpointType: string;
  readonly prefixListId: string;
  /** The ids of the route tables that are associated with it. */
  readonly routeTableIds: readonly string[] | undefined;
  /** `ipv4`, `ipv6` or `dualstack`; not told by every provider. */
  readonly ipAddressType?: string | undefined;
}

const NOTHING_OBSERVED: Observation = {
  endpoint: undefined,
  vpcId: undefined,
  tablesOfVpc: undefined,
  routedTables: undefined,
};

/** Where to look: below an endpoint that exists, or in a VPC whose endpoint has yet to be made. */
export interface Outlook {
  readonly vpcEndpointId?: Input<string>;
  readonly vpcId?: Input<string>;
  readonly serviceName?: Input<string>;
  readonly region: Input<string> | undefined;
}

/** Looks at one endpoint; at nothing where its id is not known yet. */
export async function observeEndpoint(
  component: ComponentResource,
  { vpcEndpointId, region }: Pick<Outlook, "vpcEndpointId" | "region">,
): Promise<Observation["endpoint"]> {
  if (!hooksWork()) return undefined;
  const described = await new Asking(component, await valueIfKnown(region)).endpoint(await valueIfKnown(vpcEndpointId));
  // What this run has just made may be late to show.
  return described === "missing" && typeof vpcEndpointId !== "string" ? undefined : described;
}

/** Looks, with calls whose number does not depend on that of the route tables. */
export async function observe(component: ComponentResource, outlook: Outlook): Promise<Observation> {
  if (!hooksWork()) return NOTHING_OBSERVED;
  const ask = new Asking(component, await valueIfKnown(outlook.region));
  const endpoint = await observeEndpoint(component, outlook);
  const found = endpoint === "missing" ? undefined : endpoint;
  const vpcId = found?.vpcId ?? (await valueIfKnown(outlook.vpcId));
  if (vpcId === undefined) return { ...NOTHING_OBSERVED, endpoint };
  const [tablesOfVpc, routedTables] = await Promise.all([
    ask.routeTables(vpcId),
    found === undefined
      ? ask.prefixList(await valueIfKnown(outlook.serviceName)).then((id) => ask.routedTables(vpcId, id))
      : ask.routedTables(vpcId, found.prefixListId),
  ]);
  return { endpoint, vpcId, tablesOfVpc, routedTables };
}

type DependsOn = Input<Input<Resource>[]> | Input<Resource> | undefined;

/**
 * What to depend on to be registered after a look. A hook that waited for the look itself could wait for ever: with
 * `--parallel 1` the provider that is asked would be registered after the resource whose hook waits.
 */
export function afterLooking(observed: Promise<unknown>, dependsOn: DependsOn): Output<Resource[]> {
  return output(observed.then(() => dependsOn ?? [])) as Output<Resource[]>;
}

/** The VPC of a route table; `undefined` where there is no such table, or no answer. */
export function vpcOfRouteTable(
  component: ComponentResource,
  region: string | undefined,
  routeTableId: string,
): Promise<string | undefined> {
  return answerOf(getRouteTable({ routeTableId, region }, { parent: component })).then((table) => textIn(table?.vpcId));
}

/** The calls, each with an answer that may be none. */
class Asking {
  constructor(
    readonly component: ComponentResource,
    readonly region: string | undefined,
  ) {}

  async endpoint(id: string | undefined): Promise<ObservedEndpoint | "missing" | undefined> {
    if (id === undefined) return undefined;
    const described = getVpcEndpoint({ id, region: this.region }, { parent: this.component });
    const found = await described.catch((error: unknown) =>
      NOT_FOUND.test(String(error)) ? ("missing" as const) : undefined,
    );
    if (found === "missing" || textIn(found?.vpcId) === undefined) return found === "missing" ? found : undefined;
    return found;
  }

  async prefixList(name: string | undefined): Promise<string | undefined> {
    if (name === undefined) return undefined;
    return textIn((await answerOf(getPrefixList({ name, region: this.region }, { parent: this.component })))?.id);
  }

  async routeTables(vpcId: string): Promise<ReadonlySet<string> | undefined> {
    return idsIn(await answerOf(getRouteTables({ vpcId, region: this.region }, { parent: this.component })));
  }

  async routedTables(vpcId: string, prefixListId: string | undefined): Promise<ReadonlySet<string> | undefined> {
    if (prefixListId === undefined) return undefined;
    const filters = [{ name: "route.destination-prefix-list-id", values: [prefixListId] }];
    return idsIn(await answerOf(getRouteTables({ vpcId, filters, region: this.region }, { parent: this.component })));
  }
}

/** The provider's words for every way in which AWS says so. */
const NOT_FOUND = /no matching/;

/** Refused, throttled, another provider's: no answer is no reason to stop a roll-out that AWS itself would let pass. */
export function answerOf<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch(() => undefined);
}

/** While a provider's own configuration is unknown, the engine answers with nothing, or with unknowns. */
function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function idsIn(answer: { readonly ids?: unknown } | undefined): ReadonlySet<string> | undefined {
  return Array.isArray(answer?.ids)
    ? new Set(answer.ids.filter((id): id is string => typeof id === "string"))
    : undefined;
}
