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
 * The text that a package comes under: its own, or where it has none that of the licence that it names.
 *
 * @param {string} checkout whose own licence is Apache-2.0
 * @param {string} folder of the package, from the checkout
 * @param {string} license an SPDX expression
 * @returns {string}
 */
function licenceTextOf(checkout, folder, license) {
  const files = fs.readdirSync(path.join(checkout, folder));
  const file = files.find((each) => /^licen[cs]e/i.test(each));
  if (file !== undefined) return fs.readFileSync(path.join(checkout, folder, file), "utf8");
  if (license === "Apache-2.0") return fs.readFileSync(path.join(checkout, "LICENSE"), "utf8");
  const { name, author } = JSON.parse(fs.readFileSync(path.join(checkout, folder, "package.json"), "utf8"));
  if (license !== "MIT") throw new Error(`${name} comes without the text of its licence`);
  return `Copyright (c) ${author?.name ?? author ?? `the authors of ${name}`}\n\n${MIT}`;
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

module.exports = { isAccepted, licenceTextOf };
