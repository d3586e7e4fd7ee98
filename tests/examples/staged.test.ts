import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ProbeEvent } from "../../components/check/probe/report";
import { applyFault } from "../../lab/faults";
import type { Lab } from "../../lab/lab";
import { assertTextShown, followReadme } from "./readme";
import { CHECKOUT, configure, exampleStacks } from "./stacks";

const PROJECT = "examples/staged";
const FOLDER = resolve(CHECKOUT, PROJECT);

/** AWS takes seconds to change a route; here the watching function has a moment to begin. */
const ROUTE_LATE_MILLIS = 1_000;
/** Nine runs of the engine one after another, beside other tests. */
const WEEK_TIMEOUT_MILLIS = 6 * 60_000;

describe("examples/staged", () => {
  const stacks = exampleStacks();

  it("does what its README shows: each stage is checked when it switches, and never again", async () => {
    const lab = await stacks.lab();
    applyFault(lab, "route-late", { milliseconds: ROUTE_LATE_MILLIS });
    await followReadme(FOLDER, await stacks.make(PROJECT, lab));
    const tables = ["private-a", "private-b", "private-c"];
    assert.deepEqual(
      eventsIn(lab),
      tables.flatMap((name) => [`before ${name}`, "switched", `after ${name}`]),
    );
  }).timeout(WEEK_TIMEOUT_MILLIS);

  it("stops where a gate does not pass, in the words of its README", async () => {
    const lab = await stacks.lab();
    applyFault(lab, "route-never");
    const stack = await stacks.make(PROJECT, lab);
    await configure(stack, { "aws:region": "eu-west-1", timeoutSeconds: "5", step: "4" });
    const { exitCode, stdout } = await stack.pulumi("up", "--yes", "--skip-preview");
    assert.notEqual(exitCode, 0, stdout);
    assertTextShown(FOLDER, stdout);
    assert.deepEqual(eventsIn(lab), ["before private-a", "switched", "after private-a"]);
  });

  it("changes one line with each commit, which its README shows", () => {
    const shown = [...readFileSync(resolve(FOLDER, "README.md"), "utf8").matchAll(/^```diff\n(.*?)^```$/gms)].map(
      ([, lines]) => lines,
    );
    assert.deepEqual(
      shown,
      [1, 2, 3].map((step) => differenceOf(programOf(step), programOf(step + 1))),
    );
  });
});

/** What happened to route tables, and the phases of the check; without those that run beside a switch. */
function eventsIn(lab: Lab): readonly string[] {
  return lab.cloud.mutationsSince(0).flatMap(({ action, parameters }) => {
    if (action === "ModifyVpcEndpoint") return [parameters.addRouteTableIds === undefined ? "changed" : "switched"];
    if (action !== "Invoke") return [];
    const { phase, routeTable } = JSON.parse(String(parameters.payload)) as ProbeEvent;
    return phase === "during" ? [] : [`${phase} ${routeTable}`];
  });
}

/** The lines of a version of the program, without what it says of itself. */
function programOf(step: number): readonly string[] {
  const lines = readFileSync(resolve(FOLDER, `step${step}.ts`), "utf8").split("\n");
  return lines.filter((line) => !line.startsWith("//"));
}

/**
 * The lines that went and the lines that came, as a diff shows them. The others must be the same, in the same order.
 */
function differenceOf(before: readonly string[], after: readonly string[]): string {
  const [gone, come] = [before.filter((line) => !after.includes(line)), after.filter((line) => !before.includes(line))];
  assert.deepEqual(
    before.filter((line) => !gone.includes(line)),
    after.filter((line) => !come.includes(line)),
  );
  return [...gone.map((line) => `-${line}`), ...come.map((line) => `+${line}`)].map((line) => `${line}\n`).join("");
}
