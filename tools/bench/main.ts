// What the package costs, and what a switch breaks, measured on the real engine: `npm run bench`.
import { BENCHMARKS } from "./benchmarks";
import { runCommand } from "./command";

const USAGE = `npm run bench [-- NAME...] [--quick] [--json FILE]

${BENCHMARKS.map(({ name, what }) => `  ${name.padEnd(11)} ${what.join(`\n${" ".repeat(14)}`)}`).join("\n")}

  Without a NAME all of them, one after another. Leave the machine alone meanwhile. The exit code
  is 0 whether or not an aim is reached.

  --quick       as little as shows that they work, not what anything costs
  --json FILE   writes everything that was measured to FILE, too, by name; "-" writes it to stdout
                instead of the tables (npm run --silent bench -- --json -)
  --help        shows this
`;

runCommand(USAGE, BENCHMARKS);
