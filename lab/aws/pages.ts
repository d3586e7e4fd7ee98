import { ApiError } from "../cloud/apiError";

/** A page of what a List operation has, for those whose cloud has no pages. */
export interface MarkedPage<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/**
 * A marker names the last thing of the page before, as DynamoDB's `ExclusiveStartTableName` does, so that what is made
 * or deleted meanwhile neither doubles nor hides the others.
 */
export function markedPage<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  { marker, most }: { readonly marker?: string; readonly most: number },
): MarkedPage<T> {
  const sorted = [...all].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
  const rest = marker === undefined ? sorted : sorted.filter((item) => idOf(item) > marker);
  const items = rest.slice(0, most);
  const last = items.at(-1);
  return { items, ...(rest.length > items.length && last !== undefined && { next: idOf(last) }) };
}

/** A number that has to lie in AWS's range. */
export function requireRange(value: number, { member, least, most }: Range, code: string): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const [bound, than] = value < least ? [least, "greater"] : [most, "less"];
  throw new ApiError(
    code,
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have ` +
      `value ${than} than or equal to ${bound}`,
  );
}

interface Range {
  readonly member: string;
  readonly least: number;
  readonly most: number;
}

const MARKER = /^after:(.+)$/s;

/** A marker that tells nothing to who reads it, and that nobody else's marker is taken for. */
export function sealed(next: string | undefined): string | undefined {
  return next === undefined ? undefined : Buffer.from(`after:${next}`).toString("base64url");
}

export function opened(marker: string | undefined, refuse: () => ApiError): string | undefined {
  if (marker === undefined) return undefined;
  const [, next] = MARKER.exec(Buffer.from(marker, "base64url").toString()) ?? [];
  if (next === undefined) throw refuse();
  return next;
}
