// Bundles the command line: a small entry, which has the arguments and the help, and one file a command, which the
// entry loads when it is called. Nothing has to be installed beside them.
import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeLicences } from "./bundled.mjs";

const OUTPUT = "cli/dist";

/** By the name of the bundle. */
const ENTRIES = {
  main: "cli/main.ts",
  review: "cli/review/run.ts",
  drill: "cli/drill/run.ts",
  liveTables: "cli/drill/store/liveTables.ts",
};

/** The entry asks for a command by the path of its source; and a command for what it seldom needs. */
const commandsApart = {
  name: "commands-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/[a-z]+\/run$/ }, ({ path }) => ({
      path: `./${path.split("/")[1]}.js`,
      external: true,
    }));
    onResolve({ filter: /^\.\/store\/liveTables$/ }, () => ({ path: "./liveTables.js", external: true }));
  },
};

/** The drill's store is in memory: what would keep it on a disk is native, and is left out. */
const dynaliteInMemory = {
  name: "dynalite-in-memory",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^level$/ }, () => ({ path: "level", namespace: "no-disk" }));
    onLoad({ filter: /.*/, namespace: "no-disk" }, () => ({ contents: "exports.Level = undefined;" }));
  },
};

async function bundleCli(checkout) {
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: ENTRIES,
    outdir: OUTPUT,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    plugins: [commandsApart, dynaliteInMemory],
    metafile: true,
    logLevel: "warning",
  });
  const folder = join(checkout, OUTPUT);
  writeLicences(checkout, Object.keys(metafile.inputs), folder);
  copyFileSync(join(checkout, "LICENSE"), join(folder, "LICENSE"));
  for (const command of ["drill", "preflight", "review"])
    copyFileSync(join(checkout, "cli", command, `${command}.schema.json`), join(folder, `${command}.schema.json`));
}

await bundleCli(dirname(dirname(fileURLToPath(import.meta.url))));
