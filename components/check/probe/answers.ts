import { withoutAccounts } from "../../args/printable";

/** Whose policy a denial names. */
export type Denier = "identity" | "endpointPolicy" | "unknown";

/** What became of a request. `said` is fit for a report: it holds no account, no role and no credentials. */
export type Answer =
  | { readonly kind: "allowed" }
  /** Allowed, as DynamoDB decides on permission first; but the table is not there. */
  | { readonly kind: "tableNotFound" }
  | { readonly kind: "denied"; readonly by: Denier; readonly said: string }
  /**
   * Answered: the account's calls of this operation are used up, by whomever. It tells that there is a path, and not
   * which.
   */
  | { readonly kind: "throttled"; readonly said: string }
  /** Answered, but neither allowed nor denied. */
  | { readonly kind: "failed"; readonly said: string }
  | { readonly kind: "reset" | "timedOut" | "unreachable"; readonly said: string }
  /** The function ended before there was an answer: this tells nothing. */
  | { readonly kind: "cut" };

/** What tells from a failed request of the AWS SDK whether, and how, it was answered. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: unknown;
}

/** Seen for DynamoDB and not promised, so read loosely. The first that matches counts. */
const WORDS_OF_DENIERS: readonly (readonly [Denier, RegExp])[] = [
  ["endpointPolicy", /endpoint polic/i],
  ["identity", /identity-based polic/i],
];

const RESETS = ["ECONNRESET", "EPIPE", "ECONNABORTED"];

/** Which operation says it in which of the two ways is for DynamoDB to know. */
const MISSING_TABLES = ["ResourceNotFoundException", "TableNotFoundException"];

const ANSWERS: readonly Answer["kind"][] = ["allowed", "tableNotFound", "denied", "throttled", "failed"];

/** A denial is an answer, too. */
export function isAnswered({ kind }: Answer): boolean {
  return ANSWERS.includes(kind);
}

/** What a request that the SDK rejects with `error` met. */
export function answerIn(error: unknown): Answer {
  const { name = "Error", message = "", code, $metadata, $response } = (error ?? {}) as SdkError;
  if ($metadata?.httpStatusCode !== undefined || $response !== undefined) return refusalIn(name, message);
  if (code !== undefined && RESETS.includes(code)) return { kind: "reset", said: code };
  // The SDK calls resets "TimeoutError", too: the code goes first.
  if (code === "ETIMEDOUT" || name === "TimeoutError") return { kind: "timedOut", said: code ?? name };
  return { kind: "unreachable", said: code ?? name };
}

function refusalIn(name: string, message: string): Answer {
  if (MISSING_TABLES.includes(name)) return { kind: "tableNotFound" };
  if (/throttl|limitexceeded|throughputexceeded/i.test(name)) return { kind: "throttled", said: name };
  if (!/accessdenied|notauthorized|unauthorized/i.test(name)) return { kind: "failed", said: name };
  const by = WORDS_OF_DENIERS.find(([, words]) => words.test(message))?.[0] ?? "unknown";
  return { kind: "denied", by, said: fitForReports(message) };
}

/** The first line of AWS's words, without accounts and the role's session. */
export function fitForReports(message: string): string {
  const [firstLine = ""] = message.split("\n");
  return withoutAccounts(firstLine.replace(/arn:[\w-]+:(?:sts|iam)::[^\s,]*/g, "the function's role")).slice(0, 600);
}
