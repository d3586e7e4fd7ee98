import assert from "node:assert/strict";
import { wished } from "../../tools/demo/commandLine";

describe("the command line of the demo", () => {
  for (const { args, wish } of [
    { args: [], wish: { kind: "story", keep: false, fault: undefined } },
    { args: ["--fault", "route-never", "--keep"], wish: { kind: "story", keep: true, fault: "route-never" } },
    { args: ["--fault"], wish: { kind: "faults" } },
    { args: ["-h"], wish: { kind: "help" } },
    { args: ["--fault", "quiet-drop"], wish: { kind: "wrong", message: 'There is no fault "quiet-drop".', show: "faults" } },
  ]) {
    it(`understands ${JSON.stringify(args)}`, () => assert.deepEqual(wished(args), wish));
  }

  for (const args of [["--kep"], ["quickly"], ["--keep=yes"]]) {
    it(`refuses ${JSON.stringify(args)} in words, and shows what there is`, () => {
      const wish = wished(args);
      assert.ok(wish.kind === "wrong" && wish.show === "help" && wish.message !== "", JSON.stringify(wish));
    });
  }
});
