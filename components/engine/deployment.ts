import { AsyncResource } from "node:async_hooks";
import {
  getProject,
  getStack,
  isSecret,
  output,
  runtime,
  type ComponentResource,
  type Input,
  type Resource,
} from "@pulumi/pulumi";
import { valueIfKnown } from "./plannedValues";
import { regionOf } from "./region";
import { soleSource, urnsOf } from "./sources";

/** Something of AWS's that a component must have for itself alone. */
export interface Claim {
  /** Claims of different kinds never meet. */
  readonly kind: "route table" | "policy";
  readonly component: ComponentResource;
  /** Where it is: an id says something in its own Region only. Default: the provider's. */
  readonly region: Input<string> | undefined;
  /** The argument that names it. */
  readonly path: string;
}

/** Another component of this preview or deployment has claimed the same. */
export interface Clash {
  readonly claim: Claim;
  readonly other: Claim;
  /** The id as it may be shown: never a secret one. */
  readonly id: string;
}

/** Of two components that clash the later is told, and it alone: at once where it can be known at once. */
export interface Clashes {
  readonly now: readonly Clash[];
  /** Those that come to light when ids and Regions have settled. Never rejects. */
  readonly later: Promise<readonly Clash[]>;
}

/** A claim that was made. */
export interface Claimed extends Clashes {
  /**
   * The later claims that were told of this one by now. A program that fails still does what it had asked for before,
   * so the component that was first must not go on with a deployment either.
   */
  readonly contested: () => readonly Clash[];
}

/**
 * Claims what has this id. An id that a preview does not know is told from what it comes from: the same Output, or the
 * one resource, of one of `types`, that made it.
 *
 * The later claim is the one that is made, or whose id settles, later, whatever the order of the components.
 */
export function claimId(claim: Claim, id: Input<string>, types: readonly string[]): Claimed {
  const claims = claimsOfDeployment();
  if (claims === undefined) return NOT_SHARED;
  const holder = claimant(claim);
  const clashes =
    typeof id === "string"
      ? enter(claims, holder, { keys: [id], text: id, isSecret: false })
      : whenSettled(async () => enter(claims, holder, await identified(id, types)));
  return { ...clashes, contested: () => holder.contested };
}

/** Claims what this program makes, by the URNs of the resources that stand for it. */
export function claimMade(claim: Claim, resources: readonly Resource[]): Claimed {
  const claims = claimsOfDeployment();
  if (claims === undefined) return NOT_SHARED;
  const holder = claimant(claim);
  const clashes = whenSettled(async () =>
    enter(claims, holder, { keys: await urnsOf(resources), text: UNKNOWN_ID, isSecret: false }),
  );
  return { ...clashes, contested: () => holder.contested };
}

const NOT_SHARED: Claimed = { now: [], later: Promise.resolve([]), contested: () => [] };
const UNKNOWN_ID = "id known after deployment";

/** A value that does not settle fails the program by itself. */
function whenSettled(entering: () => Promise<Clashes>): Clashes {
  const settled = entering().catch(() => NOT_SHARED);
  return { now: [], later: settled.then(async ({ now, later }) => [...now, ...(await later)]) };
}

/** What an id is told by. */
interface Identity {
  readonly keys: readonly unknown[];
  readonly text: string;
  readonly isSecret: boolean;
}

async function identified(id: Input<string>, types: readonly string[]): Promise<Identity> {
  const told = output(id);
  const [value, secret] = await Promise.all([valueIfKnown(told), isSecret(told)]);
  if (typeof value === "string") return { keys: [value], text: value, isSecret: secret };
  const source = await soleSource(told, types);
  return { keys: source === undefined ? [id] : [id, source], text: UNKNOWN_ID, isSecret: secret };
}

/** A claim, and how its Region is found out. */
interface Claimant {
  readonly claim: Claim;
  /** Asked for only where a claim has met another with the same id. */
  readonly region: () => Promise<string | undefined>;
  readonly contested: Clash[];
}

/** Whoever asks for the Region may be in another component of a provider, or in a hook: it is looked up from here. */
function claimant(claim: Claim): Claimant {
  return {
    claim,
    contested: [],
    region: AsyncResource.bind(() => valueIfKnown(regionOf(claim.component, claim.region))),
  };
}

interface Entry {
  readonly holder: Claimant;
  readonly identity: Identity;
}

