import type { RouteTableReport, VpcReport } from "./report";

/** What a component takes as a route table's name. */
const MOST_CHARACTERS = 64;

/** Route table id → a name for it in a program: its tag `Name` as far as that can be one, its id where it cannot. */
export function namesOf(routeTables: readonly RouteTableReport[]): ReadonlyMap<string, string> {
  const ids = new Set(routeTables.map(({ routeTableId }) => routeTableId));
  const wanted = routeTables.map(({ name = "" }) => plain(name));
  const isFree = (name: string): boolean =>
    name !== "" && !ids.has(name) && wanted.indexOf(name) === wanted.lastIndexOf(name);
  return new Map(
    routeTables.map(({ routeTableId }, i) => {
      const name = wanted[i] ?? "";
      return [routeTableId, isFree(name) ? name : plain(routeTableId)];
    }),
  );
}

/** It begins with a letter or a digit: `__proto__` would be no key. */
function plain(name: string): string {
  return name
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, MOST_CHARACTERS)
    .replace(/[^A-Za-z0-9]+$/, "");
}

/**
 * The arguments of `DynamoDbEndpoint`, or of `RouteRollout`, that these stages are; the check's table is left open.
 * What an endpoint serves already is adopted: a second endpoint would be refused for it.
 */
export function argumentsToPaste({
  routeTables,
  stages,
  vpcEndpointId,
}: Pick<VpcReport, "routeTables" | "stages" | "vpcEndpointId">): string {
  const names = namesOf(routeTables);
  const nameOf = (id: string): string => literal(names.get(id) ?? id);
  const adopted =
    vpcEndpointId === undefined
      ? []
      : routeTables.filter(({ pathToday }) => pathToday === "endpoint").map(({ routeTableId }) => routeTableId);
  const staged = [...adopted, ...stages.flatMap(({ routeTableIds }) => routeTableIds)];
  const isolated = routeTables.filter(
    ({ routeTableId, pathToday }) => pathToday === "none" && staged.includes(routeTableId),
  );
  const subnets = stages.flatMap((stage) => Object.entries(stage.subnets));
  return [
    "routeTables: {",
    ...staged.map((id) => `  ${nameOf(id)}: ${literal(id)},`),
    "},",
    ...(vpcEndpointId === undefined
      ? []
      : [
          "// It is there already. Leave this out where it is this stack's own.",
          `adopt: { vpcEndpointId: ${literal(vpcEndpointId)}, routeTables: [${adopted.map(nameOf).join(", ")}] },`,
        ]),
    "rollout: {",
    "  stages: [",
    ...(adopted.length === 0 ? [] : [`    { name: "adopted", routeTables: [${adopted.map(nameOf).join(", ")}] },`]),
    ...stages.map(
      ({ name, routeTableIds }) =>
        `    { name: ${literal(name)}, routeTables: [${routeTableIds.map(nameOf).join(", ")}] },`,
    ),
    "  ],",
    ...(isolated.length === 0
      ? []
      : [`  isolated: [${isolated.map(({ routeTableId }) => nameOf(routeTableId)).join(", ")}],`]),
    ...(subnets.length === 0
      ? []
      : [
          "  check: {",
          '    table: "TABLE",',
          "    subnets: {",
          ...subnets.map(([id, subnet]) => `      ${nameOf(id)}: ${literal(subnet)},`),
          "    },",
          "  },",
        ]),
    "},",
  ].join("\n");
}

/** Of visible ASCII alone: what a program would read as anything else is written as an escape. */
function literal(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
