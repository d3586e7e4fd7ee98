import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

import { npmCommand } from "../engine/npm.cjs";
import { git } from "./git";
import { licenceTexts } from "./licences";
import { manifestOf, PACKAGES } from "./manifest";
import { writePublished } from "./published";
import { sbomOf } from "./sbom";
import { bundledIn, lockOf, shippedWith } from "./shipped";

/** Makes files of a built clone and puts them into a folder; the same files each time. */
export type Artifact = (clone: string, folder: string) => void;

/** For each of the packages. */
export const npmPackages: Artifact = (clone, folder) => {
  for (const each of PACKAGES) packPackage(join(clone, each), folder);
};

function packPackage(built: string, folder: string): void {
  inFolder((work) => {
    cpSync(built, work, { recursive: true, filter: (path) => !/^(?:node_modules|\.git)$/.test(basename(path)) });
    writePublished(work);
    const [command, ...args] = npmCommand(process.env);
    execFileSync(command, [...args, "pack", "--silent", "--ignore-scripts", "--pack-destination", folder], {
      cwd: work,
      stdio: ["ignore", "ignore", "inherit"],
    });
  });
}

/** Does some work in a folder that is gone afterwards. */
function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "artifact-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What comes along with each of the packages, and under which licences. */
export const billsOfMaterials: Artifact = (clone, folder) => {
  const committed = new Date(git(clone, "log", "-1", "--format=%cI"));
  for (const each of PACKAGES) {
    const manifest = manifestOf(join(clone, each));
    const shipped = shippedWith(manifest, lockOf(clone), bundledIn(clone, each));
    const name = `${manifest.name}-${manifest.version}`;
    writeFileSync(join(folder, `${name}.cdx.json`), sbomOf(manifest, shipped, committed));
    writeFileSync(join(folder, `${name}-licences.txt`), licenceTexts(clone, shipped));
  }
};

/** What the provider needs, of which nothing is installed beside it. */
const PLUGIN = [
  "LICENSE",
  "dist/components/check/probe/handler.js",
  "dist/provider/LICENSES.txt",
  "dist/provider/main.js",
  "pulumi-resource-dynamodb-endpoint",
  "pulumi-resource-dynamodb-endpoint.cmd",
  "schema.json",
];

/**
 * The provider as `pulumi plugin install --file` takes it: without PulumiPlugin.yaml, with which the engine would
 * install Pulumi's SDK beside it to start it.
 */
export const pluginArchive: Artifact = (clone, folder) =>
  inFolder((work) => {
    const { version, license, imports } = manifestOf(clone);
    const name = "pulumi-resource-dynamodb-endpoint";
    for (const file of PLUGIN) cpSync(join(clone, file), join(work, file));
    writeFileSync(join(work, "package.json"), `${JSON.stringify({ name, version, license, imports }, null, 2)}\n`);
    // The same bytes each time, whoever packs, and whenever.
    const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=a+rX,u+w,go-w"];
    const tar = execFileSync("tar", [...same, "--create", "--directory", work, "."], { maxBuffer: 64 * 1024 * 1024 });
    writeFileSync(join(folder, `${name}-v${version}.tar.gz`), gzipSync(tar, { level: 9 }));
  });

/** All that a release publishes. */
export const ARTIFACTS: readonly Artifact[] = [npmPackages, pluginArchive, billsOfMaterials];
