// Whether a package that is shipped has a known weakness. A registry that cannot be asked is no weakness: that is said,
// and fails nothing.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { npmCommand } from "../engine/npm.cjs";
import { PACKAGES } from "./manifest";
import { bundledIn, lockOf } from "./shipped";
import { judged } from "./weaknesses";

const CHECKOUT = join(__dirname, "../..");

const [command, ...args] = npmCommand(process.env);
// All are asked for: what a bundle has in it may be one for development to npm.
const { stdout } = spawnSync(command, [...args, "audit", "--json"], { cwd: CHECKOUT, encoding: "utf8" });
const bundled = new Set(PACKAGES.flatMap((each) => bundledIn(CHECKOUT, each)));
const { packages } = lockOf(CHECKOUT);
const { passes, text } = judged(stdout, (folder) => bundled.has(folder) || packages[folder]?.dev !== true);
process.stdout.write(`${text}\n`);
process.exitCode = passes ? 0 : 1;
