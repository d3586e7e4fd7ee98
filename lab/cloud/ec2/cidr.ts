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
  const bytes = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${bytes.join(".")}/${prefixLength}`;
}

export function contains(outer: Ipv4Network, inner: Ipv4Network): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Ipv4Network, other: Ipv4Network): boolean {
  return one.first <= other.last && other.first <= one.last;
}
