import { isIPv4 } from "node:net";

/** A range of IPv4 addresses, as numbers, both ends in it. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Of a range in CIDR notation; `undefined` where it is none of IPv4. */
export function rangeOf(cidr: string | undefined): Range | undefined {
  const [, address = "", length = ""] = /^([\d.]+)\/(\d{1,2})$/.exec(cidr ?? "") ?? [];
  if (!isIPv4(address) || Number(length) > 32) return undefined;
  const size = 2 ** (32 - Number(length));
  const number = address.split(".").reduce((high, byte) => high * 256 + Number(byte), 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

/** Of many, without those that are none. */
export function rangesOf(cidrs: Iterable<string | undefined>): readonly Range[] {
  return [...cidrs].map(rangeOf).filter((range) => range !== undefined);
}

/** Whether a range is the whole of another, or more. */
export function covers(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** What of a range none of the others covers. */
export function without(range: Range, others: readonly Range[]): readonly Range[] {
  return cut(range, others).filter((piece) => !others.some((other) => covers(other, piece)));
}

/** A range in pieces of which each lies in the other ranges wholly, or not at all. */
export function cut(range: Range, others: readonly Range[]): readonly Range[] {
  const starts = others.flatMap(({ first, last }) => [first, last + 1]);
  const inside = [...new Set(starts)].filter((at) => at > range.first && at <= range.last).sort((a, b) => a - b);
  return [range.first, ...inside].map((first, i) => ({ first, last: (inside[i] ?? range.last + 1) - 1 }));
}

/** Ranges in which no public service has an address: RFC 1918, RFC 6598, RFC 3927. */
const PRIVATE = rangesOf(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"]);

/** Whether public addresses are in it. */
export function isPublic(range: Range): boolean {
  return without(range, PRIVATE).length > 0;
}

/** In CIDR notation where it is one range of it, else both ends. */
export function rangeText({ first, last }: Range): string {
  const length = 32 - Math.log2(last - first + 1);
  const isOne = Number.isInteger(length) && first % 2 ** (32 - length) === 0;
  return isOne ? `${addressText(first)}/${length}` : `${addressText(first)}-${addressText(last)}`;
}

/** The address at a place of a range, from 0. */
export function addressIn({ first }: Range, at: number): string {
  return addressText(first + at);
}

function addressText(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}
