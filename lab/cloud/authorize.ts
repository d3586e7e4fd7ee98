import { createHash } from "node:crypto";
import type { PolicyRequest } from "../../components/policy/evaluate";
import { ApiError } from "./apiError";
import { type Caller, requestContext } from "./caller";
import { ACCOUNT_ID, regionalArn } from "./identifiers";
import { questionsOf } from "./permissions";
import type { AskedCall, Facts, Question } from "./questions";
import { denialBy, layersOf, type PrincipalPolicies } from "./rolePolicies";
import { requireKnowable } from "./unknowable";

/** Throws what the service answers where a call is not allowed; else the parts of its answer that are withheld. */
export async function authorize(
  caller: Caller,
  call: AskedCall,
  facts: Facts,
  note: (question: Question) => void = () => undefined,
): Promise<readonly string[]> {
  if (caller.policies === undefined) return [];
  const policies = caller.policies();
  const withheld: string[] = [];
  for (const question of await questionsOf(call, facts)) {
    note(question);
    await requireKnowable(policies, requestOf(caller, question, call.region));
    const reason = reasonAgainst(caller, policies, question, call.region);
    if (reason === undefined) continue;
    if (question.withholds === undefined) throw denial(call, caller, question, reason);
    withheld.push(question.withholds);
  }
  return withheld;
}

/** Why policies do not allow a caller what is asked, in AWS's words; undefined where they do. */
export function reasonAgainst(
  caller: Caller,
  policies: PrincipalPolicies,
  question: Question,
  region: string,
): string | undefined {
  return denialBy(layersOf(policies, requestOf(caller, question, region)), question.action);
}

function requestOf(caller: Caller, { action, resource, context }: Question, region: string): PolicyRequest {
  return {
    principal: { arn: caller.arn },
    action,
    resource,
    context: { ...requestContext(caller, region), ...context },
  };
}

/** Services whose errors are XML. */
const XML_SERVICES: readonly string[] = ["iam", "sts", "route53"];

/** In the words of each service: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function denial(
  { service, region }: Pick<AskedCall, "service" | "region">,
  { arn }: Pick<Caller, "arn">,
  { action, resource, askedBy }: Question,
  reason: string | undefined,
): ApiError {
  if (askedBy === "lambda") {
    const looking = action.replace("ec2:", "");
    return new ApiError(
      "AccessDeniedException",
      `Your access has been denied by EC2, please make sure your request credentials have permission to ${looking}. ` +
        "EC2 Error Code: UnauthorizedOperation. EC2 Error Message: You are not authorized to perform this operation.",
      403,
    );
  }
  const shown = resource === "*" ? wholeOf(action, region) : resource;
  const where = shown === undefined ? "" : ` on resource: ${shown}`;
  const text = `User: ${arn} is not authorized to perform: ${action}${where}${reason === undefined ? "" : ` ${reason}`}`;
  if (service !== "ec2")
    return new ApiError(XML_SERVICES.includes(service) ? "AccessDenied" : "AccessDeniedException", text, 403);
  const encoded = createHash("sha512").update(text).digest("base64url");
  return new ApiError(
    "UnauthorizedOperation",
    `You are not authorized to perform this operation. ${text}. Encoded authorization failure message: ${encoded}`,
    403,
  );
}

/** What a denial names where a policy has to name everything. */
function wholeOf(action: string, region: string): string | undefined {
  const [service, name = ""] = action.split(":");
  if (service === "ec2" || service === "logs") return undefined;
  if (action === "dynamodb:ListTables") return regionalArn(region, "dynamodb", "table/*");
  const [, listed] = /^List(Role|User|Group|InstanceProfile)s$/.exec(name) ?? [];
  if (service !== "iam" || listed === undefined) return action === "iam:ListPolicies" ? "policy path /" : "*";
  return `arn:aws:iam::${ACCOUNT_ID}:${listed === "InstanceProfile" ? "instance-profile" : listed.toLowerCase()}/`;
}
