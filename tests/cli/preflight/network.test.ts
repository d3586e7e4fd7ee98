import assert from "node:assert/strict";
import type { Route } from "@aws-sdk/client-ec2";
import fc from "fast-check";
import { isOpen, targetOf, waysTo, wayText } from "../../../cli/preflight/network";
import { cut, isPublic, rangeOf, rangesOf, rangeText, without } from "../../../cli/preflight/ranges";
import { inAddressRange } from "../../../components/policy/addresses";
import { nat, prefixLists, propagated, route } from "./smallFacts";

const lists = prefixLists({
  PrefixListId: "pl-own",
  PrefixListName: "own",
  Entries: [{ Cidr: "10.0.0.16/28" }, { Cidr: "10.0.0.64/27" }],
});

/** Ranges within 10.0.0.0/24: small enough that they overlap. */
const cidr = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([byte, length]) => `10.0.0.${byte - (byte % 2 ** (32 - length))}/${length}`);

const anyRoute: fc.Arbitrary<Route> = fc
  .tuple(
    fc.oneof(cidr, fc.constant("pl-own")),
    fc.nat(99),
    fc.constantFrom({}, propagated, { State: "filtered" as const }),
  )
  .map(([destination, target, more]) => route(destination, `nat-${target}`, more));

describe("the way of a route table", () => {
  it("is the longest prefix, then a static route, one by a prefix list, and a propagated one, for each address", () => {
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 8 }), cidr, fc.nat(255), (routes, asked, byte) => {
        const address = `10.0.0.${byte}`;
        fc.pre(inAddressRange(asked, address) === true);
        const ways = waysTo(rangesOf([asked]), routes, lists);
        const [way, ...others] = ways.filter(({ ranges }) => ranges.some((range) => isIn(range, address)));
        assert.deepEqual(others, []);
        const [best] = [...candidates(routes, address)].sort((a, b) => b.length - a.length || a.rank - b.rank);
        assert.equal(way?.route, best?.route);
      }),
    );
  });

  it("covers what was asked, and nothing twice", () => {
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 8 }), cidr, (routes, asked) => {
        const pieces = waysTo(rangesOf([asked]), routes, lists).flatMap(({ ranges }) => ranges);
        const sizes = pieces.map(({ first, last }) => last - first + 1);
        assert.equal(
          sizes.reduce((sum, size) => sum + size, 0),
          2 ** (32 - Number(asked.split("/")[1])),
        );
      }),
    );
  });

  const targets: readonly (readonly [Route, string, boolean])[] = [
    [route("0.0.0.0/0", "nat-1"), "NAT gateway nat-1", true],
    [route("0.0.0.0/0", "nat-2"), "NAT gateway nat-2", false],
    [route("0.0.0.0/0", "igw-1"), "internet gateway igw-1", true],
    [route("0.0.0.0/0", "igw-1", { State: "blackhole" }), "internet gateway igw-1 (blackhole)", false],
    [route("pl-ddb", "vpce-1"), "gateway endpoint vpce-1", true],
    [route("0.0.0.0/0", "vpce-1"), "VPC endpoint vpce-1", true],
    [route("0.0.0.0/0", "eni-1", { InstanceId: "i-1" }), "network interface eni-1", true],
    [route("0.0.0.0/0", "pcx-1"), "peering connection pcx-1", false],
    [route("0.0.0.0/0", "vgw-1"), "virtual private gateway vgw-1", true],
    [route("10.0.0.0/16", "local"), "local local", false],
    [route("0.0.0.0/0", "new-1"), "new-1", true],
  ];
  for (const [given, text, open] of targets)
    it(`is told, and followed as far as its target tells: ${text}`, () => {
      const way = { route: given, ranges: [] };
      assert.equal(wayText(way), text);
      assert.equal(isOpen(way, [nat("nat-1"), nat("nat-2", { State: "deleting" })]), open);
      assert.ok(text.includes(targetOf(given).id));
    });

  it("is none without a route", () => {
    assert.equal(wayText({ ranges: [] }), "no way");
    assert.equal(isOpen({ ranges: [] }, []), false);
  });
});

describe("ranges of addresses", () => {
  it("have the addresses that AWS's notation means, whatever bits follow the prefix", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (address, length, other) => {
        const text = `${address}/${length}`;
        const range = rangeOf(text);
        assert.ok(range);
        assert.equal(isIn(range, other), inAddressRange(text, other));
        assert.deepEqual(rangeOf(rangeText(range)), range);
      }),
    );
  });

  it("are none in another notation, or of IPv6", () => {
    for (const text of [undefined, "", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/0", "pl-1", "10.0.0.256/32"])
      assert.equal(rangeOf(text), undefined, text);
  });

  it("leave what others do not cover, together with them the whole", () => {
    fc.assert(
      fc.property(cidr, fc.array(cidr, { maxLength: 5 }), fc.nat(255), (whole, others, byte) => {
        const address = `10.0.0.${byte}`;
        const range = rangeOf(whole);
        assert.ok(range);
        const left = without(range, rangesOf(others)).some((piece) => isIn(piece, address));
        const isCovered = others.some((other) => inAddressRange(other, address) === true);
        assert.equal(left, inAddressRange(whole, address) === true && !isCovered);
        assert.ok(cut(range, rangesOf(others)).every(({ first, last }) => first <= last));
      }),
    );
  });

  it("are public, or not, as a whole or in part", () => {
    const told = ["8.8.8.0/24", "0.0.0.0/0", "10.0.0.0/7", "10.1.0.0/16", "192.168.0.0/16", "100.64.0.0/12"].map(
      (text) => isPublic(rangesOf([text])[0] ?? { first: 0, last: 0 }),
    );
    assert.deepEqual(told, [true, true, true, false, false, false]);
    assert.equal(rangeText({ first: 1, last: 2 }), "0.0.0.1-0.0.0.2");
  });
});

function* candidates(
  routes: readonly Route[],
  address: string,
): Iterable<{ route: Route; length: number; rank: number }> {
  for (const each of routes) {
    if (each.State === "filtered") continue;
    const list = lists.find(({ PrefixListId }) => PrefixListId === each.DestinationPrefixListId);
    const cidrs = list?.Entries.map(({ Cidr = "" }) => Cidr) ?? [each.DestinationCidrBlock ?? ""];
    for (const text of cidrs)
      if (inAddressRange(text, address) === true)
        yield {
          route: each,
          length: Number(text.split("/")[1]),
          rank: each.Origin === propagated.Origin ? 2 : list === undefined ? 0 : 1,
        };
  }
}

function isIn({ first, last }: { readonly first: number; readonly last: number }, address: string): boolean {
  const at = rangeOf(`${address}/32`)?.first ?? -1;
  return first <= at && at <= last;
}
