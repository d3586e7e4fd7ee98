import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { SEVERITIES } from "../../cli/finding";
import { startLab } from "../../lab/lab";
import { table } from "../../lab/scenarios/site";
import { SCENARIOS, type ScenarioName } from "../../lab/scenarios/scenarios";
import { KEPT, keptOf, keptReport, reportOf } from "../../tools/preflights/kept";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";
import { misfits } from "./schema";

/** The ids of the worst that is found of each, which is what is special about it. */
const TROUBLE: Readonly<Record<ScenarioName, readonly string[]>> = {
  "three-zones": ["medium N4"],
  "regional-nat": ["medium N4", "medium R8"],
  "central-egress": ["blocker R2"],
  inspection: ["high R7"],
  "main-table": ["high R5"],
  isolated: ["info R9"],
  "half-switched": ["high R3"],
  "shared-vpc": ["high N8"],
  conditions: ["blocker P1"],
  "private-zone": ["high D3"],
  "many-vpcs": ["medium N4"],
  large: ["medium N4", "medium N5"],
};

const AGAIN = "`npm run preflights` makes the kept reports again";

/** Nobody waits for it in each run of the tests: only what is kept of it is read. */
const LARGE: ScenarioName = "large";

describe("preflight of the lab's scenarios", () => {
  const schema = JSON.parse(readFileSync("cli/preflight/preflight.schema.json", "utf8")) as object;
  const names = Object.keys(SCENARIOS) as ScenarioName[];

  for (const name of names.filter((each) => each !== LARGE))
    it(`${name}: says what is kept`, async () => {
      for (const [file, text] of await keptOf(name))
        assert.equal(text, readFileSync(file, "utf8"), `${basename(file)}: ${AGAIN}`);
    });

  for (const name of names)
    it(`${name}: leads with ${TROUBLE[name].join(" and ")}`, () => {
      const report = keptReport(name);
      assert.deepEqual(misfits(report, schema), []);
      const findings = report.vpcs.flatMap((vpc) => vpc.findings);
      const worst = SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity));
      const leading = findings.filter(({ severity }) => severity === worst);
      assert.deepEqual([...new Set(leading.map(({ severity, id }) => `${severity} ${id}`))].sort(), TROUBLE[name]);
    });

  it("asks for more where it was asked to read less, and for no permission", async () => {
    const lab = await startLab({ scenario: "three-zones" });
    const { vpcs } = await reportOf(lab, { tables: "0" });
    const unknown = vpcs.flatMap(({ findings }) => findings).filter(({ severity }) => severity === "unknown");
    const remedies = new Map(unknown.map(({ id, remedy }) => [id, remedy]));
    assert.deepEqual([...remedies.keys()], ["D8", "D9", "D10", "P1", "P2", "P4"]);
    for (const [id, remedy] of remedies) assert.match(remedy, /^Ask for more: --tables 1000/, id);
    await table(lab.cloud.region(REGION), "other");
    const named = await reportOf(lab, { tables: "orders" }).finally(() => lab.stop());
    const findings = named.vpcs.flatMap((each) => each.findings).filter(({ severity }) => severity === "unknown");
    for (const id of ["D8", "D9", "D10", "P4"])
      assert.match(present(findings.find((each) => each.id === id)).message, /1 table was not looked at: other\./);
  });

  it("keeps nothing that is of no scenario", () => {
    assert.deepEqual(readdirSync(KEPT).sort(), names.flatMap((name) => [`${name}.json`, `${name}.txt`]).sort());
  });
});
