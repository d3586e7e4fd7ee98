import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { withLock } from "../../tools/engine/lock.cjs";
import { userFolder } from "../../tools/engine/userFolder.cjs";
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

describe("the folder that a lock lies in", () => {
  const ROOT = 0;
  const NOBODY = 65534;
  let cache: string;
  let folder: string;
  beforeEach(() => {
    cache = temporaryFolder();
    folder = join(cache, "pulumi-dynamodb-endpoint");
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  const lock = (within = folder): Promise<string> => withLock(join(within, "lock"), () => "ours");
  const modeOf = (path: string): number => statSync(path).mode & 0o777;

  it("is in the user's cache, and closed to all others", () => {
    assert.equal(userFolder({ XDG_CACHE_HOME: cache }, "ready"), join(folder, "ready"));
    assert.deepEqual([modeOf(folder), modeOf(join(folder, "ready"))], [0o700, 0o700]);
  });

  it("is in the home folder where XDG_CACHE_HOME is not an absolute path", function () {
    if (process.platform !== "linux") this.skip();
    const expected = join(cache, ".cache", "pulumi-dynamodb-endpoint", "ready");
    assert.equal(userFolder({ HOME: cache, XDG_CACHE_HOME: "relative" }, "ready"), expected);
  });

  it("is closed to others if they could read it so far", async () => {
    mkdirSync(folder, { mode: 0o755 });
    assert.equal(await lock(), "ours");
    assert.equal(modeOf(folder), 0o700);
  });

  it("is refused, and left alone, where it belongs to another user", async () => {
    // Only root can give a folder away, and only root owns this one.
    const theirs = process.getuid?.() === ROOT ? folder : "/usr";
    if (theirs === folder) {
      mkdirSync(folder, { mode: 0o755 });
      chownSync(folder, NOBODY, NOBODY);
    }
    await assert.rejects(
      lock(theirs),
      /cannot be used: it belongs to another user \(\d+, not \d+\); set XDG_CACHE_HOME/,
    );
    assert.equal(modeOf(theirs), 0o755);
  });

  it("is refused where everybody can write to it", async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    await assert.rejects(lock(), /cannot be used: everybody can write to it/);
  });

  it("is refused where it is a symbolic link", async () => {
    mkdirSync(join(cache, "elsewhere"));
    symlinkSync(join(cache, "elsewhere"), folder);
    await assert.rejects(lock(), /cannot be used: it is a symbolic link/);
    assert.deepEqual(readdirSync(join(cache, "elsewhere")), []);
  });

  it("is refused where it is a file", async () => {
    writeFileSync(folder, "");
    await assert.rejects(lock(), /cannot be used: it is not a folder/);
  });

  it("is refused where it cannot be made, with the reason", async () => {
    writeFileSync(folder, "");
    await assert.rejects(lock(join(folder, "ready")), /ready cannot be made \(ENOTDIR: .*\); set XDG_CACHE_HOME to/);
  });

  it("is refused if only the folder above it is another's", () => {
    symlinkSync(cache, folder);
    assert.throws(() => userFolder({ XDG_CACHE_HOME: cache }, "ready"), /it is a symbolic link/);
  });
});
