import { getVpcEndpoint } from "@pulumi/aws/ec2";
import type { ComponentResource } from "@pulumi/pulumi";
import { valueIfKnown } from "./plannedValues";
import type { RoutePlan } from "./routePlan";

/**
 * Tells whether a route table uses the endpoint that is adopted already, also where `adopt` does not name it: nothing
 * breaks then, since to associate it once more changes no route.
 *
 * Asked when a switch is due, and once. An endpoint that cannot be read has no route table: its import says why.
 */
export function adoptedRoutes(component: ComponentResource, { adoptedEndpointId: id, region }: RoutePlan): (routeTableId: unknown) => Promise<boolean> {
  const read = async (): Promise<readonly string[]> => {
    if (id === undefined) return [];
    try {
      return (await getVpcEndpoint({ id, region: await valueIfKnown(region) }, { parent: component })).routeTableIds;
    } catch {
      return [];
    }
  };
  let routeTables: ReturnType<typeof read> | undefined;
  return async (routeTableId) => {
    routeTables ??= read();
    return typeof routeTableId === "string" && (await routeTables).includes(routeTableId);
  };
}
