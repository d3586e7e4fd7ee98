import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { interleaved, type Pair, type Variant } from "./pairs";

/** How one process imported. */
export interface ImportTimes {
  /** From the start of the process until everything was imported. */
  readonly millis: number;
  /** The share of what was imported last. */
  readonly lastMillis: number;
}

const PULUMI = ["@pulumi/pulumi", "@pulumi/aws/ec2"];
const IMPORTS: Pair<readonly string[]> = { component: [...PULUMI, "pulumi-dynamodb-endpoint"], byHand: PULUMI };
const PROGRAM = join(__dirname, "programs", "importMillis.cjs");

/** Imports in new Node processes, with the package and without it. */
export function measureImports(repetitions: number): Promise<readonly Pair<ImportTimes>[]> {
  return interleaved(repetitions, importTimes);
}

async function importTimes(variant: Variant): Promise<ImportTimes> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...IMPORTS[variant]]);
  const [millis = Number.NaN, before = Number.NaN] = (JSON.parse(stdout) as number[]).reverse();
  return { millis, lastMillis: millis - before };
}
