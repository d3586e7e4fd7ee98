import { counted } from "../../words";
import type { Family } from "../rules/rule";
import { counts, hourlyUsd, interfacesOf } from "./counts";
import type { ClientGroup, PreflightFinding, PreflightReport, RouteTableReport, VpcReport } from "./report";

export const FAMILY: Readonly<Record<Family, string>> = {
  routes: "Routes",
  names: "Names",
  packets: "Network",
  permissions: "Permissions",
  clients: "Clients",
  quotas: "Quotas",
};

export const CALLS: Readonly<Record<ClientGroup["callsDynamoDb"], string>> = {
  possibly: "possible",
  no: "does not call DynamoDB",
  seen: "calls DynamoDB: seen",
};

/** Where what is suggested belongs. */
export const WHERE_TO_PASTE =
  "Arguments of DynamoDbEndpoint, or of RouteRollout. TABLE is a table of yours that the check may read.";

export const S3_TOO: Readonly<Record<string, string>> = {
  true: "S3: a gateway endpoint for S3 is missing as well. It costs nothing, and takes S3 off NAT gateways too.",
  unknown: "S3: whether a gateway endpoint for S3 is missing as well is not known.",
};

/** Whether there is nothing to do, and nothing that somebody has to know. */
export function isClean({ vpcs, unread }: PreflightReport): boolean {
  const open = vpcs.flatMap(({ findings }) => findings).filter(({ severity }) => severity !== "info");
  return unread.length === 0 && !open.some(counts);
}

export function tableName({ name, routeTableId }: RouteTableReport): string {
  return name === undefined || name === "" ? routeTableId : name;
}

/** "private-a (rtb-0a1)"; the id alone where it has no name, or is none of these. */
export function tableText(id: string, routeTables: readonly RouteTableReport[]): string {
  const table = routeTables.find(({ routeTableId }) => routeTableId === id);
  return table === undefined || tableName(table) === id ? id : `${tableName(table)} (${id})`;
}

/** "orders, stock-import, 3 unnamed", with this many names at most. */
export function whoText({ names, unnamed }: ClientGroup, mostNames: number): string {
  const more = names.length - mostNames;
  return [
    ...names.slice(0, mostNames),
    ...(more > 0 ? [`${more} more`] : []),
    ...(unnamed === 0 ? [] : [`${unnamed} unnamed`]),
  ].join(", ");
}

export function acknowledgedText({ reason, until }: NonNullable<PreflightFinding["acknowledged"]>): string {
  return `acknowledged${until === undefined ? "" : ` until ${until}`}: ${reason}`;
}

/** "$0.048", and what is not in it. */
export function hourlyText(vpc: VpcReport): string {
  const usd = hourlyUsd(vpc);
  if (vpc.natGateways.length === 0) return "–";
  if (usd === undefined) return "not known";
  const priced = vpc.natGateways.filter(({ usdPerHour }) => usdPerHour !== undefined).length;
  const rest = vpc.natGateways.length - priced;
  return `$${usd.toFixed(3)}${rest === 0 ? "" : ` + ${rest} unknown`}`;
}

export function headsOf(vpcs: readonly VpcReport[]): readonly string[] {
  const isWithdrawal = vpcs.some(({ direction }) => direction === "withdraw");
  return [
    "VPC",
    "Account",
    "Region",
    isWithdrawal ? "Can be withdrawn" : "Can be switched",
    "Stages",
    "Blockers",
    "To acknowledge",
    "Unknown",
    "Interfaces",
    "NAT gateways",
    "An hour",
  ];
}

/** The columns of numbers. */
export const VPC_NUMBERS: readonly number[] = [4, 5, 6, 7, 8, 9, 10];

/** A VPC as a row among others. */
export function vpcCells(vpc: VpcReport): readonly string[] {
  const { vpcId, name, account, region, verdict, stages, natGateways } = vpc;
  return [
    name === undefined || name === "" ? vpcId : `${name} (${vpcId})`,
    account,
    region,
    answerText(vpc),
    String(stages.length),
    String(verdict.blockers),
    String(verdict.toAcknowledge),
    String(verdict.unknown),
    String(interfacesOf(vpc)),
    String(natGateways.length),
    hourlyText(vpc),
  ];
}

function answerText({ verdict, stages, direction }: VpcReport): string {
  if (verdict.canSwitch === "unknown") return "not known";
  if (!verdict.canSwitch) return "no";
  return stages.length === 0 && direction === "switch" ? "is switched" : "yes";
}

/** "20 VPCs; 12 can be switched now". */
export function totalText(vpcs: readonly VpcReport[]): string {
  const ready = vpcs.filter((vpc) => answerText(vpc) === "yes").length;
  const what = vpcs.some(({ direction }) => direction === "withdraw") ? "withdrawn" : "switched";
  return `${counted(vpcs.length, "VPC")}; ${ready} can be ${what} now`;
}
