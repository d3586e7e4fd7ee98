import { mkdirSync, writeFileSync } from "node:fs";
import { isScenario, SCENARIOS, scenarioNames, type ScenarioName } from "../../lab/scenarios/scenarios";
import { KEPT, keptOf } from "./kept";

/**
 * Writes what preflight says of each of the lab's scenarios, which the tests keep: `npm run preflights` all,
 * `npm run preflights -- NAME...` some.
 */
async function main(args: readonly string[]): Promise<void> {
  const wrong = args.find((name) => !isScenario(name));
  if (wrong !== undefined) throw new Error(`no scenario is called ${wrong}: there are ${scenarioNames()}`);
  mkdirSync(KEPT, { recursive: true });
  for (const name of (args.length === 0 ? Object.keys(SCENARIOS) : args) as ScenarioName[]) {
    for (const [file, text] of await keptOf(name)) writeFileSync(file, text);
    process.stderr.write(`${name}\n`);
  }
}

void main(process.argv.slice(2));
