"use strict";
// Imports the packages that its arguments name, one after another, and prints the milliseconds since the process
// started.
const { performance } = require("node:perf_hooks");

const millis = process.argv.slice(2).map((name) => {
  require(name);
  return performance.now();
});
process.stdout.write(JSON.stringify(millis));
