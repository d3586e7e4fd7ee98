import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Engine } from "../engine/engine";
import type { Progress } from "../engine/progress";
import type { Measurements } from "./figures";
import { startLabProcess, type LabProcess } from "./labProcess";
import { firstTables, makeNetwork, type Network } from "./network";
import { forBoth, interleaved, pairOf, type Pair, type Variant } from "./pairs";
import { makeProject, type DeployedResource, type Project, type Usage } from "./project";
import type { Schedule, Size } from "./schedule";

/** Where and with what is measured. */
export interface Bench {
  readonly engine: Engine;
  /** Nobody else's. */
  readonly folder: string;
  readonly progress: Progress;
}

/** How many resources both variants consist of, the same. */
export interface Resources {
  readonly tables: number;
  readonly resources: number;
}

export interface SizesMeasured {
  readonly measurements: readonly Measurements[];
  readonly deployed: readonly Resources[];
  readonly planned: readonly Resources[];
}

type DeploymentsMeasured = Omit<SizesMeasured, "planned">;

const PROGRAMS: Pair<string> = { component: "component", byHand: "byHand" };
const GATED_PROGRAMS: Pair<string> = { component: "checkedComponent", byHand: "checkedByHand" };

/** The bench with a VPC that is in the cloud before any measurement. */
interface Site extends Bench {
  readonly cloudState: string;
  readonly network: Network;
}

/** Measures every size, and sees to it that both variants deploy the same. */
export async function measureSizes(bench: Bench, { sizes, previewRounds, gates }: Schedule): Promise<SizesMeasured> {
  const cloudState = join(bench.folder, "cloud.jsonl");
  const network = await makeNetwork(cloudState, Math.max(gates.tables, ...sizes.map(({ tables }) => tables)));
  const site: Site = { ...bench, cloudState, network };
  const measurements = [...(await bench.progress("preview, all sizes", () => previews(site, sizes, previewRounds)))];
  const deployed: Resources[] = [];
  for (const size of sizes) {
    const result = await bench.progress(`up, ${size.tables} route ${size.tables === 1 ? "table" : "tables"}`, () =>
      deployments(site, size),
    );
    measurements.push(...result.measurements);
    deployed.push(...result.deployed);
  }
  const gated = await bench.progress("preview with gates", () => previewsWithGates(site, gates));
  return { measurements: [...measurements, gated.measurements], deployed, planned: [gated.planned] };
}

/** Previews change nothing: all of them ask the same cloud. */
async function previews(site: Site, sizes: readonly Size[], rounds: number): Promise<readonly Measurements[]> {
  const lab = await freshLab(site, "previewed");
  try {
    const stacks: { tables: number; projects: Pair<Project>; pairs: Pair<Usage>[] }[] = [];
    for (const { tables } of sizes) {
      stacks.push({
        tables,
        projects: await forBoth((variant) => projectOf(site, tables, variant, "previewed")),
        pairs: [],
      });
    }
    for (let round = 0; round < rounds; round++) {
      for (const { projects, pairs } of stacks) {
        pairs.push(await pairOf(round, (variant) => projects[variant].measure(lab.environment, "preview")));
      }
    }
    return stacks.map(({ tables, pairs }) => ({ operation: "preview", tables, pairs }));
  } finally {
    await lab.stop();
  }
}

/** A preview invokes no function, so what is planned is compared instead of what is deployed. */
async function previewsWithGates(
  site: Site,
  { tables, previews }: Schedule["gates"],
): Promise<{ measurements: Measurements; planned: Resources }> {
  const lab = await freshLab(site, "gated");
  try {
    const projects = await forBoth((variant) => projectOf(site, tables, variant, "gated", GATED_PROGRAMS));
    const resources = sameResources(await forBoth((variant) => projects[variant].plannedResources(lab.environment)));
    const pairs = await interleaved(previews, (variant) => projects[variant].measure(lab.environment, "preview"));
    return { measurements: { operation: "preview with gates", tables, pairs }, planned: { tables, resources } };
  } finally {
    await lab.stop();
  }
}

/** Each deployment begins with a new stack and the same cloud; the last pair is previewed again, unchanged. */
async function deployments(site: Site, { tables, ups, unchangedPreviews }: Size): Promise<DeploymentsMeasured> {
  const labs: LabProcess[] = [];
  try {
    const stacks = await interleaved(ups, async (variant, repetition) => {
      const lab = await freshLab(site, `${tables}-${variant}-${repetition}`);
      labs.push(lab);
      const project = await projectOf(site, tables, variant, `deployed-${repetition}`);
      return { project, lab, usage: await project.measure(lab.environment, "up", "--yes", "--skip-preview") };
    });
    const last = stacks.at(-1);
    if (last === undefined) return { measurements: [], deployed: [] };
    const deployed = {
      tables,
      resources: sameResources(await forBoth((variant) => last[variant].project.resources())),
    };
    const up: Measurements = {
      operation: "up",
      tables,
      pairs: stacks.map(({ component, byHand }) => ({ component: component.usage, byHand: byHand.usage })),
    };
    if (unchangedPreviews === 0) return { measurements: [up], deployed: [deployed] };
    const pairs = await interleaved(unchangedPreviews, (variant) =>
      last[variant].project.measure(last[variant].lab.environment, "preview"),
    );
    return { measurements: [up, { operation: "unchanged preview", tables, pairs }], deployed: [deployed] };
  } finally {
    for (const lab of labs) await lab.stop();
  }
}

function projectOf(
  { engine, folder, network }: Site,
  tables: number,
  variant: Variant,
  purpose: string,
  programs = PROGRAMS,
): Promise<Project> {
  return makeProject({
    engine,
    folder: join(folder, `${tables}-${variant}-${purpose}`),
    program: programs[variant],
    network: firstTables(network, tables),
  });
}

function freshLab({ folder, cloudState }: Site, name: string): Promise<LabProcess> {
  const state = join(folder, `${name}.jsonl`);
  copyFileSync(cloudState, state);
  return startLabProcess("--state", state);
}

/** How many resources both consist of; programs that make different ones cannot be compared. */
function sameResources({ component, byHand }: Pair<readonly DeployedResource[]>): number {
  for (let i = 0; i < Math.max(component.length, byHand.length); i++) {
    if (isDeepStrictEqual(component[i], byHand[i])) continue;
    const [ours, theirs] = [component[i], byHand[i]].map((resource) => JSON.stringify(resource));
    throw new Error(
      `the two programs make different resources, so that their times mean nothing:\n  component: ${ours}\n  by ` +
        `hand:   ${theirs}`,
    );
  }
  return component.length;
}
