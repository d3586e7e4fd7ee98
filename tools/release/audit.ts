// Whether a package that is shipped has a known weakness. A registry that cannot be asked is no weakness: that is said,
// and fails nothing.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { npmCommand } from "../engine/npm.cjs";
import { judged } from "./weaknesses";

const [command, ...args] = npmCommand(process.env);
const { stdout } = spawnSync(command, [...args, "audit", "--omit=dev", "--json"], {
  cwd: join(__dirname, "../.."),
  encoding: "utf8",
});
const { passes, text } = judged(stdout);
process.stdout.write(`${text}\n`);
process.exitCode = passes ? 0 : 1;
