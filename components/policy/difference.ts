import { DYNAMODB_ACTIONS, type DynamoDbAction, type DynamoDbResourceType } from "./actions";
import { changesFor, type AskedResource, type Changes } from "./changes";
import { compilePolicy, type CompiledPolicy } from "./compile";
import { isJsonObject, listOf, statementsOf, type JsonObject, type PolicyDocument } from "./document";
import { isAccountId } from "./ids";

/** Actions that change hands, for somebody, on something. */
export interface Permissions {
  /** `anyone`, `anyone else`, or what the conditions on principals name. */
  readonly who: string;
  /** `the account`, `any table`, `other tables`, or resources as the policies write them. */
  readonly resources: readonly string[];
  /** In words where a whole kind of actions is meant: `read items`; otherwise DynamoDB's names. */
  readonly actions: readonly string[];
}

/** The difference of two policies by principal, action and resource. */
export interface PolicyDifference {
  readonly noLongerAllowed: readonly Permissions[];
  readonly newlyAllowed: readonly Permissions[];
}

/**
 * What `next` no longer allows and newly allows, compared with `before`: two policies of an endpoint.
 *
 * Both documents are asked about every action of DynamoDB, on each resource and for each principal that one of them
 * names, and on a table and for a principal that none names. Conditions on anything but principals are not satisfied
 * by these questions: a difference in those alone is not seen.
 */
export function policyDifference(before: string | PolicyDocument, next: string | PolicyDocument): PolicyDifference {
  const policies = [before, next].map((document) => compilePolicy(document, "endpoint")) as [
    CompiledPolicy,
    CompiledPolicy,
  ];
  const statements = policies
    .flatMap(({ document = {} }) => statementsOf(document))
    .flatMap(({ statement }) => (isJsonObject(statement) ? [statement] : []));
  const principals = principalsOf(statements);
  const resources = resourcesOf(statements).map(({ label, example }) => ({
    label,
    example,
    concerned: actionsOn(example),
  }));
  const perPrincipal = changesFor(
    ...policies,
    principals.map(({ principal }) => principal),
    resources,
  );
  const permissions = new Map<Changes, PolicyDifference>();
  const found = principals.map(({ label: who }, i) => {
    const changes = perPrincipal[i] ?? [];
    const same = permissions.get(changes) ?? permissionsOf(changes, resources);
    permissions.set(changes, same);
    return {
      noLongerAllowed: same.noLongerAllowed.map((each) => ({ ...each, who })),
      newlyAllowed: same.newlyAllowed.map((each) => ({ ...each, who })),
    };
  });
  return {
    noLongerAllowed: together(found.flatMap(({ noLongerAllowed }) => noLongerAllowed)),
    newlyAllowed: together(found.flatMap(({ newlyAllowed }) => newlyAllowed)),
  };
}

interface LabelledResource extends AskedResource {
  readonly label: string;
}

/** The changes for a principal in words, whoever it is. */
function permissionsOf(changes: Changes, resources: readonly LabelledResource[]): PolicyDifference {
  const words = resources.map(({ label, concerned }, i) => {
    const { lost = [], gained = [] } = changes[i] ?? {};
    const of = (actions: readonly DynamoDbAction[]): Permissions => ({
      who: "",
      resources: [label],
      actions: actionWords(actions, concerned),
    });
    return { lost: of(lost), gained: of(gained) };
  });
  return {
    noLongerAllowed: together(words.map(({ lost }) => lost)),
    newlyAllowed: together(words.map(({ gained }) => gained)),
  };
}

/** The actions that concern a resource and go through a gateway endpoint. */
function actionsOn(resource: string): readonly DynamoDbAction[] {
  const kinds = kindsOf(resource);
  const concerns = ({ resourceTypes }: DynamoDbAction): boolean =>
    resource === "*" ? resourceTypes.length === 0 : resourceTypes.some((type) => kinds.includes(type));
  return [...DYNAMODB_ACTIONS.values()].filter((action) => !action.ofStreamsApi && concerns(action));
}

/**
 * What an ARN can be the ARN of. `table/NAME/*` stands for all that is below a table but its indexes, which are named.
 */
function kindsOf(resource: string): readonly DynamoDbResourceType[] {
  if (resource.includes(":global-table/")) return ["global-table"];
  const [, , below] = resource.split("/");
  if (below === undefined) return ["table"];
  const belowTables = (["backup", "export", "import", "index", "stream"] as const).filter((kind) => kind === below);
  return belowTables.length > 0 ? belowTables : ["backup", "export", "import"];
}

const KINDS: readonly { words: string; has: (action: DynamoDbAction) => boolean }[] = [
  { words: "read items", has: ({ onItems, accessLevel }) => onItems && accessLevel === "Read" },
  { words: "write items", has: ({ onItems, accessLevel }) => onItems && accessLevel === "Write" },
  { words: "describe", has: ({ onItems, name }) => !onItems && isDescribing(name) },
  { words: "manage", has: ({ onItems, name }) => !onItems && !isDescribing(name) },
];

function isDescribing(name: string): boolean {
  return ["Describe", "List", "Get"].some((verb) => name.startsWith(verb));
}

