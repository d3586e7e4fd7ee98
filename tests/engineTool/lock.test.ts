import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { withLock } from "../../tools/engine/lock.cjs";
import { temporaryFolder } from "./project";

describe("a lock", () => {
  const folder = temporaryFolder();
  const file = join(folder, "lock");
  afterEach(() => {
    assert.deepEqual(readdirSync(folder), []);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const heldBy = (holder: { pid: number; host: string }): void =>
    writeFileSync(file, JSON.stringify({ token: "theirs", ...holder }));
  const deadPid = (): number => spawnSync(process.execPath, ["--version"]).pid;

  it("lets one at a time work, and says once when it waits", async () => {
    const events: string[] = [];
    const work = (name: string): Promise<void> =>
      withLock(
        file,
        async () => {
          events.push(`${name} starts`);
          await sleep(250);
          events.push(`${name} ends`);
        },
        { onWait: () => events.push(`${name} waits`) },
      );
    await Promise.all([work("first"), work("second")]);
    assert.deepEqual(
      events.filter((event) => event !== "second waits"),
      ["first starts", "first ends", "second starts", "second ends"],
    );
    assert.equal(events.indexOf("second waits"), events.lastIndexOf("second waits"));
    assert.ok(events.includes("second waits"));
  });

  it("is released when the work fails", async () => {
    await assert.rejects(
      withLock(file, () => Promise.reject(new Error("failed"))),
      /failed/,
    );
    assert.ok(!existsSync(file));
  });

  it("is taken over at once from a process that was killed", async () => {
    heldBy({ pid: deadPid(), host: hostname() });
    assert.equal(await withLock(file, () => "ours"), "ours");
  });

  it("is taken over from another machine once its heartbeat has stopped", async () => {
    heldBy({ pid: process.pid, host: "elsewhere" });
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(file, minuteAgo, minuteAgo);
    assert.equal(await withLock(file, () => "ours"), "ours");
  });

  it("is not taken over from a living holder", async () => {
    heldBy({ pid: process.pid, host: "elsewhere" });
    const ours = withLock(file, () => readFileSync(file, "utf8"));
    assert.equal(await Promise.race([ours, sleep(400).then(() => "still waiting")]), "still waiting");
    rmSync(file);
    assert.doesNotMatch(await ours, /theirs/);
  });

  it("is taken over by one of many", async () => {
    heldBy({ pid: deadPid(), host: hostname() });
    let working = 0;
    const work = (): Promise<void> =>
      withLock(file, async () => {
        working += 1;
        assert.equal(working, 1);
        await sleep(5);
        working -= 1;
      });
    await Promise.all(Array.from({ length: 5 }, work));
  });
});
