import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { npmCommand } from "../engine/npm.cjs";
import { git } from "./git";
import { licenceTexts } from "./licences";
import { manifestOf } from "./manifest";
import { sbomOf } from "./sbom";
import { lockOf, shippedWith } from "./shipped";

/** Makes files of a built clone and puts them into a folder; the same files each time. */
export type Artifact = (clone: string, folder: string) => void;

export const npmPackage: Artifact = (clone, folder) => {
  const [command, ...args] = npmCommand(process.env);
  execFileSync(command, [...args, "pack", "--silent", "--ignore-scripts", "--pack-destination", folder], {
    cwd: clone,
    stdio: ["ignore", "ignore", "inherit"],
  });
};

/** What comes along, and under which licences. */
export const billOfMaterials: Artifact = (clone, folder) => {
  const manifest = manifestOf(clone);
  const shipped = shippedWith(manifest, lockOf(clone));
  const committed = new Date(git(clone, "log", "-1", "--format=%cI"));
  const name = `${manifest.name}-${manifest.version}`;
  writeFileSync(join(folder, `${name}.cdx.json`), sbomOf(manifest, shipped, committed));
  writeFileSync(join(folder, `${name}-licences.txt`), licenceTexts(clone, shipped));
};

/** All that a release publishes. */
export const ARTIFACTS: readonly Artifact[] = [npmPackage, billOfMaterials];