/** A kind of actions in words if all of it is meant, else the names of its actions. */
function actionWords(actions: readonly DynamoDbAction[], concerned: readonly DynamoDbAction[]): readonly string[] {
  return KINDS.flatMap(({ words, has }) => {
    const meant = actions.filter(has);
    return meant.length > 1 && meant.length === concerned.filter(has).length ? [words] : meant.map(({ name }) => name);
  });
}

interface ExamplePrincipal {
  readonly arn: string;
  readonly account: string;
  readonly organization?: string;
}

/** An account and a table that no document names. */
const NOBODYS_ACCOUNT = "000000000000";
const NOBODYS_TABLE = `arn:aws:dynamodb:us-east-1:${NOBODYS_ACCOUNT}:table/nobodys-table`;
const NOBODY = { arn: `arn:aws:iam::${NOBODYS_ACCOUNT}:role/nobody`, account: NOBODYS_ACCOUNT };

/** The resources that the statements name, each with one that its pattern matches. */
function resourcesOf(statements: readonly JsonObject[]): readonly { label: string; example: string }[] {
  const patterns = new Set(
    statements
      .flatMap(({ Resource, NotResource }) => [...listOf(Resource), ...listOf(NotResource)])
      .filter((each): each is string => typeof each === "string" && each !== "*"),
  );
  const unnamed = { label: patterns.size === 0 ? "any table" : "other tables", example: NOBODYS_TABLE };
  return [
    { label: "the account", example: "*" },
    unnamed,
    ...[...patterns].sort().map((pattern) => ({ label: pattern, example: exampleOf(pattern) })),
  ];
}

/** The principals that the statements name, sorted: for each condition those that satisfy all of it. */
function principalsOf(statements: readonly JsonObject[]): readonly { label: string; principal: ExamplePrincipal }[] {
  const principals = new Map(
    statements.flatMap((statement) => [...principalsOfConditions(statement), ...principalsOfElements(statement)]),
  );
  const named = [...principals.keys()].sort().map((label) => ({ label, principal: principals.get(label) ?? NOBODY }));
  return [...named, { label: named.length === 0 ? "anyone" : "anyone else", principal: NOBODY }];
}

function principalsOfConditions({ Condition }: JsonObject): (readonly [label: string, principal: ExamplePrincipal])[] {
  const [arns = [], accounts = [], organizations = []] = [
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
  ].map((key) => conditionValues(Condition, key));
  return Array.from({ length: Math.max(arns.length, accounts.length, organizations.length) }, (_, i) => {
    const [arn, account, organization] = [arns, accounts, organizations].map((values) => values[i % values.length]);
    const named = [
      arn,
      account === undefined ? undefined : `account ${account}`,
      organization === undefined ? undefined : `organization ${organization}`,
    ];
    const exampleAccount = account ?? accountIn(arn) ?? NOBODYS_ACCOUNT;
    const exampleArn = arn === undefined ? `arn:aws:iam::${exampleAccount}:role/anyone` : exampleOf(arn);
    return [named.filter(Boolean).join(" of "), { arn: exampleArn, account: exampleAccount, organization }];
  });
}

/**
 * Whom `Principal` or `NotPrincipal` names by ARN or account, as a member of the organization that the condition asks
 * for.
 */
function principalsOfElements({
  Principal,
  NotPrincipal,
  Condition,
}: JsonObject): (readonly [label: string, principal: ExamplePrincipal])[] {
  const [organization] = conditionValues(Condition, "aws:principalorgid");
  const names = [Principal, NotPrincipal].flatMap((element) => (isJsonObject(element) ? listOf(element.AWS) : []));
  return names.flatMap((name) => {
    const account = typeof name === "string" ? (isAccountId(name) ? name : accountIn(name)) : undefined;
    if (typeof name !== "string" || account === undefined) return [];
    const isAccount = name === account || name.endsWith(":root");
    return [
      [
        isAccount ? `account ${account}` : name,
        { arn: isAccount ? `arn:aws:iam::${account}:role/anyone` : name, account, organization },
      ] as const,
    ];
  });
}

function conditionValues(condition: unknown, key: string): readonly string[] {
  const blocks = isJsonObject(condition) ? Object.values(condition).filter(isJsonObject) : [];
  return blocks
    .flatMap((block) =>
      Object.entries(block).flatMap(([name, values]) => (name.toLowerCase() === key ? listOf(values) : [])),
    )
    .filter((value): value is string => typeof value === "string");
}

/** A text that a pattern matches. */
function exampleOf(pattern: string): string {
  return pattern.replaceAll("*", "any");
}

function accountIn(arn: string | undefined): string | undefined {
  const account = arn?.split(":")[4];
  return account !== undefined && isAccountId(account) ? account : undefined;
}

/** One entry for all resources on which somebody's actions change alike. */
function together(all: readonly Permissions[]): readonly Permissions[] {
  const grouped = new Map<string, Permissions & { readonly resources: string[] }>();
  for (const { who, resources, actions } of all) {
    if (actions.length === 0) continue;
    const key = `${who} ${actions.join()}`;
    const same = grouped.get(key);
    if (same === undefined) grouped.set(key, { who, actions, resources: [...resources] });
    else same.resources.push(...resources);
  }
  return [...grouped.values()];
}
