// The steps of a release, in order: `npm run release -- --dry-run` says what each would do, and checks what can be
// checked.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { schemaText, SCHEMA_FILE } from "../schema/packageSchema";

const CHECKOUT = join(__dirname, "../..");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly author?: string;
  readonly repository?: { readonly url: string };
}

interface Step {
  readonly title: string;
  /** What stands in the way of it. */
  readonly problems?: () => readonly string[];
  readonly commands?: readonly (readonly string[])[];
}

function steps(manifest: Manifest): readonly Step[] {
  const tag = `v${manifest.version}`;
  return [
    {
      title: "package.json says who publishes it and from where, which npm provenance and the registry show",
      problems: () =>
        (["author", "repository"] as const)
          .filter((field) => manifest[field] === undefined)
          .map((field) => `package.json has no ${field}`),
    },
    {
      title: "everything is committed",
      problems: () => (git("status", "--porcelain") === "" ? [] : ["there are changes that are not committed"]),
    },
    {
      title: `CHANGELOG.md has ${manifest.version}`,
      problems: () =>
        read("CHANGELOG.md").includes(manifest.version) ? [] : [`CHANGELOG.md does not name ${manifest.version}`],
    },
    { title: `${tag} is new`, problems: () => (git("tag", "--list", tag) === "" ? [] : [`${tag} exists`]) },
    {
      title: "schema.json is what the declarations say",
      problems: () =>
        readFileSync(SCHEMA_FILE, "utf8") === schemaText() ? [] : ["schema.json is stale: run `npm run schema`"],
    },
    {
      title: "the tests pass and no dependency has a known weakness",
      commands: [
        ["npm", "test"],
        ["npm", "audit", "--omit=dev"],
      ],
    },
    {
      title:
        "npm: the TypeScript package, which is the provider too, signed with the provenance of the CI run that " +
        "publishes it",
      commands: [
        ["npm", "run", "build"],
        ["npm", "publish", "--provenance", "--access", "public"],
      ],
    },
    {
      title:
        `Git: ${tag} carries dist, so that an engine that takes the provider from the address has nothing to ` +
        "build",
      commands: [
        ["git", "checkout", "--detach"],
        ["git", "add", "--force", "dist"],
        ["git", "commit", "--message", tag],
        ["git", "tag", "--sign", tag, "--message", tag],
        ["git", "push", "origin", tag],
        ["git", "checkout", "-"],
      ],
    },
    {
      title:
        "Pulumi's registry: schema.json, docs/_index.md and docs/installation-configuration.md, as a pull request " +
        "to pulumi/registry that names the repository",
    },
    {
      title:
        "Python, Go, C# and Java: nothing is published; `pulumi package add` generates their packages from the schema",
    },
  ];
}

function main(): void {
  const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
  const dry = values["dry-run"];
  const found = steps(JSON.parse(read("package.json")) as Manifest).map((step) => ({
    ...step,
    problems: step.problems?.() ?? [],
  }));
  for (const [i, { title, problems, commands = [] }] of found.entries()) {
    say(`${i + 1}. ${title}`);
    for (const problem of problems) say(`   missing: ${problem}`);
    if (dry) for (const command of commands) say(`   $ ${command.join(" ")}`);
  }
  const missing = found.flatMap(({ problems }) => problems);
  if (missing.length > 0) throw new Error(`not ready for a release: ${missing.join("; ")}`);
  if (dry) return;
  for (const [command = "", ...args] of found.flatMap(({ commands = [] }) => commands)) {
    say(`$ ${[command, ...args].join(" ")}`);
    execFileSync(command, args, { cwd: CHECKOUT, stdio: "inherit" });
  }
}

function read(file: string): string {
  return readFileSync(join(CHECKOUT, file), "utf8");
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: CHECKOUT, encoding: "utf8" }).trim();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
