// A release in two parts. `npm run release` makes the tag: of a commit that is on main, with the dist that two fresh
// clones of it give; --dry-run shows all of that and pushes nothing. The tag starts .github/workflows/release.yml,
// which runs `npm run release -- --pack FOLDER`: that builds once more, on another machine, and refuses other bytes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { git } from "./git";
import { type Manifest, manifestOf, tagOf } from "./manifest";
import { CHECKSUMS, commitWithDist, packCommit, packTag } from "./pack";
import { type Check, readiness, tagged } from "./readiness";

const CHECKOUT = join(__dirname, "../..");

function main(): void {
  const { values } = parseArgs({
    options: { "dry-run": { type: "boolean", default: false }, pack: { type: "string" } },
  });
  const manifest = manifestOf(CHECKOUT);
  if (values.pack === undefined) makeTag(manifest, values["dry-run"]);
  else {
    refuse(tell(tagged(CHECKOUT, manifest)));
    packTag(CHECKOUT, values.pack);
    tellFiles(values.pack);
  }
}

function makeTag(manifest: Manifest, dry: boolean): void {
  const problems = tell(readiness(CHECKOUT, manifest));
  if (!dry) refuse(problems);
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  try {
    const commit = git(CHECKOUT, "rev-parse", "HEAD");
    say(`Building and packing ${commit} twice, in fresh clones …`);
    const tree = packCommit(CHECKOUT, commit, folder);
    say("The same bytes both times:");
    tellFiles(folder);
    const commands = tagCommands(tagOf(manifest), commitWithDist(CHECKOUT, commit, tree, tagOf(manifest)));
    say(
      `${tagOf(manifest)} adds its dist to the commit: an engine that takes the provider from the address has nothing`,
    );
    say(
      "to build. The tag starts .github/workflows/release.yml, which tests, builds the same once more and publishes:",
    );
    say("both packages to npm with provenance, and all files to the release on GitHub.");
    for (const command of commands) {
      say(`  $ ${command.join(" ")}`);
      if (!dry) execFileSync("git", command.slice(1), { cwd: CHECKOUT, stdio: "inherit" });
    }
    tellTheRest();
    refuse(problems);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tagCommands(tag: string, sha: string): readonly (readonly string[])[] {
  return [
    ["git", "tag", "--sign", tag, sha, "--message", tag],
    ["git", "push", "origin", tag],
  ];
}

function tell(checks: readonly Check[]): readonly string[] {
  for (const [i, { title, problems }] of checks.entries()) {
    say(`${i + 1}. ${title}`);
    for (const problem of problems) say(`   missing: ${problem}`);
  }
  return checks.flatMap(({ problems }) => problems);
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(`not ready for a release: ${problems.join("; ")}`);
}

/** What is packed, with its size and checksum. */
function tellFiles(folder: string): void {
  for (const line of readFileSync(join(folder, CHECKSUMS), "utf8").trim().split("\n")) {
    const [sha256 = "", name = ""] = line.split("  ");
    say(`  ${String(statSync(join(folder, name)).size).padStart(9)} bytes  ${name}`);
    say(`  ${" ".repeat(15)}  SHA-256 ${sha256}`);
  }
}

function tellTheRest(): void {
  say(
    "By hand: schema.json, docs/_index.md and docs/installation-configuration.md, as a pull request to pulumi/registry",
  );
  say(
    "that names the repository. For Python, Go, C# and Java nothing is published: `pulumi package add` generates their",
  );
  say("packages from the schema.");
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
