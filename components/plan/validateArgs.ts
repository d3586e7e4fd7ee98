import type {
  Adoption,
  DynamoDbEndpointArgs,
  EndpointPolicyArgs,
  GatewayEndpointArgs,
  RouteRolloutArgs,
  Rollout,
  RolloutStage,
  RolloutWindow,
  RouteTablesArgs,
} from "../args/args";
import { idFindings, regionFindings, type Finding } from "../args/findings";
import { isDay } from "../policy/calendar";
import { expected } from "../shapes/expected";
import { closest, didYouMean, listOf } from "../shapes/names";
import { judged } from "../shapes/shapeFindings";
import type { Ledger } from "./ledger";
import { accessArgumentFindings, policyFindings, type PolicySource } from "./policyFindings";
import { allStages, instantText, plannedStages, SWITCH_NOTHING } from "./stages";
import { checkedSubnets, tableNames, tablesArgument, type TablesArgument } from "./subnets";
import { checkFindings } from "./validateCheck";

/** Everything that is wrong with the arguments of a `DynamoDbEndpoint`, as far as values are known. */
export function dynamoDbEndpointFindings(args: DynamoDbEndpointArgs): Iterable<Finding> {
  return judged("DynamoDbEndpointArgs", args, function* (args) {
    yield* endpointFindings(args);
    yield* routeTablesFindings(args);
  });
}

/** Everything that is wrong with the arguments of a `GatewayEndpoint`, as far as values are known. */
export function gatewayEndpointFindings(args: GatewayEndpointArgs): Iterable<Finding> {
  return judged("GatewayEndpointArgs", args, function* (args) {
    yield* endpointFindings(args);
    if (args.adopt?.routeTables !== undefined) {
      yield {
        path: "adopt.routeTables",
        message: "a GatewayEndpoint has no route tables",
        suggestion: "name them in adopt of the RouteRollout",
      };
    }
  });
}

/** Everything that is wrong with the arguments of a `RouteRollout`, as far as values are known. */
export function routeRolloutFindings(args: RouteRolloutArgs): Iterable<Finding> {
  return judged("RouteRolloutArgs", args, function* (args) {
    yield* idFindings("vpcEndpointId", args.vpcEndpointId, "vpce-", "a VPC endpoint");
    yield* regionFindings(args.region);
    yield* adoptedEndpointFindings(args.adopt);
    if (
      typeof args.vpcEndpointId === "string" &&
      args.adopt !== undefined &&
      args.adopt.vpcEndpointId !== args.vpcEndpointId
    ) {
      yield {
        path: "adopt.vpcEndpointId",
        message: `is ${args.adopt.vpcEndpointId}, but vpcEndpointId is ${args.vpcEndpointId}`,
        suggestion: "the associations of one endpoint are adopted: give the same id",
      };
    }
    yield* routeTablesFindings(args);
  });
}

/** Everything that is wrong with the arguments of an `EndpointPolicy`, as far as values are known. */
export function endpointPolicyFindings(args: EndpointPolicyArgs): Iterable<Finding> {
  return judged("EndpointPolicyArgs", args, function* (args) {
    yield* idFindings("vpcEndpointId", args.vpcEndpointId, "vpce-", "a VPC endpoint");
    yield* regionFindings(args.region);
    if (args.policy === undefined && args.access === undefined) {
      yield {
        path: "policy",
        message: "is missing",
        suggestion: "give the policy document as JSON, or say in access what the endpoint is for",
      };
    }
    yield* policySourceFindings(args);
  });
}

/** Route tables that have one id under several names; ids that are unknown are left alone. */
export function* sharedIdFindings(
  routeTables: Ledger["tables"],
  argument: TablesArgument = "routeTables",
): Iterable<Finding> {
  const firstNames = new Map<string, string>();
  for (const name of [...routeTables.keys()].sort()) {
    const table = routeTables.get(name);
    if (table?.id === undefined) continue;
    const { id, isSecret } = table;
    const first = firstNames.get(id);
    if (first === undefined) firstNames.set(id, name);
    else {
      yield {
        path: `${argument}.${name}`,
        message: sharedText(`${argument}.${first}`, isSecret ? undefined : id, argument),
        suggestion: "a route table has one name: remove one of the two",
      };
    }
  }
}

function sharedText(first: string, id: string | undefined, argument: TablesArgument): string {
  if (argument === "subnets") return `uses the route table of ${first}, too${id === undefined ? "" : `: ${id}`}`;
  return id === undefined ? `is the route table of ${first} (its id is secret)` : `is ${id}, which is ${first} already`;
}

/** The ids that are known while the program runs: those that are no Outputs. */
function givenTables(routeTables: Readonly<Record<string, unknown>>): Ledger["tables"] {
  return new Map(
    Object.entries(routeTables).map(([name, id]) => [
      name,
      { id: typeof id === "string" ? id : undefined, isSecret: false },
    ]),
  );
}

