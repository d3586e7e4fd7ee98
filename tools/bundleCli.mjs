// Bundles the command line: a small entry, which has the arguments and the help, and one file a command, which the
// entry loads when it is called. Nothing has to be installed beside them.
import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeLicences } from "./bundled.mjs";

const OUTPUT = "cli/dist";

/** By the name of the bundle. */
const ENTRIES = { main: "cli/main.ts", review: "cli/review/run.ts" };

/** The entry asks for a command by the path of its source. */
const commandsApart = {
  name: "commands-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/[a-z]+\/run$/ }, ({ path }) => ({
      path: `./${path.split("/")[1]}.js`,
      external: true,
    }));
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
    plugins: [commandsApart],
    metafile: true,
    logLevel: "warning",
  });
  const folder = join(checkout, OUTPUT);
  writeLicences(checkout, Object.keys(metafile.inputs), folder);
  copyFileSync(join(checkout, "LICENSE"), join(folder, "LICENSE"));
}

await bundleCli(dirname(dirname(fileURLToPath(import.meta.url))));
