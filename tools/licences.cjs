"use strict";
// Plain JavaScript: tools/bundle.mjs needs it while the package is being built.

const fs = require("node:fs");
const path = require("node:path");

const HERE = path.dirname(module.filename);

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
 * The text of the licence of a package, from its folder. Some come without it: that of Apache names nobody, and is ours
 * too; what others name is kept in tools/licences, with the author of their package.json. Undefined: there is none.
 *
 * @param {string} folder
 * @param {string} license an SPDX expression
 * @returns {string | undefined}
 */
function licenceIn(folder, license) {
  const own = fs.readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const kept = path.join(HERE, "licences", `${path.basename(folder)}.txt`);
  if (own !== undefined) return fs.readFileSync(path.join(folder, own), "utf8");
  if (license === "Apache-2.0") return fs.readFileSync(path.join(HERE, "..", "LICENSE"), "utf8");
  return fs.existsSync(kept) ? fs.readFileSync(kept, "utf8") : undefined;
}

module.exports = { isAccepted, licenceIn };
