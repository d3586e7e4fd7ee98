"use strict";
// Plain JavaScript: tools/ready.mjs needs it before TypeScript is installed.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const OTHERS_MAY_WRITE = 0o002;
const ADVICE = "set XDG_CACHE_HOME to a folder of your own";

/**
 * A folder for this user and all checkouts, in what the platform calls its cache; made if it is not there.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} name
 * @returns {string}
 */
function userFolder(environment, name) {
  return ownFolder(path.join(ownFolder(path.join(cacheOf(environment), "pulumi-dynamodb-endpoint")), name));
}

/** @param {NodeJS.ProcessEnv} environment */
function cacheOf(environment) {
  // The XDG specification has relative paths ignored.
  const chosen = environment.XDG_CACHE_HOME;
  if (chosen && path.isAbsolute(chosen)) return chosen;
  const home = environment.HOME ?? os.homedir();
  if (process.platform === "darwin") return path.join(home, "Library", "Caches");
  if (process.platform === "win32") return environment.LOCALAPPDATA ?? path.join(home, "AppData", "Local");
  return path.join(home, ".cache");
}

/**
 * The folder, made if it is not there, once it is certain that nobody else can put anything into it: a lock or an
 * executable of another user would be taken for ours.
 *
 * @param {string} folder
 * @returns {string}
 */
function ownFolder(folder) {
  const stats = made(folder);
  const refuse = (reason) => new Error(`${folder} cannot be used: ${reason}; ${ADVICE}`);
  if (stats.isSymbolicLink()) throw refuse("it is a symbolic link, which leads wherever whoever made it likes");
  if (!stats.isDirectory()) throw refuse("it is not a folder");
  // Windows has no such owners and modes: there the user's profile is closed to others.
  if (process.getuid === undefined) return folder;
  if (stats.uid !== process.getuid())
    throw refuse(`it belongs to another user (${stats.uid}, not ${process.getuid()})`);
  if (stats.mode & OTHERS_MAY_WRITE) throw refuse("everybody can write to it, so what lies there may be anybody's");
  fs.chmodSync(folder, 0o700);
  return folder;
}

/** @param {string} folder */
function made(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Something else lies there already, which is judged by what it is.
    if (error.code === "EEXIST") return fs.lstatSync(folder);
    throw new Error(`${folder} cannot be made (${error.message}); ${ADVICE}`, { cause: error });
  }
  return fs.lstatSync(folder);
}

module.exports = { userFolder, ownFolder };
