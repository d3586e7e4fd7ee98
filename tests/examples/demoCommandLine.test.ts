import assert from "node:assert/strict";
import { wished } from "../../tools/demo/commandLine";

describe("the command line of the demo", () => {
  for (const { args, wish } of [
    { args: [], wish: { kind: "story", keep: false, fault: undefined } },
    { args: ["--fault", "route-never", "--keep"], wish: { kind: "story", keep: true, fault: "route-never" } },
    { args: ["--fault"], wish: { kind: "answer", show: "faults" } },
    { args: ["-h"], wish: { kind: "answer", show: "help" } },
    {
      args: ["--fault", "quiet-drop"],
      wish: { kind: "answer", show: "faults", refusal: 'There is no fault "quiet-drop".' },
    },
  ]) {
    it(`understands ${JSON.stringify(args)}`, () => assert.deepEqual(wished(args), wish));
  }

  for (const args of [["--kep"], ["quickly"], ["--keep=yes"]]) {
    it(`refuses ${JSON.stringify(args)} in words, and shows what there is`, () => {
      const wish = wished(args);
      assert.ok(wish.kind === "answer" && wish.show === "help" && Boolean(wish.refusal), JSON.stringify(wish));
    });
  }
});
