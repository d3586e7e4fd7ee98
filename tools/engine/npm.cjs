"use strict";
// Plain JavaScript: tools/ready.mjs needs it before TypeScript is installed.

const fs = require("node:fs");
const path = require("node:path");

/**
 * How npm is started without a shell: as the script that it is, by this Node. On Windows `npm` is a batch file, which
 * only a shell could start.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {readonly [string, ...string[]]}
 */
function npmCommand(environment) {
  const running = environment.npm_execpath;
  if (running && path.basename(running) === "npm-cli.js") return [process.execPath, running];
  if (process.platform !== "win32") return ["npm"];
  const beside = path.join(path.dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js");
  return fs.existsSync(beside) ? [process.execPath, beside] : ["npm.exe"];
}

module.exports = { npmCommand };
