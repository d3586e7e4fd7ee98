import assert from "node:assert/strict";
import fc from "fast-check";

describe("a property that does not hold", () => {
  const tooLarge = fc.property(fc.nat(), (drawn) => assert.ok(drawn < 50, `${drawn} is too large`));

  it("tells its seed and path, the smallest value that shows it, and what was wrong with that", () => {
    assert.throws(
      () => fc.assert(tooLarge),
      /\{ seed: -?\d+, path: "[\d:]+".*\nCounterexample: \[50\]\n.*50 is too large/s,
    );
  });
});
