// Bundles the provider into one file that needs no packages beside it, with the licences of what is in it. It starts in
// a third of the time: what a component provider never uses is left out of Pulumi's SDK.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import licences from "./licences.cjs";

const { isAccepted, licenceIn } = licences;

const ENTRY = "provider/main.ts";
const OUTPUT = "dist/provider/main.js";

/** The closure serialiser, which brings TypeScript and npm's own code, dynamic providers, and the Automation API. */
const LEFT_OUT = /\/closure\/(?:serializeClosure|codePaths)$|^\.\/(?:automation|dynamic)$/;

const leftOut = {
  name: "left-out",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LEFT_OUT }, ({ path, importer }) =>
      /[\\/]@pulumi[\\/]pulumi[\\/]/.test(importer) ? { path, namespace: "left-out" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({ contents: substitute(path), loader: "js" }));
  },
};

/** Whatever is asked of what was left out is a function that says so. */
function substitute(path) {
  const message = `${path} of @pulumi/pulumi is not a part of this provider`;
  return `
    const missing = () => { throw new Error(${JSON.stringify(message)}); };
    module.exports = new Proxy({}, { get: (_, name) => name === "__esModule" || missing });`;
}

/** Builds `dist/provider/main.js` of a checkout, and LICENSES.txt and bundled.json beside it. */
async function bundleProvider(checkout) {
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: [ENTRY],
    outfile: OUTPUT,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // The code of the functions stays a file of its own: it is sent to AWS.
    external: ["#probe/*"],
    plugins: [leftOut],
    metafile: true,
    logLevel: "warning",
  });
  const packages = bundledPackages(checkout, Object.keys(metafile.outputs[OUTPUT].inputs));
  const folder = dirname(join(checkout, OUTPUT));
  writeFileSync(join(folder, "LICENSES.txt"), packages.map((each) => licenceText(checkout, each)).join("\n"));
  writeFileSync(join(folder, "bundled.json"), `${JSON.stringify(packages, null, 2)}\n`);
}

/** The folders of the packages that files are of, from the checkout, with slashes. */
function bundledPackages(checkout, files) {
  const folders = files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].filter((folder) => existsSync(join(checkout, folder, "package.json"))).sort();
}

function licenceText(checkout, folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(checkout, folder, "package.json"), "utf8"));
  if (!isAccepted(license)) throw new Error(`${name} must not be bundled: its licence is ${license}`);
  const text = licenceIn(join(checkout, folder)) ?? `${license}\n`;
  return `${name} ${version} (${license})\n\n${text}`;
}

await bundleProvider(dirname(dirname(fileURLToPath(import.meta.url))));
