import { isComponent, parseUrn, type Urn } from "./urn";
import { isRecord, recordIn, textsIn, type JsonRecord } from "./values";

/** What a preview says, in whichever form it was written, as far as a review needs it. */
export interface Preview {
  /** The file, or standard input. */
  readonly source: string;
  readonly format: "digest" | "events";
  readonly project: string | undefined;
  readonly stack: string | undefined;
  /** By URN, of the types that a review knows. */
  readonly changes: ReadonlyMap<string, Change>;
  /** How many steps there are of each operation and type: `create aws:s3/bucket:Bucket`. */
  readonly steps: ReadonlyMap<string, number>;
  /** What our components said in it. */
  readonly messages: readonly Message[];
  /** Absent where the preview came to its end. */
  readonly failure: Failure | undefined;
  /** Whether resources without a change are left out. */
  readonly hidesUnchanged: boolean;
  /** When it was made, where that is written. */
  readonly madeAt: string | undefined;
  /** What each resource, of any type, is made after. By URN; an event stream says it of parents alone. */
  readonly order: ReadonlyMap<string, MadeAfter>;
}

export interface MadeAfter {
  readonly dependencies: readonly string[];
  readonly parent: string | undefined;
  /** Whoever depends on it depends on all that it has. */
  readonly isComponent: boolean;
}

/** One resource before and after what is planned. Where both are there and the same, nothing happens to it. */
export interface Change extends Urn {
  readonly parent: string | undefined;
  /** Absent of what is not there yet. */
  readonly before: State | undefined;
  /** Absent of what is no longer there. */
  readonly after: State | undefined;
  /** Another resource takes its place, with another id. */
  readonly isReplaced: boolean;
  /** The program takes over what exists. */
  readonly isImported: boolean;
}

export interface State {
  readonly id: string | undefined;
  readonly inputs: JsonRecord;
  readonly outputs: JsonRecord;
  /** Property → the URNs that it is made from; not in an event stream. */
  readonly propertyDependencies: JsonRecord | undefined;
}

export interface Message {
  readonly urn: string;
  readonly severity: string;
  readonly text: string;
}

export interface Failure {
  /** The errors of our components, in their words. */
  readonly quoted: readonly string[];
  /** How many other errors there are: they may show an input's value. */
  readonly others: number;
}

/** Types that decide about ways to DynamoDB and S3, about policies, and our own. */
const KNOWN_TYPES = new RegExp(
  [
    "^dynamodb-endpoint:",
    "^pulumi:index:Stash$",
    "^aws:ec2/(?:vpc|defaultVpc|subnet|defaultSubnet|routeTable|defaultRouteTable|route|routeTableAssociation):",
    "^aws:ec2/(?:mainRouteTableAssociation|natGateway|internetGateway|egressOnlyInternetGateway):",
    "^aws:ec2/(?:vpcEndpoint|vpcEndpointRouteTableAssociation|vpcEndpointPolicy):",
    "^aws-native:ec2:(?:Vpc|Subnet|RouteTable|Route|SubnetRouteTableAssociation|NatGateway|InternetGateway)$",
    "^aws-native:ec2:(?:VpcEndpoint|EgressOnlyInternetGateway)$",
    "^aws:iam/(?:policy|policyAttachment|userGroupMembership|groupMembership):",
    "^aws:iam/(?:role|user|group)(?:Policy|PolicyAttachment)?:",
    "^aws-native:iam:(?:Role|User|Group|ManagedPolicy|RolePolicy|UserPolicy|GroupPolicy)$",
    "^aws:dynamodb/(?:table|resourcePolicy):",
    "^aws-native:dynamodb:(?:Table|GlobalTable)$",
  ].join("|"),
);

/** The components, and the ledgers, whose hooks refuse. */
const OUR_TYPES = /^dynamodb-endpoint:|^pulumi:index:Stash$/;

/** How a component refuses its arguments, in each language: the engine does not say whose error that is. */
const OUR_ERROR =
  /^(?:dynamodb-endpoint:\w*:\w+ resource '[^']*' has a problem: )?(?:DynamoDbEndpoint|GatewayEndpoint|RouteRollout|EndpointPolicy) "/;

/** Gathers the steps of a preview into one change for each resource. */
export class PreviewBuilder {
  readonly #changes = new Map<string, Change>();
  readonly #deletions = new Map<string, Deletion>();
  readonly #steps = new Map<string, number>();
  readonly #messages: Message[] = [];
  readonly #quoted: string[] = [];
  readonly #order = new Map<string, MadeAfter>();
  #otherErrors = 0;
  #root: Urn | undefined;

  addStep(operation: string, urn: string, before: unknown, after: unknown): void {
    const named = parseUrn(urn);
    this.#root ??= named;
    const counted = `${operation} ${named.type}`;
    this.#steps.set(counted, (this.#steps.get(counted) ?? 0) + 1);
    const made = madeAfter(after ?? before);
    if (made !== undefined) this.#order.set(urn, made);
    if (!KNOWN_TYPES.test(named.type)) return;
    const change = changeOf(operation, named, before, after);
    if (operation === "delete") this.#deletions.set(urn, deletionOf(change, recordIn(before)));
    const earlier = this.#changes.get(urn);
    this.#changes.set(urn, earlier === undefined ? change : together(earlier, change));
  }

