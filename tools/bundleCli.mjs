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
  reviewAccess: "cli/review/access/judge.ts",
  preflight: "cli/preflight/run.ts",
  access: "cli/access/run.ts",
  exportOrganization: "cli/access/exportOrganization.ts",
  drill: "cli/drill/run.ts",
  liveTables: "cli/drill/store/liveTables.ts",
};

/**
 * A service of AWS each, which a preflight loads when it asks it. Only what is called of an SDK is taken, and the
 * search for credentials only where they are searched for: the others are given them.
 */
const READERS = [
  "sts",
  "ec2",
  "route53",
  "resolver",
  "quotas",
  "lambda",
  "ecs",
  "eks",
  "dynamodb",
  "iam",
  "organizations",
  "kms",
  "profiles",
  "cloudtrail",
  "logs",
];
const READS = "preflight.";

/** The entry asks for a command by the path of its source; and a command for what it seldom needs. */
const commandsApart = {
  name: "commands-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/[a-z]+\/run$/ }, ({ path }) => ({
      path: `./${path.split("/")[1]}.js`,
      external: true,
    }));
    onResolve({ filter: /^\.\/store\/liveTables$/ }, () => ({ path: "./liveTables.js", external: true }));
    onResolve({ filter: /^\.\.\/access\/judge$/ }, ({ kind }) =>
      kind === "require-call" ? { path: "./reviewAccess.js", external: true } : undefined,
    );
    onResolve({ filter: /^\.\/exportOrganization$/ }, () => ({ path: "./exportOrganization.js", external: true }));
    onResolve({ filter: /^\.\/\w+$/ }, ({ path, importer, kind }) => {
      const name = path.slice(2);
      const isReader = kind === "require-call" && /[\\/]preflight[\\/]facts[\\/]/.test(importer);
      return isReader && READERS.includes(name) ? { path: `./${READS}${name}.js`, external: true } : undefined;
    });
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

/** Whoever asks STS first has found credentials, and hands them on. */
const givenCredentials = {
  name: "given-credentials",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: "given", namespace: "given" }));
    onLoad({ filter: /.*/, namespace: "given" }, () => ({
      contents: "export const defaultProvider = () => () => { throw new Error('no credentials were given'); };",
    }));
  },
};

async function bundleCli(checkout) {
  const common = {
    absWorkingDir: checkout,
    outdir: OUTPUT,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    metafile: true,
    logLevel: "warning",
  };
  // An SDK's ES modules tell which of their parts are used.
  const sdk = { ...common, mainFields: ["module", "main"] };
  const reader = (name) => ({ [`${READS}${name}`]: `cli/preflight/facts/${name}.ts` });
  const others = READERS.filter((name) => name !== "sts").map(reader);
  const built = await Promise.all([
    build({ ...common, entryPoints: ENTRIES, plugins: [commandsApart, dynaliteInMemory] }),
    build({ ...sdk, entryPoints: reader("sts") }),
    build({ ...sdk, entryPoints: Object.assign({}, ...others), plugins: [givenCredentials] }),
  ]);
  const folder = join(checkout, OUTPUT);
  writeLicences(checkout, [...new Set(built.flatMap(({ metafile }) => Object.keys(metafile.inputs)))], folder);
  copyFileSync(join(checkout, "LICENSE"), join(folder, "LICENSE"));
  for (const command of ["access", "drill", "preflight", "review"])
    copyFileSync(join(checkout, "cli", command, `${command}.schema.json`), join(folder, `${command}.schema.json`));
  const plan = "accessPlan.schema.json";
  copyFileSync(join(checkout, "cli", "access", plan), join(folder, plan));
}

await bundleCli(dirname(dirname(fileURLToPath(import.meta.url))));
