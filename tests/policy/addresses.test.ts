import assert from "node:assert/strict";
import { inAddressRange } from "../../components/policy/addresses";

describe("an address", () => {
  const cases: readonly (readonly [range: string, address: string, isIn: boolean | undefined])[] = [
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.1.2.3/8", "10.200.0.1", true],
    ["203.0.113.64/26", "203.0.113.127", true],
    ["203.0.113.64/26", "203.0.113.128", false],
    ["203.0.113.64/26", "203.0.113.63", false],
    ["10.0.0.1/32", "10.0.0.1", true],
    ["10.0.0.1/32", "10.0.0.0", false],
    ["10.0.0.0/31", "10.0.0.1", true],
    ["0.0.0.0/0", "255.255.255.255", true],
    ["128.0.0.0/1", "127.255.255.255", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.0", false],
    ["2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true],
    ["2001:db8::/32", "2001:db9::", false],
    ["2001:db8::1/128", "2001:DB8:0:0:0:0:0:1", true],
    ["2001:db8::1/128", "2001:db8::", false],
    ["2001:db8::/127", "2001:db8::1", true],
    ["::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true],
    ["1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7:8", true],
    ["::ffff:10.1.2.3/128", "::ffff:a01:203", true],
    ["2001:db8::1", "2001:db8::1", true],
    ["2001:db8::1", "2001:db8::", undefined],
    ["2001:db8::1", "2001:db8:ffff::1", undefined],
    ["2001:db8::1", "2001:db9::1", false],
    ["::/0", "10.0.0.1", false],
    ["0.0.0.0/0", "::1", false],
    ["10.0.0.0/33", "10.0.0.0", undefined],
    ["2001:db8::/129", "2001:db8::", undefined],
    ["10.0.0.0/", "10.0.0.0", undefined],
    ["10.0.0.0/8 ", "10.0.0.0", undefined],
    ["10.0.0.0/+8", "10.0.0.0", undefined],
    ["10.0.0.0/0008", "10.0.0.0", undefined],
    ["10.0.0.0/8/8", "10.0.0.0", undefined],
    ["/8", "10.0.0.0", undefined],
    ["", "10.0.0.0", undefined],
    ["10.0.0/8", "10.0.0.0", undefined],
    ["10.0.0.0/8", "10.0.0", undefined],
    ["fe80::%1/64", "fe80::1", undefined],
  ];
  for (const [range, address, isIn] of cases) {
    it(
      `${isIn === undefined ? "may or may not be" : isIn ? "is" : "is not"} in a range: ${address} in ` +
        JSON.stringify(range),
      () => assert.equal(inAddressRange(range, address), isIn),
    );
  }
});