function* endpointFindings(args: GatewayEndpointArgs): Iterable<Finding> {
  yield* idFindings("vpcId", args.vpcId, "vpc-", "a VPC");
  yield* regionFindings(args.region);
  yield* policySourceFindings(args);
  yield* adoptedEndpointFindings(args.adopt);
}

function* policySourceFindings(args: PolicySource): Iterable<Finding> {
  if (args.policy !== undefined && args.access !== undefined) {
    yield {
      path: "policy",
      message: "excludes access: both say what the endpoint allows",
      suggestion: "keep one of the two",
    };
  }
  yield* policyFindings(args.policy, args.region);
  yield* accessArgumentFindings(args.access, args.region);
}

function* adoptedEndpointFindings(adopt: Adoption | undefined): Iterable<Finding> {
  if (adopt === undefined) return;
  yield* idFindings("adopt.vpcEndpointId", adopt.vpcEndpointId, "vpce-", "a VPC endpoint");
}

function* routeTablesFindings(
  args: Partial<RouteTablesArgs> & { adopt?: Adoption; region?: unknown },
): Iterable<Finding> {
  const names = tableNames(args);
  yield* givenTableFindings(args, names);
  yield* rolloutFindings(names, args);
  yield* adoptedTableFindings(names, args);
  yield* isolatedFindings(names, args);
  yield* formerNameFindings(names, args.formerNames ?? {});
}

/** What is wrong with the route tables themselves, or the subnets that stand for them. */
function* givenTableFindings(
  args: Pick<RouteTablesArgs, "routeTables" | "subnets">,
  names: readonly string[],
): Iterable<Finding> {
  const argument = tablesArgument(args);
  const given = args[argument];
  const [kind, prefix] = argument === "subnets" ? ["a subnet", "subnet-"] : ["a route table", "rtb-"];
  if (args.routeTables !== undefined && args.subnets !== undefined)
    yield {
      path: "subnets",
      message: "excludes routeTables: both name route tables",
      suggestion: "keep one of the two",
    };
  if (given === undefined) yield { path: argument, message: "is missing", suggestion: expected(argument) };
  else if (names.length === 0)
    yield {
      path: argument,
      message: "is empty",
      suggestion: `give at least one ${kind.slice(2)}: a name of your choice and its id`,
    };
  for (const name of names) {
    yield* nameFindings(`${argument}.${name}`, name);
    yield* idFindings(`${argument}.${name}`, given?.[name], prefix, kind);
  }
  yield* sharedIdFindings(givenTables(args.routeTables ?? {}));
}

/** A name becomes a part of resource names, which Pulumi, and later AWS, must accept. */
function* nameFindings(path: string, name: string): Iterable<Finding> {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return;
  yield {
    path,
    message: `"${name}" cannot name a resource`,
    suggestion: "use letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 64",
  };
}

function* rolloutFindings(
  names: readonly string[],
  { rollout = {}, region, subnets }: Partial<RouteTablesArgs> & { region?: unknown },
): Iterable<Finding> {
  if (rollout.stages !== undefined) {
    yield* stageNameFindings(rollout);
    yield* stageTableFindings(names, rollout);
  }
  yield* throughStageFindings(names, rollout);
  if (rollout.window !== undefined) yield* windowFindings(rollout.window);
  if (rollout.check !== undefined)
    yield* checkFindings(
      {
        names,
        region: typeof region === "string" ? region : undefined,
        subnets: checkedSubnets({ subnets, rollout }),
      },
      rollout,
      rollout.check,
    );
}

function* stageNameFindings({ stages = [] }: Rollout): Iterable<Finding> {
  const first = new Map<string, number>();
  for (const [i, { name }] of stages.entries()) {
    const path = `rollout.stages[${i}].name`;
    if (name === SWITCH_NOTHING) {
      yield {
        path,
        message: `"${SWITCH_NOTHING}" is taken: throughStage "${SWITCH_NOTHING}" switches nothing`,
        suggestion: "choose another name",
      };
    } else if (typeof name !== "string" || name.trim() === "") {
      yield { path, message: "is empty", suggestion: 'name the stage, for example "canary"' };
    } else if (first.has(name)) {
      yield {
        path,
        message: `"${name}" is the name of rollout.stages[${first.get(name)}] already`,
        suggestion: "choose another name",
      };
    } else first.set(name, i);
  }
}

function* stageTableFindings(names: readonly string[], { stages = [] }: Rollout): Iterable<Finding> {
  const places = new Map<string, string>();
  for (const [i, stage] of stages.entries()) {
    const { routeTables = [] } = stage as Partial<RolloutStage>;
    if (routeTables.length === 0) {
      yield {
        path: `rollout.stages[${i}].routeTables`,
        message: "routeTables" in stage ? "is empty" : "is missing",
        suggestion: "give the stage a route table, or remove the stage",
      };
    }
    for (const [j, name] of routeTables.entries()) {
      const path = `rollout.stages[${i}].routeTables[${j}]`;
      const place = places.get(name);
      if (!names.includes(name))
        yield { path, message: `"${name}" is not a route table of this endpoint`, suggestion: didYouMean(name, names) };
      else if (place !== undefined)
        yield {
          path,
          message: `"${name}" stands at ${place} already`,
          suggestion: "a route table belongs to one stage",
        };
      else places.set(name, path);
    }
  }
  for (const name of names) {
    if (!places.has(name))
      yield {
        path: `routeTables.${name}`,
        message: "belongs to no stage",
        suggestion: "add it to one of rollout.stages",
      };
  }
}

