import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { PreflightReport } from "../../cli/preflight/report/report";
import { terminalText } from "../../cli/preflight/report/terminal";
import { RULES } from "../../cli/preflight/rules/all";
import { preflightOf } from "../../cli/preflight/run";
import { type PreflightOptions, settingsOf } from "../../cli/preflight/settings";
import { type Lab, startLab } from "../../lab/lab";
import type { ScenarioName } from "../../lab/scenarios/scenarios";

/** Where the reports of the lab's scenarios are kept. */
export const KEPT = resolve(__dirname, "..", "..", "tests", "cli", "preflight", "scenarios");

/** When all of them were made, as they say. */
const NOW = new Date("2026-01-01T00:00:00.000Z");

const DEFAULTS: PreflightOptions = {
  tables: "50",
  acknowledge: [],
  acceptUnknown: [],
  failOn: "high",
  quiet: true,
  color: false,
};

/** What preflight says of a lab. */
export async function reportOf(lab: Lab, options: Partial<PreflightOptions> = {}): Promise<PreflightReport> {
  const asked = { ...DEFAULTS, ...options };
  return asClientOf(lab, () => preflightOf(asked, settingsOf(asked, RULES, NOW)));
}

export function keptReport(scenario: ScenarioName): PreflightReport {
  return JSON.parse(readFileSync(join(KEPT, `${scenario}.json`), "utf8")) as PreflightReport;
}

/** What is kept of a scenario, by the names of files. */
export async function keptOf(scenario: ScenarioName): Promise<ReadonlyMap<string, string>> {
  const lab = await startLab({ scenario });
  try {
    const report = await reportOf(lab);
    const terminal = terminalText(report, { isColoured: false, isVerbose: true, isQuiet: false });
    return new Map([
      [join(KEPT, `${scenario}.json`), `${JSON.stringify(report, null, 2)}\n`],
      [join(KEPT, `${scenario}.txt`), terminal],
    ]);
  } finally {
    await lab.stop();
  }
}

/** Neither a profile of this machine nor its instance's role has a part in it. */
async function asClientOf<T>({ environment }: Lab, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
  const noFile = join(KEPT, "no-such-file");
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: environment.AWS_ENDPOINT_URL,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "anybody",
    AWS_SECRET_ACCESS_KEY: "any",
    AWS_CONFIG_FILE: noFile,
    AWS_SHARED_CREDENTIALS_FILE: noFile,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
  try {
    return await work();
  } finally {
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  }
}
