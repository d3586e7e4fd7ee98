import { ApiError } from "./apiError";
import { type Caller, principalContext } from "./caller";
import { deployerCaller } from "./deployer";
import { During } from "./during";
import { ACCOUNT_ID } from "./identifiers";
import { type AccessKey, ACCESS_KEYS, GROUPS, type IamUser, USERS } from "./iam/user";
import { type Role, ROLES } from "./iam/role";
import { type Attachments, identityPoliciesOf, policiesOf } from "./rolePolicies";
import type { Store } from "./store";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html, with whom they are for. */
export interface Session {
  readonly accessKeyId: string;
  readonly sessionToken: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly issuedAt: string;
  readonly expiration: string;
  /** The documents that were given along. */
  readonly policies?: readonly string[];
  readonly sourceIdentity?: string;
}

export const SESSIONS = "sts/sessions";

/** How the ids of keys begin that the lab has made: one that it does not know any more is nobody's. */
const MADE_HERE = /^A[KS]IALAB/;

/** How credentials are refused; each protocol has a code of its own for it. */
export const INVALID_CREDENTIALS = "InvalidClientTokenId";
export const EXPIRED_CREDENTIALS = "ExpiredToken";

/** Whose keys are whose. Every key that the lab has not made is its administrator's. */
export class Callers {
  readonly #current = new During<Caller>();
  readonly #attached = new Map<string, Caller>();

  constructor(readonly store: Store) {}

  /** Who makes the request that is being answered. */
  current(partition = "aws"): Caller {
    return this.#current.value ?? deployerCaller(partition);
  }

  as<T>(caller: Caller, perform: () => T): T {
    return this.#current.run(caller, perform);
  }

  /** The key of a program in a subnet is the same principal here. */
  attach(accessKeyId: string, caller: Caller): void {
    this.#attached.set(accessKeyId, caller);
  }

  detach(accessKeyId: string): void {
    this.#attached.delete(accessKeyId);
  }

  /** Throws where the key is nobody's. */
  of(accessKeyId: string, sessionToken: string | undefined, partition: string): Caller {
    const attached = this.#attached.get(accessKeyId);
    if (attached !== undefined) return attached;
    const session = this.store.collection<Session>(SESSIONS).get(accessKeyId);
    if (session !== undefined) return this.#sessionCaller(session, sessionToken);
    const key = this.store.collection<AccessKey>(ACCESS_KEYS).get(accessKeyId);
    const user = key && this.store.collection<IamUser>(USERS).get(key.userName);
    if (key?.status === "Active" && user !== undefined) return this.#userCaller(user);
    if (key !== undefined || MADE_HERE.test(accessKeyId)) throw invalid();
    return deployerCaller(partition);
  }

  #sessionCaller(session: Session, sessionToken: string | undefined): Caller {
    const role = this.store.collection<Role>(ROLES).get(session.roleName);
    if (sessionToken !== session.sessionToken || role?.roleId !== session.roleId) throw invalid();
    if (Date.parse(session.expiration) <= Date.now()) {
      throw new ApiError(EXPIRED_CREDENTIALS, "The security token included in the request is expired", 403);
    }
    const { store } = this;
    return {
      arn: sessionArn(role, session.sessionName),
      principalArn: role.arn,
      userId: `${role.roleId}:${session.sessionName}`,
      policies: () => {
        const policies = policiesOf(store, role);
        return session.policies === undefined ? policies : { ...policies, session: session.policies };
      },
      context: {
        ...principalContext("AssumedRole", role.tags),
        "aws:MultiFactorAuthPresent": "false",
        "aws:TokenIssueTime": session.issuedAt,
        ...(session.sourceIdentity !== undefined && { "aws:SourceIdentity": session.sourceIdentity }),
      },
    };
  }

  #userCaller(user: IamUser): Caller {
    const { store } = this;
    return {
      arn: user.arn,
      principalArn: user.arn,
      userId: user.userId,
      policies: () => {
        const groups = user.groupNames.flatMap((name) => store.collection<Attachments>(GROUPS).get(name) ?? []);
        const own = policiesOf(store, user);
        const theirs = groups.flatMap((group) => identityPoliciesOf(store, group));
        return { ...own, identity: [...own.identity, ...theirs] };
      },
      context: { ...principalContext("User", user.tags), "aws:username": user.userName },
    };
  }
}

function sessionArn({ roleName, arn }: Role, sessionName: string): string {
  const [, partition = "aws"] = arn.split(":");
  return `arn:${partition}:sts::${ACCOUNT_ID}:assumed-role/${roleName}/${sessionName}`;
}

function invalid(): ApiError {
  return new ApiError(INVALID_CREDENTIALS, "The security token included in the request is invalid.", 403);
}
