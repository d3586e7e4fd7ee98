import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { mutationsOf } from "../../tools/mutants/mutations";
import { instrumented, RAN } from "../../tools/mutants/regions";
import { regexReplacements } from "../../tools/mutants/regex";

/** Source → what it may become, in the order of the places. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  "if (a < b) c();": ["if (true) c();", "if (false) c();", "if (a <= b) c();", "if (a >= b) c();", "if (a < b) ;"],
  "f(a === b);": [";", "f(true);", "f(false);", "f(a !== b);"],
  "f(a && b);": [";", "f(a);", "f(b);", "f(a || b);"],
  "f(a.has(b) && !(c > d));": [
    ";",
    "f(a.has(b));",
    "f(!(c > d));",
    "f(a.has(b) || !(c > d));",
    "f(a.has(b) && (c > d));",
    "f(a.has(b) && !(c >= d));",
    "f(a.has(b) && !(c <= d));",
  ],
  "f(a ?? b);": [";", "f(a);", "f(b);"],
  "f(a?.b, a?.[b], a?.());": [";", "f(a.b, a?.[b], a?.());", "f(a?.b, a[b], a?.());", "f(a?.b, a?.[b], a());"],
  "f(!a);": [";", "f(a);"],
  'f(a === "b" ? c : d);': [";", "f(true ? c : d);", "f(false ? c : d);", 'f(a !== "b" ? c : d);'],
  'f("a", "", `b${c}`);': [";", 'f("", "", `b${c}`);', 'f("a", "changed", `b${c}`);', 'f("a", "", "");'],
  "f([a], [], { b }, {});": [";", "f([], [], { b }, {});", "f([a], [], {}, {});"],
  "f([...a], { ...b });": [";", "f([], { ...b });", "f([...[]], { ...b });", "f([...a], {});", "f([...a], { ...{} });"],
  "f({ 1: a, 'b-c': d });": [";", "f({});"],
  "f(a.some(b), true);": [";", "f(true, true);", "f(false, true);", "f(a.every(b), true);", "f(a.some(b), false);"],
  "f(a.filter(b).toString());": [";", "f(a.toString());"],
  "f(Math.min(a, 1));": [";", "f(Math.max(a, 1));", "f(Math.min(a, 2));"],
  "f(a < b ? -1 : 1);": [
    ";",
    "f(true ? -1 : 1);",
    "f(false ? -1 : 1);",
    "f(a <= b ? -1 : 1);",
    "f(a >= b ? -1 : 1);",
    "f(a < b ? 1 : 1);",
  ],
  "f(a + b, `c` + d, e++);": [";", "f(a - b, `c` + d, e++);", 'f(a + b, "" + d, e++);', "f(a + b, `c` + d, e--);"],
  "while (a) { b(); }": ["while (false) { b(); }", "while (a) {}", "while (a) { ; }"],
  "if (a) { b(); } else { c(); }": [
    "if (true) { b(); } else { c(); }",
    "if (false) { b(); } else { c(); }",
    "if (a) {} else { c(); }",
    "if (a) { ; } else { c(); }",
    "if (a) { b(); } else {}",
    "if (a) { b(); } else { ; }",
  ],
  "function f(): A | undefined { return a; }": [
    "function f(): A | undefined {}",
    "function f(): A | undefined { return undefined; }",
  ],
  "switch (a) { case b: c(); d(); }": [
    "switch (a) { case b: break; }",
    "switch (a) { case b: ; d(); }",
    "switch (a) { case b: c(); ; }",
  ],
  'import a from "a"; export { b } from "b"; interface C { "d": "e" } type F = "g" | 1;': [],
  'const a: "b" | 1 = c as "d";': [],
};

const REGEXES: Readonly<Record<string, readonly string[]>> = {
  "/^a+$/": ["/a+$/", "/^a*$/", "/^a$/", "/^a+/"],
  "/[a-z]?b*?/i": ["/[^a-z]?b*?/i", "/[a-z]b*?/i", "/[a-z]?b+?/i", "/[a-z]?b?/i", "/[a-z]?b*?/"],
  "/\\d{2,3}[^/]/": ["/\\D{2,3}[^/]/", "/\\d[^/]/", "/\\d{2,3}[/]/"],
  "/(?=a)\\^\\p{L}/u": ["/(?!a)\\^\\p{L}/u"],
};

describe("the changes of a source", () => {
  for (const [source, expected] of Object.entries(CHANGES)) {
    it(`are these: ${source}`, () => {
      const changes = mutationsOf("a.ts", source).map(
        ({ start, end, changed }) => source.slice(0, start) + changed + source.slice(end),
      );
      assert.deepEqual(changes.sort(), [...expected].sort());
    });
  }

  for (const [literal, expected] of Object.entries(REGEXES)) {
    it(`are these: ${literal}`, () => assert.deepEqual(regexReplacements(literal), expected));
  }
});

describe("the regions of a source", () => {
  const SOURCE = `
    module.exports = (first, second = 1) => {
      if (first) return second > 0 ? "one" : "two";
      for (const each of [2]) second += each;
      return first ?? [3].map((n) => n + 4);
    };
  `;

  /** The regions that run when it is called so. */
  function ran(...args: readonly unknown[]): ReadonlySet<string> {
    const keys = new Set<string>();
    const module = {} as { exports: (...args: readonly unknown[]) => unknown };
    runInNewContext(instrumented("a.ts", SOURCE).text, { module, [RAN]: (key: string) => keys.add(key) });
    module.exports(...args);
    return keys;
  }

  /** Texts of SOURCE in whose regions a change would be noticed by such a call alone. */
  function reached(...args: readonly unknown[]): readonly string[] {
    const { regionOf } = instrumented("a.ts", SOURCE);
    const keys = ran(...args);
    return mutationsOf("a.ts", SOURCE)
      .filter((mutation) => keys.has(regionOf(mutation)))
      .map(({ original }) => original);
  }

  it("are those that a call runs, its branches told apart", () => {
    const told = ['"one"', '"two"', "second += each;", "4", "1"];
    const reachedBy = (...args: readonly unknown[]): readonly string[] =>
      told.filter((text) => reached(...args).includes(text));
    assert.deepEqual(reachedBy(1), ['"one"', "1"]);
    assert.deepEqual(reachedBy(1, 0), ['"two"', "1"]);
    assert.deepEqual(reachedBy(undefined), ["second += each;", "4", "1"]);
  });
});
