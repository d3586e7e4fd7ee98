import { getRouteTablesOutput, getRouteTables } from "@pulumi/aws/ec2/getRouteTables";
import { getSubnet } from "@pulumi/aws/ec2/getSubnet";
import {
  isSecret,
  output,
  type ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import type { RouteTablesArgs } from "../args/args";
import type { Finding } from "../args/findings";
import { settledValue, valueIfKnown } from "../engine/plannedValues";
import type { LateArguments } from "../plan/lateArguments";
import type { FoundTables } from "../plan/routePlan";
import { answerOf } from "./observation";

/**
 * The arguments with the route tables that are meant: given by their ids, or by subnets that use them.
 *
 * A subnet without an explicit association uses the VPC's main route table, which others share: to switch that because
 * an association is not there yet would break connections of which nobody was told. So it is never looked for.
 */
export function withRouteTables<Args extends RouteTablesArgs & LateArguments>(
  component: ComponentResource,
  args: Args,
  dependsOn: ComponentResourceOptions["dependsOn"],
): Args & FoundTables {
  const { routeTables, subnets } = args;
  if (routeTables !== undefined || subnets === undefined) return { ...args, routeTables: routeTables ?? {} };
  const found = Object.entries(subnets).map(([name, subnet]) => {
    const looking = new LookUp(component, { name, subnet, region: args.region, dependsOn });
    return { name, table: looking.table(), problem: looking.problem() };
  });
  const problems = Promise.all([...found.map(({ problem }) => problem), args.problems ?? []]);
  return {
    ...args,
    routeTables: Object.fromEntries(found.map(({ name, table }) => [name, table])),
    problems: problems.then((all) => all.flat()),
  };
}

interface Subnet {
  readonly name: string;
  readonly subnet: Input<string>;
  readonly region: Input<string> | undefined;
  readonly dependsOn: ComponentResourceOptions["dependsOn"];
}

/** The route tables that are associated with a subnet: one, or none. */
class LookUp {
  readonly #answer: Output<string[]>;

  constructor(
    readonly component: ComponentResource,
    readonly subnet: Subnet,
  ) {
    const { subnet: id, region, dependsOn } = subnet;
    const filters = [{ name: "association.subnet-id", values: [id] }];
    this.#answer = getRouteTablesOutput({ filters, region }, { parent: component, dependsOn }).ids;
  }

  /** Its id. Where there is none the plan is refused, and nothing gets to see the subnet's in its place. */
  table(): Output<string> {
    const id = this.#answer.apply(([first]) => first ?? this.subnet.subnet);
    return output(
      settledValue(id).then(
        () => id,
        () => this.subnet.subnet,
      ),
    ) as Output<string>;
  }

  async problem(): Promise<readonly Finding[]> {
    const { name, subnet } = this.subnet;
    const [ids, id] = [await valueIfKnown(this.#answer).catch(() => "denied" as const), await valueIfKnown(subnet)];
    // Under mocks there may be no ids.
    if (id === undefined || ids === undefined || (ids !== "denied" && ids.length > 0)) return [];
    const shown = (await isSecret(output(subnet))) ? "the subnet (its id is secret)" : id;
    const path = `subnets.${name}`;
    if (ids === "denied")
      return [
        {
          path,
          message: `the route table of ${shown} cannot be looked up`,
          suggestion: "allow ec2:DescribeRouteTables to the deploying principal, or give routeTables",
        },
      ];
    const main = await this.#mainTable(id);
    return [
      {
        path,
        message:
          main === undefined
            ? `no route table is associated with ${shown}`
            : `${shown} uses the main route table of its VPC, ${main}, and so may other subnets`,
        suggestion:
          "associate a route table of its own with it; where this program does, name the association in dependsOn; " +
          `to switch the main one${main === undefined ? "" : " for all of them"}, give it in routeTables`,
      },
    ];
  }

  /** `undefined` where there is no such subnet, or no answer. */
  async #mainTable(id: string): Promise<string | undefined> {
    const region = await valueIfKnown(this.subnet.region);
    const parent = this.component;
    const asked = getSubnet({ id, region }, { parent }).then(({ vpcId }) =>
      getRouteTables({ vpcId, region, filters: [{ name: "association.main", values: ["true"] }] }, { parent }),
    );
    return (await answerOf(asked))?.ids[0];
  }
}
