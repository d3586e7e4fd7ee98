import { isIPv6 } from "node:net";

/** An IPv4 network as a range of numbers, so that containment and overlap are comparisons. */
export interface Ipv4Network {
  readonly first: number;
  readonly last: number;
  readonly prefixLength: number;
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** The network in which `cidr` lies, or undefined if it is none. Its host bits count for nothing. */
export function parseCidr(cidr: string): Ipv4Network | undefined {
  const numbers = CIDR.exec(cidr)?.slice(1).map(Number);
  if (numbers === undefined) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, prefixLength = 33] = numbers;
  if (Math.max(a, b, c, d) > 255 || prefixLength > 32) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefixLength);
  const first = address - (address % size);
  return { first, last: first + size - 1, prefixLength };
}

/**
 * `100.68.0.0/18` of `100.68.0.18/18`: AWS makes a range canonical that has host bits.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 */
export function canonicalCidr({ first, prefixLength }: Ipv4Network): string {
  return `${dotted(first)}/${prefixLength}`;
}

/** The address of a number. */
export function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}

export function contains(outer: Ipv4Network, inner: Ipv4Network): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Ipv4Network, other: Ipv4Network): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** `2001:db8::/32` of `2001:DB8:0:0::1/32`, or undefined if it is no range. */
export function canonicalIpv6Cidr(cidr: string): string | undefined {
  const [address = "", length = "", ...others] = cidr.split("/");
  const prefixLength = Number(length);
  if (!isIPv6(address) || !/^\d{1,3}$/.test(length) || prefixLength > 128 || others.length > 0) return undefined;
  const hostBits = 128n - BigInt(prefixLength);
  const network = (numberOfIpv6(address) >> hostBits) << hostBits;
  const groups = [7n, 6n, 5n, 4n, 3n, 2n, 1n, 0n].map((group) => ((network >> (16n * group)) & 0xffffn).toString(16));
  return `${new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1)}/${prefixLength}`;
}

function numberOfIpv6(address: string): bigint {
  const { hostname } = new URL(`http://[${address}]`);
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const groupsOf = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((number, group) => (number << 16n) | BigInt(`0x${group}`), 0n);
}
