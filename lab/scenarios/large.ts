import type { Region } from "../cloud/cloud";
import type { PlacedInterface } from "../cloud/ec2/scenarioData";
import { forService, policyOf, site, type Site, table } from "./site";
import { ZONES } from "./threeZones";

const SIZE = { routeTables: 40, subnets: 200, interfaces: 3_000, roles: 600, tables: 300 } as const;

/** Of tables, roles and interfaces alike: who reads a report of it finds the same names each time. */
const SEED = 20_260;

const SERVICES: readonly PlacedInterface["service"][] = [
  ...["ecsTask", "ecsTask", "ecsTask", "eksPod", "eksPod", "rds", "elastiCache", "applicationLoadBalancer"],
  ...["networkLoadBalancer", "glue", "openSearch", "efs"],
] as PlacedInterface["service"][];

/** A VPC as a whole department has it. */
export async function large(region: Region): Promise<void> {
  const random = numbers(SEED);
  const bazaar = await site(region, "bazaar", "10.0.0.0/16");
  const subnetIds = await networks(bazaar);
  const tableArns: string[] = [];
  for (let i = 0; i < SIZE.tables; i++) tableArns.push(await table(region, `table-${i + 1}`));
  await roles(region, tableArns, random);
  for (let i = 0; i < 40; i++) await bazaar.lambda(`function-${i + 1}`, five(subnetIds, random));
  const placed = await region.ec2.describeNetworkInterfaces({});
  for (let i = placed.length; i < SIZE.interfaces; i++) {
    const service = SERVICES[random(SERVICES.length)] ?? "ecsTask";
    const subnetId = subnetIds[random(subnetIds.length)] ?? "";
    await region.scenarioData.placeInterface({ service, name: `${service}-${random(50)}`, subnetId });
  }
}

/** The private subnets, of as many to a route table. */
async function networks(vpc: Site): Promise<readonly string[]> {
  const internetGatewayId = await vpc.internetGateway("internet");
  const front: string[] = [];
  for (const [i, zone] of ZONES.entries()) front.push(await vpc.subnet(`public-${zone}`, `10.0.${250 + i}.0/24`, zone));
  // The main route table is the fortieth.
  await vpc.routeTable("public", front, { gatewayId: internetGatewayId });
  const nats = [];
  for (const [i, zone] of ZONES.entries()) nats.push(await vpc.natGateway(`nat-${zone}`, front[i] ?? ""));
  const own = SIZE.routeTables - 2;
  const tables: string[][] = Array.from({ length: own }, () => []);
  const subnetIds: string[] = [];
  for (let i = 0; i < SIZE.subnets - front.length; i++) {
    const zone = ZONES[(i % own) % 3] ?? "a";
    const subnetId = await vpc.subnet(`private-${i + 1}`, `10.0.${i}.0/24`, zone);
    tables[i % own]?.push(subnetId);
    subnetIds.push(subnetId);
  }
  for (const [i, ids] of tables.entries()) {
    const { natGatewayId } = nats[i % 3] ?? {};
    await vpc.routeTable(`private-${i + 1}`, ids, { natGatewayId });
  }
  return subnetIds;
}

/** Two in three are of functions and tasks that use a table or two; the functions' own come with them. */
async function roles({ iam }: Region, tableArns: readonly string[], random: Random): Promise<void> {
  for (let i = 0; i < SIZE.roles - 40; i++) {
    const roleName = `role-${i + 1}`;
    const service = ["lambda", "ecs-tasks", "ec2"][i % 3] ?? "ec2";
    await iam.createRole({ roleName, assumeRolePolicyDocument: forService(service) });
    const Resource = tableArns[random(tableArns.length)];
    const Action = i % 3 === 2 ? "s3:GetObject" : ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"];
    const policyDocument = policyOf({ Effect: "Allow", Action, Resource: i % 3 === 2 ? "*" : Resource });
    await iam.putRolePolicy({ roleName, policyName: "work", policyDocument });
  }
}

function five(all: readonly string[], random: Random): readonly string[] {
  const first = random(all.length - 5);
  return all.slice(first, first + 5);
}

/** A whole number from 0 on, below this one. */
type Random = (below: number) => number;

/** The same ones in the same order from the same seed: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbers(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
