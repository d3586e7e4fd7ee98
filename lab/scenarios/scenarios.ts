import type { Region } from "../cloud/cloud";
import { isolated } from "./isolated";
import { mainTable } from "./mainTable";
import { manyVpcs } from "./manyVpcs";
import { threeZones } from "./threeZones";

/** A VPC, or several, as found in the field. */
interface Scenario {
  /** What is special about it. */
  readonly special: string;
  readonly load: (region: Region) => Promise<void>;
}

/** By the name under which it is loaded. */
export const SCENARIOS = {
  "three-zones": {
    special: "a NAT gateway and a private route table in each of three zones",
    load: threeZones,
  },
  isolated: { special: "no route leads out of the VPC", load: isolated },
  "main-table": { special: "subnets that are associated nowhere have the main route table", load: mainTable },
  "many-vpcs": { special: "twelve VPCs in one Region", load: manyVpcs },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;

export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

/** What names of scenarios there are, for whoever asked for another. */
export function scenarioNames(): string {
  return Object.keys(SCENARIOS).join(", ");
}