/** What has been claimed in one preview or deployment, by id, by the Output that has it, or by URN. */
type Claims = Map<unknown, Entry[]>;

function enter(claims: Claims, holder: Claimant, identity: Identity): Clashes {
  const { claim } = holder;
  const others = new Set(
    identity.keys.flatMap((key) => claims.get(key) ?? []).filter((other) => mayClash(claim, other.holder.claim)),
  );
  const clash = (other: Entry): Clash => {
    const id = shownId(identity, other.identity);
    other.holder.contested.push({ claim: other.holder.claim, other: claim, id });
    return { claim, other: other.holder.claim, id };
  };
  const sure = [...others].filter((other) => isSameRegion(claim, other.holder.claim) === true);
  // What is refused holds nothing: the first holder stays the only one, and no later claim of its own is told of this
  // one.
  if (sure.length > 0) return { now: sure.map(clash), later: Promise.resolve([]) };
  for (const key of identity.keys) claims.set(key, [...(claims.get(key) ?? []), { holder, identity }]);
  const unsure = [...others].filter((other) => isSameRegion(claim, other.holder.claim) === undefined);
  const asked = unsure.map(async (other) => ((await areInOneRegion(holder, other.holder)) ? [clash(other)] : []));
  return { now: [], later: Promise.all(asked).then((found) => found.flat()) };
}

/** What is in one component twice is that component's to say. */
function mayClash(a: Claim, b: Claim): boolean {
  return a.kind === b.kind && a.component !== b.component;
}

function shownId(...identities: readonly Identity[]): string {
  if (identities.some(({ isSecret }) => isSecret)) return "its id is secret";
  return identities[0]?.text ?? UNKNOWN_ID;
}

/** `undefined` where it must be asked for. */
function isSameRegion(a: Claim, b: Claim): boolean | undefined {
  if (typeof a.region === "string" && typeof b.region === "string") return a.region === b.region;
  const isSameProvider = providerOf(a) === providerOf(b);
  return a.region === b.region && isSameProvider ? true : undefined;
}

function providerOf({ component }: Claim): Resource | undefined {
  return component.getProvider("aws:index:Provider");
}

/** What is not known is not refused. */
async function areInOneRegion(a: Claimant, b: Claimant): Promise<boolean> {
  const [first, second] = await Promise.all([a.region(), b.region()]).catch(() => []);
  return first !== undefined && first === second;
}

/**
 * The claims of the preview or deployment that runs here; `undefined` under mocks, where there is none.
 *
 * One process may see many: Automation API programs run beside each other, and a component provider that engines attach
 * to serves each of their components with a connection of its own. What these have in common are the addresses of their
 * engine and its monitor, which it chooses anew for each preview and deployment. The claims live as long as one of the
 * connections, and are found by address as long as they live.
 */
function claimsOfDeployment(): Claims | undefined {
  const monitor = runtime.getMonitor() as Connection | undefined;
  if (typeof monitor?.getChannel !== "function") return undefined;
  const known = CLAIMS_BY_CONNECTION.get(monitor);
  if (known !== undefined) return known;
  const engine = runtime.getEngine() as Connection | undefined;
  const addresses = [monitor, engine].map((each) => each?.getChannel?.().getTarget());
  const deployment = JSON.stringify([...addresses, getProject(), getStack(), runtime.isDryRun()]);
  const claims = CLAIMS_BY_DEPLOYMENT.get(deployment)?.deref() ?? noClaims(deployment);
  CLAIMS_BY_CONNECTION.set(monitor, claims);
  return claims;
}

function noClaims(deployment: string): Claims {
  const claims: Claims = new Map();
  CLAIMS_BY_DEPLOYMENT.set(deployment, new WeakRef(claims));
  FORGOTTEN.register(claims, deployment);
  return claims;
}

/** What the SDK's clients are, beside the interface that it declares; mocks are none. */
interface Connection {
  getChannel?(): { getTarget(): string };
}

const CLAIMS_BY_CONNECTION = new WeakMap<Connection, Claims>();
const CLAIMS_BY_DEPLOYMENT = new Map<string, WeakRef<Claims>>();
const FORGOTTEN = new FinalizationRegistry<string>((deployment) => {
  if (CLAIMS_BY_DEPLOYMENT.get(deployment)?.deref() === undefined) CLAIMS_BY_DEPLOYMENT.delete(deployment);
});
