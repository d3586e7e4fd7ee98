import awsProvider from "@pulumi/aws/package.json";
import type { ReconnectCheck, Rollout } from "../args/args";
import { idFindings, type Finding } from "../args/findings";
import { isAtLeast } from "../engine/versions";
import { isTableName } from "../policy/tableNames";
import { expected } from "../shapes/expected";
import { didYouMean } from "../shapes/names";
import { checkLimits, isChecked, type CheckPlan } from "./checkPlan";
import { functionNameFindings } from "./namedFunction";
import { allStages } from "./stages";

/** What surrounds a check: the names of the route tables, and their Region where it is given, and known. */
interface Surroundings {
  readonly names: readonly string[];
  readonly region: string | undefined;
  /** Where the check runs, whichever argument says it. */
  readonly subnets: CheckPlan["subnets"];
}

/** Everything that is wrong with `rollout.check`, as far as values are known. */
export function* checkFindings(
  { names, region, subnets }: Surroundings,
  rollout: Rollout,
  given: Partial<ReconnectCheck>,
): Iterable<Finding> {
  const check: GivenCheck = { ...given, subnets };
  yield* tableFindings(check.table);
  yield* subnetFindings(names, given.subnets, check);
  yield* uncheckedStageFindings(names, rollout, check);
  yield* limitFindings(check);
  yield* securityGroupFindings(check);
  yield* roleFindings(check);
  yield* functionFindings(check, region);
  yield* providerFindings(check);
}

/** Another language, or none, may have left out what is required. */
type GivenCheck = Partial<ReconnectCheck> & Required<Pick<CheckPlan, "subnets">>;

const PATH = "rollout.check.";

/** What is wrong with the name of the table that a check names, as far as it is known. */
export function* tableFindings(table: unknown): Iterable<Finding> {
  const path = `${PATH}table`;
  if (table === undefined || table === null)
    yield {
      path,
      message: "is missing",
      suggestion: "name a DynamoDB table of this account and Region; its items are not touched",
    };
  else if (typeof table === "string" && !isTableName(table)) {
    yield {
      path,
      message: `"${table}" is not a table's name`,
      suggestion: table.startsWith("arn:")
        ? "give the name of a table of this account and Region, not its ARN"
        : "a table of this account and Region has 3 to 255 letters, digits, '_', '-' and '.'",
    };
  }
}

function* subnetFindings(
  names: readonly string[],
  given: Readonly<Record<string, unknown>> | undefined,
  { subnets }: GivenCheck,
): Iterable<Finding> {
  if (Object.keys(subnets).length === 0) {
    yield {
      path: `${PATH}subnets`,
      message: given === undefined ? "is missing" : "is empty: nothing would be checked",
      suggestion:
        given === undefined
          ? expected("ReconnectCheck.subnets")
          : "give at least one route table of each stage, with a subnet that uses it",
    };
  }
  for (const name of Object.keys(given ?? {}).sort()) {
    const path = `${PATH}subnets.${name}`;
    if (!names.includes(name))
      yield { path, message: `"${name}" is not a route table of this endpoint`, suggestion: didYouMean(name, names) };
    yield* idFindings(path, given?.[name], "subnet-", "a subnet");
  }
}

/** A stage that nothing is proven of would let the next one begin unproven, although a check was asked for. */
function* uncheckedStageFindings(names: readonly string[], rollout: Rollout, check: GivenCheck): Iterable<Finding> {
  if (Object.keys(check.subnets).length === 0) return;
  for (const { name, routeTables } of allStages(names, rollout)) {
    if (routeTables.length === 0 || routeTables.some((table) => isChecked(check, table))) continue;
    yield {
      path: `${PATH}subnets`,
      message: `no route table of stage "${name}" is checked`,
      suggestion: `add ${routeTables.map((table) => `"${table}"`).join(" or ")} with a subnet that uses it`,
    };
  }
}

