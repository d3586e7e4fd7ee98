// Bundles the provider into one file that needs no packages beside it, with the licences of what is in it. It starts in
// a third of the time: what a component provider never uses is left out of Pulumi's SDK.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeLicences } from "./bundled.mjs";

const ENTRY = "provider/main.ts";
const OUTPUT = "dist/provider/main.js";

/** What the bundle does to Pulumi's SDK, as its licence asks to be told. */
const NOTICE =
  "// @pulumi/pulumi is changed here: what a provider does not use is left out, and the stack traces of promises are " +
  "kept only where PULUMI_DEBUG_PROMISE_LEAKS asks for them.";

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

/**
 * For a report of leaks the SDK keeps the stack trace of every promise. To find the lines of the sources, it looks for
 * source maps, which a bundle does not have. Together that was a fourth of the provider's work for a large stack, and
 * with Node 24 half of its memory.
 */
const withoutTraces = {
  name: "without-traces",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^source-map-support$/ }, ({ path }) => ({ path, namespace: "no-maps" }));
    onLoad({ filter: /.*/, namespace: "no-maps" }, () => ({ contents: "exports.install = () => {};", loader: "js" }));
    onLoad({ filter: /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]debuggable\.js$/ }, ({ path }) => {
      const [before, after, ...others] = readFileSync(path, "utf8").split(TRACE);
      if (after === undefined || others.length > 0) throw new Error(`${path} has not one ${TRACE}, but more or none`);
      return { contents: `${before}(exports.debugPromiseLeaks ? ${TRACE} : undefined)${after}`, loader: "js" };
    });
  },
};

const TRACE = "new Error().stack";

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
    plugins: [leftOut, withoutTraces],
    banner: { js: NOTICE },
    metafile: true,
    logLevel: "warning",
  });
  writeLicences(checkout, Object.keys(metafile.outputs[OUTPUT].inputs), dirname(join(checkout, OUTPUT)));
}

await bundleProvider(dirname(dirname(fileURLToPath(import.meta.url))));