  addMessage(urn: string | undefined, severity: string, message: string): void {
    // An event stream has the engine's directives for colours, a digest the severity once more.
    const text = message.replace(/<\{%[^%]*%\}>/g, "").replace(/^(?:warning|info|error): /, "");
    const isOurs = urn === undefined ? OUR_ERROR.test(text) : OUR_TYPES.test(parseUrn(urn).type);
    if (severity === "error") {
      if (isOurs) this.#quoted.push(text);
      else this.#otherErrors += 1;
    }
    if (isOurs && urn !== undefined) this.#messages.push({ urn, severity, text });
  }

  /** What is deleted with something that only the stack forgets stays where it is, too. */
  #keepWhatIsRetained(): void {
    for (const [urn, { deletedWith }] of this.#deletions) {
      const change = this.#changes.get(urn);
      const stays = deletedWith.some((each) => this.#deletions.get(each)?.isForgotten);
      if (change !== undefined && stays) this.#changes.set(urn, { ...change, after: change.before });
    }
  }

  /** How many steps of an operation there were. */
  count(operation: string): number {
    return [...this.#steps].reduce((sum, [step, count]) => sum + (step.startsWith(`${operation} `) ? count : 0), 0);
  }

  preview(
    rest: Pick<Preview, "source" | "format" | "hidesUnchanged" | "madeAt"> & { readonly failed: boolean },
  ): Preview {
    const { failed, ...told } = rest;
    this.#keepWhatIsRetained();
    const errors = this.#quoted.length + this.#otherErrors;
    return {
      ...told,
      project: this.#root?.project,
      stack: this.#root?.stack,
      changes: this.#changes,
      steps: this.#steps,
      messages: this.#messages,
      order: this.#order,
      failure: failed || errors > 0 ? { quoted: this.#quoted, others: this.#otherErrors } : undefined,
    };
  }
}

/** Nothing of a state that has no dependencies at all, as those in an event stream. */
function madeAfter(state: unknown): MadeAfter | undefined {
  const { dependencies, propertyDependencies, parent, custom } = recordIn(state);
  if (dependencies === undefined && propertyDependencies === undefined && typeof parent !== "string") return undefined;
  const ofProperties = Object.values(recordIn(propertyDependencies)).flatMap(textsIn);
  return {
    dependencies: [...new Set([...textsIn(dependencies), ...ofProperties])],
    parent: typeof parent === "string" ? parent : undefined,
    isComponent: custom !== true,
  };
}

function changeOf(operation: string, urn: Urn, old: unknown, next: unknown): Change {
  const [before, after] = [stateOf(old), stateOf(next)];
  const parent = [next, old].map((state) => recordIn(state).parent).find((each) => typeof each === "string" && each);
  const base = { ...urn, parent: parent as string | undefined, isReplaced: false, isImported: false };
  switch (operation) {
    case "create":
      return { ...base, before: undefined, after };
    case "update":
      return { ...base, before, after };
    case "replace":
    case "create-replacement":
    case "delete-replaced":
    case "import-replacement":
      return { ...base, before, after, isReplaced: true };
    case "import":
      return { ...base, before: after, after, isImported: true };
    case "delete":
      // It stays where it is; only the stack forgets it.
      return { ...base, before, after: recordIn(old).retainOnDelete === true ? before : undefined };
    default: {
      // Nothing happens to what is the same, read, refreshed or forgotten. What a program asks for has no id.
      const known = { id: after?.id ?? before?.id, outputs: { ...before?.outputs, ...after?.outputs } };
      const state = after === undefined ? before : { ...after, ...known };
      return { ...base, before: state, after: state };
    }
  }
}

/** What is deleted, with what else, and whether only the stack forgets it. */
interface Deletion {
  /** One of them, if it is deleted as well, decides. */
  readonly deletedWith: readonly string[];
  readonly isForgotten: boolean;
}

function deletionOf({ urn, name, parent = "", after }: Change, old: JsonRecord): Deletion {
  const isForgotten = after !== undefined;
  if (typeof old.deletedWith === "string") return { deletedWith: [old.deletedWith], isForgotten };
  // An event does not say it: our components keep what is retained with a stash, or a ledger, of their own.
  const component = parseUrn(parent);
  if (!isComponent(component)) return { deletedWith: [], isForgotten };
  const siblings = [`${name}-kept`, `${component.name}-plan`];
  return { deletedWith: siblings.map((each) => urn.replace(/\$[^$]*$/, `$pulumi:index:Stash::${each}`)), isForgotten };
}

/** A replacement has up to three steps, and a refresh comes before what is planned. */
function together(earlier: Change, change: Change): Change {
  if (!(earlier.isReplaced || change.isReplaced)) return change;
  return {
    ...change,
    before: earlier.before ?? change.before,
    after: change.after ?? earlier.after,
    isReplaced: true,
  };
}

function stateOf(given: unknown): State | undefined {
  if (!isRecord(given)) return undefined;
  const { id, inputs, outputs, propertyDependencies } = given;
  return {
    id: typeof id === "string" && id !== "" ? id : undefined,
    inputs: recordIn(inputs),
    outputs: recordIn(outputs),
    propertyDependencies: isRecord(propertyDependencies) ? propertyDependencies : undefined,
  };
}