function* limitFindings(check: GivenCheck): Iterable<Finding> {
  const { timeoutSeconds, maxReconnectSeconds } = checkLimits(check);
  const isWithin = (seconds: unknown, from: number, to: number): boolean =>
    typeof seconds === "number" && seconds >= from && seconds <= to;
  const timeoutFits = isWithin(timeoutSeconds, 5, 240);
  if (!timeoutFits)
    yield {
      path: `${PATH}timeoutSeconds`,
      message: `${String(timeoutSeconds)} is not a number of seconds from 5 to 240`,
      suggestion: "leave it out for 120",
    };
  if (!isWithin(maxReconnectSeconds, 1, Infinity)) {
    yield {
      path: `${PATH}maxReconnectSeconds`,
      message: `${String(maxReconnectSeconds)} is not a number of seconds from 1`,
      suggestion: "leave it out for 30",
    };
  } else if (timeoutFits && maxReconnectSeconds >= timeoutSeconds) {
    yield {
      path: `${PATH}maxReconnectSeconds`,
      message: `${maxReconnectSeconds} is not less than timeoutSeconds (${timeoutSeconds}): nobody would watch that long`,
      suggestion: "lower it, or raise timeoutSeconds",
    };
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const MOST_SECURITY_GROUPS = 5;

function* securityGroupFindings({ securityGroupIds, roleArn }: GivenCheck): Iterable<Finding> {
  if (!Array.isArray(securityGroupIds)) return;
  if (securityGroupIds.length === 0)
    yield {
      path: `${PATH}securityGroupIds`,
      message: "is empty",
      suggestion: "give a security group, or leave it out for one of the check's own",
    };
  const most = roleArn === undefined ? MOST_SECURITY_GROUPS - 1 : MOST_SECURITY_GROUPS;
  if (securityGroupIds.length > most) {
    const beside =
      roleArn === undefined
        ? ", and one is the check's own: it keeps the role until the functions' network interfaces are gone"
        : "";
    yield {
      path: `${PATH}securityGroupIds`,
      message: `has ${securityGroupIds.length} groups; a function has at most ${MOST_SECURITY_GROUPS}${beside}`,
      suggestion: `give at most ${most}${roleArn === undefined ? ", or roleArn, too" : ""}`,
    };
  }
  for (const [i, id] of securityGroupIds.entries())
    yield* idFindings(`${PATH}securityGroupIds[${i}]`, id, "sg-", "a security group");
}

function* roleFindings({ roleArn, permissionsBoundaryArn }: GivenCheck): Iterable<Finding> {
  if (typeof roleArn === "string" && !/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(roleArn)) {
    yield {
      path: `${PATH}roleArn`,
      message: `"${roleArn}" is not the ARN of a role`,
      suggestion: "write arn:aws:iam::123456789012:role/NAME",
    };
  }
  if (
    typeof permissionsBoundaryArn === "string" &&
    !/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/.test(permissionsBoundaryArn)
  ) {
    yield {
      path: `${PATH}permissionsBoundaryArn`,
      message: `"${permissionsBoundaryArn}" is not the ARN of a policy`,
      suggestion: "write arn:aws:iam::123456789012:policy/NAME",
    };
  }
  if (roleArn !== undefined && permissionsBoundaryArn !== undefined) {
    yield {
      path: `${PATH}permissionsBoundaryArn`,
      message: "excludes roleArn: it is for the role that is created",
      suggestion: "set the boundary on your own role, and leave this out",
    };
  }
}

function* functionFindings({ functions, subnets }: GivenCheck, region: string | undefined): Iterable<Finding> {
  const checked = Object.keys(subnets).sort();
  const own: Readonly<Record<string, unknown>> = functions ?? {};
  for (const name of Object.keys(own).sort()) {
    const path = `${PATH}functions.${name}`;
    const given = own[name];
    if (!checked.includes(name))
      yield { path, message: `"${name}" has no check in rollout.check.subnets`, suggestion: didYouMean(name, checked) };
    if (given === "" || given === undefined || given === null)
      yield { path, message: "is empty", suggestion: "give the name or the ARN of a Lambda function" };
    else if (typeof given === "string") yield* functionNameFindings(path, given, region);
  }
}

/**
 * Where the package manager was told to overlook the range of the peer dependency, AWS's refusal would be about a
 * runtime.
 */
function* providerFindings({ subnets, functions }: GivenCheck): Iterable<Finding> {
  const { version } = awsProvider;
  if (isAtLeast(version, [7, 12]) || Object.keys(subnets).every((name) => functions?.[name] !== undefined)) return;
  yield {
    path: "rollout.check",
    message: `its functions run on Node.js 24, which @pulumi/aws knows from 7.12.0; ${version} is installed`,
    suggestion: "install a later one, or give functions of your own",
  };
}
