import { isIPv4, isIPv6 } from "node:net";

/** A range of addresses: the leading `prefix` bits of `address`, of the `width` bits that such an address has. */
interface AddressRange {
  readonly width: 32 | 128;
  readonly address: bigint;
  readonly prefix: number;
}

/** The prefix that IAM gives to an address without one. */
const DEFAULT_PREFIX = 32;

/**
 * Whether an address lies in a range in CIDR notation, or `undefined` where one of them cannot be read. An IPv4 address
 * lies in no IPv6 range, and the other way round.
 *
 * An address instead of a range is a range of one. For IPv6 that is not certain: IAM "uses the default prefix value of
 * /32", so the answer is also `undefined` for another address with these 32 bits.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html ("IP
 * address condition operators").
 */
export function inAddressRange(range: string, address: string): boolean | undefined {
  const within = parseRange(range);
  const tested = parseAddress(address);
  if (within === undefined || tested === undefined) return undefined;
  if (within.width !== tested.width) return false;
  const inPrefix = (prefix: number): boolean =>
    (within.address ^ tested.address) >> BigInt(within.width - prefix) === 0n;
  const inRange = inPrefix(within.prefix);
  return range.includes("/") || inRange === inPrefix(DEFAULT_PREFIX) ? inRange : undefined;
}

function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf("/");
  const range = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (range === undefined || slash < 0) return range;
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > range.width) return undefined;
  return { ...range, prefix: Number(prefix) };
}

function parseAddress(text: string): AddressRange | undefined {
  if (isIPv4(text)) return { width: 32, address: joined(text.split(".").map(Number), 8n), prefix: 32 };
  if (isIPv6(text) && !text.includes("%")) return { width: 128, address: joined(hextets(text), 16n), prefix: 128 };
  return undefined;
}

/** The eight groups of a valid IPv6 address, in whichever of its forms it is written. */
function hextets(text: string): readonly number[] {
  const [head = [], tail = []] = text.split("::").map(groupsOf);
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function groupsOf(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function joined(groups: readonly number[], bits: bigint): bigint {
  return groups.reduce((address, group) => (address << bits) | BigInt(group), 0n);
}

/**
 * One address for each part of some ranges that other ranges tell apart, or `undefined` where one cannot be read. Of
 * parts that the same of the other ranges contain, one is enough.
 */
export function rangeStarts(ranges: readonly string[], others: readonly string[]): readonly string[] | undefined {
  const told = others.map(parseRange);
  const starts = new Map<string, string>();
  for (const text of ranges) {
    const range = parseRange(text);
    if (range === undefined || told.includes(undefined)) return undefined;
    const [first, last] = endsOf(range);
    const points = (told as readonly AddressRange[]).flatMap((other) => {
      const [from, to] = endsOf(other);
      return other.width === range.width ? [from, to + 1n] : [];
    });
    for (const point of [first, ...points]) {
      if (point < first || point > last) continue;
      const address = addressText(point, range.width);
      const signature = others.map((other) => String(inAddressRange(other, address))).join();
      if (!starts.has(signature)) starts.set(signature, address);
    }
  }
  return [...starts.values()];
}

function endsOf({ width, address, prefix }: AddressRange): readonly [first: bigint, last: bigint] {
  const rest = BigInt(width - prefix);
  const first = (address >> rest) << rest;
  return [first, first + (1n << rest) - 1n];
}

function addressText(address: bigint, width: 32 | 128): string {
  const [bits, count] = width === 32 ? [8n, 4] : [16n, 8];
  const groups = Array.from({ length: count }, (_, i) =>
    Number((address >> (bits * BigInt(count - 1 - i))) & ((1n << bits) - 1n)),
  );
  return width === 32 ? groups.join(".") : groups.map((group) => group.toString(16)).join(":");
}
