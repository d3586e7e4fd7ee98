import { isUnjudged, Unjudged } from "../../exit";
import type { FactName, Facts, FactValues, Window } from "./facts";
import { sorted } from "./ids";
import { plain } from "./plain";
import { isTold, type Missing, type Told } from "./told";

/** What every client of AWS is made with. */
export interface ClientSettings {
  readonly region: string;
  readonly credentials: CredentialProvider;
  readonly retryMode: "adaptive";
  readonly maxAttempts: number;
}

export type CredentialProvider = () => Promise<Credentials>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Which facts are read, and with what. */
export interface Reading {
  readonly wanted: ReadonlySet<FactName>;
  readonly settings: ClientSettings;
  readonly calls: Calls;
  /** One VPC; absent: all of the Region. */
  readonly vpcId?: string | undefined;
  /** The ids of all that is read. */
  readonly vpcIds: Told<readonly string[]>;
  readonly tables: TableChoice;
  /** What other facts name, by the fact that tells of it. */
  readonly named?: Named;
  /** The time that is looked back on, by whoever looks back. */
  readonly window: Window;
  /** What others have told: what one service is asked may depend on it. */
  readonly facts: Facts;
  /** What is about to be asked one by one. */
  readonly announce: (text: string) => void;
}

/** The tables that are asked about one by one: by name, or all, if they are no more than this. So are clusters. */
export interface TableChoice {
  readonly names?: readonly string[];
  /** Of other accounts, beside the account's own. */
  readonly arns?: readonly string[];
  readonly most: number;
}

/** The ids of things that are read after what names them. */
export type Named = { readonly [N in FactName]?: readonly string[] };

/** What one service tells. */
export type ReadService = (reading: Reading) => Promise<Partial<Facts>>;

/** Requests of one run: no more than eight at a time. */
export class Calls {
  readonly #waiting: (() => void)[] = [];
  readonly #counts = new Map<string, number>();
  #running = 0;

  constructor(readonly onCall: (permission: string, count: number) => void = () => undefined) {}

