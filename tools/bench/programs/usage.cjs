"use strict";
// Loaded in front of the program: leaves behind what the process has used when it ends, as the kernel counted it.
const { writeFileSync } = require("node:fs");

process.once("exit", () => {
  const { maxRSS: peakKibibytes, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(
    process.env.BENCH_USAGE_FILE,
    JSON.stringify({ peakKibibytes, cpuMicros: userCPUTime + systemCPUTime }),
  );
});
