import { FULL_ACCESS_OF_IDENTITY } from "../../../components/policy/document";
import type { AccessCaller } from "../../../components/policy/access/facts";
import type { Side } from "../judge/references";
import type { Change, Preview } from "../read/preview";
import { isComponent, parseUrn } from "../read/urn";
import { isSecretValue, isUnknownValue, listIn, recordIn, shownText } from "../read/values";
import { documentIn, type Document, type InForce, KnownPolicy } from "./documents";
import { Lookup, valueOf } from "./lookup";
import type { Place } from "./place";

/** Which types hold what of principals. */
const TYPES = {
  role: /^(?:aws:iam\/role:|aws-native:iam:Role$)/,
  user: /^(?:aws:iam\/user:|aws-native:iam:User$)/,
  group: /^(?:aws:iam\/group:|aws-native:iam:Group$)/,
  managed: /^(?:aws:iam\/policy:|aws-native:iam:ManagedPolicy$)/,
  inline: /^aws:iam\/(role|user|group)Policy:|^aws-native:iam:(Role|User|Group)Policy$/,
  attachment: /^aws:iam\/(role|user|group)PolicyAttachment:/,
  manyAttachments: /^aws:iam\/policyAttachment:/,
  groupsOfUser: /^aws:iam\/userGroupMembership:/,
  usersOfGroup: /^aws:iam\/groupMembership:/,
} as const;

const KINDS = ["role", "user", "group"] as const;
type Kind = (typeof KINDS)[number];

/** A role or a user that is there before a run and after it, with all that is seen of its policies. */
export interface KnownCaller {
  readonly arn: string;
  readonly policies: readonly KnownPolicy[];
  readonly boundary: KnownPolicy | undefined;
  /** Names of policies that it has, and whose documents nobody sees here. */
  readonly unread: readonly string[];
}

/** What is seen of one principal. */
class Principal {
  readonly policies = new Map<string, KnownPolicy>();
  readonly groups = new Set<string>();
  boundary: KnownPolicy | undefined;

  constructor(
    readonly kind: Kind,
    readonly name: string,
    /** Absent of what is made elsewhere. */
    readonly change: Change | undefined,
  ) {}

  policy(name: string): KnownPolicy {
    const known = this.policies.get(name) ?? new KnownPolicy(name);
    this.policies.set(name, known);
    return known;
  }
}

/** The roles and users of a preview. */
export function callersIn(preview: Preview, place: Place): readonly KnownCaller[] {
  return new PrincipalReader(preview).callers(place);
}

const SIDES: readonly Side[] = ["before", "after"];

class PrincipalReader {
  readonly #changes: readonly Change[];
  readonly #lookups: Readonly<Record<Kind | "managed", Lookup>>;
  readonly #principals = new Map<string, Principal>();
  /** What a resource of its own says, whatever the principal was last seen to have. */
  readonly #claimed = new Set<KnownPolicy>();

  constructor(preview: Preview) {
    this.#changes = [...preview.changes.values()].filter(({ parent }) => !isOfComponent(parent));
    const lookup = (kind: Kind | "managed"): Lookup => new Lookup(preview, TYPES[kind]);
    this.#lookups = {
      role: lookup("role"),
      user: lookup("user"),
      group: lookup("group"),
      managed: lookup("managed"),
    };
    for (const change of this.#changes) {
      const kind = KINDS.find((each) => TYPES[each].test(change.type));
      if (kind !== undefined) this.#readOwn(kind, change);
    }
    for (const change of this.#changes)
      for (const side of SIDES) if (change[side] !== undefined) this.#readOther(change, side);
  }

