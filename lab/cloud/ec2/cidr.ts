/** An IPv4 network as a range of numbers, so that containment and overlap are comparisons. */
export interface Ipv4Network {
  readonly first: number;
  readonly last: number;
  readonly prefixLength: number;
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** The network that `cidr` names, or undefined if it names none (host bits must be zero, as AWS wants them). */
export function parseCidr(cidr: string): Ipv4Network | undefined {
  const numbers = CIDR.exec(cidr)?.slice(1).map(Number);
  if (numbers === undefined) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, prefixLength = 33] = numbers;
  if (Math.max(a, b, c, d) > 255 || prefixLength > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefixLength);
  if (first % size !== 0) return undefined;
  return { first, last: first + size - 1, prefixLength };
}

export function contains(outer: Ipv4Network, inner: Ipv4Network): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Ipv4Network, other: Ipv4Network): boolean {
  return one.first <= other.last && other.first <= one.last;
}
