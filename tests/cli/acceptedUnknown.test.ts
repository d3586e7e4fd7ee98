import assert from "node:assert/strict";
import { acceptedUnknown } from "../../cli/acceptedUnknown";
import { Unjudged } from "../../cli/exit";

describe("what is accepted as unknown", () => {
  it("is an id with a reason, each", () => {
    assert.deepEqual(
      [...acceptedUnknown(["WayNotShown=same NAT gateway, says a=b", "drill-no-request= it is\nidle "])],
      [
        ["WayNotShown", "same NAT gateway, says a=b"],
        ["drill-no-request", "it is\nidle"],
      ],
    );
  });

  for (const given of ["WayNotShown", "WayNotShown=", "WayNotShown= ", "=known", "2=known", "a b=known", "-x=known"])
    it(`is not ${JSON.stringify(given)}`, () =>
      assert.throws(
        () => acceptedUnknown(["PreviewFailed=known", given]),
        (error) => error instanceof Unjudged && error.message.includes(JSON.stringify(given)),
      ));
});
