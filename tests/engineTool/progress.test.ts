import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { progressOn } from "../../tools/engine/progress";

/** What a stream was given; nothing more of a stream is used. */
function recorder(isTTY: boolean): { readonly written: string[]; readonly stream: NodeJS.WriteStream } {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  return { written, stream };
}

describe("progress", () => {
  it("is one line at the start and one at the end of a log", async () => {
    const { written, stream } = recorder(false);
    assert.equal(await progressOn(stream)("Building", () => Promise.resolve(42)), 42);
    assert.equal(written.join(""), "Building …\nBuilding … done, 0 s\n");
  });

  it("updates its line on a terminal", async () => {
    const { written, stream } = recorder(true);
    await progressOn(stream)("Building", () => sleep(1_100));
    assert.deepEqual(
      written,
      ["0 s", "1 s", "done, 1 s\n"].map((state) => `\r\x1b[KBuilding … ${state}`),
    );
  });

  it("ends the line of what failed, and passes the failure on", async () => {
    const { written, stream } = recorder(false);
    await assert.rejects(
      progressOn(stream)("Downloading", () => Promise.reject(new Error("offline"))),
      /offline/,
    );
    assert.equal(written.at(-1), "Downloading … not possible, 0 s\n");
  });
});
