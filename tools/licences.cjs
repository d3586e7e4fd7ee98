"use strict";
// Plain JavaScript: tools/bundle.mjs needs it while the package is being built.

const fs = require("node:fs");
const path = require("node:path");

/** Licences that ask for no more than that their text comes along. */
const ACCEPTED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

/**
 * Whether a package under this licence, or under all of these, may be shipped.
 *
 * @param {string} license an SPDX expression
 * @returns {boolean}
 */
function isAccepted(license) {
  const all = license.replace(/[()]/g, "").split(" AND ");
  return all.every((each) => ACCEPTED.includes(each));
}

/**
 * The text of the licence in the folder of a package; undefined where there is none.
 *
 * @param {string} folder
 * @returns {string | undefined}
 */
function licenceIn(folder) {
  const file = fs.readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return file === undefined ? undefined : fs.readFileSync(path.join(folder, file), "utf8");
}

module.exports = { isAccepted, licenceIn };
