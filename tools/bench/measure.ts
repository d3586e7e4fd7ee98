import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Engine } from "../engine/engine";
import type { Progress } from "../engine/progress";
import type { Measurements } from "./figures";
import { startLabProcess, type LabProcess } from "./labProcess";
import { firstTables, makeNetwork, type Network } from "./network";
import { forBoth, interleaved, pairOf, type Pair, type Variant } from "./pairs";
import { makeProject, type Project, type Usage } from "./project";
import type { Schedule, Size } from "./schedule";

/** Where and with what is measured. */
export interface Bench {
  readonly engine: Engine;
  /** Nobody else's. */
  readonly folder: string;
  readonly progress: Progress;
}

/** What both variants have deployed, the same. */
export interface Deployed {
  readonly tables: number;
  readonly resources: number;
}

export interface SizesMeasured {
  readonly measurements: readonly Measurements[];
  readonly deployed: readonly Deployed[];
}

/** The bench with a VPC that is in the cloud before any measurement. */
interface Site extends Bench {
  readonly cloudState: string;
  readonly network: Network;
}

/** Measures every size, and sees to it that both variants deploy the same. */
export async function measureSizes(bench: Bench, { sizes, previewRounds }: Schedule): Promise<SizesMeasured> {
  const cloudState = join(bench.folder, "cloud.jsonl");
  const network = await makeNetwork(cloudState, Math.max(...sizes.map(({ tables }) => tables)));
  const site: Site = { ...bench, cloudState, network };
  const measurements = [...(await bench.progress("preview, all sizes", () => previews(site, sizes, previewRounds)))];
  const deployed: Deployed[] = [];
  for (const size of sizes) {
    const result = await bench.progress(`up, ${size.tables} route ${size.tables === 1 ? "table" : "tables"}`, () => deployments(site, size));
    measurements.push(...result.measurements);
    deployed.push(...result.deployed);
  }
  return { measurements, deployed };
}

/** Previews change nothing: all of them ask the same cloud. */
async function previews(site: Site, sizes: readonly Size[], rounds: number): Promise<readonly Measurements[]> {
  const lab = await freshLab(site, "previewed");
  try {
    const stacks: { tables: number; projects: Pair<Project>; pairs: Pair<Usage>[] }[] = [];
    for (const { tables } of sizes) {
      stacks.push({ tables, projects: await forBoth((variant) => projectOf(site, tables, variant, "previewed")), pairs: [] });
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

/** Each deployment begins with a new stack and the same cloud; the last pair is previewed again, unchanged. */
async function deployments(site: Site, { tables, ups, unchangedPreviews }: Size): Promise<SizesMeasured> {
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
    const deployed = { tables, resources: await sameResources({ component: last.component.project, byHand: last.byHand.project }) };
    const up: Measurements = { operation: "up", tables, pairs: stacks.map(({ component, byHand }) => ({ component: component.usage, byHand: byHand.usage })) };
    if (unchangedPreviews === 0) return { measurements: [up], deployed: [deployed] };
    const pairs = await interleaved(unchangedPreviews, (variant) => last[variant].project.measure(last[variant].lab.environment, "preview"));
    return { measurements: [up, { operation: "unchanged preview", tables, pairs }], deployed: [deployed] };
  } finally {
    for (const lab of labs) await lab.stop();
  }
}

function projectOf({ engine, folder, network }: Site, tables: number, variant: Variant, purpose: string): Promise<Project> {
  return makeProject({ engine, folder: join(folder, `${tables}-${variant}-${purpose}`), variant, network: firstTables(network, tables) });
}

function freshLab({ folder, cloudState }: Site, name: string): Promise<LabProcess> {
  const state = join(folder, `${name}.jsonl`);
  copyFileSync(cloudState, state);
  return startLabProcess(state);
}

/** How many resources both stacks consist of; programs that deploy different ones cannot be compared. */
async function sameResources(projects: Pair<Project>): Promise<number> {
  const { component, byHand } = await forBoth((variant) => projects[variant].resources());
  for (let i = 0; i < Math.max(component.length, byHand.length); i++) {
    if (isDeepStrictEqual(component[i], byHand[i])) continue;
    const [ours, theirs] = [component[i], byHand[i]].map((resource) => JSON.stringify(resource));
    throw new Error(`the two programs deployed different resources, so that their times mean nothing:\n  component: ${ours}\n  by hand:   ${theirs}`);
  }
  return component.length;
}
