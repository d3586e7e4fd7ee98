import { randomBytes } from "node:crypto";
import { evaluatePolicy, type PolicyRequest } from "../../components/policy/evaluate";
import { ApiError } from "./apiError";
import { denial, reasonAgainst } from "./authorize";
import { accountOf, type Caller, requestContext } from "./caller";
import { type Callers, type Session, SESSIONS } from "./callers";
import type { FrontDoor, Served } from "./frontDoor";
import { ACCOUNT_ID, partitionOf } from "./identifiers";
import { acceptedDocument } from "./iam/attachments";
import { type Role, ROLES } from "./iam/role";
import { documentsOfArn, type PrincipalPolicies } from "./rolePolicies";
import type { Store } from "./store";
import { requireKnowable } from "./unknowable";

export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly durationSeconds?: number;
  /** A document that the session's permissions are bounded by, and managed ones. */
  readonly policy?: string;
  readonly policyArns?: readonly string[];
  readonly externalId?: string;
  readonly sourceIdentity?: string;
}

export interface AssumedRole {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: string;
  readonly assumedRoleId: string;
  readonly arn: string;
  readonly sourceIdentity?: string;
}

const DEFAULT_SECONDS = 3_600;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const CHAINED_SECONDS = 3_600;

interface StsParts {
  readonly store: Store;
  readonly callers: Callers;
  readonly region: string;
}

function operations({ store, callers, region }: StsParts) {
  return {
    getCallerIdentity: (): CallerIdentity => {
      const caller = callers.current(partitionOf(region));
      return { account: accountOf(caller), arn: caller.arn, userId: caller.userId };
    },

    assumeRole: async (request: AssumeRoleRequest): Promise<AssumedRole> => {
      const role = await assumable(store, callers.current(), request, region);
      requireDuration(request, role, callers.current());
      const policies = [
        ...(request.policy === undefined ? [] : [acceptedDocument(request.policy)]),
        ...(request.policyArns ?? []).flatMap((arn) => documentsOfArn(store, arn)),
      ];
      const seconds = request.durationSeconds ?? DEFAULT_SECONDS;
      const session: Session = {
        accessKeyId: `ASIALAB${randomBytes(7).toString("hex").slice(1).toUpperCase()}`,
        sessionToken: `LabSession${randomBytes(96).toString("base64")}`,
        roleName: role.roleName,
        roleId: role.roleId,
        sessionName: request.roleSessionName,
        issuedAt: new Date().toISOString(),
        expiration: new Date(Date.now() + seconds * 1_000).toISOString(),
        ...(policies.length > 0 && { policies }),
        ...(request.sourceIdentity !== undefined && { sourceIdentity: request.sourceIdentity }),
      };
      store.collection<Session>(SESSIONS).put(session.accessKeyId, session);
      return {
        accessKeyId: session.accessKeyId,
        secretAccessKey: randomBytes(30).toString("base64"),
        sessionToken: session.sessionToken,
        expiration: session.expiration,
        assumedRoleId: `${role.roleId}:${session.sessionName}`,
        arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role.roleName}/${session.sessionName}`,
        sourceIdentity: request.sourceIdentity,
      };
    },
  };
}

/**
 * The role, if its trust policy lets the caller in: by itself where it names the caller, together with the caller's own
 * policies where it names the account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-cross-account.html
 */
async function assumable(store: Store, caller: Caller, request: AssumeRoleRequest, region: string): Promise<Role> {
  const question = { action: "sts:AssumeRole", resource: request.roleArn };
  const role = store
    .collection<Role>(ROLES)
    .all()
    .find(({ arn }) => arn === request.roleArn);
  const asked: PolicyRequest = {
    principal: { arn: caller.arn },
    ...question,
    context: {
      ...requestContext(caller, region),
      "sts:RoleSessionName": request.roleSessionName,
      ...(request.externalId !== undefined && { "sts:ExternalId": request.externalId }),
      ...(request.sourceIdentity !== undefined && { "sts:SourceIdentity": request.sourceIdentity }),
    },
  };
  const refused = (reason?: string): ApiError => denial({ service: "sts", region }, caller, question, reason);
  // AWS does not tell whether there is such a role.
  if (role === undefined) throw refused();
  const trust = withResource(role.assumeRolePolicyDocument);
  const { decision } = evaluatePolicy(trust, asked, "resource");
  if (decision === "explicitlyDenied") throw refused("with an explicit deny in a resource-based policy");
  if (decision !== "allowed") {
    await requireKnowable({ identity: [withoutPrincipals(trust)] }, asked);
    throw refused();
  }
  const own = caller.policies?.();
  if (own === undefined) return role;
  await requireKnowable(own, asked);
  const reason = reasonAgainst(caller, ownShare(own, trust, caller), { ...question, context: asked.context }, region);
  if (reason !== undefined) throw refused(reason);
  return role;
}

const ALLOW_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** Whoever is named in a trust policy needs no permission of its own; what denies it counts all the same. */
function ownShare(own: PrincipalPolicies, trust: string, { arn, principalArn }: Caller): PrincipalPolicies {
  const { Statement } = JSON.parse(trust) as { readonly Statement: readonly { readonly Principal?: unknown }[] };
  const named = JSON.stringify(Statement.map(({ Principal }) => Principal));
  if (![arn, principalArn].some((name) => named.includes(`"${name}"`))) return own;
  return { ...own, identity: [...own.identity, ALLOW_ALL] };
}

/** A trust policy has no Resource: it is the role's own. */
function withResource(document: string): string {
  const { Statement = [], ...rest } = JSON.parse(document) as { readonly Statement?: object | readonly object[] };
  return JSON.stringify({
    ...rest,
    Statement: [Statement].flat().map((statement) => ({ ...statement, Resource: "*" })),
  });
}

function withoutPrincipals(document: string): string {
  return JSON.stringify(
    JSON.parse(document, (key, value: unknown) => (/^(Not)?Principal$/.test(key) ? undefined : value)),
  );
}

function requireDuration({ durationSeconds }: AssumeRoleRequest, role: Role, caller: Caller): void {
  if (durationSeconds === undefined) return;
  if (durationSeconds > role.maxSessionDuration) {
    throw new ApiError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  const isChained = caller.context?.["aws:PrincipalType"] === "AssumedRole";
  if (isChained && durationSeconds > CHAINED_SECONDS) {
    throw new ApiError(
      "ValidationError",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/ */
export type Sts = Served<ReturnType<typeof operations>>;

export function stsService(door: FrontDoor, parts: StsParts): Sts {
  return door.serve(parts.region, "sts", operations(parts));
}
