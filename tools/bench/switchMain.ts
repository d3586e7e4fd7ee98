// What a switch does to connections, in stages and all at once, on the real engine: `npm run bench:switch`.
import { runCommand } from "./command";
import { switchReport, switchReportText } from "./switchReport";
import { measureSwitches, SWITCH_SCHEDULES } from "./switches";

const USAGE = `npm run bench:switch [-- --quick] [-- --json FILE]

  Switches 24 route tables with 20 clients each, in stages with a gate each and all at once by
  hand: how many connections are broken at one moment, and how long requests go unanswered.
  Takes about seven minutes on two processors; leave the machine alone meanwhile.

  --quick       2 route tables with 2 clients each: shows that it works, and no more
  --json FILE   writes everything that was measured to FILE, too; "-" writes it to stdout
                instead of the tables (npm run --silent bench:switch -- --json -)
  --help        shows this
`;

runCommand({
  usage: USAGE,
  text: switchReportText,
  measure: async (bench, schedule) => switchReport(bench.engine, SWITCH_SCHEDULES[schedule], await measureSwitches(bench, SWITCH_SCHEDULES[schedule])),
});
