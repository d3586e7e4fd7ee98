"use strict";
// Plain JavaScript: tools/ready.mjs needs it before TypeScript is installed.

const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ownFolder } = require("./userFolder.cjs");

const HEARTBEAT_MILLIS = 2_000;
/**
 * A holder that was suspended for longer than this loses its lock: several heartbeats, so that a busy machine does
 * not.
 */
const STALE_MILLIS = 20_000;
const POLL_MILLIS = 100;

/**
 * Runs `work` while no other process does so under the same lock, and releases the lock whatever happens.
 *
 * The lock is a file that names its holder. A holder that was killed is recognised by its process id, or, where the
 * file system is shared with another machine or container, by the heartbeat that stopped. It lies in a folder of this
 * user alone: another's lock would hold this process up, or its token mislead it.
 *
 * @template T
 * @param {string} file
 * @param {() => T | Promise<T>} work
 * @param {{ onWait?: () => void }} [options] `onWait` is called once, before waiting for another process
 * @returns {Promise<T>}
 */
async function withLock(file, work, options = {}) {
  const token = await acquire(file, options.onWait);
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MILLIS);
  heartbeat.unref();
  const release = () => releaseIfOurs(file, token);
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off("exit", release);
    release();
  }
}

/** @param {string} file @param {(() => void) | undefined} onWait */
async function acquire(file, onWait) {
  const token = randomUUID();
  const holder = JSON.stringify({ token, pid: process.pid, host: os.hostname() });
  ownFolder(path.dirname(file));
  for (let waiting = false; !createExclusively(file, holder); waiting = true) {
    if (breakIfAbandoned(file)) continue;
    if (!waiting) onWait?.();
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
  return token;
}

/**
 * Written aside and linked into place, so that nobody ever reads a lock that does not name its holder yet.
 *
 * @param {string} file @param {string} content
 */
function createExclusively(file, content) {
  const aside = `${file}.${randomUUID()}`;
  fs.writeFileSync(aside, content);
  try {
    fs.linkSync(aside, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

/**
 * Removes the lock of a holder that is gone. Of several processes that see this at once only the one that creates the
 * claim for this very holder removes it: the others would remove the lock of whoever came next.
 *
 * @param {string} file
 */
function breakIfAbandoned(file) {
  const holder = read(file);
  if (holder === undefined) return true;
  if (!isAbandoned(holder)) return false;
  const claim = `${file}.${holder.token}.abandoned`;
  if (!createExclusively(claim, "")) {
    if (ageMillis(claim) > STALE_MILLIS) fs.rmSync(claim, { force: true });
    return false;
  }
  if (read(file)?.token === holder.token) fs.rmSync(file, { force: true });
  fs.rmSync(claim, { force: true });
  return true;
}

/** @param {{ pid: number, host: string, ageMillis: number }} holder */
function isAbandoned(holder) {
  return holder.ageMillis > STALE_MILLIS || (holder.host === os.hostname() && !isRunning(holder.pid));
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH";
  }
}

/** @param {string} file */
function read(file) {
  try {
    return { ...JSON.parse(fs.readFileSync(file, "utf8")), ageMillis: ageMillis(file) };
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return { token: "unreadable", pid: -1, host: "", ageMillis: ageMillis(file) };
    throw error;
  }
}

/** @param {string} file */
function ageMillis(file) {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

/** @param {string} file */
function touch(file) {
  const now = new Date();
  try {
    fs.utimesSync(file, now, now);
  } catch {
    // Taken over while this process was suspended. What it makes is renamed into place in one step: no harm.
  }
}

/** @param {string} file @param {string} token */
function releaseIfOurs(file, token) {
  if (read(file)?.token === token) fs.rmSync(file, { force: true });
}

module.exports = { withLock };
