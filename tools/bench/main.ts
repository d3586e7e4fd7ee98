// What the package costs beside the same resources written by hand, on the real engine: `npm run bench`.
import { runCommand } from "./command";
import { measureImports } from "./imports";
import { measureSizes } from "./measure";
import { report } from "./report";
import { SCHEDULES } from "./schedule";
import { reportText } from "./text";

const USAGE = `npm run bench [-- --quick] [-- --json FILE]

  Measures preview and up with 1, 30, 100 and 300 route tables, with DynamoDbEndpoint and with
  the same resources written by hand, in turn: time, and peak memory of program and engine.
  Also a preview with a gate for each of 300 route tables, and what importing the package costs.
  Takes eight to eleven minutes on two processors; leave the machine alone meanwhile. The exit
  code is 0 whether or not the targets are reached.

  --quick       once, with 10 route tables: shows that it works, not what it costs
  --json FILE   writes everything that was measured to FILE, too; "-" writes it to stdout
                instead of the tables (npm run --silent bench -- --json -)
  --help        shows this
`;

runCommand({
  usage: USAGE,
  text: reportText,
  measure: async (bench, schedule) => {
    const imports = await bench.progress("import", () => measureImports(SCHEDULES[schedule].imports));
    return report(bench.engine, await measureSizes(bench, SCHEDULES[schedule]), imports);
  },
});
