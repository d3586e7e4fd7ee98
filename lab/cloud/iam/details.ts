import { declared } from "../declared";
import { GROUPS, USERS } from "./user";
import { type Role, ROLES } from "./role";
import { identityPoliciesOf, type Attachments } from "../rolePolicies";
import type { Store } from "../store";
import { noSuchEntity } from "./attachments";
import type { InstanceProfile } from "./instanceProfiles";
import { customerPolicies, type ManagedPolicy, managedPolicyOf } from "./managedPolicies";
import type { IamGroup, IamUser } from "./user";

export const ENTITY_TYPES = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"] as const;

/** One thing of an account, of which kind it is. */
export type AccountDetail =
  | { readonly type: "User"; readonly user: IamUser }
  | { readonly type: "Group"; readonly group: IamGroup }
  | { readonly type: "Role"; readonly role: Role; readonly profiles: readonly InstanceProfile[] }
  | { readonly type: "LocalManagedPolicy" | "AWSManagedPolicy"; readonly policy: ManagedPolicy };

/** What tells of the whole account, or of all that a principal's policies say. */
export const detailOperations = declared((store: Store) => {
  const users = store.collection<IamUser>(USERS);
  const groups = store.collection<IamGroup>(GROUPS);
  const roles = store.collection<Role>(ROLES);
  const profiles = store.collection<InstanceProfile>("iam/instanceProfiles");
  return {
    /** Of the policies that AWS manages those that somebody has. */
    getAccountAuthorizationDetails: (): readonly AccountDetail[] => {
      const having: readonly Attachments[] = [...users.all(), ...groups.all(), ...roles.all()];
      const attached = new Set(
        having.flatMap(({ attachedPolicyArns, permissionsBoundary }) => [
          ...attachedPolicyArns,
          ...(permissionsBoundary === undefined ? [] : [permissionsBoundary]),
        ]),
      );
      const foreign = [...attached].filter((arn) => customerPolicies(store).get(arn) === undefined);
      return [
        ...users.all().map((user) => ({ type: "User" as const, user })),
        ...groups.all().map((group) => ({ type: "Group" as const, group })),
        ...roles.all().map((role) => ({
          type: "Role" as const,
          role,
          profiles: profiles.all().filter(({ roleNames }) => roleNames.includes(role.roleName)),
        })),
        ...customerPolicies(store)
          .all()
          .map((policy) => ({ type: "LocalManagedPolicy" as const, policy })),
        ...foreign.flatMap((arn) => {
          const policy = managedPolicyOf(store, arn);
          return policy === undefined ? [] : [{ type: "AWSManagedPolicy" as const, policy }];
        }),
      ];
    },
    /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html */
    getContextKeysForPrincipalPolicy: ({
      policySourceArn,
      policyInputList = [],
    }: {
      readonly policySourceArn: string;
      readonly policyInputList?: readonly string[];
    }): readonly string[] => {
      const [, kind, name = ""] =
        /^arn:[\w-]+:iam::\d{12}:(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(policySourceArn) ?? [];
      const user = kind === "user" ? users.get(name) : undefined;
      const source = user ?? (kind === "group" ? groups.get(name) : kind === "role" ? roles.get(name) : undefined);
      if (source === undefined) throw noSuchEntity(`Could not find entity information for ${policySourceArn}`);
      const theirs = (user?.groupNames ?? []).flatMap((group) => groups.get(group) ?? []);
      const documents = [source, ...theirs].flatMap((each) => identityPoliciesOf(store, each));
      return [...new Set([...documents, ...policyInputList].flatMap(contextKeysOf))].sort();
    },
  };
});

/** The keys of a document's conditions and variables, as it writes them. */
export function contextKeysOf(document: string): readonly string[] {
  const { Statement = [] } = JSON.parse(document) as { readonly Statement?: object | readonly object[] };
  const tested = [Statement].flat().flatMap((statement) => {
    const { Condition = {} } = statement as { readonly Condition?: Readonly<Record<string, object>> };
    return Object.values(Condition).flatMap((keys) => Object.keys(keys));
  });
  const variables = [...document.matchAll(/\$\{([\w-]+:[^},]+)/g)].map(([, key = ""]) => key.trim());
  return [...tested, ...variables];
}