  #readOther(change: Change, side: Side): void {
    const inline = TYPES.inline.exec(change.type);
    const attached = TYPES.attachment.exec(change.type);
    if (inline !== null) this.#readInline((inline[1] ?? inline[2] ?? "").toLowerCase() as Kind, change, side);
    if (attached !== null) this.#attach(attached[1] as Kind, change, side, attached[1] ?? "");
    if (TYPES.manyAttachments.test(change.type)) for (const kind of KINDS) this.#attach(kind, change, side, `${kind}s`);
    if (TYPES.groupsOfUser.test(change.type)) this.#join(change, side, "user", "groups");
    if (TYPES.usersOfGroup.test(change.type)) this.#join(change, side, "users", "group");
  }

  callers(place: Place): readonly KnownCaller[] {
    return [...this.#principals.values()].flatMap((principal) => {
      const arn = arnOf(principal, place);
      if (principal.kind === "group" || arn === undefined) return [];
      const groups = [...principal.groups].flatMap((name) => this.#principals.get(`group ${name}`) ?? []);
      const policies = [principal, ...groups].flatMap((each) => [...each.policies.values()]);
      const all = principal.boundary === undefined ? policies : [...policies, principal.boundary];
      const elsewhere = principal.change === undefined ? [`other policies of ${principal.kind} ${principal.name}`] : [];
      return [
        {
          arn,
          policies,
          boundary: principal.boundary,
          unread: [...all.filter(({ isHidden }) => isHidden).map(({ name }) => name), ...elsewhere],
        },
      ];
    });
  }

  /** What stands in the principal itself. */
  #readOwn(kind: Kind, change: Change): void {
    const principal = this.#principalOf(kind, change);
    const isNative = change.type.startsWith("aws-native:");
    for (const [side, each] of this.#listsOf(principal, change, isNative ? "policies" : "inlinePolicies")) {
      const { name: given, policyName, policy, policyDocument } = recordIn(each);
      const name = shownText(given ?? policyName) ?? "";
      if (name === "") continue;
      principal.policy(`${kind}/${principal.name}/${name}`).set(side, documentIn(policy ?? policyDocument), change);
    }
    for (const [side, arn] of this.#listsOf(principal, change, "managedPolicyArns")) {
      const { name, document, by = change } = this.#managed(change, side, "managedPolicyArns", arn);
      principal.policy(name).set(side, document, by);
    }
    for (const side of SIDES) {
      const given = change[side] === undefined ? undefined : valueOf(change, side, "permissionsBoundary", false);
      if (given === undefined || given === null || given === "") continue;
      const { name, document, by = change } = this.#managed(change, side, "permissionsBoundary", given);
      principal.boundary ??= new KnownPolicy(`permissions boundary ${name}`);
      principal.boundary.set(side, document, by);
      principal.boundary.set(side, document, change);
    }
  }

  /** The items of a list on both sides. Where one side is hidden, what is seen of the other stands for both. */
  #listsOf(principal: Principal, change: Change, property: string): readonly (readonly [Side, unknown])[] {
    const values = SIDES.map((side) => (change[side] === undefined ? undefined : valueOf(change, side, property)));
    const isHidden = values.some((value) => isSecretValue(value) || isUnknownValue(value));
    const hidden = `${property} of ${principal.kind} ${principal.name}`;
    if (isHidden) for (const side of SIDES) principal.policy(hidden).set(side, "hidden", change);
    return SIDES.flatMap((side, i) => {
      const own = listIn(values[i]);
      const items = isHidden && own.length === 0 ? listIn(values[1 - i]) : own;
      return change[side] === undefined ? [] : items.map((item) => [side, item] as const);
    });
  }

  #readInline(kind: Kind, change: Change, side: Side): void {
    const isNative = change.type.startsWith("aws-native:");
    const name = shownText(valueOf(change, side, isNative ? "policyName" : "name")) ?? change.name;
    const document = documentIn(valueOf(change, side, isNative ? "policyDocument" : "policy"));
    for (const who of this.#namedIn(kind, change, side, isNative ? `${kind}Name` : kind))
      this.#claim(who, `${kind}/${who.name}/${name}`).set(side, document, change);
  }

  #attach(kind: Kind, change: Change, side: Side, property: string): void {
    const {
      name,
      document,
      by = change,
    } = this.#managed(change, side, "policyArn", valueOf(change, side, "policyArn"));
    for (const who of this.#namedIn(kind, change, side, property)) {
      const known = this.#claim(who, name);
      known.set(side, document, change);
      known.set(side, document, by);
    }
  }

  #claim(who: Principal, name: string): KnownPolicy {
    const policy = who.policy(name);
    if (!this.#claimed.has(policy)) {
      policy.before = "none";
      policy.after = "none";
    }
    this.#claimed.add(policy);
    return policy;
  }

  /** A managed policy is known by its ARN, or by the resource that makes it. */
  #managed(
    change: Change,
    side: Side,
    property: string,
    value: unknown,
  ): { readonly name: string; readonly document: Document; readonly by?: Change } {
    const found = this.#lookups.managed.named(change, side, property, value);
    if (found === undefined) return { name: `a policy of ${change.name}`, document: "hidden" };
    if (typeof found === "string") return { name: found, document: "hidden" };
    const name = shownText(found.before?.outputs.arn) ?? found.before?.id ?? found.name;
    const native = found.type.startsWith("aws-native:");
    return { name, document: documentIn(valueOf(found, side, native ? "policyDocument" : "policy")), by: found };
  }

  #join(change: Change, side: Side, users: string, groups: string): void {
    for (const user of this.#namedIn("user", change, side, users))
      for (const group of this.#namedIn("group", change, side, groups)) user.groups.add(group.name);
  }

  #namedIn(kind: Kind, change: Change, side: Side, property: string): readonly Principal[] {
    const value = valueOf(change, side, property);
    const values = Array.isArray(value) ? listIn(value) : [value];
    return values.flatMap((each) => {
      const found = this.#lookups[kind].named(change, side, property, each);
      if (found === undefined) return [];
      return typeof found === "string" ? [this.#principal(kind, found, undefined)] : [this.#principalOf(kind, found)];
    });
  }

  #principalOf(kind: Kind, change: Change): Principal {
    const states = [change.before, change.after];
    const name = states.flatMap((state) => shownText(state?.outputs.name ?? state?.inputs.name) ?? state?.id ?? []);
    return this.#principal(kind, name[0] ?? change.name, change);
  }

  #principal(kind: Kind, name: string, change: Change | undefined): Principal {
    const known = this.#principals.get(`${kind} ${name}`) ?? new Principal(kind, name, change);
    this.#principals.set(`${kind} ${name}`, known);
    return known;
  }
}

/** The functions of a reconnection check ask on purpose for what is denied. */
function isOfComponent(parent: string | undefined): boolean {
  return parent !== undefined && isComponent(parseUrn(parent));
}

/** Of what is there before and after. */
function arnOf({ kind, name, change }: Principal, { partition, account }: Place): string | undefined {
  if (change === undefined) return `arn:${partition}:iam::${account}:${kind}/${name}`;
  if (change.before === undefined || change.after === undefined) return undefined;
  return shownText(change.before.outputs.arn) ?? shownText(change.after.outputs.arn);
}

/** As the judgement takes it, with these documents in force. */
export function accessCaller(
  { arn, policies, boundary }: KnownCaller,
  inForce: (policy: KnownPolicy) => InForce,
): AccessCaller {
  return {
    arn,
    identityPolicies: policies.map((policy) => policy.named(inForce(policy))),
    ...(boundary && { boundary: boundary.named(inForce(boundary), FULL_ACCESS_OF_IDENTITY) }),
  };
}
