import type { Cloud, Region } from "../cloud/cloud";
import { centralEgress } from "./centralEgress";
import { conditions } from "./conditions";
import { halfSwitched } from "./halfSwitched";
import { inspection } from "./inspection";
import { isolated } from "./isolated";
import { large } from "./large";
import { mainTable } from "./mainTable";
import { manyVpcs } from "./manyVpcs";
import { privateZone } from "./privateZone";
import { regionalNat } from "./regionalNat";
import { sharedVpc } from "./sharedVpc";
import { threeZones } from "./threeZones";

/** A VPC, or several, as found in the field. */
interface Scenario {
  /** What is special about it: lab/README.md has the same table. */
  readonly special: string;
  /** Makes it by the calls that its owners would make, so that ids are the same each time. */
  readonly load: (region: Region, cloud: Cloud) => Promise<void>;
}

/** By the name under which it is loaded. */
export const SCENARIOS = {
  "three-zones": {
    special: "a NAT gateway and a private route table in each of three zones: nothing is wrong",
    load: threeZones,
  },
  "regional-nat": {
    special: "one NAT gateway for the VPC, and one route table for all private subnets",
    load: regionalNat,
  },
  "central-egress": {
    special: "networks behind a transit gateway leave by route tables that are to be switched",
    load: centralEgress,
  },
  inspection: {
    special: "a firewall's endpoint stands between the private subnets and the NAT gateways",
    load: inspection,
  },
  "main-table": { special: "subnets that are associated nowhere have the main route table", load: mainTable },
  isolated: { special: "no route leads out of the VPC", load: isolated },
  "half-switched": {
    special: "an endpoint made by hand, whose NAT gateway is gone, and a more specific route in another route table",
    load: halfSwitched,
  },
  "shared-vpc": { special: "another account has tasks and databases in shared subnets", load: sharedVpc },
  conditions: {
    special: "policies of roles, tables, keys and the organization tell the NAT gateway's address from the VPC",
    load: conditions,
  },
  "private-zone": {
    special: "a private hosted zone leads one VPC to an interface endpoint, and another by a profile nowhere",
    load: privateZone,
  },
  "many-vpcs": { special: "twelve VPCs in one Region", load: manyVpcs },
  large: {
    special: "40 route tables, 200 subnets, 3,000 interfaces, 600 roles and 300 tables, from a seed",
    load: large,
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;

export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

/** What names of scenarios there are, for whoever asked for another. */
export function scenarioNames(): string {
  return Object.keys(SCENARIOS).join(", ");
}