function* throughStageFindings(names: readonly string[], rollout: Rollout): Iterable<Finding> {
  const { throughStage } = rollout;
  if (throughStage === undefined || throughStage === SWITCH_NOTHING) return;
  const stages = allStages(names, rollout).map((stage) => stage.name);
  if (stages.includes(throughStage)) return;
  yield {
    path: "rollout.throughStage",
    message: `"${throughStage}" is not a stage`,
    suggestion: stageSuggestion(throughStage, stages),
  };
}

/** The one that was meant must not be guessed: what is not switched by it is withdrawn, and everything by "none". */
function stageSuggestion(given: string, stages: readonly string[]): string {
  const meant = closest(given, stages);
  const all = `${stages.length === 1 ? "only stage is" : "stages are"} ${listOf(stages)}`;
  if (meant !== undefined) return `did you mean "${meant}"? The ${all}`;
  return `the ${all}${
    given.trim().toLowerCase() === SWITCH_NOTHING ? `; "${SWITCH_NOTHING}", in lower case, switches nothing` : ""
  }`;
}

const ISO_8601_WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

function isTime(text: unknown): boolean {
  return typeof text === "string" && ISO_8601_WITH_OFFSET.test(text) && isDay(text) && !Number.isNaN(Date.parse(text));
}

function* windowFindings(given: RolloutWindow): Iterable<Finding> {
  const window = { opensAt: instantText(given.opensAt), closesAt: instantText(given.closesAt) };
  let known = true;
  for (const edge of ["opensAt", "closesAt"] as const) {
    const at = window[edge];
    if (isTime(at)) continue;
    known = false;
    yield {
      path: `rollout.window.${edge}`,
      message: `${JSON.stringify(at)} is not a time with an offset`,
      suggestion: "write it as 2026-11-23T22:00:00+01:00 or 2026-11-23T21:00:00Z",
    };
  }
  if (known && Date.parse(window.closesAt) <= Date.parse(window.opensAt)) {
    yield {
      path: "rollout.window.closesAt",
      message: `${window.closesAt} is not later than opensAt (${window.opensAt})`,
      suggestion: "swap the two, or correct the day",
    };
  }
}

function* adoptedTableFindings(
  names: readonly string[],
  args: Partial<RouteTablesArgs> & { adopt?: Adoption },
): Iterable<Finding> {
  const planned = plannedStages(names, args.rollout).flatMap((stage) => stage.routeTables);
  for (const [i, name] of (args.adopt?.routeTables ?? []).entries()) {
    const path = `adopt.routeTables[${i}]`;
    if (!names.includes(name))
      yield { path, message: `"${name}" is not a route table of this endpoint`, suggestion: didYouMean(name, names) };
    else if (!planned.includes(name)) {
      yield {
        path,
        message: `"${name}" is switched already, but its stage comes after throughStage "${args.rollout?.throughStage}"`,
        suggestion: "move it to an earlier stage: adopting it switches nothing",
      };
    }
  }
}

function* isolatedFindings(
  names: readonly string[],
  { rollout, adopt }: Partial<RouteTablesArgs> & { adopt?: Adoption },
): Iterable<Finding> {
  const isolated = rollout?.isolated ?? [];
  for (const [i, name] of isolated.entries()) {
    const path = `rollout.isolated[${i}]`;
    if (!names.includes(name))
      yield { path, message: `"${name}" is not a route table of this endpoint`, suggestion: didYouMean(name, names) };
    else if (isolated.indexOf(name) < i)
      yield { path, message: `"${name}" is named twice`, suggestion: "remove one of the two" };
    else if (adopt?.routeTables?.includes(name) === true)
      yield { path, message: `"${name}" is adopted: it takes the endpoint already`, suggestion: "remove it here" };
  }
}

function* formerNameFindings(
  names: readonly string[],
  formerNames: Readonly<Record<string, string>>,
): Iterable<Finding> {
  for (const [name, former] of Object.entries(formerNames).sort()) {
    const path = `formerNames.${name}`;
    if (!names.includes(name))
      yield { path, message: `"${name}" is not a route table of this endpoint`, suggestion: didYouMean(name, names) };
    if (names.includes(former)) {
      yield {
        path,
        message: `"${former}" is in use, not a former name`,
        suggestion: "names cannot be swapped in one step: rename one of them to a third name first",
      };
    }
  }
}