  /** How often each was called, pages too: `ec2:DescribeVpcs`. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Asks AWS when it is this call's turn. What AWS does not answer is thrown as `NotTold`. */
  async ask<T>(permission: string, call: () => Promise<T>): Promise<T> {
    while (this.#running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    this.#counts.set(permission, (this.#counts.get(permission) ?? 0) + 1);
    this.onCall(permission, this.total);
    try {
      return await call();
    } catch (error) {
      throw notTold(permission, error);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** All pages. */
  async pages<O, T>(
    permission: string,
    call: (token: string | undefined) => Promise<O>,
    { items, next }: { readonly items: (page: O) => readonly T[] | undefined; readonly next: (page: O) => Next },
  ): Promise<readonly T[]> {
    const all: T[] = [];
    let token: Next;
    do {
      const page = await this.ask(permission, () => call(token));
      for (const item of items(page) ?? []) all.push(item);
      token = next(page);
    } while (token !== undefined && token !== "");
    return all;
  }
}

type Next = string | undefined;

const MOST_AT_ONCE = 8;

const NOT_TOLD = "NotTold";

/** A fact that AWS did not tell. */
class NotTold extends Error {
  override readonly name: string = NOT_TOLD;

  constructor(
    readonly missing: Missing,
    /** AWS's error. */
    readonly code: string,
  ) {
    super(missing.message);
  }
}

/** By its name: each reader is bundled apart, and has a class of its own. */
export function isNotTold(error: unknown): error is NotTold {
  return error instanceof Error && error.name === NOT_TOLD;
}

/** What would cost too many calls is not asked for, and stays unknown. */
export function leftOut(permission: string, what: string, most: number): NotTold {
  const message = `${what} are more than ${most}: --tables names those to ask about, or says how many`;
  return new NotTold({ permission, reason: "leftOut", message }, "leftOut");
}

/** A fact, plain and in one order, or why there is none. Whoever has no credentials is told nothing at all. */
export async function told<N extends FactName>(name: N, read: () => Promise<unknown>): Promise<Told<FactValues[N]>> {
  try {
    return { value: sorted(name, plain(await read()) as FactValues[N]) };
  } catch (error) {
    if (isNotTold(error)) return { missing: error.missing };
    throw error;
  }
}

/** All of them; where several fail, the first in this order, whichever AWS answers first. */
export async function allOf<const T extends readonly unknown[]>(asked: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<{ readonly [K in keyof T]: T[K] }> {
  await Promise.allSettled(asked);
  const answers: unknown[] = [];
  for (const each of asked as readonly Promise<unknown>[]) answers.push(await each);
  return answers as unknown as { readonly [K in keyof T]: T[K] };
}

/** The value of a fact that another one is made of. */
export function requireTold<T>(fact: Told<T>): T {
  if (isTold(fact)) return fact.value;
  throw new NotTold(fact.missing, fact.missing.reason);
}

/** Each fact of a service that is wanted, all at once. */
export async function readWanted<N extends FactName>(
  wanted: ReadonlySet<FactName>,
  readers: Readonly<Record<N, () => Promise<unknown>>>,
): Promise<Partial<Facts>> {
  const names = (Object.keys(readers) as N[]).filter((name) => wanted.has(name));
  const facts = await Promise.all(names.map(async (name) => [name, await told(name, readers[name])] as const));
  return Object.fromEntries(facts);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, and their like of other services */
const DENIED =
  /^(?:UnauthorizedOperation|AccessDenied(?:Exception)?|Client\.UnauthorizedOperation|NotAuthorized\w*|AuthorizationError\w*)$/;
const THROTTLED =
  /^(?:Throttl\w*|RequestLimitExceeded|TooManyRequests\w*|RequestThrottled\w*|SlowDown|LimitExceeded\w*)$/;
const NOT_HERE = /^(?:ENOTFOUND|EAI_AGAIN|OptInRequired|SubscriptionRequired\w*|UnknownEndpoint|UnsupportedOperation)$/;
const CREDENTIALS =
  /^(?:ExpiredToken\w*|RequestExpired|InvalidClientTokenId|UnrecognizedClient\w*|AuthFailure|InvalidSignature\w*|SignatureDoesNotMatch|MissingAuthenticationToken\w*|IncompleteSignature\w*|CredentialsProviderError|TokenProviderError|InvalidAccessKeyId)$/;

/** AWS's error for whoever has no valid credentials. */
export function isCredentialsError(error: unknown): boolean {
  return CREDENTIALS.test(codeOf(error));
}

export function codeOf(error: unknown): string {
  const { name, code, cause } = error as { name?: string; code?: string; cause?: { code?: string } };
  const system = code ?? cause?.code;
  return system !== undefined && /^[A-Z_]+$/.test(system) ? system : (name ?? "Error");
}

function notTold(permission: string, error: unknown): Error {
  if (isNotTold(error) || isUnjudged(error)) return error;
  const code = codeOf(error);
  const message = `${permission}: ${code}: ${wordsOf(error)}`;
  if (CREDENTIALS.test(code)) return new Unjudged(message);
  const reason = DENIED.test(code)
    ? "denied"
    : THROTTLED.test(code)
      ? "throttled"
      : NOT_HERE.test(code)
        ? "notInThisRegion"
        : "failed";
  return new NotTold({ permission, reason, message }, code);
}

const MOST_CHARACTERS = 300;

/** AWS's words, without what only AWS can read. */
export function wordsOf(error: unknown): string {
  const words = (error instanceof Error ? error.message : String(error))
    .replace(/\s*Encoded authorization failure message:.*$/s, "")
    .replace(/\s+/g, " ")
    .trim();
  return words.length > MOST_CHARACTERS ? `${words.slice(0, MOST_CHARACTERS)}…` : words;
}
