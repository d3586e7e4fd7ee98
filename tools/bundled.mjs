// What bundles have in common: the packages in them, and their licences beside them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import licences from "./licences.cjs";

const { isAccepted, licenceIn } = licences;

/** Writes LICENSES.txt and bundled.json for files of a checkout that are bundled, beside the bundle. */
export function writeLicences(checkout, files, folder) {
  const packages = bundledPackages(checkout, files);
  writeFileSync(join(folder, "LICENSES.txt"), packages.map((each) => licenceText(checkout, each)).join("\n"));
  writeFileSync(join(folder, "bundled.json"), `${JSON.stringify(packages, null, 2)}\n`);
}

/** The folders of the packages that files are of, from the checkout, with slashes. */
function bundledPackages(checkout, files) {
  const folders = files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].filter((folder) => existsSync(join(checkout, folder, "package.json"))).sort();
}

function licenceText(checkout, folder) {
  const { name, version, license: named } = JSON.parse(readFileSync(join(checkout, folder, "package.json"), "utf8"));
  // Old packages have an object of it. https://docs.npmjs.com/cli/v11/configuring-npm/package-json#license
  const license = typeof named === "string" ? named : named.type;
  if (!isAccepted(license)) throw new Error(`${name} must not be bundled: its licence is ${license}`);
  const text = licenceIn(join(checkout, folder), license) ?? `${license}\n`;
  return `${name} ${version} (${license})\n\n${text}`;
}
